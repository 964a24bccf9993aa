/**
 * Hostile input: random bytes through every protocol, and packets of 64 KiB built to take as long as they can. The
 * properties hold for them too: nothing is thrown, no dissector fails, no frame takes over 50 ms.
 */
import { deflateRawSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { protocols } from '../dissectors/index.js'
import { Registry } from '../src/dissect/registry.js'
import { Properties } from '../src/verify/properties.js'

const registry = new Registry(protocols)
const LARGEST = 65_535

/** Which properties do not hold for these bytes, given to the protocol called `id`. */
function complaints(id: string, bytes: Uint8Array): string[] {
  const found: string[] = []
  new Properties(registry, (message) => found.push(message)).check(
    bytes,
    bytes.length,
    bytes.length,
    registry.protocolIndex(id),
    Buffer.from(bytes.subarray(0, 2000)).toString('hex'),
  )
  return found
}

let seed = 20261122
function random(below: number): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return (seed >>> 8) % below
}

describe('random bytes', () => {
  it.each(protocols.map((p) => p.id))('do no harm to %s', (id) => {
    for (let n = 0; n < 300; n++) {
      const length = random(n < 250 ? 120 : 2000)
      const bytes = Uint8Array.from({ length }, () => (random(4) === 0 ? 0 : random(256)))
      expect(complaints(id, bytes)).toEqual([])
    }
  })
})

// ---- 64 KiB that take as long as they can ---------------------------------------------

const ascii = (words: string): Uint8Array => Buffer.from(words, 'latin1')
const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))
/** As much of `head` and then `body` again and again as fits. */
const filled = (head: Uint8Array, body: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(LARGEST)
  bytes.set(head)
  for (let at = head.length; at + body.length <= LARGEST; at += body.length) bytes.set(body, at)
  return bytes
}

/** The header of a response with as many questions, answers, authorities and additional records as it can say. */
const dnsHead = Uint8Array.of(0x12, 0x34, 0x81, 0x80, 0, 0, 255, 255, 255, 255, 255, 255)
/** One record, owner given, with `data`. */
const record = (owner: readonly number[], type: number, data: Uint8Array): Uint8Array =>
  join(Uint8Array.of(...owner, type >> 8, type & 255, 0, 1, 0, 0, 0, 1, data.length >> 8, data.length & 255), data)
const one = (type: number, data: Uint8Array): Uint8Array => filled(dnsHead, record([0], type, data))
/** A first record whose data is `data`, at offset 23; the names of all others begin there. */
const pointing = (data: Uint8Array, type: number, tail: Uint8Array = new Uint8Array(0)): Uint8Array =>
  filled(join(dnsHead, record([0], 10, data)), record([0xc0, 23], type, tail))
/** 200 pointers, each to the next, the last to the root. */
const ladder = Uint8Array.from({ length: 402 }, (_, i) =>
  i >= 400 ? 0 : i & 1 ? (23 + i + 1) & 255 : 0xc0 | ((23 + i + 2) >> 8),
)
const manyLabels = Uint8Array.from({ length: 8001 }, (_, i) => (i === 8000 ? 0 : i & 1 ? 0x61 : 1))
const longName = Uint8Array.from({ length: 255 }, (_, i) => (i === 254 ? 0 : i & 1 ? 0x2e : 1))
const big = (size: number, value = 0): Uint8Array => new Uint8Array(size).fill(value)

