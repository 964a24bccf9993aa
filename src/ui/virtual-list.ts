/**
 * The list behind all three panes: any number of rows, of which only those in view are ever asked for or drawn.
 *
 * It knows which row is selected and which one is on top, nothing of what rows are. Rows count from 0. New rows at the
 * end move neither the selection nor the view.
 */

export class VirtualList {
  count = 0
  height = 1
  top = 0
  selected = 0

  /** Tells how many rows there are now, and keeps selection and view where they are as far as rows exist. */
  setCount(count: number): void {
    this.count = Math.max(0, count)
    this.selected = clamp(this.selected, 0, this.count - 1)
    this.top = clamp(this.top, 0, this.lastTop())
  }

  /** Tells how many rows are in view. A selection that was in view stays in view. */
  setHeight(height: number): void {
    if (height === this.height) return
    const inView = this.isVisible(this.selected)
    this.height = Math.max(0, height)
    this.top = clamp(this.top, 0, this.lastTop())
    if (inView) this.reveal()
  }

  /** Selects `row` and scrolls as little as is needed to see it. */
  select(row: number): void {
    this.selected = clamp(row, 0, this.count - 1)
    this.reveal()
  }

  /** Selects `row`; when it was out of view it comes to the middle, so that both its neighbours are seen. */
  jump(row: number): void {
    this.selected = clamp(row, 0, this.count - 1)
    if (!this.isVisible(this.selected)) this.top = clamp(this.selected - (this.height >> 1), 0, this.lastTop())
  }

  move(rows: number): void {
    this.select(this.selected + rows)
  }

  /** Moves view and selection by whole pages, one row staying in view for the eye. */
  page(pages: number): void {
    const rows = pages * Math.max(1, this.height - 1)
    this.top = clamp(this.top + rows, 0, this.lastTop())
    this.select(this.selected + rows)
  }

  /** Moves the view alone, as a wheel does. */
  scroll(rows: number): void {
    this.top = clamp(this.top + rows, 0, this.lastTop())
  }

  /** Moves the view so that `line` of the scrollbar's lines shows where in the list it is. */
  scrollTo(line: number): void {
    const share = this.height > 1 ? clamp(line, 0, this.height - 1) / (this.height - 1) : 0
    this.top = Math.round(share * this.lastTop())
  }

  /** Moves the view so that `row` stands on line `line` of it, as far as there are rows for that. */
  scrollSo(row: number, line: number): void {
    this.top = clamp(row - line, 0, this.lastTop())
  }

  isVisible(row: number): boolean {
    return row >= this.top && row < this.top + this.height
  }

  reveal(): void {
    if (this.selected < this.top) this.top = this.selected
    else if (this.height > 0 && this.selected >= this.top + this.height) this.top = this.selected - this.height + 1
    this.top = clamp(this.top, 0, this.lastTop())
  }

  /** The row behind line `line` of the view, or -1 when the list ends above it. */
  rowAt(line: number): number {
    const row = this.top + line
    return line >= 0 && line < this.height && row < this.count ? row : -1
  }

  /** First line and length of the scrollbar's thumb; a length of 0 when everything is in view. */
  thumb(): { start: number; length: number } {
    if (this.count <= this.height || this.height === 0) return { start: 0, length: 0 }
    const length = Math.max(1, Math.round((this.height * this.height) / this.count))
    const start = Math.round((this.top / this.lastTop()) * (this.height - length))
    return { start, length }
  }

  private lastTop(): number {
    return Math.max(0, this.count - this.height)
  }
}

export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high))
}
