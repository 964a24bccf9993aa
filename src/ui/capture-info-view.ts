/**
 * The page about the capture as a whole: its file, times, interfaces, sections, the bounds it met, and its protocols.
 */

import type { CaptureInfo, Session, Severity } from '../session/session.js'
import type { Canvas, Rect } from './canvas.js'
import type { Theme } from './theme.js'
import { errorText } from './error-text.js'
import { PageView } from './page-view.js'
import { fit } from './sanitize.js'
import { formatBytes, formatCount, formatDuration, formatNumber, wrap } from './status-line.js'

/** A line of the page: a heading has no text, a line that goes on has no label. */
export interface InfoLine {
  readonly label: string
  readonly text?: string
  /** It says that something is not as it should be. */
  readonly loud?: boolean
}

const labelWidth = 14
const mostWidth = 100
/** Lines that one long text may take. */
const mostLines = 6

export interface InfoContext {
  readonly session: Session
  readonly changed: () => void
  readonly say: (text: string, severity: Severity) => void
}

export class CaptureInfoView extends PageView<InfoLine> {
  private info: CaptureInfo | undefined
  private width = 0

  constructor(private readonly context: InfoContext) {
    super('Capture', ['escape', 'q', 'i', 'enter'], mostWidth)
    this.lines = [{ label: '', text: 'counting …' }]
    context.session.captureInfo().then(
      (info) => {
        this.info = info
        this.width = 0
        context.changed()
      },
      (error: unknown) => context.say(errorText(error), 3),
    )
  }

  protected override prepare(width: number): void {
    if (!this.info || width === this.width) return
    this.width = width
    this.lines = infoLines(this.info, this.context.session.status().file, width - labelWidth - 5)
  }

  protected drawLine(canvas: Canvas, line: InfoLine, { x, y, width }: Rect, theme: Theme): void {
    if (line.text === undefined) {
      canvas.text(x, y, fit(line.label, width), theme.style('accent'))
      return
    }
    const style = line.loud ? theme.severity(2) : theme.style('text')
    canvas.text(x, y, fit(line.label, labelWidth), theme.style('quiet'), labelWidth)
    canvas.text(x + 1 + labelWidth, y, fit(line.text, width - labelWidth - 1), style)
  }
}

/** The whole page, its texts in lines of at most `width` columns. Raw text: file and packets may have written it. */
export function infoLines(info: CaptureInfo, file: string, width: number): InfoLine[] {
  const lines: InfoLine[] = []
  const add = (label: string, text: string, loud = false): void => {
    if (text === '') return
    for (const [i, part] of wrap(text, Math.max(1, width), mostLines).entries()) {
      lines.push({ label: i === 0 ? label : '', text: part, loud })
    }
  }
  const head = (title: string): void => {
    if (lines.length > 0) lines.push({ label: '' })
    lines.push({ label: title })
  }

  head('File')
  add('name', file)
  add('format', `${info.format}, times in ${info.nanosecond ? 'nanoseconds' : 'microseconds'}`)
  add('size', `${formatBytes(info.bytes)} (${formatNumber(info.bytes, 'byte')})`)
  add('comments', info.comments === 0 ? '' : `on ${formatNumber(info.comments, 'packet')}`)
  add('names', info.names === 0 ? '' : `of ${formatCount(info.names)} address${info.names === 1 ? '' : 'es'}`)
  add('secrets', info.secrets === 0 ? '' : formatCount(info.secrets))

  head('Packets')
  const forgotten = info.forgotten === 0 ? '' : `, and ${formatCount(info.forgotten)} forgotten`
  add('number', `${formatCount(info.packets)}${forgotten}`)
  add('bytes', bytesText(info))
  add('first', info.began)
  add('last', info.ended)
  add('rate', rateText(info))

  head('Limits met')
  if (info.limits.length === 0) add('', 'none')
  for (const [what, count] of info.limits) add(formatCount(count), what, true)

  for (const [i, io] of info.interfaces.entries()) {
    head(`Interface ${i}${io.name === '' ? '' : ` ${io.name}`}`)
    add('description', io.description)
    add('link type', `${io.linkType}${io.link === '' ? '' : ` (${io.link})`}`)
    add('packets', formatCount(io.packets))
    add('dropped', io.dropped < 0 ? '' : formatCount(io.dropped), io.dropped > 0)
    add('at most', io.snaplen === 0 ? '' : `${formatNumber(io.snaplen, 'byte')} of each`)
    add('filter', io.filter)
    add('system', [io.hardware, io.os].filter((text) => text !== '').join(', '))
    for (const comment of io.comments) add('comment', comment)
  }
  const others = info.interfaceCount - info.interfaces.length
  if (others > 0) add('', `and ${formatNumber(others, 'more interface')}`)

  for (const [i, section] of info.sections.entries()) {
    const texts = [section.application, section.hardware, section.os, ...section.comments]
    if (info.sectionCount === 1 && texts.every((text) => text === '')) continue
    head(`Section ${i}`)
    add('written by', section.application)
    add('system', [section.hardware, section.os].filter((text) => text !== '').join(', '))
    for (const comment of section.comments) add('comment', comment)
  }
  const behind = info.sectionCount - info.sections.length
  if (behind > 0) add('', `and ${formatNumber(behind, 'more section')}`)

  head('Protocols by packets')
  for (const { id, name, packets, bytes } of info.protocols) {
    const share = ((packets / Math.max(1, info.packets)) * 100).toFixed(1)
    const text = `${formatCount(packets).padStart(11)} ${share.padStart(5)} % ${formatBytes(bytes).padStart(9)}  ${name}`
    lines.push({ label: id, text })
  }
  return lines
}

function bytesText({ captured, original }: CaptureInfo): string {
  const all = `${formatBytes(original)} on the wire`
  return captured === original ? all : `${all}, ${formatBytes(captured)} of them captured`
}

function rateText({ packets, original, seconds }: CaptureInfo): string {
  if (packets === 0 || seconds <= 0) return ''
  const each = `${formatCount(Math.round(original / packets))} bytes each`
  const rate = `${(packets / seconds).toFixed(1)} packets and ${formatBytes(Math.round(original / seconds))} a second`
  return `${formatDuration(seconds)}: ${rate}, ${each}`
}
