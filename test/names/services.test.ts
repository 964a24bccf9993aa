import { expect, test } from 'vitest'
import { serviceName } from '../../src/names/services.js'

test.each([
  [22, 'tcp', 'ssh'],
  [53, 'udp', 'domain'],
  [53, 'tcp', 'domain'],
  [80, 'tcp', 'http'],
  [443, 'tcp', 'https'],
  [5060, 'sctp', 'sip'],
  [5353, 'udp', 'mdns'],
  [210, 'tcp', 'z39-50'],
  [1461, 'tcp', 'ibm-wrless-lan'],
] as const)('port %i of %s is %s', (port, transport, name) => {
  expect(serviceName(port, transport)).toBe(name)
})

test('a port nobody registered has no name', () => {
  expect(serviceName(0, 'tcp')).toBe('')
  expect(serviceName(65_535, 'udp')).toBe('')
  expect(serviceName(80, 'dccp')).toBe('')
})
