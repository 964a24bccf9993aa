/** Internet Group Management Protocol: version 0 (RFC 988), 1 (RFC 1112), 2 (RFC 2236) and 3 (RFC 3376). */
import {
  bool,
  bytes,
  type Dissection,
  error,
  fields,
  group,
  ipv4,
  ipv4Text,
  protocol,
  protocolField,
  sumWords,
  uint8,
  uint16,
  uint32,
} from '../src/dissect/index.js'
import { isRgmp, rgmp } from './rgmp.js'
import { checksumStatusNames } from './shared/pseudo-header.js'
import { verifyChecksum } from './shared/verified-checksum.js'

const IgmpType = {
  CreateRequest: 0x01,
  Query: 0x11,
  ReportV1: 0x12,
  ReportV2: 0x16,
  Leave: 0x17,
  ReportV3: 0x22,
} as const
const typeNames: Readonly<Record<number, string>> = {
  0x01: 'Create Group Request',
  0x02: 'Create Group Reply',
  0x03: 'Join Group Request',
  0x04: 'Join Group Reply',
  0x05: 'Leave Group Request',
  0x06: 'Leave Group Reply',
  0x07: 'Confirm Group Request',
  0x08: 'Confirm Group Reply',
  0x11: 'Membership Query',
  0x12: 'Membership Report',
  0x13: 'DVMRP Protocol',
  0x14: 'PIM Routing Message',
  0x16: 'Membership Report',
  0x17: 'Leave Group',
  0x1e: 'Traceroute Response',
  0x1f: 'Traceroute Query or Request',
  0x22: 'Membership Report',
}

const replyNames = {
  0: 'Request Granted',
  1: 'Request Denied, No Resources',
  2: 'Request Denied, Invalid Code',
  3: 'Request Denied, Invalid Group',
  4: 'Request Denied, Invalid Key',
} as const

const RecordType = { Include: 1, Exclude: 2, ToInclude: 3, ToExclude: 4, Allow: 5, Block: 6 } as const
const recordNames: Readonly<Record<number, string>> = {
  1: 'Mode Is Include',
  2: 'Mode Is Exclude',
  3: 'Change To Include Mode',
  4: 'Change To Exclude Mode',
  5: 'Allow New Sources',
  6: 'Block Old Sources',
}

const f = fields('igmp', {
  self: protocolField('Internet Group Management Protocol'),
  version: uint8('IGMP Version'),
  type: uint8('Type', { base: 'hex', names: typeNames }),
  reserved: bytes('Reserved'),
  group_type: uint8('Type Of Group', { names: { 0: 'Public Group', 1: 'Private Group' } }),
  reply: {
    self: uint8('Reply', { names: replyNames }),
    pending: uint8('Reply Pending', { about: 'Seconds after which to ask again' }),
  },
  identifier: uint32('Identifier'),
  access_key: bytes('Access Key'),
  max_resp: {
    self: uint8('Max Resp Time'),
    exp: uint8('Exponent', { base: 'hex', mask: 0x70 }),
    mant: uint8('Mantissa', { base: 'hex', mask: 0x0f }),
  },
  checksum: {
    self: uint16('Checksum', { base: 'hex' }),
    status: uint8('Checksum Status', { base: 'none', names: checksumStatusNames }),
  },
  bad_checksum: error('Bad checksum', 'Checksum'),
  maddr: ipv4('Multicast Address'),
  s: bool('S', 8, {
    mask: 8,
    truth: ['SUPPRESS router side processing', 'Do not suppress router side processing'],
  }),
  qrv: uint8('QRV', { mask: 7 }),
  qqic: uint8('QQIC'),
  num_src: uint16('Num Src'),
  saddr: ipv4('Source Address'),
  num_grp_recs: uint16('Num Group Records'),
  record: group('Group Record', { about: 'What a host tells of one group' }),
  record_type: uint8('Record Type', { names: recordNames }),
  aux_data_len: uint8('Aux Data Len', { about: 'Length of the auxiliary data in units of four bytes' }),
  aux_data: bytes('Aux Data'),
  data: bytes('Data'),
})
const checksum = { checksum: f.checksum.self, status: f.checksum.status, bad: f.bad_checksum }

