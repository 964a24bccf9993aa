/**
 * TCP connections as an observer between the ends sees them: which segment belongs to which, what it means beside those
 * before it (tcp-analysis.ts), and in which states it leaves the two ends (tcp-state.ts). Everything is kept in typed
 * rows, so a million connections are a few arrays and not a million objects.
 */
import { Address, type Dissection } from '../dissect/index.js'
import { afterOption, afterSyn, isAccurate } from './accurate-ecn.js'
import { Conversations } from './conversations.js'
import { areUsual, findOption } from './find-option.js'
import type { Limited, LimitMet } from './limits.js'
import { Streams } from './streams.js'
import { Finding, nanosSince, TcpAnalysis } from './tcp-analysis.js'
import { TcpFlag } from './tcp-flags.js'
import {
  BASE,
  BITS,
  COMPLETE,
  CONVERSATION_WORDS,
  HANDSHAKE_PACKET,
  NEXT,
  Scale,
  scaleIn,
  SEEN,
  SYN_PACKET,
  TcpRows,
  WAY_WORDS,
  WayBit,
  withScale,
} from './tcp-rows.js'
import { TcpSegments } from './tcp-segments.js'
import { type Limits, TcpStates } from './tcp-state.js'

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
  /** `Reached`: what could be read of the header. */
  read: number
}

/**
 * How far a header was read: up to its window although it says to be shorter than a header; likewise although it says
 * to be longer than the segment; up to its window; to the end of its options.
 */
export const Reached = { Nothing: 0, Numbers: 1, Short: 2, Header: 3, Options: 4 } as const

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
  /** This answer to a SYN with data acknowledges the data, or does not. */
  DataTaken: 1 << 27,
  DataIgnored: 1 << 28,
  /** In a segment without SYN: both ends had agreed on Accurate ECN before it. */
  AccurateMask: 3 << 27,
  /** Which of its packet's segments it is, counted from 0. */
  NthShift: 29,
} as const

/** What `TcpConnections.recall` fills in. */
export interface Recalled {
  findings: number
  analysed: boolean
  acks: number
  flight: number
  pushed: number
  reference: number
  duplicates: number
  syn: number
  handshake: number
  /** Row of the latest change of state in `TcpConnections.states`, 0 for none. */
  change: number
}

/** Segments of one packet beyond this one are not told apart. */
const MAX_NTH = 7
/** Severities of expert items. */
const NOTE = 2
const WARNING = 3
const WARNINGS =
  Finding.OutOfOrder | Finding.LostSegment | Finding.AckLostSegment | Finding.WindowFull | Finding.ZeroWindow
/** Findings that refer to an earlier packet. */
const REPEATING = Finding.Retransmission | Finding.DuplicateAck
const BOTH = TcpFlag.Syn | TcpFlag.Ack

/** `Completeness` in a connection's word; above it, what was said of Accurate ECN. */
const COMPLETE_MASK = 0x3f

export class TcpConnections implements Limited {
  readonly conversations = new Conversations()
  readonly segments = new TcpSegments()
  /** The byte streams of the connections, and the messages in them. */
  readonly streams = new Streams()
  private readonly rows = new TcpRows()
  private readonly analysis = new TcpAnalysis(this.rows)
  readonly states = new TcpStates(this.rows)

  limits(): LimitMet[] {
    return [
      ...this.conversations.limits(),
      ...this.streams.limits(),
      ['segments whose acknowledgment is not looked for', this.analysis.unacked.refused],
      ['servers whose half-open connections are no longer counted', this.states.flood.evicted],
    ]
  }

  /** What is only known of the first `packets` packets is not needed any more. */
  forget(packets: number): void {
    this.segments.forget(packets)
    this.streams.forget(packets, (id) => this.isOver(id, packets))
  }

  /** Is connection `id` over, and had no packet behind the first `packets`? */
  isOver(id: number, packets: number): boolean {
    return this.conversations.latestOf(id) <= packets && this.states.isOver(id)
  }

