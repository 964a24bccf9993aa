/**
 * Conversations: which packets run between the same two endpoints. Each protocol has a table of its own, and numbers its
 * conversations from 0 in the order of their first packets: `tcp.stream` is the conversation's number.
 *
 * One row of 64 bytes a conversation and one open-addressing hash table: a million conversations are two arrays and not
 * a million objects, and meeting one again costs one line of the processor's cache. Hashing is symmetric, so both
 * directions meet in the same slot.
 */
import { getRandomValues } from 'node:crypto'
import { Address } from '../dissect/index.js'
import { widened } from '../dissect/widened.js'
import type { Limited, LimitMet } from './limits.js'

/** More conversations than this are not told apart: the rest share the last number, and `refused` counts them. */
const MAX_CONVERSATIONS = 1 << 24

/** Words of a row: hash; kind of address; ports of the first sender (high half) and of the other end. */
const ROW = 16
const HASH = 0
const KIND = 1
const PORTS = 2
/** Addresses of the first sender and of the other end, four words each, shorter ones filled with 0. */
const ONE = 3
const OTHER = 7
/** First and latest packet, counted from 1; packets from the first sender, and from the other end. */
const FIRST = 11
const LATEST = 12
const PACKETS = 13

/** The address looked for: of the sender, and of the receiver. */
const src = new Uint32Array(4)
const dst = new Uint32Array(4)

export class Conversations implements Limited {
  length = 0
  /** Packets that found no room for a conversation of their own. */
  refused = 0
  /** Whether the packet that was looked up last runs from the first sender to the other end. */
  forward = true
  private rows = new Uint32Array(256 * ROW)
  private slots = new Uint32Array(1024)
  private last = 0

  /**
   * The conversation between these endpoints, made when there is none. Addresses lie at offsets `source` and `target` of
   * `b`. Sets `forward`.
   */
  find(kind: Address, b: Uint8Array, source: number, target: number, sport: number, dport: number): number {
    load(kind, b, source, src)
    load(kind, b, target, dst)
    const ports = (sport << 16) | dport
    const reverse = (dport << 16) | sport
    if (this.length > 0 && this.matches(this.last, kind, ports, reverse)) return this.last
    const hash = hashOf(sport, dport)
    const mask = this.slots.length - 1
    let slot = hash & mask
    for (let id = this.slots[slot]!; id !== 0; id = this.slots[slot]!) {
      if ((this.rows[(id - 1) * ROW + HASH]! | 0) === hash && this.matches(id - 1, kind, ports, reverse)) {
        return (this.last = id - 1)
      }
      slot = (slot + 1) & mask
    }
    return this.insert(slot, hash, kind, ports)
  }

  /** Begins a new conversation between the same endpoints (port reuse); later packets belong to the new one. */
  renew(
    old: number,
    kind: Address,
    b: Uint8Array,
    source: number,
    target: number,
    sport: number,
    dport: number,
  ): number {
    const hash = this.rows[old * ROW + HASH]! | 0
    const mask = this.slots.length - 1
    let slot = hash & mask
    while (this.slots[slot] !== old + 1) {
      if (this.slots[slot] === 0) return old
      slot = (slot + 1) & mask
    }
    load(kind, b, source, src)
    load(kind, b, target, dst)
    return this.insert(slot, hash, kind, (sport << 16) | dport)
  }

  limits(): LimitMet[] {
    return [['packets without a conversation of their own', this.refused]]
  }

  /** Counts a packet and returns the packet before it in the conversation (1-based, 0 for none). */
  packet(id: number, number: number, forward: boolean): number {
    const { rows } = this
    const row = id * ROW
    const before = rows[row + LATEST]!
    if (before === 0) rows[row + FIRST] = number
    rows[row + LATEST] = number
    rows[row + (forward ? PACKETS : PACKETS + 1)]!++
    return before
  }

  /** Notes packet `number`, which only quotes the conversation and does not count. Returns what `packet` does. */
  quote(id: number, number: number): number {
    const row = id * ROW
    const before = this.rows[row + LATEST]!
    if (before === 0) this.rows[row + FIRST] = number
    this.rows[row + LATEST] = number
    return before
  }

