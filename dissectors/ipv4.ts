/** Internet Protocol version 4, RFC 791; service bits RFC 2474 and 3168. Options: ipv4-options.ts. */
import {
  Address,
  bool,
  type Dissection,
  error,
  fields,
  ipv4Text,
  note,
  preference,
  protocol,
  protocolField,
  sumWords,
  uint8,
  uint16,
} from '../src/dissect/index.js'
import { Fragments } from '../src/track/fragments.js'
import { addMeaning, addressFields as a, takeAddress } from './ipv4-addresses.js'
import { FRAGMENT_TIMEOUT, fragmentFields } from './ipv4-fragments.js'
import { readOptions } from './ipv4-options.js'
import { finalDestination } from './ipv4-routes.js'
import { ipv6 } from './ipv6.js'
import { bitPattern } from './shared/bit-pattern.js'
import { flagList } from './shared/flag-list.js'
import { Course, followFragment, reassembledText, type FragmentSummary } from './shared/ip-fragments.js'
import { ipProtocolName, ipProtocols } from './shared/ip-protocols.js'
import { noteBelow } from './shared/note-below.js'
import { ChecksumStatus, checksumStatusNames } from './shared/pseudo-header.js'
import { judgeChecksum, statusOf } from './shared/verified-checksum.js'
import { dscpNames, ecnNames, serviceBitsText } from './shared/service-bits.js'

const checkChecksum = preference('ip.check_checksum', false, 'Verify the header checksum.')
const tsoSupport = preference('ip.tso_support', true, 'Take a total length of 0 for segmentation offload.')

const flag = (label: string, mask: number) => bool(label, 8, { mask, truth: ['Set', 'Not set'] })
const f = fields('ip', {
  self: protocolField('Internet Protocol Version 4'),
  version: uint8('Version', { mask: 0xf0 }),
  hdr_len: uint8('Header Length'),
  dsfield: uint8(
    'Differentiated Services Field',
    { base: 'hex' },
    {
      dscp: uint8('Differentiated Services Codepoint', { mask: 0xfc, names: dscpNames }),
      ecn: uint8('Explicit Congestion Notification', { mask: 0x03, names: ecnNames }),
    },
  ),
  len: uint16('Total Length'),
  id: uint16('Identification', { base: 'hex_dec' }),
  flags: uint8(
    'Flags',
    { base: 'hex', mask: 0xe0 },
    {
      rb: flag('Reserved bit', 0x80),
      df: flag("Don't fragment", 0x40),
      mf: flag('More fragments', 0x20),
    },
  ),
  frag_offset: uint16('Fragment Offset', { mask: 0x1fff }),
  ttl: {
    self: uint8('Time to Live'),
    lncb: note('Time To Live', 'Sequence'),
    too_small: note('Time To Live', 'Sequence'),
  },
  proto: uint8('Protocol', { names: ipProtocolName }),
  checksum: {
    self: uint16('Header Checksum', { base: 'hex' }),
    status: uint8('Header checksum status', { base: 'none', names: checksumStatusNames }),
  },
  checksum_calculated: uint16('Calculated Checksum', { base: 'hex' }),
  checksum_bad: { expert: error('Bad checksum', 'Checksum') },
  bogus_ip_version: error('Bogus IP version'),
  bogus_header_length: error('Bogus IP header length'),
  bogus_ip_length: error('Bogus IP length'),
})

const MIN_HEADER = 20
const IGMP = 2
const OSPF = 89
const PIM = 103

/** Why a header was given up. */
const Problem = { None: 0, Version: 1, HeaderLength: 2, TotalLength: 3, AnyVersion: 4 } as const
type Problem = (typeof Problem)[keyof typeof Problem]

export interface Ipv4Summary {
  problem: Problem
  version: number
  /** Bytes; the total length is what the packet really has when the sender left it to segmentation offload. */
  headerLength: number
  totalLength: number
  id: number
  moreFragments: boolean
  /** Bytes. */
  fragmentOffset: number
  ttl: number
  protocol: number
  /** Bytes after the header, by the total length. */
  payload: number
  /** What of a fragment leads to its datagram. */
  readonly fragment: FragmentSummary
}
const summary = (): Ipv4Summary => ({
  problem: Problem.None,
  version: 4,
  headerLength: 0,
  totalLength: 0,
  id: 0,
  moreFragments: false,
  fragmentOffset: 0,
  ttl: 0,
  protocol: 0,
  payload: 0,
  fragment: { id: 0, protocol: 0, offset: 0, length: 0, more: false, reassembledIn: 0 },
})