const dnsCases: Readonly<Record<string, Uint8Array>> = {
  'the shortest records': filled(dnsHead, record([0], 1, big(0))),
  'names through 200 pointers': pointing(ladder, 2, Uint8Array.of(0xc0, 23)),
  'names of 4,000 labels': pointing(manyLabels, 2, Uint8Array.of(0xc0, 23)),
  'names of 127 labels': pointing(longName, 2, Uint8Array.of(0xc0, 23)),
  'service names': pointing(longName, 33, Uint8Array.of(0, 0, 0, 0, 0, 0, 0xc0, 23)),
  'questions for long names': (() => {
    const bytes = filled(join(dnsHead, Uint8Array.of(...longName, 0, 1, 0, 1)), Uint8Array.of(0xc0, 12, 0, 1, 0, 1))
    bytes.set([255, 255], 4)
    return bytes
  })(),
  'two names in every record': pointing(longName, 17, Uint8Array.of(0xc0, 23, 0xc0, 23)),
  'a record with 30,000 names': one(55, join(big(4), filled(big(0), Uint8Array.of(0xc0, 12)).subarray(0, 60_000))),
  'a text of 60,000 empty parts': one(16, big(60_000)),
  'parts with zeros in them': one(16, filled(big(0), Uint8Array.of(2, 0, 0)).subarray(0, 60_000)),
  'all ports of well known services': one(11, big(60_000, 255)),
  'address prefixes': one(42, filled(big(0), Uint8Array.of(0, 1, 0, 0x80)).subarray(0, 60_000)),
  'empty options': one(41, big(60_000)),
  'options that are out of use': one(41, filled(big(0), Uint8Array.of(0x50, 0xfa, 0, 0)).subarray(0, 60_000)),
  'algorithms understood': one(41, join(Uint8Array.of(0, 5, 0xea, 0x00), big(59_904, 8))),
  'types in bit maps': one(47, join(big(1), filled(big(0), Uint8Array.of(0, 32, ...big(32, 255))).subarray(0, 60_000))),
  'parameters of a service': one(65, join(big(3), big(60_000))),
  'records of a type nobody knows': filled(dnsHead, record([0], 9999, big(1))),
  'times to live that are wrong': filled(dnsHead, Uint8Array.of(0, 0, 1, 0, 1, 0x80, 0, 0, 0, 0, 0)),
  keys: filled(dnsHead, record([0], 48, big(4))),
  'one long key': one(48, big(60_000)),
  'stateful operations': filled(Uint8Array.of(0, 0, 0x30, 0, 0, 0, 0, 0, 0, 0, 0, 0), big(4)),
}

const get = 'GET / HTTP/1.1\r\n'
const ok = 'HTTP/1.1 200 OK\r\n'
const packed = (coding: string, type: string, body: Uint8Array): Uint8Array =>
  join(ascii(`${ok}Content-Type: ${type}\r\nContent-Encoding: ${coding}\r\n\r\n`), body)
const httpCases: Readonly<Record<string, Uint8Array>> = {
  'empty header lines': filled(ascii(get), ascii('a:\n')),
  hosts: filled(ascii(get), ascii('host:a\n')),
  'lines without a colon': filled(ascii(get), ascii('a\n')),
  'codings that nobody knows': filled(ascii(get), ascii('transfer-encoding:a\n')),
  'lengths beside codings': filled(ascii(`${get}transfer-encoding:a\n`), ascii('content-length:1\n')),
  'one long line': filled(ascii(get), ascii('a')),
  cookies: filled(ascii(`${get}cookie:`), ascii('a;')),
  'parameters of a target': filled(ascii('GET /?'), ascii('a&')),
  'words of a first line': filled(ascii('GET '), ascii('a ')),
  blanks: filled(ascii(`${get}a:`), ascii(' ')),
  'chunks of a byte': filled(ascii(`${ok}Transfer-Encoding: chunked\r\n\r\n`), ascii('1\r\na\r\n')),
  'a trailer of short lines': filled(ascii(`${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n`), ascii('a\n')),
  'a long trailer': filled(ascii(`${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n`), ascii('a')),
  'a body of empty lines': filled(ascii(`${ok}Content-Type: text/html\r\n\r\n`), ascii('\n')),
  'a body of zeros': filled(ascii(`${ok}Content-Type: text/html\r\n\r\n`), big(1)),
  'sixty megabytes of zeros': packed('gzip', 'image/png', gzipSync(big(60 << 20))),
  'sixty megabytes of lines': packed('gzip', 'text/html', gzipSync(big(60 << 20, 10))),
  'a raw bomb': packed('deflate', 'text/plain', deflateRawSync(big(60 << 20))),
  credentials: filled(ascii(`${get}Authorization: Basic`), ascii(' ')),
}

