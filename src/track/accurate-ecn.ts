/**
 * Whether the ends of a TCP connection count congestion marks in three flags of their headers (Accurate ECN,
 * draft-ietf-tcpm-accurate-ecn): agreed on in the handshake, or known by its option. What was said is kept as bits of a word.
 */
import { TcpFlag } from './tcp-flags.js'

/** What the latest SYN asked for, what the latest answer to one said, and that an option was seen. */
const ASKED = 1 << 6
const ANSWERED = 1 << 7
const OPTION = 1 << 8

/** The three ECN flags of a header, and where they are. */
const FLAGS_SHIFT = 6
const FLAGS_MASK = 7
/** Which of their values answer a SYN that asks (with all three) by agreeing, as bits. */
const AGREEING = (1 << 2) | (1 << 3) | (1 << 4) | (1 << 6)

const KIND_0 = 172
const KIND_1 = 174
const EXPERIMENT_1 = 253
const EXPERIMENT_2 = 254
/** The experiment's identifier in one order of counters; in the other one it has the last bit set. */
const EXPERIMENT_ID = 0xacc0

/** Is it known, by the word `said`, that both ends count? */
export const isAccurate = (said: number): boolean =>
  (said & OPTION) !== 0 || (said & (ASKED | ANSWERED)) === (ASKED | ANSWERED)

/** The word behind a segment with SYN among its `flags`. */
export function afterSyn(said: number, flags: number): number {
  const code = (flags >>> FLAGS_SHIFT) & FLAGS_MASK
  if (flags & TcpFlag.Ack) return (AGREEING >>> code) & 1 ? said | ANSWERED : said & ~ANSWERED
  return code === FLAGS_MASK ? said | ASKED : said & ~ASKED
}

/** The word behind the option of `length` bytes at `p`: it is Accurate ECN's with up to three whole counters. */
export function afterOption(said: number, b: Uint8Array, p: number, length: number): number {
  const kind = b[p]!
  if (kind === KIND_0 || kind === KIND_1) return length <= 11 && length % 3 === 2 ? said | OPTION : said
  if ((kind !== EXPERIMENT_1 && kind !== EXPERIMENT_2) || length < 4 || length > 13 || length % 3 !== 1) return said
  return (((b[p + 2]! << 8) | b[p + 3]!) & ~1) === EXPERIMENT_ID ? said | OPTION : said
}
