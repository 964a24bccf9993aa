/** A block of a followed stream as lines of the screen: where each begins and ends, and what it is. */
import type { FollowBlock } from '../session/session.js'
import { isDrawable } from './width.js'

export type FollowMode = 'text' | 'hex' | 'raw'

/** A line: a heading where a side begins to speak, bytes, or word of bytes that are missing. */
export interface FollowLine {
  readonly kind: 'heading' | 'bytes' | 'missing'
  /** The piece that it belongs to; the first one of several. */
  readonly piece: number
  /** Which of the block's bytes. */
  readonly start: number
  readonly end: number
}

const LINE_FEED = 0x0a

/** Bytes in a row of the hex dump on a screen of this many columns. */
export const hexPerRow = (width: number): number => (width >= 78 ? 16 : 8)

/** Lays a block out in lines of at most `width` columns. */
export function layOut(block: FollowBlock, mode: FollowMode, width: number): FollowLine[] {
  const lines: FollowLine[] = []
  const { pieces, bytes } = block
  for (let i = 0; i < pieces.length; ) {
    const { side, missing, start } = pieces[i]!
    const goesOn = i === 0 ? block.goesOn : pieces[i - 1]!.side === side
    if (missing !== 0) {
      lines.push({ kind: 'missing', piece: i, start, end: start })
      i++
      continue
    }
    if (!goesOn || (i > 0 && pieces[i - 1]!.missing !== 0)) lines.push({ kind: 'heading', piece: i, start, end: start })
    let last = i
    while (last + 1 < pieces.length && pieces[last + 1]!.side === side && pieces[last + 1]!.missing === 0) last++
    const { end } = pieces[last]!
    let piece = i
    for (let at = start; at < end; ) {
      while (pieces[piece]!.end <= at) piece++
      const to = mode === 'text' ? endOfText(bytes, at, end, width) : Math.min(end, at + rowSize(mode, width))
      lines.push({ kind: 'bytes', piece, start: at, end: to })
      at = to
    }
    i = last + 1
  }
  return lines
}

const rowSize = (mode: 'hex' | 'raw', width: number): number =>
  mode === 'hex' ? hexPerRow(width) : Math.max(1, width >>> 1)

/** Where the line of text ends that begins at `at`: behind its line feed, or where it is full. No character is cut. */
function endOfText(bytes: Uint8Array, at: number, end: number, width: number): number {
  const full = Math.min(end, at + Math.max(width, 4))
  const feed = bytes.subarray(at, full).indexOf(LINE_FEED)
  if (feed >= 0) return at + feed + 1
  if (full === end) return end
  // Its line feed still has room behind a line that is full.
  if (bytes[full] === LINE_FEED) return full + 1
  let to = full
  while (to > full - 3 && (bytes[to]! & 0xc0) === 0x80) to--
  return (bytes[to]! & 0xc0) === 0x80 ? full : to
}

/** A line of text as it is drawn; never wider than it has bytes. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (const char of decoder.decode(bytes.subarray(start, end)).replace(/\r?\n$/, '')) {
    if (char === '\t') text += ' '
    else text += char !== '\ufffd' && isDrawable(char.codePointAt(0)!) ? char : '.'
  }
  return text
}
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
