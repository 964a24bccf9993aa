/** Random access to a file through a small cache of blocks, so that neighbouring packets cost one read. */
import { fstatSync, readSync } from 'node:fs'
import { MAX_WINDOW } from './file-window.js'

const BLOCK = 64 * 1024
const BLOCKS = 64

interface CachedBlock {
  readonly bytes: Uint8Array
  filled: number
}

export class BlockCache {
  readonly #fd: number
  /** Least recently used first. */
  readonly #blocks = new Map<number, CachedBlock>()

  constructor(fd: number) {
    this.#fd = fd
  }

  /**
   * The `length` bytes at `offset`; to be read, not written. They stay what they are as long as they are held, but may
   * hold a whole block with them: copy what is kept for long. Throws `RangeError` when the file does not have them.
   */
  read(offset: number, length: number): Uint8Array {
    if (
      !Number.isSafeInteger(offset) ||
      !Number.isSafeInteger(length) ||
      offset < 0 ||
      length < 0 ||
      length > MAX_WINDOW
    ) {
      throw new RangeError(`no bytes can be read at ${offset}, length ${length}`)
    }
    const number = Math.floor(offset / BLOCK)
    const from = offset - number * BLOCK
    if (from + length <= BLOCK) {
      const block = this.#block(number, from + length)
      if (block.filled < from + length) throw missing(offset, length)
      return block.bytes.subarray(from, from + length)
    }
    if (offset + length > fstatSync(this.#fd).size) throw missing(offset, length)
    const whole = new Uint8Array(length)
    if (fill(this.#fd, whole, 0, offset) < length) throw missing(offset, length)
    return whole
  }

  clear(): void {
    this.#blocks.clear()
  }

  /** Block `number` with at least its first `needed` bytes, if the file has them by now. */
  #block(number: number, needed: number): CachedBlock {
    let block = this.#blocks.get(number)
    if (block === undefined) {
      block = { bytes: new Uint8Array(BLOCK), filled: 0 }
      if (this.#blocks.size >= BLOCKS) this.#blocks.delete(this.#blocks.keys().next().value as number)
    } else {
      this.#blocks.delete(number)
    }
    this.#blocks.set(number, block)
    if (block.filled < needed) block.filled = fill(this.#fd, block.bytes, block.filled, number * BLOCK)
    return block
  }
}

/** Fills `bytes` from index `filled` on with the file at `offset`, as far as it goes; answers how far. */
function fill(fd: number, bytes: Uint8Array, filled: number, offset: number): number {
  let end = filled
  while (end < bytes.length) {
    const got = readSync(fd, bytes, end, bytes.length - end, offset + end)
    if (got === 0) break
    end += got
  }
  return end
}

const missing = (offset: number, length: number): RangeError =>
  new RangeError(`the file does not have ${length} bytes at byte ${offset}`)
