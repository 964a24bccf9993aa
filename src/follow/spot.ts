/**
 * Where a packet stands in a followed stream: at the first of its bytes, also where another packet brought them, or, if it
 * carries none, where the stream stood when it came.
 */
import type { Chunks } from './chunks.js'

/** A byte of a chunk. */
export interface ChunkPlace {
  readonly chunk: number
  readonly offset: number
}

export class Spot {
  /** Chunks that were there when the packet came, and how many behind them were looked through. */
  private readonly came: number
  private searched: number
  /** What it carries: 0 for nothing. */
  private packet = 0
  private side = 0
  private ahead = 0

  /** To be made before the packet is taken. */
  constructor(private readonly chunks: Chunks) {
    this.came = chunks.length
    this.searched = this.came
  }

  /**
   * The packet carries bytes of a side: `ahead` bytes behind those that are there, less than 0 where they were there
   * before. Of several payloads the first counts.
   */
  carry(packet: number, side: number, ahead: number): void {
    if (this.packet !== 0) return
    this.packet = packet
    this.side = side
    this.ahead = ahead
  }

  /** Where it is; null while its bytes wait for others before them. */
  place(): ChunkPlace | null {
    const { chunks } = this
    if (this.packet === 0) return this.stood()
    if (this.ahead < 0) return this.back(-this.ahead)
    for (; this.searched < chunks.length; this.searched++) {
      const i = this.searched
      if (chunks.packet[i] === this.packet && chunks.side(i) === this.side && !chunks.isGap(i)) {
        return { chunk: i, offset: 0 }
      }
    }
    return null
  }

  /** The last byte that was there when the packet came, the first of all where there was none. */
  stood(): ChunkPlace {
    const last = this.came - 1
    if (last < 0) return { chunk: 0, offset: 0 }
    return { chunk: last, offset: this.chunks.isGap(last) ? 0 : this.chunks.size[last]! - 1 }
  }

  /** So many bytes of its side before those that were there. */
  private back(bytes: number): ChunkPlace {
    const { chunks } = this
    let left = bytes
    for (let i = this.came - 1; i >= 0; i--) {
      if (chunks.side(i) !== this.side) continue
      const isGap = chunks.isGap(i)
      const size = isGap ? chunks.missing(i) : chunks.size[i]!
      if (size >= left) return { chunk: i, offset: isGap ? 0 : size - left }
      left -= size
    }
    return { chunk: 0, offset: 0 }
  }
}