/** `group` is where the group's address or the first group record is, `end` where the captured bytes end. */
const summary = () => ({ type: -1, version: 0, group: 0, count: 0, end: 0 })

export const igmp = protocol({
  name: 'Internet Group Management Protocol',
  short: 'IGMP',
  silent: true,
  // A query that was cut before it tells its version leaves the column to the layer below.
  column: (s) => (s.type < 0 ? 'IPv4' : s.version < 0 ? 'IGMP' : `IGMPv${s.version}`),
  spec: 'RFC 3376',
  self: f.self,
  under: { 'ip.proto': 2 },
  summary,

  dissect(d, s) {
    const start = d.pos
    s.type = -1
    s.version = NO_VERSION
    s.group = s.count = 0
    s.end = d.end
    const type = d.peek8()
    if (isRgmp(d.addressBytes, d.dst, type)) {
      d.omitLayer()
      return d.nextProtocol(rgmp)
    }
    const version = versionOf(d, type)
    s.type = type
    s.version = version
    if (version >= 0) {
      d.repeatLayer()
      d.generated(f.version, version)
    }
    d.u8(f.type)
    if (version === 3 && type === IgmpType.Query) d.peek8(QUERY_HEADER - 2)
    if (version === 0) return version0(d, type)
    if (version < 0) {
      if (d.reportedLeft > 0) d.take(f.data, Math.max(d.left, 1))
      return
    }
    if (type === IgmpType.ReportV3 || version === 1) d.take(f.reserved, 1)
    else maxResponse(d, version)
    const covered = version === 3 ? d.reported : start + 8
    verifyChecksum(d, checksum, covered <= d.end ? sumWords(d.bytes, start, covered) : -1)
    if (type === IgmpType.ReportV3) {
      d.take(f.reserved, 2)
      s.count = d.u16(f.num_grp_recs)
      s.group = d.pos
      for (let i = 0; i < s.count; i++) groupRecord(d)
      return
    }
    s.group = d.take(f.maddr, 4)
    if (version !== 3) return
    const flags = d.peek8()
    d.at(f.s, d.pos, d.pos + 1, flags)
    d.at(f.qrv, d.pos, d.pos + 1, flags)
    d.skip(1)
    d.u8(f.qqic)
    s.count = d.u16(f.num_src)
    for (let i = 0; i < s.count; i++) d.take(f.saddr, 4)
  },

  info(s, d) {
    if (s.type < 0) return ''
    const b = d.bytes
    const name = typeNames[s.type] ?? `Unknown Type:0x${s.type.toString(16).padStart(2, '0')}`
    if (s.version < 2 || s.group === 0) return name
    if (s.type === IgmpType.ReportV3) return name + recordsText(b, s.group, s.end, s.count)
    if (s.type !== IgmpType.Query) return `${name}${s.type === IgmpType.Leave ? '' : ' group'} ${ipv4Text(b, s.group)}`
    const general = (b[s.group]! | b[s.group + 1]! | b[s.group + 2]! | b[s.group + 3]!) === 0
    const about = general ? `${name}, general` : `${name}, specific for group ${ipv4Text(b, s.group)}`
    return s.version < 3 || s.count === 0 ? about : `${about}, ${sourcesText(b, s.group + 8, s.end, s.count)}`
  },
})

const NO_VERSION = -1
/** A version 3 query up to its sources: of less, tshark shows only the type. */
const QUERY_HEADER = 12

/** `NO_VERSION` when the type belongs to none. Queries tell theirs by their length and by asking for a time. */
function versionOf(d: Dissection, type: number): number {
  switch (type) {
    case IgmpType.Query:
      return d.reportedLeft >= QUERY_HEADER ? 3 : d.peek8(1) !== 0 ? 2 : 1
    case IgmpType.ReportV1:
      return 1
    case IgmpType.ReportV2:
    case IgmpType.Leave:
      return 2
    case IgmpType.ReportV3:
      return 3
    default:
      return type < 0x10 ? 0 : NO_VERSION
  }
}

