/**
 * Generic Routing Encapsulation: RFC 2784 and 2890, source routes of RFC 1701, the enhanced header of PPTP (RFC 2637),
 * redirect headers of WCCP and attributes of CDMA2000 (3GPP2 A.S0012).
 */
import {
  Address,
  bool,
  bytes,
  type Dissection,
  expectedChecksum,
  fields,
  fold,
  group,
  protocol,
  protocolField,
  sumWords,
  uint16,
  uint32,
  uint8,
  warning,
} from '../src/dissect/index.js'
import { Ethertype, ethertypes } from './shared/ethertypes.js'
import { GreFlag, greTypeNames, greTypes } from './shared/gre-types.js'
import { hex4 } from './shared/hex-text.js'
import { ChecksumStatus, checksumStatusNames } from './shared/pseudo-header.js'
import { noteBelow } from './shared/note-below.js'

const GreType = {
  Ipv4: 0x0800,
  Arp: 0x0806,
  Ipv6: 0x86dd,
  Ppp: 0x880b,
  Wccp: 0x883e,
  Stream: 0x8881,
  Cdma2000: 0x88d2,
} as const
const VERSION_MASK = 0x0007
const Attribute = { ShortData: 1, FlowControl: 2, FlowDiscriminator: 3, Segmentation: 4 } as const
const LAST_ATTRIBUTE = 0x80

const yesNo = ['Yes', 'No'] as const
const shortDataTruth = ['Packet suitable for 1x SDB or HRPD DOS transmission', 'Reserved'] as const
const attributeNames: Readonly<Record<number, string>> = {
  1: '1x SDB/HRPD DOS Indicator',
  2: 'Flow Control Indication',
  3: 'IP Flow Discriminator',
  4: 'Segmentation Indication',
}
const segmentNames: Readonly<Record<number, string>> = { 0: 'Packet Started', 1: 'Packet continued', 2: 'Packet Ended' }

const flag = (label: string, mask: number) => bool(label, 16, { mask, truth: yesNo })
const f = fields('gre', {
  self: protocolField('Generic Routing Encapsulation'),
  flags_and_version: uint16('Flags and Version', { base: 'hex' }),
  flags: {
    checksum: flag('Checksum Bit', GreFlag.Checksum),
    routing: flag('Routing Bit', GreFlag.Routing),
    key: flag('Key Bit', GreFlag.Key),
    sequence_number: flag('Sequence Number Bit', GreFlag.Sequence),
    strict_source_route: flag('Strict Source Route Bit', 0x0800),
    recursion_control: uint16('Recursion control', { mask: 0x0700 }),
    ack: flag('Acknowledgment', GreFlag.Acknowledgment),
    reserved: uint16('Flags (Reserved)', { mask: 0x00f8 }),
    version: uint16('Version', { mask: VERSION_MASK, names: { 0: 'GRE', 1: 'Enhanced GRE' } }),
  },
  proto: uint16('Protocol Type', { base: 'hex', names: greTypeNames }),
  checksum: {
    self: uint16('Checksum', { base: 'hex' }),
    status: uint8('Checksum Status', { base: 'none', names: checksumStatusNames }),
    incorrect: warning('Incorrect GRE Checksum'),
  },
  offset: uint16('Offset'),
  key: {
    self: uint32('Key', { base: 'hex' }),
    payload_length: uint16('Payload Length'),
    call_id: uint16('Call ID'),
  },
  sequence_number: uint32('Sequence Number'),
  ack_number: uint32('Acknowledgment Number'),
  routing: {
    self: group('Routing'),
    address_family: uint16('Address Family'),
    sre_offset: uint8('SRE Offset'),
    src_length: uint8('SRE Length'),
    information: bytes('Routing Information'),
  },
  '3gpp2_attrib': group('3GPP2 Attributes'),
  _attribute: group('Attribute'),
  '3gpp2_attrib_id': uint8('Type', { base: 'hex', mask: 0x7f, names: attributeNames }),
  '3gpp2_attrib_length': uint8('Length', { base: 'hex' }),
  '3gpp2_sdi': bool('SDI/DOS', 16, { mask: 0x8000, truth: shortDataTruth }),
  '3gpp2_fci': bool('Flow Control Indicator', 16, { mask: 0x8000, truth: ['XOFF', 'XON'] }),
  '3gpp2_di': bool('Duration Indicator', 16, { mask: 0x4000, truth: ['INDEFINITE:', 'TEMPORARY'] }),
  ggp2_flow_disc: bytes('Flow ID'),
  ggp2_3gpp2_seg: uint16('Type', { base: 'hex', mask: 0xc000, names: segmentNames }),
  wccp: {
    redirect_header: group('Redirect Header'),
    dynamic_service: bool('Dynamic Service', 8, { mask: 1, truth: ['Dynamic service', 'Well-known service'] }),
    alternative_bucket_used: bool('Alternative bucket used', 8, {
      mask: 2,
      truth: ['Alternative bucket used', 'Primary bucket used'],
    }),
    redirect_header_valid: bool('WCCP Redirect header is valid', 8, {
      mask: 4,
      truth: ['Header is present, but ignore contents', 'Header contents are valid'],
    }),
    service_id: uint8('Service ID', { names: { 0: 'HTTP' } }),
    alternative_bucket: uint8('Alternative Bucket'),
    primary_bucket: uint8('Primary Bucket'),
  },
})
/** What the enhanced header leaves reserved is less: a bit of it says that there is an acknowledgment. */
const enhanced = fields('gre.flags', { reserved: uint16('Flags (Reserved)', { mask: 0x0078 }) }, 'gre')

