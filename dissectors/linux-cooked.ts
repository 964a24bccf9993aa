/** Linux cooked captures, versions 1 and 2: what the "any" device gives. LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2. */
import {
  Address,
  bytes,
  type Dissection,
  ether,
  fields,
  ipv4,
  NOWHERE,
  protocol,
  protocolField,
  table,
  uint16,
  uint32,
} from '../src/dissect/index.js'
import { FrameCheck, takeTrailer } from './shared/ethernet-trailer.js'
import { ethertypeNames, ethertypes, MIN_ETHERTYPE } from './shared/ethertypes.js'
import { greTypeNames, greTypes } from './shared/gre-types.js'
import { hardwareTypeNames } from './shared/hardware-types.js'
import { hex4 } from './shared/hex-text.js'

/** Linux's own numbers for protocols without an EtherType. */
export const linuxTypes = table('sll.ltype', MIN_ETHERTYPE + 1)

const LINKTYPE_SLL2 = 276
const Hardware = { Gre: 778, Netlink: 824 } as const
const ADDRESS_ROOM = 8
const UNREAD = -1

const packetTypeNames: Readonly<Record<number, string>> = {
  0: 'Unicast to us',
  1: 'Broadcast',
  2: 'Multicast',
  3: 'Unicast to another host',
  4: 'Sent by us',
}
const linuxTypeNames = {
  0x0001: 'Raw 802.3',
  0x0003: 'Ethernet',
  0x0004: '802.2 LLC',
  0x0007: 'PPP (HDLC)',
  0x000c: 'CAN',
  0x000d: 'CAN FD',
  0x0017: 'IrDA LAP',
  0x00f5: 'ISI',
  0x00f6: 'IEEE 802.15.4',
}

const f = fields('sll', {
  self: protocolField('Linux cooked-mode capture'),
  pkttype: uint16('Packet type', { names: packetTypeNames }),
  hatype: uint16('Link-layer address type', { names: hardwareTypeNames }),
  halen: uint16('Link-layer address length'),
  src: { eth: ether('Source'), ipv4: ipv4('Source'), other: bytes('Source') },
  unused: bytes('Unused'),
  ltype: uint16('Protocol', { base: 'hex', names: linuxTypeNames }),
  gretype: uint16('Protocol', { base: 'hex', names: greTypeNames }),
  etype: uint16('Protocol', { base: 'hex', names: ethertypeNames }),
  trailer: bytes('Trailer'),
  ifindex: uint32('Interface index'),
})

const Kind = { Linux: 0, Gre: 1, Ether: 2 } as const

export const linuxCooked = protocol({
  name: 'Linux cooked-mode capture',
  short: 'SLL',
  column: (s) => (s.stranger ? `0x${hex4(s.type)}` : s.packetType === UNREAD ? '' : 'SLL'),
  spec: 'LINKTYPE_LINUX_SLL',
  self: f.self,
  writes: ['eth'],
  late: ['sll.trailer', 'eth.padding', 'eth.fcs'],
  under: { 'frame.linktype': [113, LINKTYPE_SLL2] },
  summary: () => ({ packetType: UNREAD as number, type: 0, kind: Kind.Linux as number, stranger: false }),

  dissect(d, s) {
    s.packetType = UNREAD
    s.type = 0
    s.kind = Kind.Linux
    s.stranger = false
    let hardware: number
    if (d.packet.linkType === LINKTYPE_SLL2) {
      hardware = d.peek16(8)
      // Wireshark's Info column reads two bytes here, as version 1 has them; version 2 has one.
      s.packetType = d.peek16(10)
      if (d.showing) d.captionLayer('Linux cooked capture v2')
      s.type = d.peek16()
      s.kind = takeType(d, s.type, hardware)
      d.skip(2)
      d.u32(f.ifindex)
      d.u16(f.hatype)
      d.u8(f.pkttype)
      takeAddress(d, d.u8(f.halen))
    } else {
      hardware = d.peek16(2)
      if (d.showing) d.captionLayer('Linux cooked capture v1')
      s.packetType = d.u16(f.pkttype)
      d.u16(f.hatype)
      if (hardware === Hardware.Netlink) return d.nextData()
      takeAddress(d, d.u16(f.halen))
      s.type = d.peek16()
      s.kind = takeType(d, s.type, hardware)
    }
    if (s.kind === Kind.Linux) d.next(linuxTypes, s.type)
    else if (s.kind === Kind.Ether) {
      s.stranger = !d.knows(ethertypes, s.type)
      d.nextEvenEmpty(ethertypes, s.type)
    } else if (d.knows(greTypes, s.type)) d.next(greTypes, s.type)
    else if (d.knows(ethertypes, s.type)) d.nextEvenEmpty(ethertypes, s.type, false)
  },

  trailer(d, s) {
    if (s.kind === Kind.Ether) takeTrailer(d, f.trailer, FrameCheck.None)
  },

  info(s) {
    if (s.packetType === UNREAD) return ''
    return (s.stranger && ethertypeNames[s.type]) || (packetTypeNames[s.packetType] ?? `Unknown (${s.packetType})`)
  },
})

/** Takes the protocol as the field that says what kind of number it is, and returns which. */
function takeType(d: Dissection, type: number, hardware: number): number {
  const kind = type <= MIN_ETHERTYPE ? Kind.Linux : hardware === Hardware.Gre ? Kind.Gre : Kind.Ether
  d.u16(kind === Kind.Linux ? f.ltype : kind === Kind.Gre ? f.gretype : f.etype)
  return kind
}

/** The address has eight bytes of room, of which `length` are used. */
function takeAddress(d: Dissection, length: number): void {
  const used = Math.min(length, ADDRESS_ROOM)
  if (used === 6) d.endpoints(Address.Ether, d.take(f.src.eth, used), NOWHERE)
  else if (used === 4) d.take(f.src.ipv4, used)
  else if (used > 0) d.take(f.src.other, used)
  if (used < ADDRESS_ROOM) d.take(f.unused, ADDRESS_ROOM - used)
}
