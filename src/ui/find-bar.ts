/**
 * The two lines at the foot of the screen that ask what to find: what it is and where, and the text of it.
 */

import type { FindRequest, FindWhat, FindWhere } from '../session/session.js'
import type { Canvas, Rect } from './canvas.js'
import type { Overlay } from './overlay.js'
import type { Theme } from './theme.js'
import { LineEditor } from './line-editor.js'
import { fit } from './sanitize.js'
import { bold, reverse } from './theme.js'
import { textWidth } from './width.js'

const kinds: readonly { readonly what: FindWhat; readonly label: string }[] = [
  { what: 'text', label: 'text' },
  { what: 'filter', label: 'display filter' },
  { what: 'hex', label: 'hex' },
  { what: 'regex', label: 'regex' },
]
const places: readonly FindWhere[] = ['list', 'tree', 'bytes']
const keyHelp = 'Enter finds · Tab what · Shift-Tab where · Ctrl-T case · Esc leaves'
const shortHelp = 'Tab what · S-Tab where · ^T case'

export interface FindBarOptions {
  /** What it begins with. */
  readonly request: FindRequest
  /** What is wrong with that, '' for nothing. */
  readonly problem: string
  /** Texts that were looked for before, the newest first. */
  readonly earlier: readonly string[]
  readonly accept: (request: FindRequest) => void
}

export class FindBar implements Overlay {
  private readonly options: FindBarOptions
  private readonly editor = new LineEditor()
  private what: FindWhat
  private where: FindWhere
  private caseSensitive: boolean
  private problem: string
  /** Which of the earlier texts is shown, -1 for none. */
  private recalled = -1

  constructor(options: FindBarOptions) {
    const { what, where, text, caseSensitive } = options.request
    this.options = options
    this.what = what
    this.where = where
    this.caseSensitive = caseSensitive
    this.problem = options.problem
    this.editor.set(text)
  }

  /** Takes one key. Returns true when all is said, or nothing is to be found. */
  key(key: string): boolean {
    if (key === 'escape') return true
    if (key === 'enter') {
      if (this.editor.isEmpty) return true
      const { what, where, caseSensitive } = this
      this.options.accept({ what, where, text: this.editor.text, caseSensitive })
      return true
    }
    this.problem = ''
    if (key === 'tab')
      this.what = after(
        kinds.map((kind) => kind.what),
        this.what,
      )
    else if (key === 'S-tab' && this.hasPlace) this.where = after(places, this.where)
    else if (key === 'C-t') this.caseSensitive = !this.caseSensitive
    else if (key === 'up' || key === 'down') this.recall(key === 'up' ? 1 : -1)
    else if (key === 'backspace' && this.editor.isEmpty) return true
    else this.editor.key(key)
    return false
  }

  mouse(): boolean {
    return false
  }

  insert(text: string): void {
    this.editor.insert(text)
  }

  draw(canvas: Canvas, area: Rect, theme: Theme): void {
    const { x, width } = area
    const y = area.y + area.height - 1
    canvas.paint({ x, y, width, height: 1 })
    let at = canvas.text(x + 1, y, 'Find ', theme.style('strong'), width - 1)
    const help =
      width - at > textWidth(keyHelp) + 24 ? keyHelp : width - at > textWidth(shortHelp) + 16 ? shortHelp : ''
    const note = this.problem === '' ? help : fit(this.problem, Math.min(textWidth(this.problem), width >> 1))
    const room = Math.max(1, width - 2 - at - (note === '' ? 0 : textWidth(note) + 2))
    this.editor.draw(canvas, { x: at, y, width: room, height: 1 }, () => theme.style('text'))
    const style = this.problem === '' ? theme.style('quiet') : theme.severity(3)
    canvas.text(x + width - 1 - textWidth(note), y, note, style)
    if (area.height < 2) return

    canvas.paint({ x, y: y - 1, width, height: 1 })
    at = x + 1
    for (const { what, label } of kinds) at = this.choice(canvas, at, y - 1, label, what === this.what, theme)
    const quiet = theme.style('quiet')
    if (this.hasPlace) {
      at = canvas.text(at + 1, y - 1, 'in ', quiet, x + width - at - 1)
      for (const where of places) at = this.choice(canvas, at, y - 1, where, where === this.where, theme)
    } else if (this.what === 'hex') at = canvas.text(at + 1, y - 1, 'in bytes ', quiet, x + width - at - 1)
    if (this.what === 'filter' || this.what === 'hex') return
    const letters = this.caseSensitive ? 'Aa differ' : 'Aa alike'
    canvas.text(at + 1, y - 1, letters, this.caseSensitive ? bold(theme.style('text')) : quiet, x + width - at - 1)
  }

  /** A filter is about the whole packet, and hexadecimal digits are in the bytes. */
  private get hasPlace(): boolean {
    return this.what === 'text' || this.what === 'regex'
  }

  private choice(canvas: Canvas, x: number, y: number, label: string, chosen: boolean, theme: Theme): number {
    const style = chosen ? reverse(theme.style('strong')) : theme.style('quiet')
    return canvas.text(x, y, ` ${label} `, style, canvas.width - x)
  }

  private recall(step: 1 | -1): void {
    const { earlier } = this.options
    this.recalled = Math.max(-1, Math.min(earlier.length - 1, this.recalled + step))
    this.editor.set(earlier[this.recalled] ?? '')
  }
}

function after<T>(list: readonly T[], one: T): T {
  return list[(list.indexOf(one) + 1) % list.length] ?? one
}
