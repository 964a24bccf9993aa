/**
 * A window that slides over a file: the reader asks for bytes of the file and gets an index into one reused buffer.
 *
 * It works the same while the file is still growing. What cannot be had is told apart by `mayGrow`: it was true when
 * more bytes may yet come, so the reader asks again later.
 */
import { fstatSync, readSync } from 'node:fs'

/** The window never becomes larger than this, whatever a record claims. */
export const MAX_WINDOW = 256 * 1024 * 1024

const CAPACITY = 8 * 1024 * 1024
/** How much of what was passed stays in the window when it moves on: messages are put together from packets nearby. */
const HISTORY = 1 / 2
/** Bytes read at a time: what is read is looked at while it is still in the processor's cache. */
const READ = 1024 * 1024

export class FileWindow {
  /** The window, and the same bytes as a view. Both are replaced when it grows: do not keep them across `reach`. */
  bytes: Uint8Array
  view: DataView
  /** Where in the file the window begins, and how many bytes of it are filled. */
  base = 0
  filled = 0
  /** After `reach` answered -1: whether the file was still growing when it was read. */
  mayGrow = false
  /** The system's error code when reading itself failed, e.g. `EIO`; empty otherwise. */
  failure = ''

  readonly #fd: number
  readonly #growing: () => boolean

  /** `growing` says whether bytes may still be appended to the open file `fd`. */
  constructor(fd: number, growing: () => boolean = () => false, capacity = CAPACITY) {
    this.#fd = fd
    this.#growing = growing
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Index in `bytes` of the `count` bytes at file offset `offset`, or -1 when the file does not have them (yet). */
  reach(offset: number, count: number): number {
    const at = offset - this.base
    return at >= 0 && at + count <= this.filled ? at : this.#load(offset, count)
  }

  /** Bytes the file has from `offset` on. Asks the system: for messages, not for every packet. */
  left(offset: number): number {
    try {
      return Math.max(0, fstatSync(this.#fd).size - offset)
    } catch {
      return 0
    }
  }

  #load(offset: number, count: number): number {
    // Asked before reading: bytes that come in between would otherwise count as missing for good.
    this.mayGrow = this.#growing()
    if (offset < this.base || offset > this.base + this.filled) {
      this.base = offset
      this.filled = 0
    }
    // A length is only believed when the file really has that many bytes; no buffer is made for a mere claim.
    if (count > this.bytes.length && (count > MAX_WINDOW || this.left(offset) < count)) return -1
    const at = offset - this.base
    if (at + count > this.bytes.length) this.#makeRoom(at, count)
    const wanted = offset - this.base + count
    while (this.filled < wanted) {
      const got = this.#read()
      if (got === 0) return -1
      this.filled += got
    }
    return offset - this.base
  }

  /** Moves what lies behind `at` to the front, into a larger buffer if `count` bytes need one. */
  #makeRoom(at: number, count: number): void {
    if (count <= this.bytes.length) {
      const kept = Math.min(at, this.bytes.length - count, Math.floor(this.bytes.length * HISTORY))
      this.bytes.copyWithin(0, at - kept, this.filled)
      this.base += at - kept
      this.filled -= at - kept
    } else {
      const larger = new Uint8Array(Math.min(MAX_WINDOW, 2 ** Math.ceil(Math.log2(count))))
      larger.set(this.bytes.subarray(at, this.filled))
      this.bytes = larger
      this.view = new DataView(larger.buffer)
      this.base += at
      this.filled -= at
    }
  }

  #read(): number {
    try {
      const size = Math.min(this.bytes.length - this.filled, READ)
      return readSync(this.#fd, this.bytes, this.filled, size, this.base + this.filled)
    } catch (error) {
      this.failure = (error as NodeJS.ErrnoException).code ?? String(error)
      this.mayGrow = false
      return 0
    }
  }
}
