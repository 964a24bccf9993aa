/** What addresses are for: the special-purpose address registries of IANA (RFC 6890), and the usual questions. */
import { parseIpv4, parseIpv6 } from './addresses.js'
import { compareValues, Prefix } from './values.js'

interface Special {
  readonly network: Prefix
  readonly name: string
  /** Source 16, destination 8, forwardable 4, globally reachable 2, reserved by protocol 1. */
  readonly flags: number
}

function special(text: string, name: string, flags: number): Special {
  const [address, bits] = text.split('/') as [string, string]
  return {
    network: new Prefix((address.includes(':') ? parseIpv6(address) : parseIpv4(address))!, Number(bits)),
    name,
    flags,
  }
}

/** Longer prefixes first. Few sessions ask, so the table is made when one does. */
const table = (): readonly Special[] => [
  special('0.0.0.0/32', 'This host on this network', 0b10001),
  special('192.0.0.8/32', 'IPv4 dummy address', 0b10000),
  special('192.0.0.9/32', 'Port Control Protocol Anycast', 0b11110),
  special('192.0.0.10/32', 'TURN Anycast', 0b11110),
  special('192.0.0.170/32', 'NAT64/DNS64 Discovery', 0b00001),
  special('192.0.0.171/32', 'NAT64/DNS64 Discovery', 0b00001),
  special('255.255.255.255/32', 'Limited Broadcast', 0b01001),
  special('192.0.0.0/29', 'IPv4 Service Continuity Prefix', 0b11100),
  special('192.0.0.0/24', 'IETF Protocol Assignments', 0b00000),
  special('192.0.2.0/24', 'Documentation (TEST-NET-1)', 0b00000),
  special('192.31.196.0/24', 'AS112-v4', 0b11110),
  special('192.52.193.0/24', 'AMT', 0b11110),
  special('192.88.99.0/24', 'Deprecated (6to4 Relay Anycast)', 0b00000),
  special('192.175.48.0/24', 'Direct Delegation AS112 Service', 0b11110),
  special('198.51.100.0/24', 'Documentation (TEST-NET-2)', 0b00000),
  special('203.0.113.0/24', 'Documentation (TEST-NET-3)', 0b00000),
  special('169.254.0.0/16', 'Link Local', 0b11001),
  special('192.168.0.0/16', 'Private-Use', 0b11100),
  special('198.18.0.0/15', 'Benchmarking', 0b11100),
  special('172.16.0.0/12', 'Private-Use', 0b11100),
  special('100.64.0.0/10', 'Shared Address Space', 0b11100),
  special('0.0.0.0/8', 'This network', 0b10001),
  special('10.0.0.0/8', 'Private-Use', 0b11100),
  special('127.0.0.0/8', 'Loopback', 0b00001),
  special('240.0.0.0/4', 'Reserved', 0b00001),
  special('::1/128', 'Loopback Address', 0b00001),
  special('::/128', 'Unspecified Address', 0b10001),
  special('2001:1::1/128', 'Port Control Protocol Anycast', 0b11110),
  special('2001:1::2/128', 'TURN Anycast', 0b11110),
  special('::ffff:0.0.0.0/96', 'IPv4-mapped Address', 0b00001),
  special('64:ff9b::/96', 'IPv4-IPv6 Translat.', 0b11110),
  special('100::/64', 'Discard-Only Address Block', 0b11100),
  special('64:ff9b:1::/48', 'IPv4-IPv6 Translat.', 0b11100),
  special('2001:2::/48', 'Benchmarking', 0b11100),
  special('2001:4:112::/48', 'AS112-v6', 0b11110),
  special('2620:4f:8000::/48', 'Direct Delegation AS112 Service', 0b11110),
  special('2001::/32', 'TEREDO', 0b11100),
  special('2001:3::/32', 'AMT', 0b11110),
  special('2001:db8::/32', 'Documentation', 0b00000),
  special('2001:20::/28', 'ORCHIDv2', 0b11110),
  special('2001:10::/28', 'Deprecated (ORCHID)', 0b00000),
  special('2001::/23', 'IETF Protocol Assignments', 0b00000),
  special('2002::/16', '6to4', 0b11100),
  special('fe80::/10', 'Link-Local Unicast', 0b11001),
  special('fc00::/7', 'Unique-Local', 0b11100),
]
let specials: readonly Special[] | null = null

const find = (address: Uint8Array): Special | undefined =>
  (specials ??= table()).find(
    ({ network }) => network.bytes.length === address.length && compareValues(address, network) === 0,
  )

export const specialName = (address: Uint8Array): string | null => find(address)?.name ?? null
export const specialFlags = (address: Uint8Array): number | null => find(address)?.flags ?? null

export const isLinkLocal = (a: Uint8Array): boolean =>
  a.length === 4 ? a[0] === 169 && a[1] === 254 : a[0] === 0xfe && (a[1]! & 0xc0) === 0x80
export const isMulticast = (a: Uint8Array): boolean => (a.length === 4 ? a[0]! >>> 4 === 14 : a[0] === 0xff)
export const isPrivate = (a: Uint8Array): boolean =>
  a.length === 4 && (a[0] === 10 || (a[0] === 172 && a[1]! >>> 4 === 1) || (a[0] === 192 && a[1] === 168))
export const isUniqueLocal = (a: Uint8Array): boolean => a.length === 16 && (a[0]! & 0xfe) === 0xfc
