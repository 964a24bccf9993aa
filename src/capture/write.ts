/**
 * Writes pcap and pcapng. A writer hands its bytes to a sink, a piece at a time; every piece belongs to the sink.
 *
 * Times that a format cannot hold become the nearest that it can.
 */
import { PcapMagic } from './pcap.js'
import { Block, BLOCK_OVERHEAD, BYTE_ORDER, Option } from './pcapng-blocks.js'

export type Sink = (chunk: Uint8Array) => void

/** A packet to write. `original` is its length on the wire where that is not `bytes.length`. */
export interface PacketToWrite {
  readonly seconds: number
  readonly nanoseconds: number
  readonly bytes: Uint8Array
  readonly original?: number
  /** Which interface it is from, as `addInterface` numbered it; pcapng only. */
  readonly interface?: number
  /** pcapng only. */
  readonly comments?: readonly string[]
}

export interface PcapOptions {
  readonly linkType: number
  readonly snaplen?: number
  readonly nanosecond?: boolean
  readonly bigEndian?: boolean
}

export interface SectionToWrite {
  readonly bigEndian?: boolean
  readonly hardware?: string
  readonly os?: string
  readonly application?: string
  readonly comments?: readonly string[]
}

export interface InterfaceToWrite {
  readonly linkType: number
  readonly snaplen?: number
  readonly name?: string
  readonly description?: string
  readonly filter?: string
  readonly os?: string
  readonly hardware?: string
  readonly comments?: readonly string[]
  /** Nanosecond timestamps instead of microseconds. */
  readonly nanosecond?: boolean
  readonly fcsLength?: number
}

const MAX_SNAPLEN = 262_144

const NONE = new Uint8Array(0)

/** Writes a pcap file; its header goes out at once. */
export class PcapWriter {
  readonly #sink: Sink
  readonly #little: boolean
  readonly #nanosPerTick: number

