/**
 * The clock of one pcapng interface: turns its 64-bit tick counts into seconds and nanoseconds, exactly.
 *
 * A double holds 53 bits, so the count is divided 16 bits at a time; every step stays below 2^53.
 */
import type { PacketRecord } from './source.js'

const NANOS = 1e9
const EXACT = 2 ** 53
/** The longest second, in ticks, that dividing in steps of 16 bits can hold. */
const LONGEST = 2 ** 37

export const MICROSECONDS = 6

export class TickClock {
  readonly ticksPerSecond: number
  readonly #offset: number
  readonly #power: number
  readonly #binary: boolean
  readonly #simple: boolean

  /**
   * `resolution` is the byte of option if_tsresol: ticks are 10^-n seconds, or 2^-n when its top bit is set.
   * `offset` is if_tsoffset, the seconds to add.
   */
  constructor(resolution: number, offset: number) {
    this.#power = resolution & 0x7f
    this.#binary = resolution >= 0x80
    this.ticksPerSecond = (this.#binary ? 2 : 10) ** this.#power
    this.#offset = offset
    // For these the product with 10^9, or the quotient by a power of ten, is exact in a double.
    this.#simple = this.#binary ? this.#power <= 23 : this.ticksPerSecond <= LONGEST
  }

  /** Sets the time of `record` to the tick count `high`·2^32 + `low`, rounded down to whole nanoseconds. */
  stamp(record: PacketRecord, high: number, low: number): void {
    if (!this.#simple) {
      this.#stampOdd(record, high, low)
      return
    }
    const perSecond = this.ticksPerSecond
    const ticks = high * 0x1_0000_0000 + low
    let seconds: number
    let rest: number
    if (ticks < EXACT) {
      seconds = Math.floor(ticks / perSecond)
      rest = ticks - seconds * perSecond
    } else {
      const first = Math.floor(high / perSecond)
      const upper = (high - first * perSecond) * 0x1_0000 + (low >>> 16)
      const second = Math.floor(upper / perSecond)
      const lower = (upper - second * perSecond) * 0x1_0000 + (low & 0xffff)
      const third = Math.floor(lower / perSecond)
      seconds = first * 0x1_0000_0000 + second * 0x1_0000 + third
      rest = lower - third * perSecond
    }
    record.seconds = seconds + this.#offset
    if (this.#binary) record.nanoseconds = Math.floor((rest * NANOS) / perSecond)
    // The product may be beyond what a double holds; powers of ten divide each other.
    else record.nanoseconds = perSecond > NANOS ? Math.floor(rest / (perSecond / NANOS)) : rest * (NANOS / perSecond)
  }

  /** The resolutions no ordinary file has: picoseconds and finer. */
  #stampOdd(record: PacketRecord, high: number, low: number): void {
    const perSecond = (this.#binary ? 2n : 10n) ** BigInt(this.#power)
    const ticks = (BigInt(high) << 32n) + BigInt(low)
    record.seconds = Number(ticks / perSecond) + this.#offset
    record.nanoseconds = Number(((ticks % perSecond) * 1_000_000_000n) / perSecond)
  }
}
