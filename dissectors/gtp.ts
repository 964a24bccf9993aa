/** GTP-U, the user plane of mobile networks: 3GPP TS 29.281, with the PDU session container of TS 38.415. */
import {
  bool,
  bytes,
  type Dissection,
  error,
  fields,
  group,
  protocol,
  protocolField,
  uint16,
  uint24,
  uint32,
  uint8,
} from '../src/dissect/index.js'
import { Ethertype, ethertypes } from './shared/ethertypes.js'

const T_PDU = 0xff
const FIRST_VERSION = 1
const Flag = { Gtp: 0x10, Extension: 0x04, Sequence: 0x02, Number: 0x01 } as const
const ExtensionType = { None: 0, LongPdcp: 0x82, UdpPort: 0x40, PduSession: 0x85, Pdcp: 0xc0 } as const
const UPLINK = 1

const messageNames: Readonly<Record<number, string>> = {
  1: 'Echo request',
  2: 'Echo response',
  3: 'Version not supported',
  26: 'Error indication',
  31: 'Supported extension header notification',
  254: 'End Marker',
  255: 'T-PDU',
}
const extensionNames: Readonly<Record<number, string>> = {
  0x00: 'No more extension headers',
  0x01: 'MBMS support indication',
  0x02: 'MS Info Change Reporting support indication',
  0x03: 'Long PDCP PDU Number',
  0x20: 'Service Class Indicator',
  0x40: 'UDP Port number',
  0x81: 'RAN container',
  0x82: 'Long PDCP PDU number',
  0x83: 'Xw RAN container',
  0x84: 'NR RAN container',
  0x85: 'PDU Session container',
  0xc0: 'PDCP PDU number',
  0xc1: 'Suspend Request',
  0xc2: 'Suspend Response',
}
const versionNames = { 0: 'GTP release 97/98 version', 1: 'GTP release 99 version', 2: 'GTPv2-C' }
const pduTypeNames = { 0: 'DL PDU SESSION INFORMATION', 1: 'UL PDU SESSION INFORMATION' }
const yesNo = ['Yes', 'No'] as const
const presence = ['Present', 'Not Present'] as const

const f = fields('gtp', {
  self: protocolField('GPRS Tunneling Protocol'),
  flags: uint8(
    'Flags',
    { base: 'hex' },
    {
      version: uint8('Version', { mask: 0xe0, names: versionNames }),
      payload: uint8('Protocol type', { mask: Flag.Gtp, names: { 0: "GTP'", 1: 'GTP' } }),
      reserved: uint8('Reserved', { mask: 0x08 }),
      e: bool('Is Next Extension Header present?', 8, { mask: Flag.Extension, truth: yesNo }),
      s: bool('Is Sequence Number present?', 8, { mask: Flag.Sequence, truth: yesNo }),
      pn: bool('Is N-PDU number present?', 8, { mask: Flag.Number, truth: yesNo }),
    },
  ),
  message: uint8('Message Type', { base: 'hex', names: messageNames }),
  length: uint16('Length'),
  teid: uint32('TEID', { base: 'hex_dec' }),
  spare: {
    h1: uint8('Spare', { base: 'hex', mask: 0x0f }),
    b7b6: uint8('Spare', { base: 'hex', mask: 0xc0 }),
  },
  seq_number: uint16('Sequence number', { base: 'hex_dec' }),
  npdu_number: uint8('N-PDU Number', { base: 'hex' }),
  ext_hdr: {
    self: group('Extension header'),
    next: uint8('Next extension header type', { base: 'hex', names: extensionNames }),
    length: uint8('Extension Header Length'),
    _session: group('PDU Session Container'),
    pdu_ses_con: {
      pdu_type: uint8('PDU Type', { mask: 0xf0, names: pduTypeNames }),
      qos_flow_id: uint8('QoS Flow Identifier (QFI)', { mask: 0x3f }),
    },
    pdu_ses_cont: {
      ppp: bool('Paging Policy Presence (PPP)', 8, { mask: 0x80, truth: presence }),
      rqi: bool('Reflective QoS Indicator (RQI)', 8, { mask: 0x40, truth: presence }),
    },
    pdcp_sn: uint16('PDCP Sequence Number'),
    long_pdcp_sn: uint24('Long PDCP Sequence Number'),
    udp_port: uint16('UDP Port'),
    _content: bytes('Content'),
    length_zero: error('Extension header length is zero', 'Malformed'),
  },
})
export const gtp = protocol({
  name: 'GPRS Tunneling Protocol',
  short: 'GTP',
  spec: '3GPP TS 29.281',
  self: f.self,
  silent: true,
  wraps: true,
  under: { 'udp.port': 2152 },
  summary: () => ({ message: 0, read: false }),

  dissect(d, s) {
    s.read = false
    const flags = d.peek8()
    s.message = d.peek8(1)
    s.read = true
    if (flags >> 5 !== FIRST_VERSION || (flags & Flag.Gtp) === 0) {
      d.omitLayer()
      return d.nextData()
    }
    d.u8(f.flags)
    d.u8(f.message)
    const length = d.u16(f.length)
    d.u32(f.teid)
    d.limit(length)
    if ((flags & (Flag.Extension | Flag.Sequence | Flag.Number)) !== 0) takeOptions(d, flags)
    if (s.message === T_PDU && d.left > 0) handOver(d)
    else d.skip(d.left)
  },

  info: (s) => (s.read ? (messageNames[s.message] ?? 'Unknown') : ''),
})

