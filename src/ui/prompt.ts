/**
 * One line of text that the user is asked for, in the place of the status line.
 */

import type { Canvas, Rect } from './canvas.js'
import type { Theme } from './theme.js'
import { LineEditor } from './line-editor.js'
import { sanitize } from './sanitize.js'
import { textWidth } from './width.js'

export interface Question {
  readonly label: string
  /** Shown at the right: what may be answered. */
  readonly hint: string
  /** Takes the answer. Returns an empty text, or what is wrong with it: then the prompt stays. */
  readonly accept: (answer: string) => string
}

export class Prompt {
  readonly question: Question
  private readonly field = new LineEditor()
  private error = ''

  constructor(question: Question) {
    this.question = question
  }

  get text(): string {
    return this.field.text
  }

  /** Takes one key. Returns true when the prompt is done, answered or left. */
  key(key: string): boolean {
    if (key === 'escape' || key === 'C-g') return true
    if (key === 'enter') {
      this.error = this.text.trim() === '' ? '' : this.question.accept(this.text.trim())
      return this.error === ''
    }
    this.error = ''
    if (key === 'backspace' && this.field.isEmpty) return true
    this.field.key(key)
    return false
  }

  /** Takes text as it was pasted: one line, whatever it contained. */
  insert(text: string): void {
    this.field.insert(text)
  }

  draw(canvas: Canvas, rect: Rect, theme: Theme): void {
    canvas.paint(rect)
    const x = canvas.text(rect.x + 1, rect.y, `${this.question.label} `, theme.style('strong'), rect.width - 1)
    const note = this.error || this.question.hint
    const noteWidth = textWidth(sanitize(note)) + 2
    const room = rect.x + rect.width - x - 1
    const withNote = room - noteWidth >= 8
    const width = Math.max(1, withNote ? room - noteWidth : room)
    this.field.draw(canvas, { x, y: rect.y, width, height: 1 }, () => theme.style('text'))
    const style = this.error ? theme.severity(3) : theme.style('quiet')
    if (withNote) canvas.text(rect.x + rect.width - noteWidth + 1, rect.y, note, style)
  }
}
