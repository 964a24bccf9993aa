/** Protocols and the tables that join them. */
import type { Dissection } from './dissection.js'
import type { Group } from './field.js'

/** How far the message starting here reaches; `MORE` when these bytes cannot tell. */
export type Pdu = (bytes: Uint8Array, start: number, end: number) => number
export const MORE = 0

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
  /** May the bytes `start…end` be this protocol? Pure, may not throw. Asked when no table knows. */
  guess?: (bytes: Uint8Array, start: number, end: number) => boolean
  /** What is remembered across packets, one per capture. */
  state?: () => T
  /** Called once per layer and packet, in capture order. Sets `d.conversation`; returns the facts to keep about it. */
  track?: (state: T, s: S, d: Dissection) => number
  /** What is known of a packet that was tracked, for `dissect` and `info`. The object may be reused. */
  recall?: (state: T, conversation: number, facts: number, d: Dissection) => K
  /** The Info column. Called only for rows on the screen, right after `dissect`. */
  info?: (s: S, d: Dissection, known: K | null) => string
}

/** Same shape for every protocol, so the engine's one dispatch site sees one shape. */
// biome-ignore lint: the registry's array holds protocols of every summary type
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
  readonly guess: ((bytes: Uint8Array, start: number, end: number) => boolean) | null
  readonly state: (() => T) | null
  readonly track: ((state: T, s: S, d: Dissection) => number) | null
  readonly recall: ((state: T, conversation: number, facts: number, d: Dissection) => K) | null
  readonly info: ((s: S, d: Dissection, known: K | null) => string) | null
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
    this.guess = p.guess ?? null
    this.state = p.state ?? null
    this.track = p.track ?? null
    this.recall = p.recall ?? null
    this.info = p.info ?? null
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
