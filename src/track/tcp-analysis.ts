/**
 * Sequence analysis: what one segment means beside those before it – sent again, out of order, lost before it, a
 * duplicate acknowledgment, a full window. The observer sees one place of the path and nothing of the ends, so every
 * verdict is a likely one; they are the ones that tshark 4.0 reaches, in its order of precedence.
 */
import type { Dissection } from '../dissect/index.js'
import { widened } from '../dissect/widened.js'
import type { Segment } from './tcp.js'
import {
  after,
  before,
  BITS,
  CONVERSATION_WORDS,
  COUNT_ONE,
  DUPLICATED,
  DUPLICATES,
  FLAGS_SHIFT,
  HANDSHAKE_PACKET,
  LAST_ACK,
  LAST_PACKET,
  NEXT,
  NEXT_PACKET,
  PUSHED,
  SACK_MASK,
  SACK_ROW,
  SACK_SHIFT,
  Scale,
  scaleIn,
  SEEN,
  SYN_PACKET,
  type TcpRows,
  UNACKED,
  WayBit,
  WINDOW,
  WINDOW_MASK,
} from './tcp-rows.js'
import { TcpFlag } from './tcp-flags.js'
import { UnackedSegments } from './unacked-segments.js'

/** What was found out about a segment; bits of its facts. */
export const Finding = {
  Retransmission: 1 << 0,
  FastRetransmission: 1 << 1,
  SpuriousRetransmission: 1 << 2,
  OutOfOrder: 1 << 3,
  LostSegment: 1 << 4,
  AckLostSegment: 1 << 5,
  WindowUpdate: 1 << 6,
  WindowFull: 1 << 7,
  KeepAlive: 1 << 8,
  KeepAliveAck: 1 << 9,
  DuplicateAck: 1 << 10,
  ZeroWindow: 1 << 11,
  ZeroWindowProbe: 1 << 12,
  ZeroWindowProbeAck: 1 << 13,
  ReusedPorts: 1 << 14,
} as const

/** In place of the count of duplicate acknowledgments: the other end has acknowledged what this one was never seen to send. */
const MISSED = 0x7fffffff
/** A retransmission this soon after the latest acknowledgment (nanoseconds) answers duplicate acknowledgments. */
const FAST = 20_000_000
/** Segments that come this soon after the ones they belong before are out of order, while no round trip was measured. */
const REORDERING = 3_000_000
/** More bytes than this are never in flight: the numbers have gone astray. */
const MAX_FLIGHT = 2_000_000_000
/** SACK blocks kept of each option. */
const MAX_BLOCKS = 3
const SACK_WORDS = 2 * MAX_BLOCKS
/** Directions whose SACK blocks are kept. */
const MAX_SACK_ROWS = 1 << 20

const SYN_OR_FIN = TcpFlag.Syn | TcpFlag.Fin
const CONTROL = TcpFlag.Syn | TcpFlag.Fin | TcpFlag.Rst

export class TcpAnalysis {
  readonly unacked = new UnackedSegments()
  /** Directions whose SACK blocks found no room. */
  sackRefused = 0

  // What was found out about the segment analysed last, beside its findings.
  /** The packet that it acknowledges. */
  acks = 0
  flight = 0
  pushed = 0
  /** Of a retransmission: the packet from which its delay counts; of a duplicate acknowledgment: the one it repeats. */
  reference = 0
  duplicates = 0
  /** There is something to show although there is no finding. */
  touched = false

  private sacks = new Uint32Array(64 * SACK_WORDS)
  private sackRows = 0

  constructor(private readonly rows: TcpRows) {}

  /**
   * Analyses segment `s` of conversation `id`, direction row `way`, whose other direction's row is `back`. Returns
   * findings.
   */
  segment(way: number, back: number, s: Segment, d: Dissection, id: number): number {
    const rows = this.rows.ways
    const { payload, flags } = s
    const seq = s.seq | 0
    const ack = s.ack | 0
    const number = d.packet.number
    const backFlags = rows[back + WINDOW]! >>> FLAGS_SHIFT
    const next = rows[way + NEXT]!
    const window = (rows[way + WINDOW]! & WINDOW_MASK) - 1
    const backWindow = (rows[back + WINDOW]! & WINDOW_MASK) - 1
    const lastAck = rows[way + LAST_ACK]!
    this.clear()
    let found = 0
    if (flags & TcpFlag.Ack && rows[back + BITS]! & WayBit.Gap) rows[back + BITS]! &= ~WayBit.Gap

    if (payload === 1 && seq === next && backWindow === 0) found = Finding.ZeroWindowProbe
    else {
      const plain = (flags & CONTROL) === 0
      if (s.window === 0 && plain) found |= Finding.ZeroWindow
      if (next !== 0 && after(seq, next) && (flags & TcpFlag.Rst) === 0) {
        found |= Finding.LostSegment
        rows[way + BITS]! |= WayBit.Gap
      }
      if (plain) {
        if (payload <= 1 && seq === ((next - 1) | 0)) found |= Finding.KeepAlive
        if (payload > 0) {
          if (this.fills(back, (seq + payload) | 0, backWindow)) found |= Finding.WindowFull
        } else if (seq === next) found |= this.pureAck(way, ack, s.window, window, lastAck, backFlags)
      }
    }
    if (ack !== lastAck) {
      rows[way + DUPLICATED] = number
      rows[way + DUPLICATES] = 0
    }
    const seen = rows[back + SEEN]!
    if (seen !== 0 && flags & TcpFlag.Ack && after(ack, seen)) found |= this.unseen(back)
    if ((payload > 0 || flags & SYN_OR_FIN) && !(found & Finding.KeepAlive)) {
      found |= this.again(way, back, s, d, next, id)
    }
    this.remember(way, s, number, found)
    if (rows[back + UNACKED] !== 0) this.acks = this.unacked.acknowledge(rows, back, ack)
    if (payload > 0 && rows[way + BITS]! >= COUNT_ONE && !(rows[way + BITS]! & WayBit.Gap)) this.inFlight(way, back, s)
    return found
  }

