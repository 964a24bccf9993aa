/**
 * What tracking found out about each segment, kept to be shown later: 20 bytes per TCP segment in pages that are never
 * copied, and 12 more for the few that repeat something. Segments come in the order of their packets, so one is found by
 * its packet number.
 */
import { widened } from '../dissect/widened.js'
const BITS = 16
const PAGE_ROWS = 1 << BITS

/** Words of a row: its packet, the packet that it acknowledges, bytes in flight, bytes since the last PSH, state. */
const ROW_WORDS = 5
const ACKS = 1
const FLIGHT = 2
const PUSHED = 3
const CHANGE = 4

/** In place of pages that are gone. */
const NOTHING = new Uint32Array(0)

export class TcpSegments {
  length = 0
  private readonly pages: Uint32Array[] = []
  /** Pages that are gone. */
  private gone = 0
  private latest = 0
  private nth = 0
  /** Rows of segments that repeat something, the packets that they refer to, and for duplicate acknowledgments which one in a row it is. */
  private repeats = new Uint32Array(3 * 256)
  private repeated = 0
  /** Found last: whoever reads packets in order finds the next one beside it. */
  private last = 0

  /**
   * Adds a segment of packet `packet`: the packet that it acknowledges, bytes in flight, bytes since the last PSH (0
   * where there is nothing to say), and the row of its connection's latest change of state. Returns which of its packet's
   * segments it is, counted from 0.
   */
  add(packet: number, acks: number, flight: number, pushed: number, change: number): number {
    const i = this.length++
    const row = i & (PAGE_ROWS - 1)
    if (row === 0) this.pages.push(new Uint32Array(PAGE_ROWS * ROW_WORDS))
    const page = this.pages[i >>> BITS]!
    const at = row * ROW_WORDS
    page[at] = packet
    page[at + ACKS] = acks
    page[at + FLIGHT] = flight
    page[at + PUSHED] = pushed
    page[at + CHANGE] = change
    this.nth = packet === this.latest ? this.nth + 1 : 0
    this.latest = packet
    return this.nth
  }

  /** Notes that the segment added last repeats what packet `reference` had, as number `count` of those that do. */
  addRepeat(reference: number, count: number): void {
    const at = this.repeated++ * 3
    if (at === this.repeats.length) {
      this.repeats = widened(this.repeats, at * 2)
    }
    this.repeats[at] = this.length - 1
    this.repeats[at + 1] = reference
    this.repeats[at + 2] = count
  }

  /** Forgets whole pages of segments of the first `packets` packets. */
  forget(packets: number): void {
    const { gone } = this
    while (this.gone < this.pages.length - 1 && this.packetOf((this.gone + 1) << BITS) <= packets) {
      this.pages[this.gone++] = NOTHING
    }
    if (this.gone === gone) return
    const first = this.firstRepeat(this.gone << BITS)
    this.repeats.copyWithin(0, first * 3, this.repeated * 3)
    this.repeated -= first
  }

  /** The row of segment `nth` of `packet`, -1 when there is none. */
  find(packet: number, nth: number): number {
    const { last } = this
    if (nth === 0 && last + 1 < this.length && this.packetOf(last) < packet && this.packetOf(last + 1) === packet) {
      return (this.last = last + 1)
    }
    let low = this.gone << BITS
    let high = this.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.packetOf(middle) < packet) low = middle + 1
      else high = middle
    }
    const row = low + nth
    if (row >= this.length || this.packetOf(row) !== packet) return -1
    return (this.last = row)
  }

  packetOf(i: number): number {
    return this.word(i, 0)
  }
  acks(i: number): number {
    return this.word(i, ACKS)
  }
  flight(i: number): number {
    return this.word(i, FLIGHT)
  }
  pushed(i: number): number {
    return this.word(i, PUSHED)
  }
  change(i: number): number {
    return this.word(i, CHANGE)
  }
  private word(i: number, which: number): number {
    return this.pages[i >>> BITS]![(i & (PAGE_ROWS - 1)) * ROW_WORDS + which]!
  }

  /** What the segment in `row` repeats, as an index for `reference` and `count`; -1 when it repeats nothing. */
  findRepeat(row: number): number {
    const low = this.firstRepeat(row)
    return low < this.repeated && this.repeats[low * 3] === row ? low : -1
  }
  /** The first of the repeats of `row` or a later one. */
  private firstRepeat(row: number): number {
    let low = 0
    let high = this.repeated
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.repeats[middle * 3]! < row) low = middle + 1
      else high = middle
    }
    return low
  }
  reference(repeat: number): number {
    return this.repeats[repeat * 3 + 1]!
  }
  count(repeat: number): number {
    return this.repeats[repeat * 3 + 2]!
  }

  get bytes(): number {
    return (this.pages.length - this.gone) * PAGE_ROWS * ROW_WORDS * 4 + this.repeats.byteLength
  }
}