export const ipv4 = protocol({
  name: 'Internet Protocol Version 4',
  short: 'IPv4',
  column: (s) => (s.problem === Problem.AnyVersion ? 'IP' : 'IPv4'),
  spec: 'RFC 791',
  self: f.self,
  under: { 'eth.type': 0x0800, 'ip.proto': 4 },
  summary,

  dissect(d, s) {
    reset(s)
    const start = d.pos
    if (d.left === 0 && takesAnyVersion(d)) d.leaveColumns()
    if (d.peek8() >>> 4 !== 4 && takesAnyVersion(d)) return otherVersion(d, s)
    if (!readLengths(d, s)) return
    s.id = d.u16(f.id)
    readFragmentation(d, s)
    s.ttl = d.u8(f.ttl.self)
    if (d.left > 0) noteTtl(d, s.ttl, d.peek8(), start + 16)
    s.protocol = d.u8(f.proto)
    readChecksum(d, start, s.headerLength)
    d.upperProtocol = s.protocol

    const src = takeAddress(d, a.src.self, a.src_host)
    if (d.showing) d.appendLayer(`, Src: ${ipv4Text(d.bytes, src)}`)
    const end = start + s.headerLength
    const via = d.pos
    const dst = s.headerLength > MIN_HEADER ? routedTo(d, end) : via
    if (via === dst) takeAddress(d, a.dst.self, a.dst_host)
    else takeAddress(d, a.cur_rt, a.cur_rt_host)
    d.endpoints(Address.IPv4, src, dst)
    if (d.showing) {
      const hop = via === dst ? '' : `, Via: ${ipv4Text(d.bytes, via)}`
      d.appendLayer(`, Dst: ${ipv4Text(d.bytes, dst)}${hop}`)
    }
    addMeaning(d, a.src.meaning, src)
    addMeaning(d, a.dst.meaning, dst)
    if (s.headerLength > MIN_HEADER) readOptions(d, end, s.ttl)

    s.payload = d.reportedLeft
    if (!s.moreFragments && s.fragmentOffset === 0) d.next(ipProtocols, s.protocol)
  },

  state: () => new Fragments(FRAGMENT_TIMEOUT),
  follow(d, s, fragments) {
    if (!s.moreFragments && s.fragmentOffset === 0) return
    const piece = s.fragment
    piece.id = s.id
    piece.protocol = s.protocol
    piece.offset = s.fragmentOffset
    piece.more = s.moreFragments
    if (followFragment(d, fragmentFields, piece, fragments) === Course.Piece) d.nextData()
    else d.next(ipProtocols, s.protocol)
  },

  info(s) {
    if (s.problem === Problem.Version) return `Bogus IPv4 version (${s.version}, must be 4)`
    if (s.problem === Problem.AnyVersion) return s.version === 6 ? '' : `Bogus IP version (${s.version})`
    if (s.problem === Problem.HeaderLength) return headerLengthText(s)
    if (s.problem === Problem.TotalLength) {
      return `Bogus IP length (${s.totalLength}, less than header length ${s.headerLength})`
    }
    if (s.fragmentOffset === 0 && s.payload <= 0) return ''
    const name = ipProtocolName(s.protocol) || 'Unknown'
    if (!s.moreFragments && s.fragmentOffset === 0) return `${name} (${s.protocol})`
    const id = s.id.toString(16).padStart(4, '0')
    return `Fragmented IP protocol (proto=${name} ${s.protocol}, off=${s.fragmentOffset}, ID=${id})${reassembledText(s.fragment)}`
  },
})

function reset(s: Ipv4Summary): void {
  s.problem = Problem.None
  s.version = 4
  s.headerLength = s.totalLength = s.id = s.fragmentOffset = s.ttl = s.protocol = s.payload = 0
  s.moreFragments = false
}

/** Layers that say of what they carry that it is IP, and not which version of it. */
const anyVersion = new Set(['null', 'raw', 'ppp', 'chdlc', 'gre', 'ip', 'ipv6', 'ipnet', 'icmp', 'pwach', 'frame'])
const IP_SAP = 0x06

function takesAnyVersion(d: Dissection): boolean {
  const below = d.levels < 2 ? 0 : d.levelProtocol[d.levels - 2]!
  const id = d.registry.protocols[below]?.id ?? 'frame'
  return anyVersion.has(id) || (id === 'llc' && (d.summaries[below] as { dsap: number }).dsap === IP_SAP)
}

function otherVersion(d: Dissection, s: Ipv4Summary): void {
  s.problem = Problem.AnyVersion
  s.version = d.peek8() >>> 4
  if (s.version === 6) {
    d.omitLayer()
    return d.nextProtocol(ipv6)
  }
  if (d.showing) d.captionLayer(`Internet Protocol, bogus version (${s.version})`)
  d.limit(1)
  d.u8(f.version)
  noteBelow(d, f.bogus_ip_version)
}

/** Reads up to the total length. Returns false when the rest cannot be a header, and says why. */
function readLengths(d: Dissection, s: Ipv4Summary): boolean {
  const start = d.pos
  const first = d.peek8()
  s.version = first >>> 4
  d.at(f.version, start, start + 1, first)
  if (s.version !== 4) {
    s.problem = Problem.Version
    noteBelow(d, f.bogus_ip_version, 'Bogus IPv4 version')
    if (s.version === 6) d.nextProtocol(ipv6)
    return false
  }
  s.headerLength = (first & 0x0f) * 4
  d.at(f.hdr_len, start, start + 1, s.headerLength)
  if (d.showing) d.caption(`${bitPattern(8, 0x0f, first)}Header Length: ${s.headerLength} bytes (${first & 0x0f})`)
  if (s.headerLength < MIN_HEADER) {
    s.problem = Problem.HeaderLength
    noteBelow(d, f.bogus_header_length, d.wants(f.self) ? headerLengthText(s) : undefined)
    return false
  }
  d.skip(1)
  const service = d.u8(f.dsfield)
  if (d.showing) d.append(serviceBitsText(service))
  return readTotalLength(d, s, start)
}
const headerLengthText = (s: Ipv4Summary): string =>
  `Bogus IP header length (${s.headerLength}, must be at least ${MIN_HEADER})`

