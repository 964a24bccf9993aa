/** The columns of the packet list: No., Time, Source, Destination, Protocol, Length and Info, as texts and as bytes. */
import { etherText, ipv4Text, ipv6Text } from '../dissect/address.js'
import { Address, type Dissection, NOWHERE } from '../dissect/dissection.js'
import type { Resolver } from '../dissect/value.js'
import type { OutputBuffer } from './output-buffer.js'
import { type TimeFormat, timeText } from './time-text.js'

/** The titles of the columns in order; `-e _ws.col.TITLE` asks for one. */
export const columnTitles = ['No.', 'Time', 'Source', 'Destination', 'Protocol', 'Length', 'Info'] as const
export type ColumnTitle = (typeof columnTitles)[number]
export const COLUMN_PREFIX = '_ws.col.'

/** The column that a field name asks for, null when it is an ordinary field. */
export const columnOf = (name: string): ColumnTitle | null =>
  columnTitles.find((title) => name === COLUMN_PREFIX + title) ?? null

/** Longer texts are cut, as Wireshark cuts them. */
const MAX_INFO = 4095
/** Slots for addresses that were already written out. */
const SLOTS = 4096

export interface ColumnOptions {
  readonly time: TimeFormat
  readonly names: Resolver
  /** Whether an address is always called the same; not so while host names are still being found in the capture. */
  readonly steadyNames: boolean
}

/** Makes the columns of one packet after the other. Remembers when the first and the latest packet came. */
export class Columns {
  private firstSeconds = 0
  private firstNanoseconds = 0
  private previousSeconds = 0
  private previousNanoseconds = 0
  private seen = 0
  private readonly slotKind = new Uint8Array(SLOTS)
  private readonly slotWords = new Uint32Array(SLOTS * 4)
  private readonly slotText = new Array<string>(SLOTS).fill('')
  private readonly key = new Uint32Array(4)

  constructor(private readonly options: ColumnOptions) {}

  /** The packet that `d` has just dissected is the next one; `digits` of its seconds' fraction are shown. */
  private digits = 6
  begin(d: Dissection, digits: number): void {
    const p = d.packet
    if (this.seen === 0) {
      this.firstSeconds = this.previousSeconds = p.seconds
      this.firstNanoseconds = this.previousNanoseconds = p.nanoseconds
    }
    this.seen++
    this.digits = digits
    p.firstSeconds = this.firstSeconds
    p.firstNanoseconds = this.firstNanoseconds
    p.previousSeconds = this.previousSeconds
    p.previousNanoseconds = this.previousNanoseconds
    this.previousSeconds = p.seconds
    this.previousNanoseconds = p.nanoseconds
  }

  /** One column of the packet, unpadded. */
  text(title: ColumnTitle, d: Dissection): string {
    switch (title) {
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
    let seconds = p.seconds - (relative ? p.firstSeconds : p.previousSeconds)
    let nanos = p.nanoseconds - (relative ? p.firstNanoseconds : p.previousNanoseconds)
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
    const kind = d.addressKind
    if (kind === Address.None || at === NOWHERE) return ''
    const b = d.addressBytes
    const { key } = this
    key[0] = word(b, at)
    key[1] = kind === Address.Ether ? (b[at + 4]! << 8) | b[at + 5]! : kind === Address.IPv6 ? word(b, at + 4) : 0
    key[2] = kind === Address.IPv6 ? word(b, at + 8) : 0
    key[3] = kind === Address.IPv6 ? word(b, at + 12) : 0
    const mixed = Math.imul(key[0]! ^ Math.imul(key[1]! ^ Math.imul(key[2]! ^ key[3]!, 31), 31), 0x9e3779b1)
    const slot = mixed >>> 20
    const words = this.slotWords
    const first = slot * 4
    if (
      this.slotKind[slot] === kind &&
      words[first] === key[0] &&
      words[first + 1] === key[1] &&
      words[first + 2] === key[2] &&
      words[first + 3] === key[3]
    ) {
      return this.slotText[slot]!
    }
    const text = addressText(kind, b, at, this.options.names)
    if (this.options.steadyNames || kind === Address.Ether) {
      this.slotKind[slot] = kind
      words.set(key, first)
      this.slotText[slot] = text
    }
    return text
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
