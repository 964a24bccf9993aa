/** BSD loopback captures: the number of an address family before the packet. LINKTYPE_NULL and LINKTYPE_LOOP. */
import { type Dissection, fields, protocol, protocolField, uint16, uint32 } from '../src/dissect/index.js'
import { ppp } from './ppp.js'
import { Ethertype, ethertypeNames, ethertypes, MAX_LENGTH } from './shared/ethertypes.js'

const LINKTYPE_LOOP = 108
const PPP_ADDRESS_CONTROL = 0xff03

/** AF_INET is the same everywhere; AF_INET6 is not: NetBSD and OpenBSD, FreeBSD, Darwin. */
const Family = { Ipv4: 2, Ipv6Bsd: 24, Ipv6FreeBsd: 28, Ipv6Darwin: 30 } as const
const familyNames = {
  2: 'IP',
  7: 'OSI',
  16: 'Appletalk',
  23: 'Netware IPX/SPX',
  24: 'IPv6',
  28: 'IPv6',
  30: 'IPv6',
}

const f = fields('null', {
  self: protocolField('Null/Loopback'),
  type: uint16('Type', { base: 'hex', names: ethertypeNames }),
  family: uint32('Family', { names: familyNames }),
})

export const nullLoopback = protocol({
  name: 'Null/Loopback',
  short: 'Null',
  column: (s) => (s.read ? 'N/A' : ''),
  spec: 'LINKTYPE_NULL',
  self: f.self,
  under: { 'frame.linktype': [0, LINKTYPE_LOOP] },
  summary: () => ({ read: false }),

  dissect(d, s) {
    s.read = d.left >= 2
    const start = d.pos
    const networkOrder = d.packet.linkType === LINKTYPE_LOOP
    if (!networkOrder && d.peek16() === PPP_ADDRESS_CONTROL) {
      d.hideLayer()
      return d.nextProtocol(ppp)
    }
    const inFile = d.peek32()
    const number = networkOrder ? inFile : familyOrType(inFile)
    d.skip(4)
    if (number > MAX_LENGTH && !networkOrder) {
      const type = number & 0xffff
      d.at(f.type, start, d.pos, type)
      return d.nextEvenEmpty(ethertypes, type, false)
    }
    d.at(f.family, start, d.pos, number)
    handOver(d, number)
  },

  info: (s) => (s.read ? 'Null/Loopback' : ''),
})

/**
 * The number meant by four bytes, given in network order. The capturing machine wrote them in its own order, some wrote
 * 16 bits only, and some an EtherType: whatever is small enough to be a family is one.
 */
function familyOrType(inFile: number): number {
  const little = ((inFile >>> 24) | ((inFile >>> 8) & 0xff00) | ((inFile << 8) & 0xff0000) | (inFile << 24)) >>> 0
  if (little >= 0x10000) return little < 0x60000 ? little >>> 16 : inFile
  return (little & 0xff) === 0 && little < 0x600 ? little >>> 8 : little
}

function handOver(d: Dissection, family: number): void {
  switch (family) {
    case Family.Ipv4:
      return d.nextEvenEmpty(ethertypes, Ethertype.Ipv4, false)
    case Family.Ipv6Bsd:
    case Family.Ipv6FreeBsd:
    case Family.Ipv6Darwin:
      return d.nextEvenEmpty(ethertypes, Ethertype.Ipv6, false)
    default:
      return d.nextData()
  }
}
