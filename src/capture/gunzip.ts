/** Feeds a stream into a spool, decompressing it when it begins like gzip (RFC 1952). */
import { readSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Gunzip } from 'node:zlib'
import { CaptureError, Exit, inputName } from './damage.js'
import type { Spool } from './spool.js'

const STEP = 64 * 1024

/** Whether these bytes begin a gzip file. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

export interface Feed {
  readonly input: Readable
  readonly spool: Spool
  readonly path: string
  /** The input itself where it is a file that can be read again, else -1. */
  readonly fd: number
  /** Answers false as soon as nobody will read on. */
  readonly wanted: () => boolean
}

/**
 * Copies the input into the spool until it ends; the promise never rejects. It resolves with what went wrong, or null,
 * and leaves it to the caller to finish the spool.
 */
export async function feedSpool(feed: Feed): Promise<CaptureError | null> {
  let trouble = await copy(feed)
  if (!(trouble instanceof GzipError)) return trouble
  if (feed.fd >= 0 && !trouble.cutOff) trouble = await salvage(feed.fd, feed.spool, trouble)
  return trouble instanceof GzipError ? gzipTrouble(feed.path, trouble, feed.spool.size()) : trouble
}

/** zlib gave up; `fed` bytes of input had surely been taken before. */
class GzipError extends Error {
  readonly cutOff: boolean

  constructor(
    cause: NodeJS.ErrnoException,
    readonly fed: number,
  ) {
    super(cause.message)
    this.cutOff = cause.code === 'Z_BUF_ERROR'
  }
}

function copy({ input, spool, path, wanted }: Feed): Promise<CaptureError | GzipError | null> {
  return new Promise((resolve) => {
    let first: Uint8Array = new Uint8Array(0)
    let gunzip: Gunzip | null = null
    let decided = false
    let fed = 0
    const end = (trouble: CaptureError | GzipError | null): void => {
      input.destroy()
      gunzip?.destroy()
      resolve(trouble)
    }
    const append = (chunk: Uint8Array): void => {
      try {
        spool.append(chunk)
        if (!wanted()) end(null)
      } catch (error) {
        end(error as CaptureError)
      }
    }
    const take = (chunk: Uint8Array): void => {
      if (gunzip === null) append(chunk)
      else if (
        !gunzip.write(chunk, () => {
          fed += chunk.length
        })
      )
        input.pause()
    }
    const decide = (): void => {
      decided = true
      if (isGzip(first)) {
        spool.unpacked = true
        gunzip = createGunzip({ chunkSize: STEP })
        gunzip.on('data', append)
        gunzip.on('drain', () => input.resume())
        gunzip.on('end', () => end(null))
        gunzip.on('error', (error) => end(new GzipError(error, fed)))
      }
      if (first.length > 0) take(first)
    }
    input.on('data', (chunk: Uint8Array) => {
      if (decided) {
        take(chunk)
        return
      }
      first = first.length === 0 ? chunk : Buffer.concat([first, chunk])
      if (first.length >= 2) decide()
    })
    input.on('end', () => {
      if (!decided) decide()
      if (gunzip === null) end(null)
      else gunzip.end()
    })
    input.on('error', (error) =>
      end(
        new CaptureError(
          `${inputName(path)}: after ${spool.size()} bytes reading failed: ${error.message}`,
          Exit.Damaged,
          { cause: error },
        ),
      ),
    )
    // A stream that is destroyed from outside, when the capture is closed, ends without saying so.
    input.on('close', () => {
      if (!input.readableEnded) end(null)
    })
  })
}

/**
 * zlib drops what it had decompressed in the call that failed. So this does it all again, and goes in small steps where
 * it failed: first to find the place, then byte by byte, until all that can be read is.
 */
async function salvage(fd: number, spool: Spool, trouble: GzipError): Promise<CaptureError | GzipError> {
  let found: CaptureError | GzipError = trouble
  for (const step of [512, 1]) if (found instanceof GzipError) found = await again(fd, spool, found, step)
  return found
}

/** Decompresses from the beginning, in steps of `step` bytes from where it failed, and appends what is new. */
async function again(fd: number, spool: Spool, trouble: GzipError, step: number): Promise<CaptureError | GzipError> {
  const gunzip = createGunzip({ chunkSize: STEP })
  const state: { failed: CaptureError | GzipError | null; wake: () => void } = { failed: null, wake: () => {} }
  let skip = spool.size()
  let at = 0
  gunzip.on('error', (error) => {
    state.failed ??= new GzipError(error, at)
    state.wake()
  })
  gunzip.on('data', (chunk: Uint8Array) => {
    const fresh = chunk.subarray(Math.min(skip, chunk.length))
    skip -= chunk.length - fresh.length
    try {
      if (fresh.length > 0) spool.append(fresh)
    } catch (error) {
      state.failed = error as CaptureError
    }
  })
  const buffer = new Uint8Array(STEP)
  while (state.failed === null && spool.growing()) {
    const got = readSync(fd, buffer, 0, at < trouble.fed ? Math.min(STEP, trouble.fed - at) : step, at)
    if (got === 0) break
    const piece = buffer.slice(0, got)
    // A write that fails is never called back.
    await new Promise<void>((resolve) => {
      state.wake = resolve
      gunzip.write(piece, () => resolve())
    })
    if (state.failed === null) at += got
  }
  gunzip.destroy()
  return state.failed ?? trouble
}

function gzipTrouble(path: string, trouble: GzipError, size: number): CaptureError {
  const found = trouble.cutOff ? 'the end of the file before the end of the data' : `damaged data (${trouble.message})`
  return new CaptureError(
    `${inputName(path)}: expected gzip data, found ${found} after ${size} decompressed bytes. ` +
      'What could be decompressed is shown. Copy or download the file again.',
    Exit.Damaged,
  )
}
