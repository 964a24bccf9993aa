/**
 * The detail tree of one packet: which nodes are open, which lines that makes, and how they are drawn.
 *
 * What is opened in one packet is open in the next: nodes are remembered by the name of their field.
 */

import type { Detail, Severity, TreeNode } from '../session/session.js'
import type { Canvas, Rect } from './canvas.js'
import type { Theme } from './theme.js'
import { drawScrollbar } from './packet-list.js'
import { linkIn } from './linked-packet.js'
import { fit } from './sanitize.js'
import { bold, severityMarks, underline } from './theme.js'
import { VirtualList } from './virtual-list.js'
import { textWidth } from './width.js'

const indent = 2
/** Deeper nodes are not moved further right, so that their text stays in view. */
const maxIndent = 16

export class PacketTree {
  readonly list = new VirtualList()
  private nodes: readonly TreeNode[] = []
  private parents = new Int32Array(0)
  private keys: string[] = []
  /** The worst problem of a node or of anything below it. */
  private worst = new Uint8Array(0)
  private opened = new Uint8Array(0)
  /** Indexes of the nodes that are in view or could be scrolled there. */
  private visible: number[] = []
  private readonly remembered = new Set<string>()

  /** Shows another packet. The selected field stays selected if the packet has it. */
  show(detail: Detail | undefined): void {
    const key = this.keys[this.selectedIndex]
    const offset = this.list.selected - this.list.top
    this.nodes = detail?.nodes ?? []
    this.prepare()
    this.layOut()
    let row = key === undefined ? 0 : this.visible.findIndex((index) => this.keys[index] === key)
    row = Math.max(0, row)
    this.list.top = Math.max(0, row - offset)
    this.list.setCount(this.visible.length)
    this.list.select(row)
  }

  /** Where the selected node stands in the detail's list of nodes, -1 for none. */
  get selectedIndex(): number {
    return this.visible[this.list.selected] ?? -1
  }

  get selected(): TreeNode | undefined {
    return this.nodes[this.selectedIndex]
  }

  /** Selects a node wherever it is, opening what it is hidden in, for this packet only. */
  reveal(node: TreeNode): void {
    this.revealAt(this.nodes.indexOf(node))
  }

  /** The same for the node at an index into those of the packet. */
  revealAt(index: number): void {
    if (!this.nodes[index]) return
    for (let at = this.parents[index] ?? -1; at >= 0; at = this.parents[at] ?? -1) this.opened[at] = 1
    this.layOut()
    this.list.jump(this.visible.indexOf(index))
  }

  /** Opens the selected node; when it is open or has nothing to open, steps to its first child or the next line. */
  open(): void {
    const index = this.selectedIndex
    if (!this.hasChildren(index)) return
    if (this.opened[index]) this.list.move(1)
    else this.setOpen(index, true)
  }

  /** Closes the selected node; when it is closed already, steps out to its parent. */
  close(): void {
    const index = this.selectedIndex
    const parent = this.parents[index] ?? -1
    if (this.hasChildren(index) && this.opened[index]) this.setOpen(index, false)
    else if (parent >= 0) this.list.select(this.visible.indexOf(parent))
  }

  toggle(): void {
    const index = this.selectedIndex
    if (this.hasChildren(index)) this.setOpen(index, !this.opened[index])
  }

  /** Opens or closes the selected node with everything below it. */
  setSubtree(open: boolean): void {
    const start = this.selectedIndex
    const depth = this.nodes[start]?.depth ?? 0
    let end = start + 1
    while (end < this.nodes.length && (this.nodes[end]?.depth ?? 0) > depth) end++
    for (let index = start; index < end; index++) if (this.hasChildren(index)) this.remember(index, open)
    this.layOut()
  }

