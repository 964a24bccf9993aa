/** Texts that packets said, kept as places in the capture, by numbers that grow. */
import type { Dissection } from '../dissect/index.js'
import { widened } from '../dissect/widened.js'

/** A text in more pieces than this is not kept. */
const MAX_PIECES = 64
/** Packet, start and end of each piece. */
const WORDS = 3

export class TextPlaces {
  private pieces = new Uint32Array(64 * WORDS)
  private length = 1
  /** By number: the first piece, and how many there are. */
  private first = new Uint32Array(64)
  private counts = new Uint8Array(64)

  /** Keeps bytes `start…end` of what is being read under number `i`, which has none yet. */
  keep(d: Dissection, i: number, start: number, end: number): void {
    if (i >= this.first.length) this.grow(i)
    const first = this.length
    let n = 0
    const known = d.origin(start, end, (packet, from, to) => {
      if (n++ < MAX_PIECES) this.add(packet, from, to)
    })
    if (known && n <= MAX_PIECES) {
      this.first[i] = first
      this.counts[i] = n
    } else this.length = first
  }

  /** The text under number `i`; null when there is none, or it cannot be read. */
  read(d: Dissection, i: number): Uint8Array | null {
    const parts: Uint8Array[] = []
    const first = this.first[i] ?? 0
    for (let n = 0; n < (this.counts[i] ?? 0); n++) {
      const at = (first + n) * WORDS
      const part = d.fetch(this.pieces[at]!, this.pieces[at + 1]!, this.pieces[at + 2]!)
      if (part === null) return null
      parts.push(part)
    }
    return parts.length === 0 ? null : parts.length === 1 ? parts[0]! : Buffer.concat(parts)
  }

  private add(packet: number, start: number, end: number): void {
    const at = this.length++ * WORDS
    if (at === this.pieces.length) this.pieces = widened(this.pieces)
    this.pieces[at] = packet
    this.pieces[at + 1] = start
    this.pieces[at + 2] = end
  }

  private grow(i: number): void {
    while (i >= this.first.length) this.first = widened(this.first)
    const counts = new Uint8Array(this.first.length)
    counts.set(this.counts)
    this.counts = counts
  }
}
