/** The Address Resolution Protocol, RFC 826, with its reverse (RFC 903), dynamic reverse and inverse (RFC 2390) uses. */
import {
  bool,
  bytes,
  type Dissection,
  ether,
  etherText,
  fields,
  hexText,
  ipv4,
  ipv4Text,
  protocol,
  protocolField,
  uint16,
  uint8,
} from '../src/dissect/index.js'
import { AddressOwners } from '../src/track/address-owners.js'
import { claim, duplicateFacts, type Duplicates, duplicatesOf, isClaim, writeDuplicate } from './arp-duplicates.js'
import { ethertypeNames } from './shared/ethertypes.js'
import { hardwareTypeNames } from './shared/hardware-types.js'
import { hex4 } from './shared/hex-text.js'

const Operation = {
  Request: 1,
  Reply: 2,
  ReverseRequest: 3,
  ReverseReply: 4,
  DynamicRequest: 5,
  DynamicReply: 6,
  DynamicError: 7,
  InverseRequest: 8,
  InverseReply: 9,
  Nak: 10,
  MarsFirst: 11,
  MarsLast: 22,
  MaposUnarp: 23,
  Experimental1: 24,
  Experimental2: 25,
} as const
const Hardware = { Ethernet: 1, Ieee802: 6, Atm: 19 } as const
const IPV4 = 0x0800
/** The severity of an expert item, as the index keeps it. */
const WARNING = 3

const operationNames: Readonly<Record<number, string>> = {
  0: 'reserved',
  1: 'request',
  2: 'reply',
  3: 'reverse request',
  4: 'reverse reply',
  5: 'drarp request',
  6: 'drarp reply',
  7: 'drarp error',
  8: 'inverse request',
  9: 'inverse reply',
  10: 'arp nak',
  11: 'mars request',
  12: 'mars multi',
  13: 'mars mserv',
  14: 'mars join',
  15: 'mars leave',
  16: 'mars nak',
  17: 'mars unserv',
  18: 'mars sjoin',
  19: 'mars sleave',
  20: 'mars grouplist request',
  21: 'mars grouplist reply',
  22: 'mars redirect map',
  23: 'mapos unarp',
  24: 'experimental 1',
  25: 'experimental 2',
  65535: 'reserved',
}
const marsTitles = [
  'MARS request',
  'MARS MULTI request',
  'MARS MSERV request',
  'MARS JOIN request',
  'MARS LEAVE',
  'MARS NAK',
  'MARS UNSERV request',
  'MARS SJOIN request',
  'MARS SLEAVE',
  'MARS grouplist request',
  'MARS grouplist reply',
  'MARS redirect map',
] as const
const dynamicErrorNames = { 1: 'restricted', 2: 'no address', 3: 'serverdown', 4: 'moved', 5: 'failure' }

const truth = ['True', 'False'] as const
const f = fields('arp', {
  self: protocolField('Address Resolution Protocol'),
  hw: { type: uint16('Hardware type', { names: hardwareTypeNames }), size: uint8('Hardware size') },
  proto: { type: uint16('Protocol type', { base: 'hex', names: ethertypeNames }), size: uint8('Protocol size') },
  opcode: uint16('Opcode', { names: operationNames }),
  isgratuitous: bool('Is gratuitous', 0, { truth }),
  isprobe: bool('Is probe', 0, { truth }),
  isannouncement: bool('Is announcement', 0, { truth }),
  src: {
    hw: bytes('Sender hardware address'),
    hw_mac: ether('Sender MAC address'),
    proto: bytes('Sender protocol address'),
    proto_ipv4: ipv4('Sender IP address'),
  },
  dst: {
    hw: bytes('Target hardware address'),
    hw_mac: ether('Target MAC address'),
    proto: bytes('Target protocol address'),
    proto_ipv4: ipv4('Target IP address'),
    drarp_error_status: uint16('DRARP error status', { names: dynamicErrorNames }),
  },
})

/** What an ARP packet is besides its operation (RFC 5227). */
const Use = { Plain: 0, Gratuitous: 1, Announcement: 2, Probe: 3 } as const

/** Where the four addresses are; `complete` once they are known to be there. */
interface Summary {
  hardware: number
  protocolType: number
  hardwareSize: number
  protocolSize: number
  operation: number
  use: number
  addresses: number
  complete: boolean
}

