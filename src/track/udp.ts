/** What is remembered of UDP: which datagrams run between the same two endpoints. */
import { Address, type Dissection } from '../dissect/index.js'
import { Conversations } from './conversations.js'
import type { Limited, LimitMet } from './limits.js'

export class UdpStreams implements Limited {
  readonly conversations = new Conversations()

  /** Takes one datagram in capture order; sets the dissection's conversation. */
  datagram(sport: number, dport: number, d: Dissection): void {
    const kind = d.addressKind === Address.Ether ? Address.None : d.addressKind
    const { conversations } = this
    const id = conversations.find(kind, d.addressBytes, d.src, d.dst, sport, dport)
    d.conversation = id
    d.forward = conversations.forward
    d.previous = conversations.packet(id, d.packet.number, d.forward)
  }

  limits(): LimitMet[] {
    return this.conversations.limits()
  }

  /** A datagram that another packet quotes may begin a stream, and does not count as one of its packets. */
  quoted(sport: number, dport: number, d: Dissection): void {
    const { conversations } = this
    const id = conversations.find(d.addressKind, d.addressBytes, d.src, d.dst, sport, dport)
    d.conversation = id
    d.forward = conversations.forward
    d.previous = 0
    if (conversations.latestOf(id) === 0) conversations.quote(id, d.packet.number)
  }
}
