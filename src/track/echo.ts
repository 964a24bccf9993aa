/**
 * Which echo request a reply answers (ICMP, ICMPv6). All messages with one identifier between two hosts are a conversation;
 * the requests in it that still wait are kept in a table of fixed size, where a newer one takes the place of an older one.
 */
import type { Dissection } from '../dissect/index.js'
import { Conversations } from './conversations.js'
import type { Limited, LimitMet } from './limits.js'

const SLOTS = 1 << 14

export class Echoes implements Limited {
  readonly conversations = new Conversations()
  /** Requests that made room for others while they waited. */
  evicted = 0
  private readonly waiting = new Uint32Array(SLOTS)
  private readonly conversation = new Uint32Array(SLOTS)
  private readonly sequence = new Uint16Array(SLOTS)

  /** Takes a message in capture order and sets the dissection's conversation; `ident` is 0 for what is no echo. */
  message(d: Dissection, ident: number): number {
    const id = this.conversations.find(d.addressKind, d.addressBytes, d.src, d.dst, ident, ident)
    d.conversation = id
    d.forward = this.conversations.forward
    d.previous = this.conversations.packet(id, d.packet.number, d.forward)
    return id
  }

  /** An echo request. Nothing is known of it yet. */
  request(d: Dissection, ident: number, sequence: number): number {
    const id = this.message(d, ident)
    const slot = slotOf(id, sequence)
    if (this.waiting[slot] !== 0 && (this.conversation[slot] !== id || this.sequence[slot] !== sequence)) this.evicted++
    this.waiting[slot] = d.packet.number
    this.conversation[slot] = id
    this.sequence[slot] = sequence
    return 0
  }

  limits(): LimitMet[] {
    return [...this.conversations.limits(), ['echo requests that made room for others', this.evicted]]
  }

  /** An echo reply. Returns the number of the packet that asked for it, 0 for none. */
  reply(d: Dissection, ident: number, sequence: number): number {
    const id = this.message(d, ident)
    const slot = slotOf(id, sequence)
    if (this.conversation[slot] !== id || this.sequence[slot] !== sequence) return 0
    const request = this.waiting[slot]!
    this.waiting[slot] = 0
    return request
  }
}

const slotOf = (conversation: number, sequence: number): number =>
  (Math.imul(conversation, 0x9e3779b1) + sequence) & (SLOTS - 1)

/** What is known of a reply: the packet that asked for it, 0 for none. Refilled by every recall. */
export interface Answer {
  request: number
}

/** Milliseconds from the request to this packet. */
export function millisecondsSince(d: Dissection, request: number): number {
  const { packet, clock } = d
  const seconds = packet.seconds - clock.secondsOf(request)
  return seconds * 1000 + (packet.nanoseconds - clock.nanosecondsOf(request)) / 1e6
}
