/**
 * What is known about every packet without looking at its bytes again: 46 bytes per packet, in pages of typed columns
 * over shared memory. A growing capture never copies what it has, and another thread reads the pages as they are. A
 * capture that runs for days forgets its oldest packets: whole pages go, and numbers stay what they are.
 */
import { QuotedLayers } from './quoted-layers.js'

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
  /** It quotes a header that is tracked: what is known of that lies in `PacketIndex.quoted`. */
  Quotes: 16,
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
  readonly previous: number
}

export class PacketIndex {
  length = 0
  /** So many packets, the oldest, are known no more. */
  forgotten = 0
  /** For the few packets with several tracked layers: those before the innermost, outermost first. */
  readonly more = new Map<number, readonly MoreTracked[]>()
  /** What is known of headers that packets quote. */
  readonly quoted = new QuotedLayers()
  private readonly pages: Page[] = []
  /** Pages that are gone: they are all this one, of zeros. */
  private gone = 0
  private blank: Page | null = null
  /** When the very first packet was captured, once its page is gone. */
  private beganSeconds = 0
  private beganNanoseconds = 0

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
  /**
   * When packet `number`, counted from 1, was captured. The first one's time is never forgotten; others whose page is
   * gone have the time of the oldest that is left.
   */
  secondsOf(number: number): number {
    const i = number - 1
    if (i >>> BITS < this.gone) return number === 1 ? this.beganSeconds : this.oldest.seconds[0]!
    return this.page(i).seconds[this.row(i)]!
  }
  nanosecondsOf(number: number): number {
    const i = number - 1
    if (i >>> BITS < this.gone) return number === 1 ? this.beganNanoseconds : this.oldest.nanoseconds[0]!
    return this.page(i).nanoseconds[this.row(i)]!
  }
  /** Forgets the oldest packets, so that `count` are forgotten in all; one packet always stays. */
  forget(count: number): void {
    const end = Math.min(count, this.length - 1)
    if (end <= this.forgotten) return
    if (this.more.size > 0) for (let i = this.forgotten; i < end; i++) this.more.delete(i)
    this.forgotten = end
    const gone = end >>> BITS
    if (gone === this.gone) return
    if (this.gone === 0) {
      this.beganSeconds = this.secondsOf(1)
      this.beganNanoseconds = this.nanosecondsOf(1)
      this.blank = new Page(new SharedArrayBuffer(ROW_BYTES * PAGE_ROWS))
    }
    while (this.gone < gone) this.pages[this.gone++] = this.blank!
    this.quoted.forget(gone << BITS)
  }
  get bytes(): number {
    return (this.pages.length - this.gone) * ROW_BYTES * PAGE_ROWS
  }
  private get oldest(): Page {
    return this.pages[this.gone]!
  }
}
