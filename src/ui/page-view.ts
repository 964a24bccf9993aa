/**
 * A page of lines in a box over the panes, to be scrolled through by keys and wheel. What is on it is for who extends this.
 */

import type { Canvas, Rect } from './canvas.js'
import type { MouseKind } from './input.js'
import type { Overlay } from './overlay.js'
import type { Theme } from './theme.js'
import { drawFrame } from './menu.js'
import { clamp } from './virtual-list.js'

const wheelRows = 3

export abstract class PageView<Line> implements Overlay {
  protected lines: readonly Line[] = []
  private top = 0
  private height = 1

  /** `closing` are the keys that close it; `mostWidth` the columns that its box takes at most. */
  constructor(
    private readonly title: string,
    private readonly closing: readonly string[],
    private readonly mostWidth: number,
  ) {}

  /** Takes one key. Returns true when the page is to be closed. */
  key(key: string): boolean {
    if (this.closing.includes(key)) return true
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

  draw(canvas: Canvas, area: Rect, theme: Theme): void {
    const width = Math.min(area.width, this.mostWidth)
    this.prepare(width)
    const height = Math.min(area.height, this.lines.length + 2)
    const x = area.x + ((area.width - width) >> 1)
    const y = area.y + ((area.height - height) >> 1)
    this.height = Math.max(1, height - 2)
    this.scroll(0)
    const more = this.top + this.height < this.lines.length
    drawFrame(canvas, { x, y, width, height }, this.title, more ? '↓ more · Esc leaves' : 'Esc leaves', theme)
    for (const [row, line] of this.lines.slice(this.top, this.top + height - 2).entries()) {
      this.drawLine(canvas, line, { x: x + 2, y: y + 1 + row, width: width - 4, height: 1 }, theme)
    }
  }

  /** Makes the lines for a box of this width, where they depend on it. */
  protected prepare(_width: number): void {}

  protected abstract drawLine(canvas: Canvas, line: Line, rect: Rect, theme: Theme): void

  private scroll(lines: number): void {
    this.top = clamp(this.top + lines, 0, Math.max(0, this.lines.length - this.height))
  }
}
