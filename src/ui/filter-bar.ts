/**
 * The line of the display filter: what is typed there, in colours, with what may follow and what is wrong; and, when
 * nobody types, the filter that is at work with its matches.
 */

import type { Completion, FilterInsight, Session, Status } from '../session/session.js'
import type { Canvas, Rect } from './canvas.js'
import type { FilterHistory } from './filter-history.js'
import type { Theme } from './theme.js'
import { completionRow, drawComplaint, partStyles } from './filter-drawing.js'
import { LineEditor } from './line-editor.js'
import { fit, sanitize } from './sanitize.js'
import { formatCount, formatMeter } from './status-line.js'
import { severityMarks } from './theme.js'
import { VirtualList } from './virtual-list.js'
import { textWidth } from './width.js'

export interface FilterBarOptions {
  readonly session: Session
  readonly history: FilterHistory
  readonly changed: () => void
  /** Applies what was typed. Resolves with true when that is done, with false when it cannot be. */
  readonly apply: (text: string) => Promise<boolean>
}

const mostRows = 8
const textAt = 3

export class FilterBar {
  /** Whether somebody types here. */
  editing = false
  private readonly options: FilterBarOptions
  private readonly editor = new LineEditor()
  private insight: FilterInsight | undefined
  /** What `insight` was asked about: the text, or the text with the cursor when it is being edited. */
  private known = ''
  private asked = ''
  private applying = false
  /** Tab waits for what there is to choose from. */
  private tabbing = false
  /** What may be chosen is shown although nothing points to it. */
  private asking = false
  /** Nothing may be chosen: the text came whole. */
  private quiet = true
  private readonly choices = new VirtualList()
  /** The chosen completion, -1 for none. */
  private chosen = -1
  /** Where in the history the text is from, -1 for what was typed, which is `typed`. */
  private past = -1
  private typed = ''
  /** The column at which the text begins. */
  private origin = textAt

  constructor(options: FilterBarOptions) {
    this.options = options
  }

  /** Keys must wait, as what they mean depends on an answer that is on its way. */
  get busy(): boolean {
    return this.applying || this.tabbing
  }

  /** Begins to edit `text`. */
  open(text: string): void {
    this.editing = true
    this.past = -1
    this.replace(text)
  }

  /** Shows `text`, which is at work, when nobody types. */
  show(text: string): void {
    if (!this.editing && text !== this.editor.text) this.replace(text)
  }

  /** Takes one key. */
  key(key: string): void {
    if (key === 'enter') this.enter()
    else if (key === 'escape' || key === 'C-g') this.escape()
    else if (key === 'tab') this.tab()
    else if (key === 'down' || key === 'up') this.vertical(key === 'down' ? 1 : -1)
    else if ((key === 'pagedown' || key === 'pageup') && this.chosen >= 0) {
      this.choose(this.chosen + (key === 'pagedown' ? mostRows : -mostRows))
    } else if (key === 'backspace' && this.editor.isEmpty) this.editing = false
    else if (this.editor.key(key)) this.edited()
  }

  insert(text: string): void {
    this.editor.insert(text.trim())
    this.edited()
  }

  /** Draws the line; `status` says how the filter does that is at work. */
  draw(canvas: Canvas, rect: Rect, status: Status, theme: Theme): void {
    const { editor } = this
    canvas.paint(rect)
    const note = this.editing ? this.note(theme) : matches(status, theme)
    const columns = textWidth(sanitize(note.text))
    const end = rect.x + rect.width
    const withNote = columns > 0 && rect.width - textAt - columns >= Math.min(24, textWidth(editor.text) + 4)
    const room = Math.max(0, (withNote ? end - columns - 3 : end - 1) - rect.x - textAt)
    const { mark, style } = this.sign(theme, status)
    canvas.text(rect.x, rect.y, mark, style, 1)
    canvas.text(rect.x + 1, rect.y, '/', style, 1)
    const styles = partStyles(editor.text, this.insight, theme)
    const plain = theme.style('text')
    const field = { x: rect.x + textAt, y: rect.y, width: room, height: 1 }
    if (this.editing) this.origin = editor.draw(canvas, field, (offset) => styles[offset] ?? plain)
    else this.drawText(canvas, field, (offset) => styles[offset] ?? plain)
    if (withNote) canvas.text(end - columns - 1, rect.y, note.text, note.style, columns)
  }

