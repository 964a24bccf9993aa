/**
 * What is remembered of TCP connections, as rows of 32-bit words: one row per direction and one per conversation.
 *
 * The words of a row lie together, and not each in a column of its own, because the packets of a capture come from many
 * connections in turn: finding a direction costs one cache line and not sixteen. A connection takes 160 bytes here.
 *
 * Sequence numbers are kept as signed words, since most of what is done with them is comparing differences: read as
 * unsigned ones they would be floating-point numbers half of the time.
 */
import { widened } from '../dissect/widened.js'

/** Words of a direction's row: two per conversation, the first sender's before the other end's. */
export const WAY_WORDS = 16
/** First sequence number, from which relative ones count. */
export const BASE = 0
/** The sequence number after the highest seen, 0 for none, and the packet that set it. */
export const NEXT = 1
export const NEXT_PACKET = 2
/** The highest number without a gap before it that was seen: the other end cannot know more. 0 for none. */
export const SEEN = 3
/** Acknowledgment number and packet number of this direction's latest segment. */
export const LAST_ACK = 4
export const LAST_PACKET = 5
/** Duplicate acknowledgments in a row, and the packet that they repeat. */
export const DUPLICATES = 6
export const DUPLICATED = 7
/** Bytes since the latest segment with PSH. */
export const PUSHED = 8
/** Window of the latest segment plus one (0 for none) in the low 17 bits, its analysis flags above them. */
export const WINDOW = 9
/** `WayBit` in the low 8 bits, window scale plus 3 (0 unknown) in the next 5, then 3 bits of SACK blocks, then unacknowledged segments. */
export const BITS = 10
/** Newest of the unacknowledged segments (node plus one), and the range that they cover, counted from `BASE`. */
export const UNACKED = 11
export const UNACKED_FROM = 12
export const UNACKED_TO = 13
/** Where the blocks of the latest SACK option are (row plus one). */
export const SACK_ROW = 14
/** What the state machine keeps: see tcp-state.ts. */
export const CLOSING = 15

export const WayBit = {
  /** `BASE` is set. */
  Based: 1,
  /** A gap was seen that nothing the other end said has closed: bytes in flight are not known. */
  Gap: 2,
  /** The latest data segment had PSH. */
  Pushed: 4,
  /** The other end closed after this one. */
  ClosedFirst: 8,
  /** Its SYN carried data and a cookie (TCP Fast Open). */
  SynData: 16,
  /** Its latest segment had SYN, so that its window is not scaled. */
  Opening: 32,
  /** Some of its unacknowledged segments may lie on both sides of `BASE`. */
  Astray: 64,
} as const

export const SCALE_SHIFT = 8
export const SCALE_MASK = 0x1f << SCALE_SHIFT
export const SACK_SHIFT = 13
export const SACK_MASK = 7 << SACK_SHIFT
export const COUNT_SHIFT = 16
export const COUNT_ONE = 1 << COUNT_SHIFT
export const WINDOW_MASK = 0x1ffff
export const FLAGS_SHIFT = 17

/** Words of a conversation's row. */
export const CONVERSATION_WORDS = 8
/** The packet with the SYN that the handshake is timed from, and the one that ended the handshake; 0 for none. */
export const SYN_PACKET = 0
export const HANDSHAKE_PACKET = 1
/** `Completeness`. */
export const COMPLETE = 2
/** Row of the latest change of state. */
export const CHANGE = 3
/** What the state machine keeps: see tcp-state.ts. */
export const STATE = 4
export const CLOSE_A = 5
export const CLOSE_B = 6
/** The time slot in which it was asked for: see syn-flood.ts. */
export const HALF_OPEN_SLOT = 7

/** Window scale of a direction: the shift, or one of these. */
export const Scale = { Unknown: -1, NotUsed: -2 } as const

/** The scale in a `BITS` word, and the word with another one. */
export const scaleIn = (bits: number): number => {
  const kept = (bits & SCALE_MASK) >>> SCALE_SHIFT
  return kept === 0 ? Scale.Unknown : kept - 3
}
export const withScale = (bits: number, scale: number): number => (bits & ~SCALE_MASK) | ((scale + 3) << SCALE_SHIFT)

export class TcpRows {
  ways = new Int32Array(512 * WAY_WORDS)
  connections = new Uint32Array(256 * CONVERSATION_WORDS)

  /** Makes room for conversation `id`. */
  reserve(id: number): void {
    if ((id + 1) * CONVERSATION_WORDS <= this.connections.length) return
    this.ways = widened(this.ways)
    this.connections = widened(this.connections)
  }

  get bytes(): number {
    return this.ways.byteLength + this.connections.byteLength
  }
}

/** Sequence numbers go round: a is after b when it is less than half the circle ahead. */
export const after = (a: number, b: number): boolean => ((b - a) | 0) < 0
export const before = (a: number, b: number): boolean => ((a - b) | 0) < 0