const bodyCases: readonly (readonly [string, string, Uint8Array])[] = [
  ['json', 'arrays in arrays', filled(big(0), ascii('['))],
  ['json', 'the deepest arrays', filled(ascii('['), ascii(`${'['.repeat(98)}${']'.repeat(98)},`))],
  ['json', 'empty arrays', join(filled(ascii('['), ascii('[],')).subarray(0, 65_530), ascii('1]'))],
  ['json', 'members', join(ascii('{'), ascii('"a":1,'.repeat(10_000)), ascii('"b":2}'))],
  ['json', 'long names in each other', join(ascii(`{"${'n'.repeat(600)}":`.repeat(99)), ascii(`1${'}'.repeat(99)}`))],
  [
    'json',
    'values below long names',
    join(ascii(`{"${'n'.repeat(20_000)}":[`), ascii('1,'.repeat(20_000)), ascii('1]}')),
  ],
  ['json', 'escapes', join(ascii('["'), ascii('\\u0041'.repeat(10_000)), ascii('"]'))],
  ['urlencoded-form', 'names without values', filled(big(0), ascii('a&'))],
  ['urlencoded-form', 'escapes', filled(big(0), ascii('%41'))],
  ['urlencoded-form', 'nothing between signs', filled(big(0), ascii('&'))],
  ['png', 'empty chunks', filled(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), big(12))],
  ['image-gif', 'empty blocks', filled(join(ascii('GIF89a'), big(7)), Uint8Array.of(0x21, 0xfe, 0))],
  [
    'image-gif',
    'blocks of a byte',
    filled(join(ascii('GIF89a'), big(7), Uint8Array.of(0x21, 0xfe)), Uint8Array.of(1, 1)),
  ],
  ['image-jfif', 'empty segments', filled(Uint8Array.of(0xff, 0xd8), Uint8Array.of(0xff, 0xe1, 0, 2))],
  ['image-jfif', 'scans', filled(Uint8Array.of(0xff, 0xd8), Uint8Array.of(0xff, 0xda, 0, 3, 0))],
  ['image-jfif', 'names without end', filled(Uint8Array.of(0xff, 0xd8), Uint8Array.of(0xff, 0xe0, 0, 3, 1))],
  ['ssdp', 'empty header lines', filled(ascii(get), ascii('a:\n'))],
  ['dhcp', 'empty options', filled(join(big(236), Uint8Array.of(0x63, 0x82, 0x53, 0x63)), Uint8Array.of(12, 0))],
  ['dhcp', 'spread options', filled(join(big(236), Uint8Array.of(0x63, 0x82, 0x53, 0x63)), Uint8Array.of(119, 0))],
  ['dhcpv6', 'empty options', filled(big(4), Uint8Array.of(0, 14, 0, 0))],
  ['dhcpv6', 'messages in messages', filled(big(4), Uint8Array.of(0, 9, 0xff, 0xff, 1, 0, 0, 0))],
  ['nbns', 'pointers to nothing', filled(big(12), Uint8Array.of(0xc0, 0, 0, 32, 0, 1))],
  ['ntp', 'short extensions', filled(big(48), join(Uint8Array.of(1, 4, 0, 16), big(12)))],
]

const routes = (type: number): Uint8Array => Uint8Array.of(17, 255, type, 0, 0, 0, 0, 0)
const ipv6Head = (next: number): Uint8Array =>
  join(Uint8Array.of(0x60, 0, 0, 0, 255, 215, next, 64), big(15), big(1, 1), big(15), big(1, 2))
const ipv4Head = (protocol: number): Uint8Array => {
  const head = Uint8Array.of(0x45, 0, 255, 255, 0, 0, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2)
  return head
}
/** A header of options as long as it can be. */
const options = (next: number, body: Uint8Array): Uint8Array =>
  join(Uint8Array.of(next, 255), filled(big(0), body).subarray(0, 2046))
