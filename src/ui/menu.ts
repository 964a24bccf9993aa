/**
 * A menu over the panes: a few things to choose from, by arrows and Enter, by their letter or by a click.
 */

import type { Canvas, Rect } from './canvas.js'
import type { MouseKind } from './input.js'
import type { Overlay } from './overlay.js'
import type { Theme } from './theme.js'
import { fit, sanitize } from './sanitize.js'
import { clamp, VirtualList } from './virtual-list.js'
import { textWidth } from './width.js'

export interface MenuItem {
  /** The letter that chooses it at once, if any. */
  readonly key?: string
  readonly text: string
  /** What it stands for, behind it. */
  readonly about?: string
  /** What happens; returns the menu that follows this one, if any. */
  readonly choose: () => Menu | undefined
}

const most = 16
const wheelRows = 3

export class Menu implements Overlay {
  private readonly title: string
  private readonly items: readonly MenuItem[]
  private readonly list = new VirtualList()
  /** Where the rows are drawn. */
  private rows: Rect = { x: 0, y: 0, width: 0, height: 0 }
  /** The menu that was chosen in this one, which is seen in its place. */
  private next: Menu | undefined

  constructor(title: string, items: readonly MenuItem[]) {
    this.title = title
    this.items = items
    this.list.setCount(items.length)
  }

  /** Takes one key. Returns true when the menu is to be closed. */
  key(key: string): boolean {
    if (this.next) {
      // Out of the menu behind, back into this one.
      if (key !== 'escape' && key !== 'left') return this.next.key(key)
      if (this.next.key(key)) this.next = undefined
      return false
    }
    if (key === 'escape' || key === 'q' || key === 'left') return true
    const page = Math.max(1, this.list.height - 1)
    const steps: Readonly<Record<string, number>> = { up: -1, down: 1, pageup: -page, pagedown: page }
    const at = this.items.findIndex((item) => item.key === key)
    if (at >= 0) return this.choose(at)
    if (key === 'enter' || key === 'space' || key === 'right') return this.choose(this.list.selected)
    if (key === 'home' || key === 'end') this.list.select(key === 'home' ? 0 : this.items.length - 1)
    else if (key === 'k' || key === 'j') this.list.move(key === 'k' ? -1 : 1)
    else this.list.move(steps[key] ?? 0)
    return false
  }

  mouse(kind: MouseKind, x: number, y: number): boolean {
    if (this.next) return this.next.mouse(kind, x, y)
    if (kind === 'wheelUp' || kind === 'wheelDown') this.list.scroll(kind === 'wheelUp' ? -wheelRows : wheelRows)
    if (kind !== 'down') return false
    const inside = x >= this.rows.x && x < this.rows.x + this.rows.width
    const row = inside ? this.list.rowAt(y - this.rows.y) : -1
    if (row < 0) return true
    this.list.select(row)
    return this.choose(row)
  }

  draw(canvas: Canvas, area: Rect, theme: Theme): void {
    if (this.next) return this.next.draw(canvas, area, theme)
    const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => textWidth(sanitize(text))))
    const texts = widest(this.items.map(({ text }) => text))
    const abouts = widest(this.items.map(({ about = '' }) => about))
    const wanted = Math.max(texts + (abouts > 0 ? abouts + 2 : 0) + 4, textWidth(sanitize(this.title)) + 2)
    const width = clamp(wanted + 4, Math.min(area.width, 24), area.width)
    const height = Math.min(area.height, Math.min(most, this.items.length) + 2)
    const x = area.x + ((area.width - width) >> 1)
    const y = area.y + Math.max(0, (area.height - height) >> 1)
    this.list.setHeight(Math.max(0, height - 2))
    this.rows = { x: x + 1, y: y + 1, width: width - 2, height: height - 2 }

    drawFrame(canvas, { x, y, width, height }, this.title, 'Enter chooses · Esc leaves', theme)
    for (let line = 0; line < height - 2; line++) {
      const row = this.list.rowAt(line)
      const item = this.items[row]
      if (item) this.drawItem(canvas, { ...this.rows, y: y + 1 + line, height: 1 }, item, row, texts, theme)
    }
  }

  private drawItem(canvas: Canvas, rect: Rect, item: MenuItem, row: number, texts: number, theme: Theme): void {
    const end = rect.x + rect.width
    const about = fit(item.about ?? '', end - rect.x - texts - 6)
    canvas.text(rect.x + 1, rect.y, item.key ?? ' ', theme.style('key'), 1)
    canvas.text(rect.x + 3, rect.y, fit(item.text, Math.min(texts, rect.width - 4)), theme.style('text'))
    canvas.text(rect.x + 5 + texts, rect.y, about, theme.style('quiet'), end - rect.x - texts - 5)
    if (row !== this.list.selected) return
    canvas.text(rect.x, rect.y, '▸', theme.style('strong'), 1)
    canvas.restyle(rect, () => theme.selection(true))
  }

  private choose(row: number): boolean {
    this.next = this.items[row]?.choose()
    return this.next === undefined
  }
}

/** A box with a title and a line about its keys, empty inside. */
export function drawFrame(canvas: Canvas, rect: Rect, title: string, footer: string, theme: Theme): void {
  const { x, y, width, height } = rect
  const rule = theme.style('rule')
  const line = '─'.repeat(Math.max(0, width - 2))
  canvas.paint(rect)
  canvas.text(x, y, `┌${line}┐`, rule, width)
  canvas.text(x + 2, y, fit(` ${title} `, Math.min(width - 4, textWidth(sanitize(title)) + 2)), theme.style('strong'))
  for (let row = y + 1; row < y + height - 1; row++) {
    canvas.text(x, row, '│', rule)
    canvas.text(x + width - 1, row, '│', rule)
  }
  canvas.text(x, y + height - 1, `└${line}┘`, rule, width)
  const room = textWidth(footer) + 2
  if (room + 4 <= width) canvas.text(x + width - room - 2, y + height - 1, ` ${footer} `, theme.style('quiet'))
}