  /** Draws what lies over the panes below the line: what may be chosen, or what is wrong. */
  drawBelow(canvas: Canvas, rect: Rect, area: Rect, theme: Theme): void {
    if (!this.editing) return
    const items = this.items()
    const below = { ...area, y: rect.y + 1, height: Math.max(0, area.y + area.height - rect.y - 2) }
    if (items.length > 0) return this.drawChoices(canvas, below, items, theme)
    const { complaint = null, warnings = [], completions } = this.insight ?? {}
    if (complaint && !this.editor.isEmpty) {
      drawComplaint(canvas, below, this.origin, this.editor.text, complaint, theme.severity(3))
    } else if (warnings[0]) {
      const { message, start, end } = warnings[0]
      drawComplaint(canvas, below, this.origin, this.editor.text, { sentence: message, start, end }, theme.severity(2))
    } else if (completions?.hint && this.asking) {
      canvas.paint({ ...below, height: 1 })
      canvas.text(below.x + textAt, below.y, completions.hint, theme.style('quiet'), below.width - textAt)
    }
  }

  private drawText(canvas: Canvas, { x, y, width }: Rect, styleAt: (offset: number) => number): void {
    const { text } = this.editor
    let column = x
    let offset = 0
    const whole = textWidth(sanitize(text)) <= width
    for (const char of text) {
      const columns = textWidth(sanitize(char))
      if (!whole && column + columns > x + width - 1) {
        canvas.text(column, y, '…', styleAt(offset), 1)
        break
      }
      column = canvas.text(column, y, char, styleAt(offset), columns)
      offset += char.length
    }
  }

  private drawChoices(canvas: Canvas, area: Rect, items: readonly Completion[], theme: Theme): void {
    const height = Math.min(mostRows, items.length, area.height)
    this.choices.setHeight(height)
    const seen = items.slice(this.choices.top, this.choices.top + height)
    const text = Math.max(...seen.map((item) => textWidth(sanitize(item.text))))
    const about = Math.max(...seen.map((item) => textWidth(sanitize(item.about))))
    const width = Math.min(area.width, text + about + 5)
    const start = this.insight?.completions.start ?? 0
    const wanted = this.origin + textWidth(sanitize(this.editor.text.slice(0, start))) - 1
    const x = Math.max(area.x, Math.min(wanted, area.x + area.width - width))
    for (const [line, item] of seen.entries()) {
      const row = { x, y: area.y + line, width, height: 1 }
      completionRow(canvas, row, item, text, this.choices.top + line === this.chosen, theme)
    }
    const more = items.length - this.choices.top - height
    if (more <= 0 || area.height <= height) return
    const rest = fit(` ↓ ${formatCount(more)} more`, width)
    canvas.paint({ x, y: area.y + height, width, height: 1 })
    canvas.text(x, area.y + height, rest, theme.style('quiet'), width)
  }

  private sign(theme: Theme, status: Status): { mark: string; style: number } {
    if (!this.editing && status.filterError) return { mark: severityMarks[3], style: theme.severity(3) }
    const { complaint, warnings = [] } = this.insight ?? {}
    if (this.editor.text.trim() === '' || !this.insight) return { mark: ' ', style: theme.style('key') }
    if (complaint) return { mark: severityMarks[3], style: theme.severity(3) }
    if (warnings.length > 0) return { mark: severityMarks[2], style: theme.severity(2) }
    return { mark: ' ', style: theme.style('good') }
  }

  private note(theme: Theme): { text: string; style: number } {
    const quiet = theme.style('quiet')
    if (this.chosen >= 0) return { text: 'Tab takes it · Esc leaves it', style: quiet }
    if (this.items().length > 0) return { text: 'Tab completes · Enter applies', style: quiet }
    if (this.insight?.complaint && !this.editor.isEmpty) return { text: 'Esc leaves', style: quiet }
    return { text: this.editor.isEmpty ? 'Enter shows all · ↑ earlier' : 'Enter applies · Esc leaves', style: quiet }
  }

  // ---- keys ------------------------------------------------------------------------------

  private enter(): void {
    if (this.chosen >= 0) return this.accept(this.chosen)
    this.applying = true
    const text = this.editor.text.trim()
    void this.options.apply(text).then((done) => {
      this.applying = false
      this.quiet = true
      if (done) {
        this.editing = false
        if (text !== '') this.options.history.add(text)
      }
      this.options.changed()
    })
  }

