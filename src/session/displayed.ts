/**
 * Which packets are listed and at which place: all of them, or those that the display filter lets through, as far as it
 * has come. Places count from 1, as packets do.
 *
 * The bits lie in shared memory, so that the screen finds its way between places and packets without asking.
 */
import { bitCount, PAGE_WORDS } from '../filter/bitmap.js'
import { PAGE_ROWS } from '../store/packet-index.js'

export class Displayed {
  /** Packets of which it is known whether they are listed, from the first on. */
  decided = 0
  /** How many of these are. */
  length = 0
  /** Listed packets before each page whose beginning is decided. */
  private readonly before = [0]

  /** `pages` hold one bit per packet, null lists all; it may get more of them. */
  constructor(private readonly pages: readonly Uint32Array[] | null) {}

  /** More packets are decided. */
  update(decided: number, length: number): void {
    this.decided = decided
    this.length = length
    if (this.pages === null) return
    for (let n = this.before.length; n * PAGE_ROWS <= decided; n++) {
      this.before.push(this.before[n - 1]! + countWords(this.pages[n - 1]!, PAGE_WORDS))
    }
  }

  /** The packet at a place; 0 when there is none. */
  packetAt(place: number): number {
    if (!(place >= 1 && place <= this.length)) return 0
    if (this.pages === null) return place
    let n = 0
    for (let size = this.before.length; size > 1; ) {
      const half = size >> 1
      if (this.before[n + half]! < place) n += half
      size -= half
    }
    let left = place - this.before[n]!
    const words = this.pages[n]!
    for (let word = 0; word < PAGE_WORDS; word++) {
      const bits = words[word]!
      const count = bitCount(bits)
      if (count >= left) return n * PAGE_ROWS + word * 32 + nthBit(bits, left) + 1
      left -= count
    }
    return 0
  }

  /** Is the packet listed? False as long as that is not decided. */
  has(packet: number): boolean {
    return packet >= 1 && packet <= this.decided && this.packetAt(this.placeOf(packet)) === packet
  }

  /** The place of the packet, of the next one that is listed, or else of the last one; 0 when none is. */
  placeOf(packet: number): number {
    const i = Math.min(Math.max(packet, 1), this.decided + 1) - 1
    if (this.pages === null) return Math.min(i + 1, this.length)
    return Math.min(this.rank(i) + 1, this.length)
  }

  /** How many of the first `i` packets are listed. */
  private rank(i: number): number {
    const n = Math.floor(i / PAGE_ROWS)
    const row = i % PAGE_ROWS
    const words = this.pages![n]
    if (words === undefined) return this.length
    const whole = row >>> 5
    const rest = words[whole]! & ((1 << (row & 31)) - 1)
    return this.before[n]! + countWords(words, whole) + bitCount(rest)
  }
}

function countWords(words: Uint32Array, end: number): number {
  let sum = 0
  for (let i = 0; i < end; i++) sum += bitCount(words[i]!)
  return sum
}

/** Which bit is the `n`th that is set, counted from 1. */
function nthBit(bits: number, n: number): number {
  let left = bits
  for (let i = 1; i < n; i++) left &= left - 1
  return 31 - Math.clz32(left & -left)
}
