/**
 * How filters are drawn: the colours of their parts, what may be chosen, and complaints below the place they are about.
 */

import type { Complaint, Completion, FilterInsight, PartKind } from '../session/session.js'
import type { Canvas, Rect } from './canvas.js'
import type { Role, Theme } from './theme.js'
import { fit, sanitize } from './sanitize.js'
import { wrap } from './status-line.js'
import { bold, underline } from './theme.js'
import { textWidth } from './width.js'

const roles: Readonly<Record<PartKind, Role>> = {
  field: 'accent',
  protocol: 'accent',
  function: 'key',
  value: 'literal',
  string: 'literal',
  operator: 'strong',
  bracket: 'quiet',
  unknown: 'text',
}
const mostLines = 4

/** The style of each character of `text`, by its offset; what is wrong is underlined. */
export function partStyles(text: string, insight: FilterInsight | undefined, theme: Theme): number[] {
  const styles = new Array<number>(text.length).fill(theme.style('text'))
  if (!insight) return styles
  for (const { kind, start, end } of insight.parts) {
    const style = theme.style(roles[kind])
    styles.fill(kind === 'protocol' ? bold(style) : style, start, end)
  }
  const { complaint } = insight
  if (complaint)
    styles.fill(underline(theme.severity(3)), complaint.start, Math.max(complaint.end, complaint.start + 1))
  for (const { start, end } of insight.warnings) {
    for (let i = start; i < Math.min(end, text.length); i++) styles[i] = underline(styles[i] ?? 0)
  }
  return styles.slice(0, text.length)
}

/** Draws one of the things that may be chosen. `width`: of the widest of them. */
export function completionRow(
  canvas: Canvas,
  rect: Rect,
  item: Completion,
  width: number,
  chosen: boolean,
  theme: Theme,
): void {
  canvas.paint(rect)
  const role = item.kind === 'value' ? 'literal' : item.kind === 'operator' ? 'strong' : 'accent'
  const room = rect.width - 2
  canvas.text(rect.x + 1, rect.y, fit(item.text, Math.min(width, room)), theme.style(role), room)
  const rest = rect.width - width - 4
  if (rest > 0) canvas.text(rect.x + width + 3, rect.y, fit(item.about, rest), theme.style('quiet'), rest)
  canvas.restyle(rect, (style) => (chosen ? theme.selection(true) : style))
  // Without colours, the choice stands out from the list below it by its bar.
  canvas.text(rect.x, rect.y, chosen ? '▸' : '│', chosen ? theme.selection(true) : theme.style('rule'), 1)
}

/** Draws a mark below the place in `text`, which begins at column `origin`, and the sentence beside or below it. */
export function drawComplaint(
  canvas: Canvas,
  area: Rect,
  origin: number,
  text: string,
  complaint: Complaint,
  style: number,
): void {
  const columns = (end: number): number => textWidth(sanitize(text.slice(0, end)))
  const from = Math.min(origin + columns(complaint.start), area.x + area.width - 2)
  const at = Math.max(area.x + 1, from)
  const marks = Math.max(1, Math.min(columns(complaint.end) - columns(complaint.start), area.x + area.width - at - 1))
  const after = at + marks + 1
  const width = textWidth(sanitize(complaint.sentence))
  const beside = after + width < area.x + area.width
  const lines = beside ? [] : wrap(complaint.sentence, Math.max(1, area.width - 4), mostLines)
  canvas.paint({ ...area, height: Math.min(area.height, 1 + lines.length) })
  canvas.text(at, area.y, `^${'~'.repeat(marks - 1)}`, style, area.x + area.width - at)
  if (beside) canvas.text(after, area.y, complaint.sentence, style)
  for (const [line, words] of lines.entries()) {
    if (line + 1 < area.height) canvas.text(area.x + 3, area.y + 1 + line, words, style, area.width - 3)
  }
}
