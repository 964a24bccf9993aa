/**
 * The states of RFC 9293 that the two ends of a connection are in, as an observer between them infers it: what an end
 * sends shows its state, and what it is sent is taken to arrive. Each change is a row of state-changes.ts.
 */
import type { Dissection } from '../dissect/index.js'
import { StateChanges } from './state-changes.js'
import { SynFlood } from './syn-flood.js'
import type { Segment } from './tcp.js'
import { nanosSince } from './tcp-analysis.js'
import { TcpFlag } from './tcp-flags.js'
import {
  after,
  BASE,
  before,
  BITS,
  CHANGE,
  CLOSE_A,
  CLOSE_B,
  CONVERSATION_WORDS,
  HALF_OPEN_SLOT,
  LAST_ACK,
  LAST_PACKET,
  NEXT,
  STATE,
  Scale,
  scaleIn,
  type TcpRows,
  WAY_WORDS,
  WINDOW,
  WINDOW_MASK,
} from './tcp-rows.js'

export const State = {
  Closed: 0,
  Listen: 1,
  SynSent: 2,
  SynReceived: 3,
  Established: 4,
  FinWait1: 5,
  FinWait2: 6,
  CloseWait: 7,
  Closing: 8,
  LastAck: 9,
  TimeWait: 10,
} as const

/** Why an end changed its state, or what was noticed without a change. */
export const Reason = {
  None: 0,
  Syn: 1,
  SynAgain: 2,
  SynsCrossed: 3,
  SynAck: 4,
  Handshake: 5,
  SynAckMissed: 6,
  MidStream: 7,
  Fin: 8,
  FinAcked: 9,
  FinBoth: 10,
  FinsCrossed: 11,
  FinAgain: 12,
  LastAcked: 13,
  Reset: 14,
  Refused: 15,
  ResetIgnored: 16,
  TimeOut: 17,
} as const

/** How a connection began. */
export const Start = {
  None: 0,
  Unanswered: 1,
  HalfOpen: 2,
  ThreeWay: 3,
  FastOpen: 4,
  Simultaneous: 5,
  MidStream: 6,
  Refused: 7,
} as const

/** How a connection ended; above `Reset`: which end, in which state (`Reset + server * 16 + state`). */
export const End = { None: 0, FourWay: 1, ThreeSegment: 2, HalfClose: 3, Simultaneous: 4, Reset: 32 } as const

/** What the watcher of connections sets. */
export interface Limits {
  /** Maximum segment lifetime in seconds: TIME-WAIT lasts twice as long. */
  readonly msl: number
  /** More half-open connections of one server than these look like a SYN flood; 0 for no limit. */
  readonly halfOpen: number
}

/** What RFC 9293 does not allow. */
export const Illegal = {
  None: 0,
  SynWithFin: 1,
  SynWithRst: 2,
  NoAck: 3,
  AcksNoSyn: 4,
  SecondSyn: 5,
  AfterFin: 6,
  AfterReset: 7,
  NoSyn: 8,
  AcksOther: 9,
  SecondFin: 10,
} as const

/** Bits of a connection's `STATE` word above the two states. */
const SECOND_IS_CLIENT = 1 << 8
const SYNS_CROSSED = 1 << 9
const HALF_CLOSED = 1 << 11
const ACKED_ALONE = 1 << 12
const FIN = 1 << 13
const RESET = 1 << 15
const FAST_OPEN = 1 << 17
const COUNT_SHIFT = 24
const MAX_COUNT = 255

/** No window is scaled further than this. */
const MAX_SCALE = 14

const QUIET = State.Established | (State.Established << 4)

export class TcpStates {
  readonly changes = new StateChanges()
  /** Which servers have how many half-open connections. */
  readonly flood = new SynFlood()

  // The segment at hand: states of its sender and of the other end, and what is found out.
  private me = 0
  private peer = 0
  private reason = 0
  private start = 0
  private end = 0
  private illegal = 0
  private word = 0

  constructor(private readonly memory: TcpRows) {}

