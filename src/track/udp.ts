/** What is remembered of UDP: which datagrams run between the same two endpoints. */
import { Address, type Dissection } from '../dissect/index.js'
import { Conversations } from './conversations.js'

export class UdpStreams {
  readonly conversations = new Conversations()

  /** Takes one datagram in capture order; sets the dissection's conversation. */
  datagram(sport: number, dport: number, d: Dissection): void {
    const kind = d.addressKind === Address.Ether ? Address.None : d.addressKind
    const { conversations } = this
    const id = conversations.find(kind, d.addressBytes, d.src, d.dst, sport, dport)
    d.conversation = id
    d.forward = conversations.forward
    d.previous = conversations.packet(id, d.packet.number, d.packet.original, d.forward)
  }
}
