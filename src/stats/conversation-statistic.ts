/** `-z conv,…`: who talks with whom and how much, in tshark's table. */
import type { Recording } from '../dissect/recording.js'
import type { Registry } from '../dissect/registry.js'
import type { Resolver } from '../dissect/value.js'
import { addressText } from '../output/address-texts.js'
import type { OutputBuffer } from '../output/output-buffer.js'
import type { TimeFormat } from '../output/time-text.js'
import { fixed, sizeText } from './c-number.js'
import { ConversationCounts } from './conversation-counts.js'
import { type ConversationFinder, conversationFinder, type ConversationKind } from './conversation-finder.js'
import type { Statistic } from './statistic.js'

export interface ConversationOptions {
  readonly kind: ConversationKind
  /** The filter as it is printed, null for none. */
  readonly filter: string | null
  readonly time: TimeFormat
  readonly names: Resolver
}

/** What counting needs of the capture. */
export interface ConversationSource {
  readonly registry: Registry
  /** What the protocols remember, by protocol index. */
  readonly states: readonly (object | null)[]
  readonly index: { secondsOf(packet: number): number; nanosecondsOf(packet: number): number }
}

const titles: Readonly<Record<ConversationKind, string>> = {
  eth: 'Ethernet',
  ip: 'IPv4',
  ipv6: 'IPv6',
  tcp: 'TCP',
  udp: 'UDP',
}

export class ConversationStatistic implements Statistic {
  private readonly finder: ConversationFinder
  private readonly counts: ConversationCounts

  constructor(
    private readonly source: ConversationSource,
    private readonly options: ConversationOptions,
  ) {
    const { index } = source
    this.counts = new ConversationCounts((a, b) => {
      const seconds = index.secondsOf(a) - index.secondsOf(b)
      return seconds < 0 || (seconds === 0 && index.nanosecondsOf(a) < index.nanosecondsOf(b))
    })
    this.finder = conversationFinder(options.kind, source.registry, source.states)
  }

  packet(show: (d: Recording) => void): void {
    const { dissection } = this.finder
    show(dissection)
    this.finder.each((id, forward) =>
      this.counts.add(id, forward, dissection.packet.number, dissection.packet.original),
    )
  }

  print(out: OutputBuffer): void {
    const { kind, filter, time } = this.options
    const { counts } = this
    out.text(`${RULE}${titles[kind]} Conversations\nFilter:${filter ?? '<No Filter>'}\n`)
    for (const line of headings(time)) out.text(`${this.hasPorts ? ' '.repeat(12) : ''}${line}\n`)
    // The sort is stable: equally busy ones stay in the order in which they began.
    const busiest = counts.order.toSorted((a, b) => counts.totalOf(b) - counts.totalOf(a))
    for (const id of busiest) out.text(`${this.line(id)}\n`)
    out.text(RULE)
  }

  private get hasPorts(): boolean {
    return this.options.kind === 'tcp' || this.options.kind === 'udp'
  }

  private line(id: number): string {
    const { counts } = this
    const width = this.hasPorts ? 26 : 20
    const ends = `${this.endText(id, 0).padEnd(width)} <-> ${this.endText(id, 1).padEnd(width)}`
    const count = (packets: number, bytes: number): string =>
      `${String(packets).padStart(6)} ${sizeText(bytes).padEnd(9)}`
    const back = count(counts.packetsOf(id, 1), counts.bytesOf(id, 1))
    const there = count(counts.packetsOf(id, 0), counts.bytesOf(id, 0))
    const total = count(counts.totalOf(id), counts.bytesOf(id, 0) + counts.bytesOf(id, 1))
    const start = this.relative(counts.first[id]!)
    const duration = fixed(this.relative(counts.latest[id]!) - start, 4).padStart(12)
    return `${ends}  ${back}  ${there}  ${total}  ${this.startText(counts.first[id]!)}   ${duration}`
  }

  /** One end: 0 is the sender of the first packet. */
  private endText(id: number, end: 0 | 1): string {
    const { conversations } = this.finder
    const { kind, names } = this.options
    const first = (end === 0) !== this.counts.isTurned(id)
    const bytes = new Uint8Array(16)
    conversations.addressOf(id, first, bytes)
    const address = addressText(conversations.kindOf(id), bytes, 0, names)
    if (kind !== 'tcp' && kind !== 'udp') return address
    const port = conversations.portOf(id, first)
    return `${address}:${names.port(port, kind) || port}`
  }

  private startText(packet: number): string {
    const { time } = this.options
    if (time === 'e') return fixed(this.seconds(packet), 9).padStart(20)
    if (time === 'r' || time === 'd' || time === 'dd') return fixed(this.relative(packet), 9).padStart(14)
    const date = new Date(this.source.index.secondsOf(packet) * 1000)
    const local = time === 'a' || time === 'ad'
    const clock = local
      ? [date.getHours(), date.getMinutes(), date.getSeconds()]
      : [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
    const clockText = clock.map((n) => String(n).padStart(2, '0')).join(':')
    if (time === 'a' || time === 'u') return clockText
    const day = local
      ? [date.getFullYear(), date.getMonth() + 1, date.getDate()]
      : [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
    return `${day.map((n) => String(n).padStart(2, '0')).join('-')} ${clockText}`
  }

  /** Since 1970. Doubles, as tshark has them. */
  private seconds(packet: number): number {
    const { index } = this.source
    return index.secondsOf(packet) + index.nanosecondsOf(packet) / 1e9
  }

  /** Since the first packet of the capture. */
  private relative(packet: number): number {
    const { index } = this.source
    const seconds = index.secondsOf(packet) - index.secondsOf(1)
    return seconds + (index.nanosecondsOf(packet) - index.nanosecondsOf(1)) / 1e9
  }
}

const RULE = `${'='.repeat(80)}\n`

/** The two lines above the columns. */
function headings(time: TimeFormat): string[] {
  const [size, over, under] =
    time === 'a' || time === 'u'
      ? ['Size ', ' Absolute Time  ', '      Start     ']
      : time === 'ad' || time === 'ud'
        ? ['Size ', ' Absolute Date  ', '     Start      ']
        : time === 'e'
          ? ['Bytes', '       Relative       ', '         Start        ']
          : ['Bytes', '    Relative    ', '      Start     ']
  const blank = ' '.repeat(47)
  return [
    `${blank}|       <-      | |       ->      | |     Total     |${over}|   Duration   |`,
    `${blank}| Frames  ${size} | | Frames  ${size} | | Frames  ${size} |${under}|              |`,
  ]
}
