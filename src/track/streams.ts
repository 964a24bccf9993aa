/**
 * Byte streams out of TCP segments, and messages out of byte streams, for the connections whose protocol says where its
 * messages end. Segments come in any order, again, overlapping, with gaps; a gap is skipped only when the other end has
 * acknowledged what is behind it, or when nothing of the other end is in the capture.
 *
 * No payload is kept: an unfinished message is a list of places in the capture. Everything is a row of 32-bit words.
 */
import type { Dissection, Protocol } from '../dissect/index.js'
import { widened } from '../dissect/widened.js'
import { HeldSegments } from './held-segments.js'
import type { Limited, LimitMet } from './limits.js'
import { Messages } from './messages.js'
import { Plan, PlanFlag, PlanRows } from './stream-plan.js'
import { StreamProtocols } from './stream-protocols.js'
import {
  ACKED,
  BITS,
  END,
  EXPECTED,
  HAVE,
  HELD,
  NEED,
  PENDING,
  StreamBit,
  StreamRows,
  TO_THE_END,
  WAITING,
  WORDS,
} from './stream-rows.js'
import { after, before } from './tcp-rows.js'

/** Segments of one stream that wait for bytes before them. */
const MAX_WAITING = 256
/** The same where nothing of the other end is in the capture: nobody's acknowledgment is going to help. */
const MAX_WAITING_ALONE = 3
/** Numbers that are further apart belong to no window. */
const FAR = 1 << 26
/** Directions that are looked at in one turn when something is forgotten. */
const FORGETTING = 1 << 16

/** What a segment says. */
export interface StreamSegment {
  /** Sequence number of the first byte of payload. */
  seq: number
  /** Whether the stream ends behind the payload. */
  ends: boolean
  /** The first number that is expected, where this is the first payload of its stream. */
  first: number
  /** Something of the other end was captured. */
  answered: boolean
}

export class Streams implements Limited {
  readonly protocols = new StreamProtocols()
  readonly held = new HeldSegments()
  /** What becomes of the segment at hand. One object, refilled. */
  readonly plan = new Plan()
  private readonly plans = new PlanRows()
  private readonly rows = new StreamRows()
  readonly messages = new Messages(this.rows, this.protocols)
  /** What was given up: messages broken by a gap, segments that found no place to wait. */
  broken = 0
  crowded = 0
  /** By direction, two per conversation: the stream's row, 0 for none. */
  private streams = new Uint32Array(128)
  /** The direction from which `forget` goes on. */
  private nextToForget = 0

  limits(): LimitMet[] {
    return [
      ['gaps skipped because too many segments waited behind them', this.crowded],
      ['messages too long to be put together', this.messages.tooLong],
      ['pieces of messages that found no room', this.messages.assemblies.refused],
    ]
  }

  /** The other end has acknowledged all bytes of stream `way` before `ack`. */
  acknowledge(way: number, ack: number): void {
    const row = way < this.streams.length ? this.streams[way]! * WORDS : 0
    if (row === 0) return
    const w = this.rows.words
    if (w[row + BITS]! & StreamBit.Acked && before(ack, w[row + ACKED]!)) return
    w[row + ACKED] = ack
    w[row + BITS]! |= StreamBit.Acked
  }

  /** Is a stream of this direction followed? */
  follows(way: number): boolean {
    return way < this.streams.length && this.streams[way] !== 0
  }

  /**
   * Takes a segment in capture order; its payload is `d.pos…d.end`, and captured as a whole. Fills `plan`, and keeps it
   * where the payload is more than whole messages.
   */
  segment(d: Dissection, way: number, s: StreamSegment, p: Protocol): Plan {
    const { plan } = this
    const length = d.end - d.pos
    plan.begin(length)
    const row = this.rowOf(way, s)
    plan.memo = this.protocols.memoOf(way >>> 1)
    this.messages.framing.consulted = false
    this.place(d, plan, row, s, p, way)
    if (!plan.plain || (plan.memo !== 0 && this.messages.framing.consulted)) this.plans.add(d.packet.number, way, plan)
    return plan
  }

