/** What Solaris puts before packets that it captures inside a zone: IPNET. LINKTYPE_IPNET. */
import { fields, protocol, protocolField, uint16, uint32, uint8 } from '../src/dissect/index.js'
import { Ethertype, ethertypes } from './shared/ethertypes.js'

const Family = { Ipv4: 2, Ipv6: 26 } as const

const f = fields('ipnet', {
  self: protocolField('Solaris IPNET'),
  version: uint8('Header version'),
  family: uint8('Address family', { names: { 2: 'Solaris AF_INET', 26: 'Solaris AF_INET6' } }),
  htype: uint16('Hook type', { names: { 0: 'Inbound', 1: 'Outbound', 2: 'Local' } }),
  pktlen: uint32('Data length'),
  ifindex: uint32('Interface index'),
  grifindex: uint32('Group interface index'),
  zsrc: uint32('Source Zone ID'),
  zdst: uint32('Destination Zone ID'),
})

export const ipnet = protocol({
  name: 'Solaris IPNET',
  short: 'IPNET',
  spec: 'LINKTYPE_IPNET',
  self: f.self,
  under: { 'frame.linktype': 226 },
  summary: () => ({}),

  dissect(d) {
    d.u8(f.version)
    const family = d.u8(f.family)
    d.u16(f.htype)
    const length = d.u32(f.pktlen)
    d.u32(f.ifindex)
    d.u32(f.grifindex)
    d.u32(f.zsrc)
    d.u32(f.zdst)
    if (length > d.reportedLeft) d.malformed()
    // As Wireshark has it, the length is counted from the end.
    d.skip(d.reportedLeft - length)
    if (family === Family.Ipv4) d.nextEvenEmpty(ethertypes, Ethertype.Ipv4, false)
    else if (family === Family.Ipv6) d.nextEvenEmpty(ethertypes, Ethertype.Ipv6, false)
    else d.skip(d.left)
  },

  info: () => 'Solaris IPNET',
})
