/** Draws one line of a followed stream, each side in its colour, with what is searched for underlined. */
import type { Canvas, Rect } from './canvas.js'
import { type FollowLine, type FollowMode, hexPerRow, textOf } from './follow-layout.js'
import type { Page } from './follow-pages.js'
import type { Theme } from './theme.js'
import { formatCount } from './status-line.js'
import { bold, underline } from './theme.js'
import { textWidth } from './width.js'

export interface FollowDrawing {
  readonly page: Page
  readonly line: FollowLine
  readonly mode: FollowMode
  readonly ends: readonly [string, string]
  /** What is searched for, empty for nothing. */
  readonly needle: Uint8Array
  readonly marked: boolean
}

/** Draws the line in the one row of `rect`. */
export function drawFollowLine(canvas: Canvas, rect: Rect, drawing: FollowDrawing, theme: Theme): void {
  const { page, line, marked } = drawing
  const { x, y, width } = rect
  const piece = page.block.pieces[line.piece]!
  const style = piece.side === 0 ? theme.layer('dns') : theme.layer('smtp')
  if (marked) canvas.text(x, y, '▸', theme.style('accent'))
  if (line.kind === 'missing') {
    const text = `[${formatCount(piece.missing)} bytes are missing in the capture] · frame ${formatCount(piece.packet)}`
    canvas.text(x + 1, y, text, theme.severity(2), width - 1)
  } else if (line.kind === 'heading') {
    const who = `${piece.side === 0 ? '→' : '←'} ${drawing.ends[piece.side]}`
    const end = canvas.text(x + 1, y, who, bold(style), width - 1)
    const when = ` · frame ${formatCount(piece.packet)} · ${piece.time.toFixed(6)} s`
    canvas.text(end, y, when, theme.style('quiet'), x + width - end)
  } else drawBytes(canvas, rect, drawing, style, theme)
  if (marked) canvas.restyle({ x, y, width: 1, height: 1 }, bold)
}

function drawBytes(canvas: Canvas, rect: Rect, drawing: FollowDrawing, style: number, theme: Theme): void {
  const { page, line, mode, needle } = drawing
  const { bytes } = page.block
  const { start, end } = line
  const x = rect.x + 1
  const { y } = rect
  const mark = (from: number, columns: number): void =>
    canvas.restyle({ x: from, y, width: columns, height: 1 }, (own) => bold(underline(own)))
  const hits = hitsIn(bytes, start, end, needle)
  if (mode === 'text') {
    canvas.text(x, y, textOf(bytes, start, end), style, rect.width - 1)
    for (const [from, to] of hits) {
      const before = textWidth(textOf(bytes, start, from))
      mark(x + before, textWidth(textOf(bytes, from, to)))
    }
    return
  }
  if (mode === 'raw') {
    canvas.text(x, y, Buffer.from(bytes.subarray(start, end)).toString('hex'), style, rect.width - 1)
    for (const [from, to] of hits) mark(x + (from - start) * 2, (to - from) * 2)
    return
  }
  const perRow = hexPerRow(rect.width - 2)
  const offset = offsetOf(page, line)
  canvas.text(x, y, offset.toString(16).padStart(8, '0'), theme.style('quiet'))
  const hexAt = (i: number): number => x + 10 + i * 3 + (i >= 8 ? 1 : 0)
  const textAt = (i: number): number => x + 10 + perRow * 3 + (perRow > 8 ? 1 : 0) + 1 + i
  for (let i = 0; start + i < end; i++) {
    const byte = bytes[start + i]!
    canvas.text(hexAt(i), y, byte.toString(16).padStart(2, '0'), style, rect.x + rect.width - hexAt(i))
    const char = byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'
    canvas.text(textAt(i), y, char, style, rect.x + rect.width - textAt(i))
  }
  for (const [from, to] of hits) {
    for (let at = from; at < to; at++) {
      mark(hexAt(at - start), 2)
      mark(textAt(at - start), 1)
    }
  }
}

/** Where in its side of the stream a line begins. */
function offsetOf({ block }: Page, line: FollowLine): number {
  const { side } = block.pieces[line.piece]!
  let offset = block.offsets[side]
  for (const piece of block.pieces) {
    if (piece.start >= line.start) break
    if (piece.side === side) offset += Math.min(piece.end, line.start) - piece.start
  }
  return offset
}

/** The parts of `start…end` that belong to places of `needle`, letters in either case. */
function hitsIn(bytes: Uint8Array, start: number, end: number, needle: Uint8Array): (readonly [number, number])[] {
  const hits: (readonly [number, number])[] = []
  const { length } = needle
  if (length === 0) return hits
  const first = Math.max(0, start - length + 1)
  const near = Buffer.from(bytes.subarray(first, end + length - 1)).map(lower)
  const wanted = Buffer.from(needle).map(lower)
  const text = Buffer.from(near)
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + length)) {
    const from = Math.max(first + at, start)
    const to = Math.min(first + at + length, end)
    if (from < to) hits.push([from, to])
  }
  return hits
}

const lower = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte)
