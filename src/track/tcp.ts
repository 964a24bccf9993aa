/**
 * TCP connections as an observer between the ends sees them: which segment belongs to which, what it means beside those
 * before it (tcp-analysis.ts), and in which states it leaves the two ends (tcp-state.ts). Everything is kept in typed
 * rows, so a million connections are a few arrays and not a million objects.
 */
import { Address, type Dissection } from '../dissect/index.js'
import { Conversations } from './conversations.js'
import { Finding, TcpAnalysis } from './tcp-analysis.js'
import { TcpFlag } from './tcp-flags.js'
import {
  BASE,
  BITS,
  COMPLETE,
  CONVERSATION_WORDS,
  FIN_PACKET,
  HANDSHAKE_PACKET,
  NEXT,
  SCALE_MASK,
  SCALE_SHIFT,
  Scale,
  SEEN,
  SYN_PACKET,
  TcpRows,
  WAY_WORDS,
  WayBit,
} from './tcp-rows.js'
import { TcpSegments } from './tcp-segments.js'

/** What one segment says, as the dissector's summary has it. */
export interface Segment {
  srcport: number
  dstport: number
  seq: number
  ack: number
  flags: number
  window: number
  /** Shift of the window scale option, -1 when there is none. */
  scale: number
  /** Payload bytes. */
  payload: number
  /** Where the options are in the bytes. */
  options: number
  optionsEnd: number
}

/** What of a connection was captured; Wireshark's `tcp.completeness`. */
export const Completeness = { Syn: 1, SynAck: 2, Ack: 4, Data: 8, Fin: 16, Rst: 32 } as const

/**
 * Facts about one segment, kept with its packet: `Finding`s in the low bits, and these above. What the connection was
 * known to be is that of this packet, not what became known later.
 */
export const Fact = {
  FindingMask: 0x7fff,
  /** There is something to show of its analysis. */
  Analysed: 1 << 15,
  /** `Completeness` before this segment. */
  CompleteShift: 16,
  CompleteMask: 0x3f << 16,
  /** Window scale plus 2. */
  ScaleShift: 22,
  ScaleMask: 0x1f << 22,
} as const

const BOTH = TcpFlag.Syn | TcpFlag.Ack

export class TcpConnections {
  readonly conversations = new Conversations()
  readonly segments = new TcpSegments()
  private readonly rows = new TcpRows()
  private readonly analysis = new TcpAnalysis(this.rows)

  /** Takes one segment in capture order; sets the dissection's conversation. Returns facts. */
  segment(s: Segment, d: Dissection): number {
    const kind = d.addressKind === Address.Ether ? Address.None : d.addressKind
    let id = this.conversations.find(kind, d.addressBytes, d.src, d.dst, s.srcport, s.dstport)
    let forward = this.conversations.forward
    this.rows.reserve(id)
    let way = wayOf(id, forward)
    let found = 0
    let touched = false
    if ((s.flags & BOTH) === TcpFlag.Syn && this.rows.ways[way + BITS]! & WayBit.Based) {
      const complete = this.rows.connections[id * CONVERSATION_WORDS + COMPLETE]!
      if (this.rows.ways[way + BASE] !== s.seq || complete & (Completeness.Rst | Completeness.Fin)) {
        id = this.conversations.renew(id, kind, d.addressBytes, d.src, d.dst, s.srcport, s.dstport)
        this.rows.reserve(id)
        forward = true
        way = wayOf(id, true)
        found = Finding.ReusedPorts
        this.rows.connections[id * CONVERSATION_WORDS + COMPLETE] = Completeness.Syn
      } else {
        this.rows.ways[way + NEXT] = this.rows.ways[way + SEEN]!
        touched = true
      }
    }
    const number = d.packet.number
    d.conversation = id
    d.forward = forward
    d.previous = this.conversations.packet(id, number, d.packet.original, forward)
    const back = way ^ WAY_WORDS
    this.begin(way, back, s)
    const facts = this.complete(id, way, back, s, d)
    found |= this.analysis.segment(way, back, s, d, this.roundTrip(id, d))
    this.analysis.readSack(way, d.bytes, s.options, Math.min(s.optionsEnd, d.end))
    if (s.flags & TcpFlag.Syn) this.learnScale(way, back, s)
    return facts | found | this.keep(number, found, touched) | this.scaleFact(way)
  }

  /** Fixes what relative numbers count from. */
  private begin(way: number, back: number, s: Segment): void {
    const rows = this.rows.ways
    if (!(rows[way + BITS]! & WayBit.Based)) {
      rows[way + BITS]! |= WayBit.Based
      rows[way + BASE] = s.flags & TcpFlag.Syn ? s.seq : s.seq - 1
    }
    if (s.flags & TcpFlag.Ack && !(rows[back + BITS]! & WayBit.Based)) {
      rows[back + BITS]! |= WayBit.Based
      rows[back + BASE] = s.ack - 1
    }
  }

