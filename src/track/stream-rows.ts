/** What is remembered of each byte stream: a row of 32-bit words. */
import { widened } from '../dissect/widened.js'

/** The number that is expected next, and up to where the other end has acknowledged. */
export const EXPECTED = 0
export const ACKED = 1
/** `StreamBit`s. */
export const BITS = 2
/** The sequence number behind the last byte. */
export const END = 3
/** The unfinished message: its assembly, its bytes so far, those it needs before it is asked about again. */
export const PENDING = 4
export const HAVE = 5
export const NEED = 6
/** What its `pdu` has left: see `Framing`. */
export const RESUME = 7
export const STAGE = 8
/** How often it was asked about without getting any further. */
export const ASKED = 9
/** The chain of segments that wait for bytes before them, and how many they are. */
export const HELD = 10
export const WAITING = 11
/** The latest segments, in turn: which of them is next to be replaced, then their words. */
const LATEST = 12
const RECENT = 4
/** Sequence number, packet, offset in it, bytes. */
const RECENT_WORDS = 4
export const WORDS = LATEST + 1 + RECENT * RECENT_WORDS

export const StreamBit = {
  /** `ACKED` is set. */
  Acked: 1,
  /** `END` is set; every byte before it was there. */
  Ends: 2,
  Ended: 4,
  /** Where the unfinished message ends shows only as it goes on. */
  Open: 8,
  /** Something of the other end was captured. */
  Answered: 16,
} as const

/** `NEED` of a message that goes on to the end of its stream. */
export const TO_THE_END = 0xffffffff

export class StreamRows {
  words = new Uint32Array(64 * WORDS)
  /** Bytes of each stream that still belong to a message which is not put together. */
  passing = new Float64Array(64)
  private used = 1
  /** The first of the rows that were given back, 0 for none; the first word of each is the next one. */
  private free = 0

  /** Makes a row for a stream whose first number is `first`; returns its number, which is not 0. */
  open(first: number): number {
    const given = this.free
    if (given !== 0) {
      this.free = this.words[given * WORDS]!
      this.words.fill(0, given * WORDS, (given + 1) * WORDS)
      this.passing[given] = 0
      this.words[given * WORDS + EXPECTED] = first
      return given
    }
    const i = this.used++
    if (i === this.passing.length) {
      this.words = widened(this.words)
      this.passing = widened(this.passing)
    }
    this.words[i * WORDS + EXPECTED] = first
    return i
  }

  /** Gives row `i` back: another stream gets it. */
  close(i: number): void {
    this.words[i * WORDS] = this.free
    this.free = i
  }

  /** Has the stream of the row at `row` come to its end? */
  isAtEnd(row: number): boolean {
    const w = this.words
    return (w[row + BITS]! & StreamBit.Ends) !== 0 && w[row + EXPECTED] === w[row + END]
  }

  /** Remembers where a segment is, to compare it with what is sent again. */
  remember(row: number, seq: number, packet: number, start: number, size: number): void {
    const w = this.words
    const i = w[row + LATEST]!
    w[row + LATEST] = (i + 1) % RECENT
    const at = row + LATEST + 1 + i * RECENT_WORDS
    w[at] = seq
    w[at + 1] = packet
    w[at + 2] = start
    w[at + 3] = size
  }

  /**
   * Calls `differ` for each range of `size` bytes from number `seq` on whose place is known, until it returns true: the
   * range counted from `seq`, the packet, and the offset in it. Returns whether it did.
   */
  known(
    row: number,
    seq: number,
    size: number,
    differ: (from: number, to: number, packet: number, start: number) => boolean,
  ): boolean {
    const w = this.words
    for (let i = 0; i < RECENT; i++) {
      const at = row + LATEST + 1 + i * RECENT_WORDS
      const packet = w[at + 1]!
      const other = (w[at]! - seq) | 0
      const from = Math.max(other, 0)
      const to = Math.min(other + w[at + 3]!, size)
      if (packet !== 0 && from < to && differ(from, to, packet, w[at + 2]! + from - other)) return true
    }
    return false
  }
}