/** A client's hello in a record, as long as it can be, whose extensions are `body` again and again. */
const helloOf = (body: Uint8Array): Uint8Array => {
  const head = [22, 3, 3, 255, 250, 1, 0, 255, 246, 3, 3, ...big(32), 0, 0, 2, 19, 1, 1, 0, 255, 205]
  return filled(Uint8Array.from(head), body)
}
const otherCases: readonly (readonly [id: string, what: string, bytes: Uint8Array])[] = [
  ['tls', 'empty records', filled(big(0), Uint8Array.of(23, 3, 3, 0, 0))],
  ['tls', 'records of a byte', filled(big(0), Uint8Array.of(22, 3, 3, 0, 1, 11))],
  ['tls', 'alerts', filled(big(0), Uint8Array.of(21, 3, 3, 0, 2, 1, 0))],
  ['tls', 'empty messages', filled(Uint8Array.of(22, 3, 3, 255, 250), Uint8Array.of(14, 0, 0, 0))],
  ['tls', 'empty extensions', helloOf(Uint8Array.of(0x2a, 0x2a, 0, 0))],
  ['tls', 'lists without room', helloOf(Uint8Array.of(0, 10, 0, 0))],
  ['tls', 'cipher suites', helloOf(Uint8Array.of(0, 10, 0, 4, 0, 2, 0x2a, 0x2a))],
  ['tls', 'empty key shares', helloOf(Uint8Array.of(0, 51, 0, 10, 0, 8, 0, 29, 0, 0, 0, 29, 0, 0))],
  ['ipv6', 'headers full of padding', filled(ipv6Head(60), options(60, big(1)))],
  ['ipv6', 'headers full of unknown options', filled(ipv6Head(60), options(60, Uint8Array.of(0x1e, 0)))],
  ['ipv6', 'headers full of router alerts', filled(ipv6Head(60), options(60, Uint8Array.of(5, 0)))],
  ['ipv6', 'tunnels in tunnels', filled(big(0), ipv6Head(41))],
  ['ipv6', 'routes', filled(join(ipv6Head(43), routes(0)), big(1))],
  ['ipv6', 'the shortest extension headers', filled(ipv6Head(60), Uint8Array.of(60, 0, 1, 4, 0, 0, 0, 0))],
  ['ip', 'tunnels in tunnels', filled(big(0), ipv4Head(4))],
  ['ip', 'errors about errors', filled(big(0), join(ipv4Head(1), Uint8Array.of(3, 1, 0, 0, 0, 0, 0, 0)))],
  [
    'icmp',
    'extensions of empty objects',
    filled(
      join(Uint8Array.of(3, 1, 0, 0, 0, 32, 0, 0), big(128), Uint8Array.of(0x20, 0, 0, 0)),
      Uint8Array.of(0, 4, 9, 9),
    ),
  ],
  [
    'icmp',
    'label stacks',
    filled(join(Uint8Array.of(3, 1, 0, 0, 0, 32, 0, 0), big(128), Uint8Array.of(0x20, 0, 0, 0, 255, 0, 1, 1)), big(1)),
  ],
  ['icmp', 'mobility extensions', filled(Uint8Array.of(9, 0, 0, 0, 0, 2, 0, 0), Uint8Array.of(1, 0))],
  ['icmp', 'routers', filled(Uint8Array.of(9, 0, 0, 0, 255, 2, 0, 0), big(8, 1))],
  [
    'icmpv6',
    'options of a router',
    filled(Uint8Array.of(134, 0, 0, 0, ...big(12)), Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 0)),
  ],
  [
    'icmpv6',
    'unknown options',
    filled(Uint8Array.of(134, 0, 0, 0, ...big(12)), Uint8Array.of(99, 1, 0, 0, 0, 0, 0, 0)),
  ],
  ['icmpv6', 'search lists', filled(Uint8Array.of(134, 0, 0, 0, ...big(12)), join(Uint8Array.of(31, 255), big(2038)))],
  ['icmpv6', 'group records', filled(Uint8Array.of(143, 0, 0, 0, 0, 0, 255, 255), big(20))],
  ['icmpv6', 'sources', filled(join(Uint8Array.of(143, 0, 0, 0, 0, 0, 255, 255, 1, 0, 255, 255), big(16)), big(16))],
  ['icmpv6', 'addresses of a node', filled(Uint8Array.of(140, 0, 0, 0, 0, 3, ...big(10)), big(1))],
  ['icmpv6', 'names of a node', filled(Uint8Array.of(140, 0, 0, 0, 0, 2, ...big(10)), Uint8Array.of(1, 0x61))],
  ['igmp', 'group records', filled(Uint8Array.of(0x22, 0, 0, 0, 0, 0, 255, 255), big(8))],
  ['igmp', 'sources', filled(Uint8Array.of(0x11, 0, 0, 0, 224, 0, 0, 1, 0, 0, 255, 255), big(4))],
  ['pppoed', 'empty tags', filled(Uint8Array.of(0x11, 9, 0, 0, 255, 255), Uint8Array.of(1, 1, 0, 0))],
  ['pppoed', 'unknown tags', filled(Uint8Array.of(0x11, 9, 0, 0, 255, 255), Uint8Array.of(9, 9, 0, 0))],
  [
    'pppoed',
    'tags of a vendor',
    filled(Uint8Array.of(0x11, 9, 0, 0, 255, 255, 1, 5, 255, 240, 0, 0, 0x0d, 0xe9), Uint8Array.of(1, 0)),
  ],
  ['arp', 'the largest addresses', filled(Uint8Array.of(0, 1, 8, 0, 255, 255, 0, 1), big(1, 255))],
  ['eth', 'tags in tags', filled(big(12), Uint8Array.of(0x81, 0, 0, 1))],
  ['eth', 'a trailer of 64 KiB', filled(Uint8Array.of(...big(12), 8, 0, 0x45, 0, 0, 20, ...big(16)), big(1, 7))],
  ['mpls', 'labels without end', big(LARGEST)],
  ['gre', 'empty routes', filled(Uint8Array.of(0x40, 0, 8, 0, 0, 0, 0, 0), Uint8Array.of(0, 1, 0, 0))],
  ['gre', 'empty attributes', filled(Uint8Array.of(0, 0, 0x88, 0xd2), big(2))],
  [
    'gre',
    'GRE in IPv4 in GRE',
    filled(big(0), Uint8Array.of(0, 0, 8, 0, 0x45, 0, 0xff, 0xff, ...big(4), 64, 47, ...big(10))),
  ],
  ['geneve', 'empty options', filled(Uint8Array.of(0x3f, 0, 0x65, 0x58, ...big(4)), big(4))],
  [
    'gtp',
    'short extensions',
    filled(Uint8Array.of(0x34, 255, 255, 255, ...big(7), 0x85), Uint8Array.of(1, 0, 9, 0x85)),
  ],
  ['vxlan', 'VXLAN in VXLAN', big(LARGEST)],
  ['llc', 'anything', filled(Uint8Array.of(0xaa, 0xaa, 3), big(1, 0xaa))],
  ['ppp', 'anything', filled(Uint8Array.of(0xff, 3), big(1, 0xff))],
  ['stp', 'trees without end', filled(Uint8Array.of(0, 0, 3, 2, ...big(32), 255, 255, ...big(64)), big(16))],
  [
    'lldp',
    'empty names',
    filled(Uint8Array.of(2, 7, 4, ...big(6), 4, 7, 3, ...big(6), 6, 2, 0, 1), Uint8Array.of(10, 0)),
  ],
  ['cdp', 'empty records', filled(Uint8Array.of(2, 180, 0, 0), Uint8Array.of(0, 99, 0, 4))],
  ['cdp', 'empty lines', filled(Uint8Array.of(2, 180, 0, 0, 0, 5, 255, 255), big(1, 10))],
  ['cdp', 'addresses', filled(Uint8Array.of(2, 180, 0, 0, 0, 2, 255, 255, ...big(4, 255)), big(4))],
  ['data', 'zeros', big(LARGEST)],
  ['data-text-lines', 'empty lines', big(LARGEST, 10)],
  ['data-text-lines', 'lines of a character', filled(big(0), ascii('a\n'))],
  ['data-text-lines', 'lines ended in two ways', filled(big(0), ascii('\r\n'))],
]

describe('64 KiB of bytes made to waste time', () => {
  const cases = [
    ...Object.entries(dnsCases).map(([what, bytes]) => ['dns', what, bytes] as const),
    ...Object.entries(dnsCases).map(([what, bytes]) => ['mdns', what, bytes] as const),
    ...Object.entries(httpCases).map(([what, bytes]) => ['http', what, bytes] as const),
    ...bodyCases,
    ...otherCases,
  ]
  it.each(cases)('%s: %s', (id, _what, bytes) => {
    expect(complaints(id, bytes).map((message) => message.slice(-200))).toEqual([])
  })
})
