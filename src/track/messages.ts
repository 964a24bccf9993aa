/**
 * Messages out of byte streams: asks a protocol's `pdu` where its messages end, and puts together those that are split
 * over segments. No payload is kept: an unfinished message is a list of places in the capture.
 */
import { type Dissection, Framing, MORE, NOT_MINE, type Protocol, UNTIL_END } from '../dissect/index.js'
import { Assemblies } from './assemblies.js'
import { type Plan, PlanFlag } from './stream-plan.js'
import type { StreamProtocols } from './stream-protocols.js'
import {
  ASKED,
  BITS,
  HAVE,
  NEED,
  PENDING,
  RESUME,
  STAGE,
  StreamBit,
  type StreamRows,
  TO_THE_END,
  WORDS,
} from './stream-rows.js'

/** A longer message is not put together: its beginning is shown at once, the rest passes. */
export const MAX_MESSAGE = 32 << 20
/** The same for a message of which nobody can say how far it goes. */
const MAX_UNKNOWN = 1 << 20
/** Segments in a row that get a message no further, which would have to be read again and again. */
const MAX_ASKED = 512

export class Messages {
  readonly assemblies = new Assemblies()
  readonly framing = new Framing()
  /** What was given up: messages too long, and cut by the end of their stream. */
  tooLong = 0
  unfinished = 0
  /** The bytes of the assembly that was completed last, for whoever dissects it at once. */
  private whole: Uint8Array | null = null
  private wholeOf = 0

  constructor(
    private readonly rows: StreamRows,
    private readonly protocols: StreamProtocols,
  ) {}

  /** All bytes of a complete assembly; null when they cannot be read. */
  bytesOf(a: number, d: Dissection): Uint8Array | null {
    if (this.wholeOf === a && this.whole !== null) {
      const whole = this.whole
      this.whole = null
      return whole
    }
    return this.assemblies.read(a, d, 0, this.assemblies.size[a]!)
  }

  /** Passes bytes of a message that is not put together. Returns how many of `size` those are. */
  pass(plan: Plan, row: number, size: number, from: number): number {
    const i = row / WORDS
    if (this.rows.passing[i]! <= 0 || size === 0) return 0
    const n = Math.min(this.rows.passing[i]!, size)
    this.rows.passing[i] = this.rows.passing[i]! - n
    plan.flags |= PlanFlag.Passed
    plan.taken = from + n
    return n
  }

  /** Adds bytes `from…to` of this segment's payload to the unfinished message, which may begin with them. */
  append(d: Dissection, row: number, from: number, to: number): boolean {
    const w = this.rows.words
    const { assemblies } = this
    const a = w[row + PENDING] || (w[row + PENDING] = assemblies.begin())
    const carrier = d.packet.number
    if (d.source === 0) {
      const start = d.pos - d.frameStart
      if (assemblies.add(a, carrier, carrier, start + from, start + to, w[row + HAVE]!) !== 0) {
        w[row + HAVE]! += to - from
        return true
      }
      this.drop(row)
      return false
    }
    let fits = true
    const known = d.origin(d.pos + from, d.pos + to, (packet, start, end) => {
      if (assemblies.add(a, packet, carrier, start, end, w[row + HAVE]!) === 0) fits = false
      else w[row + HAVE]! += end - start
    })
    if (known && fits) return true
    this.drop(row)
    return false
  }

  /** Looks for whole messages in the payload from offset `from` on; what is left begins an assembly. */
  frame(d: Dissection, plan: Plan, row: number, p: Protocol, way: number, from: number): void {
    const w = this.rows.words
    const at = this.begin(d, way, this.rows.isAtEnd(row))
    const end = d.end
    let pos = d.pos + from
    while (pos < end) {
      const n = p.pdu!(d.bytes, pos, end, at)
      if (n === NOT_MINE) return
      const size = this.sizeOf(row, n, end - pos, at)
      if (size === 0) {
        plan.tail = pos - d.pos
        if (!this.append(d, row, plan.tail, plan.length)) return
        plan.tailAssembly = w[row + PENDING]!
        this.wait(plan, row, n, at)
        return
      }
      const next = this.learn(d, p, way, d.bytes, pos, pos + size, at)
      plan.messages++
      pos += size
      at.begin()
      if (next !== p) return this.frameRest(d, plan, row, next, way, pos)
    }
  }

  /** Goes on at `pos` in the payload, where another protocol begins. */
  private frameRest(d: Dissection, plan: Plan, row: number, p: Protocol, way: number, pos: number): void {
    if (p.pdu !== null) this.frame(d, plan, row, p, way, pos - d.pos)
  }