  /**
   * Takes one segment in capture order; sets the dissection's conversation and its worst severity. Returns facts.
   */
  segment(s: Segment, d: Dissection, limits: Limits): number {
    this.join(s, d)
    const number = d.packet.number
    const { conversation: id, forward } = d
    const { renewed, touched } = this
    let found = this.reused
    d.previous = this.conversations.packet(id, number, forward)
    const way = wayOf(id, forward)
    const back = way ^ WAY_WORDS
    if (s.read !== Reached.Short) this.begin(way, back, s)
    const facts =
      (s.read < Reached.Short ? this.known(id, renewed) : this.complete(id, way, back, s, d, renewed)) |
      this.feedback(id, s.flags)
    if (s.read === Reached.Short) this.analysis.clear()
    else found |= this.analysis.segment(way, back, s, d, id)
    // Only of a SYN does its own scale option say something: elsewhere it counts from the next segment on.
    let scale = scaleIn(this.rows.ways[way + BITS]!)
    this.analysis.dropSack(way)
    if (s.read >= Reached.Short) this.learn(id, way, s, d)
    if (s.read === Reached.Options) {
      if (s.flags & TcpFlag.Syn) {
        this.learnScale(way, back, s)
        scale = scaleIn(this.rows.ways[way + BITS]!)
      }
    } else {
      // It counts for those after it, but nothing is said of it.
      this.analysis.clear()
      found = 0
    }
    const renumbered = (found & Finding.ReusedPorts) !== 0 && (s.flags & TcpFlag.Ack) !== 0
    const change = s.read === Reached.Numbers ? 0 : this.states.segment(id, forward, s, d, limits, renumbered)
    if (found !== 0) d.worst = Math.max(d.worst, found & WARNINGS ? WARNING : NOTE)
    if (this.states.notes(change, number)) d.worst = Math.max(d.worst, WARNING)
    return facts | found | this.keep(number, found, touched, change) | ((scale + 2) << Fact.ScaleShift)
  }

  /**
   * Takes a segment that another packet quotes. As in tshark it may begin a connection, or one on ports used before; it is
   * not analysed, and its data do not count. Returns facts.
   */
  quoted(s: Segment, d: Dissection): number {
    this.join(s, d)
    const { conversation: id, forward } = d
    d.previous = this.conversations.quote(id, d.packet.number)
    const way = wayOf(id, forward)
    const back = way ^ WAY_WORDS
    const { payload } = s
    s.payload = 0
    const facts = this.complete(id, way, back, s, d, this.renewed) | this.feedback(id, s.flags)
    s.payload = payload
    if (s.flags & TcpFlag.Syn && s.read === Reached.Options) this.learnScale(way, back, s)
    const scale = scaleIn(this.rows.ways[way + BITS]!) + 2
    const analysed = this.touched || this.reused !== 0 ? Fact.Analysed : 0
    return facts | this.reused | analysed | (scale << Fact.ScaleShift)
  }

  /** What `join` has found out: a SYN on ports used before, one sent again, one that begins a new conversation. */
  private reused = 0
  private touched = false
  private renewed = false