  /** Of conversation `id`: its first and its latest packet, counted from 1. */
  firstOf(id: number): number {
    return this.rows[id * ROW + FIRST]!
  }
  latestOf(id: number): number {
    return this.rows[id * ROW + LATEST]!
  }
  /** Packets from the first sender (`forward`), or from the other end. */
  packetsOf(id: number, forward: boolean): number {
    return this.rows[id * ROW + (forward ? PACKETS : PACKETS + 1)]!
  }
  kindOf(id: number): Address {
    return this.rows[id * ROW + KIND] as Address
  }
  /** The port of the first sender (`first`), or of the other end. */
  portOf(id: number, first: boolean): number {
    const ports = this.rows[id * ROW + PORTS]!
    return first ? ports >>> 16 : ports & 0xffff
  }
  /** Fills `to` with the first bytes of the address of the first sender (`first`), or of the other end. */
  addressOf(id: number, first: boolean, to: Uint8Array): void {
    const at = id * ROW + (first ? ONE : OTHER)
    for (let i = 0; i < to.length; i++) to[i] = this.rows[at + (i >>> 2)]! >>> (24 - (i & 3) * 8)
  }

  /** Memory that is held, in bytes. */
  get bytes(): number {
    return this.rows.byteLength + this.slots.byteLength
  }

  private matches(id: number, kind: Address, ports: number, reverse: number): boolean {
    const { rows } = this
    const row = id * ROW
    if (rows[row + KIND] !== kind) return false
    const mine = rows[row + PORTS]! | 0
    if (mine === ports && same(rows, row + ONE, src) && same(rows, row + OTHER, dst)) {
      this.forward = true
      return true
    }
    if (mine === reverse && same(rows, row + ONE, dst) && same(rows, row + OTHER, src)) {
      this.forward = false
      return true
    }
    return false
  }

  private insert(slot: number, hash: number, kind: Address, ports: number): number {
    this.forward = true
    if (this.length === MAX_CONVERSATIONS) {
      this.refused++
      return this.length - 1
    }
    const id = this.length++
    const row = id * ROW
    if (row === this.rows.length) {
      this.rows = widened(this.rows, row * 2)
    }
    const { rows } = this
    rows[row + HASH] = hash
    rows[row + KIND] = kind
    rows[row + PORTS] = ports
    for (let i = 0; i < 4; i++) {
      rows[row + ONE + i] = src[i]!
      rows[row + OTHER + i] = dst[i]!
    }
    this.slots[slot] = id + 1
    if (this.length * 2 > this.slots.length) this.rehash()
    return (this.last = id)
  }

  /** Only the conversation that a slot leads to is put again: those that were renewed stay out of the table. */
  private rehash(): void {
    const old = this.slots
    this.slots = new Uint32Array(old.length * 2)
    const mask = this.slots.length - 1
    for (const id of old) {
      if (id === 0) continue
      let slot = this.rows[(id - 1) * ROW + HASH]! & mask
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask
      this.slots[slot] = id
    }
  }
}

const word = (b: Uint8Array, p: number): number => (b[p]! << 24) | (b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!

/** Reads an address as words. */
function load(kind: Address, b: Uint8Array, at: number, to: Uint32Array): void {
  if (kind === Address.IPv4) {
    to[0] = word(b, at)
    to[1] = to[2] = to[3] = 0
  } else if (kind === Address.IPv6) {
    to[0] = word(b, at)
    to[1] = word(b, at + 4)
    to[2] = word(b, at + 8)
    to[3] = word(b, at + 12)
  } else if (kind === Address.Ether) {
    to[0] = word(b, at)
    to[1] = (b[at + 4]! << 24) | (b[at + 5]! << 16)
    to[2] = to[3] = 0
  } else to.fill(0)
}

const same = (rows: Uint32Array, at: number, a: Uint32Array): boolean =>
  rows[at] === a[0] && rows[at + 1] === a[1] && rows[at + 2] === a[2] && rows[at + 3] === a[3]

/** Odd, and others in each process: nobody can make a capture whose conversations all meet in one slot. */
const factors = getRandomValues(new Int32Array(4)).map((n) => n | 1)

/** Of the addresses that were read and their ports: the same for both directions. 32 bits, with a sign. */
function hashOf(sport: number, dport: number): number {
  let one = sport
  let other = dport
  for (let i = 0; i < 4; i++) {
    one = Math.imul(one ^ src[i]!, factors[i]!) ^ (one >>> 13)
    other = Math.imul(other ^ dst[i]!, factors[i]!) ^ (other >>> 13)
  }
  let h = Math.imul((one ^ (one >>> 16)) + (other ^ (other >>> 16)), 0xc2b2ae35)
  h ^= h >>> 15
  return Math.imul(h, 0x27d4eb2f)
}
