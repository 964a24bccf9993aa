/** Asks for another capture filter. The capture goes on until the new one has begun. */

import type { Canvas, Rect } from './canvas.js'
import type { CaptureFilterOptions } from './capture-filter-field.js'
import type { Overlay } from './overlay.js'
import type { Theme } from './theme.js'
import { CaptureFilterField } from './capture-filter-field.js'
import { drawFrame } from './menu.js'

const width = 74

export class CaptureFilterDialog implements Overlay {
  private readonly field: CaptureFilterField
  private readonly accept: (filter: string) => void
  private readonly done: () => void

  /** `accept` gets a filter that libpcap has nothing against; `done` is called when the dialog is to be closed then. */
  constructor(options: CaptureFilterOptions, filter: string, accept: (filter: string) => void, done: () => void) {
    this.field = new CaptureFilterField(options, filter)
    this.accept = accept
    this.done = done
  }

  key(key: string): boolean {
    if (key === 'escape' || key === 'C-g') return true
    if (key === 'enter') void this.finish()
    else this.field.key(key)
    return false
  }

  mouse(): boolean {
    return false
  }

  insert(text: string): void {
    this.field.insert(text)
  }

  stop(): void {
    this.field.stop()
  }

  draw(canvas: Canvas, area: Rect, theme: Theme): void {
    const size = { width: Math.min(area.width, width), height: Math.min(area.height, 5) }
    const rect = { x: (area.width - size.width) >> 1, y: (area.height - size.height) >> 1, ...size }
    drawFrame(canvas, rect, 'Capture filter', 'Enter captures anew · ↑ earlier ones · Esc leaves', theme)
    const room = { x: rect.x + 2, y: rect.y + 1, width: Math.max(1, rect.width - 6), height: 1 }
    this.field.draw(canvas, room, theme, true)
    const note = this.field.problem || 'empty: everything is captured'
    const style = this.field.problem === '' ? theme.style('quiet') : theme.severity(3)
    canvas.text(room.x, room.y + 2, note, style, rect.width - 4)
  }

  private async finish(): Promise<void> {
    const filter = this.field.text
    if ((await this.field.verdict()) !== '') return
    this.done()
    this.accept(filter)
  }
}
