import fc from 'fast-check'
import { expect, test } from 'vitest'
import { etherText, hexText, ipv4Text, ipv6Text } from '../../src/dissect/address.js'

const words = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 })
const bytesOf = (all: readonly number[]): Uint8Array =>
  Uint8Array.from(all.flatMap((word) => [word >>> 8, word & 0xff]))
const plain = (all: readonly number[]): string => all.map((word) => word.toString(16)).join(':')

/** Node's own canonical form, which knows no dotted tail. */
const canonical = (address: string): string => new URL(`http://[${address}]/`).hostname.slice(1, -1)
const isDotted = (text: string): boolean => text.includes('.')

test('an IPv6 address is written as Node canonicalizes it, but for dotted tails', () => {
  fc.assert(
    fc.property(words, (all) => {
      const text = ipv6Text(bytesOf(all), 0)
      expect(isDotted(text) ? canonical(text) : text).toBe(canonical(plain(all)))
    }),
    { numRuns: 2000 },
  )
})

test('a tail is dotted exactly where the address holds an IPv4 address', () => {
  fc.assert(
    fc.property(words, (all) => {
      const zeros = all.slice(0, 5).every((word) => word === 0)
      const mapped = zeros && all[5] === 0xffff
      const compatible = zeros && all[5] === 0 && all[6] !== 0
      expect(isDotted(ipv6Text(bytesOf(all), 0))).toBe(mapped || compatible)
    }),
    { numRuns: 2000 },
  )
})

test('the longest run of zeros is shortened, the first of equals, a single zero never', () => {
  const text = (address: string): string =>
    ipv6Text(bytesOf(address.split(':').map((word) => Number.parseInt(word, 16))), 0)
  expect(text('2001:db8:0:1:1:1:1:1')).toBe('2001:db8:0:1:1:1:1:1')
  expect(text('2001:db8:0:0:1:0:0:1')).toBe('2001:db8::1:0:0:1')
  expect(text('2001:0:0:1:0:0:0:1')).toBe('2001:0:0:1::1')
  expect(text('0:0:0:0:0:0:0:0')).toBe('::')
  expect(text('0:0:0:0:0:0:0:1')).toBe('::1')
  expect(text('1:0:0:0:0:0:0:0')).toBe('1::')
  expect(text('0:0:0:0:0:ffff:c000:201')).toBe('::ffff:192.0.2.1')
  expect(text('0:0:0:0:0:0:c000:201')).toBe('::192.0.2.1')
  expect(text('64:ff9b:0:0:0:0:c000:201')).toBe('64:ff9b::c000:201')
})

test('an IPv4 address is written as Node canonicalizes it', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const bytes = Uint8Array.from(address.split('.'), Number)
      expect(ipv4Text(bytes, 0)).toBe(new URL(`http://${address}/`).hostname)
    }),
  )
})

test('addresses are read from where they begin', () => {
  const bytes = Uint8Array.of(9, 192, 0, 2, 1, 9, 0, 0, 0x5e, 0, 0x53, 0xff)
  expect(ipv4Text(bytes, 1)).toBe('192.0.2.1')
  expect(etherText(bytes, 6)).toBe('00:00:5e:00:53:ff')
  expect(hexText(bytes, 1, 4)).toBe('c00002')
  expect(hexText(bytes, 1, 4, ':')).toBe('c0:00:02')
  expect(hexText(bytes, 4, 4)).toBe('')
})
