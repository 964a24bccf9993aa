/**
 * The packet list: which columns there is room for, and how a row is drawn.
 */

import type { ColumnChoice, Row } from '../session/session.js'
import type { Canvas, Rect } from './canvas.js'
import type { Theme } from './theme.js'
import type { VirtualList } from './virtual-list.js'
import { usualColumns } from '../session/session.js'
import { fit, sanitize, shorten, skip } from './sanitize.js'
import { bold, isUnderlined, severityMarks, underline } from './theme.js'
import { textWidth } from './width.js'

export type ColumnName = 'number' | 'time' | 'source' | 'destination' | 'protocol' | 'length' | 'info' | 'extra'

/** A column that the list has when there is room. */
export interface ListColumn {
  readonly name: ColumnName
  readonly title: string
  /** Of an extra one: which of a row's `cells` it shows. */
  readonly cell: number
}

export interface Column extends ListColumn {
  readonly width: number
  readonly align: 'left' | 'right'
}

/**
 * How wide the contents of the columns are, as far as rows were seen. Only grows, so that columns do not jump about.
 */
export interface ContentWidths {
  number: number
  time: number
  /** The time cut to milliseconds. */
  shortTime: number
  source: number
  destination: number
  protocol: number
  length: number
  /** Of a row's `cells`. */
  cells: number[]
}

/** From where to where a text has what was looked for, in its characters; undefined when it has it not. */
export type Highlight = (text: string) => readonly [number, number] | undefined

/** Everything that is needed to draw the list. */
export interface PacketListState {
  readonly list: VirtualList
  readonly row: (index: number) => Row | undefined
  /** The number of the packet in a row. */
  readonly packet: (index: number) => number
  /** The selected packet. */
  readonly selected: number
  readonly marks: ReadonlySet<number>
  readonly columns: readonly ListColumn[]
  /** How many columns were asked for. */
  readonly choices: number
  readonly widths: ContentWidths
  /** How far the Info column is scrolled sideways. */
  readonly sideways: number
  readonly focused: boolean
  /** From where to where a text has what was looked for. */
  readonly highlight: Highlight
  /** Said in place of rows when there are none. */
  readonly empty: string
}

/** Columns before the first one: selected, marked, problem. */
const gutter = 3
const minInfo = 20
/** Addresses are shortened before Info gets less than this. */
const goodInfo = 32
/** One odd row must not take the room of all columns. An IPv6 address has 39 characters. */
const maxAddress = 39
const maxTime = 32
const maxProtocol = 12
const maxExtra = 32
/** Columns that are looked at when a text is to be found in the list. */
const searchable: ReadonlySet<ColumnName> = new Set(['source', 'destination', 'protocol', 'info'])
/** Columns that every row has, by what they are asked for with. */
const names: Readonly<Record<string, ColumnName>> = {
  '%m': 'number',
  '%t': 'time',
  '%s': 'source',
  '%d': 'destination',
  '%p': 'protocol',
  '%L': 'length',
  '%i': 'info',
}

/** The columns that were asked for; what every row has stands in the list once. */
export function listColumns(choices: readonly ColumnChoice[]): ListColumn[] {
  const columns = choices.map(({ title, format }, cell): ListColumn => {
    const name = names[format] ?? 'extra'
    return { name, title: name === 'protocol' && title === 'Protocol' ? 'Proto' : title, cell }
  })
  return columns.filter(({ name }, i) => name === 'extra' || columns.findIndex((each) => each.name === name) === i)
}

const usual = listColumns(usualColumns)

export function emptyWidths(): ContentWidths {
  return { number: 4, time: 8, shortTime: 6, source: 11, destination: 11, protocol: 5, length: 6, cells: [] }
}