  /** Fills `plan` with what became of a segment of an earlier packet. Nothing is kept of those with whole messages only. */
  recall(packet: number, way: number, length: number): Plan {
    this.plans.find(packet, way, length, this.plan)
    return this.plan
  }

  /** A segment whose payload the capture has only in part: what it held is lost to the stream. */
  cut(way: number, s: StreamSegment, length: number): void {
    const row = this.rowOf(way, s)
    const next = (s.seq + length) >>> 0
    if (after(next, this.rows.words[row + EXPECTED]!)) this.jump(row, next)
  }

  /**
   * Forgets what is only known of the first `packets` packets. The streams of conversations that are over, and of which
   * nothing is left, get others' rows: some of them in each turn, so that no turn takes long.
   */
  forget(packets: number, isOver: (conversation: number) => boolean): void {
    const { streams, messages } = this
    this.plans.forget(packets, (a) => {
      const completed = messages.assemblies.completedIn[a]!
      if (completed !== 0 && completed <= packets) messages.assemblies.drop(a)
    })
    for (let n = Math.min(FORGETTING, streams.length); n > 0; n--) {
      const way = this.nextToForget % streams.length
      this.nextToForget = way + 1
      const i = streams[way]!
      if (i === 0 || !isOver(way >>> 1)) continue
      messages.drop(i * WORDS)
      for (let head = this.rows.words[i * WORDS + HELD]!; head !== 0; ) head = this.held.shift(head)
      this.rows.close(i)
      streams[way] = 0
    }
  }

  /** Memory that is held, in bytes. */
  get bytes(): number {
    const { messages, plans, rows, protocols } = this
    const own = rows.words.byteLength + rows.passing.byteLength + this.streams.byteLength
    return messages.assemblies.bytes + plans.bytes + protocols.bytes + own
  }

  // ---- where the segment belongs -----------------------------------------------------

  private place(d: Dissection, plan: Plan, row: number, s: StreamSegment, p: Protocol, way: number): void {
    const w = this.rows.words
    const { length } = plan
    if (s.answered) w[row + BITS]! |= StreamBit.Answered
    if (s.ends) {
      w[row + END] = s.seq + length
      w[row + BITS]! |= StreamBit.Ends
    }
    let ahead = (s.seq - w[row + EXPECTED]!) | 0
    if (Math.abs(ahead) > FAR) {
      this.jump(row, s.seq)
      ahead = 0
    }
    if (ahead === 1 && length > 0 && w[row + BITS]! & StreamBit.Ended) {
      w[row + EXPECTED] = s.seq
      ahead = 0
    }
    if (ahead > 0) {
      const head = w[row + HELD]!
      if (head !== 0 && before(this.held.seq[head]!, s.seq)) return this.queue(d, plan, row, s, p, way)
      if (!this.mayPass(row, s.seq)) {
        if (length === 0 || this.hold(d, plan, row, s.seq)) return
        this.crowd(row)
      }
      plan.gap = ahead
      this.jump(row, s.seq)
      ahead = 0
    }
    if (ahead < 0) {
      plan.skip = Math.min(-ahead, length)
      this.compareOld(d, plan, row, s.seq, plan.skip)
      if (length > 0 && plan.skip === length) {
        plan.flags |= PlanFlag.Old
        return
      }
    }
    const fresh = length - plan.skip
    if (fresh > 0) {
      if (w[row + BITS]! & StreamBit.Ended) plan.flags |= PlanFlag.Late
      this.remember(d, row, s.seq)
    }
    w[row + EXPECTED] = w[row + EXPECTED]! + fresh
    this.consume(d, plan, row, p, way)
    this.messages.finish(d, plan, row)
  }

