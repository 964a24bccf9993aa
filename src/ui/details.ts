/**
 * The details of one packet: its tree and its bytes, which follow each other.
 *
 * Selecting a field marks its bytes; moving the cursor in the bytes selects the field it stands on.
 */

import type { Detail, Found, Session, TreeNode } from '../session/session.js'
import { type Linked, linkedPacket } from './linked-packet.js'
import { PacketBytes } from './packet-bytes.js'
import { PacketTree } from './packet-tree.js'

export class Details {
  readonly tree = new PacketTree()
  readonly bytes = new PacketBytes()
  /** The packet that is shown, 0 for none. */
  packet = 0
  private readonly session: Session
  private readonly changed: () => void
  private readonly failed: (packet: number, error: unknown) => void
  private detail: Detail | undefined
  private wanted = 0
  private loading = false

  constructor(session: Session, changed: () => void, failed: (packet: number, error: unknown) => void) {
    this.session = session
    this.changed = changed
    this.failed = failed
  }

  /** Gets and shows a packet. While one is on its way, only the latest wish is kept. */
  load(packet: number): void {
    this.wanted = packet
    if (packet === 0 || packet === this.packet || this.loading) return
    this.loading = true
    this.session.detail(packet).then(
      (detail) => this.arrived(packet, detail),
      (error: unknown) => {
        this.failed(packet, error)
        this.arrived(packet, undefined)
      },
    )
  }

  /** True while another packet than the one shown is on its way. */
  get pending(): boolean {
    return this.loading && this.wanted !== this.packet
  }

  get field(): TreeNode | undefined {
    return this.packet > 0 ? this.tree.selected : undefined
  }

  /** The name of the bytes that the selected field is in; empty when these are the frame's. */
  get fieldSource(): string {
    const source = this.field?.source ?? 0
    return source > 0 ? this.bytes.nameOf(source) : ''
  }

  /** Where in the list of its packet's nodes the selected field stands, -1 for none. */
  get fieldIndex(): number {
    return this.packet > 0 ? this.tree.selectedIndex : -1
  }

  /** Where the selected field leads, or one below it; `anywhere`: or any field of the packet. */
  linked(anywhere: boolean): Linked {
    if (this.detail === undefined) return { packet: 0, node: undefined }
    return linkedPacket(this.detail, this.tree.selectedIndex, anywhere)
  }

  /** Changes something in the tree; the bytes follow. */
  inTree(change: (tree: PacketTree) => void): void {
    change(this.tree)
    this.bytes.mark(this.tree.selected)
  }

  /** Moves the cursor in the bytes, by what `move` returns: the field it stands on then. The tree follows. */
  inBytes(move: (bytes: PacketBytes) => TreeNode | undefined): void {
    const field = move(this.bytes)
    if (field) this.tree.reveal(field)
    this.bytes.mark(field)
  }

  /** Selects what was found in this packet: a field, or some bytes, which are marked. */
  reveal({ node, source, start, end }: Found): void {
    if (node >= 0) this.inTree((tree) => tree.revealAt(node))
    if (end <= start) return
    this.bytes.selectSource(source)
    this.inBytes((bytes) => bytes.moveTo(start))
    this.bytes.mark({ source, start, end })
  }

  nextSource(step: 1 | -1): void {
    const count = this.bytes.sourceCount
    if (count > 1) this.bytes.selectSource((this.bytes.source + step + count) % count)
  }

  private arrived(packet: number, detail: Detail | undefined): void {
    this.loading = false
    this.packet = packet
    this.detail = detail
    this.tree.show(detail)
    this.bytes.show(detail)
    this.bytes.mark(this.tree.selected)
    this.load(this.wanted)
    this.changed()
  }
}
