/** Cisco Discovery Protocol: who a neighbor is and what its port does, one record after the other. */
import {
  bool,
  bytes,
  type Dissection,
  error,
  escapeText,
  ether,
  type Field,
  fields,
  group,
  ipv4,
  ipv4Text,
  protocol,
  protocolField,
  sumWords,
  text,
  uint16,
  uint24,
  uint32,
  uint8,
} from '../src/dissect/index.js'
import { takeAddresses } from './cdp-addresses.js'
import { Tlv, titles, typeNames } from './cdp-records.js'
import { hex4 } from './shared/hex-text.js'
import { ouiText } from './shared/oui.js'
import { checksumStatusNames } from './shared/pseudo-header.js'
import { untilZero } from './shared/text-spells.js'
import { verifyChecksum } from './shared/verified-checksum.js'

const HEADER = 4
const LINE_FEED = 0x0a
/** A record with one default route is so long; otherwise there are prefixes of five bytes. */
const ONE_ROUTE = 8
const PREFIX = 5
/** A record about a voice VLAN that names it is no shorter. */
const VOICE = 7
const CLUSTER = 0x0112

const able = (label: string, mask: number) => bool(label, 32, { mask, truth: ['Yes', 'No'] })
const onOff = ['On', 'Off'] as const
const milliwatts = { unit: 'mW' } as const

const f = fields('cdp', {
  self: protocolField('Cisco Discovery Protocol'),
  version: uint8('Version'),
  ttl: uint8('TTL', { unit: ' seconds' }),
  checksum: {
    self: uint16('Checksum', { base: 'hex' }),
    status: uint8('Checksum Status', { base: 'none', names: checksumStatusNames }),
  },
  bad_checksum: error('Bad checksum', 'Checksum'),
  _record: group('TLV'),
  tlv: { type: uint16('Type', { base: 'hex', names: typeNames }), len: uint16('Length') },
  deviceid: text('Device ID'),
  portid: text('Sent through Interface'),
  platform: text('Platform'),
  software_version: text('Software version'),
  capabilities: uint32(
    'Capabilities',
    { base: 'hex' },
    {
      router: able('Router', 0x001),
      trans_bridge: able('Transparent Bridge', 0x002),
      src_bridge: able('Source Route Bridge', 0x004),
      switch: able('Switch', 0x008),
      host: able('Host', 0x010),
      igmp_capable: able('IGMP capable', 0x020),
      repeater: able('Repeater', 0x040),
      voip_phone: able('VoIP Phone', 0x080),
      remote: able('Remotely Managed Device', 0x100),
      cvta: able('CVTA/STP Dispute Resolution/Cisco VT Camera', 0x200),
      mac_relay: able('Two Port Mac Relay', 0x400),
    },
  ),
  odr_default_gateway: ipv4('ODR Default gateway'),
  ip_prefix: ipv4('IP Prefix'),
  oui: uint24('OUI', { base: 'custom', show: ouiText }),
  protocol_id: uint16('Protocol ID', { base: 'hex', names: { [CLUSTER]: 'Cluster Management' } }),
  cluster: {
    master_ip: ipv4('Cluster Master IP'),
    ip: ipv4('IP?'),
    version: uint8('Version?', { base: 'hex' }),
    sub_version: uint8('Sub Version?', { base: 'hex' }),
    status: uint8('Status?', { base: 'hex' }),
    unknown: uint8('UNKNOWN', { base: 'hex' }),
    commander_mac: ether('Cluster Commander MAC'),
    switch_mac: ether("Switch's MAC"),
    management_vlan: uint16('Management VLAN'),
  },
  hello: { unknown: bytes('Unknown') },
  vtp_management_domain: text('VTP Management Domain'),
  native_vlan: uint16('Native VLAN'),
  duplex: bool('Duplex', 8, { truth: ['Full', 'Half'] }),
  data: bytes('Data'),
  voice_vlan: uint16('Voice VLAN'),
  power_consumption: uint16('Power Consumption', milliwatts),
  mtu: uint32('MTU'),
  trust_bitmap: uint8('Trust Bitmap', { base: 'hex' }),
  untrusted_port_cos: uint8('Untrusted port CoS', { base: 'hex' }),
  system_name: text('System Name'),
  system_object_identifier: bytes('System Object Identifier'),
  location: { self: text('Location'), unknown: uint8('UNKNOWN', { base: 'hex' }) },
  request_id: uint16('Request-ID'),
  management_id: uint16('Management-ID'),
  power_requested: uint32('Power Requested', milliwatts),
  power_available: uint32('Power Available', milliwatts),
  spare_poe_tlv: uint8(
    'Spare Pair PoE',
    { base: 'hex' },
    {
      poe: bool('PSE Four-Wire PoE', 8, { mask: 0x01, truth: ['Supported', 'Not supported'] }),
      spare_pair_arch: bool('PD Spare Pair Architecture', 8, { mask: 0x02, truth: ['Shared', 'Independent'] }),
      req_spare_pair_poe: bool('PD Request Spare Pair PoE', 8, { mask: 0x04, truth: onOff }),
      pse_spare_pair_poe: bool('PSE Spare Pair PoE', 8, { mask: 0x08, truth: onOff }),
    },
  ),
})
const checksum = { checksum: f.checksum.self, status: f.checksum.status, bad: f.bad_checksum }

