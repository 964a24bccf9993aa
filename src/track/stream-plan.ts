/**
 * What becomes of one segment's payload: which of its bytes were there before, which belong to a message that began in
 * an earlier packet, which hold whole messages, and which begin one that is not all there.
 *
 * Most segments hold whole messages and nothing else. For those nothing is stored; the others have a row here.
 */
import { widened } from '../dissect/widened.js'

export const PlanFlag = {
  /** Every byte was there before. */
  Old: 1,
  /** Bytes before it are missing: it waits for them. */
  Held: 2,
  /** The assembly is completed by this packet. */
  Complete: 4,
  /** Whoever says where messages end was asked about one that is not all there. */
  Asked: 8,
  /** Bytes that were there before are different this time. */
  Conflict: 16,
  /** It belongs to a message that is not put together: too long, or bytes of it are missing. */
  Passed: 32,
  /** It continues the assembly and is all taken by it. */
  Middle: 64,
  /** Bytes came behind the end of the stream. */
  Late: 128,
} as const

/** Offsets count from the payload's first byte. */
export class Plan {
  /** Bytes of payload. */
  length = 0
  flags = 0
  /** The bytes at the beginning that were there before. */
  skip = 0
  /** The assembly that takes the bytes `skip…taken`, 0 for none. */
  assembly = 0
  taken = 0
  /** From here on they belong to a message that is not all there, and to its assembly. */
  tail = 0
  tailAssembly = 0
  /** Bytes of the stream before this payload that were never captured. */
  gap = 0
  /** Bytes at the end of the completed assembly that belong to a message that is not all there. */
  left = 0
  /** Whole messages in the payload itself; only known when the segment is met for the first time. */
  messages = 0
  /** What earlier messages have left for the framing of these (`Framing.memo`). */
  memo = 0

  /** All of the payload is whole messages, as far as is known yet. */
  begin(length: number): void {
    this.length = this.tail = length
    this.flags = this.skip = this.assembly = this.taken = this.tailAssembly = 0
    this.gap = this.left = this.messages = this.memo = 0
  }

  /** Is the payload nothing but whole messages? */
  get plain(): boolean {
    return this.flags === 0 && this.skip === 0 && this.taken === 0 && this.tail === this.length && this.gap === 0
  }
}

const WORDS = 9
/** In the column of assemblies: `PlanFlag.Asked`. */
const ASKED = 0x80000000

/** The plans of packets that are not plain, in capture order. */
export class PlanRows {
  private packets = new Uint32Array(64)
  private assemblies = new Uint32Array(64)
  /** Row of `details`, 0 for a segment that is all taken by its assembly. */
  private detail = new Uint32Array(64)
  private length = 0
  private details = new Uint32Array(64 * WORDS)
  private detailRows = 1

  /** Keeps the plan of `packet`, the latest so far. `way` tells two streams of one packet apart. */
  add(packet: number, way: number, plan: Plan): void {
    const i = this.length++
    if (i === this.packets.length) this.grow()
    this.packets[i] = packet
    this.assemblies[i] = plan.assembly | (plan.flags & PlanFlag.Asked ? ASKED : 0)
    this.detail[i] = isMiddle(plan) ? 0 : this.addDetail(way, plan)
  }

  /** Fills `plan` with what is kept of a packet whose payload is `length` bytes. False when nothing is. */
  find(packet: number, way: number, length: number, plan: Plan): boolean {
    plan.begin(length)
    for (
      let i = firstAfter(this.packets, this.length, packet - 1);
      i < this.length && this.packets[i] === packet;
      i++
    ) {
      const row = this.detail[i]! * WORDS
      if (row !== 0 && this.details[row] !== way) continue
      plan.assembly = this.assemblies[i]! & ~ASKED
      if (row === 0) {
        plan.flags = this.assemblies[i]! & ASKED ? PlanFlag.Middle | PlanFlag.Asked : PlanFlag.Middle
        plan.taken = length
      } else this.fill(row, plan)
      return true
    }
    return false
  }

  /** Forgets the plans of the first `packets` packets, when those are half of all; `leave` is told their assemblies. */
  forget(packets: number, leave: (assembly: number) => void): void {
    const n = firstAfter(this.packets, this.length, packets)
    if (n * 2 <= this.length) return
    for (let i = 0; i < n; i++) leave(this.assemblies[i]! & ~ASKED)
    let kept = n
    while (kept < this.length && this.detail[kept] === 0) kept++
    const gone = (kept < this.length ? this.detail[kept]! : this.detailRows) - 1
    this.details.copyWithin(WORDS, (gone + 1) * WORDS, this.detailRows * WORDS)
    this.detailRows -= gone
    for (const column of [this.packets, this.assemblies, this.detail]) column.copyWithin(0, n, this.length)
    this.length -= n
    for (let i = 0; i < this.length; i++) if (this.detail[i] !== 0) this.detail[i]! -= gone
  }

  /** Memory that is held, in bytes. */
  get bytes(): number {
    return this.packets.length * 12 + this.details.byteLength
  }

  private fill(row: number, plan: Plan): void {
    const w = this.details
    const { length } = plan
    plan.flags = w[row + 1]!
    plan.skip = Math.min(w[row + 2]!, length)
    plan.taken = Math.min(w[row + 3]!, length)
    plan.tail = Math.min(w[row + 4]!, length)
    plan.tailAssembly = w[row + 5]!
    plan.gap = w[row + 6]!
    plan.left = w[row + 7]!
    plan.memo = w[row + 8]!
  }

  private addDetail(way: number, plan: Plan): number {
    const i = this.detailRows++
    const row = i * WORDS
    if (row === this.details.length) this.details = widened(this.details)
    const w = this.details
    w[row] = way
    w[row + 1] = plan.flags
    w[row + 2] = plan.skip
    w[row + 3] = plan.taken
    w[row + 4] = plan.tail
    w[row + 5] = plan.tailAssembly
    w[row + 6] = plan.gap
    w[row + 7] = plan.left
    w[row + 8] = plan.memo
    return i
  }

  private grow(): void {
    this.packets = widened(this.packets)
    this.assemblies = widened(this.assemblies)
    this.detail = widened(this.detail)
  }
}

/** The first of so many ascending numbers that is greater than `limit`; `length` when none is. */
function firstAfter(numbers: Uint32Array, length: number, limit: number): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (numbers[middle]! <= limit) low = middle + 1
    else high = middle
  }
  return low
}

/** Is a segment all taken by an unfinished message, and is there nothing else to say? */
const isMiddle = (plan: Plan): boolean =>
  (plan.flags & ~PlanFlag.Asked) === PlanFlag.Middle &&
  plan.taken === plan.length &&
  plan.tailAssembly === 0 &&
  plan.skip === 0 &&
  plan.gap === 0
