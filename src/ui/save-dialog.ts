/**
 * The dialog that saves packets: which of them, in which format, to which file. It stays until the file is there, and
 * says how far it is.
 */

import type { PacketRange, Saved, SaveFormat, SaveRequest } from '../session/session.js'
import type { Canvas, Rect } from './canvas.js'
import type { MouseKind } from './input.js'
import type { Overlay } from './overlay.js'
import type { Theme } from './theme.js'
import { packetRanges } from '../session/packet-ranges.js'
import { errorText } from './error-text.js'
import { LineEditor } from './line-editor.js'
import { drawFrame } from './menu.js'
import { formatBytes, formatCount, formatNumber } from './status-line.js'

/** What there is to save. */
export interface Saveable {
  readonly packets: number
  /** Packets that the display filter lets through; as many as there are when there is no filter. */
  readonly displayed: number
  readonly marked: readonly number[]
  readonly selected: number
}

export interface SaveOptions {
  readonly saveable: () => Saveable
  readonly save: (request: SaveRequest) => Promise<Saved | 'exists' | null>
  readonly cancel: () => void
  /** How far it is, 0 to 1; null when nothing is being saved. */
  readonly progress: () => number | null
  /** The file is there, with all `packets` that there were, or with some of them. */
  readonly saved: (message: string, packets: 'all' | 'some', count: number) => void
  /** A new picture is due. */
  readonly changed: () => void
}

const wholes = ['all', 'displayed', 'marked', 'selected', 'stream', 'range'] as const
type Which = (typeof wholes)[number]
const formats: readonly SaveFormat[] = ['pcapng', 'pcap', 'nsecpcap']
const formatNames: Readonly<Record<SaveFormat, string>> = {
  pcapng: 'pcapng',
  pcap: 'pcap, microseconds',
  nsecpcap: 'pcap, nanoseconds',
}
const fields = ['which', 'range', 'format', 'path'] as const
type Field = (typeof fields)[number]

const width = 74
const labelWidth = 10

export class SaveDialog implements Overlay {
  private readonly options: SaveOptions
  private field: Field = 'path'
  private which: Which
  private format: SaveFormat = 'pcapng'
  private readonly range = new LineEditor()
  private readonly path = new LineEditor()
  private problem = ''
  /** A file that is there already, and may be replaced when Enter is pressed once more. */
  private existing = ''
  private saving = false
  private gone = false

  constructor(options: SaveOptions) {
    this.options = options
    const { packets, displayed } = options.saveable()
    this.which = displayed < packets ? 'displayed' : 'all'
  }

  key(key: string): boolean {
    if (this.saving) {
      if (key === 'escape') this.options.cancel()
      return false
    }
    if (key === 'escape' || key === 'C-g') return true
    if (key === 'enter') this.begin()
    else if (key === 'tab' || key === 'down') this.step(1)
    else if (key === 'S-tab' || key === 'up') this.step(-1)
    else if (this.field === 'path' || this.field === 'range') this.edit(this.field, key)
    else if (key === 'left' || key === 'right' || key === 'space') this.turn(key === 'left' ? -1 : 1)
    return this.gone
  }

  mouse(kind: MouseKind): boolean {
    if (kind === 'wheelUp' || kind === 'wheelDown') this.step(kind === 'wheelUp' ? -1 : 1)
    return this.gone
  }

  insert(text: string): void {
    if (this.field === 'path' || this.field === 'range') this[this.field].insert(text)
  }

  stop(): void {
    this.gone = true
    if (this.saving) this.options.cancel()
  }

  /** True when the file is there, or nobody waits for it any more: the dialog is to be closed. */
  get done(): boolean {
    return this.gone
  }

  draw(canvas: Canvas, area: Rect, theme: Theme): void {
    const shown = fields.filter((field) => this.has(field))
    const lines = shown.length + 2
    const size = { width: Math.min(area.width, width), height: Math.min(area.height, lines + 2) }
    const rect = { x: (area.width - size.width) >> 1, y: (area.height - size.height) >> 1, ...size }
    drawFrame(canvas, rect, 'Save packets', this.saving ? 'Esc gives up' : 'Enter saves · Tab next · Esc leaves', theme)
    const room = { x: rect.x + 2, y: rect.y + 1, width: rect.width - 4, height: 1 }
    for (const [i, field] of shown.entries()) this.drawField(canvas, { ...room, y: room.y + i }, field, theme)
    const share = this.options.progress()
    const note = this.saving ? `saving … ${Math.floor((share ?? 0) * 100)} %` : this.problem
    const style = this.saving ? theme.style('accent') : theme.severity(this.existing === '' ? 3 : 2)
    canvas.text(room.x, room.y + lines - 1, note, style, room.width)
  }

