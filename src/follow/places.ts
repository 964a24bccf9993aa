/** Where bytes lie in the capture: lists of ranges of packets. No byte is kept, only 12 bytes for each range. */
import type { Library } from '../dissect/dissection.js'
import { widened } from '../dissect/widened.js'

/** Words of a range: its packet, where it begins in it, its size. */
const WORDS = 3

export class Places {
  private words = new Uint32Array(64 * WORDS)
  private count = 0

  /** The number of the range that is added next: where a list of ranges begins. */
  get next(): number {
    return this.count
  }

  /** Adds bytes `start…end` of packet `packet`, counted from 1. */
  add(packet: number, start: number, end: number): void {
    const at = this.count++ * WORDS
    if (at === this.words.length) {
      this.words = widened(this.words, at * 2)
    }
    this.words[at] = packet
    this.words[at + 1] = start
    this.words[at + 2] = end - start
  }

  /**
   * Bytes `skip…skip + size` of what the ranges from number `first` on hold together. They are to be read, not written or
   * kept. What the capture does not give any more is zeros.
   */
  read(library: Library, first: number, skip: number, size: number): Uint8Array {
    const { words } = this
    let at = first * WORDS
    let left = skip
    while (at < this.count * WORDS && left >= words[at + 2]!) {
      left -= words[at + 2]!
      at += WORDS
    }
    const whole = left + size <= (words[at + 2] ?? 0)
    if (whole) {
      const start = words[at + 1]! + left
      return library.bytesOf(words[at]!, start, start + size) ?? new Uint8Array(size)
    }
    const bytes = new Uint8Array(size)
    for (let have = 0; have < size && at < this.count * WORDS; at += WORDS) {
      const start = words[at + 1]! + left
      const take = Math.min(words[at + 2]! - left, size - have)
      const piece = library.bytesOf(words[at]!, start, start + take)
      if (piece !== null) bytes.set(piece, have)
      have += take
      left = 0
    }
    return bytes
  }
}
