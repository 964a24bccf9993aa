/** Protocols and the tables that join them. */
import type { Dissection } from './dissection.js'
import type { Group } from './field.js'
import type { TextBuffer } from './text-buffer.js'

/**
 * Where does the message end whose bytes begin at `start`? Answers with its length, counted from its first byte. More
 * than is there (`end`) means: ask again when that many are there. The message is complete when its length is there.
 */
export type Pdu = (bytes: Uint8Array, start: number, end: number, at: Framing) => number
/** These bytes cannot tell: ask again when there are more, however few. */
export const MORE = 0
/** The message ends where the stream ends. */
export const UNTIL_END = -1
/** These bytes are not of this protocol: nothing more is dissected in this segment. */
export const NOT_MINE = -2

/** What a `pdu` knows beside the bytes it is given, and what it may leave for the next time it is asked. */
export class Framing {
  /** Bytes of this message that lie before `start`: what it said it need not see again. */
  before = 0
  /** For it to set: how much of the message, from its first byte on, it need not see again. */
  resume = 0
  /** For it to set: a number that it gets again with the rest of this message. 0 when the message begins. */
  stage = 0
  /** For it to set: where this message ends shows only as it goes on. */
  open = false
  /** The stream ends at `end`. */
  last = false
  /** A whole message of this protocol was seen in this conversation before. */
  spoken = false
  /** What `remember` has made of the messages so far, in both directions. */
  memo = 0
  /** The packet at hand, counted from 1. */
  packet = 0
  /** For it to set: it would have answered otherwise with another memo. */
  consulted = false

  /** A message begins. */
  begin(): void {
    this.before = this.resume = this.stage = 0
    this.open = false
  }
}

/** What `part` runs next. */
export const Part = {
  /** Nothing is left. */
  None: 0,
  /** A message, of which the layers so far know nothing yet. */
  First: 1,
  /** One more message of the layer that the one before it was of. */
  Again: 2,
} as const
export type Part = (typeof Part)[keyof typeof Part]

/** What a file in dissectors/ exports. `S` is its summary, `T` what it remembers, `K` what is known of one packet. */
export interface ProtocolSpec<S extends object, T extends object, K extends object> {
  /** The protocol's full name, as in `-G protocols`. */
  name: string
  /** Its short name, as in `-G protocols` and `[Malformed Packet: DNS]`. */
  short: string
  /** What the Protocol column says; defaults to the short name. A function where it depends on the packet. */
  column?: string | ((s: S, d: Dissection) => string)
  /** Where the format is defined. */
  spec: string
  /** The layer's own line in the tree. */
  self: Group
  /** Which values in which parents' tables lead here: `{ 'udp.port': [53] }`. */
  under?: Readonly<Record<string, number | readonly number[]>>
  /** What later stages need to know of this layer, as plain numbers. Made once, refilled by every `dissect`. */
  summary: () => S
  /**
   * Bytes to fields. Pure: reads the packet, fills the summary, remembers nothing. `known` is what tracking found out
   * about this packet, null while the packet is met for the first time.
   */
  dissect: (d: Dissection, s: S, known: K | null) => void
  /** Bytes of this layer that the layers inside did not claim (Ethernet's padding and FCS); `d.layerStart` is its begin. */
  trailer?: (d: Dissection, s: S) => void
  /** What can only be said when every layer inside was walked (the list of their names). */
  finish?: (d: Dissection, s: S) => void
  /** What stands before this layer's own line when a packet begins with it (its comments). */
  ahead?: (d: Dissection) => void

