/**
 * One line of text that the user is asked for, in the place of the status line.
 */

import type { Canvas, Rect } from './canvas.js'
import type { Theme } from './theme.js'
import { reverse } from './theme.js'
import { sanitize, skip } from './sanitize.js'
import { textWidth } from './width.js'

export interface Question {
  readonly label: string
  /** Shown at the right: what may be answered. */
  readonly hint: string
  /** Takes the answer. Returns an empty text, or what is wrong with it: then the prompt stays. */
  readonly accept: (answer: string) => string
}

const maxAnswer = 1024

export class Prompt {
  readonly question: Question
  private chars: string[] = []
  private cursor = 0
  private error = ''

  constructor(question: Question) {
    this.question = question
  }

  get text(): string {
    return this.chars.join('')
  }

  /** Takes one key. Returns true when the prompt is done, answered or left. */
  key(key: string): boolean {
    if (key === 'escape' || key === 'C-g') return true
    if (key === 'enter') {
      this.error = this.text.trim() === '' ? '' : this.question.accept(this.text.trim())
      return this.error === ''
    }
    this.error = ''
    if (key === 'left') this.cursor = Math.max(0, this.cursor - 1)
    else if (key === 'right') this.cursor = Math.min(this.chars.length, this.cursor + 1)
    else if (key === 'home' || key === 'C-a') this.cursor = 0
    else if (key === 'end' || key === 'C-e') this.cursor = this.chars.length
    else if (key === 'backspace' && this.cursor === 0) return this.chars.length === 0
    else if (key === 'backspace') this.chars.splice(--this.cursor, 1)
    else if (key === 'delete') this.chars.splice(this.cursor, 1)
    else if (key === 'C-u') this.cursor -= this.chars.splice(0, this.cursor).length
    else if (key === 'C-w') this.eraseWord()
    else if (key === 'space') this.insert(' ')
    else if ([...key].length === 1) this.insert(key)
    return false
  }

  /** Takes text as it was pasted: one line, whatever it contained. */
  insert(text: string): void {
    const chars = [...text.replace(/\s+/g, ' ')].slice(0, maxAnswer - this.chars.length)
    this.chars.splice(this.cursor, 0, ...chars)
    this.cursor += chars.length
  }

  draw(canvas: Canvas, rect: Rect, theme: Theme): void {
    const quiet = theme.style('quiet')
    canvas.paint(rect)
    let x = canvas.text(rect.x + 1, rect.y, `${this.question.label} `, theme.style('strong'), rect.width - 1)
    const note = this.error || this.question.hint
    const noteWidth = textWidth(sanitize(note)) + 2
    const room = rect.x + rect.width - x - 1
    const withNote = room - noteWidth >= 8
    const field = Math.max(1, withNote ? room - noteWidth : room)
    const before = sanitize(this.chars.slice(0, this.cursor).join(''))
    const under = sanitize(this.chars[this.cursor] ?? ' ')
    const after = sanitize(this.chars.slice(this.cursor + 1).join(''))
    // Scrolls so that the cursor is always in view.
    const shown = skip(before, textWidth(before) + textWidth(under) - field)
    const end = x + field
    x = canvas.text(x, rect.y, shown, theme.style('text'), end - x)
    x = canvas.text(x, rect.y, under, reverse(theme.style('text')), end - x)
    canvas.text(x, rect.y, after, theme.style('text'), end - x)
    if (withNote) {
      canvas.text(rect.x + rect.width - noteWidth + 1, rect.y, note, this.error ? theme.severity(3) : quiet)
    }
  }

  private eraseWord(): void {
    const start = this.cursor
    while (this.cursor > 0 && this.chars[this.cursor - 1] === ' ') this.cursor--
    while (this.cursor > 0 && this.chars[this.cursor - 1] !== ' ') this.cursor--
    this.chars.splice(this.cursor, start - this.cursor)
  }
}
