/** The Point-to-Point Protocol, RFC 1661, with HDLC-like framing's address and control where they are, RFC 1662. */
import { type Dissection, fields, protocol, protocolField, uint16, uint8 } from '../src/dissect/index.js'
import { chdlc } from './chdlc.js'
import { Ethertype, ethertypes } from './shared/ethertypes.js'
import { hex4 } from './shared/hex-text.js'
import { pppProtocolNames, pppProtocols } from './shared/ppp-protocols.js'

const ALL_STATIONS = 0xff
/** Cisco's HDLC begins with one of these where PPP has its address. */
const CiscoHdlc = { Unicast: 0x0f, Multicast: 0x8f } as const
const PppNumber = { Ipv4: 0x0021, Ipv6: 0x0057 } as const
/** The last byte of a protocol number is odd, all before it are even: so one byte can stand for two. */
const LAST_BYTE = 0x01

const f = fields('ppp', {
  self: protocolField('Point-to-Point Protocol'),
  address: uint8('Address', { base: 'hex' }),
  control: uint8('Control', { base: 'hex' }),
  protocol: uint16('Protocol', { base: 'hex', names: pppProtocolNames }),
})

/** The frame, and what it begins with. */
const FIRST_LEVELS = 2

export const ppp = protocol({
  name: 'Point-to-Point Protocol',
  short: 'PPP',
  column: (s) => (s.stranger ? `0x${hex4(s.number)}` : s.read ? 'PPP' : ''),
  spec: 'RFC 1661',
  self: f.self,
  under: { 'frame.linktype': [9, 50], 'sll.ltype': 7, 'gre.proto': 0x880b },
  summary: () => ({ number: 0, stranger: false, read: false }),

  dissect(d, s) {
    s.number = 0
    s.stranger = false
    s.read = false
    if (d.left === 0 && d.levels > FIRST_LEVELS) d.leaveColumns()
    const framing = d.peek8()
    s.read = true
    if (!insidePppoe(d)) {
      if (framing === CiscoHdlc.Unicast || framing === CiscoHdlc.Multicast) {
        d.hideLayer()
        return d.nextProtocol(chdlc)
      }
      if (framing === ALL_STATIONS) {
        d.u8(f.address)
        d.u8(f.control)
      }
    }
    if (d.showing) d.captionLayer('Point-to-Point Protocol')
    const start = d.pos
    const first = d.peek8()
    const size = (first & LAST_BYTE) !== 0 ? 1 : 2
    if (d.left < size && insidePppoe(d)) d.leaveColumns()
    s.number = size === 1 ? first : d.peek16()
    d.skip(size)
    d.at(f.protocol, start, d.pos, s.number)
    if (d.knows(pppProtocols, s.number)) d.next(pppProtocols, s.number)
    else if (s.number === PppNumber.Ipv4) d.nextEvenEmpty(ethertypes, Ethertype.Ipv4, false)
    else if (s.number === PppNumber.Ipv6) d.nextEvenEmpty(ethertypes, Ethertype.Ipv6, false)
    else {
      s.stranger = true
      d.nextData()
    }
  },

  info: (s) => (s.stranger ? `PPP ${pppProtocolNames[s.number] ?? 'Unknown'} (0x${hex4(s.number)})` : ''),
})

/** PPPoE leaves address and control out: what looks like them is a protocol. */
function insidePppoe(d: Dissection): boolean {
  return d.levels > 1 && d.registry.protocols[d.levelProtocol[d.levels - 2]!]!.id === 'pppoes'
}
