/**
 * One bit per packet, in pages of as many packets as a page of the packet index has, over shared memory: it grows
 * without copying, and another thread reads it while it is written.
 */
import { PAGE_ROWS } from '../store/packet-index.js'

/** Words of 32 packets in a page. */
export const PAGE_WORDS = PAGE_ROWS / 32
const PAGE_BITS = 31 - Math.clz32(PAGE_ROWS)

export class Bitmap {
  readonly pages: Uint32Array[] = []

  /** The words of page `n`, made when it is not there. */
  page(n: number): Uint32Array {
    while (this.pages.length <= n) this.pages.push(new Uint32Array(new SharedArrayBuffer(PAGE_WORDS * 4)))
    return this.pages[n]!
  }

  /** The bit of packet `i`, counted from 0; false beyond the end. */
  has(i: number): boolean {
    const page = this.pages[i >>> PAGE_BITS]
    return page !== undefined && ((page[(i & (PAGE_ROWS - 1)) >>> 5]! >>> (i & 31)) & 1) === 1
  }

  set(i: number): void {
    this.page(i >>> PAGE_BITS)[(i & (PAGE_ROWS - 1)) >>> 5]! |= 1 << (i & 31)
  }

  /** How many of the first `length` bits are set. */
  count(length: number): number {
    let sum = 0
    for (let i = 0; i < length; ) {
      const word = this.pages[i >>> PAGE_BITS]?.[(i & (PAGE_ROWS - 1)) >>> 5] ?? 0
      const bits = Math.min(32, length - i)
      sum += bitCount(bits === 32 ? word : word & ((1 << bits) - 1))
      i += bits
    }
    return sum
  }

  /** The next packet from `i` on (or back from it) whose bit is set, below `length`; -1 for none. */
  next(i: number, length: number, step: 1 | -1 = 1): number {
    for (let at = i; at >= 0 && at < length; at += step) {
      const word = this.pages[at >>> PAGE_BITS]?.[(at & (PAGE_ROWS - 1)) >>> 5] ?? 0
      if (word === 0) at = step === 1 ? at | 31 : at & ~31
      else if ((word >>> (at & 31)) & 1) return at
    }
    return -1
  }
}

export function bitCount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
