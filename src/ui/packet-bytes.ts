/**
 * The bytes of a packet in hexadecimal and as text, coloured by layer, with the bytes of the selected field marked.
 */

import type { ByteSource, Detail, TreeNode } from '../session/session.js'
import type { Canvas, Rect } from './canvas.js'
import type { Theme } from './theme.js'
import { drawScrollbar } from './packet-list.js'
import { sanitize, shorten } from './sanitize.js'
import { bold, underline } from './theme.js'
import { VirtualList, clamp } from './virtual-list.js'
import { textWidth } from './width.js'

/** The name of a source of bytes on the screen. */
export interface Tab {
  readonly source: number
  readonly text: string
  readonly x: number
  readonly width: number
}

/** Some bytes of a source. */
type Place = Pick<TreeNode, 'source' | 'start' | 'end'>

const offsetWidth = 6
/** Layers are painted at most this often per byte, so that a packet of many layers cannot cost much. */
const maxLayers = 64

export class PacketBytes {
  readonly list = new VirtualList()
  source = 0
  /** The byte under the cursor, an offset into the source. */
  cursor = 0
  private sources: readonly ByteSource[] = []
  private nodes: readonly TreeNode[] = []
  private perRow = 16
  /** For each source and byte: 1 + index into `layers`, 0 for none. */
  private layerOf: Uint8Array[] = []
  private layers: string[] = []
  private marked: Place | undefined

  show(detail: Detail | undefined): void {
    this.sources = detail?.sources ?? []
    this.nodes = detail?.nodes ?? []
    this.marked = undefined
    this.paintLayers()
    this.selectSource(Math.min(this.source, Math.max(0, this.sources.length - 1)))
  }

  setPerRow(perRow: number): void {
    if (perRow === this.perRow) return
    this.perRow = perRow
    this.update()
  }

  get sourceCount(): number {
    return this.sources.length
  }

  get length(): number {
    return this.sources[this.source]?.bytes.length ?? 0
  }

  nameOf(source: number): string {
    return this.sources[source]?.name ?? ''
  }

  /** Shows another source of bytes. */
  selectSource(source: number): void {
    const changed = source !== this.source
    this.source = source
    if (changed) this.cursor = 0
    this.update()
  }

  /** Marks the bytes of a field and brings them into view. */
  mark(node: Place | undefined): void {
    this.marked = node
    if (!node || node.end <= node.start || node.source >= this.sources.length) return
    if (node.source !== this.source) this.selectSource(node.source)
    if (this.cursor < node.start || this.cursor >= node.end) this.cursor = clamp(node.start, 0, this.length - 1)
    const last = Math.floor((Math.min(node.end, this.length) - 1) / this.perRow)
    const first = Math.floor(node.start / this.perRow)
    if (this.list.isVisible(first) && this.list.isVisible(last)) return
    this.list.selected = clamp(last, 0, this.list.count - 1)
    this.list.reveal()
    this.list.selected = clamp(first, 0, this.list.count - 1)
    this.list.reveal()
  }

  /** Moves the cursor. Returns the deepest field that covers the byte it stands on then. */
  moveTo(offset: number): TreeNode | undefined {
    if (this.length === 0) return undefined
    this.cursor = clamp(offset, 0, this.length - 1)
    this.list.select(Math.floor(this.cursor / this.perRow))
    return this.nodeAt(this.cursor)
  }

  moveRows(rows: number): TreeNode | undefined {
    const target = this.cursor + rows * this.perRow
    return this.moveTo(target < 0 || target >= this.length ? this.cursor : target)
  }

  movePages(pages: number): TreeNode | undefined {
    const rows = Math.max(1, this.list.height - 1)
    const column = this.cursor % this.perRow
    const row = clamp(Math.floor(this.cursor / this.perRow) + pages * rows, 0, Math.max(0, this.list.count - 1))
    return this.moveTo(row * this.perRow + column)
  }

  /** The deepest field that covers a byte: the one of fewest bytes, a whole one rather than bits of it. */
  nodeAt(offset: number): TreeNode | undefined {
    let best: TreeNode | undefined
    for (const node of this.nodes) {
      if (node.source !== this.source || offset < node.start || offset >= node.end) continue
      if (!best || closer(node, best)) best = node
    }
    return best
  }

  /** The byte drawn at column `x` and line `y` of the pane, or -1. */
  byteAt(x: number, y: number): number {
    const row = this.list.rowAt(y)
    if (row < 0) return -1
    for (let column = 0; column < this.perRow; column++) {
      const hex = this.hexAt(column)
      const ascii = this.asciiAt(column)
      if ((x >= hex && x <= hex + 1) || x === ascii) {
        const offset = row * this.perRow + column
        return offset < this.length ? offset : -1
      }
    }
    return -1
  }

