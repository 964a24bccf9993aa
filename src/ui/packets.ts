/**
 * The packets of a session as a list to move in: selection, marks, the rows in view.
 */

import type { ColumnChoice, Displayed, Row, Session, Status } from '../session/session.js'
import type { Canvas, Rect } from './canvas.js'
import type { Saveable } from './save-dialog.js'
import type { Theme } from './theme.js'
import type { Highlight } from './packet-list.js'
import { forgottenRow } from '../session/forgotten-row.js'
import { usualColumns } from '../session/session.js'
import { drawPacketList, emptyWidths, listColumns, measureRow } from './packet-list.js'
import { RowCache } from './row-cache.js'
import { VirtualList, clamp } from './virtual-list.js'

const sidewaysStep = 8
const maxSideways = 4000

export class Packets {
  readonly list = new VirtualList()
  /** So many packets, the oldest, are known no more. */
  forgotten = 0
  private readonly rows: RowCache
  private readonly marks = new Set<number>()
  private readonly session: Session
  /** Which packets the rows are. */
  private shown: Displayed
  /** The packet to select once it is known whether it is listed; 0 for none. */
  private wanted = 0
  /** What is underlined in the rows. */
  highlight: Highlight = () => undefined
  private widths = emptyWidths()
  private sideways = 0
  /** What the session's rows show. */
  private choices: readonly ColumnChoice[] = usualColumns
  private columns = listColumns(usualColumns)

  constructor(session: Session, changed: () => void, failed: (error: unknown) => void) {
    this.session = session
    this.shown = session.displayed
    this.rows = new RowCache(session, changed, failed)
  }

  /** There are packets, but none of their rows has arrived. */
  get isWaiting(): boolean {
    return this.rows.isEmpty && this.shown.length > 0
  }

  /** The number of the selected packet, 0 when there is none. It may be one that another list is about to have. */
  get selected(): number {
    return this.wanted || this.shown.packetAt(this.list.selected + 1)
  }

  /** True when the packet is not listed; false as long as that is not known. */
  isHidden(packet: number): boolean {
    return packet <= this.shown.decided && !this.shown.has(packet)
  }

  /** Follows the session to another list: the selected packet stays, or else the one after it. */
  relist(): void {
    const { displayed } = this.session
    if (displayed === this.shown) return
    const { list } = this
    const line = clamp(list.selected - list.top, 0, Math.max(0, list.height - 1))
    this.wanted = this.selected
    this.shown = displayed
    this.rows.clear()
    list.setCount(displayed.length)
    list.selected = list.top = 0
    this.settle(false, line)
  }

  /** Asks for the first of `count` rows: they come while the terminal is still being prepared. */
  prefetch(count: number): void {
    this.rows.want(0, 1, count)
  }

  /** Selects the packet that is wanted if it is known where it is; `final`: all is known. */
  settle(final: boolean, line = -1): void {
    const { shown, list, wanted } = this
    if (wanted === 0 || list.count === 0) return
    const place = shown.placeOf(wanted)
    if (!final && shown.packetAt(place) < wanted) return
    this.wanted = 0
    list.jump(place - 1)
    if (line >= 0) list.scrollSo(place - 1, line)
  }

  /** Selects a packet, or the one after it where it is not listed. */
  jumpTo(packet: number, final: boolean): void {
    this.wanted = packet
    this.settle(final)
  }

  /** The user moves on from here: no other packet is wanted any more. */
  release(): void {
    // In an empty list there is nowhere to go.
    if (this.list.count > 0) this.wanted = 0
  }

  toggleMark(): void {
    const packet = this.selected
    if (packet > 0 && !this.marks.delete(packet)) this.marks.add(packet)
  }

  get markCount(): number {
    return this.marks.size
  }

  /** The marked and listed packet after the selected one, from the end back to the first; undefined without any. */
  nextMark(): number | undefined {
    const sorted = [...this.marks].filter((packet) => !this.isHidden(packet)).sort((a, b) => a - b)
    return sorted.find((packet) => packet > this.selected) ?? sorted[0]
  }

  /** What of them there is to save. */
  saveable(status: Status): Saveable {
    const { packets, displayed } = status
    return { packets, displayed, marked: [...this.marks], selected: this.selected }
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

  /** The session's rows have these columns now. */
  showColumns(choices: readonly ColumnChoice[]): void {
    this.choices = choices
    this.columns = listColumns(choices)
    this.widths = { ...this.widths, cells: [] }
    this.rows.refresh()
  }

  /** Draws the rows in view and asks for those that are missing. `empty` is said when there are none. */
  draw(canvas: Canvas, header: Rect | undefined, rect: Rect, theme: Theme, focused: boolean, empty: string): void {
    const { list, rows, marks, columns, widths, sideways } = this
    const end = Math.min(list.count, list.top + list.height)
    rows.want(list.top, end, list.count)
    const packet = (index: number): number => this.shown.packetAt(index + 1)
    for (let index = list.top; index < end; index++) {
      const row = rows.get(index, packet(index))
      if (row) measureRow(widths, row)
    }
    const row = (index: number): Row | undefined => {
      const number = packet(index)
      return number > 0 && number <= this.forgotten ? forgottenRow(number) : rows.get(index, number)
    }
    const { selected, highlight } = this
    const choices = this.choices.length
    const shown = { columns, choices, widths, sideways }
    const state = { ...shown, list, row, packet, selected, marks, focused, highlight, empty }
    drawPacketList(canvas, header, rect, state, theme)
  }
}
