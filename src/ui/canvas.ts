/**
 * A sheet of character cells that the screen is drawn on before it goes to the terminal.
 *
 * Every text passes `sanitize` on its way in, so nothing that is drawn here can act on a terminal. Drawing outside the
 * sheet is cut off. Wide characters take two cells; the second one holds `continued`.
 */

import { sanitize } from './sanitize.js'
import { charWidth } from './width.js'

/** A part of a sheet or screen, in cells. */
export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What the second cell of a wide character holds. */
const continued = '\0'

/** How a cell looks when nothing is said: the terminal's own colours. See `theme.ts` for the bits. */
const plainStyle = (0x1ff << 9) | 0x1ff

export class Canvas {
  readonly width: number
  readonly height: number
  readonly chars: string[]
  readonly styles: Int32Array

  constructor(width: number, height: number) {
    this.width = Math.max(0, width)
    this.height = Math.max(0, height)
    this.chars = new Array<string>(this.width * this.height).fill(' ')
    this.styles = new Int32Array(this.width * this.height).fill(plainStyle)
  }

  /** Writes `text` from column `x` of line `y`, at most `room` columns of it. Returns the column after its end. */
  text(x: number, y: number, text: string, style = plainStyle, room = this.width): number {
    const end = Math.min(this.width, x + room)
    let at = x
    for (const char of sanitize(text)) {
      const columns = charWidth(char.codePointAt(0) ?? 0)
      if (at + columns > end) break
      if (y >= 0 && y < this.height) {
        if (columns === 0) this.join(at - 1, x, y, char)
        else this.put(at, y, char, columns, style)
      }
      at += columns
    }
    return at
  }

  /** Fills a part of the sheet with one character of one column. */
  paint(rect: Rect, char = ' ', style = plainStyle): void {
    for (let y = Math.max(0, rect.y); y < Math.min(this.height, rect.y + rect.height); y++) {
      for (let x = Math.max(0, rect.x); x < Math.min(this.width, rect.x + rect.width); x++) {
        this.chars[y * this.width + x] = char
        this.styles[y * this.width + x] = style
      }
    }
  }

  /** Gives the cells of a part of the sheet the style that `change` makes of theirs. */
  restyle(rect: Rect, change: (style: number) => number): void {
    for (let y = Math.max(0, rect.y); y < Math.min(this.height, rect.y + rect.height); y++) {
      for (let x = Math.max(0, rect.x); x < Math.min(this.width, rect.x + rect.width); x++) {
        const at = y * this.width + x
        this.styles[at] = change(this.styles[at] ?? plainStyle)
      }
    }
  }

  /** Line `y` as text, without the blanks at its end. */
  line(y: number): string {
    return this.chars
      .slice(y * this.width, (y + 1) * this.width)
      .join('')
      .replaceAll(continued, '')
      .trimEnd()
  }

  lines(): string[] {
    return Array.from({ length: this.height }, (_, y) => this.line(y))
  }

  private put(x: number, y: number, char: string, columns: number, style: number): void {
    if (x < 0) return
    const at = y * this.width + x
    // Half of a wide character that is overwritten must not stay behind.
    if (this.chars[at] === continued && x > 0) this.chars[at - 1] = ' '
    const after = at + columns
    if (x + columns < this.width && this.chars[after] === continued) this.chars[after] = ' '
    this.chars[at] = char
    this.styles[at] = style
    if (columns === 2) {
      this.chars[at + 1] = continued
      this.styles[at + 1] = style
    }
  }

  /** Puts a combining mark onto the character that ends in cell `x`, but never onto what stood left of the text. */
  private join(x: number, start: number, y: number, markChar: string): void {
    if (x < start || x < 0) return
    const at = y * this.width + x
    const target = this.chars[at] === continued ? at - 1 : at
    this.chars[target] += markChar
  }
}
