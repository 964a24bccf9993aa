/** The columns of the packet list: No., Time, Source, Destination, Protocol, Length and Info, as texts and as bytes. */
import { etherText, ipv4Text, ipv6Text } from '../dissect/address.js'
import { Address, type Dissection, NOWHERE } from '../dissect/dissection.js'
import type { PacketInfo } from '../dissect/packet-info.js'
import type { Resolver } from '../dissect/value.js'
import type { ColumnTexts } from './column-texts.js'
import type { OutputBuffer } from './output-buffer.js'
import { type TimeFormat, timeText } from './time-text.js'

/** The titles of the columns in order; `-e _ws.col.TITLE` asks for one. */
export const columnTitles = ['No.', 'Time', 'Source', 'Destination', 'Protocol', 'Length', 'Info'] as const
export type ColumnTitle = (typeof columnTitles)[number]
export const COLUMN_PREFIX = '_ws.col.'

/** The title of the column that a field name asks for, one of these or `more`; null when it is an ordinary field. */
export function columnOf(name: string, more: readonly string[] = []): string | null {
  const title = name.startsWith(COLUMN_PREFIX) ? name.slice(COLUMN_PREFIX.length) : ''
  return more.includes(title) || columnTitles.some((usual) => usual === title) ? title : null
}

/** Longer texts are cut, as Wireshark cuts them. */
const MAX_INFO = 4095
/** Slots for addresses that were already written out, and how long an address is that is kept as bytes. */
const SLOTS = 4096
const SLOT_BYTES = 48
const ADDRESS_WIDTH = 12

export interface ColumnOptions {
  readonly time: TimeFormat
  readonly names: Resolver
  /** Whether an address is always called the same; not so while host names are still being found in the capture. */
  readonly steadyNames: boolean
  /** Columns that were asked for, which go before the usual ones of the same title. */
  readonly texts?: ColumnTexts | null
}

/** Makes the columns of one packet after the other. Remembers when the first and the latest packet came. */
export class Columns {
  private firstSeconds = 0
  private firstNanoseconds = 0
  private previousSeconds = 0
  private previousNanoseconds = 0
  private shownSeconds = 0
  private shownNanoseconds = 0
  private seen = 0
  private shown = 0
  private readonly slotKind = new Uint8Array(SLOTS)
  private readonly slotWords = new Uint32Array(SLOTS * 4)
  private readonly slotText = new Array<string>(SLOTS).fill('')
  /** The same texts as bytes, or 0 bytes when they are too long for that. */
  private readonly slotLength = new Uint8Array(SLOTS)
  private readonly slotBytes = new Uint8Array(SLOTS * SLOT_BYTES)

  constructor(private readonly options: ColumnOptions) {}

  /** The packet that `d` has just dissected is the next one; `digits` of its seconds' fraction are shown. */
  private digits = 6
  begin(d: Dissection, digits: number): void {
    const p = d.packet
    if (this.seen++ === 0) this.beginWith(p)
    if (this.shown++ === 0) {
      this.shownSeconds = p.seconds
      this.shownNanoseconds = p.nanoseconds
    }
    this.digits = digits
    p.firstSeconds = this.firstSeconds
    p.firstNanoseconds = this.firstNanoseconds
    p.previousSeconds = this.previousSeconds
    p.previousNanoseconds = this.previousNanoseconds
    p.shownSeconds = this.shownSeconds
    p.shownNanoseconds = this.shownNanoseconds
    this.previousSeconds = this.shownSeconds = p.seconds
    this.previousNanoseconds = this.shownNanoseconds = p.nanoseconds
  }

  /** The packet that `d` has just dissected is the next one, and is not shown. */
  pass(d: Dissection): void {
    const p = d.packet
    if (this.seen++ === 0) this.beginWith(p)
    this.previousSeconds = p.seconds
    this.previousNanoseconds = p.nanoseconds
  }

  private beginWith(p: PacketInfo): void {
    this.firstSeconds = this.previousSeconds = p.seconds
    this.firstNanoseconds = this.previousNanoseconds = p.nanoseconds
  }

  /** Titles of the columns that were asked for. */
  get titles(): readonly string[] {
    return this.options.texts?.plans.map(({ title }) => title) ?? []
  }

  /** One column of the packet, unpadded. */
  text(title: string, d: Dissection): string {
    const { texts, time } = this.options
    const asked = texts?.plans.findIndex((plan) => plan.title === title) ?? -1
    if (texts && asked >= 0) return texts.text(asked, time)
    switch (title as ColumnTitle) {
      case 'No.':
        return String(d.packet.number)
      case 'Time':
        return this.time(d)
      case 'Source':
        return this.address(d, d.src)
      case 'Destination':
        return this.address(d, d.dst)
      case 'Protocol':
        return d.protocolText()
      case 'Length':
        return String(d.packet.original)
      case 'Info':
        return this.info(d)
    }
  }

  time(d: Dissection): string {
    return timeText(d.packet, this.options.time, this.digits)
  }

  info(d: Dissection): string {
    const text = d.infoText()
    return text.length > MAX_INFO ? text.slice(0, MAX_INFO) : text
  }