export const gre = protocol({
  name: 'Generic Routing Encapsulation',
  short: 'GRE',
  column: (s, d) => (s.read ? 'GRE' : d.addressKind === Address.IPv6 ? 'IPv6' : 'IPv4'),
  spec: 'RFC 2784',
  self: f.self,
  under: { 'ip.proto': 47 },
  summary: () => ({ type: 0, read: false }),

  dissect(d, s) {
    s.read = false
    const start = d.pos
    const flags = d.peek16()
    s.type = d.peek16(2)
    s.read = true
    if (d.showing)
      d.captionLayer(`Generic Routing Encapsulation (${greTypeNames[s.type] ?? `0x${hex4upper(s.type)} - unknown`})`)
    const isEnhanced =
      (s.type === GreType.Ppp && (flags & (GreFlag.Acknowledgment | VERSION_MASK)) !== 0) ||
      s.type === GreType.Cdma2000 ||
      s.type === GreType.Stream
    const redirected = s.type === GreType.Wccp && d.peek8(4) >> 4 !== 4
    takeFlags(d, flags, isEnhanced)
    d.u16(f.proto)
    if ((flags & (GreFlag.Checksum | GreFlag.Routing)) !== 0) {
      takeChecksum(d, start, (flags & GreFlag.Checksum) !== 0)
      d.u16(f.offset)
    }
    if ((flags & GreFlag.Key) !== 0) takeKey(d, isEnhanced && s.type !== GreType.Stream)
    if ((flags & GreFlag.Sequence) !== 0) d.u32(f.sequence_number)
    if (isEnhanced && (flags & GreFlag.Acknowledgment) !== 0) d.u32(f.ack_number)
    if ((flags & GreFlag.Routing) !== 0) takeRoutes(d)
    if (redirected) takeRedirectHeader(d)
    if (s.type === GreType.Cdma2000) takeAttributes(d)
    d.upperProtocol = flags * 0x10000 + s.type
    handOver(d, s.type, (flags & GreFlag.Sequence) !== 0)
  },

  info: (s) => (s.read ? `Encapsulated ${greTypeNames[s.type] ?? `0x${hex4upper(s.type)} (unknown)`}` : ''),
})

const hex4upper = (value: number): string => hex4(value).toUpperCase()

/** Without a sequence number there may be a header alone; with one there is always somebody whom it was counted for. */
function handOver(d: Dissection, type: number, counted: boolean): void {
  const ethertype = type === GreType.Wccp ? Ethertype.Ipv4 : type
  const isEthertype = ethertype === GreType.Ipv4 || ethertype === GreType.Ipv6 || ethertype === GreType.Arp
  if (isEthertype && counted) d.nextEvenEmpty(ethertypes, ethertype, false)
  else if (isEthertype) d.next(ethertypes, ethertype, false)
  else if (greTypeNames[type] === undefined && d.left > 0) d.quote(greTypes, type)
  else if (counted) d.nextEvenEmpty(greTypes, type)
  else d.next(greTypes, type)
}

function takeFlags(d: Dissection, flags: number, isEnhanced: boolean): void {
  const start = d.pos
  d.u16(f.flags_and_version)
  if (!d.recording) return
  const { flags: bit } = f
  const end = d.pos
  d.enter()
  d.at(bit.checksum, start, end, flags)
  d.at(bit.routing, start, end, flags)
  d.at(bit.key, start, end, flags)
  d.at(bit.sequence_number, start, end, flags)
  d.at(bit.strict_source_route, start, end, flags)
  d.at(bit.recursion_control, start, end, flags)
  if (isEnhanced) d.at(bit.ack, start, end, flags)
  d.at(isEnhanced ? enhanced.reserved : bit.reserved, start, end, flags)
  d.at(bit.version, start, end, flags)
  d.leave()
}

