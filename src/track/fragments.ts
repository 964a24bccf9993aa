/**
 * Fragments of IP datagrams, RFC 791 section 3.2 and RFC 8200 section 4.5: which of them belong together, and when a
 * datagram is complete. They may come in any order, twice, overlapping and contradicting each other.
 */
import { Address, type Dissection } from '../dissect/index.js'
import { widened } from '../dissect/widened.js'
import { Assemblies, PieceFlag } from './assemblies.js'
import type { Limited, LimitMet } from './limits.js'

/** Datagrams that wait for fragments at once; the oldest makes room for a new one. */
const MAX_WAITING = 16_384
/** Fragments of one datagram; more can only be repetitions. */
const MAX_FRAGMENTS = 16_384
const SLOTS = 1 << 14

const UNKNOWN = 0xffffffff

/** One fragment, as the dissector's summary has it. */
export interface Fragment {
  /** Identification and protocol, which name the datagram together with the addresses. */
  id: number
  protocol: number
  /** Offset and length in bytes. */
  offset: number
  length: number
  more: boolean
}

export class Fragments implements Limited {
  readonly assemblies = new Assemblies()
  /** What was given up: datagrams that waited too long, that made room for others, fragments beyond the limits. */
  timedOut = 0
  evicted = 0
  refused = 0
  /** Datagrams that wait. */
  waiting = 0

  /** Of each datagram that waits: its assembly, its names, the chain of its hash slot and of its age. */
  private assembly = new Uint32Array(64)
  private readonly addresses: Uint8Array[] = []
  private id = new Uint32Array(64)
  private protocol = new Uint8Array(64)
  private since = new Float64Array(64)
  private received = new Uint32Array(64)
  private count = new Uint32Array(64)
  private total = new Uint32Array(64)
  private chain = new Uint32Array(64)
  private older = new Uint32Array(64)
  private newer = new Uint32Array(64)
  private readonly slots = new Uint32Array(SLOTS)
  private rows = 1
  private freeRow = 0
  private oldest = 0
  private newest = 0

  /** Which assembly each fragment went to, by packet, in capture order. */
  private packets = new Uint32Array(64)
  private ids = new Uint32Array(64)
  private offsets = new Uint32Array(64)
  private assemblyOf = new Uint32Array(64)
  private known = 0

  /** `timeout`: seconds that a datagram waits for its last fragment, counted from the first that came. */
  constructor(private readonly timeout: number) {}

  /**
   * Takes a fragment whose data is bytes `d.pos…d.pos + length` of the dissection. Returns the assembly that it completes,
   * 0 while fragments are missing.
   */
  add(d: Dissection, s: Fragment): number {
    const now = d.packet.seconds
    while (this.oldest !== 0 && now - this.since[this.oldest]! > this.timeout) {
      this.timedOut++
      this.giveUp(this.oldest)
    }
    const row = this.find(d, s) || this.begin(d, s, now)
    const a = this.assembly[row]!
    if (this.count[row]! >= MAX_FRAGMENTS || !this.take(row, d, s)) {
      this.refused++
      return 0
    }
    this.note(d.packet.number, s, a)
    if (!this.isComplete(row)) return 0
    if (!this.compare(a, this.total[row]!, d)) return 0
    this.assemblies.size[a] = this.total[row]!
    this.assemblies.completedIn[a] = d.packet.number
    this.remove(row)
    return a
  }

  limits(): LimitMet[] {
    return [
      ['datagrams whose fragments took too long', this.timedOut],
      ['datagrams that made room for others while fragments were missing', this.evicted],
      ['fragments that found no room', this.refused],
    ]
  }