  /** There is nothing to say of a segment. */
  clear(): void {
    this.acks = this.flight = this.pushed = this.reference = this.duplicates = 0
    this.touched = false
  }

  /** An acknowledgment without data that moves nothing: what does it say? */
  private pureAck(way: number, ack: number, now: number, window: number, lastAck: number, backFlags: number): number {
    const rows = this.rows.ways
    if (now !== 0) {
      if (ack !== lastAck) return 0
      if (now !== window) return Finding.WindowUpdate
      if (backFlags & Finding.KeepAlive) return Finding.KeepAliveAck
      const seen = rows[way + DUPLICATES]!
      this.duplicates = rows[way + DUPLICATES] = seen === MISSED ? 1 : seen + 1
      this.reference = rows[way + DUPLICATED]!
      return Finding.DuplicateAck
    }
    return window === 0 && ack === lastAck && backFlags & Finding.ZeroWindowProbe ? Finding.ZeroWindowProbeAck : 0
  }

  /**
   * An acknowledgment of what direction row `back` was not seen to send. When it may have been sent behind a gap it is
   * said every time; otherwise once until that end acknowledges something new, and not after it has repeated itself.
   */
  private unseen(back: number): number {
    const rows = this.rows.ways
    if (after(rows[back + NEXT]!, rows[back + SEEN]!)) {
      rows[back + SEEN] = rows[back + NEXT]!
      return Finding.AckLostSegment
    }
    const first = rows[back + DUPLICATES] === 0
    rows[back + DUPLICATES] = MISSED
    this.touched = true
    return first ? Finding.AckLostSegment : 0
  }

  /** Does data up to `end` reach exactly the edge of the window that the other end, row `back`, has advertised? */
  private fills(back: number, end: number, window: number): boolean {
    if (window < 0) return false
    const rows = this.rows.ways
    const scale = scaleIn(rows[back + BITS]!)
    if (scale === Scale.Unknown) return false
    const scaled = scale > 0 && (rows[back + BITS]! & WayBit.Opening) === 0 ? window * (1 << scale) : window
    return end === ((rows[back + LAST_ACK]! + scaled) | 0)
  }

  /** Something that takes up sequence numbers: is it there for the first time? */
  private again(way: number, back: number, s: Segment, d: Dissection, next: number, id: number): number {
    const rows = this.rows.ways
    const seq = s.seq | 0
    const end = (seq + s.payload) | 0
    const lastAck = rows[back + LAST_ACK]!
    if (s.payload > 0 && lastAck !== 0 && ((end - lastAck) | 0) <= 0) return Finding.SpuriousRetransmission
    if (next === 0 || !before(seq, next)) return 0
    // What begins with the last byte known and brings more follows a probe, as like as not.
    if (s.payload > 1 && seq === ((next - 1) | 0)) return 0
    const asked = rows[back + DUPLICATES]! >= 2 && lastAck === seq
    if (asked && within(d, rows[back + LAST_PACKET]!, FAST)) return Finding.FastRetransmission
    const last = s.flags & SYN_OR_FIN ? (end + 1) | 0 : end
    if (last !== next && within(d, rows[way + NEXT_PACKET]!, this.reordering(id, d))) {
      return Finding.OutOfOrder
    }
    this.reference = this.unacked.oldest(rows, way) || rows[way + NEXT_PACKET]!
    return Finding.Retransmission
  }

