/**
 * What lies over the panes and has all keys while it is there: the help, a menu, the bytes of a stream.
 */

import type { Canvas, Rect } from './canvas.js'
import type { MouseKind } from './input.js'
import type { Theme } from './theme.js'

export interface Overlay {
  /** Takes one key, named as `input.ts` does. Returns true when the overlay is done. */
  key(key: string): boolean
  /** Takes one event of the mouse, in cells of the screen. Returns true when the overlay is done. */
  mouse(kind: MouseKind, x: number, y: number): boolean
  /** Takes pasted text. */
  insert?(text: string): void
  /** Stops what still runs on its behalf; called once, when it goes. */
  stop?(): void
  draw(canvas: Canvas, area: Rect, theme: Theme): void
}