  /** The assembly that a fragment of an earlier packet went to, 0 for none. */
  assemblyIn(packet: number, id: number, offset: number): number {
    let low = 0
    let high = this.known
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.packets[middle]! < packet) low = middle + 1
      else high = middle
    }
    for (let i = low; i < this.known && this.packets[i] === packet; i++) {
      if (this.ids[i] === id && this.offsets[i] === offset) return this.assemblyOf[i]!
    }
    return 0
  }

  private take(row: number, d: Dissection, s: Fragment): boolean {
    const a = this.assembly[row]!
    const { assemblies } = this
    const carrier = d.packet.number
    let piece = 0
    let offset = s.offset
    const known = d.origin(d.pos, d.pos + s.length, (packet, start, end) => {
      const i = assemblies.add(a, packet, carrier, start, end, offset)
      if (piece === 0) piece = i
      offset += end - start
    })
    if (!known || piece === 0) return false
    this.count[row]!++
    this.received[row]! += s.length
    if (!s.more) {
      const end = s.offset + s.length
      if (this.total[row] === UNKNOWN) this.total[row] = end
      else if (this.total[row] !== end) assemblies.flags[piece]! |= PieceFlag.OtherEnd
    }
    return true
  }

  /** Is every byte up to the end there? What lies behind a gap may be behind the end, too. */
  private isComplete(row: number): boolean {
    const total = this.total[row]!
    if (total === UNKNOWN || this.received[row]! < total) return false
    const { first, next, offset, start, end } = this.assemblies
    let reach = 0
    for (let i = first[this.assembly[row]!]!; i !== 0; i = next[i]!) {
      if (offset[i]! > reach) break
      reach = Math.max(reach, offset[i]! + end[i]! - start[i]!)
    }
    return reach >= total
  }

  /** Flags the pieces that say again what others said before, and otherwise. False when bytes cannot be read back. */
  private compare(a: number, total: number, d: Dissection): boolean {
    const { first, next, offset, start, end, flags, packet } = this.assemblies
    const whole = this.assemblies.read(a, d, 0, total)
    if (whole === null) return false
    let reach = 0
    for (let i = first[a]!; i !== 0; i = next[i]!) {
      const from = offset[i]!
      const to = from + end[i]! - start[i]!
      if (from < reach && to > from) {
        flags[i]! |= PieceFlag.Overlap
        const until = Math.min(to, reach, total)
        const bytes = d.fetch(packet[i]!, start[i]!, end[i]!)
        if (bytes !== null && !same(bytes, whole, from, until)) flags[i]! |= PieceFlag.Conflict
      }
      if (to > total) flags[i]! |= PieceFlag.TooLong
      reach = Math.max(reach, to)
    }
    return true
  }

  private find(d: Dissection, s: Fragment): number {
    const b = d.addressBytes
    for (let row = this.slots[slotOf(d, s)]!; row !== 0; row = this.chain[row]!) {
      if (this.id[row] === s.id && this.protocol[row] === s.protocol && sameAddresses(this.addresses[row]!, d, b))
        return row
    }
    return 0
  }

  private begin(d: Dissection, s: Fragment, now: number): number {
    if (this.waiting === MAX_WAITING) {
      this.evicted++
      this.giveUp(this.oldest)
    }
    let row = this.freeRow
    if (row !== 0) this.freeRow = this.chain[row]!
    else {
      row = this.rows++
      if (row === this.assembly.length) this.grow()
    }
    this.waiting++
    this.assembly[row] = this.assemblies.begin()
    const size = sizeOf(d.addressKind)
    const b = d.addressBytes
    const both = new Uint8Array(size * 2)
    both.set(b.subarray(d.src, d.src + size))
    both.set(b.subarray(d.dst, d.dst + size), size)
    this.addresses[row] = both
    this.id[row] = s.id
    this.protocol[row] = s.protocol
    this.since[row] = now
    this.received[row] = this.count[row] = 0
    this.total[row] = UNKNOWN
    const slot = slotOf(d, s)
    this.chain[row] = this.slots[slot]!
    this.slots[slot] = row
    this.older[row] = this.newest
    this.newer[row] = 0
    if (this.newest !== 0) this.newer[this.newest] = row
    else this.oldest = row
    this.newest = row
    return row
  }

  private giveUp(row: number): void {
    this.assemblies.drop(this.assembly[row]!)
    this.remove(row)
  }

  /** Takes a datagram out of those that wait. */
  private remove(row: number): void {
    const slot = slotAt(this.addresses[row]!, this.id[row]!, this.protocol[row]!)
    if (this.slots[slot] === row) this.slots[slot] = this.chain[row]!
    else {
      let before = this.slots[slot]!
      while (this.chain[before] !== row) before = this.chain[before]!
      this.chain[before] = this.chain[row]!
    }
    const older = this.older[row]!
    const newer = this.newer[row]!
    if (older !== 0) this.newer[older] = newer
    else this.oldest = newer
    if (newer !== 0) this.older[newer] = older
    else this.newest = older
    this.chain[row] = this.freeRow
    this.freeRow = row
    this.waiting--
  }

  private note(packet: number, s: Fragment, a: number): void {
    const i = this.known++
    if (i === this.packets.length) {
      const n = i * 2
      this.packets = widened(this.packets, n)
      this.ids = widened(this.ids, n)
      this.offsets = widened(this.offsets, n)
      this.assemblyOf = widened(this.assemblyOf, n)
    }
    this.packets[i] = packet
    this.ids[i] = s.id
    this.offsets[i] = s.offset
    this.assemblyOf[i] = a
  }

  private grow(): void {
    const n = this.assembly.length * 2
    this.assembly = widened(this.assembly, n)
    this.id = widened(this.id, n)
    this.protocol = widened(this.protocol, n)
    this.since = widened(this.since, n)
    this.received = widened(this.received, n)
    this.count = widened(this.count, n)
    this.total = widened(this.total, n)
    this.chain = widened(this.chain, n)
    this.older = widened(this.older, n)
    this.newer = widened(this.newer, n)
  }
}

const sizeOf = (kind: Address): number => (kind === Address.IPv6 ? 16 : kind === Address.IPv4 ? 4 : 0)

/** Both addresses, the source first. */
function sameAddresses(both: Uint8Array, d: Dissection, b: Uint8Array): boolean {
  const size = sizeOf(d.addressKind)
  if (both.length !== size * 2) return false
  for (let i = 0; i < size; i++) if (both[i] !== b[d.src + i] || both[size + i] !== b[d.dst + i]) return false
  return true
}

function slotOf(d: Dissection, s: Fragment): number {
  const size = sizeOf(d.addressKind)
  const b = d.addressBytes
  let h = Math.imul(s.id, 0x9e3779b1) ^ s.protocol
  for (let i = 0; i < size; i++) h = Math.imul(h ^ b[d.src + i]!, 0x85ebca6b)
  for (let i = 0; i < size; i++) h = Math.imul(h ^ b[d.dst + i]!, 0x85ebca6b)
  return (h ^ (h >>> 15)) & (SLOTS - 1)
}
function slotAt(both: Uint8Array, id: number, protocol: number): number {
  let h = Math.imul(id, 0x9e3779b1) ^ protocol
  for (let i = 0; i < both.length; i++) h = Math.imul(h ^ both[i]!, 0x85ebca6b)
  return (h ^ (h >>> 15)) & (SLOTS - 1)
}

function same(bytes: Uint8Array, whole: Uint8Array, from: number, until: number): boolean {
  for (let p = from; p < until; p++) if (bytes[p - from] !== whole[p]) return false
  return true
}