  /** A segment behind others that wait: it waits with them, unless it is now time to skip the gap before them. */
  private queue(d: Dissection, plan: Plan, row: number, s: StreamSegment, p: Protocol, way: number): void {
    const w = this.rows.words
    const { length } = plan
    const crowded = w[row + WAITING]! >= this.most(row)
    if (length > 0) this.enqueue(d, plan, row, s.seq)
    const first = this.held.seq[w[row + HELD]!]!
    if (!crowded && !this.mayPass(row, first)) return
    if (crowded) this.crowd(row)
    plan.gap = (first - w[row + EXPECTED]!) >>> 0
    this.jump(row, first)
    this.release(d, plan, row, p, way)
    if (length > 0 && !before(w[row + EXPECTED]!, (s.seq + length) >>> 0)) {
      plan.flags &= ~PlanFlag.Held
      plan.taken = length
    }
    this.messages.finish(d, plan, row)
  }

  /** May the gap before `seq` be skipped? */
  private mayPass(row: number, seq: number): boolean {
    const w = this.rows.words
    return (w[row + BITS]! & StreamBit.Acked) !== 0 && !before(w[row + ACKED]!, seq)
  }

  private most(row: number): number {
    return this.rows.words[row + BITS]! & StreamBit.Answered ? MAX_WAITING : MAX_WAITING_ALONE
  }

  /** Counts a gap that is skipped for want of room. With nothing of the other end, waiting longer would be no use. */
  private crowd(row: number): void {
    if (this.rows.words[row + BITS]! & StreamBit.Answered) this.crowded++
  }

  /** Lets a segment wait. False when there is no room: then the gap must be skipped. */
  private hold(d: Dissection, plan: Plan, row: number, seq: number): boolean {
    return this.rows.words[row + WAITING]! < this.most(row) && this.enqueue(d, plan, row, seq)
  }

  private enqueue(d: Dissection, plan: Plan, row: number, seq: number): boolean {
    const w = this.rows.words
    const { held } = this
    if (held.has(w[row + HELD]!, seq, plan.length)) {
      plan.flags |= PlanFlag.Old
      this.compareOld(d, plan, row, seq, plan.length)
      return true
    }
    const carrier = d.packet.number
    let at = seq
    let fits = true
    const known = d.origin(d.pos, d.end, (packet, start, end) => {
      const head = held.add(w[row + HELD]!, at, packet, carrier, start, end)
      at = (at + end - start) >>> 0
      if (head === 0) fits = false
      else {
        w[row + HELD] = head
        w[row + WAITING]!++
      }
    })
    if (!known || !fits) return false
    this.remember(d, row, seq)
    plan.flags |= PlanFlag.Held
    return true
  }

  /** Goes on at `seq`; the bytes before it are lost, and so is a message that they belong to. */
  private jump(row: number, seq: number): void {
    const w = this.rows.words
    const gap = (seq - w[row + EXPECTED]!) | 0
    w[row + EXPECTED] = seq
    const i = row / WORDS
    const left = this.rows.passing[i]!
    if (left > 0) this.rows.passing[i] = Math.max(gap > 0 ? left - gap : 0, 0)
    if (w[row + PENDING] === 0) return
    const need = w[row + NEED]!
    const missing = need - w[row + HAVE]! - gap
    this.messages.drop(row)
    this.broken++
    if (gap < 0 || gap > FAR) return
    if (need === TO_THE_END) this.rows.passing[i] = Number.POSITIVE_INFINITY
    else if (missing > 0) this.rows.passing[i] = missing
  }

  // ---- what its bytes are ------------------------------------------------------------