/** Notes how wide the texts of a row are. */
export function measureRow(widths: ContentWidths, row: Row): void {
  widths.number = Math.max(widths.number, String(row.number).length)
  widths.time = Math.max(widths.time, Math.min(maxTime, row.time.length))
  widths.shortTime = Math.max(widths.shortTime, shortTime(row.time).length)
  widths.source = Math.max(widths.source, Math.min(maxAddress, row.source.length))
  widths.destination = Math.max(widths.destination, Math.min(maxAddress, row.destination.length))
  widths.protocol = Math.max(widths.protocol, Math.min(maxProtocol, row.protocol.length))
  widths.length = Math.max(widths.length, String(row.length).length)
  const { cells } = widths
  row.cells?.forEach((text, i) => (cells[i] = Math.max(cells[i] ?? 0, Math.min(maxExtra, text.length))))
}

/**
 * The columns for a list of `width`. Where room is short, times lose digits and addresses their middle; then Length
 * goes, Time, No., the addresses shrink, and columns that were added go, the last one first. Info keeps 20 columns as
 * long as there are so many.
 */
export function chooseColumns(width: number, widths: ContentWidths, wanted: readonly ListColumn[] = usual): Column[] {
  const room = width - gutter - 1
  const gap = gapOf(width)
  const hasInfo = wanted.some(({ name }) => name === 'info')
  const [least, good] = hasInfo ? [minInfo, goodInfo] : [-gap, -gap]
  const shown = wanted.map((column) => ({ ...column, width: widthOf(column, widths) }))
  const info = (): number =>
    room - shown.reduce((sum, { name, width: own }) => sum + (name === 'info' ? 0 : own + gap), 0)
  const one = (name: ColumnName): { width: number } | undefined => shown.find((column) => column.name === name)

  shrinkAddresses(20, good)
  const time = one('time')
  if (time && info() < good) time.width = Math.min(time.width, widths.shortTime)
  shrinkAddresses(17, good)
  shrinkExtras(12, good)
  drop('length')
  drop('time')
  shrinkExtras(8, least)
  drop('number')
  shrinkAddresses(9, least)
  for (const { name } of shown.toReversed()) if (name === 'extra') drop(name)
  drop('source')
  drop('destination')
  drop('protocol')
  const rest = Math.max(0, info())
  return shown.map((column) => ({
    ...column,
    width: column.name === 'info' ? rest : column.width,
    align: column.name === 'number' || column.name === 'length' ? 'right' : 'left',
  }))

  /** The last one of these. */
  function drop(name: ColumnName): void {
    const at = shown.findLastIndex((column) => column.name === name)
    if (at >= 0 && info() < least) shown.splice(at, 1)
  }

  function shrink(column: { width: number } | undefined, atLeast: number, until: number): void {
    if (!column) return
    column.width = Math.min(column.width, Math.max(atLeast, column.width - Math.max(0, until - info())))
  }

  function shrinkExtras(atLeast: number, until: number): void {
    for (const column of shown.toReversed()) if (column.name === 'extra') shrink(column, atLeast, until)
  }

  function shrinkAddresses(atLeast: number, until: number): void {
    const [source, destination] = [one('source'), one('destination')]
    const [longer, shorter] =
      (source?.width ?? 0) >= (destination?.width ?? 0) ? [source, destination] : [destination, source]
    shrink(longer, Math.max(atLeast, shorter?.width ?? 0), until)
    const half = info() + Math.ceil((until - info()) / 2)
    shrink(source, atLeast, half)
    shrink(destination, atLeast, until)
  }
}

function widthOf({ name, title, cell }: ListColumn, widths: ContentWidths): number {
  if (name === 'info') return 0
  return name === 'extra' ? Math.max(Math.min(textWidth(title), 12), widths.cells[cell] ?? 0) : widths[name]
}

/** Blanks between columns. */
function gapOf(width: number): number {
  return width < 100 ? 1 : 2
}

/** Draws the titles of the columns into `header` and the rows in view into `rect`. */
export function drawPacketList(
  canvas: Canvas,
  header: Rect | undefined,
  rect: Rect,
  state: PacketListState,
  theme: Theme,
): void {
  const columns = chooseColumns(rect.width, state.widths, state.columns)
  const gap = gapOf(rect.width)
  if (header) {
    let x = header.x + gutter
    const style = theme.style(state.focused ? 'strong' : 'quiet')
    for (const column of columns) {
      canvas.text(x, header.y, fit(column.title, column.width, column.align), style, column.width)
      x += column.width + gap
    }
  }
  if (state.list.count === 0) {
    canvas.text(rect.x + gutter, rect.y, state.empty, theme.style('quiet'), rect.width - gutter)
  }
  for (let line = 0; line < rect.height; line++) {
    const index = state.list.rowAt(line)
    if (index >= 0) drawRow(canvas, { ...rect, y: rect.y + line, height: 1 }, columns, index, state, theme)
  }
  drawScrollbar(canvas, rect, state.list, theme, state.focused)
}

