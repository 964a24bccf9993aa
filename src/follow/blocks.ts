/**
 * A long stream in blocks that are read and laid out on their own. They end where the other side begins to speak, or at
 * the next chunk when they become too long, so that where they lie depends on nothing but the chunks.
 */
import type { Chunks } from './chunks.js'

/** A block ends behind so many bytes when the side changes, behind so many chunks or bytes at the latest. */
const LONG = 1 << 15
const TOO_LONG = 1 << 17
const MOST_CHUNKS = 512

export class Blocks {
  /** First chunk of each block, and where its first bytes lie in their sides. */
  private readonly starts: number[] = []
  private readonly offsets: (readonly [number, number])[] = []
  private readonly sides: number[] = []
  private seen = 0
  private bytes = 0
  private readonly reached: [number, number] = [0, 0]

  constructor(private readonly chunks: Chunks) {}

  get length(): number {
    this.grow()
    return this.starts.length
  }

  /** The chunks of a block: the first one, and that behind the last one. */
  chunksOf(block: number): readonly [number, number] {
    return [this.starts[block]!, this.starts[block + 1] ?? this.seen]
  }

  /** The block with chunk `chunk`, which there must be. */
  blockOf(chunk: number): number {
    let low = 0
    let high = this.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.starts[middle]! <= chunk) low = middle
      else high = middle - 1
    }
    return low
  }

  /** How many bytes of each side lie before a block. */
  offsetsOf(block: number): readonly [number, number] {
    return this.offsets[block]!
  }

  /** The block from `block` on (or back from it) that has something of a side; -1 when there is none. */
  find(block: number, step: 1 | -1, side: 0 | 1 | 'both'): number {
    const wanted = side === 'both' ? 3 : 1 << side
    for (let at = block; at >= 0 && at < this.length; at += step) if (this.sides[at]! & wanted) return at
    return -1
  }

  private grow(): void {
    const { chunks } = this
    for (; this.seen < chunks.length; this.seen++) {
      const i = this.seen
      const side = chunks.side(i)
      if (i === 0 || this.endsBefore(i)) {
        this.starts.push(i)
        this.offsets.push([...this.reached])
        this.sides.push(0)
        this.bytes = 0
      }
      this.sides[this.sides.length - 1]! |= 1 << side
      this.bytes += chunks.size[i]!
      if (!chunks.isGap(i)) this.reached[side]! += chunks.size[i]!
    }
  }

  private endsBefore(i: number): boolean {
    const { chunks, bytes } = this
    if (i - this.starts.at(-1)! >= MOST_CHUNKS || bytes >= TOO_LONG) return true
    return bytes >= LONG && chunks.side(i) !== chunks.side(i - 1)
  }
}