/** The checksum covers header and payload; a packet captured in part cannot be verified. */
function takeChecksum(d: Dissection, start: number, present: boolean): void {
  const found = d.u16(f.checksum.self)
  if (!present || d.end < d.reported) {
    if (d.showing) d.append(' [unverified]')
    return status(d, ChecksumStatus.Unverified)
  }
  const sum = sumWords(d.bytes, start, d.end)
  if (fold(sum) === 0xffff) {
    if (d.showing) d.append(' [correct]')
    return status(d, ChecksumStatus.Good)
  }
  const should = `should be 0x${hex4(expectedChecksum(sum, found))}`
  if (d.showing) d.append(` incorrect, ${should}`)
  noteBelow(d, f.checksum.incorrect, `${f.checksum.incorrect.label} [${should}]`)
  status(d, ChecksumStatus.Bad)
}

const status = (d: Dissection, value: number): void => d.generated(f.checksum.status, value)

function takeKey(d: Dissection, isEnhanced: boolean): void {
  if (!isEnhanced) d.u32(f.key.self)
  else {
    d.u16(f.key.payload_length)
    d.u16(f.key.call_id)
  }
}

/** Source route entries up to an empty one of family 0. Wireshark puts their fields beside the line that tells of each. */
function takeRoutes(d: Dissection): void {
  for (;;) {
    const start = d.pos
    const there = 4 + (d.peek32() & 0xff)
    d.closeAt(d.open(f.routing.self), start, Math.min(start + there, d.end))
    const family = d.u16(f.routing.address_family)
    d.u8(f.routing.sre_offset)
    const size = d.u8(f.routing.src_length)
    if (family === 0 && size === 0) return
    d.take(f.routing.information, size)
  }
}

function takeRedirectHeader(d: Dissection): void {
  const { wccp } = f
  const opened = d.open(wccp.redirect_header)
  const start = d.pos
  const first = d.peek8()
  d.at(wccp.dynamic_service, start, start + 1, first)
  d.at(wccp.alternative_bucket_used, start, start + 1, first)
  d.at(wccp.redirect_header_valid, start, start + 1, first)
  d.skip(1)
  d.u8(wccp.service_id)
  d.u8(wccp.alternative_bucket)
  d.u8(wccp.primary_bucket)
  d.close(opened)
}

function takeAttributes(d: Dissection): void {
  const all = d.open(f['3gpp2_attrib'])
  for (let last = false; !last; ) {
    const opened = d.open(f._attribute)
    const head = d.u8(f['3gpp2_attrib_id'])
    const size = d.u8(f['3gpp2_attrib_length'])
    takeAttribute(d, head & 0x7f, size, opened)
    d.close(opened)
    last = (head & LAST_ATTRIBUTE) !== 0
  }
  d.close(all)
}

function takeAttribute(d: Dissection, id: number, size: number, opened: number): void {
  const start = d.pos
  const end = start + size
  const value = size >= 2 ? d.peek16() : size === 1 ? d.peek8() << 8 : 0
  const title = attributeNames[id] ?? `${id} (Unknown)`
  let says = ''
  d.skip(size)
  switch (id) {
    case Attribute.ShortData:
      d.at(f['3gpp2_sdi'], start, end, value)
      says = ` - ${shortDataTruth[value & 0x8000 ? 0 : 1]}`
      break
    case Attribute.FlowControl:
      d.at(f['3gpp2_fci'], start, end, value)
      d.at(f['3gpp2_di'], start, end, value)
      // Wireshark says it the other way round on this line than on the one below it.
      says = ` - ${value & 0x8000 ? 'XON' : 'XOFF'}/${value & 0x4000 ? 'INDEFINITE' : 'TEMPORARY'}`
      break
    case Attribute.FlowDiscriminator:
      d.spanAt(f.ggp2_flow_disc, start, end)
      says = ` - 0x${(value >> 8).toString(16)}`
      break
    case Attribute.Segmentation:
      d.at(f.ggp2_3gpp2_seg, start, end, value)
      says = ` - ${segmentNames[value >> 14] ?? '0x03 - Unknown'}`
      break
  }
  if (d.showing) d.caption(title + says, opened)
}