  /** The names of the sources as they stand on a line of `width` columns from column `x` on. */
  tabs(x: number, width: number): Tab[] {
    const tabs: Tab[] = []
    let names = this.sources.map((source) => sanitize(source.name))
    const length = (): number => names.reduce((sum, name) => sum + textWidth(name) + 3, 2)
    if (length() > width) names = names.map((name) => name.replace(/ bytes?\)$/, ')'))
    if (length() > width) {
      const room = Math.max(8, Math.floor((width - 2) / names.length) - 3)
      names = names.map((name) => shorten(name, room))
    }
    let at = x + 2
    for (const [source, name] of names.entries()) {
      const tabWidth = textWidth(name) + 2
      if (at + tabWidth > x + width) break
      tabs.push({ source, text: ` ${name} `, x: at, width: tabWidth })
      at += tabWidth + 1
    }
    return tabs
  }

  draw(canvas: Canvas, rect: Rect, theme: Theme, focused: boolean): void {
    const bytes = this.sources[this.source]?.bytes
    if (!bytes) return
    for (let line = 0; line < rect.height; line++) {
      const row = this.list.rowAt(line)
      if (row >= 0) this.drawRow(canvas, { ...rect, y: rect.y + line, height: 1 }, bytes, row, theme, focused)
    }
    drawScrollbar(canvas, rect, this.list, theme, focused)
  }

  private drawRow(canvas: Canvas, rect: Rect, bytes: Uint8Array, row: number, theme: Theme, focused: boolean): void {
    const { x, y } = rect
    const first = row * this.perRow
    const room = rect.width - 1
    canvas.text(x + 1, y, first.toString(16).padStart(4, '0'), theme.style('quiet'), room - 1)
    for (let column = 0; column < this.perRow && first + column < bytes.length; column++) {
      const offset = first + column
      const value = bytes[offset] ?? 0
      const hex = x + this.hexAt(column)
      const ascii = x + this.asciiAt(column)
      const style = this.styleOf(offset, theme, focused)
      const printable = value >= 0x20 && value < 0x7f
      canvas.text(hex, y, value.toString(16).padStart(2, '0'), style, x + room - hex)
      canvas.text(ascii, y, printable ? String.fromCharCode(value) : '.', style, x + room - ascii)
      // The mark runs on between two marked bytes of a group.
      if (this.isMarked(offset) && this.isMarked(offset + 1) && column + 1 < this.perRow) {
        const blanks = x + this.hexAt(column + 1) - hex - 2
        if (hex + 2 + blanks <= x + room) canvas.text(hex + 2, y, ' '.repeat(blanks), theme.selection(focused))
      }
    }
  }

  private styleOf(offset: number, theme: Theme, focused: boolean): number {
    const layer = this.layers[(this.layerOf[this.source]?.[offset] ?? 0) - 1]
    const style = this.isMarked(offset) ? theme.selection(focused) : layer ? theme.layer(layer) : theme.style('text')
    return focused && offset === this.cursor ? bold(underline(style)) : style
  }

  private isMarked(offset: number): boolean {
    const node = this.marked
    return node !== undefined && node.source === this.source && offset >= node.start && offset < node.end
  }

  private hexAt(column: number): number {
    return 1 + offsetWidth + column * 3 + (column >= 8 ? 1 : 0)
  }

  private asciiAt(column: number): number {
    return 1 + offsetWidth + this.perRow * 3 - 1 + (this.perRow > 8 ? 1 : 0) + 2 + column
  }

  private update(): void {
    this.cursor = clamp(this.cursor, 0, Math.max(0, this.length - 1))
    this.list.setCount(Math.ceil(this.length / this.perRow))
    this.list.select(Math.floor(this.cursor / this.perRow))
  }

  /**
   * Notes the layer of each byte. Layers stand in the order of the packet, so an inner one paints over an outer one.
   */
  private paintLayers(): void {
    this.layerOf = this.sources.map((source) => new Uint8Array(source.bytes.length))
    this.layers = []
    for (const node of this.nodes) {
      if (node.depth > 0 || node.end <= node.start) continue
      if (this.layers.length >= maxLayers) break
      this.layers.push(node.layer)
      this.layerOf[node.source]?.fill(this.layers.length, node.start, node.end)
    }
  }
}

function closer(node: TreeNode, best: TreeNode): boolean {
  const size = node.end - node.start
  const bestSize = best.end - best.start
  if (size !== bestSize) return size < bestSize
  return node.depth > best.depth && node.mask === 0
}