  /** The Time column at least ten characters wide. */
  writeTime(out: OutputBuffer, d: Dissection): void {
    const { time } = this.options
    const p = d.packet
    const relative = time === 'r'
    if (!relative && time !== 'd' && time !== 'dd') return padded(out, this.time(d), 10)
    let seconds = p.seconds - (relative ? p.firstSeconds : time === 'd' ? p.previousSeconds : p.shownSeconds)
    let nanos =
      p.nanoseconds - (relative ? p.firstNanoseconds : time === 'd' ? p.previousNanoseconds : p.shownNanoseconds)
    if (nanos < 0) {
      seconds--
      nanos += 1_000_000_000
    }
    const { digits } = this
    if (seconds < 0 || digits === 0) return padded(out, this.time(d), 10)
    out.number(seconds, 9 - digits)
    out.byte(0x2e)
    out.number(Math.floor(nanos / powers[digits]!), digits, 0x30)
  }

  /** An endpoint's name or address, '' when the packet has none. */
  address(d: Dissection, at: number): string {
    const slot = this.slotOf(d, at)
    return slot < 0 ? addressText(d.addressKind, d.addressBytes, at, this.options.names) : this.slotText[slot]!
  }

  /** The Source column at least twelve characters wide, text to the right. */
  writeSource(out: OutputBuffer, d: Dissection): void {
    const slot = this.slotOf(d, d.src)
    const size = slot < 0 ? 0 : this.slotLength[slot]!
    if (size > 0) {
      out.spaces(ADDRESS_WIDTH - size)
      out.copy(this.slotBytes, slot * SLOT_BYTES, slot * SLOT_BYTES + size)
      return
    }
    const text = this.address(d, d.src)
    out.spaces(ADDRESS_WIDTH - Buffer.byteLength(text))
    out.line(text)
  }

  /** The Destination column at least twelve characters wide, text to the left. */
  writeDestination(out: OutputBuffer, d: Dissection): void {
    const slot = this.slotOf(d, d.dst)
    const size = slot < 0 ? 0 : this.slotLength[slot]!
    if (size > 0) {
      out.copy(this.slotBytes, slot * SLOT_BYTES, slot * SLOT_BYTES + size)
      out.spaces(ADDRESS_WIDTH - size)
      return
    }
    const text = this.address(d, d.dst)
    out.line(text)
    out.spaces(ADDRESS_WIDTH - Buffer.byteLength(text))
  }

  /** Where the address at `at` is kept as text, -1 for none and for names that may change. */
  private slotOf(d: Dissection, at: number): number {
    const kind = d.addressKind
    if (kind === Address.None || at === NOWHERE) return -1
    if (kind !== Address.Ether && !this.options.steadyNames) return -1
    const b = d.addressBytes
    const a0 = word(b, at)
    const a1 = kind === Address.Ether ? (b[at + 4]! << 8) | b[at + 5]! : kind === Address.IPv6 ? word(b, at + 4) : 0
    const a2 = kind === Address.IPv6 ? word(b, at + 8) : 0
    const a3 = kind === Address.IPv6 ? word(b, at + 12) : 0
    const slot = Math.imul(a0 ^ Math.imul(a1 ^ Math.imul(a2 ^ Math.imul(a3, 31), 31), 31), 0x9e3779b1) >>> 20
    const words = this.slotWords
    const w = slot * 4
    const kept = this.slotKind[slot] === kind && words[w] === a0 && words[w + 1] === a1
    if (!kept || words[w + 2] !== a2 || words[w + 3] !== a3) {
      words[w] = a0
      words[w + 1] = a1
      words[w + 2] = a2
      words[w + 3] = a3
      this.keep(slot, kind, addressText(kind, b, at, this.options.names))
    }
    return slot
  }

  private keep(slot: number, kind: Address, text: string): void {
    this.slotKind[slot] = kind
    this.slotText[slot] = text
    const bytes = Buffer.from(text)
    const fits = bytes.length <= SLOT_BYTES && bytes.every((byte) => byte >= 0x20 && byte !== 0x7f)
    this.slotLength[slot] = fits ? bytes.length : 0
    if (fits) this.slotBytes.set(bytes, slot * SLOT_BYTES)
  }
}

/** The address at `bytes[at…]` as the columns show it. */
export function addressText(kind: Address, bytes: Uint8Array, at: number, names: Resolver): string {
  if (kind === Address.None || at === NOWHERE) return ''
  if (kind === Address.Ether) return names.ether(bytes, at) || etherText(bytes, at)
  const text = kind === Address.IPv4 ? ipv4Text(bytes, at) : ipv6Text(bytes, at)
  return names.ip(text) || text
}

/** How many digits of a second's fraction the timestamps of an interface are worth. */
export const digitsOf = (ticksPerSecond: number): number =>
  Math.min(9, Math.max(0, Math.ceil(Math.log10(ticksPerSecond) - 1e-9)))

const powers = Array.from({ length: 10 }, (_, digits) => 10 ** (9 - digits))
const word = (b: Uint8Array, p: number): number =>
  ((b[p]! << 24) | (b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!) >>> 0

function padded(out: OutputBuffer, text: string, width: number): void {
  out.spaces(width - text.length)
  out.text(text)
}