  /**
   * Takes segment `s` of conversation `id`, already analysed, which runs from the first sender if `forward`; `renumbered`
   * if it is a SYN, ACK with another number than the one before. Returns the row of the connection's latest change.
   */
  segment(id: number, forward: boolean, s: Segment, d: Dissection, limits: Limits, renumbered: boolean): number {
    const connections = this.memory.connections
    const at = id * CONVERSATION_WORDS
    const word = connections[at + STATE]!
    const { flags } = s
    const plain = (flags & (TcpFlag.Syn | TcpFlag.Fin | TcpFlag.Rst | TcpFlag.Ack)) === TcpFlag.Ack
    if (plain && (word & 0xff) === QUIET) return connections[at + CHANGE]!
    this.word = word
    this.me = forward ? word & 15 : (word >>> 4) & 15
    this.peer = forward ? (word >>> 4) & 15 : word & 15
    this.reason = this.start = this.end = this.illegal = 0
    if (connections[at + CHANGE] === 0) this.begin(forward, s)
    else this.timeOut(connections[at + CHANGE]!, d, limits.msl)
    const wasOpening = opening(word)
    const way = (id * 2 + (forward ? 0 : 1)) * WAY_WORDS
    const back = way ^ WAY_WORDS
    const mine = at + (forward ? CLOSE_A : CLOSE_B)
    const other = at + (forward ? CLOSE_B : CLOSE_A)
    if (flags & TcpFlag.Rst) {
      if (flags & TcpFlag.Syn) this.illegal = Illegal.SynWithRst
      else this.reset(back, s, forward)
    } else if (flags & TcpFlag.Syn) {
      if (flags & TcpFlag.Fin) this.illegal = Illegal.SynWithFin
      else if (flags & TcpFlag.Ack) this.synAck(back, s, renumbered)
      else this.syn()
    } else if ((flags & TcpFlag.Ack) === 0) this.illegal = Illegal.NoAck
    else this.synchronized(s, forward, back, mine, other)
    const states = forward ? this.me | (this.peer << 4) : this.peer | (this.me << 4)
    connections[at + STATE] = (this.word & ~0xff) | states
    if (wasOpening !== opening(states)) this.watch(at, forward, s, d, limits.halfOpen)
    if (this.reason !== 0 || this.illegal !== 0 || connections[at + CHANGE] === 0) {
      connections[at + CHANGE] = this.add(d.packet.number, states, word & 0xff)
    }
    return connections[at + CHANGE]!
  }

  /** The connection whose row is `at` has become half-open, or is no longer. */
  private watch(at: number, forward: boolean, s: Segment, d: Dissection, limit: number): void {
    const connections = this.memory.connections
    const fromServer = ((this.word & SECOND_IS_CLIENT) !== 0) === forward
    const port = fromServer ? s.srcport : s.dstport
    if (opening(connections[at + STATE]!)) {
      connections[at + HALF_OPEN_SLOT] = this.flood.begin(d, fromServer, port, limit)
    } else this.flood.end(d, fromServer, port, connections[at + HALF_OPEN_SLOT]!, limit)
  }

  // ---- what a segment does -----------------------------------------------------------

  /** The first segment of a connection: who is the client, and what was before. */
  private begin(forward: boolean, s: Segment): void {
    const kind = s.flags & (TcpFlag.Syn | TcpFlag.Ack)
    const opens = kind === TcpFlag.Syn
    const server = kind === (TcpFlag.Syn | TcpFlag.Ack) || (!opens && s.srcport < s.dstport)
    if (server === forward) this.word |= SECOND_IS_CLIENT
    if (opens) this.peer = State.Listen
    else if (kind & TcpFlag.Syn) {
      this.me = State.Listen
      this.peer = State.SynSent
    } else if (kind === TcpFlag.Ack && !(s.flags & TcpFlag.Rst)) {
      this.me = this.peer = State.Established
      this.reason = Reason.MidStream
      this.start = Start.MidStream
    }
  }

  private timeOut(row: number, d: Dissection, msl: number): void {
    if (this.me !== State.TimeWait && this.peer !== State.TimeWait) return
    if (nanosSince(d, this.changes.packetOf(row)) < 2e9 * msl) return
    if (this.me === State.TimeWait) this.me = State.Closed
    if (this.peer === State.TimeWait) this.peer = State.Closed
    this.reason = Reason.TimeOut
  }

