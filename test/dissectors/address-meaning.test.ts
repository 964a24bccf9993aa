import { expect, test } from 'vitest'
import { ipv4Meaning, ipv6Meaning } from '../../dissectors/shared/address-meaning.js'

const of4 = (address: string): string => ipv4Meaning(Uint8Array.from(address.split('.'), Number), 0)
const of6 = (address: string): string => {
  const [head = '', tail] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const gap = tail === undefined ? 0 : 8 - before.length - after.length
  const all = [...before, ...new Array<string>(gap).fill('0'), ...after].map((word) => Number.parseInt(word, 16))
  return ipv6Meaning(Uint8Array.from(all.flatMap((word) => [word >>> 8, word & 0xff])), 0)
}

test('ordinary addresses have no meaning', () => {
  for (const address of [
    '8.8.8.8',
    '1.0.0.0',
    '11.0.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '100.128.0.1',
    '223.255.255.255',
  ]) {
    expect(of4(address)).toBe('')
  }
  for (const address of ['2606:4700::1111', '2001:4860:4860::8888', '2a00::1', '2003::1', '64:ff9c::1']) {
    expect(of6(address)).toBe('')
  }
})

test('blocks of IPv4 end where their registry says', () => {
  expect(of4('10.0.0.0')).toBe('private network (RFC 1918)')
  expect(of4('10.255.255.255')).toBe('private network (RFC 1918)')
  expect(of4('172.16.0.0')).toBe('private network (RFC 1918)')
  expect(of4('172.31.255.255')).toBe('private network (RFC 1918)')
  expect(of4('172.15.255.255')).toBe('')
  expect(of4('100.64.0.0')).toBe('shared address space of carrier-grade NAT (RFC 6598)')
  expect(of4('100.127.255.255')).toBe('shared address space of carrier-grade NAT (RFC 6598)')
  expect(of4('100.63.255.255')).toBe('')
  expect(of4('198.19.255.255')).toBe('benchmarking (RFC 2544)')
  expect(of4('198.20.0.0')).toBe('')
})

test('the narrowest block of an IPv4 address counts', () => {
  expect(of4('0.0.0.0')).toBe('this host on this network (RFC 1122)')
  expect(of4('0.0.0.1')).toBe('this network (RFC 791)')
  expect(of4('192.0.0.171')).toBe('NAT64 and DNS64 discovery (RFC 7050)')
  expect(of4('192.0.0.172')).toBe('IETF protocol assignments (RFC 6890)')
  expect(of4('224.0.0.251')).toBe('multicast, mDNS (RFC 6762)')
  expect(of4('224.0.0.77')).toBe('multicast, local network control (RFC 5771)')
  expect(of4('225.1.2.3')).toBe('multicast (RFC 1112)')
  expect(of4('255.255.255.255')).toBe('limited broadcast (RFC 919)')
  expect(of4('255.255.255.254')).toBe('reserved (RFC 1112)')
})

test('IPv6 addresses are known by their prefix', () => {
  expect(of6('::')).toBe('unspecified (RFC 4291)')
  expect(of6('::1')).toBe('loopback (RFC 4291)')
  expect(of6('::ffff:c000:201')).toBe('IPv4-mapped (RFC 4291)')
  expect(of6('fd00::1')).toBe('unique local (RFC 4193)')
  expect(of6('febf::1')).toBe('link-local (RFC 4291)')
  expect(of6('fec0::1')).toBe('site-local, deprecated (RFC 3879)')
  expect(of6('2001:db8::1')).toBe('documentation (RFC 3849)')
  expect(of6('2001:0:1::1')).toBe('Teredo (RFC 4380)')
  expect(of6('2001:2:0:1::1')).toBe('benchmarking (RFC 5180)')
  expect(of6('2001:2:1::1')).toBe('IETF protocol assignments (RFC 2928)')
  expect(of6('3fff:fff::1')).toBe('documentation (RFC 9637)')
  expect(of6('3fff:1000::1')).toBe('')
})

test('IPv6 groups without a name of their own are known by their scope', () => {
  expect(of6('ff02::1:ff00:5301')).toBe('multicast, solicited node (RFC 4291)')
  expect(of6('ff02::fb')).toBe('multicast, mDNS (RFC 6762)')
  expect(of6('ff02::1234')).toBe('multicast, link-local scope (RFC 4291)')
  expect(of6('ff0e::101')).toBe('multicast, global scope (RFC 4291)')
  expect(of6('ff3e::8000:1')).toBe('multicast, global scope (RFC 4291)')
  expect(of6('ff00::1')).toBe('multicast, unassigned scope (RFC 4291)')
})
