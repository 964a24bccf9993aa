/**
 * Which answer belongs to which question (DNS): both carry the same number, between the same two endpoints. A question
 * asked again within five seconds is the same one.
 */
import type { Dissection } from '../dissect/index.js'
import { widened } from '../dissect/widened.js'
import type { Limited, LimitMet } from './limits.js'
import { MessageLog } from './message-log.js'

/** As many of the latest questions can be answered; `evicted` counts those that were given up without an answer. */
const MAX_WAITING = 1 << 18
/** Transactions with the same hash that are looked at: who makes them meet on purpose does not make it slow. */
const MAX_CHAIN = 64
/** Seconds after which the same question is a new one. */
const RETRY = 5

/** What is known of a message: packets are 0 for none. */
export interface DnsExchange {
  request: number
  response: number
  /** It was sent before. */
  again: boolean
}

export class DnsTransactions implements Limited {
  evicted = 0
  private readonly log = new MessageLog()
  /** By a hash of conversation and number: the latest transaction. */
  private readonly heads: Uint32Array
  /**
   * Of the latest transactions, each in the place of the one that began `limit` before it: the key, and the transaction
   * before it with the same hash. A chain ends where it comes to one that has lost its place.
   */
  private readonly keys: Float64Array
  private readonly before: Uint32Array
  /** Of each transaction, counted from 1: the packets of question and answer. */
  private requests = new Uint32Array(64)
  private responses = new Uint32Array(64)
  private length = 1
  /** The transaction of the message that was taken last, and whether it was sent before. */
  private taken = 0
  private readonly exchange: DnsExchange = { request: 0, response: 0, again: false }

  constructor(private readonly limit = MAX_WAITING) {
    this.heads = new Uint32Array(2 ** Math.ceil(Math.log2(limit)))
    this.keys = new Float64Array(limit)
    this.before = new Uint32Array(limit)
  }

  /** Takes a message in capture order; `d.conversation` is that of the layer below, whose kind `stream` tells apart. */
  take(d: Dissection, stream: boolean, id: number, response: boolean): DnsExchange {
    const way = d.conversation * 2 + (stream ? 1 : 0)
    const key = way * 0x10000 + id
    const slot = ((Math.imul(way, 0x9e3779b1) >>> 14) + id) & (this.heads.length - 1)
    let transaction = this.latest(slot, key)
    let again = false
    if (response) {
      if (transaction !== 0 && this.responses[transaction] === 0) this.responses[transaction] = d.packet.number
      else again = transaction !== 0
    } else {
      again = transaction !== 0 && this.responses[transaction] === 0 && this.isSoon(d, transaction)
      if (!again) transaction = this.begin(slot, key, d.packet.number)
    }
    this.taken = transaction * 2 + (again ? 1 : 0)
    return this.describe(transaction, again)
  }

  /** The message that was taken last, at `place`, turned out to be whole: what is known of it can be recalled. */
  settle(d: Dissection, place: number): void {
    this.log.add(d.packet.number, place, this.taken)
  }

  /** What is only known of the first `packets` packets is not needed any more. */
  forget(packets: number): void {
    this.log.forget(packets)
  }

  limits(): LimitMet[] {
    return [
      ['questions that made room for others', this.evicted],
      ['messages of which nothing is remembered', this.log.refused],
    ]
  }

  /** What is known of a message that was taken; null when nothing is. */
  recall(d: Dissection, place: number): DnsExchange | null {
    const value = this.log.find(d.packet.number, place)
    return value < 0 ? null : this.describe(value >>> 1, (value & 1) !== 0)
  }

  /** The latest transaction with this key, 0 for none. */
  private latest(slot: number, key: number): number {
    const { limit } = this
    const oldest = this.length - limit
    let i = this.heads[slot]!
    for (let n = 0; n < MAX_CHAIN && i !== 0 && i >= oldest; n++) {
      if (this.keys[i % limit] === key) return i
      i = this.before[i % limit]!
    }
    return 0
  }

  private begin(slot: number, key: number, packet: number): number {
    const i = this.length++
    if (i === this.requests.length) {
      this.requests = widened(this.requests)
      this.responses = widened(this.responses)
    }
    this.requests[i] = packet
    const oldest = i - this.limit
    if (oldest > 0 && this.responses[oldest] === 0) this.evicted++
    const place = i % this.limit
    this.keys[place] = key
    this.before[place] = this.heads[slot]!
    this.heads[slot] = i
    return i
  }

  private isSoon(d: Dissection, transaction: number): boolean {
    const { packet, clock } = d
    const before = this.requests[transaction]!
    const seconds = packet.seconds - clock.secondsOf(before)
    return seconds + (packet.nanoseconds - clock.nanosecondsOf(before)) / 1e9 < RETRY
  }

  private describe(transaction: number, again: boolean): DnsExchange {
    const { exchange } = this
    exchange.request = this.requests[transaction]!
    exchange.response = this.responses[transaction]!
    exchange.again = again
    return exchange
  }
}
