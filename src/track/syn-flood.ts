/**
 * Half-open connections of each server (address and port): a SYN has asked for them, and the handshake has neither been
 * completed nor refused. Thousands at once are what a SYN flood looks like (RFC 4987).
 *
 * Nothing is kept per connection but a number in its row: a server counts its half-open connections by the time slot in
 * which they were asked for, and what a whole round of slots has not completed is forgotten, as servers do. There is room
 * for so many servers; when a set of the table is full, the one with the fewest half-open connections makes room.
 */
import { Address, type Dissection } from '../dissect/index.js'
import { widened } from '../dissect/widened.js'

/** A server gives up after about a minute (RFC 9293 asks a user timeout of SYNs of at least three; Linux takes 63 s). */
const SLOT_SECONDS = 4
const SLOTS = 16
/** Sets of servers, and servers in one set. */
const SETS = 1024
const WAYS = 4
const SERVERS = SETS * WAYS

/** Words of a server: hash of its key, half-open connections, latest slot, alarm, then the slots. */
const HASH = 0
const COUNT = 1
const LATEST = 2
const ALARM = 3
const FIRST_SLOT = 4
const WORDS = FIRST_SLOT + SLOTS
/** Bytes of a key: kind of address, port, address. */
const KEY_BYTES = 20

/** Words of a row: the packet with the SYN, and how many were half-open after it, with `CROSSED` when that is too many. */
const ROW_WORDS = 2
const CROSSED = 0x80000000

export class SynFlood {
  /** Servers that made room for others while they had half-open connections. */
  evicted = 0
  /** Made when the first SYN comes. */
  private servers = new Uint32Array(0)
  private keys = new Uint8Array(0)
  /** One row for each SYN that opened a connection, in the order of the packets. */
  private rows = new Uint32Array(64 * ROW_WORDS)
  private length = 0

  /**
   * The packet of `d` has asked the server at its source (`fromServer`) or destination for a connection. More than
   * `limit` half-open ones are too many, 0 for no limit. Returns the time slot, which `end` wants back, and sets
   * `crossed` when this SYN is the one too many.
   */
  begin(d: Dissection, fromServer: boolean, port: number, limit: number): number {
    const at = this.find(d, fromServer, port, true)
    const slot = slotOf(d)
    const { servers } = this
    this.forget(at, slot)
    if (servers[at + LATEST]! - slot < SLOTS) {
      servers[at + FIRST_SLOT + (slot % SLOTS)]!++
      servers[at + COUNT]!++
    }
    const count = servers[at + COUNT]!
    this.crossed = limit > 0 && count > limit && servers[at + ALARM] === 0
    if (this.crossed) servers[at + ALARM] = 1
    this.add(d.packet.number, count)
    return slot
  }
  /** Was the SYN that `begin` took last the first one above the limit? */
  crossed = false

  /** A connection that was asked for in `slot` is no longer half-open. An alarm ends at half the `limit`. */
  end(d: Dissection, fromServer: boolean, port: number, slot: number, limit: number): void {
    const at = this.find(d, fromServer, port, false)
    if (at < 0) return
    const { servers } = this
    this.forget(at, slotOf(d))
    const age = servers[at + LATEST]! - slot
    const cell = at + FIRST_SLOT + (slot % SLOTS)
    if (age < 0 || age >= SLOTS || servers[cell] === 0) return
    servers[cell]!--
    servers[at + COUNT]!--
    if (servers[at + COUNT]! * 2 <= limit) servers[at + ALARM] = 0
  }

  /** How many connections of the server were half-open after the SYN of packet `number`; 0 when it opened none. */
  countAt(number: number): number {
    return this.wordAt(number) & ~CROSSED
  }
  /** Was that one too many? */
  crossedAt(number: number): boolean {
    return (this.wordAt(number) & CROSSED) !== 0
  }
  get bytes(): number {
    return this.servers.byteLength + this.keys.byteLength + this.rows.byteLength
  }

