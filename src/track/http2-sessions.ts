/**
 * What HTTP/2 connections leave behind from frame to frame: the tables of header compression, what the body of each
 * stream is, and where its bytes lie. Frames are met in capture order once and found again by packet and place.
 */
import type { Dissection } from '../dissect/index.js'
import { widened } from '../dissect/widened.js'
import { Assemblies, PieceFlag } from './assemblies.js'
import { HeaderBlocks, HeaderForm } from './header-blocks.js'
import { HeaderTexts } from './header-texts.js'
import { HeaderDecoder } from './hpack.js'
import type { Limited, LimitMet } from './limits.js'
import { MessageLog } from './message-log.js'

/** Connections and open streams that are remembered; of more streams in one connection, the oldest is given up. */
const MAX_CONNECTIONS = 1 << 16
const MAX_STREAMS = 1024
/** A longer body is not put together. */
const MAX_BODY = 32 << 20
/** Pieces of an empty body, or of one whose frames are tiny. */
const MAX_PIECES = 1 << 16

interface Stream {
  /** The fields with the type and the coding of its body; 0 for none. */
  type: number
  encoding: number
  assembly: number
  have: number
  pieces: number
  lost: boolean
}

interface Connection {
  readonly decoders: readonly [HeaderDecoder, HeaderDecoder]
  /** The packet of its latest frame that left something behind. */
  latest: number
  /** Open streams by their number and direction. */
  readonly streams: Map<number, Stream>
}

/** What is known of the body that a frame has a part of. */
export interface Http2Body {
  type: number
  encoding: number
  /** The frames' bytes together, 0 where they are those of one frame, or not all there. */
  assembly: number
  size: number
  /** This frame ends the body. */
  ends: boolean
}

const ENDS = 0x80000000

export class Http2Sessions implements Limited {
  readonly texts = new HeaderTexts()
  readonly blocks = new HeaderBlocks()
  readonly assemblies = new Assemblies()
  /** What was given up: connections and streams beyond the limit, bodies that are too long. */
  refused = 0
  evicted = 0
  tooLong = 0
  private readonly connections = new Map<number, Connection>()
  private readonly blockLog = new MessageLog()
  private readonly bodyLog = new MessageLog()
  private bodies = 1
  private types = new Uint32Array(64)
  private encodings = new Uint32Array(64)
  private parts = new Uint32Array(64)
  private readonly body: Http2Body = { type: 0, encoding: 0, assembly: 0, size: 0, ends: false }

  /**
   * Decodes a header block fragment of stream `stream`, in capture order. `last` ends the header list. Returns the block,
   * 0 for none. The stream whose fields they are is `of`: that of a push is the promised one.
   */
  headers(d: Dissection, place: number, of: number, start: number, end: number, last: boolean): number {
    const connection = this.connection(d)
    if (connection === null) return 0
    const block = this.blocks.begin()
    connection.decoders[d.forward ? 0 : 1].decode(d.bytes, start, end, last)
    this.blockLog.add(d.packet.number, place, block)
    this.learn(connection, of * 2 + (d.forward ? 0 : 1), block)
    return block
  }

  /**
   * What is only known of the first `packets` packets is not needed any more. Connections that are over and had nothing to
   * say since then are forgotten; when there are many, so are those that may go on.
   */
  forget(packets: number, isOver: (conversation: number) => boolean): void {
    const many = this.connections.size > MAX_CONNECTIONS / 2
    for (const [conversation, { latest }] of this.connections) {
      if (latest <= packets && (many || isOver(conversation))) this.connections.delete(conversation)
    }
    if (this.blockLog.forget(packets)) this.blocks.forget(this.blockLog.renumber(this.blocks.next))
    if (this.bodyLog.forget(packets)) this.forgetBodies(this.bodyLog.renumber(this.bodies))
    if (this.texts.isLarge) this.texts.keepOnly((numberOf) => this.mapFields(numberOf))
  }

  /** Memory that is held, in bytes, without what is known of open connections. */
  get bytes(): number {
    const { texts, blocks, assemblies, blockLog, bodyLog } = this
    return texts.held + blocks.bytes + assemblies.bytes + blockLog.bytes + bodyLog.bytes + this.types.length * 12
  }

  limits(): LimitMet[] {
    return [
      ['frames of connections that found no room', this.refused],
      ['streams that made room for others', this.evicted],
      ['bodies too long to be put together', this.tooLong],
      ['texts of headers that found no room', this.texts.refused],
      ['header lines that found no room', this.blocks.refused],
      ['pieces of bodies that found no room', this.assemblies.refused],
      ['frames of which nothing is remembered', this.blockLog.refused + this.bodyLog.refused],
    ]
  }

  /** The block of the frame at `place`, when it was met before; 0 for none. */
  blockAt(d: Dissection, place: number): number {
    return Math.max(this.blockLog.find(d.packet.number, place), 0)
  }

  /** Takes the part `start…end` of a stream's body, in capture order. `ends` says that no other follows. */
  data(d: Dissection, place: number, stream: number, start: number, end: number, ends: boolean): void {
    const connection = this.connection(d)
    if (connection === null) return
    const key = stream * 2 + (d.forward ? 0 : 1)
    const s = this.stream(connection, key)
    if (!ends || s.assembly !== 0) this.append(d, s, start, end)
    if (ends) {
      if (s.assembly !== 0) this.assemblies.completedIn[s.assembly] = d.packet.number
      connection.streams.delete(key)
    }
    if (s.assembly !== 0) this.assemblies.size[s.assembly] = s.have
    this.keep(d, place, s, ends)
  }