  /** Notes which parts of a connection were seen. Returns what was known before, as facts. */
  private complete(id: number, way: number, back: number, s: Segment, d: Dissection): number {
    const rows = this.rows.connections
    const at = id * CONVERSATION_WORDS
    const before = rows[at + COMPLETE]!
    let now = before
    const kind = s.flags & BOTH
    if (kind === TcpFlag.Syn) {
      now |= Completeness.Syn
      rows[at + SYN_PACKET] = d.packet.number
    } else if (kind === BOTH) now |= Completeness.SynAck
    else if (kind === TcpFlag.Ack) {
      now |= s.payload > 0 ? Completeness.Data : 0
      now |= Completeness.Ack
      if (rows[at + HANDSHAKE_PACKET] === 0 && rows[at + SYN_PACKET] !== 0 && before & Completeness.SynAck) {
        const ways = this.rows.ways
        if (s.seq === (ways[way + BASE]! + 1) >>> 0 && s.ack === (ways[back + BASE]! + 1) >>> 0) {
          rows[at + HANDSHAKE_PACKET] = d.packet.number
        }
      }
    }
    if (s.flags & TcpFlag.Fin) {
      now |= Completeness.Fin
      const ways = this.rows.ways
      if (ways[way + FIN_PACKET] === 0) ways[way + FIN_PACKET] = d.packet.number
      if (!(ways[back + BITS]! & WayBit.ClosedFirst)) ways[way + BITS]! |= WayBit.ClosedFirst
    }
    if (s.flags & TcpFlag.Rst) now |= Completeness.Rst
    rows[at + COMPLETE] = now
    return before << Fact.CompleteShift
  }

  private roundTrip(id: number, d: Dissection): number {
    const rows = this.rows.connections
    const at = id * CONVERSATION_WORDS
    const end = rows[at + HANDSHAKE_PACKET]!
    if (end === 0) return 0
    const start = rows[at + SYN_PACKET]!
    const { clock, packet } = d
    const seconds = end === packet.number ? packet.seconds : clock.secondsOf(end)
    const nanos = end === packet.number ? packet.nanoseconds : clock.nanosecondsOf(end)
    return (seconds - clock.secondsOf(start)) * 1e9 + nanos - clock.nanosecondsOf(start)
  }

  /** Scaling is used when both ends ask for it with their SYN; who is silent in his declines for both. */
  private learnScale(way: number, back: number, s: Segment): void {
    const mine = this.scaleAt(way)
    const other = this.scaleAt(back)
    if (s.scale >= 0) this.setScale(way, s.scale)
    else if (mine === Scale.Unknown) {
      this.setScale(way, Scale.NotUsed)
      this.setScale(back, Scale.NotUsed)
    }
    if (s.flags & TcpFlag.Ack && other === Scale.NotUsed) this.setScale(way, Scale.NotUsed)
  }
  private scaleAt(way: number): number {
    const kept = (this.rows.ways[way + BITS]! & SCALE_MASK) >>> SCALE_SHIFT
    return kept === 0 ? Scale.Unknown : kept - 3
  }
  private setScale(way: number, scale: number): void {
    const rows = this.rows.ways
    rows[way + BITS] = (rows[way + BITS]! & ~SCALE_MASK) | ((scale + 3) << SCALE_SHIFT)
  }
  private scaleFact(way: number): number {
    return (this.scaleAt(way) + 2) << Fact.ScaleShift
  }

  /** Keeps what was found out about the segment of packet `number`. Returns whether there is anything, as a fact. */
  private keep(number: number, found: number, touched: boolean): number {
    const a = this.analysis
    this.segments.add(number, a.acks, a.flight, a.pushed, 0)
    if (a.reference !== 0) this.segments.addRepeat(number, a.reference, a.duplicates)
    return found !== 0 || touched || a.acks !== 0 || a.flight !== 0 || a.pushed !== 0 ? Fact.Analysed : 0
  }

  /** The number from which relative ones of this direction count. */
  baseOf(id: number, forward: boolean): number {
    return this.rows.ways[wayOf(id, forward) + BASE]!
  }
  /** The packets between which the handshake's round trip was measured; 0 while there is none. */
  synOf(id: number): number {
    return this.rows.connections[id * CONVERSATION_WORDS + SYN_PACKET]!
  }
  handshakeOf(id: number): number {
    return this.rows.connections[id * CONVERSATION_WORDS + HANDSHAKE_PACKET]!
  }
  /** The first packet with FIN of this direction, 0 for none. */
  finOf(id: number, forward: boolean): number {
    return this.rows.ways[wayOf(id, forward) + FIN_PACKET]!
  }
  closedFirst(id: number, forward: boolean): boolean {
    return (this.rows.ways[wayOf(id, forward) + BITS]! & WayBit.ClosedFirst) !== 0
  }
}

const wayOf = (id: number, forward: boolean): number => (id * 2 + (forward ? 0 : 1)) * WAY_WORDS
