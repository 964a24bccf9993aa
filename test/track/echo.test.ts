import { beforeEach, expect, test } from 'vitest'
import { icmp } from '../../dissectors/icmp.js'
import { protocols } from '../../dissectors/index.js'
import { Address, type Dissection } from '../../src/dissect/index.js'
import { Dissection as Reader } from '../../src/dissect/dissection.js'
import { Registry } from '../../src/dissect/registry.js'
import { Echoes, requestChecksum } from '../../src/track/echo.js'

const HERE = 0
const THERE = 4
const REQUEST_CHECKSUM = 0xa4fb
let echoes: Echoes
let d: Dissection

beforeEach(() => {
  echoes = new Echoes()
  d = new Reader(new Registry(protocols))
  d.addressKind = Address.IPv4
  d.addressBytes = Uint8Array.of(192, 0, 2, 1, 192, 0, 2, 2)
})

const request = (number: number, sequence: number, ident = 42): number => {
  d.packet.number = number
  d.src = HERE
  d.dst = THERE
  return echoes.request(d, ident, sequence, REQUEST_CHECKSUM)
}
const reply = (number: number, sequence: number, ident = 42, checksum = REQUEST_CHECKSUM): number => {
  d.packet.number = number
  d.src = THERE
  d.dst = HERE
  return echoes.reply(d, ident, sequence, checksum)
}

test('a reply with other data than the request had answers none', () => {
  request(1, 7)
  expect(reply(2, 7, 42, REQUEST_CHECKSUM + 1)).toBe(0)
  expect(reply(3, 7)).toBe(1)
})

test('the checksum of a request follows from that of its reply', () => {
  expect(requestChecksum(0xacfb, -0x0800)).toBe(0xa4fb)
  expect(requestChecksum(0x0800, -0x0800)).toBe(0xffff)
  expect(requestChecksum(0x1234, 0x0100)).toBe(0x1334)
})

test('a reply finds the request with its identifier and sequence number', () => {
  request(1, 7)
  request(2, 8)
  expect(reply(3, 7)).toBe(1)
  expect(reply(4, 8)).toBe(2)
})

test('a request is answered once', () => {
  request(1, 7)
  expect(reply(2, 7)).toBe(1)
  expect(reply(3, 7)).toBe(0)
})

test('a reply that nobody asked for has no request', () => {
  request(1, 7)
  expect(reply(2, 9)).toBe(0)
  expect(reply(3, 7, 43)).toBe(0)
})

test('the newest of equal requests is answered', () => {
  request(1, 7)
  request(2, 7)
  expect(reply(3, 7)).toBe(2)
})

test('echoes of one identifier between two hosts are one conversation, both ways', () => {
  request(1, 7)
  const first = d.conversation
  reply(2, 7)
  expect(d.conversation).toBe(first)
  expect(d.forward).toBe(false)
  request(3, 8, 43)
  expect(d.conversation).not.toBe(first)
})

test('a million sequence numbers take no more memory than a few', () => {
  for (let n = 1; n <= 1_000_000; n++) request(n, n & 0xffff)
  expect(echoes.conversations.length).toBe(1)
  expect(reply(1_000_001, 1_000_000 & 0xffff)).toBe(1_000_000)
})

test('ICMP keeps one such memory per capture', () => {
  expect(icmp.state?.()).toBeInstanceOf(Echoes)
})
