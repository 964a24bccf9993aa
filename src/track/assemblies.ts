/**
 * What is put together from several packets: for each assembly, which bytes of which packets it consists of. No payload
 * is kept; the bytes are read back from the capture whenever they are wanted.
 *
 * Assemblies are numbered from 1, pieces as well, and 0 means none. Pieces form a list in each assembly, by offset.
 */
import type { ByteSource, Dissection, TakePiece } from '../dissect/index.js'
import { widened } from '../dissect/widened.js'

/** More pieces than this are not remembered at once; `refused` counts what found no room. */
const MAX_PIECES = 1 << 26

/** What is noteworthy about one piece. */
export const PieceFlag = {
  /** Some of its bytes were there already, */
  Overlap: 1,
  /** and were different. */
  Conflict: 2,
  /** It says that the whole ends elsewhere than another one said. */
  OtherEnd: 4,
  /** It goes on behind the end. */
  TooLong: 8,
  /** It begins a part that is told from the one before it, even if both came with one packet. */
  Begins: 16,
} as const

export class Assemblies {
  /** Bytes of each assembly, and the packet that completed it (0 while it is not complete). */
  size = new Uint32Array(64)
  completedIn = new Uint32Array(64)
  /** First and last piece. */
  first = new Uint32Array(64)
  private last = new Uint32Array(64)
  private length = 1
  /** Numbers that nobody uses any more. */
  private readonly freed: number[] = []

  /** Of each piece: the packet and the bytes `start…end` of it, where they belong, and the next piece. */
  packet = new Uint32Array(64)
  start = new Uint32Array(64)
  end = new Uint32Array(64)
  offset = new Uint32Array(64)
  next = new Uint32Array(64)
  flags = new Uint8Array(64)
  private pieces = 1
  private free = 0
  /** The packet a piece came with, where that is not the one that holds its bytes (a fragment in a fragment). */
  private readonly carriers = new Map<number, number>()
  /** What `pieceAt` was asked last, and its answer. */
  private sought = 0
  private found = 0
  /** Pieces that found no room. */
  refused = 0

  /** Begins an assembly and returns its number. */
  begin(): number {
    const freed = this.freed.pop()
    if (freed !== undefined) {
      this.size[freed] = this.completedIn[freed] = 0
      return freed
    }
    const a = this.length++
    if (a === this.size.length) this.growAssemblies()
    return a
  }

  /**
   * Adds bytes `start…end` of `packet`, which came with packet `carrier`, at `offset`, behind all pieces that do not begin
   * later. Returns the piece's number, 0 when there is no room.
   */
  add(a: number, packet: number, carrier: number, start: number, end: number, offset: number): number {
    const i = this.newPiece()
    if (i === 0) return 0
    this.packet[i] = packet
    this.start[i] = start
    this.end[i] = end
    this.offset[i] = offset
    this.flags[i] = 0
    if (carrier !== packet) this.carriers.set(i, carrier)
    const last = this.last[a]!
    if (last === 0) {
      this.next[i] = 0
      this.first[a] = this.last[a] = i
    } else if (this.offset[last]! <= offset) {
      this.next[i] = 0
      this.next[last] = this.last[a] = i
    } else this.insert(a, i, offset)
    return i
  }

  /** Adds the bytes behind offset `from` of assembly `a` to another one, where they begin at 0. */
  copyTail(a: number, from: number, to: number): void {
    let done = from
    for (let i = this.first[a]!; i !== 0; i = this.next[i]!) {
      const offset = this.offset[i]!
      const end = offset + this.end[i]! - this.start[i]!
      if (end <= done) continue
      this.add(to, this.packet[i]!, this.carrier(i), this.start[i]! + done - offset, this.end[i]!, done - from)
      done = end
    }
  }

  /** The packet that piece `i` came with. */
  carrier(i: number): number {
    return this.carriers.size === 0 ? this.packet[i]! : (this.carriers.get(i) ?? this.packet[i]!)
  }

  /** Forgets the pieces of an assembly that will never be complete. */
  drop(a: number): void {
    for (let i = this.first[a]!; i !== 0; ) {
      const next = this.next[i]!
      if (this.carriers.size > 0) this.carriers.delete(i)
      this.next[i] = this.free
      this.free = i
      i = next
    }
    this.first[a] = this.last[a] = 0
    if (this.sought === a) this.found = 0
  }

