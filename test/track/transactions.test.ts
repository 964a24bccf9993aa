/** Questions and answers of DNS, requests and responses of HTTP: which belong together, and what is forgotten. */
import { describe, expect, it } from 'vitest'
import { protocols } from '../../dissectors/index.js'
import { Dissection } from '../../src/dissect/dissection.js'
import { Registry } from '../../src/dissect/registry.js'
import { DnsTransactions } from '../../src/track/dns-transactions.js'
import { HttpTransactions } from '../../src/track/http-transactions.js'
import { MessageLog } from '../../src/track/message-log.js'

const registry = new Registry(protocols)
/** A dissection of packet `number`, captured at `seconds`, in conversation `conversation`. */
function at(number: number, seconds = number, conversation = 0): Dissection {
  const d = new Dissection(registry)
  d.packet.number = number
  d.packet.seconds = seconds
  d.packet.nanoseconds = 0
  d.conversation = conversation
  d.clock = { secondsOf: (n) => n, nanosecondsOf: () => 0 }
  return d
}

describe('the log of messages', () => {
  it('finds a message by packet and place, and nothing else', () => {
    const log = new MessageLog()
    for (let packet = 1; packet <= 500; packet++)
      for (let n = 0; n < packet % 3; n++) log.add(packet, n * 10, packet + n)
    expect(log.find(500, 10)).toBe(501)
    expect(log.find(4, 0)).toBe(4)
    expect(log.find(4, 10)).toBe(-1)
    expect(log.find(3, 0)).toBe(-1)
    expect(log.find(501, 0)).toBe(-1)
    expect(log.latest).toBe(500)
  })
})

describe('questions and answers', () => {
  it('join by number and conversation', () => {
    const t = new DnsTransactions()
    t.take(at(1), false, 7, false)
    t.settle(at(1), 0)
    t.take(at(2, 2, 1), false, 7, false)
    expect(t.take(at(3), false, 7, true)).toMatchObject({ request: 1, response: 3, again: false })
    expect(t.take(at(4, 4, 1), false, 8, true)).toMatchObject({ request: 0, response: 0, again: false })
    expect(t.recall(at(1), 0)).toMatchObject({ request: 1, response: 3 })
    expect(t.recall(at(9), 0)).toBeNull()
  })
  it('are answered even if they were damaged, but nothing is known of a damaged message', () => {
    const t = new DnsTransactions()
    t.take(at(1), false, 7, false)
    expect(t.take(at(2), false, 7, true)).toMatchObject({ request: 1, response: 2 })
    t.settle(at(2), 0)
    expect(t.recall(at(1), 0)).toBeNull()
    expect(t.recall(at(2), 0)).toMatchObject({ request: 1, response: 2 })
  })
  it('tell TCP from UDP where both conversations have the same number', () => {
    const t = new DnsTransactions()
    t.take(at(1), false, 7, false)
    expect(t.take(at(2), true, 7, true).request).toBe(0)
  })
  it('are the same when they come again within five seconds, unless they were answered', () => {
    const t = new DnsTransactions()
    t.take(at(1), false, 7, false)
    expect(t.take(at(5, 5), false, 7, false)).toMatchObject({ request: 1, again: true })
    expect(t.take(at(6, 6), false, 7, false)).toMatchObject({ request: 6, again: false })
    t.take(at(7), false, 7, true)
    expect(t.take(at(8), false, 7, true)).toMatchObject({ request: 6, response: 7, again: true })
    expect(t.take(at(9), false, 7, false)).toMatchObject({ request: 9, again: false })
  })
  it('are forgotten oldest first when there are too many, which is counted', () => {
    const t = new DnsTransactions(4)
    for (let id = 1; id <= 6; id++) t.take(at(id), false, id, false)
    expect(t.evicted).toBe(2)
    expect(t.take(at(7), false, 2, true).request).toBe(0)
    expect(t.take(at(8), false, 3, true).request).toBe(3)
  })
})

describe('requests and responses', () => {
  it('make exchanges in order, and know their neighbours once they came', () => {
    const t = new HttpTransactions()
    t.request(at(1), 0, 0, 0)
    expect(t.recall(at(1), 0)).toMatchObject({ number: 1, total: 1, request: 1, response: 0, nextRequest: 0 })
    t.response(at(2), 0)
    t.request(at(3), 0, 0, 0)
    t.response(at(4), 0)
    expect(t.recall(at(1), 0)).toMatchObject({ number: 1, total: 2, response: 2, nextRequest: 3, nextResponse: 4 })
    expect(t.recall(at(4), 0)).toMatchObject({ request: 3, previousRequest: 1, previousResponse: 2, nextRequest: 0 })
  })
  it('of one packet do not know of those behind them while the packet is the latest', () => {
    const t = new HttpTransactions()
    t.request(at(1), 0, 0, 0)
    t.request(at(1), 50, 0, 0)
    expect(t.recall(at(1), 0)).toMatchObject({ number: 1, total: 1, nextRequest: 0 })
    t.response(at(2), 0)
    expect(t.recall(at(1), 0)).toMatchObject({ number: 1, total: 2, nextRequest: 1 })
    expect(t.recall(at(1), 50)).toMatchObject({ number: 2, response: 2, previousRequest: 1 })
  })
  it('without a request make an exchange of their own', () => {
    const t = new HttpTransactions()
    t.response(at(1), 0)
    t.response(at(2), 0)
    expect(t.recall(at(2), 0)).toMatchObject({ number: 2, request: 0, previousResponse: 1, asked: 0 })
  })
})