/** Draws the bar at the right edge of a pane, when there is more than fits. */
export function drawScrollbar(canvas: Canvas, rect: Rect, list: VirtualList, theme: Theme, focused: boolean): void {
  const { start, length } = list.thumb()
  if (length === 0) return
  for (let line = 0; line < rect.height; line++) {
    const thumb = line >= start && line < start + length
    const style = thumb ? theme.style(focused ? 'accent' : 'quiet') : theme.style('rule')
    canvas.text(rect.x + rect.width - 1, rect.y + line, thumb ? '┃' : '│', style)
  }
}

function drawRow(
  canvas: Canvas,
  rect: Rect,
  columns: readonly Column[],
  index: number,
  state: PacketListState,
  theme: Theme,
): void {
  const row = state.row(index)
  const packet = state.packet(index)
  const selected = packet === state.selected
  const y = rect.y
  const quiet = theme.style('quiet')
  const gap = gapOf(rect.width)
  let x = rect.x + gutter
  for (const column of columns) {
    const text = row ? cellText(row, column, state) : column.name === 'number' ? String(packet) : '…'
    const style = row ? cellStyle(row, column.name, theme) : quiet
    const fitted = fit(text, column.width, column.align)
    canvas.text(x, y, fitted, style, column.width)
    const found = row && searchable.has(column.name) ? state.highlight(fitted) : undefined
    if (found) {
      const at = textWidth(fitted.slice(0, found[0]))
      const width = textWidth(fitted.slice(found[0], found[1]))
      canvas.restyle({ x: x + at, y, width, height: 1 }, (before) => bold(underline(before)))
    }
    x += column.width + gap
  }
  if (state.marks.has(packet)) canvas.text(rect.x + 1, y, '●', theme.style('accent'))
  if (row) canvas.text(rect.x + 2, y, severityMarks[row.severity], theme.severity(row.severity))
  if (!selected) return
  canvas.text(rect.x, y, '▸', theme.style('strong'))
  const style = theme.selection(state.focused)
  canvas.restyle({ ...rect, width: rect.width - 1 }, (before) => (isUnderlined(before) ? underline(style) : style))
}

function cellText(row: Row, column: Column, { sideways, choices }: PacketListState): string {
  switch (column.name) {
    case 'number':
      return String(row.number)
    case 'time':
      return column.width < row.time.length ? shortTime(row.time) : row.time
    case 'source':
      return shorten(row.source, column.width)
    case 'destination':
      return shorten(row.destination, column.width)
    case 'protocol':
      return row.protocol
    case 'length':
      return String(row.length)
    case 'info':
      return sideways > 0 ? infoFrom(row.info, sideways) : row.info
    case 'extra':
      // A row that was made for other columns is on its way out.
      return row.cells?.length === choices ? (row.cells[column.cell] ?? '') : ''
  }
}

function infoFrom(info: string, sideways: number): string {
  const clean = sanitize(info)
  return textWidth(clean) <= sideways ? '' : `…${skip(clean, sideways + 1)}`
}

function cellStyle(row: Row, name: ColumnName, theme: Theme): number {
  if (name === 'number' || name === 'time' || name === 'length') return theme.style('quiet')
  if (name === 'info' && row.severity >= 2) return theme.severity(row.severity)
  return name === 'source' || name === 'destination' || name === 'extra' ? theme.style('text') : theme.layer(row.layer)
}

/** `12.412301` as `12.412`, `2026-11-22 17:18:57.123456` as `2026-11-22 17:18:57.123`. */
function shortTime(time: string): string {
  return time.replace(/(\.\d{3})\d+/, '$1')
}
