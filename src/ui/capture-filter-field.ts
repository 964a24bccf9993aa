/** The field for a capture filter: it is compiled while it is typed, and says what libpcap has against it. */

import type { Canvas, Rect } from './canvas.js'
import type { TextHistory } from '../session/live-control.js'
import type { Theme } from './theme.js'
import { LineEditor } from './line-editor.js'

export interface CaptureFilterOptions {
  /** Resolves with what is wrong with a filter, empty when nothing is. */
  readonly problemOf: (filter: string) => Promise<string>
  readonly history: TextHistory
  readonly changed: () => void
}

/** After the last key, in ms: each look runs a program. */
const delay = 150

export class CaptureFilterField {
  /** What libpcap says; empty while it has nothing to say. */
  problem = ''
  private readonly options: CaptureFilterOptions
  private readonly editor = new LineEditor()
  private timer: NodeJS.Timeout | undefined
  /** The filter that was compiled last. */
  private known = ''
  /** How far back in the history it is; -1 for what was typed. */
  private back = -1
  private typed = ''

  constructor(options: CaptureFilterOptions, text = '') {
    this.options = options
    this.editor.set(text)
    this.known = this.text
  }

  get text(): string {
    return this.editor.text.trim()
  }

  /** Takes one key. Returns false when it means nothing here. */
  key(key: string): boolean {
    if (key === 'up' || key === 'down') return this.fromHistory(key === 'up' ? 1 : -1)
    if (!this.editor.key(key)) return false
    this.back = -1
    this.check()
    return true
  }

  insert(text: string): void {
    this.editor.insert(text)
    this.check()
  }

  /** Compiles the filter as it is now. Resolves with what is wrong with it. */
  async verdict(): Promise<string> {
    clearTimeout(this.timer)
    const { text } = this
    const problem = text === '' ? '' : await this.options.problemOf(text)
    if (text === this.text) {
      this.known = text
      this.problem = problem
      this.options.changed()
    }
    return problem
  }

  /** Looks at the filter again, as for another interface. */
  check(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.verdict(), delay)
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  draw(canvas: Canvas, rect: Rect, theme: Theme, focused: boolean): void {
    const state = this.text !== this.known ? 'text' : this.problem === '' ? 'good' : 'bad'
    const style = state === 'bad' ? theme.severity(3) : theme.style('text')
    if (focused) this.editor.draw(canvas, rect, () => style)
    else canvas.text(rect.x, rect.y, this.editor.text, style, rect.width)
    if (this.text !== '' && state === 'good') canvas.text(rect.x + rect.width, rect.y, ' ✓', theme.style('accent'))
  }

  private fromHistory(step: 1 | -1): boolean {
    const list = this.options.history.list()
    const back = Math.min(this.back + step, list.length - 1)
    if (back < -1) return true
    if (this.back === -1) this.typed = this.editor.text
    this.back = back
    this.editor.set(back === -1 ? this.typed : (list[back] ?? ''))
    this.check()
    return true
  }
}
