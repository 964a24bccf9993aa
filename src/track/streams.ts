/**
 * Byte streams out of TCP segments, and messages out of byte streams, for the connections whose protocol says where its
 * messages end. Segments come in any order, again, overlapping, with gaps; a gap is skipped only when the other end has
 * acknowledged what is behind it, or when nothing of the other end is in the capture.
 *
 * No payload is kept: an unfinished message is a list of places in the capture. Everything is a row of 32-bit words.
 */
import { type Dissection, Framing, MORE, NOT_MINE, type Protocol, UNTIL_END } from '../dissect/index.js'
import { Assemblies } from './assemblies.js'
import { HeldSegments } from './held-segments.js'
import { Plan, PlanFlag, PlanRows } from './stream-plan.js'
import { after, before } from './tcp-rows.js'

/** A longer message is not put together: its beginning is shown at once, the rest passes. */
export const MAX_MESSAGE = 32 << 20
/** The same for a message of which nobody can say how far it goes. */
const MAX_UNKNOWN = 1 << 20
/** Segments of one stream that wait for bytes before them. */
const MAX_WAITING = 256
/** The same where nothing of the other end is in the capture: nobody's acknowledgment is going to help. */
const MAX_WAITING_ALONE = 3
/** Numbers that are further apart belong to no window. */
const FAR = 1 << 26
/** The latest segments of a stream whose place is known, to compare what is sent again. */
const RECENT = 4
const RECENT_WORDS = 4

/** Words of a stream's row. */
const EXPECTED = 0
const ACKED = 1
const BITS = 2
/** The sequence number behind the last byte. */
const END = 3
/** The unfinished message: its assembly, its bytes so far, those it needs before it is asked again, what it left. */
const PENDING = 4
const HAVE = 5
const NEED = 6
const RESUME = 7
const STAGE = 8
const HELD = 9
const WAITING = 10
const LATEST = 11
const WORDS = 12 + RECENT * RECENT_WORDS

const Bit = { Acked: 1, Ends: 2, Ended: 4, Open: 8, Answered: 16 } as const

/** `NEED` of a message that goes on to the end of its stream. */
const TO_THE_END = 0xffffffff

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

export class Streams {
  readonly assemblies = new Assemblies()
  readonly held = new HeldSegments()
  readonly rows = new PlanRows()
  /** What becomes of the segment at hand. One object, refilled. */
  readonly plan = new Plan()
  readonly framing = new Framing()
  /** What was given up: messages too long, broken by a gap or cut by the end; segments that found no place to wait. */
  tooLong = 0
  broken = 0
  unfinished = 0
  crowded = 0

  /** By conversation: the protocol that was guessed, the packet it was guessed in, how often that was tried, the memo. */
  private guessed = new Uint16Array(64)
  private guessedIn = new Uint32Array(64)
  private tries = new Uint8Array(64)
  private memos = new Uint32Array(64)
  /** By conversation: the packet with its first whole message, 0 for none. */
  private spokenIn = new Uint32Array(64)
  /** By direction, two per conversation: the stream's row, 0 for none. */
  private streams = new Uint32Array(128)

  private words = new Uint32Array(64 * WORDS)
  /** Bytes of the stream that still belong to a message which is not put together. */
  private passing = new Float64Array(64)
  private used = 1

  /** The protocol that was guessed for a conversation by packet `number`, 0 for none. */
  guessOf(conversation: number, number: number): number {
    if (conversation >= this.guessed.length) return 0
    return this.guessedIn[conversation]! <= number ? this.guessed[conversation]! : 0
  }
  /** Whether it is worth trying to guess. Counts. */
  mayGuess(conversation: number, limit: number): boolean {
    this.reserve(conversation)
    if (this.guessed[conversation] !== 0 || this.tries[conversation]! >= limit) return false
    this.tries[conversation]!++
    return true
  }
  guess(conversation: number, protocol: number, number: number): void {
    this.guessed[conversation] = protocol
    this.guessedIn[conversation] = number
  }