export const arp = protocol({
  name: 'Address Resolution Protocol',
  short: 'ARP/RARP',
  column,
  spec: 'RFC 826',
  self: f.self,
  under: { 'eth.type': [0x0806, 0x8035] },
  summary: (): Summary => ({
    hardware: 0,
    protocolType: 0,
    hardwareSize: 0,
    protocolSize: 0,
    operation: -1,
    use: Use.Plain,
    addresses: 0,
    complete: false,
  }),

  plain: ['arp.hw', 'arp.proto', 'arp.opcode', 'arp.is', 'arp.src', 'arp.dst'],

  dissect(d, s, known: Duplicates | null) {
    s.operation = -1
    s.complete = false
    s.use = Use.Plain
    const start = d.pos
    s.hardware = d.u16(f.hw.type)
    s.protocolType = d.u16(f.proto.type)
    // RFC 2225 gives the sizes of ATM addresses other places.
    if (s.hardware === Hardware.Atm) return d.nextData()
    s.hardwareSize = d.u8(f.hw.size)
    s.protocolSize = d.u8(f.proto.size)
    const operation = d.u16(f.opcode)
    s.addresses = d.pos
    const size = 2 * (s.hardwareSize + s.protocolSize)
    if (size > Math.max(d.reportedLeft, d.left)) d.malformed()
    d.limit(size)
    s.operation = operation
    const named = namedLength(s)
    if (named > 0) d.peek8(named - 1)
    s.complete = true
    s.use = useOf(d, s)
    if (d.showing) d.captionLayer(`Address Resolution Protocol (${title(s)})`)
    if (s.use !== Use.Plain) writeUse(d, s.use, start)

    if (s.hardwareSize > 0) d.take(isMac(s) ? f.src.hw_mac : f.src.hw, s.hardwareSize)
    if (s.protocolSize > 0) d.take(isIpv4(s) ? f.src.proto_ipv4 : f.src.proto, s.protocolSize)
    if (s.hardwareSize > 0) d.take(isMac(s) ? f.dst.hw_mac : f.dst.hw, s.hardwareSize)
    if (s.protocolSize === 0) return
    if (s.operation === Operation.DynamicError && s.protocolSize >= 2) takeDynamicError(d, s.protocolSize)
    else d.take(isIpv4(s) ? f.dst.proto_ipv4 : f.dst.proto, s.protocolSize)
    if (known === null) return
    const { owners, sender, target } = known
    if (sender !== 0) writeDuplicate(d, owners, sender, senderHardware(s), senderProtocol(s))
    if (target !== 0) writeDuplicate(d, owners, target, targetHardware(s), targetProtocol(s))
  },

  state: () => new AddressOwners(),
  track(owners, s, d) {
    if (s.operation !== Operation.Request && s.operation !== Operation.Reply) return 0
    if (!isMac(s) || !isIpv4(s)) return 0
    const senderAt = senderHardware(s)
    const sender = isClaim(d.bytes, senderAt, senderProtocol(s)) ? claim(owners, d, senderAt, senderProtocol(s)) : 0
    const target = claimsTarget(d, s) ? claim(owners, d, targetHardware(s), targetProtocol(s)) : 0
    const facts = duplicateFacts(sender, target)
    if (facts !== 0) d.worst = Math.max(d.worst, WARNING)
    return facts
  },
  recall: (owners, _conversation, facts) => duplicatesOf(owners, facts),

  info(s, d, known) {
    const text = gist(s, d)
    if (known === null || (known.sender === 0 && known.target === 0)) return text
    if (known.target === 0 && claimsTarget(d, s)) return text
    const at = known.target === 0 ? senderProtocol(s) : targetProtocol(s)
    return `${text} (duplicate use of ${ipv4Text(d.bytes, at)} detected!)`
  },
})

/** Says the packet which IPv4 address its target has? A request asks for it, and one for the sender's own names it twice. */
const claimsTarget = (d: Dissection, s: Summary): boolean =>
  s.operation === Operation.Reply &&
  !isSame(d.bytes, senderProtocol(s), targetProtocol(s), s.protocolSize) &&
  isClaim(d.bytes, targetHardware(s), targetProtocol(s))

/** How many bytes of the addresses the Info column is made from: with them, it says what it can of a packet that was cut. */
function namedLength(s: Summary): number {
  const { hardwareSize: h, protocolSize: p, operation: o } = s
  if (o === Operation.Request || o === Operation.Reply) return p > 0 ? 2 * (h + p) : o === Operation.Reply ? h : 0
  if (o === Operation.ReverseRequest || o === Operation.DynamicRequest || o === Operation.InverseRequest) {
    return h > 0 ? 2 * h + p : 0
  }
  if (o === Operation.ReverseReply || o === Operation.DynamicReply) return 2 * (h + p)
  const names = o === Operation.InverseReply || (o >= Operation.MarsFirst && o <= Operation.MaposUnarp)
  return names ? h + p : 0
}

const isMac = (s: Summary): boolean =>
  s.hardwareSize === 6 && (s.hardware === Hardware.Ethernet || s.hardware === Hardware.Ieee802)
const isIpv4 = (s: Summary): boolean => s.protocolSize === 4 && s.protocolType === IPV4

const senderHardware = (s: Summary): number => s.addresses
const senderProtocol = (s: Summary): number => s.addresses + s.hardwareSize
const targetHardware = (s: Summary): number => s.addresses + s.hardwareSize + s.protocolSize
const targetProtocol = (s: Summary): number => s.addresses + 2 * s.hardwareSize + s.protocolSize

