/**
 * What tracking found out about each segment, kept to be shown later: 20 bytes per TCP segment in pages that are never
 * copied, and 12 more for the few that repeat something. Segments come in the order of their packets, so one is found by
 * its packet number.
 */
const BITS = 16
const PAGE_ROWS = 1 << BITS

class Page {
  readonly packet = new Uint32Array(PAGE_ROWS)
  readonly acks = new Uint32Array(PAGE_ROWS)
  readonly flight = new Uint32Array(PAGE_ROWS)
  readonly pushed = new Uint32Array(PAGE_ROWS)
  readonly change = new Uint32Array(PAGE_ROWS)
}

export class TcpSegments {
  length = 0
  private readonly pages: Page[] = []
  /** Packets that repeat something, what they refer to, and for duplicate acknowledgments which one in a row it is. */
  private repeats = new Uint32Array(3 * 256)
  private repeated = 0
  /** Found last: whoever reads packets in order finds the next one beside it. */
  private last = 0

  /**
   * Adds segment of packet `packet`: the packet that it acknowledges, bytes in flight, bytes since the last PSH (0 where
   * there is nothing to say), and the row of its connection's latest change of state.
   */
  add(packet: number, acks: number, flight: number, pushed: number, change: number): void {
    const i = this.length++
    const row = i & (PAGE_ROWS - 1)
    if (row === 0) this.pages.push(new Page())
    const page = this.pages[i >>> BITS]!
    page.packet[row] = packet
    page.acks[row] = acks
    page.flight[row] = flight
    page.pushed[row] = pushed
    page.change[row] = change
  }

  /** Notes that the segment of `packet` repeats what `reference` had, as number `count` of those that do. */
  addRepeat(packet: number, reference: number, count: number): void {
    const at = this.repeated++ * 3
    if (at === this.repeats.length) {
      const wider = new Uint32Array(at * 2)
      wider.set(this.repeats)
      this.repeats = wider
    }
    this.repeats[at] = packet
    this.repeats[at + 1] = reference
    this.repeats[at + 2] = count
  }

  /** The row of the first segment of `packet`, -1 when it has none. */
  find(packet: number): number {
    const { last } = this
    if (last < this.length && this.packetOf(last) === packet && (last === 0 || this.packetOf(last - 1) !== packet)) return last
    if (last + 1 < this.length && this.packetOf(last) < packet && this.packetOf(last + 1) === packet) {
      return (this.last = last + 1)
    }
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.packetOf(middle) < packet) low = middle + 1
      else high = middle
    }
    if (low === this.length || this.packetOf(low) !== packet) return -1
    return (this.last = low)
  }

  packetOf(i: number): number {
    return this.pages[i >>> BITS]!.packet[i & (PAGE_ROWS - 1)]!
  }
  acks(i: number): number {
    return this.pages[i >>> BITS]!.acks[i & (PAGE_ROWS - 1)]!
  }
  flight(i: number): number {
    return this.pages[i >>> BITS]!.flight[i & (PAGE_ROWS - 1)]!
  }
  pushed(i: number): number {
    return this.pages[i >>> BITS]!.pushed[i & (PAGE_ROWS - 1)]!
  }
  change(i: number): number {
    return this.pages[i >>> BITS]!.change[i & (PAGE_ROWS - 1)]!
  }

  /** What the segment of `packet` repeats, as an index for `reference` and `count`; -1 when it repeats nothing. */
  findRepeat(packet: number): number {
    let low = 0
    let high = this.repeated
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.repeats[middle * 3]! < packet) low = middle + 1
      else high = middle
    }
    return low < this.repeated && this.repeats[low * 3] === packet ? low : -1
  }
  reference(repeat: number): number {
    return this.repeats[repeat * 3 + 1]!
  }
  count(repeat: number): number {
    return this.repeats[repeat * 3 + 2]!
  }

  get bytes(): number {
    return this.pages.length * PAGE_ROWS * 20 + this.repeats.byteLength
  }
}
