/**
 * Follows what HTTP/1 says on a TCP stream, as tshark does: of each message the head, then the body without chunks and
 * codings. No byte is kept: a packet is dissected once more when its parts are read.
 */
import type { Library } from '../dissect/dissection.js'
import { type Field, fieldsNamed } from '../dissect/field.js'
import type { Registry } from '../dissect/registry.js'
import { Chunks } from './chunks.js'
import { type Endpoint, type Payload, Payloads } from './payloads.js'
import { Places } from './places.js'

/** A head, or a body of which nothing is packed. */
interface Part {
  readonly bytes: Uint8Array
  /** It is of a message without a head. */
  readonly headless: boolean
}

const LINE_FEED = 0x0a
const RETURN = 0x0d

export class HttpFollower {
  /** Who sent the first message, and the other end; null as long as there was none. */
  client: Endpoint | null = null
  server: Endpoint | null = null
  readonly chunks: Chunks
  private readonly payloads: Payloads
  private readonly self: Field
  private readonly file: Field
  private readonly chunk: Field
  /** Each message that has a head has one of these. */
  private readonly heads: ReadonlySet<number>
  /** The packet whose parts these are, 0 for none. */
  private packet = 0
  private parts: readonly Part[] = []
  /** A proxy was asked to connect, and it did: what the two ends say from now on is no HTTP. */
  private asked = false
  private connected = false

  /** `show` dissects a packet, counted from 1, with what it is given. */
  constructor(registry: Registry, show: (d: Payloads['dissection'], packet: number) => void) {
    const field = (name: string): Field => fieldsNamed(name)[0]!
    this.self = field('http')
    this.file = field('http.file_data')
    this.chunk = field('http.chunk_size')
    const heads = ['http.request', 'http.response', 'http.notification'].map(field)
    this.heads = new Set(heads.map(({ id }) => id))
    this.payloads = new Payloads(registry, 'tcp', [this.self, this.file, this.chunk, ...heads])
    this.chunks = new Parts((packet) => {
      if (packet !== this.packet) {
        show(this.payloads.dissection, packet)
        this.parts = this.partsShown()
        this.packet = packet
      }
      return this.parts
    })
  }

  /** Takes the next packet of the stream: `show` is to dissect it with what it is given. */
  take(show: (d: Payloads['dissection']) => void): void {
    const { payloads } = this
    this.packet = 0
    show(payloads.dissection)
    const parts = this.partsShown()
    if (parts.length > 0) payloads.each((payload) => this.add(payload, parts))
  }

  /** Of several TCP headers in a packet the first one counts, which is its outermost. */
  private add(payload: Payload, parts: readonly Part[]): void {
    const { packet } = payload
    const { chunks } = this
    if (chunks.length > 0 && chunks.packet[chunks.length - 1] === packet) return
    if (this.client === null || this.client.port === 0) {
      this.client = this.payloads.endpoint(payload, true)
      this.server = this.payloads.endpoint(payload, false)
    }
    const side = this.payloads.isFrom(payload, this.client) ? 0 : 1
    for (const [i, { bytes, headless }] of parts.entries()) {
      if (headless && this.connected) continue
      this.watchForTunnel(bytes)
      chunks.add(packet, side, i, 0, bytes.length)
    }
  }

  private watchForTunnel(head: Uint8Array): void {
    const line = Buffer.from(head.subarray(0, 10)).toString('latin1')
    if (/^[A-Z]+ /.test(line)) this.asked = line.startsWith('CONNECT ')
    else if (line.startsWith('HTTP/1.') && line.endsWith(' 2')) this.connected = this.asked
  }

  /** Heads and bodies of the messages in the packet that was shown last, in their order; a head may be empty. */
  private partsShown(): Part[] {
    const { dissection: d } = this.payloads
    const { tape } = d
    const bytesOf = (node: number, start = tape.start[node]!, end = tape.end[node]!): Uint8Array => {
      const source = tape.source[node]!
      return (source === 0 ? d.frameBytes : d.sources[source - 1]!.bytes).subarray(start, end)
    }
    const parts: Part[] = []
    for (let i = 0; i < tape.length; i++) {
      if (tape.field[i] !== this.self.id) continue
      let headless = true
      let chunked = false
      let file = -1
      for (let k = i + 1; k < tape.length && tape.depth[k]! > tape.depth[i]!; k++) {
        if (this.heads.has(tape.field[k]!)) headless = false
        if (tape.field[k] === this.chunk.id) chunked = true
        if (tape.field[k] === this.file.id) file = k
      }
      const isPlain = file >= 0 && tape.source[file] === tape.source[i]
      const start = tape.start[i]!
      const bytes = headless
        ? bytesOf(i, start, start)
        : isPlain
          ? bytesOf(i, start, tape.start[file])
          : headOf(bytesOf(i))
      parts.push({ bytes, headless })
      // Where nothing is in the chunks, the body is said to be empty.
      const isThere = file >= 0 && (chunked || tape.end[file]! > tape.start[file]!)
      if (isThere) parts.push({ bytes: bytesOf(file), headless })
    }
    return parts
  }
}

/** Parts of messages: of each its packet and its number among the parts there are kept. */
class Parts extends Chunks {
  constructor(private readonly partsOf: (packet: number) => readonly Part[]) {
    super(new Places())
  }

  override read(_library: Library, i: number): Uint8Array {
    return this.partsOf(this.packet[i]!)[this.first[i]!]!.bytes
  }
}

/** A message up to the empty line behind its head, and with it; an empty line before the head is a part of it. */
function headOf(message: Uint8Array): Uint8Array {
  const isEmptyLine = (at: number): number =>
    message[at] === LINE_FEED ? 1 : message[at] === RETURN && message[at + 1] === LINE_FEED ? 2 : 0
  for (let at = message.indexOf(LINE_FEED, isEmptyLine(0)) + 1; at > 0; at = message.indexOf(LINE_FEED, at) + 1) {
    const size = isEmptyLine(at)
    if (size > 0) return message.subarray(0, at + size)
  }
  return message
}
