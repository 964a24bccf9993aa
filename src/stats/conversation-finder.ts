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

  constructor(
    private readonly kind: 'eth' | 'ip' | 'ipv6',
    registry: Registry,
  ) {
    const names = [kind, `${kind}.src`, `${kind}.dst`, ...(kind === 'ipv6' ? FRAGMENT : [])]
    const fields = names.map((name) => fieldsNamed(name)[0]!)
    this.dissection = new Recording(registry, wantFields(fields), false)
    this.self = fields[0]!.id
    this.src = fields[1]!.id
    this.dst = fields[2]!.id
    this.fragment = fields.slice(3).map(({ id }) => id)
  }

  each(take: TakeConversation): void {
    const { tape } = this.dissection
    for (let i = 0; i < tape.length; i++) {
      if (tape.field[i] !== this.self || tape.depth[i] !== 0) continue
      let end = i + 1
      while (end < tape.length && tape.depth[end]! > 0) end++
      this.layer(i, end, take)
    }
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
    // As tshark counts: a layer that could not be read to its end, or a fragment that completes nothing, is not there.
    if (this.kind !== 'eth' && d.ending !== Ending.Complete && end === tape.length) return
    if (fragment && d.sources.length <= tape.source[from]!) return
    const bytes = bytesOf(d, tape.source[src]!)
    const id = conversations.find(kindOf[this.kind], bytes, tape.start[src]!, tape.start[dst]!, 0, 0)
    take(id, conversations.forward)
  }
}
const FRAGMENT = ['ipv6.fraghdr.offset', 'ipv6.fraghdr.more']

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
