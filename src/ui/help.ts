/**
 * The help screen: every key with what it does, made from the table of keys.
 */

import type { Canvas, Rect } from './canvas.js'
import type { MouseKind } from './input.js'
import type { Overlay } from './overlay.js'
import type { Theme } from './theme.js'
import { keyLabel, presentBindings } from './keys.js'
import { drawFrame } from './menu.js'
import { fit } from './sanitize.js'
import { clamp } from './virtual-list.js'

export interface HelpLine {
  /** Empty for a heading. */
  readonly keys: string
  readonly text: string
}

const keysWidth = 14
const columnWidth = 64
const wheelRows = 3

/** All help as lines: a heading for each group of keys, its keys, a blank line. */
export function helpLines(): HelpLine[] {
  const lines: HelpLine[] = []
  const bindings = presentBindings().filter((binding) => binding.keys.length > 0)
  for (const group of new Set(bindings.map((binding) => binding.group))) {
    if (lines.length > 0) lines.push({ keys: '', text: '' })
    lines.push({ keys: '', text: group })
    for (const binding of bindings) {
      if (binding.group === group) lines.push({ keys: binding.keys.map(keyLabel).join(' '), text: binding.help })
    }
  }
  lines.push({ keys: '', text: '' }, { keys: '', text: 'Mouse' })
  lines.push({ keys: 'wheel', text: 'scrolls the pane under it' })
  lines.push({ keys: 'click', text: 'selects a packet, a field, a byte' })
  return lines
}

export class Help implements Overlay {
  private top = 0
  private height = 1
  private readonly lines = helpLines()

  /** Takes one key. Returns true when the help is to be closed. */
  key(key: string): boolean {
    if (['escape', 'q', '?', 'f1', 'enter'].includes(key)) return true
    const page = Math.max(1, this.height - 1)
    const step: Readonly<Record<string, number>> = {
      up: -1,
      k: -1,
      down: 1,
      j: 1,
      pageup: -page,
      pagedown: page,
      space: page,
      home: -Infinity,
      end: Infinity,
      G: Infinity,
    }
    this.scroll(step[key] ?? 0)
    return false
  }

  mouse(kind: MouseKind): boolean {
    if (kind === 'wheelUp' || kind === 'wheelDown') this.scroll(kind === 'wheelUp' ? -wheelRows : wheelRows)
    return kind === 'down'
  }

  private scroll(lines: number): void {
    this.top = clamp(this.top + lines, 0, Math.max(0, this.lines.length - this.height))
  }

  draw(canvas: Canvas, area: Rect, theme: Theme): void {
    const width = Math.min(area.width, columnWidth + 4)
    const height = Math.min(area.height, this.lines.length + 2)
    const x = area.x + ((area.width - width) >> 1)
    const y = area.y + ((area.height - height) >> 1)
    this.height = Math.max(1, height - 2)
    this.scroll(0)

    const more = this.top + this.height < this.lines.length
    const footer = more ? '↓ more · Esc leaves' : 'Esc leaves'
    drawFrame(canvas, { x, y, width, height }, 'Keys', footer, theme)
    for (let row = 0; row < height - 2; row++) {
      const line = this.lines[this.top + row]
      if (!line) continue
      const room = width - 4
      if (line.keys === '') {
        canvas.text(x + 2, y + 1 + row, line.text, theme.style('accent'), room)
      } else {
        canvas.text(x + 2, y + 1 + row, fit(line.keys, keysWidth), theme.style('key'), room)
        canvas.text(x + 3 + keysWidth, y + 1 + row, fit(line.text, room - keysWidth - 1), theme.style('text'))
      }
    }
  }
}