/** RFC 988. */
function version0(d: Dissection, type: number): void {
  const start = d.pos - 1
  if (type === IgmpType.CreateRequest) d.u8(f.group_type)
  else if (type & 1) d.skip(1)
  else d.u8(d.peek8() <= 4 ? f.reply.self : f.reply.pending)
  verifyChecksum(d, checksum, start + 20 <= d.end ? sumWords(d.bytes, start, start + 20) : -1)
  d.u32(f.identifier)
  d.take(f.maddr, 4)
  d.take(f.access_key, 8)
}

/** Tenths of a second; from version 3 on values from 128 are an exponent and a mantissa (RFC 3376 section 4.1.1). */
function maxResponse(d: Dissection, version: number): void {
  const p = d.pos
  const code = d.peek8()
  const floating = version === 3 && code >= 128
  const tenths = floating ? ((code & 0x0f) | 0x10) << (((code >>> 4) & 7) + 3) : code
  d.at(f.max_resp.self, p, p + 1, tenths)
  d.skip(1)
  if (d.showing) {
    d.caption(`Max Resp Time: ${(tenths / 10).toFixed(1)} sec (0x${code.toString(16).padStart(2, '0')})`)
  }
  if (!floating) return
  d.enter()
  d.at(f.max_resp.exp, p, p + 1, code)
  d.at(f.max_resp.mant, p, p + 1, code)
  d.leave()
}

function groupRecord(d: Dissection): void {
  d.peek32(4)
  const opened = d.open(f.record)
  const type = d.u8(f.record_type)
  const auxiliary = d.u8(f.aux_data_len)
  const sources = d.u16(f.num_src)
  const address = d.take(f.maddr, 4)
  if (d.showing) d.caption(`Group Record : ${ipv4Text(d.bytes, address)}  ${recordNames[type] ?? ''}`, opened)
  for (let i = 0; i < sources; i++) d.take(f.saddr, 4)
  if (auxiliary > 0) d.take(f.aux_data, auxiliary * 4)
  d.close(opened)
}

/** The group records in words, up to where they are cut. */
function recordsText(b: Uint8Array, start: number, end: number, count: number): string {
  if (count === 0) return ' - General query'
  let out = ''
  for (let i = 0, p = start; i < count && p + 8 <= end; i++) {
    const type = b[p]!
    const sources = (b[p + 2]! << 8) | b[p + 3]!
    out += ` / ${recordText(type, sources, ipv4Text(b, p + 4))}`
    if (sources > 0) out += `{${addressList(b, p + 8, end, sources)}`
    p += 8 + sources * 4 + b[p + 1]! * 4
  }
  return out
}

/** What a record means, up to the list of its sources. */
function recordText(type: number, sources: number, address: string): string {
  const one = sources === 1
  switch (type) {
    case RecordType.Include:
    case RecordType.ToInclude:
      if (sources === 0) return `Leave group ${address}`
      return `Join group ${address} for ${one ? 'source ' : 'sources in '}`
    case RecordType.Exclude:
    case RecordType.ToExclude:
      if (sources === 0) return `Join group ${address} for any sources`
      return `Join group ${address}, for ${one ? 'source not ' : 'sources not in '}`
    case RecordType.Allow:
      if (sources === 0) return `Group ${address}, ALLOW_NEW_SOURCES but no source specified (?)`
      return `Group ${address}, new ${one ? 'source ' : 'sources '}`
    case RecordType.Block:
      if (sources === 0) return `Group ${address}, BLOCK_OLD_SOURCES but no source specified (?)`
      return `Group ${address}, block ${one ? 'source ' : 'sources '}`
    default:
      return `Group ${address}, unknown record type (?)${sources === 0 ? '' : ', sources '}`
  }
}

const sourcesText = (b: Uint8Array, start: number, end: number, count: number): string =>
  `${count === 1 ? 'source' : 'sources'} {${addressList(b, start, end, count)}`

/** Addresses with their closing brace, which is missing when the list is cut. */
function addressList(b: Uint8Array, start: number, end: number, count: number): string {
  let out = ''
  for (let i = 0; i < count; i++) {
    const p = start + i * 4
    if (p + 4 > end) return out
    out += ipv4Text(b, p) + (i + 1 < count ? ', ' : '}')
  }
  return out
}
