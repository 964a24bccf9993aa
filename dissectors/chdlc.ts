/** Cisco HDLC: an address, a control byte and an EtherType before the packet, and SLARP, which keeps such a line alive. */
import {
  type Dissection,
  error,
  fields,
  ipv4,
  ipv4Text,
  protocol,
  protocolField,
  table,
  uint16,
  uint32,
  uint8,
} from '../src/dissect/index.js'
import { Ethertype, ethertypes } from './shared/ethertypes.js'
import { hex4 } from './shared/hex-text.js'
import { noteBelow } from './shared/note-below.js'

/** What Cisco HDLC carries that is no EtherType, or another one than elsewhere. */
export const chdlcTypes = table('chdlc.protocol')

const ADDRESS_AND_CONTROL = 2
const OSI = 0xfefe
/** How packets of OSI's network layer begin; anything else before them is padding. */
const osiProtocols: ReadonlySet<number> = new Set([0x81, 0x82, 0x83])
/** Those that are read as they are behind an EtherType. */
const asEthertypes: ReadonlySet<number> = new Set([Ethertype.Ipv4, Ethertype.Ipv6, 0x8847, 0x8848, 0x6558])

const f = fields('chdlc', {
  self: protocolField('Cisco HDLC'),
  address: uint8('Address', { base: 'hex', names: { 0x0f: 'Unicast', 0x8f: 'Multicast' } }),
  control: uint8('Control', { base: 'hex' }),
  protocol: uint16('Protocol', {
    base: 'hex',
    names: {
      0x0800: 'IP',
      0x2000: 'Cisco Discovery Protocol',
      0x4242: 'Spanning Tree BPDU',
      0x6558: 'Transparent Ethernet bridging',
      0x8035: 'SLARP',
      0x8038: 'DEC LanBridge',
      0x809b: 'Appletalk',
      0x80f3: 'AARP',
      0x8137: 'Netware IPX/SPX',
      0x86dd: 'IPv6',
      0x8847: 'MPLS unicast',
      0x8848: 'MPLS multicast',
      0xfefe: 'OSI',
    },
  }),
  clns_padding: uint8('CLNS Padding', { base: 'hex' }),
})

export const chdlc = protocol({
  name: 'Cisco HDLC',
  short: 'CHDLC',
  column: (s) => (s.stranger ? `0x${hex4(s.type)}` : 'CHDLC'),
  spec: 'RFC 1547 section 4.3.1',
  self: f.self,
  under: { 'frame.linktype': 104 },
  summary: () => ({ type: 0, stranger: false }),

  dissect(d, s) {
    s.stranger = false
    s.type = d.peek16(ADDRESS_AND_CONTROL)
    d.u8(f.address)
    d.u8(f.control)
    d.u16(f.protocol)
    const first = d.peek8()
    if (s.type === OSI && !osiProtocols.has(first)) d.u8(f.clns_padding)
    if (d.knows(chdlcTypes, s.type)) return d.next(chdlcTypes, s.type)
    if (asEthertypes.has(s.type)) return d.next(ethertypes, s.type, false)
    s.stranger = true
    d.nextData()
  },

  info: () => '',
})

const Type = { Request: 0, Reply: 1, Keepalive: 2 } as const
const typeNames: Readonly<Record<number, string>> = { 0: 'Request', 1: 'Reply', 2: 'Line keepalive' }
const RELIABLE = 0xffff

const a = fields('slarp', {
  self: protocolField('Cisco SLARP'),
  ptype: uint32('Packet type', { names: typeNames }),
  address: ipv4('Address'),
  netmask: ipv4('Netmask'),
  mysequence: uint32('Outgoing sequence number'),
  yoursequence: uint32('Returned sequence number'),
  reliability: {
    self: uint16('Reliability', { base: 'hex' }),
    invalid: error('Reliability must be 0xFFFF', 'Malformed'),
  },
})

export const slarp = protocol({
  name: 'Cisco SLARP',
  short: 'SLARP',
  spec: 'RFC 1547 section 4.3.1',
  self: a.self,
  under: { 'chdlc.protocol': 0x8035 },
  summary: () => ({ type: -1, body: 0, mine: 0, yours: 0 }),

  dissect(d, s) {
    s.type = -1
    const type = d.peek32()
    if (type <= Type.Keepalive) d.peek32(8)
    s.type = type
    d.u32(a.ptype)
    s.body = d.pos
    if (type > Type.Keepalive) return d.left > 0 ? d.quote(chdlcTypes, 0) : undefined
    if (type !== Type.Keepalive) {
      d.take(a.address, 4)
      d.take(a.netmask, 4)
      return
    }
    s.mine = d.u32(a.mysequence)
    s.yours = d.u32(a.yoursequence)
    const reliability = d.u16(a.reliability.self)
    if (reliability === RELIABLE) return
    noteBelow(d, a.reliability.invalid)
  },

  info(s, d: Dissection) {
    if (s.type < 0) return ''
    const name = typeNames[s.type]
    if (name === undefined) return `Unknown packet type 0x${s.type.toString(16).toUpperCase().padStart(8, '0')}`
    if (s.type === Type.Keepalive) return `${name}, outgoing sequence ${s.mine}, returned sequence ${s.yours}`
    return `${name}, from ${ipv4Text(d.bytes, s.body)}, mask ${ipv4Text(d.bytes, s.body + 4)}`
  },
})
