/** The last line of the view of a stream: what is not shown or still looked for, and the keys. */
import type { Canvas, Rect } from './canvas.js'
import type { Theme } from './theme.js'
import { formatCount } from './status-line.js'

export interface FollowFoot {
  /** Pieces that found no room. */
  readonly refused: number
  /** The packet that led to the stream is still looked for. */
  readonly looking: boolean
}

const keys: readonly (readonly [string, string])[] = [
  ['Esc', 'leaves'],
  ['Enter', 'to the packet'],
  ['m', 'text, hex, raw'],
  ['s', 'sides'],
  ['Ctrl-F', 'find'],
  ['n', 'next'],
  ['w', 'save'],
  ['/', 'filter'],
]

/** Draws it in the one row of the rectangle: as many keys as find room. */
export function drawFollowFoot(canvas: Canvas, { x, y, width }: Rect, foot: FollowFoot, theme: Theme): void {
  const { refused, looking } = foot
  let at = x + 1
  if (refused > 0) {
    const text = `! ${formatCount(refused)} later ${refused === 1 ? 'piece' : 'pieces'} left out`
    at = canvas.text(at, y, text, theme.severity(2), width - 2) + 2
  }
  if (looking) at = canvas.text(at, y, 'looking for the packet …', theme.style('quiet'), x + width - at) + 2
  for (const [key, text] of keys) {
    if (at + key.length + text.length + 1 >= x + width) return
    at = canvas.text(at, y, key, theme.style('key'))
    at = canvas.text(at, y, ` ${text}  `, theme.style('quiet'))
  }
}
