/** Follows one stream: takes its packets in the order of the capture and makes the chunks of what both sides said. */
import type { Registry } from '../dissect/registry.js'
import { Chunks } from './chunks.js'
import { type Endpoint, type Payload, Payloads, type Transport } from './payloads.js'
import { Places } from './places.js'
import { Spot } from './spot.js'
import { TcpOrder } from './tcp-order.js'

export class Follower {
  /** Who sent the first packet, and the other end; null as long as there was none. */
  client: Endpoint | null = null
  server: Endpoint | null = null
  readonly chunks: Chunks
  private readonly places = new Places()
  private readonly payloads: Payloads
  private readonly order: TcpOrder | null
  /** Of the packet that is being taken, where its place is wanted. */
  private spot: Spot | null = null

  constructor(registry: Registry, transport: Transport) {
    this.chunks = new Chunks(this.places)
    this.payloads = new Payloads(registry, transport)
    this.order = transport === 'tcp' ? new TcpOrder(this.chunks) : null
  }

  /** Takes the next packet of the stream: `show` is to dissect it with what it is given. */
  take(show: (d: Payloads['dissection']) => void): void {
    show(this.payloads.dissection)
    this.payloads.each((payload) => this.add(payload))
  }

  /** Takes the next packet like any other, and says where its bytes are. */
  takeAndFind(show: (d: Payloads['dissection']) => void): Spot {
    const spot = new Spot(this.chunks)
    this.spot = spot
    this.take(show)
    this.spot = null
    return spot
  }

  private add(p: Payload): void {
    // An empty datagram says nothing, not even who is who.
    if (this.order === null && p.captured === 0) return
    if (this.client === null || this.client.port === 0) {
      this.client = this.payloads.endpoint(p, true)
      this.server = this.payloads.endpoint(p, false)
    }
    const side = this.payloads.isFrom(p, this.client) ? 0 : 1
    const first = this.place(p)
    if (first < 0) return
    const { packet, ack, length, captured } = p
    if (this.order !== null) {
      const seq = p.syn ? (p.seq + 1) >>> 0 : p.seq
      if (captured > 0) this.spot?.carry(packet, side, this.order.ahead(side, seq))
      this.order.segment(side, { packet, seq, ack, length, captured, first })
    } else {
      this.spot?.carry(packet, side, 0)
      this.chunks.add(packet, side, first, 0, captured)
    }
  }

  /** Keeps where the payload lies; -1 when no packet holds it as it is. */
  private place(p: Payload): number {
    const first = this.places.next
    if (p.captured === 0) return first
    const d = this.payloads.dissection
    d.range(p.source, p.start, p.start + p.captured)
    return d.origin(p.start, p.start + p.captured, (packet, start, end) => this.places.add(packet, start, end))
      ? first
      : -1
  }
}