/** One flag puts all three fields there; only those that are flagged mean something. */
function takeOptions(d: Dissection, flags: number): void {
  if ((flags & Flag.Sequence) !== 0) d.u16(f.seq_number)
  else d.skip(2)
  if ((flags & Flag.Number) !== 0) d.u8(f.npdu_number)
  else d.skip(1)
  if ((flags & Flag.Extension) === 0) return d.skip(1)
  let next = d.u8(f.ext_hdr.next)
  while (next !== ExtensionType.None) next = takeExtension(d, next)
}

/** Takes an extension of `type`, whose size is counted in words, and returns the type of the one behind it. */
function takeExtension(d: Dissection, type: number): number {
  const opened = d.open(f.ext_hdr.self)
  if (d.showing) d.caption(`Extension header (${extensionNames[type] ?? 'Unknown'})`, opened)
  const size = 4 * d.u8(f.ext_hdr.length)
  if (size === 0) {
    d.enter()
    d.stop(f.ext_hdr.length_zero)
  }
  const end = d.pos + size - 2
  takeContent(d, type, size - 2)
  if (end > d.pos) d.take(f.ext_hdr._content, end - d.pos)
  const next = d.u8(f.ext_hdr.next)
  d.close(opened)
  return next
}

function takeContent(d: Dissection, type: number, size: number): void {
  if (type === ExtensionType.PduSession) takeSession(d)
  else if (type === ExtensionType.Pdcp) d.u16(f.ext_hdr.pdcp_sn)
  else if (type === ExtensionType.UdpPort) d.u16(f.ext_hdr.udp_port)
  else if (type === ExtensionType.LongPdcp && size >= 3) d.u24(f.ext_hdr.long_pdcp_sn)
}

function takeSession(d: Dissection): void {
  const opened = d.open(f.ext_hdr._session)
  const start = d.pos
  const first = d.peek8()
  const second = d.peek8(1)
  d.skip(2)
  d.at(f.ext_hdr.pdu_ses_con.pdu_type, start, start + 1, first)
  d.at(f.spare.h1, start, start + 1, first)
  if (first >> 4 === UPLINK) d.at(f.spare.b7b6, start + 1, start + 2, second)
  else {
    d.at(f.ext_hdr.pdu_ses_cont.ppp, start + 1, start + 2, second)
    d.at(f.ext_hdr.pdu_ses_cont.rqi, start + 1, start + 2, second)
  }
  d.at(f.ext_hdr.pdu_ses_con.qos_flow_id, start + 1, start + 2, second)
  d.close(opened)
}

/** What is carried says itself what it is, in its first byte: a version of IP, or something that stays closed. */
function handOver(d: Dissection): void {
  const first = d.peek8()
  if (first >= 0x45 && first <= 0x4e) d.nextEvenEmpty(ethertypes, Ethertype.Ipv4, false)
  else if (first >> 4 === 6) d.nextEvenEmpty(ethertypes, Ethertype.Ipv6, false)
  else d.skip(d.left)
}
