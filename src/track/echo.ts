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
  private readonly checksum = new Uint16Array(SLOTS)

  /** Takes a message in capture order and sets the dissection's conversation; `ident` is 0 for what is no echo. */
  message(d: Dissection, ident: number): number {
    const id = this.conversations.find(d.addressKind, d.addressBytes, d.src, d.dst, ident, ident)
    d.conversation = id
    d.forward = this.conversations.forward
    d.previous = this.conversations.packet(id, d.packet.number, d.forward)
    return id
  }

  /** An echo request. Nothing is known of it yet. */
  request(d: Dissection, ident: number, sequence: number, checksum: number): number {
    const id = this.message(d, ident)
    const slot = slotOf(id, sequence, checksum)
    if (this.waiting[slot] !== 0 && !this.isAt(slot, id, sequence, checksum)) this.evicted++
    this.waiting[slot] = d.packet.number
    this.checksum[slot] = checksum
    this.conversation[slot] = id
    this.sequence[slot] = sequence
    return 0
  }

  limits(): LimitMet[] {
    return [...this.conversations.limits(), ['echo requests that made room for others', this.evicted]]
  }

  /**
   * An echo reply. A request for it has `checksum` (`requestChecksum`), unless it carried other data. Returns the number
   * of the packet that asked for it, 0 for none.
   */
  reply(d: Dissection, ident: number, sequence: number, checksum: number): number {
    const id = this.message(d, ident)
    const slot = slotOf(id, sequence, checksum)
    if (!this.isAt(slot, id, sequence, checksum)) return 0
    const request = this.waiting[slot]!
    this.waiting[slot] = 0
    return request
  }

  private isAt(slot: number, conversation: number, sequence: number, checksum: number): boolean {
    return (
      this.conversation[slot] === conversation && this.sequence[slot] === sequence && this.checksum[slot] === checksum
    )
  }
}

const slotOf = (conversation: number, sequence: number, checksum: number): number =>
  (Math.imul(conversation, 0x9e3779b1) + sequence + Math.imul(checksum, 0x85eb)) & (SLOTS - 1)

/** The checksum of the request that carried what a reply with `checksum` carries; the reply's first word is greater by `more`. */
export function requestChecksum(checksum: number, more: number): number {
  const sum = (~checksum & 0xffff) + (more < 0 ? -more : ~more & 0xffff)
  return ~((sum & 0xffff) + (sum >>> 16)) & 0xffff || 0xffff
}

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