  /** For protocols that ride a byte stream: where does one message end? Pure. */
  pdu?: Pdu
  /** A number that a whole message leaves for the `pdu` of those after it, both ways (`Framing.memo`). Pure. */
  remember?: (memo: number, bytes: Uint8Array, start: number, end: number) => number
  /**
   * The protocol that the conversation speaks behind this message, by its id; '' for this one still (HTTP's Upgrade).
   * The layer of that protocol is named behind this one's. `memo` is what was remembered before this message. Pure.
   */
  upgrade?: (bytes: Uint8Array, start: number, end: number, memo: number) => string
  /** The protocol that the conversation speaks from these bytes on although a table leads here; '' for this one. Pure. */
  yields?: (bytes: Uint8Array, start: number, end: number) => string
  /** What Info says of the beginning of a message that is not all there; '' for nothing. Pure. */
  preview?: (bytes: Uint8Array, start: number, end: number) => string
  /** Info speaks of every message of a segment, not of the last one only. */
  every?: boolean
  /** What stands between what Info says of its messages, and before the first where something stands before it. */
  separator?: string
  /** Its messages say their own size: the layer below shows it. */
  sized?: boolean
  /**
   * Its layer is there, and speaks for the packet, even where only a part of a message is, once it was asked about it; and
   * bytes that are `NOT_MINE` are data.
   */
  opens?: boolean
  /** May the bytes `start…end` be this protocol? Pure, may not throw. Asked when no table knows. */
  guess?: (bytes: Uint8Array, start: number, end: number) => boolean
  /** Families of fields it writes beside its own: `mdns` writes `dns.*`. */
  writes?: readonly string[]
  /** It may hand everything to another without a line of its own (`omitLayer`). */
  silent?: boolean
  /** The Protocol column names it around what it carries: `GTP <TCP>`. */
  wraps?: boolean
  /** Names, or beginnings of names, of fields that it writes only when the layers inside were walked. */
  late?: readonly string[]
  /**
   * Where it has a `recall`: names, or beginnings of names, of fields that a packet says by itself, whatever tracking
   * finds out. They can be recorded while it is tracked, and need no second dissection.
   */
  plain?: readonly string[]
  /** The tables that every layer inside it comes from, however deep, where that is known: by their names. */
  carries?: readonly string[]
  /** What is remembered across packets, one per capture. */
  state?: () => T
  /**
   * Says what follows, where that depends on what was seen before: called behind `dissect` and `track`, in every pass,
   * while the layer's subtree is still open. Without memory (`state` null) it must do with the packet alone.
   */
  follow?: (d: Dissection, s: S, state: T | null) => void
  /**
   * Where `follow` asked for it with `d.inParts`: sets up the next range of bytes and says what follows there, until
   * nothing is left. The layer's subtree is closed.
   */
  part?: (d: Dissection, s: S, state: T) => Part
  /** Called once per layer and packet, in capture order. Sets `d.conversation`; returns the facts to keep about it. */
  track?: (state: T, s: S, d: Dissection) => number
  /**
   * Is a layer tracked although it could not be read to its end? `s` is as far as `dissect` came with it. Without this
   * it never is.
   */
  trackCut?: (s: S) => boolean
  /**
   * The same for a header that another packet quotes, such as an ICMP error; null when too little of it is there. Without
   * this they are not tracked.
   */
  trackQuoted?: (state: T, s: S, d: Dissection) => number | null
  /** What is known of a packet that was tracked, for `dissect` and `info`. The object may be reused. */
  recall?: (state: T, conversation: number, facts: number, d: Dissection) => K
  /**
   * The Info column, right after `dissect`: what was written into `line`, then what is returned. Protocols that captures
   * are full of write, and return ''; a list of a million lines makes no strings then.
   */
  info?: (s: S, d: Dissection, known: K | null, line: TextBuffer) => string
  /** What stands before the Info column, whoever writes it. */
  lead?: (s: S, d: Dissection, known: K | null) => string
}

