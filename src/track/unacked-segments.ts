/**
 * Segments that nobody has acknowledged yet: for each direction a list, newest first, of nodes in one shared pool.
 *
 * A direction keeps at most `MAX_PER_WAY` (as Wireshark does), all of them together `MAX_NODES`. What finds no room is
 * left out and counted: its acknowledgment will name no packet, and later ones are analysed as before.
 */
import { widened } from '../dissect/widened.js'
import { after, BASE, BITS, COUNT_ONE, COUNT_SHIFT, UNACKED, UNACKED_FROM, UNACKED_TO, WayBit } from './tcp-rows.js'

export const MAX_PER_WAY = 10_000
export const MAX_NODES = 1 << 22

/** Words of a node. */
const SEQ = 0
const NEXT_SEQ = 1
const PACKET = 2
/** The node before it in time, plus one; 0 for none. */
const OLDER = 3
const NODE_WORDS = 4

export class UnackedSegments {
  /** Segments that found no room. */
  refused = 0
  private nodes = new Int32Array(1024 * NODE_WORDS)
  private used = 0
  /** Nodes given back, linked by `OLDER`. */
  private free = 0

  /** Adds `seq…next` of packet `packet` to the direction whose row begins at `way`. */
  add(rows: Int32Array, way: number, seq: number, next: number, packet: number): boolean {
    const count = rows[way + BITS]! >>> COUNT_SHIFT
    if (count >= MAX_PER_WAY) {
      this.refused++
      return false
    }
    const node = this.take()
    if (node < 0) {
      this.refused++
      return true
    }
    const nodes = this.nodes
    const at = node * NODE_WORDS
    nodes[at + SEQ] = seq
    nodes[at + NEXT_SEQ] = next
    nodes[at + PACKET] = packet
    nodes[at + OLDER] = rows[way + UNACKED]!
    rows[way + UNACKED] = node + 1
    rows[way + BITS]! += COUNT_ONE
    const from = (seq - rows[way + BASE]!) >>> 0
    const to = (next - rows[way + BASE]!) >>> 0
    if (to < from) rows[way + BITS]! |= WayBit.Astray
    if (count === 0 || from < rows[way + UNACKED_FROM]! >>> 0) rows[way + UNACKED_FROM] = from
    if (count === 0 || to > rows[way + UNACKED_TO]! >>> 0) rows[way + UNACKED_TO] = to
    return true
  }

  /**
   * Drops what `ack` acknowledges and shortens what it acknowledges in part. Returns the packet of the oldest segment
   * that ends exactly there, 0 for none.
   */
  acknowledge(rows: Int32Array, way: number, ack: number): number {
    const base = rows[way + BASE]!
    const low = rows[way + UNACKED_FROM]! >>> 0
    const high = rows[way + UNACKED_TO]! >>> 0
    const at = (ack - base) >>> 0
    // All of them begin at or beyond it, and none so far away that the comparison would turn round: nothing to do.
    if (at <= low && low <= high && high - at < 0x40000000 && (rows[way + BITS]! & WayBit.Astray) === 0) return 0
    const nodes = this.nodes
    let acked = 0
    let from = 0xffffffff
    let to = 0
    let newer = -1
    let kept = 0
    for (let link = rows[way + UNACKED]!; link !== 0; ) {
      const n = (link - 1) * NODE_WORDS
      const older = nodes[n + OLDER]!
      const next = nodes[n + NEXT_SEQ]!
      if (ack === next) acked = nodes[n + PACKET]!
      else if (after(next, ack)) {
        if (after(ack, nodes[n + SEQ]!)) nodes[n + SEQ] = ack
        const first = (nodes[n + SEQ]! - base) >>> 0
        const last = (next - base) >>> 0
        if (first < from) from = first
        if (last > to) to = last
        newer = n
        kept++
        link = older
        continue
      }
      if (newer < 0) rows[way + UNACKED] = older
      else nodes[newer + OLDER] = older
      nodes[n + OLDER] = this.free
      this.free = link
      link = older
    }
    rows[way + UNACKED_FROM] = from
    rows[way + UNACKED_TO] = to
    if (kept === 0) rows[way + BITS]! &= ~WayBit.Astray
    rows[way + BITS] = (rows[way + BITS]! & (COUNT_ONE - 1)) | (kept << COUNT_SHIFT)
    return acked
  }

  /** Counts the range that waits anew, after `BASE` was changed. */
  measure(rows: Int32Array, way: number): void {
    const base = rows[way + BASE]!
    let from = 0xffffffff
    let to = 0
    for (let link = rows[way + UNACKED]!; link !== 0; ) {
      const n = (link - 1) * NODE_WORDS
      from = Math.min(from, (this.nodes[n + SEQ]! - base) >>> 0)
      to = Math.max(to, (this.nodes[n + NEXT_SEQ]! - base) >>> 0)
      link = this.nodes[n + OLDER]!
    }
    rows[way + UNACKED_FROM] = from
    rows[way + UNACKED_TO] = to
    rows[way + BITS]! |= WayBit.Astray
  }

  /** The packet of the oldest segment that waits, 0 for none. */
  oldest(rows: Int32Array, way: number): number {
    const nodes = this.nodes
    let found = 0
    for (let link = rows[way + UNACKED]!; link !== 0; ) {
      const n = (link - 1) * NODE_WORDS
      found = nodes[n + PACKET]!
      link = nodes[n + OLDER]!
    }
    return found
  }

  /** Bytes from the first to the last number that waits. */
  span(rows: Int32Array, way: number): number {
    return (rows[way + UNACKED_TO]! - rows[way + UNACKED_FROM]!) >>> 0
  }

  get bytes(): number {
    return this.nodes.byteLength
  }

  private take(): number {
    if (this.free !== 0) {
      const node = this.free - 1
      this.free = this.nodes[node * NODE_WORDS + OLDER]!
      return node
    }
    if (this.used === MAX_NODES) return -1
    if ((this.used + 1) * NODE_WORDS > this.nodes.length) {
      this.nodes = widened(this.nodes)
    }
    return this.used++
  }
}
