/**
 * A temporary file for what arrives through a pipe or is decompressed, so that it can be read like any capture file.
 *
 * Its name is removed as soon as it is open: the system then frees the space when the last descriptor closes, however
 * the process ends. Where that is not allowed (Windows) it is removed on close or exit.
 */
import { closeSync, openSync, statfsSync, unlinkSync, writeSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CaptureError, printable, systemError } from './damage.js'
import type { Growth } from './growth.js'
import { Signal } from './growth.js'

const MAX_SPOOL = 64 * 1024 ** 3
/** Room on the disk that is left to others. */
const RESERVE = 512 * 1024 ** 2

export interface SpoolOptions {
  /** Where temporary files go; the system's folder for them unless said otherwise. */
  readonly folder?: string
  /** The most bytes to store: 64 GiB, or what is free on the disk less a reserve. */
  readonly limit?: number
}

export class Spool implements Growth {
  readonly fd: number
  /** Set by whoever fills it with what was compressed. */
  unpacked = false
  readonly #signal = new Signal()
  readonly #limit: number
  readonly #folder: string
  readonly #leftover: (() => void) | null
  #size = 0
  #growing = true
  #closed = false

  /** Throws `CaptureError` when the folder cannot be written to. */
  constructor(options: SpoolOptions = {}) {
    this.#folder = options.folder ?? tmpdir()
    const path = join(this.#folder, `framewise-${process.pid}-${randomBytes(6).toString('hex')}.spool`)
    try {
      this.fd = openSync(path, 'wx+', 0o600)
    } catch (error) {
      throw systemError(path, error)
    }
    this.#leftover = removeNow(path)
    this.#limit = options.limit ?? Math.min(MAX_SPOOL, freeBytes(this.#folder))
  }

  /** Appends `chunk`. Throws `CaptureError` when the limit is reached or the disk is full. */
  append(chunk: Uint8Array): void {
    if (this.#closed) return
    const room = this.#limit - this.#size
    const fits = chunk.length <= room ? chunk : chunk.subarray(0, Math.max(0, room))
    try {
      for (let done = 0; done < fits.length; )
        done += writeSync(this.fd, fits, done, fits.length - done, this.#size + done)
    } catch (error) {
      throw systemError(this.#folder, error)
    } finally {
      this.#signal.raise()
    }
    this.#size += fits.length
    if (fits.length < chunk.length) {
      throw new CaptureError(
        `${printable(this.#folder)}: the temporary file is full after ${this.#size} bytes. ` +
          'What was read so far is shown. Set TMPDIR to a folder with more room.',
      )
    }
  }

  /** No more will be appended. */
  finish(): void {
    this.#growing = false
    this.#signal.finish()
  }

  growing(): boolean {
    return this.#growing
  }

  size(): number {
    return this.#size
  }

  changed(): Promise<void> {
    return this.#signal.wait()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.finish()
    closeSync(this.fd)
    this.#leftover?.()
  }
}

/** Removes the file's name; where an open file keeps it, answers how to remove it later and does so at exit. */
function removeNow(path: string): (() => void) | null {
  try {
    unlinkSync(path)
    return null
  } catch {
    const remove = (): void => {
      process.off('exit', remove)
      try {
        unlinkSync(path)
      } catch {
        // Somebody else tidied up, or the file is still open: then nothing more can be done about it.
      }
    }
    process.on('exit', remove)
    return remove
  }
}

function freeBytes(folder: string): number {
  try {
    const disk = statfsSync(folder)
    return Math.max(0, disk.bavail * disk.bsize - RESERVE)
  } catch {
    return MAX_SPOOL
  }
}
