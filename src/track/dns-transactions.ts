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
  /** By conversation and number: the latest transaction. */
  private readonly waiting = new Map<number, number>()
  /** The keys of the latest transactions, each in the place of the one that began `limit` before it. */
  private readonly keys: Float64Array
  /** Of each transaction, counted from 1: the packets of question and answer. */
  private requests = new Uint32Array(64)
  private responses = new Uint32Array(64)
  private length = 1
  private readonly exchange: DnsExchange = { request: 0, response: 0, again: false }

  constructor(private readonly limit = MAX_WAITING) {
    this.keys = new Float64Array(limit)
  }

  /** Takes a message in capture order; `d.conversation` is that of the layer below, whose kind `stream` tells apart. */
  take(d: Dissection, stream: boolean, place: number, id: number, response: boolean): DnsExchange {
    const key = (d.conversation * 2 + (stream ? 1 : 0)) * 0x10000 + id
    let transaction = this.waiting.get(key) ?? 0
    let again = false
    if (response) {
      if (transaction !== 0 && this.responses[transaction] === 0) this.responses[transaction] = d.packet.number
      else again = transaction !== 0
    } else {
      again = transaction !== 0 && this.responses[transaction] === 0 && this.isSoon(d, transaction)
      if (!again) transaction = this.begin(key, d.packet.number)
    }
    this.log.add(d.packet.number, place, transaction * 2 + (again ? 1 : 0))
    return this.describe(transaction, again)
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

  private begin(key: number, packet: number): number {
    const i = this.length++
    if (i === this.requests.length) {
      this.requests = widened(this.requests)
      this.responses = widened(this.responses)
    }
    this.requests[i] = packet
    const oldest = i - this.limit
    const place = i % this.limit
    if (oldest > 0 && this.waiting.get(this.keys[place]!) === oldest) {
      this.waiting.delete(this.keys[place]!)
      if (this.responses[oldest] === 0) this.evicted++
    }
    this.keys[place] = key
    this.waiting.set(key, i)
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