/** Requests and replies whose sender asks for itself; requests that name no sender yet. */
function useOf(d: Dissection, s: Summary): number {
  if (s.protocolSize === 0 || (s.operation !== Operation.Request && s.operation !== Operation.Reply)) return Use.Plain
  // Of longer addresses, tshark looks at so many bytes too.
  const noTarget = isZero(d.bytes, targetHardware(s), 6)
  if (isSame(d.bytes, senderProtocol(s), targetProtocol(s), s.protocolSize)) {
    return s.operation === Operation.Request && noTarget ? Use.Announcement : Use.Gratuitous
  }
  const noSender = isZero(d.bytes, senderProtocol(s), 4)
  return s.operation === Operation.Request && noTarget && noSender ? Use.Probe : Use.Plain
}

function isZero(b: Uint8Array, start: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (b[start + i] !== 0) return false
  return true
}
function isSame(b: Uint8Array, one: number, other: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (b[one + i] !== b[other + i]) return false
  return true
}

function writeUse(d: Dissection, use: number, at: number): void {
  if (use === Use.Probe) d.at(f.isprobe, at, at, 1)
  else d.at(f.isgratuitous, at, at, 1)
  d.markGenerated()
  if (use !== Use.Announcement) return
  d.at(f.isannouncement, at, at, 1)
  d.markGenerated()
}

/** An error's status is where a reply has its address (RFC 1931). */
function takeDynamicError(d: Dissection, size: number): void {
  const at = d.pos
  d.at(f.dst.drarp_error_status, at, at + 1, d.peek8())
  d.skip(Math.min(size, d.left))
}

function title(s: Summary): string {
  if (s.use === Use.Probe) return 'ARP Probe'
  if (s.use === Use.Announcement) return 'ARP Announcement'
  const name = operationNames[s.operation] ?? `opcode 0x${hex4(s.operation)}`
  return s.use === Use.Gratuitous ? `${name}/gratuitous ARP` : name
}

function column(s: Summary): string {
  const o = s.operation
  if (o === Operation.ReverseRequest || o === Operation.ReverseReply) return 'RARP'
  if (o >= Operation.DynamicRequest && o <= Operation.DynamicError) return 'DRARP'
  if (o === Operation.InverseRequest || o === Operation.InverseReply) return 'Inverse ARP'
  if (o >= Operation.MarsFirst && o <= Operation.MarsLast) return 'MARS'
  return o === Operation.MaposUnarp ? 'MAPOS' : 'ARP'
}

function gist(s: Summary, d: Dissection): string {
  if (!s.complete) return ''
  const hardware = (at: number): string => hardwareText(d.bytes, at, s)
  const address = (at: number): string => protocolText(d.bytes, at, s)
  switch (s.operation) {
    case Operation.Request:
      if (s.use === Use.Probe) return `Who has ${address(targetProtocol(s))}? (ARP Probe)`
      if (s.use === Use.Announcement) return `ARP Announcement for ${address(targetProtocol(s))}`
      if (s.use === Use.Gratuitous) return `Gratuitous ARP for ${address(targetProtocol(s))} (Request)`
      return `Who has ${address(targetProtocol(s))}? Tell ${address(senderProtocol(s))}`
    case Operation.Reply:
      if (s.use === Use.Gratuitous) return `Gratuitous ARP for ${address(senderProtocol(s))} (Reply)`
      return `${address(senderProtocol(s))} is at ${hardware(senderHardware(s))}`
    case Operation.ReverseRequest:
    case Operation.DynamicRequest:
    case Operation.InverseRequest:
      return `Who is ${hardware(targetHardware(s))}? Tell ${hardware(senderHardware(s))}`
    case Operation.ReverseReply:
    case Operation.DynamicReply:
      return `${hardware(targetHardware(s))} is at ${address(targetProtocol(s))}`
    case Operation.DynamicError:
      return 'DRARP Error'
    case Operation.InverseReply:
      return `${hardware(senderHardware(s))} is at ${address(senderProtocol(s))}`
    case Operation.Nak:
      return 'ARP NAK'
    case Operation.Experimental1:
    case Operation.Experimental2:
      return `Experimental ${s.operation - Operation.MaposUnarp} ( opcode ${s.operation} )`
    case 0:
    case 65535:
      return `Reserved opcode ${s.operation}`
    default: {
      const what =
        s.operation === Operation.MaposUnarp ? 'MAPOS UNARP request' : marsTitles[s.operation - Operation.MarsFirst]
      if (what === undefined) return `Unknown ARP opcode 0x${hex4(s.operation)}`
      return `${what} from ${hardware(senderHardware(s))} at ${address(senderProtocol(s))}`
    }
  }
}

const NO_ADDRESS = '<No address>'
const hardwareText = (b: Uint8Array, at: number, s: Summary): string =>
  s.hardwareSize === 0 ? NO_ADDRESS : isMac(s) ? etherText(b, at) : hexText(b, at, at + s.hardwareSize)
const protocolText = (b: Uint8Array, at: number, s: Summary): string =>
  s.protocolSize === 0 ? NO_ADDRESS : isIpv4(s) ? ipv4Text(b, at) : hexText(b, at, at + s.protocolSize)
