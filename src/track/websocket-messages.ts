/**
 * Messages of WebSocket connections that are sent in several frames, RFC 6455 section 5.4. No payload is kept: only where
 * it lies, and what it is masked with.
 */
import type { Dissection } from '../dissect/index.js'
import { widened } from '../dissect/widened.js'
import { Assemblies, PieceFlag } from './assemblies.js'
import type { Limited, LimitMet } from './limits.js'
import { MessageLog } from './message-log.js'

/** Directions with an unfinished message; a longer message is not put together, nor one of more frames. */
const MAX_OPEN = 1 << 16
const MAX_MESSAGE = 32 << 20
const MAX_PIECES = 1 << 16

interface Unfinished {
  opcode: number
  /** The packet of its latest frame. */
  latest: number
  assembly: number
  have: number
  pieces: number
}

/** What is known of a frame that belongs to a message of several. */
export interface WebSocketPart {
  /** What the message is. */
  opcode: number
  assembly: number
  size: number
  /** It is the last one, and all of the message is there. */
  ends: boolean
}

const ENDS = 0x80000000

export class WebSocketMessages implements Limited {
  readonly assemblies = new Assemblies()
  /** What was given up: messages beyond the limits. */
  refused = 0
  private readonly open = new Map<number, Unfinished>()
  private readonly log = new MessageLog()
  private parts = 1
  private opcodes = new Uint32Array(64)
  private wholes = new Uint32Array(64)
  /** By piece of an assembly: the mask of its bytes, as they lie, the first one highest. */
  private masks = new Uint32Array(64)
  private readonly part: WebSocketPart = { opcode: 0, assembly: 0, size: 0, ends: false }

  /**
   * Takes a frame in capture order that begins a message, goes on with it, or ends it (`last`); its payload is
   * `start…end`, masked with `mask`.
   */
  take(
    d: Dissection,
    place: number,
    frame: { opcode: number; last: boolean; mask: number; start: number; end: number },
  ): void {
    const key = d.conversation * 2 + (d.forward ? 0 : 1)
    let u = this.open.get(key)
    if (frame.opcode !== 0) {
      if (u !== undefined) this.drop(key, u)
      if (this.open.size === MAX_OPEN) {
        this.refused++
        return
      }
      u = { opcode: frame.opcode, latest: 0, assembly: this.assemblies.begin(), have: 0, pieces: 0 }
      this.open.set(key, u)
    }
    if (u !== undefined) u.latest = d.packet.number
    if (u === undefined || !this.append(d, key, u, frame)) return
    const i = this.parts++
    if (i === this.opcodes.length) {
      this.opcodes = widened(this.opcodes)
      this.wholes = widened(this.wholes)
    }
    this.opcodes[i] = u.opcode
    this.wholes[i] = frame.last ? u.assembly | ENDS : u.assembly
    this.log.add(d.packet.number, place, i)
    this.assemblies.size[u.assembly] = u.have
    if (!frame.last) return
    this.assemblies.completedIn[u.assembly] = d.packet.number
    this.open.delete(key)
  }

  /**
   * What is only known of the first `packets` packets is not needed any more. Messages of connections that are over are
   * forgotten with them; when many are not complete, so are those that may go on.
   */
  forget(packets: number, isOver: (conversation: number) => boolean): void {
    const many = this.open.size > MAX_OPEN / 2
    for (const [key, u] of this.open) if (u.latest <= packets && (many || isOver(key >>> 1))) this.drop(key, u)
    if (!this.log.forget(packets)) return
    const gone = this.log.renumber(this.parts)
    for (const column of [this.opcodes, this.wholes]) column.copyWithin(1, gone + 1, this.parts)
    this.parts -= gone
    const known = new Set<number>()
    for (let i = 1; i < this.parts; i++) known.add(this.wholes[i]! & ~ENDS)
    for (const { assembly } of this.open.values()) known.add(assembly)
    this.assemblies.keepOnly(known)
  }

  /** Memory that is held, in bytes, without what is known of open messages. */
  get bytes(): number {
    return this.assemblies.bytes + this.log.bytes + this.opcodes.length * 8 + this.masks.length * 4
  }

  limits(): LimitMet[] {
    return [
      ['messages not put together', this.refused],
      ['frames of which nothing is remembered', this.log.refused],
    ]
  }

  /** What is known of the frame at `place`; null when it is a message of its own. To be read at once. */
  at(d: Dissection, place: number): WebSocketPart | null {
    const i = this.log.find(d.packet.number, place)
    if (i < 0) return null
    const x = this.part
    const whole = this.wholes[i]!
    x.opcode = this.opcodes[i]!
    x.assembly = whole & ~ENDS
    x.size = this.assemblies.size[x.assembly]!
    x.ends = (whole & ENDS) !== 0
    return x
  }

  /** All bytes of a message without their masks; null when they cannot be read. */
  read(d: Dissection, a: number): Uint8Array | null {
    const { assemblies } = this
    const whole = assemblies.read(a, d, 0, assemblies.size[a]!)
    if (whole === null) return null
    for (let i = assemblies.first[a]!; i !== 0; i = assemblies.next[i]!) {
      const start = assemblies.offset[i]!
      unmask(whole, start, start + assemblies.end[i]! - assemblies.start[i]!, this.masks[i]!)
    }
    return whole
  }

  private append(
    d: Dissection,
    key: number,
    u: Unfinished,
    frame: { mask: number; start: number; end: number },
  ): boolean {
    let fits = u.have + frame.end - frame.start <= MAX_MESSAGE && u.pieces < MAX_PIECES
    let done = 0
    const known =
      fits &&
      d.origin(frame.start, frame.end, (packet, from, to) => {
        const piece = this.assemblies.add(u.assembly, packet, d.packet.number, from, to, u.have)
        if (piece === 0) fits = false
        else {
          while (piece >= this.masks.length) this.masks = widened(this.masks)
          this.masks[piece] = turned(frame.mask, done)
          if (done === 0) this.assemblies.flags[piece]! |= PieceFlag.Begins
          u.have += to - from
        }
        done += to - from
        u.pieces++
      })
    if (known && fits) return true
    this.refused++
    this.drop(key, u)
    return false
  }

  private drop(key: number, u: Unfinished): void {
    this.assemblies.drop(u.assembly)
    this.open.delete(key)
  }
}

/** Takes the mask from `b[start…end)`, RFC 6455 section 5.3; its first byte is the highest of `mask`. */
export function unmask(b: Uint8Array, start: number, end: number, mask: number): void {
  if (mask === 0) return
  for (let i = start; i < end; i++) b[i] = b[i]! ^ ((mask >>> (24 - (((i - start) & 3) << 3))) & 0xff)
}

/** The mask as it is `done` bytes later. */
function turned(mask: number, done: number): number {
  const bits = (done & 3) << 3
  return bits === 0 ? mask : ((mask << bits) | (mask >>> (32 - bits))) >>> 0
}