  /** Sets the dissection's conversation to the one that segment `s` belongs to, or begins. */
  private join(s: Segment, d: Dissection): void {
    const kind = d.addressKind === Address.Ether ? Address.None : d.addressKind
    let id = this.conversations.find(kind, d.addressBytes, d.src, d.dst, s.srcport, s.dstport)
    let forward = this.conversations.forward
    this.rows.reserve(id)
    const way = wayOf(id, forward)
    this.reused = 0
    this.touched = this.renewed = false
    if (s.flags & TcpFlag.Syn && this.rows.ways[way + BITS]! & WayBit.Based) {
      if (this.rows.ways[way + BASE] === (s.seq | 0)) {
        if (!(s.flags & TcpFlag.Ack)) {
          this.rows.ways[way + NEXT] = this.rows.ways[way + SEEN]!
          this.touched = true
        }
      } else {
        this.reused = Finding.ReusedPorts
        if (s.flags & TcpFlag.Ack) {
          this.rows.ways[way + BASE] = s.seq
          this.analysis.unacked.measure(this.rows.ways, way)
        } else {
          id = this.conversations.renew(id, kind, d.addressBytes, d.src, d.dst, s.srcport, s.dstport)
          this.rows.reserve(id)
          forward = true
          this.renewed = true
        }
      }
    }
    d.conversation = id
    d.forward = forward
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

  /**
   * Notes which parts of the connection were seen. Returns what was known before, as facts. As in tshark, the first
   * segment counts only when it is a SYN.
   */
  private complete(id: number, way: number, back: number, s: Segment, d: Dissection, renewed: boolean): number {
    const rows = this.rows.connections
    const ways = this.rows.ways
    const at = id * CONVERSATION_WORDS
    const number = d.packet.number
    const before = renewed ? Completeness.Syn : rows[at + COMPLETE]! & COMPLETE_MASK
    const { flags } = s
    const kind = flags & BOTH
    let facts = before << Fact.CompleteShift
    let now = before
    if (kind === TcpFlag.Syn) {
      if (rows[at + HANDSHAKE_PACKET] === 0) rows[at + SYN_PACKET] = number
      if (s.payload > 0 && hasCookie(d.bytes, s.options, Math.min(s.optionsEnd, d.end)))
        ways[way + BITS]! |= WayBit.SynData
    } else if (kind === BOTH) {
      if ((s.ack - ways[back + BASE]!) >>> 0 > 1) facts |= Fact.DataTaken
      else if (ways[back + BITS]! & WayBit.SynData) facts |= Fact.DataIgnored
    }
    if (d.previous === 0 && !renewed) {
      if (kind === TcpFlag.Syn) now |= s.payload > 0 ? Completeness.Syn | Completeness.Data : Completeness.Syn
    } else {
      if (kind === BOTH) now |= Completeness.SynAck
      else if (kind === TcpFlag.Ack) now |= s.payload > 0 ? Completeness.Data : Completeness.Ack
      if (flags & TcpFlag.Fin && flags & TcpFlag.Ack) now |= Completeness.Fin
      if (flags & TcpFlag.Rst) now |= Completeness.Rst
    }
    if (now !== before || renewed) rows[at + COMPLETE] = (rows[at + COMPLETE]! & ~COMPLETE_MASK) | now
    if (kind === TcpFlag.Ack && rows[at + HANDSHAKE_PACKET] === 0) {
      if (rows[at + SYN_PACKET] !== 0 && nanosSince(d, rows[at + SYN_PACKET]!) !== 0)
        rows[at + HANDSHAKE_PACKET] = number
    }
    if (flags & TcpFlag.Fin && !(ways[back + BITS]! & WayBit.ClosedFirst)) ways[way + BITS]! |= WayBit.ClosedFirst
    return facts
  }

  /** What was known before of a connection of which this segment shows nothing, as facts. */
  private known(id: number, renewed: boolean): number {
    const at = id * CONVERSATION_WORDS + COMPLETE
    if (renewed) this.rows.connections[at] = Completeness.Syn
    return (this.rows.connections[at]! & COMPLETE_MASK) << Fact.CompleteShift
  }

  /** Takes what `flags` say of Accurate ECN. Returns whether it was agreed on before, as facts. */
  private feedback(id: number, flags: number): number {
    const rows = this.rows.connections
    const at = id * CONVERSATION_WORDS + COMPLETE
    if ((flags & TcpFlag.Syn) === 0) return isAccurate(rows[at]!) ? Fact.AccurateMask : 0
    rows[at] = afterSyn(rows[at]!, flags)
    return 0
  }

  /** Keeps what the options of a segment mean for those after it. */
  private learn(id: number, way: number, s: Segment, d: Dissection): void {
    const b = d.bytes
    const end = Math.min(s.optionsEnd, d.end)
    const at = id * CONVERSATION_WORDS + COMPLETE
    let p = s.options
    if (areUsual(b, p, end)) return
    while (p < end) {
      const kind = b[p]!
      if (kind === OPTION_END) return
      const length = kind === OPTION_NOP ? 1 : p + 1 < end ? b[p + 1]! : 0
      if (length < 2 && kind !== OPTION_NOP) return
      if (p + length > s.optionsEnd) return
      if (kind === OPTION_SACK) this.analysis.keepSack(way, b, p + 2, Math.min(length, end - p) - 2)
      if (p + length > end) return
      if (kind === OPTION_SCALE && length === 3) {
        this.rows.ways[way + BITS] = withScale(this.rows.ways[way + BITS]!, Math.min(b[p + 2]!, MAX_SCALE))
      } else if (kind > LAST_COMMON) this.rows.connections[at] = afterOption(this.rows.connections[at]!, b, p, length)
      p += length
    }
  }

  /** Scaling is used when both ends ask for it with their SYN; who is silent in his declines for both. */
  private learnScale(way: number, back: number, s: Segment): void {
    const rows = this.rows.ways
    const mine = s.scale >= 0 ? s.scale : scaleIn(rows[way + BITS]!)
    if (mine === Scale.Unknown) {
      rows[way + BITS] = withScale(rows[way + BITS]!, Scale.NotUsed)
      rows[back + BITS] = withScale(rows[back + BITS]!, Scale.NotUsed)
      return
    }
    const declined = scaleIn(rows[back + BITS]!) === Scale.NotUsed && (s.flags & TcpFlag.Ack) !== 0
    rows[way + BITS] = withScale(rows[way + BITS]!, declined ? Scale.NotUsed : mine)
  }

  /** Keeps what was found out about the segment of packet `number`. Returns what its facts say of that. */
  private keep(number: number, found: number, touched: boolean, change: number): number {
    const a = this.analysis
    const nth = this.segments.add(number, a.acks, a.flight, a.pushed, change)
    if (a.reference !== 0 || a.duplicates !== 0) this.segments.addRepeat(a.reference, a.duplicates)
    const analysed = found !== 0 || touched || a.touched || a.acks !== 0 || a.flight !== 0 || a.pushed !== 0
    return (analysed ? Fact.Analysed : 0) | (Math.min(nth, MAX_NTH) << Fact.NthShift)
  }

  /** Fills what is known of the analysis of packet `number`'s segment in conversation `id` into `to`. */
  recall(id: number, facts: number, number: number, to: Recalled): void {
    const at = id * CONVERSATION_WORDS
    const rows = this.rows.connections
    to.findings = facts & Fact.FindingMask
    to.analysed = (facts & Fact.Analysed) !== 0
    to.handshake = rows[at + HANDSHAKE_PACKET]!
    if (to.handshake > number) to.handshake = 0
    to.syn = rows[at + SYN_PACKET]!
    const i = this.segments.find(number, facts >>> Fact.NthShift)
    to.acks = i < 0 ? 0 : this.segments.acks(i)
    to.flight = i < 0 ? 0 : this.segments.flight(i)
    to.pushed = i < 0 ? 0 : this.segments.pushed(i)
    to.change = i < 0 ? 0 : this.segments.change(i)
    const repeat = facts & REPEATING ? this.segments.findRepeat(i) : -1
    to.reference = repeat < 0 ? 0 : this.segments.reference(repeat)
    to.duplicates = repeat < 0 ? 0 : this.segments.count(repeat)
  }

  /** The number from which relative ones of this direction count. */
  baseOf(id: number, forward: boolean): number {
    return this.rows.ways[wayOf(id, forward) + BASE]! >>> 0
  }
  /** Did this direction close before the other one? */
  closedFirst(id: number, forward: boolean): boolean {
    return (this.rows.ways[wayOf(id, forward) + BITS]! & WayBit.ClosedFirst) !== 0
  }
}

const wayOf = (id: number, forward: boolean): number => (id * 2 + (forward ? 0 : 1)) * WAY_WORDS

const OPTION_END = 0
const OPTION_NOP = 1
const OPTION_SCALE = 3
const OPTION_SACK = 5
const MAX_SCALE = 14
/** Kinds up to this one are the everyday ones. */
const LAST_COMMON = 8

const FAST_OPEN = 34
const EXPERIMENT = 254
const FAST_OPEN_EXPERIMENT = 0xf989
/** Is there a Fast Open cookie among the options `start…end`? Also in the form of RFC 7413's experiments. */
function hasCookie(b: Uint8Array, start: number, end: number): boolean {
  const at = findOption(b, start, end, FAST_OPEN)
  if (at >= 0) return b[at + 1]! > 2
  const trial = findOption(b, start, end, EXPERIMENT)
  return trial >= 0 && b[trial + 1]! > 4 && ((b[trial + 2]! << 8) | b[trial + 3]!) === FAST_OPEN_EXPERIMENT
}
