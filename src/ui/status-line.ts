/**
 * The lines above and below the panes: title, status with position and progress, hints for keys.
 */

import type { Status, TreeNode } from '../session/session.js'
import type { Canvas, Rect } from './canvas.js'
import type { Message } from './notice.js'
import type { Theme } from './theme.js'
import { hints, keyLabel, presentBindings } from './keys.js'
import { shortenPath } from './path-text.js'
import { cut, fit, sanitize } from './sanitize.js'
import { severityMarks } from './theme.js'
import { textWidth } from './width.js'

const maxMessageLines = 5

export interface StatusState {
  readonly status: Status
  /** The selected packet, 0 when there is none. */
  readonly packet: number
  /** The selected field, and the name of its bytes when these are not the frame. */
  readonly field: TreeNode | undefined
  readonly sourceName: string
  readonly message: Message | undefined
  /** A number typed so far, e.g. before `G`. */
  readonly digits: string
  /** How the list follows a capture that grows; empty when it does not. */
  readonly tail: string
}

/** `1,204`. */
export function formatCount(count: number): string {
  return Math.floor(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 packet`, `1,204 packets`. */
export function formatNumber(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** `431 ms`, `12.4 s`, `4 min 12 s`, `3 h 20 min`, `2 d 4 h`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds <= 0) return '0 s'
  if (seconds < 0.9995) return `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms`
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
  return `${formatCount(Math.floor(whole / 86400))} d ${Math.floor((whole % 86400) / 3600)} h`
}

/** `512 B`, `27.1 MB` (powers of ten). */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes / 1000
  let unit = 0
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value.toFixed(1)} ${units[unit] ?? ''}`
}

/** Where a field is: `1 bit at 47`, `2 bytes at 34–35`; empty when it has no bytes. */
export function formatRange(node: TreeNode, sourceName: string): string {
  const length = node.end - node.start
  if (length <= 0) return ''
  const size = node.mask > 0 ? formatNumber(bitsOf(node.mask), 'bit') : formatNumber(length, 'byte')
  const place = length === 1 ? `${node.start}` : `${node.start}–${node.end - 1}`
  return `${size} at ${place}${sourceName ? ` of ${sourceName}` : ''}`
}

/** How to come to the packet that a field names; empty when it names none. */
function formatLink({ link }: TreeNode): string {
  const key = presentBindings().find(({ action }) => action === 'linked')?.keys[0]
  return link === 0 || key === undefined ? '' : `${keyLabel(key)} goes to frame ${formatCount(link)}`
}

/** How far reading is, e.g. `reading 45 %`; empty when it is done. */
export function formatProgress(status: Status): string {
  if (status.complete) return ''
  if (status.total <= 0) return `reading · ${formatBytes(status.done)}`
  return `reading ${formatMeter(Math.min(1, status.done / status.total))}`
}

/** A share of 1 as a bar and in percent. */
export function formatMeter(share: number): string {
  const cells = Math.floor(share * 10)
  return `${'━'.repeat(cells)}${'╌'.repeat(10 - cells)} ${Math.floor(share * 100)} %`
}

export function drawTitle(canvas: Canvas, rect: Rect, status: Status, program: string, theme: Theme): void {
  const facts = [
    formatNumber(status.packets, 'packet') + (status.complete ? '' : ' so far'),
    formatDuration(status.duration),
    ...(status.problems > 0 ? [formatNumber(status.problems, 'problem')] : []),
    ...(status.limits.length > 0 ? [`${formatNumber(status.limits.length, 'limit')} met`] : []),
  ]
  const tail = ` · ${facts.join(' · ')}`
  const mark = status.error ? ' ✗' : ''
  const programWidth = textWidth(program) + 2
  const withProgram = rect.width >= textWidth(tail) + programWidth + 16
  const room = rect.width - 2 - textWidth(tail) - mark.length - (withProgram ? programWidth : 0)
  const file = shortenPath(status.file, Math.max(8, room))
  let x = canvas.text(rect.x + 1, rect.y, file, theme.style('strong'), rect.width - 1)
  x = canvas.text(x, rect.y, mark, theme.severity(3), rect.width - x)
  for (const [index, fact] of facts.entries()) {
    const problem = index >= 2
    x = canvas.text(x, rect.y, ' · ', theme.style('quiet'), rect.width - x)
    x = canvas.text(x, rect.y, fact, problem ? theme.severity(2) : theme.style('text'), rect.width - x)
  }
  if (withProgram) canvas.text(rect.x + rect.width - programWidth + 1, rect.y, program, theme.style('quiet'))
}

/** Draws the status; where the hints have no line of their own, as many as have room stand between. */
export function drawStatus(canvas: Canvas, rect: Rect, state: StatusState, withHints: boolean, theme: Theme): void {
  const { status, message } = state
  const right = statusRight(state)
  const rightAt = Math.max(rect.x + 1, rect.x + rect.width - textWidth(right) - 1)
  if (message && textWidth(sanitize(message.text)) + 3 > rightAt) return drawMessage(canvas, rect, message, theme)
  let x = rect.x + 1
  const end = rightAt - 2
  const field = state.field
  if (message) {
    drawMessage(canvas, rect, message, theme)
    x = end
  } else if (state.digits) {
    x = canvas.text(x, rect.y, `${state.digits}…`, theme.style('strong'), end - x)
  } else if (field) {
    x = canvas.text(x, rect.y, field.name, theme.style('strong'), end - x)
    const range = formatRange(field, state.sourceName) || formatLink(field)
    if (range) x = canvas.text(x, rect.y, (field.name ? ' · ' : '') + range, theme.style('quiet'), end - x)
  }
  canvas.text(rightAt, rect.y, right, theme.style(status.complete ? 'quiet' : 'accent'), rect.width - 1)
  if (withHints) drawHints(canvas, { ...rect, x: x + 2, width: Math.max(0, end - x - 2) }, theme)
}

/** Draws as many hints as have room whole. */
export function drawHints(canvas: Canvas, rect: Rect, theme: Theme): void {
  let x = rect.x + 1
  for (const { key, text } of hints()) {
    const width = textWidth(key) + 1 + textWidth(text)
    if (x + width > rect.x + rect.width) break
    canvas.text(x, rect.y, key, theme.style('key'))
    canvas.text(x + textWidth(key) + 1, rect.y, text, theme.style('quiet'))
    x += width + 3
  }
}

/** Draws a message; one that is longer than the line takes lines above it as well, so that all of it can be read. */
export function drawMessage(canvas: Canvas, rect: Rect, message: Message, theme: Theme): void {
  const style = theme.severity(message.severity)
  const lines = wrap(message.text, Math.max(1, rect.width - 2), maxMessageLines)
  const y = rect.y - lines.length + 1
  canvas.paint({ ...rect, y, height: lines.length })
  canvas.text(rect.x, y, severityMarks[message.severity], style, rect.width)
  for (const [index, line] of lines.entries()) canvas.text(rect.x + 1, y + index, line, style, rect.width - 1)
}

/** `text` in lines of at most `width` columns, broken between words where possible. */
export function wrap(text: string, width: number, most: number): string[] {
  const lines: string[] = []
  let rest = sanitize(text)
  while (textWidth(rest) > width && lines.length < most - 1) {
    const head = cut(rest, width + 1)
    const space = head.lastIndexOf(' ')
    const end = space > 0 ? space : Math.max(1, cut(rest, width).length)
    lines.push(rest.slice(0, end))
    rest = rest.slice(end).trimStart()
  }
  return [...lines, textWidth(rest) > width ? fit(rest, width) : rest]
}

function statusRight(state: StatusState): string {
  const { status, packet } = state
  const parts: string[] = []
  const finding = status.finding === null ? '' : `finding ${formatMeter(status.finding)} · Esc stops`
  const progress = finding || state.tail || formatProgress(status)
  if (packet > 0) {
    const share = Math.floor((packet / Math.max(1, status.packets)) * 100)
    parts.push(`frame ${formatCount(packet)} of ${formatCount(status.packets)}`)
    parts.push(progress || `${share} %`)
  } else if (progress) {
    parts.push(progress)
  }
  if (status.complete && status.error) parts.push('partial')
  return sanitize(parts.join(' · '))
}

function bitsOf(mask: number): number {
  let bits = 0
  for (let rest = mask; rest >= 1; rest = Math.floor(rest / 2)) bits += rest % 2
  return bits
}