  /** Forgets what was asked for more than a round of slots before `slot`. */
  private forget(at: number, slot: number): void {
    const { servers } = this
    const latest = servers[at + LATEST]!
    if (slot <= latest) return
    const steps = Math.min(slot - latest, SLOTS)
    for (let n = 0; n < steps; n++) {
      const cell = at + FIRST_SLOT + ((slot - n) % SLOTS)
      servers[at + COUNT]! -= servers[cell]!
      servers[cell] = 0
    }
    servers[at + LATEST] = slot
    if (servers[at + COUNT] === 0) servers[at + ALARM] = 0
  }

  /** Where the server's words are, in room made for it if `make`; -1 when it is not there. */
  private find(d: Dissection, fromServer: boolean, port: number, make: boolean): number {
    if (this.servers.length === 0) {
      if (!make) return -1
      this.servers = new Uint32Array(SERVERS * WORDS)
      this.keys = new Uint8Array(SERVERS * KEY_BYTES)
    }
    const size = d.addressKind === Address.IPv6 ? 16 : d.addressKind === Address.IPv4 ? 4 : 0
    const from = fromServer ? d.src : d.dst
    const b = d.addressBytes
    let hash = Math.imul(port ^ (d.addressKind << 16), 0x9e3779b1)
    for (let i = 0; i < size; i++) hash = Math.imul(hash ^ b[from + i]!, 0x01000193)
    hash = (hash ^ (hash >>> 15)) >>> 0 || 1
    const first = (hash % SETS) * WAYS
    for (let way = first; way < first + WAYS; way++) {
      const at = way * WORDS
      if (this.servers[at + HASH] === hash && this.isKey(way, d.addressKind, port, b, from, size)) return at
    }
    if (!make) return -1
    const way = this.room(first, slotOf(d))
    const key = way * KEY_BYTES
    this.servers[way * WORDS + HASH] = hash
    this.keys[key] = d.addressKind
    this.keys[key + 1] = port >>> 8
    this.keys[key + 2] = port & 0xff
    for (let i = 0; i < size; i++) this.keys[key + 4 + i] = b[from + i]!
    return way * WORDS
  }

  /** Empties the one of the set that begins at server `first` with the fewest half-open connections by now. */
  private room(first: number, slot: number): number {
    const { servers } = this
    let free = first
    for (let way = first; way < first + WAYS; way++) {
      this.forget(way * WORDS, slot)
      if (servers[way * WORDS + COUNT]! < servers[free * WORDS + COUNT]!) free = way
    }
    const at = free * WORDS
    if (servers[at + COUNT] !== 0) this.evicted++
    servers.fill(0, at, at + WORDS)
    servers[at + LATEST] = slot
    return free
  }

  private isKey(way: number, kind: Address, port: number, b: Uint8Array, from: number, size: number): boolean {
    const { keys } = this
    const key = way * KEY_BYTES
    if (keys[key] !== kind || keys[key + 1]! * 256 + keys[key + 2]! !== port) return false
    for (let i = 0; i < size; i++) if (keys[key + 4 + i] !== b[from + i]) return false
    return true
  }

  private add(packet: number, count: number): void {
    const at = this.length++ * ROW_WORDS
    if (at === this.rows.length) {
      this.rows = widened(this.rows, at * 2)
    }
    this.rows[at] = packet
    this.rows[at + 1] = this.crossed ? count + CROSSED : count
  }

  private wordAt(packet: number): number {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.rows[middle * ROW_WORDS]! < packet) low = middle + 1
      else high = middle
    }
    return low < this.length && this.rows[low * ROW_WORDS] === packet ? this.rows[low * ROW_WORDS + 1]! : 0
  }
}

const slotOf = (d: Dissection): number => Math.max(Math.floor(d.packet.seconds / SLOT_SECONDS), 0)