  /** Does the body of a stream end with a frame that has no part of it? Then `data` is to be told. */
  isUnfinished(d: Dissection, stream: number): boolean {
    const s = this.connections.get(d.conversation)?.streams.get(stream * 2 + (d.forward ? 0 : 1))
    return s !== undefined && s.assembly !== 0
  }

  /** The stream ends without an end of its bodies. */
  reset(d: Dissection, stream: number): void {
    const streams = this.connections.get(d.conversation)?.streams
    if (streams === undefined) return
    for (const key of [stream * 2, stream * 2 + 1]) {
      const s = streams.get(key)
      if (s !== undefined) this.drop(s)
      streams.delete(key)
    }
  }

  /** What is known of the body that the frame at `place` has a part of; null for nothing. To be read at once. */
  bodyAt(d: Dissection, place: number): Http2Body | null {
    const i = this.bodyLog.find(d.packet.number, place)
    if (i < 0) return null
    const x = this.body
    const part = this.parts[i]!
    x.type = this.types[i]!
    x.encoding = this.encodings[i]!
    x.assembly = part & ~ENDS
    x.size = this.assemblies.size[x.assembly]!
    x.ends = (part & ENDS) !== 0
    return x
  }

  private connection({ conversation, packet }: Dissection): Connection | null {
    const known = this.connections.get(conversation)
    if (known !== undefined) {
      known.latest = packet.number
      return known
    }
    if (this.connections.size === MAX_CONNECTIONS) {
      this.refused++
      return null
    }
    const decoder = (): HeaderDecoder => new HeaderDecoder(this.texts, this.blocks)
    const connection: Connection = { decoders: [decoder(), decoder()], latest: packet.number, streams: new Map() }
    this.connections.set(conversation, connection)
    return connection
  }

  /** Forgets the first `gone` bodies; those behind them count from 1 again. Assemblies that nobody knows are free. */
  private forgetBodies(gone: number): void {
    for (const column of [this.types, this.encodings, this.parts]) column.copyWithin(1, gone + 1, this.bodies)
    this.bodies -= gone
    const known = new Set<number>()
    for (let i = 1; i < this.bodies; i++) known.add(this.parts[i]! & ~ENDS)
    for (const { streams } of this.connections.values()) for (const s of streams.values()) known.add(s.assembly)
    this.assemblies.keepOnly(known)
  }

  /** Puts what `numberOf` says in the place of every field that somebody refers to. */
  private mapFields(numberOf: (field: number) => number): void {
    this.blocks.mapFields(numberOf)
    for (let i = 1; i < this.bodies; i++) {
      this.types[i] = numberOf(this.types[i]!)
      this.encodings[i] = numberOf(this.encodings[i]!)
    }
    for (const { decoders, streams } of this.connections.values()) {
      for (const decoder of decoders) decoder.mapFields(numberOf)
      for (const s of streams.values()) {
        s.type = numberOf(s.type)
        s.encoding = numberOf(s.encoding)
      }
    }
  }

  private stream(connection: Connection, key: number): Stream {
    const { streams } = connection
    let s = streams.get(key)
    if (s !== undefined) return s
    if (streams.size === MAX_STREAMS) {
      const [oldest, given] = streams.entries().next().value!
      this.drop(given)
      streams.delete(oldest)
      this.evicted++
    }
    s = { type: 0, encoding: 0, assembly: 0, have: 0, pieces: 0, lost: false }
    streams.set(key, s)
    return s
  }

  /** Remembers what the fields of a block say of the stream's body. */
  private learn(connection: Connection, key: number, block: number): void {
    const { blocks, texts } = this
    const first = blocks.first[block]!
    for (let i = first; i < first + blocks.count[block]!; i++) {
      if (blocks.form[i] === HeaderForm.TableSize) continue
      const field = blocks.field[i]!
      if (texts.isNamed(field, 'content-type')) this.stream(connection, key).type = field
      else if (texts.isNamed(field, 'content-encoding')) this.stream(connection, key).encoding = field
    }
  }

  private append(d: Dissection, s: Stream, start: number, end: number): void {
    if (s.lost || start === end) return
    if (s.have + end - start > MAX_BODY || s.pieces === MAX_PIECES) return this.lose(s)
    const carrier = d.packet.number
    s.assembly ||= this.assemblies.begin()
    const begins = s.have
    let fits = true
    const known = d.origin(start, end, (packet, from, to) => {
      const piece = this.assemblies.add(s.assembly, packet, carrier, from, to, s.have)
      if (piece === 0) fits = false
      else {
        if (s.have === begins) this.assemblies.flags[piece]! |= PieceFlag.Begins
        s.have += to - from
      }
      s.pieces++
    })
    if (!known || !fits) this.lose(s)
  }

  private lose(s: Stream): void {
    this.tooLong++
    this.drop(s)
    s.lost = true
  }

  private drop(s: Stream): void {
    if (s.assembly !== 0) this.assemblies.drop(s.assembly)
    s.assembly = s.have = 0
  }

  private keep(d: Dissection, place: number, s: Stream, ends: boolean): void {
    const i = this.bodies++
    if (i === this.types.length) {
      this.types = widened(this.types)
      this.encodings = widened(this.encodings)
      this.parts = widened(this.parts)
    }
    this.types[i] = s.type
    this.encodings[i] = s.encoding
    this.parts[i] = ends ? s.assembly | ENDS : s.assembly
    this.bodyLog.add(d.packet.number, place, i)
  }
}
