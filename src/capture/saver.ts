/** Writes packets that a reader delivers to one file or to a ring of files, as pcapng or pcap. */
import { unlinkSync } from 'node:fs'
import { cpus, release, type as systemName } from 'node:os'
import { CaptureError, Exit, printable } from './damage.js'
import { createRecordFile, type RecordFile } from './saved-files.js'
import type { CaptureReader, PacketRecord } from './source.js'
import { PcapngWriter, PcapWriter } from './write.js'

export const saveFormats = ['pcapng', 'pcap', 'nsecpcap'] as const
export type SaveFormat = (typeof saveFormats)[number]

/** When a file is full; 0 for a limit that is not set. */
export interface FileLimits {
  /** Units of 1000 bytes. */
  readonly kilobytes: number
  readonly packets: number
  readonly seconds: number
  /** A new file whenever the time of day is a multiple of so many seconds. */
  readonly interval: number
}

/** What a ring of files goes by: when to begin the next one, and how many to keep (0 for all). */
export interface Ring extends FileLimits {
  readonly files: number
}

export interface SaveOptions {
  readonly path: string
  readonly format: SaveFormat
  /** The file that is being read, '-' for standard input, '' for what is captured on this machine. */
  readonly input: string
  /** Others may read the file while it grows: then it is put into its place at once. */
  readonly growing: boolean
  readonly ring?: Ring
  /** Files of a ring after which it is over, 0 for no end. */
  readonly maxFiles?: number
  readonly application: string
}

const KILO = 1000
const SYSTEM = `${systemName()} ${release()}`

export class Saver {
  /** Packets in all files, and files begun. */
  packets = 0
  files = 0
  readonly #reader: CaptureReader
  readonly #options: SaveOptions
  #file: RecordFile
  #pcapng: PcapngWriter | null = null
  #pcap: PcapWriter | null = null
  /** Interfaces that the file at hand describes. */
  #described = 0
  #linkType = -1
  #inFile = 0
  #began = 0
  readonly #kept: string[] = []

  /** Begins the first file at `now`, in milliseconds since 1970. Throws `CaptureError` when it cannot be written. */
  constructor(reader: CaptureReader, options: SaveOptions, now = Date.now()) {
    this.#reader = reader
    this.#options = options
    this.#file = this.#begin(now)
  }