/** Where a text lies that Info tells; -1 for none. */
const summary = () => ({ deviceAt: -1, deviceEnd: 0, portAt: -1, portEnd: 0 })
type Summary = ReturnType<typeof summary>

export const cdp = protocol({
  name: 'Cisco Discovery Protocol',
  short: 'CDP',
  spec: 'Cisco',
  self: f.self,
  under: { 'llc.cisco_pid': 0x2000 },
  summary,

  dissect(d, s) {
    s.deviceAt = s.portAt = -1
    const start = d.pos
    d.u8(f.version)
    const seconds = d.u8(f.ttl)
    if (d.showing && seconds === 1) d.caption('TTL: 1 second')
    verifyChecksum(d, checksum, d.end < d.reported ? -1 : checksumSum(d.bytes, start, d.end))
    while (d.reportedLeft > 0) {
      const type = d.peek16()
      const length = d.peek16(2)
      if (length < HEADER) {
        const opened = d.open(f._record)
        if (d.showing) d.caption(`TLV with invalid length ${length} (< ${HEADER})`, opened)
        d.u16(f.tlv.type)
        d.u16(f.tlv.len)
        d.close(opened)
        return
      }
      takeRecord(d, s, type, length)
    }
  },

  info(s, d) {
    const device = s.deviceAt < 0 ? '' : `Device ID: ${textOf(d.bytes, s.deviceAt, s.deviceEnd)}  `
    return s.portAt < 0 ? device : `${device}Port ID: ${textOf(d.bytes, s.portAt, s.portEnd)}  `
  },
})

const textOf = (b: Uint8Array, start: number, end: number): string => escapeText(untilZero(b, start, end, start))

/**
 * The sum that the sender makes: of an odd number of bytes, the last one counts as a word of its own, and as a signed one,
 * whose overflow is lost.
 */
function checksumSum(b: Uint8Array, start: number, end: number): number {
  if (((end - start) & 1) === 0) return sumWords(b, start, end)
  const last = b[end - 1]!
  return sumWords(b, start, end - 1, last & 0x80 ? 0xff00 | (last - 1) : last)
}

function takeRecord(d: Dissection, s: Summary, type: number, length: number): void {
  const size = length - HEADER
  const end = d.pos + length
  const { end: captured, reported } = d
  if (end > reported) d.malformed()
  if (texts[type] !== undefined) d.peek8(length - 1)
  d.limit(length)
  const opened = d.open(f._record)
  if (d.showing) d.caption(titles[type] ?? `Type: ${typeText(type)}, length: ${length}`, opened)
  d.u16(f.tlv.type)
  d.u16(f.tlv.len)
  const field = texts[type]
  if (field !== undefined) takeText(d, s, field, size, opened)
  else takeContent(d, type, size, opened)
  d.seek(end)
  d.close(opened)
  d.end = captured
  d.reported = reported
}

const typeText = (type: number): string => typeNames[type] ?? `Unknown (0x${hex4(type)})`

/** Records that are one text. */
const texts: Readonly<Record<number, Field<'string'>>> = {
  [Tlv.Device]: f.deviceid,
  [Tlv.Port]: f.portid,
  [Tlv.Platform]: f.platform,
  [Tlv.Domain]: f.vtp_management_domain,
  [Tlv.SystemName]: f.system_name,
  [Tlv.Serial]: f.platform,
}
function takeText(d: Dissection, s: Summary, field: Field<'string'>, size: number, opened: number): void {
  const start = d.take(field, size)
  const end = start + size
  if (d.showing) d.append(`: ${textOf(d.bytes, start, end)}`, opened)
  if (field === f.deviceid) {
    s.deviceAt = start
    s.deviceEnd = end
  } else if (field === f.portid) {
    s.portAt = start
    s.portEnd = end
  }
}

