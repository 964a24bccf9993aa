/**
 * A program of its own that captures with the native module `cap` and writes pcapng to standard output. It is started
 * with one argument: the interfaces as JSON.
 *
 * It is alone in its process because `cap` ends the process it lives in: when an interface goes down, when a failed
 * instance is collected as garbage, or when the buffer it was given is. So everything that it was ever given is kept
 * here until the end, and nothing is ever closed. `cap` knows neither the time of a frame nor its length on the wire:
 * the time is when this program got it, and the interface block says so.
 */
import { createRequire } from 'node:module'
import { ftruncateSync, writeSync } from 'node:fs'
import { release, type as systemName } from 'node:os'
import { PcapngWriter } from '../write.js'

interface HelperInterface {
  readonly name: string
  readonly description: string
  readonly filter: string
  readonly snaplen: number
  /** MiB */
  readonly buffer: number
}

interface Cap {
  open(device: string, filter: string, bufferSize: number, buffer: Buffer): string
  on(event: 'packet', listener: (bytes: number, truncated: boolean) => void): void
}

const STDOUT = 1
/** `cap` asks libpcap for so many bytes of each frame. */
const MAX_FRAME = 65_535
const BATCH = 1 << 20
/** How far the clock may be off before it is set again, and how often that is looked at, in milliseconds. */
const DRIFT = 10
const CHECK = 5000

/** LINKTYPE_ values of the words that `cap` has; for the rest it gives the number. */
const LINK_TYPES: Readonly<Record<string, number>> = {
  NULL: 0,
  ETHERNET: 1,
  IEEE802_11_RADIO: 127,
  RAW: 101,
  LINKTYPE_LINUX_SLL: 113,
}

/** Whatever `cap` was given, for ever. */
const kept: unknown[] = []

/** Gathers what is written, so that a burst is few writes; the file holds whole blocks whenever the disk is full. */
class Batch {
  readonly #bytes = Buffer.alloc(BATCH)
  #filled = 0
  #written = 0
  #ends: number[] = []

  add(chunk: Uint8Array): void {
    if (this.#filled + chunk.length > BATCH) this.flush()
    this.#bytes.set(chunk, this.#filled)
    this.#filled += chunk.length
    this.#ends.push(this.#filled)
  }

  flush(): void {
    let done = 0
    try {
      while (done < this.#filled) done += writeSync(STDOUT, this.#bytes, done, this.#filled - done)
    } catch (error) {
      const whole = this.#ends.findLast((end) => end <= done) ?? 0
      try {
        ftruncateSync(STDOUT, this.#written + whole)
      } catch {
        // Not a file: then nobody can read it again either.
      }
      throw error
    }
    this.#written += this.#filled
    this.#filled = 0
    this.#ends = []
  }
}

/** Nanoseconds since 1970, finer than the system's clock is to be had and never far from it. */
class Clock {
  #offset = this.#measure()

  constructor() {
    setInterval(() => {
      const now = this.#measure()
      const apart = now > this.#offset ? now - this.#offset : this.#offset - now
      if (apart > BigInt(DRIFT) * 1_000_000n) this.#offset = now
    }, CHECK).unref()
  }

  now(): bigint {
    return process.hrtime.bigint() + this.#offset
  }

  /** Waits for the millisecond to change: at that moment both clocks are known. */
  #measure(): bigint {
    const before = Date.now()
    let now = before
    while (now === before) now = Date.now()
    return BigInt(now) * 1_000_000n - process.hrtime.bigint()
  }
}

function capture(interfaces: readonly HelperInterface[]): void {
  const { Cap } = load()
  const batch = new Batch()
  const clock = new Clock()
  const writer = new PcapngWriter((chunk) => batch.add(chunk), {
    os: `${systemName()} ${release()}`,
    application: 'framewise, cap',
  })
  let asked = false
  const soon = (): void => {
    if (asked) return
    asked = true
    setImmediate(() => {
      asked = false
      write(batch)
    })
  }
  const opened = interfaces.map((io) => {
    const instance = new Cap()
    const buffer = Buffer.alloc(MAX_FRAME + 1)
    kept.push(instance, buffer)
    return {
      io,
      instance,
      buffer,
      linkType: linkTypeOf(instance.open(io.name, io.filter, io.buffer * 2 ** 20, buffer)),
    }
  })
  for (const { io, instance, buffer, linkType } of opened) {
    const snaplen = io.snaplen > 0 ? Math.min(io.snaplen, MAX_FRAME) : MAX_FRAME
    const id = writer.addInterface({
      linkType,
      snaplen,
      name: io.name,
      description: io.description,
      ...(io.filter === '' ? {} : { filter: io.filter }),
      os: `${systemName()} ${release()}`,
      comments: ['software timestamps: the time when a frame reached the capturing program'],
      nanosecond: true,
    })
    instance.on('packet', (bytes) => {
      const now = clock.now()
      const seconds = Number(now / 1_000_000_000n)
      const nanoseconds = Number(now % 1_000_000_000n)
      const length = Math.min(bytes, snaplen)
      writer.write({ seconds, nanoseconds, bytes: buffer.subarray(0, length), original: bytes, interface: id })
      soon()
    })
  }
  write(batch)
  const end = (): never => {
    write(batch)
    process.exit(0)
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
  // Standard input is a pipe to the program that started this one.
  process.stdin.on('end', end).on('error', end).resume()
}

function write(batch: Batch): void {
  try {
    batch.flush()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    fail(code === 'ENOSPC' ? 'there is no space left on the disk' : message)
  }
}

function load(): { readonly Cap: new () => Cap } {
  try {
    return createRequire(import.meta.url)('cap') as { Cap: new () => Cap }
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    return fail(`the native module cannot be loaded (${reason})`)
  }
}

function linkTypeOf(word: string): number {
  const known = LINK_TYPES[word]
  if (known !== undefined) return known
  const number = /\d+$/.exec(word)?.[0]
  return number === undefined ? fail(`the link type ${word} is not known`) : Number(number)
}

/** Ends the process at once: an instance that failed to open must not live until it is collected. */
function fail(message: string): never {
  writeSync(2, `cap: ${message}\n`)
  process.exit(1)
}

try {
  capture(JSON.parse(process.argv[2] ?? '[]') as HelperInterface[])
} catch (error) {
  fail(error instanceof Error ? error.message : String(error))
}
