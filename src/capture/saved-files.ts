/**
 * Files that are never seen half written: each is made under a temporary name beside its place and takes its place by
 * renaming. A write that fails cuts the file back to its last whole record.
 */
import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { CaptureError, Exit, inputName, printable } from './damage.js'
import { callingUser, withRightsOf } from './live/privileges.js'

const BATCH = 1 << 20
const STDOUT = 1

/** A sink that collects pieces and writes them in large batches. Each piece is a whole record. */
export interface RecordFile {
  /** Bytes added so far. */
  readonly bytes: number
  add(piece: Uint8Array): void
  /** Writes everything out. */
  flush(): void
  /** Puts the file into its place, if it is not there yet. */
  place(): void
  /** Writes everything out, puts the file into its place and closes it. */
  finish(): void
  /** Gives up: what is not in its place yet is removed. */
  abandon(): void
}

class Batch {
  bytes = 0
  readonly #buffer = Buffer.allocUnsafe(BATCH)
  #filled = 0
  /** Where whole records end in the buffer; the last one that was written whole counts when the disk is full. */
  #ends: number[] = []

  /** `failed` hears how many bytes are in whole records when a write fails. */
  constructor(
    private readonly fd: number,
    private readonly failed: (wholeBytes: number, error: unknown) => never,
  ) {}

  add(piece: Uint8Array): void {
    if (this.#filled + piece.length > BATCH) this.flush()
    this.bytes += piece.length
    if (piece.length > BATCH) {
      this.#write(piece, piece.length, [])
      return
    }
    this.#buffer.set(piece, this.#filled)
    this.#filled += piece.length
    this.#ends.push(this.#filled)
  }

  flush(): void {
    if (this.#filled === 0) return
    const filled = this.#filled
    const ends = this.#ends
    this.#filled = 0
    this.#ends = []
    this.#write(this.#buffer, filled, ends)
  }

  #write(bytes: Uint8Array, length: number, ends: readonly number[]): void {
    let done = 0
    try {
      while (done < length) done += writeSome(this.fd, bytes, done, length - done)
    } catch (error) {
      const whole = ends.findLast((end) => end <= done) ?? 0
      this.bytes -= length - whole
      this.failed(this.bytes, error)
    }
  }
}

/** Opens `path` for writing. Throws `CaptureError` when that cannot be, or when it is `input`, the file being read. */
export function createRecordFile(path: string, input: string): RecordFile {
  if (isSame(path, input)) {
    throw new CaptureError(`${printable(path)} is the file that is being read: save under another name.`, Exit.Usage)
  }
  const isFile = path !== '-' && (statSync(path, { throwIfNoEntry: false })?.isFile() ?? true)
  return isFile ? new PlacedFile(path) : new Outlet(path)
}

/**
 * Finds out whether a file can be made at `path` by whoever will make it, before anything is captured for it. Throws
 * `CaptureError`.
 */
export function checkPlace(path: string): void {
  if (path === '-') return
  withRightsOf(callingUser(), () => {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found?.isDirectory() === true) throw saveError(path, Object.assign(new Error(), { code: 'EISDIR' }))
    try {
      accessSync(found === undefined || found.isFile() ? dirname(path) : path, constants.W_OK)
    } catch (error) {
      throw saveError(path, error)
    }
  })
}

class PlacedFile implements RecordFile {
  readonly #path: string
  readonly #temporary: string
  readonly #fd: number
  readonly #batch: Batch
  #placed = false
  #closed = false

  constructor(path: string) {
    // Through a symbolic link, so that the link stays one.
    this.#path = realPath(path)
    this.#temporary = join(dirname(this.#path), `.${basename(this.#path)}.${process.pid}.part`)
    try {
      this.#fd = openSync(this.#temporary, 'w', 0o600)
    } catch (error) {
      throw saveError(path, error)
    }
    this.#batch = new Batch(this.#fd, (whole, error) => {
      ftruncateSync(this.#fd, whole)
      throw saveError(path, error)
    })
  }

  get bytes(): number {
    return this.#batch.bytes
  }

  add(piece: Uint8Array): void {
    this.#batch.add(piece)
  }

  flush(): void {
    this.#batch.flush()
  }

  place(): void {
    if (this.#placed) return
    try {
      renameSync(this.#temporary, this.#path)
    } catch (error) {
      throw saveError(this.#path, error)
    }
    this.#placed = true
  }

  finish(): void {
    if (this.#closed) return
    this.flush()
    fsyncSync(this.#fd)
    this.#close()
    this.place()
  }

  abandon(): void {
    if (!this.#closed) this.#close()
    if (!this.#placed && statSync(this.#temporary, { throwIfNoEntry: false })) unlinkSync(this.#temporary)
  }

  #close(): void {
    this.#closed = true
    closeSync(this.#fd)
  }
}

/** Standard output, a pipe, a device: what has no place of its own to be put into. */
class Outlet implements RecordFile {
  readonly #fd: number
  readonly #batch: Batch

  constructor(path: string) {
    try {
      this.#fd = path === '-' ? STDOUT : openSync(path, 'w')
    } catch (error) {
      throw saveError(path, error)
    }
    this.#batch = new Batch(this.#fd, (_whole, error) => {
      throw saveError(path, error)
    })
  }

  get bytes(): number {
    return this.#batch.bytes
  }

  add(piece: Uint8Array): void {
    this.#batch.add(piece)
  }

  flush(): void {
    this.#batch.flush()
  }

  place(): void {
    this.flush()
  }

  finish(): void {
    this.flush()
    this.abandon()
  }

  abandon(): void {
    if (this.#fd !== STDOUT) closeSync(this.#fd)
  }
}

function writeSome(fd: number, bytes: Uint8Array, from: number, length: number): number {
  try {
    return writeSync(fd, bytes, from, length)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    // Somebody made the pipe non-blocking, and its reader is slow.
    Atomics.wait(sleeper, 0, 0, 2)
    return 0
  }
}
const sleeper = new Int32Array(new SharedArrayBuffer(4))

function saveError(path: string, cause: unknown): CaptureError {
  const { code, message } = cause as NodeJS.ErrnoException
  const name = path === '-' ? 'standard output' : inputName(path)
  return new CaptureError(`${name}: ${REASONS[code ?? ''] ?? `it cannot be written: ${message}.`}`, Exit.File, {
    cause,
  })
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. What was written before is whole.',
  EDQUOT: 'your quota on this disk is used up. What was written before is whole.',
  EFBIG: 'the file has become as large as this disk allows. What was written before is whole.',
  EACCES: 'you may not write here. Name a file in a folder of your own.',
  EPERM: 'you may not write here. Name a file in a folder of your own.',
  EROFS: 'this disk is read-only.',
  ENOENT: 'there is no such folder.',
  ENOTDIR: 'a part of this path is not a folder.',
  EISDIR: 'this is a folder. Name a file in it.',
  EPIPE: 'nobody reads it any more.',
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** Whether both name the same file. */
export function isSame(path: string, input: string): boolean {
  if (path === '-' || input === '-' || input === '') return false
  const a = statSync(path, { throwIfNoEntry: false })
  const b = statSync(input, { throwIfNoEntry: false })
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev
}