  /** Was a whole message seen in this conversation before packet `number`? */
  spoken(conversation: number, number: number): boolean {
    const first = this.spokenIn[conversation] ?? 0
    return first !== 0 && first < number
  }

  /** The other end has acknowledged all bytes of stream `way` before `ack`. */
  acknowledge(way: number, ack: number): void {
    const row = way < this.streams.length ? this.streams[way]! * WORDS : 0
    if (row === 0) return
    const w = this.words
    if (w[row + BITS]! & Bit.Acked && before(ack, w[row + ACKED]!)) return
    w[row + ACKED] = ack
    w[row + BITS]! |= Bit.Acked
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
    this.reserve(way >>> 1)
    plan.memo = this.memos[way >>> 1]!
    this.framing.consulted = false
    const row = (this.streams[way] || this.open(way, s)) * WORDS
    this.place(d, plan, row, s, p, way)
    if (!plan.plain || (plan.memo !== 0 && this.framing.consulted)) this.rows.add(d.packet.number, way, plan)
    return plan
  }

  /** Fills `plan` with what became of a segment of an earlier packet. Nothing is kept of those with whole messages only. */
  recall(packet: number, way: number, length: number): Plan {
    this.rows.find(packet, way, length, this.plan)
    return this.plan
  }

  /** A segment whose payload the capture has only in part: what it held is lost to the stream. */
  cut(way: number, s: StreamSegment, length: number): void {
    this.reserve(way >>> 1)
    const row = (this.streams[way] || this.open(way, s)) * WORDS
    const next = (s.seq + length) >>> 0
    if (after(next, this.words[row + EXPECTED]!)) this.jump(row, next)
  }

  /** Memory that is held, in bytes. */
  get bytes(): number {
    const perConversation = 2 + 4 + 1 + 4 + 4 + 8
    return this.assemblies.bytes + this.rows.bytes + this.words.byteLength + this.guessed.length * perConversation
  }

  // ---- where the segment belongs -----------------------------------------------------

