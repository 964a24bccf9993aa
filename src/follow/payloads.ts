/**
 * What the TCP segments or UDP datagrams of a packet carry, and where that lies. Of a packet that quotes another one
 * (ICMP errors) the quotation carries nothing.
 */
import { Address, NOWHERE } from '../dissect/dissection.js'
import { type Field, fieldsNamed } from '../dissect/field.js'
import { Recording } from '../dissect/recording.js'
import { wantFields } from '../dissect/want-mask.js'
import type { Registry } from '../dissect/registry.js'

export type Transport = 'tcp' | 'udp'

/** One end of a stream. */
export interface Endpoint {
  readonly kind: Address
  /** As many bytes as the kind has. */
  readonly address: Uint8Array
  readonly port: number
}

/** What one segment or datagram says. One object, refilled. */
export interface Payload {
  /** The packet that it came with, counted from 1. */
  packet: number
  /** Number of its stream, as `tcp.stream` has it. */
  stream: number
  srcport: number
  dstport: number
  /** As TCP has them, relative where relative numbers are preferred. */
  seq: number
  ack: number
  syn: boolean
  /** Bytes of the payload, and how many of them were captured. */
  length: number
  captured: number
  /** Node of its layer on the tape. */
  node: number
  /** Where the captured ones lie: of which source, from where. */
  source: number
  start: number
}

const SYN = 2
const UDP_HEADER = 8
const SMALLEST_TCP_HEADER = 20
const sizes: Readonly<Record<Address, number>> = {
  [Address.None]: 0,
  [Address.Ether]: 6,
  [Address.IPv4]: 4,
  [Address.IPv6]: 16,
}

export class Payloads {
  /** The dissection that the packet was last read with; its payloads lie in it. */
  readonly dissection: Recording
  private readonly self: Field
  private readonly names = new Map<number, string>()
  private readonly values = new Map<string, number>()
  /** Fields with the ports of any layer; the last ones of the packet are the innermost. */
  private readonly senders: readonly number[]
  private readonly receivers: readonly number[]
  private readonly senderAddresses: readonly number[]
  private sender = 0
  private receiver = 0
  private readonly payload: Payload = {
    packet: 0,
    stream: 0,
    srcport: 0,
    dstport: 0,
    seq: 0,
    ack: 0,
    syn: false,
    length: 0,
    captured: 0,
    node: 0,
    source: 0,
    start: 0,
  }

  /** `more` is recorded beside what payloads need. */
  constructor(
    registry: Registry,
    private readonly transport: Transport,
    more: readonly Field[] = [],
  ) {
    const names =
      transport === 'tcp'
        ? ['srcport', 'dstport', 'stream', 'len', 'seq', 'ack', 'flags', 'hdr_len']
        : ['srcport', 'dstport', 'stream', 'length']
    this.self = fieldsNamed(transport)[0]!
    const wanted = [this.self, ...more]
    for (const name of names) {
      const field = fieldsNamed(`${transport}.${name}`)[0]!
      wanted.push(field)
      this.names.set(field.id, name)
    }
    const ports = ['tcp', 'udp'].flatMap((protocol) =>
      fieldsNamed(`${protocol}.srcport`).concat(fieldsNamed(`${protocol}.dstport`)),
    )
    this.senders = ports.filter(({ name }) => name.endsWith('srcport')).map(({ id }) => id)
    this.receivers = ports.filter(({ name }) => name.endsWith('dstport')).map(({ id }) => id)
    const addresses = ['ip.src', 'ipv6.src'].flatMap((name) => fieldsNamed(name))
    this.senderAddresses = addresses.map(({ id }) => id)
    wanted.push(...ports, ...addresses)
    this.dissection = new Recording(registry, wantFields(wanted), false)
  }

  /** Calls `take` for each payload of the packet that `dissection` has just been shown, however small it is. */
  each(take: (payload: Payload) => void): void {
    const { tape } = this.dissection
    this.findPorts()
    for (let i = 0; i < tape.length; i++) {
      if (tape.field[i] !== this.self.id || tape.depth[i] !== 0) continue
      this.values.clear()
      for (let k = i + 1; k < tape.length && tape.depth[k]! > 0; k++) {
        const name = this.names.get(tape.field[k]!)
        if (name !== undefined && tape.depth[k] === 1) this.values.set(name, tape.value[k]!)
      }
      this.payload.node = i
      if (this.fill(tape.source[i]!, tape.start[i]!)) take(this.payload)
    }
  }

  /** Node of the address below a payload that is its sender's, -1 for none. */
  senderNode({ node }: Payload): number {
    const { tape } = this.dissection
    for (let i = node - 1; i >= 0; i--) {
      if (tape.depth[i] === 1 && this.senderAddresses.includes(tape.field[i]!)) return i
    }
    return -1
  }

  /**
   * The sender or the receiver of a payload, as tshark has them: addresses of the innermost layers of that packet, and ports
   * of its own where it is TCP, of the innermost layer where it is UDP.
   */
  endpoint(payload: Payload, sender: boolean): Endpoint {
    const { addressKind: kind, addressBytes, src, dst } = this.dissection
    const at = sender ? src : dst
    const address = at === NOWHERE ? new Uint8Array(0) : addressBytes.slice(at, at + sizes[kind])
    return { kind, address, port: this.portOf(payload, sender) }
  }

  /** Did `end` send this payload? */
  isFrom(payload: Payload, end: Endpoint): boolean {
    const { addressKind, addressBytes, src } = this.dissection
    if (this.portOf(payload, true) !== end.port || addressKind !== end.kind) return false
    return end.address.every((byte, i) => byte === addressBytes[src + i])
  }

  private portOf({ srcport, dstport }: Payload, sender: boolean): number {
    if (this.transport === 'udp') return sender ? this.sender : this.receiver
    return sender ? srcport : dstport
  }

  private findPorts(): void {
    const { tape } = this.dissection
    for (let i = 0; i < tape.length; i++) {
      if (tape.depth[i] !== 1) continue
      if (this.senders.includes(tape.field[i]!)) this.sender = tape.value[i]!
      else if (this.receivers.includes(tape.field[i]!)) this.receiver = tape.value[i]!
    }
  }

  /** Makes the payload of a layer that begins at `start`; false when its header was not all there. */
  private fill(source: number, start: number): boolean {
    const { payload: p, dissection: d } = this
    const value = (name: string): number => this.values.get(name) ?? -1
    p.packet = d.packet.number
    p.stream = value('stream')
    p.srcport = value('srcport')
    p.dstport = value('dstport')
    p.source = source
    if (p.stream < 0) return false
    const end = source === 0 ? d.frameStart + d.packet.captured : d.sources[source - 1]!.bytes.length
    if (this.transport === 'udp') {
      p.start = start + UDP_HEADER
      // A jumbogram says 0 and goes on to the end.
      p.length = (value('length') || end - start) - UDP_HEADER
    } else {
      const header = value('hdr_len')
      p.seq = value('seq')
      p.ack = value('ack')
      p.syn = (value('flags') & SYN) !== 0
      p.length = value('len')
      p.start = start + header
      if (header < SMALLEST_TCP_HEADER) return false
    }
    if (p.length < 0) return false
    p.captured = Math.min(p.length, end - p.start)
    return p.captured >= 0
  }
}