  private syn(): void {
    if (this.me === State.SynSent || this.me === State.SynReceived) {
      this.count()
      this.reason = Reason.SynAgain
    } else if (this.me <= State.Listen) {
      this.me = State.SynSent
      this.word &= SECOND_IS_CLIENT
      this.count()
      if (this.peer === State.Closed) this.peer = State.Listen
      this.reason = Reason.Syn
      if (this.peer === State.SynSent) {
        this.me = this.peer = State.SynReceived
        this.word |= SYNS_CROSSED
        this.reason = Reason.SynsCrossed
        return
      }
    }
    if (this.me === State.SynSent) this.start = Start.Unanswered
  }

  private count(): void {
    const n = this.word >>> COUNT_SHIFT
    if (n < MAX_COUNT) this.word += 1 << COUNT_SHIFT
  }

  private synAck(back: number, s: Segment, renumbered: boolean): void {
    const ways = this.memory.ways
    const iss = ways[back + BASE]!
    if (!after(s.ack, iss) || (ways[back + NEXT] !== 0 && after(s.ack, ways[back + NEXT]!))) {
      this.illegal = Illegal.AcksNoSyn
      return
    }
    if ((s.ack - iss) >>> 0 > 1) this.word |= FAST_OPEN
    if (this.word & SYNS_CROSSED) {
      if (this.peer === State.SynReceived) this.peer = State.Established
      if (this.me === State.Established && this.peer === State.Established) this.start = Start.Simultaneous
      this.reason = Reason.SynAck
    } else if (this.me <= State.Listen && this.peer === State.SynSent) {
      this.me = State.SynReceived
      this.peer = State.Established
      this.reason = Reason.SynAck
      this.start = Start.HalfOpen
    } else if (renumbered) this.illegal = Illegal.SecondSyn
    else if (this.me <= State.SynSent) this.illegal = Illegal.NoSyn
  }

  /** A segment with ACK and neither SYN nor RST. */
  private synchronized(s: Segment, forward: boolean, back: number, mine: number, other: number): void {
    const connections = this.memory.connections
    if (this.word & (forward ? RESET : RESET << 1)) {
      this.illegal = Illegal.AfterReset
      return
    }
    if (this.me === State.SynSent) {
      this.me = this.peer = State.Established
      this.reason = Reason.SynAckMissed
      this.start = Start.ThreeWay
    } else if (this.peer === State.SynReceived && this.me >= State.Established) {
      if (!after(s.ack, this.memory.ways[back + BASE]!)) {
        this.illegal = Illegal.AcksOther
        return
      }
      this.peer = State.Established
      this.reason = Reason.Handshake
      const usual = this.word & FAST_OPEN ? Start.FastOpen : Start.ThreeWay
      this.start = this.word & SYNS_CROSSED ? Start.Simultaneous : usual
    }
    const closed = forward ? FIN : FIN << 1
    const peerClosed = forward ? FIN << 1 : FIN
    const acksFin = (this.word & peerClosed) !== 0 && !before(s.ack, connections[other]!)
    if (acksFin) this.finAcked(s)
    const end = (s.seq + s.payload) >>> 0
    if (this.word & closed) {
      if (s.payload > 0 && !before(end, connections[mine]!)) this.illegal = Illegal.AfterFin
      else if (s.flags & TcpFlag.Fin && (end + 1) >>> 0 !== connections[mine]) this.illegal = Illegal.SecondFin
      else if (s.flags & TcpFlag.Fin && this.peer === State.TimeWait && this.reason === 0) this.reason = Reason.FinAgain
      return
    }
    if (s.payload > 0 && this.me === State.CloseWait) this.word |= HALF_CLOSED
    if (s.flags & TcpFlag.Fin) {
      connections[mine] = end + 1
      this.word |= closed
      this.fin(acksFin)
    }
  }

  /** The other end's FIN is acknowledged. */
  private finAcked(s: Segment): void {
    if (this.peer === State.FinWait1) {
      this.peer = State.FinWait2
      this.reason = Reason.FinAcked
      if (!(s.flags & TcpFlag.Fin)) this.word |= ACKED_ALONE
    } else if (this.peer === State.Closing) {
      this.peer = State.TimeWait
      this.reason = Reason.FinAcked
      if (this.me === State.TimeWait) this.end = End.Simultaneous
    } else if (this.peer === State.LastAck) {
      this.peer = State.Closed
      this.reason = Reason.LastAcked
      this.end = this.word & HALF_CLOSED ? End.HalfClose : this.word & ACKED_ALONE ? End.FourWay : End.ThreeSegment
    }
  }