/** Same shape for every protocol, so the engine's one dispatch site sees one shape. */
// oxlint-disable-next-line typescript/no-explicit-any -- the registry holds protocols of every summary type
export class Protocol<S extends object = any, T extends object = any, K extends object = any> {
  readonly id: string
  readonly name: string
  readonly short: string
  readonly column: string | ((s: S, d: Dissection) => string)
  readonly spec: string
  readonly self: Group
  readonly under: Readonly<Record<string, number | readonly number[]>>
  readonly summary: () => S
  readonly dissect: (d: Dissection, s: S, known: K | null) => void
  readonly trailer: ((d: Dissection, s: S) => void) | null
  readonly finish: ((d: Dissection, s: S) => void) | null
  readonly ahead: ((d: Dissection) => void) | null
  readonly pdu: Pdu | null
  readonly remember: ((memo: number, bytes: Uint8Array, start: number, end: number) => number) | null
  readonly upgrade: ((bytes: Uint8Array, start: number, end: number, memo: number) => string) | null
  readonly yields: ((bytes: Uint8Array, start: number, end: number) => string) | null
  readonly preview: ((bytes: Uint8Array, start: number, end: number) => string) | null
  readonly every: boolean
  readonly separator: string
  readonly sized: boolean
  readonly opens: boolean
  readonly guess: ((bytes: Uint8Array, start: number, end: number) => boolean) | null
  readonly writes: readonly string[]
  readonly silent: boolean
  readonly wraps: boolean
  readonly late: readonly string[]
  readonly plain: readonly string[]
  readonly carries: readonly string[] | null
  readonly state: (() => T) | null
  readonly follow: ((d: Dissection, s: S, state: T | null) => void) | null
  readonly part: ((d: Dissection, s: S, state: T) => Part) | null
  readonly track: ((state: T, s: S, d: Dissection) => number) | null
  readonly trackQuoted: ((state: T, s: S, d: Dissection) => number | null) | null
  readonly recall: ((state: T, conversation: number, facts: number, d: Dissection) => K) | null
  readonly info: ((s: S, d: Dissection, known: K | null, line: TextBuffer) => string) | null
  readonly lead: ((s: S, d: Dissection, known: K | null) => string) | null
  readonly trackCut: ((s: S) => boolean) | null
  constructor(p: ProtocolSpec<S, T, K>) {
    this.id = p.self.name
    this.name = p.name
    this.short = p.short
    this.column = p.column ?? p.short
    this.spec = p.spec
    this.self = p.self
    this.under = p.under ?? {}
    this.summary = p.summary
    this.dissect = p.dissect
    this.trailer = p.trailer ?? null
    this.finish = p.finish ?? null
    this.ahead = p.ahead ?? null
    this.pdu = p.pdu ?? null
    this.remember = p.remember ?? null
    this.upgrade = p.upgrade ?? null
    this.yields = p.yields ?? null
    this.preview = p.preview ?? null
    this.every = p.every ?? false
    this.separator = p.separator ?? ''
    this.sized = p.sized ?? false
    this.opens = p.opens ?? false
    this.guess = p.guess ?? null
    this.writes = p.writes ?? []
    this.silent = p.silent ?? false
    this.wraps = p.wraps ?? false
    this.late = p.late ?? []
    this.plain = p.plain ?? []
    this.carries = p.carries ?? null
    this.state = p.state ?? null
    this.follow = p.follow ?? null
    this.part = p.part ?? null
    this.track = p.track ?? null
    this.trackQuoted = p.trackQuoted ?? null
    this.recall = p.recall ?? null
    this.info = p.info ?? null
    this.lead = p.lead ?? null
    this.trackCut = p.trackCut ?? null
  }
}
export const protocol = <S extends object, T extends object = object, K extends object = object>(
  p: ProtocolSpec<S, T, K>,
): Protocol<S, T, K> => new Protocol(p)

/** A parent's switchboard: a number in its header leads to the protocol that follows. */
export class Table {
  readonly index: number
  constructor(
    /** The display-filter name of the number, e.g. `udp.port`. */
    readonly name: string,
    /** Numbers are below this. */
    readonly size: number,
    /** A layer that `frame.protocols` names whenever this table is asked (`ethertype`); '' for none. */
    readonly as: string,
  ) {
    this.index = allTables.length
    allTables.push(this)
  }
}
export const allTables: Table[] = []

export const table = (name: string, size = 65536, as = ''): Table => {
  const known = allTables.find((t) => t.name === name)
  if (known) throw new Error(`table ${name} is declared twice`)
  return new Table(name, size, as)
}