  /** Adds the packet in `record`, number `index` counted from 0. Throws `CaptureError` when it cannot be written. */
  add(record: PacketRecord, index: number): void {
    const { captured, original, seconds, nanoseconds, start } = record
    const packet = { seconds, nanoseconds, original, bytes: record.bytes.subarray(start, start + captured) }
    if (this.#pcapng === null) this.#pcapFor(record.interface).write(packet)
    else {
      this.#describe()
      const comments = this.#reader.comments.get(index)
      const more = comments === undefined ? {} : { comments }
      this.#pcapng.write({ ...packet, ...more, interface: record.interface })
    }
    this.packets++
    this.#inFile++
  }

  /**
   * Begins the next file when the one at hand is full at `now`, in milliseconds since 1970. Call it before a packet is
   * added. No file of a ring is empty but the first.
   */
  turn(now: number): void {
    const { ring } = this.#options
    if (ring === undefined || this.#inFile === 0 || !this.#full(ring, now)) return
    this.#close()
    this.#file = this.#begin(now)
    if (ring.files > 0 && this.#kept.length > ring.files) unlinkSync(this.#kept.shift()!)
  }

  /** Whether the last file that there may be is full. */
  isOver(now: number): boolean {
    const { ring, maxFiles = 0 } = this.#options
    return ring !== undefined && maxFiles > 0 && this.files >= maxFiles && this.#full(ring, now)
  }

  /** Bytes of the file at hand. */
  get bytes(): number {
    return this.#file.bytes
  }

  /** Makes everything added so far readable for others. */
  flush(): void {
    this.#file.flush()
    if (this.#options.growing) this.#file.place()
  }

  /** Completes the last file. */
  finish(): void {
    this.#close()
  }

  /** Gives up; a file that grew in its place stays as far as it came. */
  abandon(): void {
    this.#file.abandon()
  }

  #full(ring: Ring, now: number): boolean {
    if (ring.packets > 0 && this.#inFile >= ring.packets) return true
    if (ring.kilobytes > 0 && this.#file.bytes >= ring.kilobytes * KILO) return true
    if (ring.seconds > 0 && now - this.#began >= ring.seconds * 1000) return true
    const every = ring.interval * 1000
    return every > 0 && Math.floor(now / every) > Math.floor(this.#began / every)
  }

  #begin(now: number): RecordFile {
    const { path, ring, input, format, application } = this.#options
    this.files++
    const name = ring === undefined ? path : ringName(path, this.files, new Date(now))
    const file = createRecordFile(name, input)
    this.#kept.push(name)
    this.#began = now
    this.#inFile = 0
    this.#described = 0
    this.#linkType = -1
    this.#pcap = null
    this.#pcapng = null
    if (format === 'pcapng') {
      const [section] = this.#reader.sections
      this.#pcapng = new PcapngWriter((piece) => file.add(piece), {
        hardware: section?.hardware || this.#here(cpus()[0]?.model ?? ''),
        os: section?.os || this.#here(SYSTEM),
        application,
        comments: section?.comments ?? [],
      })
    }
    this.#file = file
    this.#describe()
    if (this.#options.growing) {
      file.flush()
      file.place()
    }
    return file
  }

  /** Writes the interfaces that have become known. */
  #describe(): void {
    const { interfaces } = this.#reader
    while (this.#pcapng !== null && this.#described < interfaces.length) {
      const io = interfaces[this.#described++]!
      const { linkType, snaplen, name, description, hardware, comments } = io
      const os = io.os || this.#here(SYSTEM)
      const filter = io.filter === '' ? {} : { filter: io.filter }
      const fcs = io.fcsLength < 0 ? {} : { fcsLength: io.fcsLength }
      const nanosecond = io.ticksPerSecond > 1e6
      const texts = { name, description, os, hardware, comments }
      this.#pcapng.addInterface({ linkType, snaplen, ...texts, ...filter, ...fcs, nanosecond })
    }
    if (this.#pcapng === null && this.#pcap === null && interfaces.length > 0) this.#pcapFor(0)
  }

  /** `text` about this machine, if it is here that the packets are captured. */
  #here(text: string): string {
    return this.#options.input === '' ? text : ''
  }

  /** The writer of a pcap file: it begins with the first interface, and all others must be like it. */
  #pcapFor(number: number): PcapWriter {
    const { format, path } = this.#options
    const { linkType = -1, snaplen = 0 } = this.#reader.interfaces[number] ?? {}
    if (this.#pcap === null) {
      this.#linkType = linkType
      const file = this.#file
      const options = { linkType, nanosecond: format === 'nsecpcap', ...(snaplen > 0 ? { snaplen } : {}) }
      this.#pcap = new PcapWriter((piece) => file.add(piece), options)
    } else if (linkType !== this.#linkType) {
      throw new CaptureError(
        `${printable(path)}: a pcap file holds frames of one link type, and this capture has ${this.#linkType} and ` +
          `${linkType}. Save it as pcapng: -F pcapng`,
        Exit.Usage,
      )
    }
    return this.#pcap
  }

  #close(): void {
    this.#describe()
    const { interfaces } = this.#reader
    const now = Date.now()
    for (let id = 0; this.#pcapng !== null && id < this.#described; id++) {
      const { received, dropped } = interfaces[id]!
      if (received < 0 && dropped < 0) continue
      const time = { seconds: Math.floor(now / 1000), nanoseconds: (now % 1000) * 1e6 }
      this.#pcapng.writeStatistics(id, { received: Math.max(received, 0), dropped: Math.max(dropped, 0), ...time })
    }
    this.#file.finish()
  }
}

/** `name_00001_20261122183535.pcapng`: number and local time before the ending, as dumpcap names the files of a ring. */
function ringName(path: string, number: number, date: Date): string {
  const dot = path.lastIndexOf('.')
  const at = dot > path.lastIndexOf('/') + 1 ? dot : path.length
  const two = (n: number): string => String(n).padStart(2, '0')
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`
  const time = `${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`
  return `${path.slice(0, at)}_${String(number).padStart(5, '0')}_${day}${time}${path.slice(at)}`
}
