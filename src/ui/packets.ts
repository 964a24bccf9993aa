/**
 * The packets of a session as a list to move in: selection, marks, the rows in view.
 */

import type { Session } from '../session/session.js'
import type { Canvas, Rect } from './canvas.js'
import type { Theme } from './theme.js'
import { drawPacketList, emptyWidths, measureRow } from './packet-list.js'
import { RowCache } from './row-cache.js'
import { VirtualList, clamp } from './virtual-list.js'

const sidewaysStep = 8
const maxSideways = 4000

export class Packets {
  readonly list = new VirtualList()
  private readonly rows: RowCache
  private readonly marks = new Set<number>()
  private widths = emptyWidths()
  private sideways = 0

  constructor(session: Session, changed: () => void, failed: (error: unknown) => void) {
    this.rows = new RowCache(session, changed, failed)
  }

  /** The number of the selected packet, 0 when there is none. */
  get selected(): number {
    return this.list.count > 0 ? this.list.selected + 1 : 0
  }

  toggleMark(): void {
    const packet = this.selected
    if (packet > 0 && !this.marks.delete(packet)) this.marks.add(packet)
  }

  /** The marked packet after the selected one, from the end back to the first; undefined when none is marked. */
  nextMark(): number | undefined {
    const sorted = [...this.marks].sort((a, b) => a - b)
    return sorted.find((packet) => packet > this.selected) ?? sorted[0]
  }

  /** Scrolls the info column by some steps. */
  scrollSideways(steps: number): void {
    this.sideways = clamp(this.sideways + steps * sidewaysStep, 0, maxSideways)
  }

  /** The times are written in another way now: all rows are asked for again. */
  newTimes(): void {
    const { time, shortTime } = emptyWidths()
    this.widths = { ...this.widths, time, shortTime }
    this.rows.refresh()
  }

  /** Draws the rows in view and asks for those that are missing. `empty` is said when there are none. */
  draw(canvas: Canvas, header: Rect | undefined, rect: Rect, theme: Theme, focused: boolean, empty: string): void {
    const { list, rows, marks, widths, sideways } = this
    const end = Math.min(list.count, list.top + list.height)
    rows.want(list.top, end, list.count)
    for (let index = list.top; index < end; index++) {
      const row = rows.get(index)
      if (row) measureRow(widths, row)
    }
    const row = rows.get.bind(rows)
    drawPacketList(canvas, header, rect, { list, row, marks, widths, sideways, focused, empty }, theme)
  }
}
