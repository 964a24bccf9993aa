/**
 * A stream in the order in which its bytes are read, as chunks: what one packet adds to one side, or that bytes are
 * missing there. A chunk takes 25 bytes or a little more, its bytes stay in the capture.
 */
import type { Library } from '../dissect/dissection.js'
import { widened } from '../dissect/widened.js'
import type { Places } from './places.js'

/** The most chunks that are kept; those behind them are only counted. */
const MAX_CHUNKS = 1 << 24

export class Chunks {
  length = 0
  /** Chunks that found no room. */
  refused = 0
  /** Bytes of both sides, the client's first, without the words for those that are missing. */
  readonly bytes: [number, number] = [0, 0]
  /** The packets they came with, counted from 1. */
  packet = new Uint32Array(64)
  size = new Uint32Array(64)
  /** First of its places, and what to skip there; of a gap the bytes that are missing, as a signed number. */
  protected first = new Uint32Array(64)
  private skip = new Uint32Array(64)
  private bits = new Uint8Array(64)

  /** `room` is how many are kept. */
  constructor(
    private readonly places: Places,
    private readonly room = MAX_CHUNKS,
  ) {}

  /** Adds `size` bytes that the places from `first` on hold behind `skip` others; `side` 0 is the client. */
  add(packet: number, side: number, first: number, skip: number, size: number): void {
    if (!this.append(packet, side, size, first, skip)) return
    this.bytes[side]! += size
  }

  /** Notes that `missing` bytes of a side are not in the capture, though the other side had them. */
  addGap(packet: number, side: number, missing: number): void {
    this.append(packet, side | GAP, gapText(missing).length, missing >>> 0, 0)
  }

  side(i: number): number {
    return this.bits[i]! & 1
  }
  isGap(i: number): boolean {
    return (this.bits[i]! & GAP) !== 0
  }

  /** How many bytes a gap stands for. */
  missing(i: number): number {
    return this.isGap(i) ? this.first[i]! | 0 : 0
  }

  /** All bytes of chunk `i`; of a gap the words that say so, as tshark does. To be read, not kept. */
  read(library: Library, i: number): Uint8Array {
    if (this.isGap(i)) return gapText(this.missing(i))
    return this.places.read(library, this.first[i]!, this.skip[i]!, this.size[i]!)
  }

  private append(packet: number, bits: number, size: number, first: number, skip: number): boolean {
    if (this.length === this.room) {
      this.refused++
      return false
    }
    const i = this.length++
    if (i === this.packet.length) this.grow()
    this.packet[i] = packet
    this.size[i] = size
    this.first[i] = first
    this.skip[i] = skip
    this.bits[i] = bits
    return true
  }

  private grow(): void {
    const n = this.packet.length * 2
    this.packet = widened(this.packet, n)
    this.size = widened(this.size, n)
    this.first = widened(this.first, n)
    this.skip = widened(this.skip, n)
    this.bits = widened(this.bits, n)
  }
}
const GAP = 2

/** tshark puts this into the stream, with the zero that ends it in C. */
const gapText = (missing: number): Uint8Array => Buffer.from(`[${missing} bytes missing in capture file]\0`)