  private drawField(canvas: Canvas, rect: Rect, field: Field, theme: Theme): void {
    const focused = field === this.field && !this.saving
    const labels: Readonly<Record<Field, string>> = {
      which: 'Packets',
      range: 'Numbers',
      format: 'Format',
      path: 'File',
    }
    canvas.text(rect.x, rect.y, `${focused ? '▸' : ' '} ${labels[field]}`, theme.style(focused ? 'strong' : 'quiet'))
    const x = rect.x + labelWidth
    const room = rect.width - labelWidth
    if (field === 'path' || field === 'range') {
      const editor = this[field]
      const place = { x, y: rect.y, width: Math.max(1, room), height: 1 }
      if (focused) editor.draw(canvas, place, () => theme.style('text'))
      else canvas.text(x, rect.y, editor.text, theme.style('text'), room)
      return
    }
    const text = field === 'which' ? this.whichText() : formatNames[this.format]
    canvas.text(x, rect.y, focused ? `◂ ${text} ▸` : text, theme.style('text'), room)
  }

  private whichText(): string {
    const { packets, displayed, marked, selected } = this.options.saveable()
    const texts: Readonly<Record<Which, string>> = {
      all: `all ${formatCount(packets)}`,
      displayed: `displayed, ${formatCount(displayed)}`,
      marked: `marked, ${formatCount(marked.length)}`,
      selected: `selected, number ${formatCount(selected)}`,
      stream: `stream of number ${formatCount(selected)}`,
      range: 'by number',
    }
    return texts[this.which]
  }

  private has(field: Field): boolean {
    return field !== 'range' || this.which === 'range'
  }

  private step(by: 1 | -1): void {
    const shown = fields.filter((field) => this.has(field))
    this.field = shown[(shown.indexOf(this.field) + by + shown.length) % shown.length] ?? 'path'
  }

  private turn(by: 1 | -1): void {
    const next = <T>(list: readonly T[], now: T): T => list[(list.indexOf(now) + by + list.length) % list.length] ?? now
    this.forget()
    if (this.field === 'which') this.which = next(wholes, this.which)
    else this.format = next(formats, this.format)
  }

  private edit(field: 'path' | 'range', key: string): void {
    if (this[field].key(key)) this.forget()
  }

  private forget(): void {
    this.problem = ''
    this.existing = ''
  }

  private begin(): void {
    const path = this.path.text.trim()
    const which = this.chosen()
    if ('problem' in which) return this.complain(which.problem)
    const { chosen: packets } = which
    if (path === '') {
      this.field = 'path'
      return this.complain('To which file?')
    }
    const { packets: count } = this.options.saveable()
    const replace = this.existing === path
    this.saving = true
    this.forget()
    this.options.save({ path, format: this.format, packets, replace }).then(
      (answer) => this.answered(answer, path, packets === 'all' ? 'all' : 'some', count),
      (error: unknown) => this.ended(errorText(error)),
    )
  }

  /** What to save; or what is wrong with it. */
  private chosen(): { readonly chosen: SaveRequest['packets'] } | { readonly problem: string } {
    const { packets, marked, selected } = this.options.saveable()
    if (packets === 0) return { problem: 'There are no packets to save.' }
    if (this.which === 'selected') return { chosen: [[selected, selected]] }
    if (this.which === 'stream') return { chosen: { streamOf: selected } }
    if (this.which === 'range') {
      const ranges = packetRanges(this.range.text, packets)
      return typeof ranges === 'string' ? { problem: ranges } : { chosen: ranges }
    }
    if (this.which !== 'marked') return { chosen: this.which }
    return marked.length === 0
      ? { problem: 'No packet is marked: m in the list marks one.' }
      : { chosen: joined(marked) }
  }

  private answered(answer: Saved | 'exists' | null, path: string, packets: 'all' | 'some', count: number): void {
    if (answer === null) return this.ended('It was given up: nothing was written.')
    if (answer === 'exists') {
      this.ended('There is such a file: Enter replaces it.')
      this.existing = path
      return
    }
    this.saving = false
    this.gone = true
    const text = `${formatNumber(answer.packets, 'packet')} saved to ${path} (${formatBytes(answer.bytes)})`
    this.options.saved(text, packets, count)
  }

  private ended(problem: string): void {
    this.saving = false
    this.complain(problem)
  }

  private complain(problem: string): void {
    this.existing = ''
    this.problem = problem
    this.options.changed()
  }
}

/** Numbers as ranges, in order. */
function joined(numbers: readonly number[]): PacketRange[] {
  const ranges: [number, number][] = []
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last?.[1] === number - 1) last[1] = number
    else ranges.push([number, number])
  }
  return ranges
}
