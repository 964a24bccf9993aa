/**
 * Finds the conversations that a packet is part of, on one layer: of Ethernet, IPv4 and IPv6 by their addresses, of TCP
 * and UDP by their streams. A packet with two such layers (a tunnel) is part of two; what an ICMP error quotes is none.
 */
import { Address, Ending } from '../dissect/dissection.js'
import { fieldsNamed } from '../dissect/field.js'
import { Recording } from '../dissect/recording.js'
import { wantFields } from '../dissect/want-mask.js'
import type { Registry } from '../dissect/registry.js'
import { type Payload, Payloads, type Transport } from '../follow/payloads.js'
import { bytesOf } from '../output/bytes-of.js'
import { Conversations } from '../track/conversations.js'

export const conversationKinds = ['eth', 'ip', 'ipv6', 'tcp', 'udp'] as const
export type ConversationKind = (typeof conversationKinds)[number]

/** Takes a conversation's number and whether the packet runs as the conversation was begun. */
export type TakeConversation = (id: number, forward: boolean) => void

export interface ConversationFinder {
  /** The dissection to be shown a packet. */
  readonly dissection: Recording
  /** Who they are between, by their numbers. */
  readonly conversations: Conversations
  /** Calls `take` for each conversation of the packet that `dissection` has been shown last. */
  each(take: TakeConversation): void
}

/** `states` are what the protocols remember of the capture, by protocol index. */
export function conversationFinder(
  kind: ConversationKind,
  registry: Registry,
  states: readonly (object | null)[],
): ConversationFinder {
  if (kind === 'tcp' || kind === 'udp') {
    const state = states[registry.protocolIndex(kind)] as { readonly conversations: Conversations }
    return new StreamFinder(kind, registry, state.conversations)
  }
  return new AddressFinder(kind, registry)
}

const kindOf = { eth: Address.Ether, ip: Address.IPv4, ipv6: Address.IPv6 } as const

class AddressFinder implements ConversationFinder {
  readonly dissection: Recording
  readonly conversations = new Conversations()
  private readonly self: number
  private readonly src: number
  private readonly dst: number
  private readonly fragment: readonly number[]
  /** Node of a layer that has a frame's addresses around this kind's: FabricPath, for Ethernet. */
  private readonly around: number

  constructor(
    private readonly kind: 'eth' | 'ip' | 'ipv6',
    registry: Registry,
  ) {
    const names = [kind, `${kind}.src`, `${kind}.dst`, ...(kind === 'ipv6' ? FRAGMENT : [])]
    const fields = names.map((name) => fieldsNamed(name)[0]!)
    const around = kind === 'eth' ? fieldsNamed(FABRIC_PATH) : []
    this.dissection = new Recording(registry, wantFields([...fields, ...around]), false)
    this.around = around[0]?.id ?? -1
    this.self = fields[0]!.id
    this.src = fields[1]!.id
    this.dst = fields[2]!.id
    this.fragment = fields.slice(3).map(({ id }) => id)
  }

  each(take: TakeConversation): void {
    const { tape } = this.dissection
    const unread = this.unreadLayer()
    let seen = 0
    for (let i = 0; i < tape.length; i++) {
      if (tape.depth[i] !== 0) continue
      if (tape.field[i] === this.around) this.outer(tape.start[i]!, take)
      if (tape.field[i] !== this.self) continue
      let end = i + 1
      while (end < tape.length && tape.depth[end]! > 0) end++
      // As tshark counts: a layer that could not be read to its end is not there.
      if (++seen !== unread) this.layer(i, end, take)
    }
  }

  /** Which of this kind's layers, counted from 1, could not be read to its end; 0 for none. */
  private unreadLayer(): number {
    const { dissection: d, kind } = this
    if (d.ending === Ending.Complete || kind === 'eth' || d.innermost !== kind) return 0
    const id = d.registry.protocolIndex(kind)
    let count = 0
    for (let n = 0; n <= d.infoLevel; n++) if (d.levelProtocol[n] === id) count++
    return count
  }

  /** Takes the frame around the one that FabricPath carries; its header begins at `start`. */
  private outer(start: number, take: TakeConversation): void {
    const { dissection: d, conversations } = this
    if (d.frameStart + d.packet.captured < start + ETHER_HEADER) return
    const id = conversations.find(Address.Ether, d.frameBytes, start + ETHER_ADDRESS, start, 0, 0)
    take(id, conversations.forward)
  }

  /** Takes the layer whose nodes are `from…end`. */
  private layer(from: number, end: number, take: TakeConversation): void {
    const { dissection: d, conversations } = this
    const { tape } = d
    let src = -1
    let dst = -1
    let fragment = false
    for (let i = from; i < end; i++) {
      // The first ones are its own; those of quoted packets follow.
      if (tape.field[i] === this.src && src < 0) src = i
      else if (tape.field[i] === this.dst && dst < 0) dst = i
      else if (this.fragment.includes(tape.field[i]!) && tape.value[i] !== 0) fragment = true
    }
    if (src < 0 || dst < 0) return
    // Nor is a fragment that completes nothing.
    if (fragment && d.sources.length <= tape.source[from]!) return
    const bytes = bytesOf(d, tape.source[src]!)
    const id = conversations.find(kindOf[this.kind], bytes, tape.start[src]!, tape.start[dst]!, 0, 0)
    take(id, conversations.forward)
  }
}
const FRAGMENT = ['ipv6.fraghdr.offset', 'ipv6.fraghdr.more']
const FABRIC_PATH = 'cfp'
const ETHER_ADDRESS = 6
const ETHER_HEADER = 14

/** Streams have numbers; which way a packet runs its ports say, or the sender's address where both are the same. */
class StreamFinder implements ConversationFinder {
  private readonly payloads: Payloads

  constructor(
    kind: Transport,
    registry: Registry,
    readonly conversations: Conversations,
  ) {
    this.payloads = new Payloads(registry, kind)
  }

  get dissection(): Recording {
    return this.payloads.dissection
  }

  each(take: TakeConversation): void {
    this.payloads.each((payload) => take(payload.stream, this.isForward(payload)))
  }

  private isForward(payload: Payload): boolean {
    const { stream, srcport, dstport } = payload
    if (srcport !== dstport) return srcport === this.conversations.portOf(stream, true)
    const { payloads, dissection: d, conversations } = this
    const node = payloads.senderNode(payload)
    if (node < 0) return true
    const { source, start, end } = d.tape
    const address = new Uint8Array(end[node]! - start[node]!)
    conversations.addressOf(stream, true, address)
    const bytes = bytesOf(d, source[node]!)
    return address.every((byte, i) => byte === bytes[start[node]! + i])
  }
}
