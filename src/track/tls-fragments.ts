/**
 * Handshake messages of TLS that are split over records, RFC 8446 section 5.1. No payload is kept: only where it lies.
 */
import type { Dissection } from '../dissect/index.js'
import { widened } from '../dissect/widened.js'
import { Assemblies, PieceFlag } from './assemblies.js'
import type { LimitMet } from './limits.js'
import { MessageLog } from './message-log.js'

/** Directions with an unfinished message, and records of one message. */
const MAX_OPEN = 1 << 16
const MAX_PIECES = 1 << 12

interface Unfinished {
  assembly: number
  have: number
  pieces: number
  /** The packet with the latest part of it. */
  latest: number
}

/** The message that a record goes on with. */
export interface TlsFragment {
  assembly: number
  /** Bytes of it before this record. */
  have: number
}

export class TlsFragments {
  readonly assemblies = new Assemblies()
  /** Messages that were given up. */
  refused = 0
  private readonly open = new Map<number, Unfinished>()
  private readonly log = new MessageLog()
  private entries = 1
  private wholes = new Uint32Array(64)
  private haves = new Uint32Array(64)
  private readonly fragment: TlsFragment = { assembly: 0, have: 0 }

  /** The unfinished message of this direction, for the record at `place`, which is met for the first time. */
  pending(d: Dissection, place: number): TlsFragment | null {
    const u = this.open.get(keyOf(d))
    if (u === undefined) return null
    this.remember(d, place, u.assembly, u.have)
    return this.at(d, place)
  }

  /** The message that the record at `place`, or the part there, belongs to; null for none. To be read at once. */
  at(d: Dissection, place: number): TlsFragment | null {
    const i = this.log.find(d.packet.number, place)
    if (i < 0) return null
    this.fragment.assembly = this.wholes[i]!
    this.fragment.have = this.haves[i]!
    return this.fragment
  }

  /** Begins a message with the bytes `start…end` at `place`. */
  begin(d: Dissection, place: number, start: number, end: number): void {
    if (this.open.size === MAX_OPEN) {
      this.refused++
      return
    }
    const u = { assembly: this.assemblies.begin(), have: 0, pieces: 0, latest: d.packet.number }
    this.open.set(keyOf(d), u)
    this.remember(d, place, u.assembly, 0)
    this.append(d, start, end)
  }

  /** Goes on with the unfinished message of this direction. */
  append(d: Dissection, start: number, end: number): void {
    const key = keyOf(d)
    const u = this.open.get(key)
    if (u === undefined) return
    let fits = u.pieces < MAX_PIECES
    let done = false
    const known =
      fits &&
      d.origin(start, end, (packet, from, to) => {
        const piece = this.assemblies.add(u.assembly, packet, d.packet.number, from, to, u.have)
        if (piece === 0) fits = false
        else {
          if (!done) this.assemblies.flags[piece]! |= PieceFlag.Begins
          done = true
          u.have += to - from
        }
      })
    u.pieces++
    u.latest = d.packet.number
    if (known && fits) {
      this.assemblies.size[u.assembly] = u.have
      return
    }
    this.refused++
    this.assemblies.drop(u.assembly)
    this.open.delete(key)
  }

  /** The message is all there. */
  complete(d: Dissection): void {
    const key = keyOf(d)
    const u = this.open.get(key)
    if (u === undefined) return
    this.assemblies.completedIn[u.assembly] = d.packet.number
    this.open.delete(key)
  }

  /** Forgets what is only known of the first `packets` packets; of messages that may go on, when there are many. */
  forget(packets: number, isOver: (conversation: number) => boolean): void {
    const many = this.open.size > MAX_OPEN / 2
    for (const [key, u] of this.open) {
      if (u.latest > packets || !(many || isOver(key >>> 1))) continue
      this.assemblies.drop(u.assembly)
      this.open.delete(key)
    }
    if (!this.log.forget(packets)) return
    const gone = this.log.renumber(this.entries)
    for (const column of [this.wholes, this.haves]) column.copyWithin(1, gone + 1, this.entries)
    this.entries -= gone
    const known = new Set<number>(this.wholes.subarray(1, this.entries))
    for (const { assembly } of this.open.values()) known.add(assembly)
    this.assemblies.keepOnly(known)
  }

  /** Memory that is held, in bytes, without what is known of open messages. */
  get bytes(): number {
    return this.assemblies.bytes + this.log.bytes + this.wholes.length * 8
  }

  limits(): LimitMet[] {
    return [
      ['handshake messages of TLS not put together', this.refused],
      ['records of TLS of which nothing is remembered', this.log.refused],
    ]
  }

  private remember(d: Dissection, place: number, assembly: number, have: number): void {
    const i = this.entries++
    if (i === this.wholes.length) {
      this.wholes = widened(this.wholes)
      this.haves = widened(this.haves)
    }
    this.wholes[i] = assembly
    this.haves[i] = have
    this.log.add(d.packet.number, place, i)
  }
}

const keyOf = (d: Dissection): number => d.conversation * 2 + (d.forward ? 0 : 1)
