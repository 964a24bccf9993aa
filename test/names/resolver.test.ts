/** Names of the kinds that were asked for, and of no others. */

import { expect, test } from 'vitest'
import { namesFor } from '../../src/names/resolver.js'

const mac = (text: string): Uint8Array => Uint8Array.from(text.split(':').map((byte) => Number.parseInt(byte, 16)))
const captured = new Map([['192.0.2.9', ['printer.example']]])

test('without letters nothing but a vendor is known', () => {
  const names = namesFor('', captured)
  expect(names.ether(mac('ff:ff:ff:ff:ff:ff'), 0)).toBe('')
  expect(names.ip('192.0.2.9')).toBe('')
  expect(names.port(80, 'tcp')).toBe('')
  expect(names.vendor(mac('00:00:5e:00:53:01'), 0)).toContain('ICANN')
})

test('m names groups and vendors of MAC addresses', () => {
  const names = namesFor('m', captured)
  expect(names.ether(mac('ff:ff:ff:ff:ff:ff'), 0)).toBe('Broadcast')
  expect(names.ether(mac('01:00:5e:00:00:fb'), 0)).toBe('IPv4mcast_fb')
  expect(names.ether(mac('33:33:00:00:00:16'), 0)).toBe('IPv6mcast_16')
  expect(names.ether(mac('01:80:c2:00:00:00'), 0)).toBe('Spanning-tree-(for-bridges)_00')
  expect(names.ether(mac('00:1c:b3:01:02:03'), 0)).toBe('Apple_01:02:03')
  expect(names.ether(mac('02:12:34:01:02:03'), 0)).toBe('')
  expect(names.ether(mac('00:00:5e:00:01:0a'), 0)).toBe('IETF-VRRP-VRID_0a')
})

test('the addresses of loopback are not the first vendor’s', () => {
  const names = namesFor('m', captured)
  expect(names.ether(mac('00:00:00:00:00:00'), 0)).toBe('00:00:00_00:00:00')
  expect(names.ether(mac('01:00:00:00:00:05'), 0)).toBe('00:00:00_00:00:05')
  expect(names.ether(mac('00:00:01:00:00:05'), 0)).toBe('Xerox_00:00:05')
})

test('n names hosts as the capture does, t ports', () => {
  const names = namesFor('nt', captured)
  expect(names.ip('192.0.2.9')).toBe('printer.example')
  expect(names.port(53, 'udp')).toBe('domain')
  expect(names.ether(mac('ff:ff:ff:ff:ff:ff'), 0)).toBe('')
})