  /** Looks for whole messages in the assembly. */
  ask(d: Dissection, plan: Plan, row: number, spoken: Protocol, way: number): void {
    let p = spoken
    const w = this.rows.words
    const a = w[row + PENDING]!
    const have = w[row + HAVE]!
    const from = w[row + RESUME]!
    const bytes = this.assemblies.read(a, d, from, have, this.assemblies.pieceAt(a, from))
    if (bytes === null) return this.drop(row)
    const at = this.begin(d, way, this.rows.isAtEnd(row))
    at.before = at.resume = from
    at.stage = w[row + STAGE]!
    let whole = 0
    let n = from === 0 ? this.sizeIn(p, a, bytes, 0, 0, have) : p.pdu!(bytes, 0, bytes.length, at)
    for (;;) {
      const size = this.sizeOf(row, n, have - whole, at)
      if (size === 0) break
      if (from === 0) p = this.learn(d, p, way, bytes, whole, whole + size, at)
      else if (whole === 0 && (p.remember !== null || p.upgrade !== null)) {
        const first = this.assemblies.read(a, d, 0, size)
        if (first !== null) p = this.learn(d, p, way, first, 0, size, at)
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
    this.whole = from === 0 ? bytes : null
    this.wholeOf = a
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
    const { next, offset, start, end: ends } = this.assemblies
    at.begin()
    let n = MORE
    for (let i = this.assemblies.pieceAt(a, from); i !== 0; i = next[i]!) {
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

  /** Gives up a message that is too long. */
  limit(plan: Plan, row: number): void {
    const w = this.rows.words
    const have = w[row + HAVE]!
    const need = w[row + NEED]!
    const most = need === 0 && w[row + RESUME] === 0 ? MAX_UNKNOWN : MAX_MESSAGE
    if (have <= most && w[row + ASKED]! <= MAX_ASKED) return
    this.tooLong++
    this.drop(row)
    plan.flags |= PlanFlag.Passed
    if (need === TO_THE_END) this.rows.passing[row / WORDS] = Number.POSITIVE_INFINITY
    else if (need > have) this.rows.passing[row / WORDS] = need - have
  }

  drop(row: number): void {
    const w = this.rows.words
    if (w[row + PENDING] !== 0) this.assemblies.drop(w[row + PENDING]!)
    w[row + PENDING] = w[row + HAVE] = w[row + NEED] = w[row + RESUME] = w[row + STAGE] = w[row + ASKED] = 0
  }

  /** Completes what goes on to the end of the stream, when every byte of it is there. */
  finish(d: Dissection, plan: Plan, row: number): void {
    const w = this.rows.words
    if (!this.rows.isAtEnd(row) || w[row + BITS]! & StreamBit.Ended) return
    w[row + BITS]! |= StreamBit.Ended
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

  /** The whole bytes of the message whose end `pdu` has said, of `there`; 0 when it is not all there. */
  private sizeOf(row: number, n: number, there: number, at: Framing): number {
    if (n === UNTIL_END) return at.last ? there : 0
    if (n < UNTIL_END) return there
    if (n > 0 && n <= there) return n
    if (n <= MAX_MESSAGE) return 0
    this.tooLong++
    this.rows.passing[row / WORDS] = n - there
    return there
  }

  /** What is behind the last whole message of an assembly becomes one of its own. */
  private leave(plan: Plan, row: number, a: number, whole: number, n: number, at: Framing): void {
    const w = this.rows.words
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
    const w = this.rows.words
    w[row + NEED] = n === UNTIL_END ? TO_THE_END : n
    const resume = Math.min(Math.max(at.resume, 0), w[row + HAVE]!)
    w[row + ASKED] = n === MORE && resume === w[row + RESUME] ? w[row + ASKED]! + 1 : 0
    w[row + RESUME] = resume
    w[row + STAGE] = at.stage
    if (at.open) w[row + BITS]! |= StreamBit.Open
    else w[row + BITS]! &= ~StreamBit.Open
    plan.flags |= PlanFlag.Asked
    this.limit(plan, row)
  }

  private complete(d: Dissection, plan: Plan, row: number): void {
    const w = this.rows.words
    const a = w[row + PENDING]!
    this.assemblies.size[a] = w[row + HAVE]!
    this.assemblies.completedIn[a] = d.packet.number
    plan.assembly = a
    plan.flags = (plan.flags & ~(PlanFlag.Middle | PlanFlag.Asked)) | PlanFlag.Complete
    w[row + PENDING] = w[row + HAVE] = w[row + NEED] = w[row + RESUME] = w[row + STAGE] = w[row + ASKED] = 0
  }

  private begin(d: Dissection, way: number, last: boolean): Framing {
    const at = this.framing
    at.begin()
    at.last = last
    at.memo = this.protocols.memoOf(way >>> 1)
    at.spoken = this.protocols.spoken(way >>> 1, d.packet.number)
    return at
  }

  /** Takes a whole message into account. Returns the protocol of what is behind it. */
  private learn(
    d: Dissection,
    p: Protocol,
    way: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    at: Framing,
  ): Protocol {
    at.spoken = true
    this.protocols.speak(way >>> 1, d.packet.number)
    const { memo } = at
    if (p.remember !== null) {
      at.memo = p.remember(at.memo, bytes, start, end) >>> 0
      this.protocols.keepMemo(way >>> 1, at.memo)
    }
    const id = p.upgrade === null ? '' : p.upgrade(bytes, start, end, memo)
    const next = id === '' ? 0 : d.registry.protocolIndex(id)
    if (next === 0) return p
    this.protocols.upgrade(way >>> 1, next, d.packet.number)
    return d.registry.protocols[next]!
  }
}
