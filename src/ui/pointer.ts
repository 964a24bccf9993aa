/** What the mouse does in the panes: wheel, scrollbars, and clicks on packets, fields, bytes and their sources. */

import type { Details } from './details.js'
import type { MouseKind } from './input.js'
import type { Pane } from './layout.js'
import type { Packets } from './packets.js'
import type { Panes } from './panes.js'
import { inside, paneAt } from './layout.js'

export interface PointerOptions {
  readonly panes: Panes
  readonly packets: Packets
  readonly details: Details
  /** Changes the selected packet. `jump`: by more than a step. */
  readonly inList: (jump: boolean, change: () => void) => void
  /** Something is about to be clicked. */
  readonly clicking: () => void
}

const wheelRows = 3

export class Pointer {
  private readonly options: PointerOptions
  /** The pane whose scrollbar is being dragged. */
  private dragging: Pane | undefined

  constructor(options: PointerOptions) {
    this.options = options
  }

  /** The button was let go somewhere. */
  release(): void {
    this.dragging = undefined
  }

  /** Takes one event of the mouse, in cells of the screen. */
  mouse(kind: MouseKind, x: number, y: number): void {
    const { panes, packets, details, clicking } = this.options
    const { bytesRule } = panes.layout
    if (kind === 'down' && bytesRule && inside(bytesRule, x, y)) {
      const tabs = details.bytes.tabs(bytesRule.x, bytesRule.width)
      const tab = tabs.find((each) => x >= each.x && x < each.x + each.width)
      if (tab) details.bytes.selectSource(tab.source)
      return panes.focus('bytes')
    }
    const hit = paneAt(panes.layout, x, y)
    if (!hit) return
    const { pane, rect } = hit
    const rows = pane === 'list' ? packets.list : details[pane].list
    if (kind === 'wheelUp' || kind === 'wheelDown') return rows.scroll(kind === 'wheelUp' ? -wheelRows : wheelRows)
    if (kind === 'down') {
      this.dragging = x === rect.x + rect.width - 1 && rows.thumb().length > 0 ? pane : undefined
    }
    if (this.dragging === pane) return rows.scrollTo(y - rect.y)
    if (kind === 'drag') return
    clicking()
    panes.focus(pane)
    this.click(pane, x - rect.x, y - rect.y)
  }

  private click(pane: Pane, x: number, y: number): void {
    const { packets, details, inList } = this.options
    if (pane === 'list') {
      const { list } = packets
      const row = list.rowAt(y)
      if (row >= 0) inList(Math.abs(row - list.selected) > 1, () => list.select(row))
    } else if (pane === 'tree') {
      details.inTree((tree) => {
        const row = tree.list.rowAt(y)
        const again = row === tree.list.selected
        if (row < 0) return
        tree.list.select(row)
        if (again || tree.isSign(row, x)) tree.toggle()
      })
    } else {
      const offset = details.bytes.byteAt(x, y)
      if (offset >= 0) details.inBytes((bytes) => bytes.moveTo(offset))
    }
  }
}