  private place(d: Dissection, plan: Plan, row: number, s: StreamSegment, p: Protocol, way: number): void {
    const w = this.words
    const { length } = plan
    if (s.answered) w[row + BITS]! |= Bit.Answered
    if (s.ends) {
      w[row + END] = s.seq + length
      w[row + BITS]! |= Bit.Ends
    }
    let ahead = (s.seq - w[row + EXPECTED]!) | 0
    if (Math.abs(ahead) > FAR) {
      this.jump(row, s.seq)
      ahead = 0
    }
    if (ahead === 1 && length > 0 && w[row + BITS]! & Bit.Ended) {
      w[row + EXPECTED] = s.seq
      ahead = 0
    }
    if (ahead > 0) {
      const head = w[row + HELD]!
      if (head !== 0 && before(this.held.seq[head]!, s.seq)) return this.queue(d, plan, row, s, p, way)
      if (!this.mayPass(row, s.seq)) {
        if (length === 0 || this.hold(d, plan, row, s.seq)) return
        this.crowded++
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
      if (w[row + BITS]! & Bit.Ended) plan.flags |= PlanFlag.Late
      this.recent(d, row, s.seq)
    }
    w[row + EXPECTED] = w[row + EXPECTED]! + fresh
    this.consume(d, plan, row, p, way)
    this.finish(d, plan, row)
  }

  /** A segment behind others that wait: it waits with them, unless it is now time to skip the gap before them. */
  private queue(d: Dissection, plan: Plan, row: number, s: StreamSegment, p: Protocol, way: number): void {
    const w = this.words
    const { length } = plan
    const crowded = w[row + WAITING]! >= this.most(row)
    if (length > 0) this.enqueue(d, plan, row, s.seq)
    const first = this.held.seq[w[row + HELD]!]!
    if (!crowded && !this.mayPass(row, first)) return
    if (crowded) this.crowded++
    plan.gap = (first - w[row + EXPECTED]!) >>> 0
    this.jump(row, first)
    this.release(d, plan, row, p, way)
    if (length > 0 && !before(w[row + EXPECTED]!, (s.seq + length) >>> 0)) {
      plan.flags &= ~PlanFlag.Held
      plan.taken = length
    }
    this.finish(d, plan, row)
  }

  /** May the gap before `seq` be skipped? */
  private mayPass(row: number, seq: number): boolean {
    const w = this.words
    return (w[row + BITS]! & Bit.Acked) !== 0 && !before(w[row + ACKED]!, seq)
  }

  private most(row: number): number {
    return this.words[row + BITS]! & Bit.Answered ? MAX_WAITING : MAX_WAITING_ALONE
  }

  /** Lets a segment wait. False when there is no room: then the gap must be skipped. */
  private hold(d: Dissection, plan: Plan, row: number, seq: number): boolean {
    return this.words[row + WAITING]! < this.most(row) && this.enqueue(d, plan, row, seq)
  }

  private enqueue(d: Dissection, plan: Plan, row: number, seq: number): boolean {
    const w = this.words
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
    this.recent(d, row, seq)
    plan.flags |= PlanFlag.Held
    return true
  }

  /** Goes on at `seq`; the bytes before it are lost, and so is a message that they belong to. */
  private jump(row: number, seq: number): void {
    const w = this.words
    const gap = (seq - w[row + EXPECTED]!) | 0
    w[row + EXPECTED] = seq
    const i = row / WORDS
    const left = this.passing[i]!
    if (left > 0) this.passing[i] = Math.max(gap > 0 ? left - gap : 0, 0)
    if (w[row + PENDING] === 0) return
    const need = w[row + NEED]!
    const missing = need - w[row + HAVE]! - gap
    this.drop(row)
    this.broken++
    if (gap < 0 || gap > FAR) return
    if (need === TO_THE_END) this.passing[i] = Number.POSITIVE_INFINITY
    else if (missing > 0) this.passing[i] = missing
  }

  // ---- what its bytes are ------------------------------------------------------------

  private consume(d: Dissection, plan: Plan, row: number, p: Protocol, way: number): void {
    const w = this.words
    const from = plan.skip
    const head = w[row + HELD]!
    const joins = head !== 0 && !after(this.held.seq[head]!, w[row + EXPECTED]!)
    let done = from + this.pass(plan, row, plan.length - from, from)
    if (joins) {
      if (plan.length > done && !this.append(d, row, done, plan.length)) return
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
      if (!this.append(d, row, done, done + take)) return
      done += take
      plan.taken = done
      plan.assembly = w[row + PENDING]!
      if (need === TO_THE_END || (need !== 0 && w[row + HAVE]! < need)) {
        plan.flags |= w[row + BITS]! & Bit.Open ? PlanFlag.Middle | PlanFlag.Asked : PlanFlag.Middle
        this.limit(plan, row)
        return
      }
      this.ask(d, plan, row, p, way)
      asked++
    }
    if (done < plan.length && w[row + PENDING] === 0) this.frame(d, plan, row, p, way, done)
  }

  /** Passes bytes of a message that is not put together. Returns how many of `size` those are. */
  private pass(plan: Plan, row: number, size: number, from: number): number {
    const i = row / WORDS
    if (this.passing[i]! <= 0 || size === 0) return 0
    const n = Math.min(this.passing[i]!, size)
    this.passing[i] = this.passing[i]! - n
    plan.flags |= PlanFlag.Passed
    plan.taken = from + n
    return n
  }

  /** Adds bytes `from…to` of this segment's payload to the unfinished message, which may begin with them. */
  private append(d: Dissection, row: number, from: number, to: number): boolean {
    const w = this.words
    const { assemblies } = this
    const a = w[row + PENDING] || (w[row + PENDING] = assemblies.begin())
    const carrier = d.packet.number
    let fits = true
    const known = d.origin(d.pos + from, d.pos + to, (packet, start, end) => {
      if (assemblies.add(a, packet, carrier, start, end, w[row + HAVE]!) === 0) fits = false
      else w[row + HAVE]! += end - start
    })
    if (known && fits) return true
    this.drop(row)
    return false
  }

  /** Adds what waited and follows without a gap now, and looks for messages in all of it. */
  private release(d: Dissection, plan: Plan, row: number, p: Protocol, way: number): void {
    const w = this.words
    const { held, assemblies } = this
    for (let i = w[row + HELD]!; i !== 0 && !after(held.seq[i]!, w[row + EXPECTED]!); i = w[row + HELD]!) {
      const size = held.end[i]! - held.start[i]!
      const old = (w[row + EXPECTED]! - held.seq[i]!) >>> 0
      if (old < size) {
        const passed = this.pass(plan, row, size - old, plan.taken)
        if (passed > 0) plan.taken -= passed
        const start = held.start[i]! + old + passed
        if (start < held.end[i]!) {
          const a = w[row + PENDING] || (w[row + PENDING] = assemblies.begin())
          if (assemblies.add(a, held.packet[i]!, held.carrier[i]!, start, held.end[i]!, w[row + HAVE]!) === 0) this.drop(row)
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
      this.limit(plan, row)
    } else this.ask(d, plan, row, p, way)
  }

  /** Looks for whole messages in the payload from offset `from` on; what is left begins an assembly. */
  private frame(d: Dissection, plan: Plan, row: number, p: Protocol, way: number, from: number): void {
    const w = this.words
    const at = this.begin(d, way, w[row + BITS]! & Bit.Ends ? w[row + EXPECTED] === w[row + END] : false)
    const end = d.end
    let pos = d.pos + from
    while (pos < end) {
      const n = p.pdu!(d.bytes, pos, end, at)
      if (n === NOT_MINE) return
      const size = this.whole(row, n, end - pos, at)
      if (size === 0) {
        plan.tail = pos - d.pos
        if (!this.append(d, row, plan.tail, plan.length)) return
        plan.tailAssembly = w[row + PENDING]!
        this.wait(plan, row, n, at)
        return
      }
      this.learn(d, p, way, d.bytes, pos, pos + size, at)
      plan.messages++
      pos += size
      at.begin()
    }
  }

  /** Looks for whole messages in the assembly. */
  private ask(d: Dissection, plan: Plan, row: number, p: Protocol, way: number): void {
    const w = this.words
    const a = w[row + PENDING]!
    const have = w[row + HAVE]!
    const from = w[row + RESUME]!
    const bytes = this.assemblies.read(a, d, from, have)
    if (bytes === null) return this.drop(row)
    const at = this.begin(d, way, w[row + BITS]! & Bit.Ends ? w[row + EXPECTED] === w[row + END] : false)
    at.before = at.resume = from
    at.stage = w[row + STAGE]!
    let whole = 0
    let n = from === 0 ? this.sizeIn(p, a, bytes, 0, 0, have) : p.pdu!(bytes, 0, bytes.length, at)
    for (;;) {
      const size = this.whole(row, n, have - whole, at)
      if (size === 0) break
      if (from === 0) this.learn(d, p, way, bytes, whole, whole + size, at)
      else if (whole === 0 && p.remember !== null) {
        const first = this.assemblies.read(a, d, 0, size)
        if (first !== null) this.learn(d, p, way, first, 0, size, at)
      }
      whole += size
      if (whole === have) break
      n = this.sizeIn(p, a, bytes, from, whole, have)
    }
    if (whole === 0) {
      plan.flags |= PlanFlag.Middle
      return this.wait(plan, row, n, at)
    }
    this.complete(d, plan, row)
    if (whole < have) this.leave(plan, row, a, whole, n, at)
  }

  /**
   * Asks `pdu` about the message that begins at offset `from` of assembly `a`, which has bytes up to `end` for it: first
   * with those of one piece, then of two, as they came. So what has no length of its own ends where a segment ends.
   * `bytes` are the assembly's from offset `base` on. Needs `framing` to be set up but for the message itself.
   */
  sizeIn(p: Protocol, a: number, bytes: Uint8Array, base: number, from: number, end: number): number {
    const at = this.framing
    const { last } = at
    const { first, next, offset, start, end: ends } = this.assemblies
    at.begin()
    let n = MORE
    for (let i = first[a]!; i !== 0; i = next[i]!) {
      const to = Math.min(offset[i]! + ends[i]! - start[i]!, end)
      if (to <= from || (to < end && to - from < n)) continue
      at.before = at.resume
      at.last = last && to === end
      n = p.pdu!(bytes, from + at.resume - base, to - base, at)
      if (n < 0 || (n > 0 && n <= to - from) || to === end) break
    }
    at.last = last
    return n
  }

  /** The whole bytes of the message whose end `pdu` has said, of `there`; 0 when it is not all there. */
  private whole(row: number, n: number, there: number, at: Framing): number {
    if (n === UNTIL_END) return at.last ? there : 0
    if (n < UNTIL_END) return there
    if (n > 0 && n <= there) return n
    if (n <= MAX_MESSAGE) return 0
    this.tooLong++
    this.passing[row / WORDS] = n - there
    return there
  }

  /** What is behind the last whole message of an assembly becomes one of its own. */
  private leave(plan: Plan, row: number, a: number, whole: number, n: number, at: Framing): void {
    const w = this.words
    const have = this.assemblies.size[a]!
    const next = this.assemblies.begin()
    this.assemblies.copyTail(a, whole, next)
    w[row + PENDING] = next
    w[row + HAVE] = plan.left = have - whole
    plan.tail = Math.max(plan.taken - plan.left, plan.skip)
    plan.tailAssembly = next
    this.wait(plan, row, n, at)
  }

  /** Remembers when to ask again about the unfinished message. */
  private wait(plan: Plan, row: number, n: number, at: Framing): void {
    const w = this.words
    w[row + NEED] = n === UNTIL_END ? TO_THE_END : n
    w[row + RESUME] = Math.min(Math.max(at.resume, 0), w[row + HAVE]!)
    w[row + STAGE] = at.stage
    if (at.open) w[row + BITS]! |= Bit.Open
    else w[row + BITS]! &= ~Bit.Open
    plan.flags |= PlanFlag.Asked
    this.limit(plan, row)
  }

  /** Gives up a message that is too long. */
  private limit(plan: Plan, row: number): void {
    const w = this.words
    const have = w[row + HAVE]!
    const need = w[row + NEED]!
    const most = need === 0 && w[row + RESUME] === 0 ? MAX_UNKNOWN : MAX_MESSAGE
    if (have <= most) return
    this.tooLong++
    this.drop(row)
    plan.flags |= PlanFlag.Passed
    if (need === TO_THE_END) this.passing[row / WORDS] = Number.POSITIVE_INFINITY
    else if (need > have) this.passing[row / WORDS] = need - have
  }

  private complete(d: Dissection, plan: Plan, row: number): void {
    const w = this.words
    const a = w[row + PENDING]!
    this.assemblies.size[a] = w[row + HAVE]!
    this.assemblies.completedIn[a] = d.packet.number
    plan.assembly = a
    plan.flags = (plan.flags & ~(PlanFlag.Middle | PlanFlag.Asked)) | PlanFlag.Complete
    w[row + PENDING] = w[row + HAVE] = w[row + NEED] = w[row + RESUME] = w[row + STAGE] = 0
  }

  private drop(row: number): void {
    const w = this.words
    if (w[row + PENDING] !== 0) this.assemblies.drop(w[row + PENDING]!)
    w[row + PENDING] = w[row + HAVE] = w[row + NEED] = w[row + RESUME] = w[row + STAGE] = 0
  }

  /** Completes what goes on to the end of the stream, when every byte of it is there. */
  private finish(d: Dissection, plan: Plan, row: number): void {
    const w = this.words
    if ((w[row + BITS]! & (Bit.Ends | Bit.Ended)) !== Bit.Ends || w[row + EXPECTED] !== w[row + END]) return
    w[row + BITS]! |= Bit.Ended
    const a = w[row + PENDING]!
    if (a === 0) return
    if (w[row + NEED] !== TO_THE_END) {
      this.unfinished++
      return
    }
    if (plan.length === 0) this.assemblies.add(a, d.packet.number, d.packet.number, 0, 0, w[row + HAVE]!)
    plan.taken = plan.length
    plan.tail = plan.length
    plan.tailAssembly = 0
    this.complete(d, plan, row)
  }

  // ---- beside the bytes --------------------------------------------------------------

  private begin(d: Dissection, way: number, last: boolean): Framing {
    const at = this.framing
    at.begin()
    at.last = last
    at.memo = this.memos[way >>> 1]!
    at.spoken = this.spoken(way >>> 1, d.packet.number)
    return at
  }

  private learn(d: Dissection, p: Protocol, way: number, bytes: Uint8Array, start: number, end: number, at: Framing): void {
    at.spoken = true
    if (this.spokenIn[way >>> 1] === 0) this.spokenIn[way >>> 1] = d.packet.number
    if (p.remember === null) return
    at.memo = p.remember(at.memo, bytes, start, end) >>> 0
    this.memos[way >>> 1] = at.memo
  }

  /** Remembers where a segment is, to compare it with what is sent again. */
  private recent(d: Dissection, row: number, seq: number): void {
    if (d.source !== 0) return
    const w = this.words
    const i = w[row + LATEST]!
    w[row + LATEST] = (i + 1) % RECENT
    const at = row + LATEST + 1 + i * RECENT_WORDS
    w[at] = seq
    w[at + 1] = d.packet.number
    w[at + 2] = d.pos - d.frameStart
    w[at + 3] = d.end - d.pos
  }

  /** Compares what is sent again with what was sent before. The one byte of a keep-alive may be anything. */
  private compareOld(d: Dissection, plan: Plan, row: number, seq: number, size: number): void {
    const w = this.words
    if (plan.length === 1 && ((seq + 1) >>> 0) === w[row + EXPECTED]) return
    for (let i = 0; i < RECENT; i++) {
      const at = row + LATEST + 1 + i * RECENT_WORDS
      const packet = w[at + 1]!
      if (packet === 0) continue
      // Both ranges counted from this segment's first byte.
      const other = (w[at]! - seq) | 0
      const from = Math.max(other, 0)
      const to = Math.min(other + w[at + 3]!, size)
      if (from >= to) continue
      const start = w[at + 2]! + from - other
      const bytes = d.fetch(packet, start, start + to - from)
      if (bytes === null) continue
      for (let k = from; k < to; k++) {
        if (bytes[k - from] !== d.bytes[d.pos + k]) {
          plan.flags |= PlanFlag.Conflict
          return
        }
      }
    }
  }

  private open(way: number, s: StreamSegment): number {
    const i = this.used++
    if (i === this.passing.length) {
      const words = new Uint32Array(this.words.length * 2)
      words.set(this.words)
      this.words = words
      const passing = new Float64Array(this.passing.length * 2)
      passing.set(this.passing)
      this.passing = passing
    }
    this.words[i * WORDS + EXPECTED] = s.first
    this.streams[way] = i
    return i
  }

  private reserve(conversation: number): void {
    if (conversation < this.guessed.length) return
    const n = Math.max(this.guessed.length * 2, conversation + 1)
    const wider = <A extends Uint8Array | Uint16Array | Uint32Array>(a: A, b: A): A => (b.set(a), b)
    this.guessed = wider(this.guessed, new Uint16Array(n))
    this.guessedIn = wider(this.guessedIn, new Uint32Array(n))
    this.tries = wider(this.tries, new Uint8Array(n))
    this.memos = wider(this.memos, new Uint32Array(n))
    this.spokenIn = wider(this.spokenIn, new Uint32Array(n))
    this.streams = wider(this.streams, new Uint32Array(n * 2))
  }
}