  private fin(acksFin: boolean): void {
    if (this.me === State.CloseWait && !acksFin) {
      this.me = this.peer = State.Closing
      this.reason = Reason.FinsCrossed
    } else if (this.me === State.CloseWait) {
      this.me = State.LastAck
      if (this.peer === State.FinWait2) this.peer = State.TimeWait
      this.reason = Reason.FinBoth
    } else if (this.me === State.Established || this.me === State.SynReceived) {
      this.me = State.FinWait1
      if (this.peer === State.Established || this.peer === State.SynReceived) this.peer = State.CloseWait
      this.reason = Reason.Fin
    }
  }

  private reset(back: number, s: Segment, forward: boolean): void {
    if (this.me <= State.Listen && this.peer === State.Closed) return
    if (this.peer === State.SynSent && this.me <= State.Listen) {
      const ways = this.memory.ways
      const right = s.flags & TcpFlag.Ack && after(s.ack, ways[back + BASE]!) && !after(s.ack, ways[back + NEXT]!)
      this.reason = right ? Reason.Refused : Reason.ResetIgnored
      if (!right) return
      this.me = this.peer = State.Closed
      this.start = Start.Refused
      return
    }
    if (!this.inWindow(back, s.seq)) {
      this.reason = Reason.ResetIgnored
      return
    }
    const server = ((this.word & SECOND_IS_CLIENT) !== 0) === forward
    if (this.me !== State.Closed) this.end = End.Reset + (server ? 16 : 0) + this.me
    this.reason = Reason.Reset
    this.peer = this.peer === State.SynReceived && !server && !(this.word & SYNS_CROSSED) ? State.Listen : State.Closed
    this.me = State.Closed
    this.word |= forward ? RESET : RESET << 1
  }

  /** Would the other end, whose direction's row is `back`, take a reset with this number? RFC 9293, 3.10.7.4. */
  private inWindow(back: number, seq: number): boolean {
    const ways = this.memory.ways
    if (ways[back + LAST_PACKET] === 0) return true
    const wanted = ways[back + LAST_ACK]!
    const scale = scaleIn(ways[back + BITS]!)
    const shift = scale === Scale.Unknown ? MAX_SCALE : Math.max(scale, 0)
    const window = ((ways[back + WINDOW]! & WINDOW_MASK) - 1) * 2 ** shift
    return !before(seq, wanted) && !after(seq, (wanted + window) >>> 0)
  }

  private add(packet: number, states: number, earlier: number): number {
    const swap = (this.word & SECOND_IS_CLIENT) !== 0
    const both = order(states, swap) | (order(earlier, swap) << 8)
    const ends = this.end | (this.illegal << 8) | ((this.word >>> COUNT_SHIFT) << 16)
    return this.changes.add(packet, both | (this.reason << 16) | (this.start << 24), ends)
  }

  /**
   * Has the segment of packet `number`, whose latest change is `row`, done what the protocol does not allow, or asked for
   * one connection too many?
   */
  notes(row: number, number: number): boolean {
    return this.changes.packetOf(row) === number && (this.changes.illegalOf(row) !== 0 || this.flood.crossedAt(number))
  }
  /** Are both ends of conversation `id` through with it? */
  isOver(id: number): boolean {
    const states = this.memory.connections[id * CONVERSATION_WORDS + STATE]!
    return [states & 15, (states >>> 4) & 15].every((one) => one === State.Closed || one === State.TimeWait)
  }
  get bytes(): number {
    return this.changes.bytes + this.flood.bytes
  }
}

/** Is one end of these two states waiting for the handshake to go on? */
function opening(states: number): boolean {
  const one = states & 15
  const other = (states >>> 4) & 15
  return one === State.SynSent || one === State.SynReceived || other === State.SynSent || other === State.SynReceived
}

const order = (states: number, swap: boolean): number => (swap ? ((states >>> 4) | (states << 4)) & 0xff : states)
