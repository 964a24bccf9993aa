/**
 * Requests and responses of HTTP connections in the order in which they came. As in tshark, a response belongs to the
 * latest request if that has none yet; several requests sent at once make one exchange each, and so do their responses.
 */
import type { Dissection } from '../dissect/index.js'
import { widened } from '../dissect/widened.js'
import type { Limited, LimitMet } from './limits.js'
import { MessageLog } from './message-log.js'
import { TextPlaces } from './text-places.js'

/** Exchanges beyond this are not remembered: `refused` counts their messages. */
const MAX_EXCHANGES = 1 << 22

/** What is known of a message: packets are 0 for none. */
export interface HttpExchange {
  /** Which exchange of its connection it belongs to, counted from 1, and how many there are. */
  number: number
  total: number
  request: number
  response: number
  previousRequest: number
  previousResponse: number
  nextRequest: number
  nextResponse: number
  /** The exchange with the latest request before a response, 0 for none. */
  asked: number
}

export class HttpTransactions implements Limited {
  refused = 0
  /** The heads of the requests, by exchange. */
  readonly heads = new TextPlaces()
  private readonly log = new MessageLog()
  private events = 0
  private length = 1
  /** Of each connection: its latest exchange, how many there are, the latest with a request. */
  private tails = new Uint32Array(64)
  private counts = new Uint32Array(64)
  private latest = new Uint32Array(64)
  /** Of each exchange: the packets of its messages, when they were met, its neighbours and its number. */
  private requests = new Uint32Array(64)
  private responses = new Uint32Array(64)
  private requestEvents = new Uint32Array(64)
  private responseEvents = new Uint32Array(64)
  private befores = new Uint32Array(64)
  private afters = new Uint32Array(64)
  private numbers = new Uint32Array(64)
  private connections = new Uint32Array(64)
  private answered = new Uint32Array(64)
  private readonly exchange: HttpExchange = {
    number: 0,
    total: 0,
    request: 0,
    response: 0,
    previousRequest: 0,
    previousResponse: 0,
    nextRequest: 0,
    nextResponse: 0,
    asked: 0,
  }

  /** What is only known of the first `packets` packets is not needed any more. */
  forget(packets: number): void {
    this.log.forget(packets)
  }

  limits(): LimitMet[] {
    return [['messages of which nothing is remembered', this.refused + this.log.refused]]
  }

  /** Takes a request in capture order, whose head is `start…end`; `d.conversation` is that of the layer below. */
  request(d: Dissection, place: number, start: number, end: number): void {
    const i = this.begin(d.conversation)
    if (i === 0) return
    this.requests[i] = d.packet.number
    this.requestEvents[i] = ++this.events
    this.log.add(d.packet.number, place, i * 2)
    this.heads.keep(d, i, start, end)
    this.latest[d.conversation] = i
  }

  /** The exchange before this one of the same connection, 0 for none. */
  before(exchange: number): number {
    return this.befores[exchange]!
  }

  /** Takes a response in capture order. */
  response(d: Dissection, place: number): void {
    this.reserve(d.conversation)
    let i = this.tails[d.conversation]!
    if (i === 0 || this.responses[i] !== 0) i = this.begin(d.conversation)
    if (i === 0) return
    this.responses[i] = d.packet.number
    this.responseEvents[i] = ++this.events
    this.answered[i] = this.latest[d.conversation]!
    this.log.add(d.packet.number, place, i * 2 + 1)
  }

  /** What is known of a message that was taken; null when nothing is. Of the latest packet, nothing that came later. */
  recall(d: Dissection, place: number): HttpExchange | null {
    const value = this.log.find(d.packet.number, place)
    if (value < 0) return null
    const i = value >>> 1
    const now = (value & 1) === 0 ? this.requestEvents[i]! : this.responseEvents[i]!
    const horizon = this.log.latest === d.packet.number ? now : Number.POSITIVE_INFINITY
    const before = this.befores[i]!
    const after = this.afters[i]!
    const x = this.exchange
    x.number = this.numbers[i]!
    x.total = horizon === now ? x.number : this.counts[this.connections[i]!]!
    x.request = this.requestEvents[i]! <= horizon ? this.requests[i]! : 0
    x.response = this.responseEvents[i]! <= horizon ? this.responses[i]! : 0
    x.previousRequest = this.requests[before]!
    x.previousResponse = this.responseEvents[before]! <= horizon ? this.responses[before]! : 0
    x.nextRequest = this.requestEvents[after]! <= horizon ? this.requests[after]! : 0
    x.nextResponse = this.responseEvents[after]! <= horizon ? this.responses[after]! : 0
    x.asked = this.answered[i]!
    return x
  }

  private begin(connection: number): number {
    this.reserve(connection)
    if (this.length === MAX_EXCHANGES) {
      this.refused++
      return 0
    }
    const i = this.length++
    if (i === this.requests.length) this.grow()
    const before = this.tails[connection]!
    this.befores[i] = before
    if (before !== 0) this.afters[before] = i
    this.tails[connection] = i
    this.numbers[i] = ++this.counts[connection]!
    this.connections[i] = connection
    return i
  }

  private reserve(connection: number): void {
    while (connection >= this.tails.length) {
      this.tails = widened(this.tails)
      this.counts = widened(this.counts)
      this.latest = widened(this.latest)
    }
  }

  private grow(): void {
    this.requests = widened(this.requests)
    this.responses = widened(this.responses)
    this.requestEvents = widened(this.requestEvents)
    this.responseEvents = widened(this.responseEvents)
    this.befores = widened(this.befores)
    this.afters = widened(this.afters)
    this.numbers = widened(this.numbers)
    this.connections = widened(this.connections)
    this.answered = widened(this.answered)
  }
}
