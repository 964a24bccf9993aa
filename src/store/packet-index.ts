/**
 * What is known about every packet without looking at its bytes again: 46 bytes per packet, in pages of typed columns
 * over shared memory. A growing capture never copies what it has, and another thread reads the pages as they are.
 */
const BITS = 16
export const PAGE_ROWS = 1 << BITS
/** Bytes one packet takes in the index. */
export const ROW_BYTES = 46

export const RowFlag = {
  /** It runs from the conversation's first sender to the other end. */
  Forward: 1,
  /** The capture file has a comment on it. */
  Comment: 2,
  /** More than one of its layers is tracked: the others lie in `PacketIndex.more`. */
  More: 4,
  /** The capture file does not say when it was captured. */
  Untimed: 8,
} as const

/** Views of one page's columns, widest first so that all are aligned. */
export class Page {
  /** Where the packet's bytes begin in the file. */
  readonly offset: Float64Array
  readonly seconds: Float64Array
  readonly nanoseconds: Uint32Array
  readonly captured: Uint32Array
  readonly original: Uint32Array
  /** Innermost tracked conversation plus one; 0 for none. */
  readonly conversation: Uint32Array
  /** The packet before it in that conversation (1-based), 0 for none. */
  readonly previous: Uint32Array
  /** What tracking found out, in the words of the innermost tracked protocol. */
  readonly facts: Uint32Array
  /** Which layers it has, in order: a number of `Stacks`. */
  readonly stack: Uint16Array
  readonly interface: Uint16Array
  readonly flags: Uint8Array
  /** `Ending` in the low two bits, the worst severity above them. */
  readonly ending: Uint8Array
  constructor(readonly memory: SharedArrayBuffer) {
    let at = 0
    const place = (size: number): number => (at += size * PAGE_ROWS) - size * PAGE_ROWS
    this.offset = new Float64Array(memory, place(8), PAGE_ROWS)
    this.seconds = new Float64Array(memory, place(8), PAGE_ROWS)
    this.nanoseconds = new Uint32Array(memory, place(4), PAGE_ROWS)
    this.captured = new Uint32Array(memory, place(4), PAGE_ROWS)
    this.original = new Uint32Array(memory, place(4), PAGE_ROWS)
    this.conversation = new Uint32Array(memory, place(4), PAGE_ROWS)
    this.previous = new Uint32Array(memory, place(4), PAGE_ROWS)
    this.facts = new Uint32Array(memory, place(4), PAGE_ROWS)
    this.stack = new Uint16Array(memory, place(2), PAGE_ROWS)
    this.interface = new Uint16Array(memory, place(2), PAGE_ROWS)
    this.flags = new Uint8Array(memory, place(1), PAGE_ROWS)
    this.ending = new Uint8Array(memory, place(1), PAGE_ROWS)
  }
}

/** A tracked layer that is not the innermost of its packet. */
export interface MoreTracked {
  readonly conversation: number
  readonly facts: number
  readonly forward: boolean
}

export class PacketIndex {
  length = 0
  /** For the few packets with several tracked layers: those before the innermost, outermost first. */
  readonly more = new Map<number, readonly MoreTracked[]>()
  private readonly pages: Page[] = []

  /** Makes room for one more packet and returns its number, counted from 0. */
  add(): number {
    const i = this.length++
    if ((i & (PAGE_ROWS - 1)) === 0) this.pages.push(new Page(new SharedArrayBuffer(ROW_BYTES * PAGE_ROWS)))
    return i
  }
  /** The page that holds packet `i`, and where in it. */
  page(i: number): Page {
    return this.pages[i >>> BITS]!
  }
  row(i: number): number {
    return i & (PAGE_ROWS - 1)
  }
  /** When packet `number`, counted from 1, was captured. */
  secondsOf(number: number): number {
    return this.page(number - 1).seconds[this.row(number - 1)]!
  }
  nanosecondsOf(number: number): number {
    return this.page(number - 1).nanoseconds[this.row(number - 1)]!
  }
  get bytes(): number {
    return this.pages.length * ROW_BYTES * PAGE_ROWS
  }
}