  /** How late segments may come to be out of order and not sent again: the handshake's round trip, once it is known. */
  private reordering(id: number, d: Dissection): number {
    const rows = this.rows.connections
    const end = rows[id * CONVERSATION_WORDS + HANDSHAKE_PACKET]!
    if (end === 0 || end === d.packet.number) return REORDERING
    const start = rows[id * CONVERSATION_WORDS + SYN_PACKET]!
    const { clock } = d
    const seconds = clock.secondsOf(end) - clock.secondsOf(start)
    const roundTrip = seconds * 1e9 + clock.nanosecondsOf(end) - clock.nanosecondsOf(start)
    return roundTrip < 0 ? Infinity : roundTrip
  }

  private remember(way: number, s: Segment, number: number, found: number): void {
    const rows = this.rows.ways
    const seq = s.seq | 0
    let end = (seq + s.payload) | 0
    if (s.payload > 0 || s.flags & SYN_OR_FIN) {
      const counted = s.flags & SYN_OR_FIN ? (end + 1) | 0 : end
      if (this.unacked.add(rows, way, seq, counted, number)) end = counted
    }
    const probe = (found & Finding.ZeroWindowProbe) !== 0
    const next = rows[way + NEXT]!
    if (!probe && (next === 0 || after(end, next))) {
      rows[way + NEXT] = end
      rows[way + NEXT_PACKET] = number
    }
    const seen = rows[way + SEEN]!
    if (!probe && (seen === 0 || seq === seen)) rows[way + SEEN] = rows[way + NEXT]!
    rows[way + WINDOW] = (s.window + 1) | (found << FLAGS_SHIFT)
    rows[way + LAST_ACK] = s.ack | 0
    rows[way + LAST_PACKET] = number
    if (s.flags & TcpFlag.Syn) rows[way + BITS]! |= WayBit.Opening
    else if (rows[way + BITS]! & WayBit.Opening) rows[way + BITS]! &= ~WayBit.Opening
  }

  private inFlight(way: number, back: number, s: Segment): void {
    const rows = this.rows.ways
    const phantom = s.flags & SYN_OR_FIN ? 1 : 0
    const flight = (this.unacked.span(rows, way) - this.sackedBytes(back) - phantom) >>> 0
    this.flight = flight < MAX_FLIGHT ? flight : 0
    const fresh = rows[way + BITS]! & WayBit.Pushed
    rows[way + PUSHED] = fresh ? s.payload : rows[way + PUSHED]! + s.payload
    this.pushed = rows[way + PUSHED]! >>> 0
    if (s.flags & TcpFlag.Psh) rows[way + BITS]! |= WayBit.Pushed
    else rows[way + BITS]! &= ~WayBit.Pushed
  }

  // ---- selective acknowledgments -----------------------------------------------------

  /** Keeps the first blocks of a SACK option in direction row `way`; they are in `size` bytes at `at`. */
  keepSack(way: number, bytes: Uint8Array, at: number, size: number): void {
    const rows = this.rows.ways
    const blocks = Math.min(size >>> 3, MAX_BLOCKS)
    rows[way + BITS]! &= ~SACK_MASK
    if (blocks === 0) return
    let row = rows[way + SACK_ROW]!
    if (row === 0) {
      if (this.sackRows === MAX_SACK_ROWS) {
        this.sackRefused++
        return
      }
      row = rows[way + SACK_ROW] = ++this.sackRows
      if (row * SACK_WORDS > this.sacks.length) {
        this.sacks = widened(this.sacks)
      }
    }
    const to = (row - 1) * SACK_WORDS
    for (let i = 0; i < 2 * blocks; i++) this.sacks[to + i] = word(bytes, at + 4 * i)
    rows[way + BITS]! |= blocks << SACK_SHIFT
  }

  dropSack(way: number): void {
    const rows = this.rows.ways
    if (rows[way + BITS]! & SACK_MASK) rows[way + BITS]! &= ~SACK_MASK
  }

  private sackedBytes(way: number): number {
    const rows = this.rows.ways
    const blocks = (rows[way + BITS]! & SACK_MASK) >>> SACK_SHIFT
    if (blocks === 0) return 0
    const at = (rows[way + SACK_ROW]! - 1) * SACK_WORDS
    let sum = 0
    for (let i = 0; i < blocks; i++) sum += this.sacks[at + 2 * i + 1]! - this.sacks[at + 2 * i]!
    return sum
  }

  get bytes(): number {
    return this.unacked.bytes + this.sacks.byteLength
  }
}

/** Nanoseconds since packet `number`; less than nothing when the clock went backwards. */
export const nanosSince = (d: Dissection, number: number): number =>
  (d.packet.seconds - d.clock.secondsOf(number)) * 1e9 + d.packet.nanoseconds - d.clock.nanosecondsOf(number)

function within(d: Dissection, number: number, limit: number): boolean {
  if (number === 0) return false
  const t = nanosSince(d, number)
  return t >= 0 && t < limit
}

const word = (b: Uint8Array, p: number): number =>
  ((b[p]! << 24) | (b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!) >>> 0
