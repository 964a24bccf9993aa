/**
 * Which panes are on the screen and which one has the keys.
 */

import type { Layout, Pane, View } from './layout.js'
import { computeLayout } from './layout.js'

export class Panes {
  layout: Layout
  private view: View = { focus: 'list', zoomed: false, lower: 'tree', bytes: true, filter: false }
  private width = 0
  private height = 0
  private readonly changed: (layout: Layout) => void

  /** `changed` is told every new layout, so that lists know how many of their rows are in view. */
  constructor(changed: (layout: Layout) => void) {
    this.changed = changed
    this.layout = computeLayout(0, 0, this.view)
  }

  get focused(): Pane {
    return this.view.focus
  }

  resize(width: number, height: number): void {
    if (width === this.width && height === this.height) return
    this.width = width
    this.height = height
    this.show({})
  }

  focus(pane: Pane): void {
    if (pane === 'list') this.show({ focus: pane })
    else this.show({ focus: pane, lower: pane, bytes: this.view.bytes || pane === 'bytes' })
  }

  next(step: 1 | -1): void {
    const panes: Pane[] = this.view.bytes ? ['list', 'tree', 'bytes'] : ['list', 'tree']
    const at = panes.indexOf(this.view.focus)
    this.focus(panes[(at + step + panes.length) % panes.length] ?? 'list')
  }

  /** Gives the display filter its line, or takes it away. */
  showFilter(on: boolean): void {
    if (on !== this.view.filter) this.show({ filter: on })
  }

  zoom(on = !this.view.zoomed): void {
    this.show({ zoomed: on })
  }

  /** Shows or hides the bytes: beside the tree, or in its place where there is room for one of them only. */
  toggleBytes(): void {
    const { focus, lower, zoomed, bytes } = this.view
    const together = this.layout.tree !== undefined && this.layout.bytes !== undefined
    if (zoomed) this.focus(focus === 'bytes' ? 'tree' : 'bytes')
    else if (together) this.show({ bytes: false, lower: 'tree', focus: focus === 'bytes' ? 'tree' : focus })
    else if (bytes && lower === 'bytes') this.show({ lower: 'tree', focus: focus === 'bytes' ? 'tree' : focus })
    else this.show({ bytes: true, lower: 'bytes', focus: focus === 'tree' && !this.isWide() ? 'bytes' : focus })
  }

  /** True when a layout with bytes has room for the tree as well. */
  private isWide(): boolean {
    return computeLayout(this.width, this.height, { ...this.view, lower: 'bytes', bytes: true }).tree !== undefined
  }

  private show(view: Partial<View>): void {
    this.view = { ...this.view, ...view }
    this.layout = computeLayout(this.width, this.height, this.view)
    this.changed(this.layout)
  }
}
