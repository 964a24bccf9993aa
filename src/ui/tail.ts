/**
 * Keeps the end of a growing list in view until the user moves away from it, and holds the list still while paused.
 * What a paused list does not show is not lost: it is there when the list goes on.
 */

import type { VirtualList } from './virtual-list.js'

/** How a list follows what grows: not at all, when asked to, or from the beginning. */
export type TailMode = 'never' | 'asked' | 'always'

export class Tail {
  following: boolean
  paused = false
  private readonly list: VirtualList
  private readonly mode: TailMode
  /** Rows there are, of which a paused list shows fewer. */
  private count = 0
  /** Moving was asked for by following itself. */
  private resumed = false

  constructor(list: VirtualList, mode: TailMode) {
    this.list = list
    this.mode = mode
    this.following = mode === 'always'
  }

  /** Rows that a paused list does not show. */
  get waiting(): number {
    return this.paused ? Math.max(0, this.count - this.list.count) : 0
  }

  /** There are `count` rows now. Returns true when the selection moved with the end. */
  grow(count: number): boolean {
    this.count = count
    // A list that got shorter is another list.
    if (this.paused && count >= this.list.count) return false
    this.list.setCount(count)
    if (!this.following || count === 0) return false
    const before = this.list.selected
    this.list.select(count - 1)
    return this.list.selected !== before
  }

  /** Follows the end from now on. */
  resume(): void {
    this.following = this.mode !== 'never'
    this.resumed = true
  }

  /** Does what the user asked for; moving in the list or leaving it ends following. */
  watch(left: () => boolean, act: () => void): void {
    const { selected, top, height } = this.list
    this.resumed = false
    act()
    if (this.resumed) return
    const scrolled = this.list.height === height && this.list.top !== top
    if (this.list.selected !== selected || scrolled || left()) this.following = false
  }

  /** Pauses, or goes on. Returns true when the selection moved with the end. */
  togglePause(): boolean {
    this.paused = !this.paused
    this.resumed = true
    return this.paused ? false : this.grow(this.count)
  }
}