function takeContent(d: Dissection, type: number, size: number, opened: number): void {
  switch (type) {
    case Tlv.Addresses:
    case Tlv.Management:
      return takeAddresses(d)
    case Tlv.Capabilities:
      if (size >= 4) d.u32(f.capabilities)
      return
    case Tlv.Software:
      return takeLines(d)
    case Tlv.Prefixes:
      return takePrefixes(d, size, opened)
    case Tlv.Hello:
      return takeHello(d, opened)
    case Tlv.NativeVlan: {
      const vlan = d.u16(f.native_vlan)
      if (d.showing) d.append(`: ${vlan}`, opened)
      return
    }
    case Tlv.Duplex: {
      const duplex = d.u8(f.duplex)
      if (d.showing) d.append(`: ${duplex !== 0 ? 'Full' : 'Half'}`, opened)
      return
    }
    case Tlv.VoiceReply:
    case Tlv.VoiceQuery:
      return takeVoice(d, type, size, opened)
    case Tlv.Consumption: {
      const power = d.u16(f.power_consumption)
      if (d.showing) d.append(`: ${power} mW`, opened)
      return
    }
    case Tlv.Mtu: {
      const mtu = d.u32(f.mtu)
      if (d.showing) d.append(`: ${mtu}`, opened)
      return
    }
    case Tlv.Trust:
      return takeByte(d, f.trust_bitmap, opened)
    case Tlv.Untrusted:
      return takeByte(d, f.untrusted_port_cos, opened)
    case Tlv.SystemObject:
      d.take(f.system_object_identifier, size)
      return
    case Tlv.Location: {
      d.u8(f.location.unknown)
      const start = d.take(f.location.self, d.left)
      if (d.showing) d.append(`: ${textOf(d.bytes, start, d.pos)}`, opened)
      return
    }
    case Tlv.PowerRequested:
      return takePower(d, f.power_requested, opened)
    case Tlv.PowerAvailable:
      return takePower(d, f.power_available, opened)
    case Tlv.SpareFeed:
      d.u8(f.spare_poe_tlv)
      return
    default:
      if (size > 0) d.take(f.data, size)
  }
}

function takeByte(d: Dissection, field: Field<'uint'>, opened: number): void {
  const value = d.u8(field)
  if (d.showing) d.append(`: 0x${value.toString(16).padStart(2, '0')}`, opened)
}

/** The software's name, line by line. */
function takeLines(d: Dissection): void {
  while (d.left > 0) {
    const feed = d.bytes.subarray(d.pos, d.end).indexOf(LINE_FEED)
    d.take(f.software_version, feed < 0 ? d.reportedLeft : feed)
    if (feed >= 0) d.skip(1)
  }
}

function takePrefixes(d: Dissection, size: number, opened: number): void {
  if (size === ONE_ROUTE - HEADER) {
    const at = d.take(f.odr_default_gateway, 4)
    if (d.showing) d.caption(`ODR Default gateway: ${ipv4Text(d.bytes, at)}`, opened)
    return
  }
  if (d.showing) d.append(`: ${Math.floor(size / PREFIX)}`, opened)
  while (d.reportedLeft >= PREFIX) {
    const at = d.pos
    d.peek8(PREFIX - 1)
    d.take(f.ip_prefix, 4)
    d.skip(1)
    if (d.showing) d.caption(`IP Prefix: ${ipv4Text(d.bytes, at)}/${d.bytes[at + 4]}`)
  }
}

function takeHello(d: Dissection, opened: number): void {
  const { cluster } = f
  d.u24(f.oui)
  const id = d.u16(f.protocol_id)
  if (d.showing) d.append(id === CLUSTER ? ': Cluster Management' : `: Unknown (0x${hex4(id)})`, opened)
  if (id !== CLUSTER) {
    d.take(f.hello.unknown, d.reportedLeft)
    return
  }
  d.take(cluster.master_ip, 4)
  d.take(cluster.ip, 4)
  d.u8(cluster.version)
  d.u8(cluster.sub_version)
  d.u8(cluster.status)
  d.u8(cluster.unknown)
  d.take(cluster.commander_mac, 6)
  d.take(cluster.switch_mac, 6)
  d.u8(cluster.unknown)
  d.u16(cluster.management_vlan)
}

function takeVoice(d: Dissection, type: number, size: number, opened: number): void {
  const names = size >= VOICE - HEADER
  if (d.showing && names) d.append(`: VLAN ${d.peek16(1)}`, opened)
  if (!names && type === Tlv.VoiceQuery) {
    if (size > 0) d.take(f.data, size)
    return
  }
  d.take(f.data, 1)
  d.u16(f.voice_vlan)
}

/** Of which there is one for each way in which the power may come. */
function takePower(d: Dissection, field: Field<'uint'>, opened: number): void {
  d.u16(f.request_id)
  d.u16(f.management_id)
  let before = ': '
  while (d.reportedLeft >= 4) {
    const power = d.u32(field)
    if (d.showing) d.append(`${before}${power} mW`, opened)
    before = ', '
  }
}
