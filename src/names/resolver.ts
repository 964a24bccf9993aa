/**
 * Names for addresses and ports, of the kinds that were asked for: what `-N` and `-n` choose. Structurally the
 * `Resolver` of the dissection. Knows vendors, services, the hosts file and the capture's own names; asks no network.
 */
import { HostNames, readHosts } from './hosts.js'
import { serviceName } from './services.js'
import { vendorBits, vendorLongOf, vendorOf } from './vendors.js'

/** What tshark resolves when nothing is said: MAC addresses, and of hosts what answers in the capture say. */
export const DEFAULT_NAMES = 'mNd'
/** The letters of `-N`: answers in the capture, MAC addresses, hosts, asking DNS, ports, VLANs. */
export const NAME_LETTERS = 'dmnNtv'

/** Names that a capture file carries: address text → names. It may grow while the file is read. */
export type CaptureNames = ReadonlyMap<string, readonly string[]>

/** The names that `letters` ask for. Vendors are facts about an address and always known. */
export function namesFor(letters: string, captureNames: CaptureNames) {
  const mac = letters.includes('m')
  const ports = letters.includes('t')
  const hosts = letters.includes('n') ? readHosts() : new HostNames()
  const ofHosts = letters.includes('n')
  return {
    ether: (bytes: Uint8Array, start: number): string => (mac ? etherName(bytes, start) : ''),
    vendor: vendorLongOf,
    ip: (address: string): string => (ofHosts ? hosts.hostName(address) || (captureNames.get(address)?.[0] ?? '') : ''),
    port: (number: number, transport: 'tcp' | 'udp' | 'sctp'): string => (ports ? serviceName(number, transport) : ''),
  }
}

/** `Broadcast`, a well-known group, or the vendor and what is left of the address; '' for an unknown vendor. */
function etherName(bytes: Uint8Array, start: number): string {
  const word = bytes[start]! * 0x1000000 + ((bytes[start + 1]! << 16) | (bytes[start + 2]! << 8) | bytes[start + 3]!)
  const rest = (bytes[start + 4]! << 8) | bytes[start + 5]!
  if (bytes[start]! & 1) {
    if (word === 0xffffffff && rest === 0xffff) return 'Broadcast'
    const known = wellKnown.get(word * 0x10000 + rest)
    if (known !== undefined) return known
    if (word >>> 16 === 0x3333) return `IPv6mcast_${groupBytes(bytes, start + 2, start + 6)}`
    if (word >>> 8 === 0x01005e && (word & 0x80) === 0) return `IPv4mcast_${groupBytes(bytes, start + 3, start + 6)}`
    if (word === 0x0180c200 && rest < 0x10) return `Spanning-tree-(for-bridges)_${two(rest)}`
  }
  assigned.set(bytes.subarray(start, start + 6))
  assigned[0]! &= 0xfe
  if (word === 0x00005e00 && rest >>> 8 === 1) return `IETF-VRRP-VRID_${two(rest & 0xff)}`
  // Addresses that begin with three zeros are made up far more often than they are Xerox's.
  const made = (assigned[0]! | assigned[1]! | assigned[2]!) === 0
  const vendor = made ? '00:00:00' : vendorOf(assigned, 0)
  if (vendor === '') return ''
  const bits = vendorBits(assigned, 0)
  if (bits === 36) return `${vendor}_${(assigned[4]! & 15).toString(16)}:${hexBytes(bytes, start + 5, start + 6)}`
  if (bits === 28) return `${vendor}_${(assigned[3]! & 15).toString(16)}:${hexBytes(bytes, start + 4, start + 6)}`
  return `${vendor}_${hexBytes(bytes, start + 3, start + 6)}`
}

/** An address with its group bit cleared: vendors own both. */
const assigned = new Uint8Array(6)

const two = (n: number): string => n.toString(16).padStart(2, '0')
function hexBytes(bytes: Uint8Array, start: number, end: number): string {
  let text = two(bytes[start]!)
  for (let i = start + 1; i < end; i++) text += `:${two(bytes[i]!)}`
  return text
}

/** The number of a group, without the zeros that it begins with. */
function groupBytes(bytes: Uint8Array, start: number, end: number): string {
  let from = start
  while (from < end - 1 && bytes[from] === 0) from++
  return hexBytes(bytes, from, end)
}

/** Groups that protocols have for themselves. */
const wellKnown: ReadonlyMap<number, string> = new Map([
  [0x01000ccccccc, 'CDP/VTP/DTP/PAgP/UDLD'],
  [0x01000ccccccd, 'PVST+'],
  [0x01000cdddddd, 'CGMP'],
  [0x0180c2000002, 'Slow-Protocols'],
  [0x0180c2000003, 'Nearest-non-TPMR-bridge'],
  [0x0180c200000e, 'LLDP_Multicast'],
  [0x011b19000000, 'PTPv2-(non-peer-delay)'],
  [0xcf0000000000, 'Loopback'],
  [0xab0000020000, 'DEC-MOP-Remote-Console'],
])