  /** Forgets all assemblies but these, whose numbers nobody else uses: others get them. */
  keepOnly(kept: ReadonlySet<number>): void {
    const free = new Set(this.freed)
    for (let a = 1; a < this.length; a++) {
      if (kept.has(a) || free.has(a)) continue
      this.drop(a)
      this.freed.push(a)
    }
  }

  /**
   * Reads bytes `from…to` of an assembly. Where pieces overlap, the one that begins first has its say. Null when bytes are
   * missing. `first` is a piece with nothing before it that matters.
   */
  read(a: number, d: Dissection, from: number, to: number, first = this.first[a]!): Uint8Array | null {
    if (from >= to) return EMPTY
    const out = new Uint8Array(to - from)
    let done = from
    for (let i = first; i !== 0 && done < to; i = this.next[i]!) {
      const offset = this.offset[i]!
      const size = this.end[i]! - this.start[i]!
      if (offset + size <= done) continue
      if (offset > done) return null
      const until = Math.min(offset + size, to)
      const begin = this.start[i]! + done - offset
      const bytes = d.fetch(this.packet[i]!, begin, begin + until - done)
      if (bytes === null) return null
      out.set(bytes, done - from)
      done = until
    }
    return done === to ? out : null
  }

  /**
   * The piece that holds offset `from` of an assembly whose pieces follow each other, or one before it. Quick when asked
   * for one offset after the other.
   */
  pieceAt(a: number, from: number): number {
    let i = this.sought === a && this.found !== 0 && this.offset[this.found]! <= from ? this.found : this.first[a]!
    while (i !== 0 && this.next[i] !== 0 && this.offset[this.next[i]!]! <= from) i = this.next[i]!
    this.sought = a
    this.found = i
    return i
  }

  /** Reads at most `size` bytes from the beginning of an assembly, as far as they came with packets up to `number`. */
  readUpTo(a: number, d: Dissection, number: number, size: number): Uint8Array | null {
    let end = 0
    for (let i = this.first[a]!; i !== 0 && end < size && this.carrier(i) <= number; i = this.next[i]!) {
      end = this.offset[i]! + this.end[i]! - this.start[i]!
    }
    return this.read(a, d, 0, Math.min(end, size))
  }

  /** For `Dissection.into`: which packets' bytes the assembly consists of. */
  origin(a: number): ByteSource['origin'] {
    return (from: number, to: number, take: TakePiece): void => {
      let done = from
      for (let i = this.first[a]!; i !== 0 && done < to; i = this.next[i]!) {
        const offset = this.offset[i]!
        const size = this.end[i]! - this.start[i]!
        if (offset + size <= done || offset > done) continue
        const until = Math.min(offset + size, to)
        take(this.packet[i]!, this.start[i]! + done - offset, this.start[i]! + until - offset)
        done = until
      }
    }
  }

  /** Memory that is held, in bytes. */
  get bytes(): number {
    return this.size.length * 16 + this.packet.length * 21
  }

  private insert(a: number, i: number, offset: number): void {
    let before = 0
    for (let j = this.first[a]!; j !== 0 && this.offset[j]! <= offset; j = this.next[j]!) before = j
    if (before === 0) {
      this.next[i] = this.first[a]!
      this.first[a] = i
    } else {
      this.next[i] = this.next[before]!
      this.next[before] = i
    }
  }

  private newPiece(): number {
    const freed = this.free
    if (freed !== 0) {
      this.free = this.next[freed]!
      return freed
    }
    if (this.pieces === MAX_PIECES) {
      this.refused++
      return 0
    }
    const i = this.pieces++
    if (i === this.packet.length) this.growPieces()
    return i
  }

  private growAssemblies(): void {
    const n = this.size.length * 2
    this.size = widened(this.size, n)
    this.completedIn = widened(this.completedIn, n)
    this.first = widened(this.first, n)
    this.last = widened(this.last, n)
  }

  private growPieces(): void {
    const n = this.packet.length * 2
    this.packet = widened(this.packet, n)
    this.start = widened(this.start, n)
    this.end = widened(this.end, n)
    this.offset = widened(this.offset, n)
    this.next = widened(this.next, n)
    this.flags = widened(this.flags, n)
  }
}

const EMPTY = new Uint8Array(0)
