/**
 * Opens captures: files, compressed files, pipes and standard input, and files that another program is still writing.
 * What they are is decided by their bytes, never by their name.
 */
import { closeSync, constants, fstatSync, openSync, read, readSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { isatty } from 'node:tty'
import { promisify } from 'node:util'
import { BlockCache } from './block-cache.js'
import { CaptureError, damageMessage, Exit, inputName, systemError } from './damage.js'
import { FileWindow } from './file-window.js'
import { Complete } from './growth.js'
import type { Growth } from './growth.js'
import { feedSpool, isGzip } from './gunzip.js'
import { readerFor } from './reader.js'
import type { CaptureReader, InterfaceTexts } from './source.js'
import { Spool } from './spool.js'
import type { SpoolOptions } from './spool.js'

const STDIN = 0
const PIECE = 64 * 1024
const readPiece = promisify(read)
/** How often a file that another program writes is looked at, in milliseconds. */
const POLL = 50

/** A capture that can be read in order through `reader`, and packet by packet through `readBytes`. */
export interface OpenCapture {
  readonly path: string
  readonly reader: CaptureReader
  /** Whether more may come: then `Next.More` means to wait for `changed`. */
  growing(): boolean
  /** Resolves when more bytes came since it last resolved, or when no more will. */
  changed(): Promise<void>
  /** Bytes that offsets may refer to now: of a compressed file, those that are decompressed. */
  size(): number
  /**
   * Bytes of the file; not to be written to. Copy what is kept for long: they may hold a block of 64 KiB with them.
   * Throws `RangeError` when the file does not have them.
   */
  readBytes(offset: number, length: number): Uint8Array
  /** What was wrong with the capture, as far as it was read: damage, or trouble with where it comes from. */
  problem(): CaptureError | null
  close(): void
}

/**
 * Opens the capture at `path`, or standard input for `-`. Resolves as soon as the file header is there, which may be
 * long before a pipe ends. Rejects with `CaptureError` when it cannot be opened or is no capture.
 */
export async function openCapture(path: string, options: SpoolOptions = {}): Promise<OpenCapture> {
  const fd = path === '-' ? STDIN : openFile(path)
  let stats: Stats
  let direct: boolean
  try {
    stats = inspect(fd, path)
    direct = path !== '-' && stats.isFile() && !beginsGzip(fd)
  } catch (error) {
    if (path !== '-') closeSync(fd)
    throw error instanceof CaptureError ? error : systemError(path, error)
  }
  if (direct) return await whenReadable(path, fd, new Complete(stats.size), () => closeSync(fd))
  return await openStream(path, fd, stats, options)
}

/**
 * Opens a capture file that another program is still writing, as long as `running` says so. Resolves once its header
 * is there. `about` is what is known of the interface where a pcap file has no room for it. Rejects with `CaptureError`
 * as `openCapture` does.
 */
export async function followCapture(
  path: string,
  running: () => boolean,
  about?: InterfaceTexts,
): Promise<OpenCapture> {
  const fd = openFile(path)
  const growth = new FollowedFile(fd, running)
  const close = (): void => {
    growth.stop()
    closeSync(fd)
  }
  return await whenReadable(path, fd, growth, close, about)
}

class OpenFile implements OpenCapture {
  readonly path: string
  readonly reader: CaptureReader
  /** What went wrong with the source that feeds the file. */
  trouble: CaptureError | null = null
  readonly #growth: Growth
  readonly #cache: BlockCache
  readonly #close: () => void
  #closed = false

  constructor(path: string, fd: number, growth: Growth, reader: CaptureReader, close: () => void) {
    this.path = path
    this.reader = reader
    this.#growth = growth
    this.#close = close
    this.#cache = new BlockCache(fd)
  }

  growing(): boolean {
    return !this.#closed && this.#growth.growing()
  }

  changed(): Promise<void> {
    return this.#closed ? Promise.resolve() : this.#growth.changed()
  }

  size(): number {
    return this.#growth.size()
  }

  readBytes(offset: number, length: number): Uint8Array {
    if (this.#closed) throw new RangeError('the capture is closed')
    return this.#cache.read(offset, length)
  }

  problem(): CaptureError | null {
    const { damage } = this.reader
    if (this.trouble !== null) return this.trouble
    return damage === null
      ? null
      : new CaptureError(damageMessage(this.path, damage, this.#growth.unpacked), Exit.Damaged)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#cache.clear()
    this.#close()
  }
}

/** A file on disk that somebody else appends to. */
class FollowedFile implements Growth {
  readonly unpacked = false
  readonly #fd: number
  readonly #running: () => boolean
  #stopped = false
  #seen = 0

  constructor(fd: number, running: () => boolean) {
    this.#fd = fd
    this.#running = running
  }

  growing(): boolean {
    return !this.#stopped && this.#running()
  }

  size(): number {
    return this.#stopped ? this.#seen : fstatSync(this.#fd).size
  }

  async changed(): Promise<void> {
    while (this.growing() && this.size() === this.#seen) await setTimeout(POLL)
    this.#seen = this.size()
  }

  /** Its descriptor is about to be closed. */
  stop(): void {
    this.#stopped = true
  }
}

/** What kind of file it is; throws for those that hold no capture. */
function inspect(fd: number, path: string): Stats {
  const stats = fstatSync(fd)
  if (stats.isDirectory()) throw systemError(path, Object.assign(new Error('is a folder'), { code: 'EISDIR' }))
  if (isatty(fd)) {
    throw new CaptureError(
      `${inputName(path)}: expected a capture, found a terminal. Try: tcpdump -U -w - | framewise -r -`,
      Exit.Usage,
    )
  }
  return stats
}

async function openStream(path: string, fd: number, stats: Stats, options: SpoolOptions): Promise<OpenCapture> {
  const piped = stats.isFIFO() || stats.isSocket()
  // A compressed file can be read once more when it turns out damaged.
  const isFile = path !== '-' && stats.isFile()
  let spool: Spool
  try {
    spool = new Spool(options)
  } catch (error) {
    if (path !== '-') closeSync(fd)
    throw error
  }
  const input = readable(fd, piped, isFile ? 0 : null)
  let opened: OpenFile | null = null
  let trouble: CaptureError | null = null
  const feed = async (): Promise<void> => {
    // Damage ends reading for good; a pipe that goes on would only fill the disk.
    const wanted = (): boolean => opened === null || opened.reader.damage === null
    trouble = await feedSpool({ input, spool, path, fd: isFile ? fd : -1, wanted })
    if (opened !== null) opened.trouble = trouble
    spool.finish()
    if (path !== '-' && !piped) closeSync(fd)
  }
  void feed()
  const close = (): void => {
    input.destroy()
    spool.close()
  }
  opened = await whenReadable(path, spool.fd, spool, close).catch((error: unknown) => {
    // What broke the source says more than that the file has no header.
    throw trouble ?? error
  })
  opened.trouble = trouble
  return opened
}

/** Waits until the file header is there. */
async function whenReadable(
  path: string,
  fd: number,
  growth: Growth,
  close: () => void,
  about?: InterfaceTexts,
): Promise<OpenFile> {
  const window = new FileWindow(fd, () => growth.growing())
  try {
    let reader = readerFor(window, path, about, growth.unpacked)
    while (reader === null) {
      await growth.changed()
      reader = readerFor(window, path, about, growth.unpacked)
    }
    return new OpenFile(path, fd, growth, reader, close)
  } catch (error) {
    close()
    throw error instanceof CaptureError ? error : systemError(path, error)
  }
}

/** Without waiting for a writer: opening a named pipe would otherwise block, and could not be given up. */
function openFile(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    throw systemError(path, error)
  }
}

/**
 * A stream over an open descriptor. Pipes go through the event loop, not through threads that read: a thread that waits
 * for a pipe keeps the process, or the worker, from ending. Only they close their descriptor.
 */
const readable = (fd: number, piped: boolean, position: number | null): Readable =>
  piped ? new Socket({ fd, readable: true, writable: false }) : Readable.from(pieces(fd, position))

async function* pieces(fd: number, position: number | null): AsyncGenerator<Uint8Array> {
  for (let at = position; ; ) {
    const { bytesRead, buffer } = await readPiece(fd, new Uint8Array(PIECE), 0, PIECE, at)
    if (bytesRead === 0) return
    if (at !== null) at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

function beginsGzip(fd: number): boolean {
  const start = new Uint8Array(2)
  return readSync(fd, start, 0, 2, 0) === 2 && isGzip(start)
}
