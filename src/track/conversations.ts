/**
 * Conversations: which packets run between the same two endpoints. Each protocol has a table of its own, and numbers its
 * conversations from 0 in the order of their first packets: `tcp.stream` is the conversation's number.
 *
 * Typed columns and one open-addressing hash table: a million conversations are a few arrays and not a million objects.
 * Hashing is symmetric, so both directions meet in the same slot.
 */
import { Address } from '../dissect/index.js'

const words32 = (b: Uint8Array, p: number): number => (b[p]! << 24) | (b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!

/** More conversations than this are not told apart: the rest share the last number, and `refused` counts them. */
const MAX_CONVERSATIONS = 1 << 24

const sizes: Readonly<Record<number, number>> = {
  [Address.None]: 0,
  [Address.Ether]: 6,
  [Address.IPv4]: 4,
  [Address.IPv6]: 16,
}

export class Conversations {
  length = 0
  /** Packets that found no room for a conversation of their own. */
  refused = 0
  kind = new Uint8Array(256)
  /** Addresses of the first sender and of the other end, 16 bytes each, left-aligned. */
  addresses = new Uint8Array(256 * 32)
  portA = new Uint16Array(256)
  portB = new Uint16Array(256)
  /** First and latest packet, counted from 1. */
  first = new Uint32Array(256)
  latest = new Uint32Array(256)
  packets = new Uint32Array(512)
  bytes = new Float64Array(512)
  private hashes = new Uint32Array(256)
  private slots = new Uint32Array(1024)
  private last = 0

  /** Whether the packet that was looked up last runs from the first sender to the other end. */
  forward = true

  /**
   * The conversation between these endpoints, made when there is none. Addresses lie at offsets `src` and `dst` of `b`.
   * Sets `forward`.
   */
  find(kind: Address, b: Uint8Array, src: number, dst: number, sport: number, dport: number): number {
    if (this.length > 0 && this.matches(this.last, kind, b, src, dst, sport, dport)) return this.last
    const hash = hashOf(kind, b, src, dst, sport, dport)
    const mask = this.slots.length - 1
    let slot = hash & mask
    for (let id = this.slots[slot]!; id !== 0; id = this.slots[slot]!) {
      if (this.hashes[id - 1] === hash && this.matches(id - 1, kind, b, src, dst, sport, dport)) {
        return (this.last = id - 1)
      }
      slot = (slot + 1) & mask
    }
    return this.insert(slot, hash, kind, b, src, dst, sport, dport)
  }

  /** Begins a new conversation between the same endpoints (port reuse); later packets belong to the new one. */
  renew(old: number, kind: Address, b: Uint8Array, src: number, dst: number, sport: number, dport: number): number {
    const hash = this.hashes[old]!
    const mask = this.slots.length - 1
    let slot = hash & mask
    while (this.slots[slot] !== old + 1) {
      if (this.slots[slot] === 0) return old
      slot = (slot + 1) & mask
    }
    return this.insert(slot, hash, kind, b, src, dst, sport, dport)
  }

  /** Counts a packet of `size` bytes and returns the packet before it in the conversation (1-based, 0 for none). */
  packet(id: number, number: number, size: number, forward: boolean): number {
    const before = this.latest[id]!
    if (before === 0) this.first[id] = number
    this.latest[id] = number
    const way = id * 2 + (forward ? 0 : 1)
    this.packets[way]!++
    this.bytes[way]! += size
    return before
  }

  private matches(
    id: number,
    kind: Address,
    b: Uint8Array,
    src: number,
    dst: number,
    sport: number,
    dport: number,
  ): boolean {
    if (this.kind[id] !== kind) return false
    const a = this.portA[id]!
    const z = this.portB[id]!
    const size = sizes[kind]!
    if (
      a === sport &&
      z === dport &&
      this.sameAddress(id * 32, b, src, size) &&
      this.sameAddress(id * 32 + 16, b, dst, size)
    ) {
      this.forward = true
      return true
    }
    if (
      a === dport &&
      z === sport &&
      this.sameAddress(id * 32, b, dst, size) &&
      this.sameAddress(id * 32 + 16, b, src, size)
    ) {
      this.forward = false
      return true
    }
    return false
  }

  private sameAddress(at: number, b: Uint8Array, p: number, size: number): boolean {
    const mine = this.addresses
    for (let i = 0; i < size; i++) if (mine[at + i] !== b[p + i]) return false
    return true
  }

  private insert(
    slot: number,
    hash: number,
    kind: Address,
    b: Uint8Array,
    src: number,
    dst: number,
    sport: number,
    dport: number,
  ): number {
    this.forward = true
    if (this.length === MAX_CONVERSATIONS) {
      this.refused++
      return this.length - 1
    }
    const id = this.length++
    if (id === this.portA.length) this.grow()
    this.kind[id] = kind
    const size = sizes[kind]!
    for (let i = 0; i < size; i++) {
      this.addresses[id * 32 + i] = b[src + i]!
      this.addresses[id * 32 + 16 + i] = b[dst + i]!
    }
    this.portA[id] = sport
    this.portB[id] = dport
    this.hashes[id] = hash
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
      let slot = this.hashes[id - 1]! & mask
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask
      this.slots[slot] = id
    }
  }

  private grow(): void {
    const n = this.portA.length * 2
    const wider = <A extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(a: A, b: A): A => (b.set(a), b)
    this.kind = wider(this.kind, new Uint8Array(n))
    this.addresses = wider(this.addresses, new Uint8Array(n * 32))
    this.portA = wider(this.portA, new Uint16Array(n))
    this.portB = wider(this.portB, new Uint16Array(n))
    this.first = wider(this.first, new Uint32Array(n))
    this.latest = wider(this.latest, new Uint32Array(n))
    this.packets = wider(this.packets, new Uint32Array(n * 2))
    this.bytes = wider(this.bytes, new Float64Array(n * 2))
    this.hashes = wider(this.hashes, new Uint32Array(n))
  }
}

/** The same for both directions. */
function hashOf(kind: Address, b: Uint8Array, src: number, dst: number, sport: number, dport: number): number {
  let one = sport
  let other = dport
  const size = sizes[kind]!
  for (let i = 0; i + 4 <= size; i += 4) {
    one = Math.imul(one ^ words32(b, src + i), 0x85ebca6b) ^ (one >>> 13)
    other = Math.imul(other ^ words32(b, dst + i), 0x85ebca6b) ^ (other >>> 13)
  }
  if (kind === Address.Ether) {
    one = Math.imul(one ^ words32(b, src + 2), 0x85ebca6b)
    other = Math.imul(other ^ words32(b, dst + 2), 0x85ebca6b)
  }
  let h = Math.imul((one ^ (one >>> 16)) + (other ^ (other >>> 16)), 0xc2b2ae35)
  h ^= h >>> 15
  return Math.imul(h, 0x27d4eb2f) >>> 0
}
