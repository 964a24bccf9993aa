/** What was found out about single messages, by the packet and the place in it where they begin; in capture order. */

import type { Dissection } from '../dissect/index.js'
import { widened } from '../dissect/widened.js'

/** More messages than this are not remembered: `refused` counts them. */
const MAX_MESSAGES = 1 << 24

export class MessageLog {
  length = 0
  refused = 0
  /** The packet of the message that was added last, 0 for none. */
  latest = 0
  private packets = new Uint32Array(64)
  private places = new Uint32Array(64)
  private values = new Uint32Array(64)

  /** Remembers `value` of the message at `place` of `packet`, which is not before the one added last. */
  add(packet: number, place: number, value: number): void {
    if (this.length === MAX_MESSAGES) {
      this.refused++
      return
    }
    const i = this.length++
    if (i === this.packets.length) this.grow()
    this.latest = this.packets[i] = packet
    this.places[i] = place
    this.values[i] = value
  }

  /** What is remembered of the message at `place` of `packet`; -1 for nothing. */
  find(packet: number, place: number): number {
    for (let i = this.firstAfter(packet - 1); i < this.length && this.packets[i] === packet; i++) {
      if (this.places[i] === place) return this.values[i]!
    }
    return -1
  }

  /** Forgets the messages of the first `packets` packets, when those are half of all. Returns whether it did. */
  forget(packets: number): boolean {
    const n = this.firstAfter(packets)
    if (n * 2 <= this.length) return false
    for (const column of [this.packets, this.places, this.values]) column.copyWithin(0, n, this.length)
    this.length -= n
    return true
  }

  /**
   * Where values count the rows of a table, each one more than the one before it: takes as much from all of them as makes
   * the first one 1, and returns how much that is; `next` is the value that would be added next.
   */
  renumber(next: number): number {
    const gone = (this.length === 0 ? next : this.values[0]!) - 1
    for (let i = 0; i < this.length; i++) this.values[i]! -= gone
    return gone
  }

  /** Memory that is held, in bytes. */
  get bytes(): number {
    return this.packets.length * 12
  }

  /** The first message of a packet behind `packet`. */
  private firstAfter(packet: number): number {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.packets[middle]! <= packet) low = middle + 1
      else high = middle
    }
    return low
  }

  private grow(): void {
    this.packets = widened(this.packets)
    this.places = widened(this.places)
    this.values = widened(this.values)
  }
}

/** The place of offset `pos` of the bytes that are being read: the same whenever the packet is dissected. */
export const placeOf = (d: Dissection, pos: number): number =>
  (d.source === 0 ? pos - d.frameStart : pos + d.source * 0x4000000) >>> 0
