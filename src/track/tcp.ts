/**
 * What is remembered of TCP connections: typed columns, two rows per conversation (one per direction), so a million
 * connections are a few arrays and not a million objects.
 */
import { Address, type Dissection } from '../dissect/index.js'
import { Conversations } from './conversations.js'

export const FIN = 1
export const SYN = 2
export const RST = 4
export const PSH = 8
export const ACK = 16

/** What one segment says, as the dissector's summary has it. */
export interface Segment {
  srcport: number
  dstport: number
  seq: number
  ack: number
  flags: number
  window: number
  /** Shift of the window scale option, -1 when there is none. */
  scale: number
  /** Payload bytes. */
  payload: number
}

/** Facts about one segment, kept with its packet. */
export const TcpFact = {
  PortReused: 1,
} as const

/** Window scale of a direction: the shift, or one of these. */
export const Scale = { Unknown: -1, NotUsed: -2 } as const

const Known = { Seq: 1, Syn: 2, SynAck: 4 } as const

export class TcpConnections {
  readonly conversations = new Conversations()
  private known = new Uint8Array(512)
  /** First sequence number of each direction, from which relative ones count. */
  private base = new Uint32Array(512)
  private scale = new Int8Array(512).fill(Scale.Unknown)

  /** Takes one segment in capture order; sets the dissection's conversation. */
  segment(s: Segment, d: Dissection): number {
    const kind = d.addressKind === Address.Ether ? Address.None : d.addressKind
    let id = this.conversations.find(kind, d.addressBytes, d.src, d.dst, s.srcport, s.dstport)
    let forward = this.conversations.forward
    let facts = 0
    this.reserve(id)
    const starts = (s.flags & (SYN | ACK)) === SYN
    let way = id * 2 + (forward ? 0 : 1)
    if (starts && this.known[way]! & Known.Seq && this.base[way] !== s.seq) {
      id = this.conversations.renew(id, kind, d.addressBytes, d.src, d.dst, s.srcport, s.dstport)
      this.reserve(id)
      forward = true
      way = id * 2
      facts |= TcpFact.PortReused
    }
    d.conversation = id
    d.forward = forward
    d.previous = this.conversations.packet(id, d.packet.number, d.packet.original, forward)
    if (!(this.known[way]! & Known.Seq)) {
      this.known[way]! |= Known.Seq
      this.base[way] = s.flags & SYN ? s.seq : s.seq - 1
    }
    const back = way ^ 1
    if (s.flags & ACK && !(this.known[back]! & Known.Seq)) {
      this.known[back]! |= Known.Seq
      this.base[back] = s.ack - 1
    }
    if (s.flags & SYN) {
      this.known[way]! |= s.flags & ACK ? Known.SynAck : Known.Syn
      this.scale[way] = s.scale >= 0 ? s.scale : Scale.NotUsed
    }
    return facts
  }

  baseOf(conversation: number, forward: boolean): number {
    return this.base[conversation * 2 + (forward ? 0 : 1)]!
  }
  /** The shift that applies to windows of this direction, or `Scale.Unknown`, `Scale.NotUsed`. */
  scaleOf(conversation: number, forward: boolean): number {
    const way = conversation * 2 + (forward ? 0 : 1)
    const mine = this.scale[way]!
    const other = this.scale[way ^ 1]!
    if (mine >= 0 && other === Scale.NotUsed) return Scale.NotUsed
    return mine
  }

  private reserve(id: number): void {
    if (id * 2 < this.base.length) return
    const n = this.base.length * 2
    const wider = <A extends Uint8Array | Uint32Array | Int8Array>(a: A, b: A): A => (b.set(a), b)
    this.known = wider(this.known, new Uint8Array(n))
    this.base = wider(this.base, new Uint32Array(n))
    this.scale = wider(this.scale, new Int8Array(n).fill(Scale.Unknown))
  }
}