  draw(canvas: Canvas, rect: Rect, theme: Theme, focused: boolean): void {
    for (let line = 0; line < rect.height; line++) {
      const row = this.list.rowAt(line)
      const index = this.visible[row]
      const node = index === undefined ? undefined : this.nodes[index]
      if (index === undefined || !node) continue
      const y = rect.y + line
      const room = rect.width - 2
      const x = rect.x + 1 + Math.min(node.depth, maxIndent) * indent
      const sign = !this.hasChildren(index) ? ' ' : this.opened[index] ? '▾' : '▸'
      const severity = (this.opened[index] ? node.severity : (this.worst[index] ?? 0)) as Severity
      canvas.text(rect.x, y, severityMarks[severity], theme.severity(severity), 1)
      canvas.text(x, y, sign, theme.style('quiet'), rect.x + room - x)
      const width = rect.x + room - x - 1
      const label = fit(node.label, width)
      canvas.text(x + 2, y, label, this.styleOf(node, theme), width)
      const link = linkIn(label, node.link)
      if (link !== null) {
        const before = textWidth(label.slice(0, link[0]))
        canvas.restyle({ x: x + 2 + before, y, width: link[1] - link[0], height: 1 }, underline)
      }
      if (row === this.list.selected) {
        canvas.restyle({ x: rect.x, y, width: rect.width - 1, height: 1 }, () => theme.selection(focused))
      }
    }
    drawScrollbar(canvas, rect, this.list, theme, focused)
  }

  /** True when a click in column `x` of the pane hits the sign before row `row`. */
  isSign(row: number, x: number): boolean {
    const index = this.visible[row]
    const depth = this.nodes[index ?? -1]?.depth
    return depth !== undefined && this.hasChildren(index ?? -1) && x <= 2 + Math.min(depth, maxIndent) * indent
  }

  private styleOf(node: TreeNode, theme: Theme): number {
    if (node.severity >= 1) return theme.severity(node.severity)
    if (node.depth === 0) return bold(theme.layer(node.layer))
    return theme.style(node.generated ? 'quiet' : 'text')
  }

  private hasChildren(index: number): boolean {
    return (this.nodes[index + 1]?.depth ?? 0) > (this.nodes[index]?.depth ?? Infinity)
  }

  private setOpen(index: number, open: boolean): void {
    this.remember(index, open)
    this.layOut()
  }

  private remember(index: number, open: boolean): void {
    this.opened[index] = open ? 1 : 0
    const key = this.keys[index] ?? ''
    if (open) this.remembered.add(key)
    else this.remembered.delete(key)
  }

  /** Finds parents, names to remember by, and the worst problems, for the nodes of a new packet. */
  private prepare(): void {
    const count = this.nodes.length
    this.parents = new Int32Array(count)
    this.worst = new Uint8Array(count)
    this.opened = new Uint8Array(count)
    this.keys = new Array<string>(count)
    const path: number[] = []
    for (let index = 0; index < count; index++) {
      const node = this.nodes[index]
      if (!node) continue
      while (path.length > 0 && (this.nodes[path[path.length - 1] ?? 0]?.depth ?? 0) >= node.depth) path.pop()
      const parent = path[path.length - 1] ?? -1
      path.push(index)
      this.parents[index] = parent
      this.worst[index] = node.severity
      const key = node.name || `${node.layer} ${wording(node.label)}`
      this.keys[index] = key
      if (this.remembered.has(key)) this.opened[index] = 1
    }
    for (let index = count - 1; index >= 0; index--) {
      const parent = this.parents[index] ?? -1
      if (parent >= 0) this.worst[parent] = Math.max(this.worst[parent] ?? 0, this.worst[index] ?? 0)
    }
  }

  /** Makes the lines anew, the selected node staying selected, or its closest parent that is still seen. */
  private layOut(): void {
    let selected = this.selectedIndex
    this.visible = []
    let hiddenBelow = Infinity
    for (let index = 0; index < this.nodes.length; index++) {
      const depth = this.nodes[index]?.depth ?? 0
      if (depth > hiddenBelow) continue
      hiddenBelow = this.hasChildren(index) && !this.opened[index] ? depth : Infinity
      this.visible.push(index)
    }
    this.list.setCount(this.visible.length)
    while (selected >= 0) {
      const row = this.visible.indexOf(selected)
      if (row >= 0) return this.list.select(row)
      selected = this.parents[selected] ?? -1
    }
  }
}

/** The constant part of a text-only label, by which such a node is known again: `[Timestamps]`, `Queries`. */
function wording(label: string): string {
  return label.split(/[:,(=\d]/, 1)[0]?.trim() ?? ''
}
