/** Options that say something about the packet's line in the list, found without reading the others. */
import { areUsual } from '../src/track/find-option.js'
import { Kind } from './shared/tcp-option-kinds.js'

/** What there may be among options: Multipath TCP, one that cannot be read, one that a warning or an error belongs to. */
export const Unusual = { None: 0, Multipath: 1, Malformed: 2, Noted: 4 } as const

/** What of a segment's header options are judged by. */
export interface OptionBearer {
  readonly syn: boolean
  /** Its acknowledgment number, -1 for none. */
  readonly ack: number
}

/** No window is scaled further than this. */
const MAX_SHIFT = 14
/** A segment needs no more to fill a word. */
const MANY_NOPS = 4

/** What is unusual among the options `start…end` of segment `s`, of which `captured…end` may be missing: a sum of `Unusual`. */
export function findUnusual(b: Uint8Array, start: number, captured: number, end: number, s: OptionBearer): number {
  let found: number = Unusual.None
  const last = Math.min(captured, end)
  if (areUsual(b, start, last)) return found
  let nops = 0
  for (let p = start; p < last; ) {
    const kind = b[p]!
    if (kind === Kind.End) {
      if (p + 1 < last && b[p + 1] !== Kind.End) return found | Unusual.Noted
      p++
      continue
    }
    if (kind === Kind.Nop) {
      nops = countNop(nops, p - start)
      if (nops === MANY_NOPS) found |= Unusual.Noted
      p++
      continue
    }
    const length = p + 1 < last ? b[p + 1]! : 0
    if (length < 2 || p + length > end) break
    found |= judge(b, p, length, last, s)
    p += length
  }
  return found
}

/**
 * Counts a no-operation at offset `at` of the options; `before` was the count so far. As in tshark, one at the beginning
 * of a word ends what was counted, so that the usual padding is nothing to speak of.
 */
export const countNop = (before: number, at: number): number => (at % 4 === 0 && before !== 0 ? 0 : before + 1)

/** Does a first SACK block that ends at `right` repeat bytes: acknowledged ones, or those of the block `from…to` behind it? */
export const repeats = (right: number, ack: number): boolean => ((right - ack) | 0) <= 0
export const liesWithin = (right: number, from: number, to: number): boolean =>
  ((right - from) | 0) > 0 && ((right - to) | 0) <= 0

function judge(b: Uint8Array, p: number, length: number, last: number, s: OptionBearer): number {
  switch (b[p]) {
    case Kind.Multipath:
      return Unusual.Multipath
    case Kind.Mss:
      return s.syn ? Unusual.None : Unusual.Noted
    case Kind.WindowScale:
      return length === 3 && p + 2 < last && b[p + 2]! > MAX_SHIFT ? Unusual.Noted : Unusual.None
    case Kind.Sack: {
      if (length < 10) return Unusual.Malformed
      if (p + length > last || (length - 2) % 8 !== 0 || s.ack < 0) return Unusual.Noted
      const right = word(b, p + 6)
      if (repeats(right, s.ack)) return Unusual.Noted
      return length >= 18 && liesWithin(right, word(b, p + 10), word(b, p + 14)) ? Unusual.Noted : Unusual.None
    }
    default:
      return Unusual.None
  }
}

const word = (b: Uint8Array, p: number): number => (b[p]! << 24) | (b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!
