/** The columns of the packet list: No., Time, Source, Destination, Protocol, Length and Info, as texts and as bytes. */
import type { Dissection } from '../dissect/dissection.js'
import type { PacketInfo } from '../dissect/packet-info.js'
import type { Resolver } from '../dissect/value.js'
import { AddressTexts } from './address-texts.js'
import type { ColumnTexts } from './column-texts.js'
import type { OutputBuffer } from './output-buffer.js'
import { secondText, type TimeFormat, timeText } from './time-text.js'

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
  private readonly addresses: AddressTexts

  constructor(private readonly options: ColumnOptions) {
    this.addresses = new AddressTexts(options.names, options.steadyNames)
  }

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
        return this.addresses.text(d, d.src)
      case 'Destination':
        return this.addresses.text(d, d.dst)
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

  /** The Info column, as part of a line. */
  writeInfo(out: OutputBuffer, d: Dissection): void {
    out.begin()
    d.writeInfo(out)
    out.end(MAX_INFO)
  }

  /** The Time column at least ten characters wide. */
  writeTime(out: OutputBuffer, d: Dissection): void {
    const { time } = this.options
    const p = d.packet
    const { digits } = this
    const relative = time === 'r'
    if (!relative && time !== 'd' && time !== 'dd') {
      const second = secondText(p.seconds, time)
      if (second === '' || digits === 0) return padded(out, this.time(d), 10)
      out.text(second)
      return writeFraction(out, p.nanoseconds, digits)
    }
    let seconds = p.seconds - (relative ? p.firstSeconds : time === 'd' ? p.previousSeconds : p.shownSeconds)
    let nanos =
      p.nanoseconds - (relative ? p.firstNanoseconds : time === 'd' ? p.previousNanoseconds : p.shownNanoseconds)
    if (nanos < 0) {
      seconds--
      nanos += 1_000_000_000
    }
    if (seconds < 0 || digits === 0) return padded(out, this.time(d), 10)
    out.number(seconds, 9 - digits)
    writeFraction(out, nanos, digits)
  }

  /** The Source column, text to the right. */
  writeSource(out: OutputBuffer, d: Dissection): void {
    this.addresses.write(out, d, d.src, true)
  }

  /** The Destination column, text to the left. */
  writeDestination(out: OutputBuffer, d: Dissection): void {
    this.addresses.write(out, d, d.dst, false)
  }
}

/** How many digits of a second's fraction the timestamps of an interface are worth. */
export const digitsOf = (ticksPerSecond: number): number =>
  Math.min(9, Math.max(0, Math.ceil(Math.log10(ticksPerSecond) - 1e-9)))

const powers = Array.from({ length: 10 }, (_, digits) => 10 ** (9 - digits))
function writeFraction(out: OutputBuffer, nanos: number, digits: number): void {
  out.byte(0x2e)
  out.number(Math.floor(nanos / powers[digits]!), digits, 0x30)
}

function padded(out: OutputBuffer, text: string, width: number): void {
  out.spaces(width - text.length)
  out.text(text)
}
