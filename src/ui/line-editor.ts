/**
 * One line of text being typed: its characters, the cursor, and what the keys of an editor do to them.
 */

import type { Canvas, Rect } from './canvas.js'
import { sanitize, skip } from './sanitize.js'
import { reverse } from './theme.js'
import { textWidth } from './width.js'

const maxText = 4096

export class LineEditor {
  private chars: string[] = []
  /** Where the cursor stands, in characters. */
  private at = 0

  get text(): string {
    return this.chars.join('')
  }

  /** Where the cursor stands, as an offset into `text`. */
  get cursor(): number {
    return this.chars.slice(0, this.at).join('').length
  }

  get isEmpty(): boolean {
    return this.chars.length === 0
  }

  /** Puts `text` in place of everything, with the cursor at offset `cursor` of it, or at its end. */
  set(text: string, cursor = text.length): void {
    this.chars = [...text].slice(0, maxText)
    this.at = Math.min([...text.slice(0, cursor)].length, this.chars.length)
  }

  /** Inserts text as it was typed or pasted: one line, whatever it contained. */
  insert(text: string): void {
    const chars = [...text.replace(/\s+/g, ' ')].slice(0, maxText - this.chars.length)
    this.chars.splice(this.at, 0, ...chars)
    this.at += chars.length
  }

  /** Takes a key, named as `input.ts` does. Returns false when it means nothing here. */
  key(key: string): boolean {
    if (key === 'left' || key === 'C-b') this.at = Math.max(0, this.at - 1)
    else if (key === 'right' || key === 'C-f') this.at = Math.min(this.chars.length, this.at + 1)
    else if (key === 'home' || key === 'C-a') this.at = 0
    else if (key === 'end' || key === 'C-e') this.at = this.chars.length
    else if (key === 'C-left' || key === 'M-b') this.at = this.wordStart()
    else if (key === 'C-right' || key === 'M-f') this.at = this.wordEnd()
    else if (key === 'backspace') this.erase(this.at - 1, this.at)
    else if (key === 'delete') this.erase(this.at, this.at + 1)
    else if (key === 'C-u') this.erase(0, this.at)
    else if (key === 'C-k') this.erase(this.at, this.chars.length)
    else if (key === 'C-w') this.erase(this.wordStart(), this.at)
    else if (key === 'space') this.insert(' ')
    else if ([...key].length === 1) this.insert(key)
    else return false
    return true
  }

  /**
   * Draws the part of the text around the cursor into `rect`, one line. `styleAt` gives the style of the character at an
   * offset of `text`. Returns the column at which the text would begin, which is left of `rect` once it scrolled.
   */
  draw(canvas: Canvas, rect: Rect, styleAt: (offset: number) => number): number {
    const { x, y, width } = rect
    const widthOf = (chars: readonly string[]): number => textWidth(sanitize(chars.join('')))
    const before = widthOf(this.chars.slice(0, this.at))
    const under = widthOf(this.chars.slice(this.at, this.at + 1)) || 1
    const scrolled = Math.max(0, before + under - width)
    const origin = x - scrolled
    let offset = 0
    let column = origin
    for (const [i, char] of this.chars.entries()) {
      const shown = sanitize(char)
      const columns = textWidth(shown)
      const style = i === this.at ? reverse(styleAt(offset)) : styleAt(offset)
      const hidden = Math.max(0, x - column)
      if (hidden < columns) canvas.text(column + hidden, y, skip(shown, hidden), style, x + width - column - hidden)
      column += columns
      offset += char.length
      if (column >= x + width) break
    }
    if (this.at === this.chars.length) canvas.text(column, y, ' ', reverse(styleAt(offset)), x + width - column)
    return origin
  }

  private erase(from: number, to: number): void {
    const start = Math.max(0, from)
    this.chars.splice(start, to - start)
    this.at = start
  }

  private wordStart(): number {
    let at = this.at
    while (at > 0 && this.chars[at - 1] === ' ') at--
    while (at > 0 && this.chars[at - 1] !== ' ') at--
    return at
  }

  private wordEnd(): number {
    let at = this.at
    while (this.chars[at] === ' ') at++
    while (at < this.chars.length && this.chars[at] !== ' ') at++
    return at
  }
}
