/**
 * What tracking found out about headers that packets quote (the TCP header inside an ICMP error): 16 bytes for each such
 * packet, in the order of the packets.
 */
import { widened } from '../dissect/widened.js'
const ROW_WORDS = 4

export interface QuotedLayer {
  conversation: number
  facts: number
  forward: boolean
  /** The packet before it in the conversation, counted from 1; 0 for none. */
  previous: number
}

export class QuotedLayers {
  private rows = new Uint32Array(16 * ROW_WORDS)
  private length = 0

  /** Adds what packet `i` (counted from 0) quotes; later ones only. */
  add(i: number, layer: QuotedLayer): void {
    const at = this.length++ * ROW_WORDS
    if (at === this.rows.length) {
      this.rows = widened(this.rows, at * 2)
    }
    this.rows[at] = i
    this.rows[at + 1] = layer.conversation * 2 + (layer.forward ? 1 : 0)
    this.rows[at + 2] = layer.facts
    this.rows[at + 3] = layer.previous
  }

  /** Forgets the packets before `i`. */
  forget(i: number): void {
    const first = this.firstFrom(i)
    this.rows.copyWithin(0, first * ROW_WORDS, this.length * ROW_WORDS)
    this.length -= first
  }

  /** Fills what is known of the quotation in packet `i` into `to`. False when there is none. */
  find(i: number, to: QuotedLayer): boolean {
    const low = this.firstFrom(i)
    const at = low * ROW_WORDS
    if (low === this.length || this.rows[at] !== i) return false
    to.conversation = this.rows[at + 1]! >>> 1
    to.forward = (this.rows[at + 1]! & 1) !== 0
    to.facts = this.rows[at + 2]!
    to.previous = this.rows[at + 3]!
    return true
  }

  /** The first row of packet `i` or a later one. */
  private firstFrom(i: number): number {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.rows[middle * ROW_WORDS]! < i) low = middle + 1
      else high = middle
    }
    return low
  }

  get bytes(): number {
    return this.rows.byteLength
  }
}
