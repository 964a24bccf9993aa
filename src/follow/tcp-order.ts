/**
 * Puts the segments of a TCP stream into the order in which their bytes are read, as tshark's Follow does: bytes that
 * were there before are left out, what comes too early waits, and a gap is given up when the other end acknowledges what
 * is behind it. Within one direction that is the order of the numbers, between the two that of arrival.
 */
import { after, before } from '../track/tcp-rows.js'
import type { Chunks } from './chunks.js'
import { Heap } from './heap.js'

/** Segments of a direction that wait at once; when there are more, the gap before the first is given up. */
const MAX_WAITING = 1 << 20

/** A segment that waits for bytes before it. */
interface Waiting {
  readonly packet: number
  readonly seq: number
  readonly first: number
  readonly skip: number
  readonly size: number
}

/** One direction. */
class Way {
  /** The number that is expected next. */
  next = 0
  /** Something was written. */
  written = false
  private readonly segments = new Map<number, Waiting>()
  private arrived = 0
  /** Those that are not due yet, by their numbers, and those that are, in the order of arrival. */
  private readonly early = new Heap((a, b) => before(this.segments.get(a)!.seq, this.segments.get(b)!.seq))
  private readonly due = new Heap((a, b) => a < b)

  constructor(
    private readonly chunks: Chunks,
    private readonly side: number,
  ) {}

  get isWaiting(): boolean {
    return this.segments.size > 0
  }

  get isCrowded(): boolean {
    return this.segments.size > MAX_WAITING
  }

  hold(segment: Waiting): void {
    const number = this.arrived++
    this.segments.set(number, segment)
    this.early.push(number)
  }

  /** Writes everything that fits now. */
  release(): void {
    for (;;) {
      for (let top = this.early.top; top !== undefined && !after(this.segments.get(top)!.seq, this.next); ) {
        this.due.push(this.early.pop()!)
        top = this.early.top
      }
      const number = this.due.pop()
      if (number === undefined) return
      this.write(this.segments.get(number)!)
      this.segments.delete(number)
    }
  }

  /** Gives up the gap before what waits if `passes` says so of the number behind it. Returns whether it did. */
  skipGap(packet: number, passes: (seq: number) => boolean): boolean {
    const { top } = this.early
    if (top === undefined) return false
    const { seq } = this.segments.get(top)!
    if (!passes(seq)) return false
    this.chunks.addGap(packet, this.side, (seq - this.next) | 0)
    this.next = seq
    return true
  }

  /** Writes what is new of a segment that begins at or before the number that is expected. */
  private write({ packet, seq, first, skip, size }: Waiting): void {
    const old = (this.next - seq) >>> 0
    if (old >= size) return
    this.chunks.add(packet, this.side, first, skip + old, size - old)
    this.next = (this.next + size - old) >>> 0
  }
}

/** What one segment says. */
export interface OrderedSegment {
  readonly packet: number
  /** Number of its first byte of payload, and what it acknowledges. */
  readonly seq: number
  readonly ack: number
  /** Bytes of payload, and how many of them were captured. */
  readonly length: number
  readonly captured: number
  /** Number of the first place where these are. */
  readonly first: number
}

export class TcpOrder {
  private readonly ways: readonly [Way, Way]

  constructor(private readonly chunks: Chunks) {
    this.ways = [new Way(chunks, 0), new Way(chunks, 1)]
  }

  /** Takes a segment of a side, 0 for the client, in the order of the capture. */
  segment(side: number, s: OrderedSegment): void {
    const way = this.ways[side]!
    const other = this.ways[1 - side]!
    this.acknowledge(other, s)
    if (!way.written && way.next === 0) way.next = s.seq
    let { seq, length, captured } = s
    let skip = 0
    const end = (seq + length) >>> 0
    if (before(seq, way.next) && after(end, way.next)) {
      skip = (way.next - seq) >>> 0
      captured = Math.max(captured - skip, 0)
      length = (end - way.next) >>> 0
      seq = way.next
    }
    if (captured === 0 || before(seq, way.next)) return
    if (seq === way.next) {
      this.chunks.add(s.packet, side, s.first, skip, captured)
      way.next = (way.next + length) >>> 0
      way.written = true
      way.release()
    } else {
      way.hold({ packet: s.packet, seq, first: s.first, skip, size: captured })
      if (way.isCrowded && way.skipGap(s.packet, () => true)) way.release()
    }
  }

  /** How many bytes of a side are still missing before number `seq`; less than 0 where it was there before. */
  ahead(side: number, seq: number): number {
    const { written, next } = this.ways[side]!
    return written || next !== 0 ? (seq - next) | 0 : 0
  }

  /** Gives up the gaps of a direction before what the other end says to have. */
  private acknowledge(way: Way, { packet, ack }: OrderedSegment): void {
    if (!way.isWaiting) return
    way.release()
    while (way.skipGap(packet, (seq) => after(ack, seq))) way.release()
  }
}