  private escape(): void {
    if (this.chosen >= 0) this.choose(-1)
    else if (this.asking) this.asking = false
    else this.editing = false
  }

  private tab(): void {
    if (this.known !== this.question()) {
      this.tabbing = true
      return
    }
    const items = this.items()
    this.asking = true
    if (items.length > 0) this.accept(Math.max(0, this.chosen))
  }

  private vertical(step: 1 | -1): void {
    const items = this.items()
    if (this.chosen >= 0) this.choose(Math.min(this.chosen + step, items.length - 1))
    else if (step === 1 && this.past < 0 && items.length > 0) this.choose(0)
    else this.walk(this.past - step)
  }

  /** Goes to entry `at` of the history, -1 back to what was typed. */
  private walk(at: number): void {
    const all = this.options.history.list()
    // The newest is mostly the one that is at work, and so stands here already.
    const texts = this.typedNow === all[0] ? all.slice(1) : all
    if (at < -1 || at >= texts.length) return
    this.typed = this.typedNow
    this.past = at
    this.replace(texts[at] ?? this.typed)
  }

  /** What was typed, wherever in the history one is. */
  private get typedNow(): string {
    return this.past < 0 ? this.editor.text : this.typed
  }

  private choose(at: number): void {
    const last = this.items().length - 1
    this.chosen = Math.max(-1, Math.min(at, last))
    this.choices.setCount(last + 1)
    this.choices.select(Math.max(0, this.chosen))
  }

  private accept(at: number): void {
    const item = this.items()[at]
    const { completions } = this.insight ?? {}
    if (!item || !completions) return
    const { text } = this.editor
    const { start, end } = completions
    this.editor.set(text.slice(0, start) + item.text + text.slice(end), start + item.text.length)
    this.edited()
  }

  private replace(text: string): void {
    const { past } = this
    this.editor.set(text)
    this.edited()
    this.past = past
    this.quiet = true
  }

  /** The text or the cursor has changed. */
  private edited(): void {
    this.quiet = false
    this.asking = false
    this.past = -1
    this.chosen = -1
    this.choices.setCount(0)
    this.choices.selected = this.choices.top = 0
    this.ask()
  }

  // ---- what is known of the text ---------------------------------------------------------

  private question(): string {
    return `${this.editor.cursor} ${this.editor.text}`
  }

  /** Asks about the text as it is, unless an answer is on its way: then once that is there. */
  private ask(): void {
    const question = this.question()
    if (this.asked !== '' || question === this.known) return
    this.asked = question
    const { text, cursor } = this.editor
    this.options.session.filterInsight(text, cursor).then(
      (insight) => this.heard(question, insight),
      () => this.heard(question, undefined),
    )
  }

  private heard(question: string, insight: FilterInsight | undefined): void {
    this.asked = ''
    this.known = question
    this.insight = insight
    if (question !== this.question()) this.ask()
    else if (this.tabbing) {
      this.tabbing = false
      if (insight) this.tab()
    }
    this.options.changed()
  }

  /** What may be chosen now. Names of all fields are shown only to those who ask for them. */
  private items(): readonly Completion[] {
    if (this.quiet && !this.asking) return []
    if (!this.insight || this.known !== this.question()) return []
    const { items, start, end } = this.insight.completions
    const anything = start === end && items[0]?.kind !== 'value' && items[0]?.kind !== 'operator'
    return anything && !this.asking ? [] : items
  }
}

/** What the line says of the filter that is at work. */
function matches(status: Status, theme: Theme): { text: string; style: number } {
  const { filter, displayed, packets, filtering, filterTime, filterError } = status
  if (filter === '') return { text: '', style: 0 }
  if (filterError !== '') return { text: `stopped at ${formatCount(displayed)} matches`, style: theme.severity(3) }
  const counts = `${formatCount(displayed)} of ${formatCount(packets)}`
  if (filtering === null) return { text: `matches ${counts} in ${formatTime(filterTime)}`, style: theme.style('quiet') }
  return { text: `matches ${counts} ${formatMeter(filtering)}`, style: theme.style('accent') }
}

/** `3 ms`, `1.2 s`. */
const formatTime = (ms: number): string =>
  ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`