  constructor(sink: Sink, options: PcapOptions) {
    this.#sink = sink
    this.#little = options.bigEndian !== true
    this.#nanosPerTick = options.nanosecond === true ? 1 : 1000
    const header = new DataView(new ArrayBuffer(24))
    header.setUint32(0, options.nanosecond === true ? PcapMagic.Nano : PcapMagic.Micro, this.#little)
    header.setUint16(4, 2, this.#little)
    header.setUint16(6, 4, this.#little)
    header.setUint32(16, options.snaplen ?? MAX_SNAPLEN, this.#little)
    header.setUint32(20, options.linkType, this.#little)
    sink(new Uint8Array(header.buffer))
  }

  write(packet: PacketToWrite): void {
    const chunk = new Uint8Array(16 + packet.bytes.length)
    const view = new DataView(chunk.buffer)
    view.setUint32(0, Math.min(0xffff_ffff, Math.max(0, packet.seconds)), this.#little)
    view.setUint32(4, Math.floor(packet.nanoseconds / this.#nanosPerTick), this.#little)
    view.setUint32(8, packet.bytes.length, this.#little)
    view.setUint32(12, packet.original ?? packet.bytes.length, this.#little)
    chunk.set(packet.bytes, 16)
    this.#sink(chunk)
  }
}

/** Writes a pcapng file; its section header goes out at once. */
export class PcapngWriter {
  readonly #sink: Sink
  readonly #little: boolean
  readonly #nanosPerTick: number[] = []

  constructor(sink: Sink, section: SectionToWrite = {}) {
    this.#sink = sink
    this.#little = section.bigEndian !== true
    const options = new OptionList(this.#little)
    options.texts(Option.Comment, section.comments)
    options.text(Option.SectionHardware, section.hardware)
    options.text(Option.SectionOs, section.os)
    options.text(Option.SectionApplication, section.application)
    const body = new DataView(new ArrayBuffer(16))
    body.setUint32(0, BYTE_ORDER, this.#little)
    body.setUint16(4, 1, this.#little)
    // The section's length is not known in advance: all ones.
    body.setBigInt64(8, -1n, this.#little)
    this.#block(Block.Section, body, options)
  }

  /** Describes an interface; answers the number that its packets refer to it by. */
  addInterface(from: InterfaceToWrite): number {
    const options = new OptionList(this.#little)
    options.texts(Option.Comment, from.comments)
    options.text(Option.InterfaceName, from.name)
    options.text(Option.InterfaceDescription, from.description)
    if (from.nanosecond === true) options.add(Option.InterfaceResolution, Uint8Array.of(9))
    if (from.filter !== undefined) options.text(Option.InterfaceFilter, `\0${from.filter}`)
    options.text(Option.InterfaceOs, from.os)
    if (from.fcsLength !== undefined) options.add(Option.InterfaceFcsLength, Uint8Array.of(from.fcsLength))
    options.text(Option.InterfaceHardware, from.hardware)
    const body = new DataView(new ArrayBuffer(8))
    body.setUint16(0, from.linkType, this.#little)
    body.setUint32(4, from.snaplen ?? MAX_SNAPLEN, this.#little)
    this.#block(Block.Interface, body, options)
    return this.#nanosPerTick.push(from.nanosecond === true ? 1 : 1000) - 1
  }

  /** Writes a packet; throws `RangeError` when its interface was not added. */
  write(packet: PacketToWrite): void {
    const id = packet.interface ?? 0
    const size = packet.bytes.length
    const list = packet.comments === undefined ? NONE : this.#comments(packet.comments)
    const length = BLOCK_OVERHEAD + 20 + padded(size) + list.length
    const chunk = new Uint8Array(length)
    const view = new DataView(chunk.buffer)
    view.setUint32(0, Block.EnhancedPacket, this.#little)
    view.setUint32(4, length, this.#little)
    view.setUint32(8, id, this.#little)
    this.#setTime(view, 12, id, packet.seconds, packet.nanoseconds)
    view.setUint32(20, size, this.#little)
    view.setUint32(24, packet.original ?? size, this.#little)
    chunk.set(packet.bytes, 28)
    chunk.set(list, 28 + padded(size))
    view.setUint32(length - 4, length, this.#little)
    this.#sink(chunk)
  }

  /** Says how many packets interface `id` received and dropped until the given time. */
  writeStatistics(
    id: number,
    counts: { received: number; dropped: number; seconds: number; nanoseconds: number },
  ): void {
    const options = new OptionList(this.#little)
    options.count(Option.StatisticsReceived, counts.received)
    options.count(Option.StatisticsDropped, counts.dropped)
    const body = new DataView(new ArrayBuffer(12))
    body.setUint32(0, id, this.#little)
    this.#setTime(body, 4, id, counts.seconds, counts.nanoseconds)
    this.#block(Block.Statistics, body, options)
  }

  #setTime(body: DataView, at: number, id: number, seconds: number, nanoseconds: number): void {
    const nanosPerTick = this.#nanosPerTick[id]
    if (nanosPerTick === undefined) throw new RangeError(`interface ${id} was not added to the file`)
    if (seconds < 0) return
    // The count does not fit a double: it is put together from 16 bits of the seconds and the rest.
    const perSecond = 1e9 / nanosPerTick
    const upper = Math.floor(seconds / 0x1_0000)
    const lower = (seconds - upper * 0x1_0000) * perSecond + Math.floor(nanoseconds / nanosPerTick)
    const middle = upper * perSecond + Math.floor(lower / 0x1_0000)
    const high = Math.floor(middle / 0x1_0000)
    const tooLate = high > 0xffff_ffff
    body.setUint32(at, tooLate ? 0xffff_ffff : high, this.#little)
    body.setUint32(at + 4, tooLate ? 0xffff_ffff : (middle % 0x1_0000) * 0x1_0000 + (lower % 0x1_0000), this.#little)
  }

  #comments(comments: readonly string[]): Uint8Array {
    const options = new OptionList(this.#little)
    options.texts(Option.Comment, comments)
    return options.finish()
  }

  #block(type: number, body: DataView, options: OptionList): void {
    const list = options.finish()
    const length = BLOCK_OVERHEAD + body.byteLength + list.length
    const chunk = new Uint8Array(length)
    const view = new DataView(chunk.buffer)
    view.setUint32(0, type, this.#little)
    view.setUint32(4, length, this.#little)
    chunk.set(new Uint8Array(body.buffer), 8)
    chunk.set(list, 8 + body.byteLength)
    view.setUint32(length - 4, length, this.#little)
    this.#sink(chunk)
  }
}

/** Collects the options of one block. */
class OptionList {
  readonly #little: boolean
  readonly #parts: Uint8Array[] = []

  constructor(little: boolean) {
    this.#little = little
  }

  /** Values longer than an option can hold are cut. */
  add(code: number, value: Uint8Array): void {
    const kept = value.subarray(0, 0xffff)
    const part = new Uint8Array(4 + padded(kept.length))
    const view = new DataView(part.buffer)
    view.setUint16(0, code, this.#little)
    view.setUint16(2, kept.length, this.#little)
    part.set(kept, 4)
    this.#parts.push(part)
  }

  text(code: number, text: string | undefined): void {
    if (text !== undefined && text !== '') this.add(code, new TextEncoder().encode(text))
  }

  texts(code: number, texts: readonly string[] | undefined): void {
    for (const text of texts ?? []) this.text(code, text)
  }

  count(code: number, count: number): void {
    const value = new DataView(new ArrayBuffer(8))
    value.setBigUint64(0, BigInt(count), this.#little)
    this.add(code, new Uint8Array(value.buffer))
  }

  /** The list with its end mark; nothing when it is empty. */
  finish(): Uint8Array {
    if (this.#parts.length === 0) return NONE
    return Buffer.concat([...this.#parts, new Uint8Array(4)])
  }
}

const padded = (length: number): number => (length + 3) & ~3