function readTotalLength(d: Dissection, s: Ipv4Summary, start: number): boolean {
  const there = d.reported - start
  const total = d.peek16()
  const offloaded = total === 0 && d.prefers(tsoSupport) !== 0
  s.totalLength = offloaded ? there : total
  d.at(f.len, d.pos, d.pos + 2, s.totalLength)
  if (offloaded && d.showing) {
    const why = 'presumed to be because of "TCP segmentation offload" (TSO)'
    d.caption(`Total Length: ${s.totalLength} bytes (reported as 0, ${why})`)
  }
  d.skip(2)
  if (offloaded) {
    d.markGenerated()
    return true
  }
  if (total < s.headerLength) {
    s.problem = Problem.TotalLength
    if (d.showing) d.caption(`Total Length: ${total} bytes (bogus, less than header length ${s.headerLength})`)
    noteBelow(d, f.bogus_ip_length)
    return false
  }
  if (total > there && !d.quoted) {
    noteBelow(
      d,
      f.bogus_ip_length,
      d.wants(f.self) ? `IPv4 total length exceeds packet length (${there} bytes)` : undefined,
    )
  }
  d.limit(total - 4)
  return true
}

/** Where the address is to which a packet with options up to `end` is going; leaves when it takes more bytes to tell. */
function routedTo(d: Dissection, end: number): number {
  const found = finalDestination(d.bytes, d.pos, end, d.end)
  if (found < 0) d.seek(end)
  return found
}

/** Flags and fragment offset, which share a word. The offset counts 8 bytes; only its line says bytes. */
function readFragmentation(d: Dissection, s: Ipv4Summary): void {
  const at = d.pos
  const word = d.peek16()
  const bits = word >>> 8
  s.moreFragments = (bits & 0x20) !== 0
  s.fragmentOffset = (word & 0x1fff) * 8
  d.at(f.flags, at, at + 1, bits)
  if (d.showing) {
    d.append(flagList(f.flags.parts, bits))
  }
  d.at(f.frag_offset, at, at + 2, word)
  if (d.showing) d.caption(`${bitPattern(16, 0x1fff, word)}Fragment Offset: ${s.fragmentOffset}`)
  d.skip(2)
}

/** What the TTL should be for a group of the local network control block 224.0.0.0/24 (RFC 3171); 0 for any. */
const localGroupTtl = (group: number): number =>
  group === 18 || group === 102 || group === 251 ? 255 : group === 252 ? 0 : 1

function noteTtl(d: Dissection, ttl: number, carried: number, dst: number): void {
  if (dst + 4 > d.end) return
  const b = d.bytes
  const first = b[dst]!
  if (first === 224 && b[dst + 1] === 0 && b[dst + 2] === 0) {
    const right = carried === IGMP ? 1 : localGroupTtl(b[dst + 3]!)
    if (right === 0 || ttl === right) return
    const block = 'for a packet sent to the Local Network Control Block (see RFC 3171)'
    noteBelow(d, f.ttl.lncb, d.wants(f.self) ? `"Time To Live" != ${right} ${block}` : undefined)
  } else if (ttl < 5 && first >>> 4 !== 14 && carried !== OSPF && carried !== PIM) {
    noteBelow(d, f.ttl.too_small, d.wants(f.self) ? `"Time To Live" only ${ttl}` : undefined)
  }
}

/** Says what the header checksum is worth when that is wanted, and whether verifying is switched on. */
function readChecksum(d: Dissection, start: number, headerLength: number): void {
  const at = d.pos
  const found = d.u16(f.checksum.self)
  const enabled = d.prefers(checkChecksum) !== 0
  if (!enabled && !d.wants(f.self)) return
  if (!enabled || start + headerLength > d.end) {
    if (d.showing) d.append(enabled ? ' [not all data available]' : ' [validation disabled]')
    status(d, ChecksumStatus.Unverified, at)
    return
  }
  const sum = sumWords(d.bytes, start, start + headerLength)
  const right = judgeChecksum(d, f.checksum_bad.expert, sum, found, '(may be caused by "IP checksum offload"?)')
  status(d, statusOf(found, right), at)
  d.at(f.checksum_calculated, at, at + 2, right)
  d.markGenerated()
}
function status(d: Dissection, value: number, at: number): void {
  d.at(f.checksum.status, at, at, value)
  if (d.showing) d.caption(`Header checksum status: ${checksumStatusNames[value as 0]}`)
  d.markGenerated()
}