  private consume(d: Dissection, plan: Plan, row: number, p: Protocol, way: number): void {
    const w = this.rows.words
    const from = plan.skip
    const head = w[row + HELD]!
    const joins = head !== 0 && !after(this.held.seq[head]!, w[row + EXPECTED]!)
    let done = from + this.messages.pass(plan, row, plan.length - from, from)
    if (joins) {
      if (plan.length > done && !this.messages.append(d, row, done, plan.length)) return
      plan.taken = plan.length
      this.release(d, plan, row, p, way)
      return
    }
    let asked = 0
    while (w[row + PENDING] !== 0 && done < plan.length) {
      const need = w[row + NEED]!
      const rest = plan.length - done
      const known = need !== 0 && need !== TO_THE_END && asked < 2
      const take = known ? Math.min(need - w[row + HAVE]!, rest) : rest
      if (!this.messages.append(d, row, done, done + take)) return
      done += take
      plan.taken = done
      plan.assembly = w[row + PENDING]!
      if (need === TO_THE_END || (need !== 0 && w[row + HAVE]! < need)) {
        plan.flags |= w[row + BITS]! & StreamBit.Open ? PlanFlag.Middle | PlanFlag.Asked : PlanFlag.Middle
        this.messages.limit(plan, row)
        return
      }
      this.messages.ask(d, plan, row, p, way)
      asked++
    }
    if (done < plan.length && w[row + PENDING] === 0) this.messages.frame(d, plan, row, p, way, done)
  }

  /** Adds what waited and follows without a gap now, and looks for messages in all of it. */
  private release(d: Dissection, plan: Plan, row: number, p: Protocol, way: number): void {
    const w = this.rows.words
    const { held } = this
    const { assemblies } = this.messages
    for (let i = w[row + HELD]!; i !== 0 && !after(held.seq[i]!, w[row + EXPECTED]!); i = w[row + HELD]!) {
      const size = held.end[i]! - held.start[i]!
      const old = (w[row + EXPECTED]! - held.seq[i]!) >>> 0
      if (old < size) {
        const passed = this.messages.pass(plan, row, size - old, plan.taken)
        if (passed > 0) plan.taken -= passed
        const start = held.start[i]! + old + passed
        if (start < held.end[i]!) {
          const a = w[row + PENDING] || (w[row + PENDING] = assemblies.begin())
          if (assemblies.add(a, held.packet[i]!, held.carrier[i]!, start, held.end[i]!, w[row + HAVE]!) === 0)
            this.messages.drop(row)
          else w[row + HAVE]! += held.end[i]! - start
        }
        w[row + EXPECTED] = w[row + EXPECTED]! + size - old
      }
      w[row + HELD] = held.shift(i)
      w[row + WAITING]!--
    }
    if (w[row + PENDING] === 0) return
    plan.assembly = w[row + PENDING]!
    const need = w[row + NEED]!
    if (need === TO_THE_END || w[row + HAVE]! < need) {
      plan.flags |= PlanFlag.Middle
      this.messages.limit(plan, row)
    } else this.messages.ask(d, plan, row, p, way)
  }

  // ---- beside the bytes --------------------------------------------------------------

  private remember(d: Dissection, row: number, seq: number): void {
    if (d.source === 0) this.rows.remember(row, seq, d.packet.number, d.pos - d.frameStart, d.end - d.pos)
  }

  /** Compares what is sent again with what was sent before. The one byte of a keep-alive may be anything. */
  private compareOld(d: Dissection, plan: Plan, row: number, seq: number, size: number): void {
    if (size === 0 || (plan.length === 1 && (seq + 1) >>> 0 === this.rows.words[row + EXPECTED])) return
    const differs = this.rows.known(row, seq, size, (from, to, packet, start) => {
      const earlier = d.fetch(packet, start, start + to - from)
      return earlier !== null && earlier.some((byte, i) => byte !== d.bytes[d.pos + from + i])
    })
    if (differs) plan.flags |= PlanFlag.Conflict
  }

  /** Where the words of stream `way` begin; they are made when there are none. */
  private rowOf(way: number, s: StreamSegment): number {
    this.protocols.reserve(way >>> 1)
    if (way >= this.streams.length) {
      this.streams = widened(this.streams, Math.max(this.streams.length * 2, way + 1))
    }
    const i = this.streams[way] || (this.streams[way] = this.rows.open(s.first))
    return i * WORDS
  }
}
