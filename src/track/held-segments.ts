/**
 * Segments that wait for bytes before them, for all streams together: where their bytes are, in chains sorted by sequence
 * number. Nodes are numbered from 1; 0 ends a chain.
 */
import { widened } from '../dissect/widened.js'
import { after, before } from './tcp-rows.js'

/** Segments that wait at once, in all streams. */
const MAX_HELD = 1 << 16

export class HeldSegments {
  seq = new Uint32Array(64)
  packet = new Uint32Array(64)
  carrier = new Uint32Array(64)
  start = new Uint32Array(64)
  end = new Uint32Array(64)
  next = new Uint32Array(64)
  /** How many wait. */
  count = 0
  private used = 1
  private free = 0

  /**
   * Puts bytes `start…end` of `packet`, which came with packet `carrier`, into the chain that begins with `head`, behind
   * those with the same number. Returns the chain's first node, 0 when there is no room.
   */
  add(head: number, seq: number, packet: number, carrier: number, start: number, end: number): number {
    const i = this.take()
    if (i === 0) return 0
    this.seq[i] = seq
    this.packet[i] = packet
    this.carrier[i] = carrier
    this.start[i] = start
    this.end[i] = end
    if (head === 0 || before(seq, this.seq[head]!)) {
      this.next[i] = head
      return i
    }
    let previous = head
    for (let j = this.next[head]!; j !== 0 && !before(seq, this.seq[j]!); j = this.next[j]!) previous = j
    this.next[i] = this.next[previous]!
    this.next[previous] = i
    return head
  }

  /** Does a node of this number and size wait in the chain? */
  has(head: number, seq: number, size: number): boolean {
    for (let i = head; i !== 0 && !after(this.seq[i]!, seq); i = this.next[i]!) {
      if (this.seq[i] === seq && this.end[i]! - this.start[i]! === size) return true
    }
    return false
  }

  /** Takes the first node out of its chain; returns the new first one. */
  shift(head: number): number {
    const next = this.next[head]!
    this.next[head] = this.free
    this.free = head
    this.count--
    return next
  }

  private take(): number {
    if (this.count === MAX_HELD) return 0
    this.count++
    const freed = this.free
    if (freed !== 0) {
      this.free = this.next[freed]!
      return freed
    }
    const i = this.used++
    if (i === this.seq.length) {
      this.seq = widened(this.seq)
      this.packet = widened(this.packet)
      this.carrier = widened(this.carrier)
      this.start = widened(this.start)
      this.end = widened(this.end)
      this.next = widened(this.next)
    }
    return i
  }
}
