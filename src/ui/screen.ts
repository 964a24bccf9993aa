/** What fills the terminal, and what it may ask of the program around it. */

import type { Canvas } from './canvas.js'
import type { InputEvent } from './input.js'
import type { Theme } from './theme.js'

export interface Screen {
  /** What there is to show first is still on its way. */
  readonly isWaiting?: boolean
  handle(event: InputEvent): void
  /** Paints the whole screen in the given size. */
  draw(width: number, height: number): Canvas
  /** Stops timers and listening; called once, when it goes. */
  stop(): void
}

export interface ScreenHost {
  readonly theme: Theme
  /** Name and version of the program, for the title. */
  readonly program: string
  /** What is wrong with the settings, to be said first. */
  readonly problems?: readonly string[]
  /** A new picture is due. */
  readonly changed: () => void
  readonly quit: () => void
  readonly suspend: () => void
  readonly redraw: () => void
  /** Shows another screen in place of the one that is there, which is stopped. */
  readonly show: (next: Screen) => void
}
