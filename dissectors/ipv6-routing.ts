/**
 * Routing headers of IPv6: RFC 8200 section 4.4, with the types 0 (RFC 2460, deprecated by RFC 5095), 2 (RFC 6275), 3
 * (RPL, RFC 6554), 4 (segments, RFC 8754), 5 and 6 (compact, RFC 9631).
 */
import {
  bytes,
  type Dissection,
  error,
  type Field,
  fields,
  group,
  int32,
  ipv6,
  ipv6Text,
  note,
  type Num,
  protocol,
  protocolField,
  uint8,
  uint16,
  uint32,
  warning,
} from '../src/dissect/index.js'
import { type Ipv6Packet, type NextHeader, NO_NEXT_HEADER } from './ipv6-extensions.js'
import { ipProtocolName, ipProtocols } from './shared/ip-protocols.js'
import { noteBelow } from './shared/note-below.js'

const Type = { Source: 0, Mobile: 2, Rpl: 3, Segments: 4, Compact16: 5, Compact32: 6 } as const
const typeNames: Readonly<Record<number, string>> = {
  0: 'Source Route',
  1: 'Nimrod',
  2: 'Type 2 Routing',
  3: 'RPL Source Route',
  4: 'Segment Routing',
  5: 'Compact Routing Header 16',
  6: 'Compact Routing Header 32',
  253: 'Experiment 1',
  254: 'Experiment 2',
}

const f = fields('ipv6', {
  routing: {
    self: protocolField('Routing Header for IPv6'),
    nxt: uint8('Next Header', { names: ipProtocolName }),
    len: uint8('Length'),
    len_oct: uint16('Length', { unit: ' bytes' }),
    type: uint8('Type', { names: typeNames }),
    segleft: uint8('Segments Left'),
    unknown_data: bytes('Type-Specific Data'),
    src: { reserved: bytes('Reserved'), addr: ipv6('Address') },
    mipv6: { reserved: bytes('Reserved'), home_address: ipv6('Home Address') },
    rpl: {
      cmprI: uint32('Compressed Internal Octets (CmprI)', { mask: 0xf0000000 }),
      cmprE: uint32('Compressed Final Octets (CmprE)', { mask: 0x0f000000 }),
      pad: uint32('Padding Bytes', { mask: 0x00f00000 }),
      reserved: uint32('Reserved', { mask: 0x000fffff }),
      addr_count: int32('Total Address Count'),
      address: bytes('Address'),
      full_address: ipv6('Full Address'),
      cmprI_cmprE_pad: warning('When cmprI equals 0 and cmprE equals 0, pad MUST equal 0 but instead was X'),
      reserved_not0: note('Reserved field must equal 0 but instead was X'),
      addr_count_ge0: error(
        'Calculated total address count must be greater than or equal to 0, instead was X',
        'Malformed',
      ),
    },
    srh: {
      last_entry: uint8('Last Entry'),
      flags: uint8('Flags', { base: 'hex' }),
      tag: bytes('Tag'),
      addr: ipv6('Address'),
    },
    segments: group('Segment Identifiers'),
    crh16: { current_sid: uint16('Current SID'), sid: uint16('Segment ID') },
    crh32: { current_sid: uint32('Current SID'), sid: uint32('Segment ID') },
    invalid_length: error('Invalid IPv6 Routing header length', 'Malformed'),
    invalid_segleft: warning('IPv6 Routing Header segments left field must not exceed address count'),
    undecoded: note('Undecoded IPv6 routing header field', 'Undecoded'),
    deprecated: note('Routing header type is deprecated', 'Deprecated'),
  },
  src_route_list: {
    src_addr: warning('Source address must not appear in the source route list'),
    dst_addr: warning('Destination address must not appear in the source route list'),
    multicast_addr: warning('Multicast addresses must not appear in the source route list'),
  },
})
const r = f.routing

export const routing = protocol({
  name: 'Routing Header for IPv6',
  short: 'IPv6 Routing',
  column: 'IPv4',
  spec: 'RFC 8200',
  self: r.self,
  under: { 'ip.proto': 43 },
  summary: (): NextHeader => ({ next: NO_NEXT_HEADER }),

  dissect(d, s, packet: Ipv6Packet | null) {
    const start = d.pos
    s.next = d.u8(r.nxt)
    const words = d.peek8()
    const type = d.peek8(1)
    const size = (words + 1) * 8
    if (d.showing) d.appendLayer(` (${typeNames[type] ?? `Unknown type ${type}`})`)
    d.u8(r.len)
    noteLength(d, type, words, d.peek8(1))
    d.at(r.len_oct, start + 1, start + 2, size)
    d.markGenerated()
    d.u8(r.type)
    if (type === Type.Source && start + size <= d.reported) noteBelow(d, r.deprecated)
    const left = d.u8(r.segleft)

    const end = d.end
    const reported = d.reported
    d.limit(size - 4)
    readRoute(d, type, left, packet)
    d.end = end
    d.reported = reported
    d.seek(start + size)
    d.next(ipProtocols, s.next)
  },

  info: (s) => (s.next === NO_NEXT_HEADER ? 'IPv6 no next header' : 'IPv6 routing'),
})

function noteLength(d: Dissection, type: number, words: number, left: number): void {
  if (type === Type.Source && words & 1) {
    noteBelow(d, r.invalid_length, 'IPv6 Routing Header extension header length must not be odd')
  } else if (type === Type.Mobile && words !== 2) {
    noteBelow(d, r.invalid_length, 'IPv6 Type 2 Routing Header extension header length must equal 2')
  } else if (type === Type.Compact16 || type === Type.Compact32) {
    const least = (((left + 1) * (type === Type.Compact16 ? 2 : 4) + 4) >>> 3) - 1
    const text = `IPv6 Compact Routing Header minimum length must not exceed header length (${words})`
    if (least > words) noteBelow(d, r.invalid_length, text)
  }
}

/** Reads what the type is about, up to the end of the layer. The last address is the packet's, while some are left. */
function readRoute(d: Dissection, type: number, left: number, packet: Ipv6Packet | null): void {
  switch (type) {
    case Type.Source:
      return readSourceRoute(d, left)
    case Type.Mobile:
      return readHomeAddress(d, left)
    case Type.Rpl:
      return readRplRoute(d, left, packet)
    case Type.Segments:
      return readSegments(d, left)
    case Type.Compact16:
      return readCompact(d, left, r.crh16, 2)
    case Type.Compact32:
      return readCompact(d, left, r.crh32, 4)
    default:
      d.take(r.unknown_data, d.reportedLeft)
      noteBelow(d, r.undecoded)
  }
}

/** RFC 2460 section 4.4. */
function readSourceRoute(d: Dissection, left: number): void {
  const count = (d.reportedLeft - 4) >>> 4
  if (left > count) noteLeft(d, 'Type 0', count)
  d.take(r.src.reserved, 4)
  for (let i = 1; i <= count; i++) {
    const at = takeNumbered(d, r.src.addr, i)
    if (isMulticast(d, at)) noteBelow(d, f.src_route_list.multicast_addr)
    if (i === count && left > 0) setDestination(d, at)
  }
}

/** RFC 6275 section 6.4. */
function readHomeAddress(d: Dissection, left: number): void {
  if (left !== 1) noteBelow(d, r.invalid_segleft, 'IPv6 Type 2 Routing Header segments left field must equal 1')
  d.take(r.mipv6.reserved, 4)
  const at = takeNumbered(d, r.mipv6.home_address, 1)
  if (isMulticast(d, at)) noteBelow(d, f.src_route_list.multicast_addr)
  if (left > 0) setDestination(d, at)
}

/** RFC 8754 section 2: the segments stand in reverse order, the packet's destination first. */
function readSegments(d: Dissection, left: number): void {
  const last = d.peek8()
  if (left > last + 1) noteLeft(d, 'Type 4', last + 1)
  d.u8(r.srh.last_entry)
  d.u8(r.srh.flags)
  d.take(r.srh.tag, 2)
  for (let i = 0; i <= last; i++) {
    const at = takeNumbered(d, r.srh.addr, i)
    if (i === 0 && left > 0) setDestination(d, at)
  }
}

/** RFC 6554 section 3: addresses without the octets that they share with the packet's destination. */
function readRplRoute(d: Dissection, left: number, packet: Ipv6Packet | null): void {
  const at = d.pos
  const word = d.peek32()
  const inner = word >>> 28
  const final = (word >>> 24) & 0x0f
  const pad = (word >>> 20) & 0x0f
  const count = Math.trunc((d.reportedLeft - 4 - pad - (16 - final)) / (16 - inner)) + 1
  if (left > count && count >= 0) noteLeft(d, 'RPL', count)
  d.at(r.rpl.cmprI, at, at + 4, word)
  d.at(r.rpl.cmprE, at, at + 4, word)
  d.at(r.rpl.pad, at, at + 4, word)
  if (inner === 0 && final === 0 && pad !== 0) {
    noteBelow(
      d,
      r.rpl.cmprI_cmprE_pad,
      `When cmprI equals 0 and cmprE equals 0, pad MUST equal 0 but instead was ${pad}`,
    )
  }
  d.at(r.rpl.reserved, at, at + 4, word)
  if (word & 0xfffff) noteBelow(d, r.rpl.reserved_not0, `Reserved field must equal 0 but instead was ${word & 0xfffff}`)
  d.skip(4)
  d.at(r.rpl.addr_count, at, at + 2, count)
  d.markGenerated()
  if (count < 0) {
    const text = `Calculated total address count must be greater than or equal to 0, instead was ${count}`
    return noteBelow(d, r.rpl.addr_count_ge0, text)
  }
  for (let i = 1; i <= count; i++) readCompressed(d, i, i === count ? final : inner, i === count && left > 0, packet)
}

/** An address that nobody keeps. */
const scratch = new Uint8Array(32)

function readCompressed(d: Dissection, i: number, elided: number, isFinal: boolean, packet: Ipv6Packet | null): void {
  const start = d.take(r.rpl.address, 16 - elided)
  if (packet === null) return
  const both = isFinal || d.wants(r.rpl.full_address) ? new Uint8Array(32) : scratch
  both.set(d.bytes.subarray(packet.dst, packet.dst + elided))
  both.set(d.bytes.subarray(start, d.pos), elided)
  const full = both.subarray(0, 16)
  if (d.wants(r.rpl.full_address)) {
    d.bytesAt(r.rpl.full_address, start, d.pos, full)
    if (d.showing) d.caption(`Address[${i}]: ${ipv6Text(full, 0)}`)
    d.markGenerated()
  }
  if (full[0] === 0xff) noteBelow(d, f.src_route_list.multicast_addr)
  if (sameAddress(full, d.bytes, packet.src)) noteBelow(d, f.src_route_list.src_addr)
  if (sameAddress(full, d.bytes, packet.dst)) noteBelow(d, f.src_route_list.dst_addr)
  if (!isFinal || d.quoted) return
  both.set(d.bytes.subarray(packet.src, packet.src + 16), 16)
  d.addressBytes = both
  d.dst = 0
  d.src = 16
}

/** RFC 9631 section 4: identifiers of segments, the one that is next by its index. */
function readCompact(
  d: Dissection,
  left: number,
  c: { readonly current_sid: Num; readonly sid: Num },
  size: 2 | 4,
): void {
  const start = d.pos
  const count = Math.floor(d.reportedLeft / size)
  const at = start + left * size
  d.at(c.current_sid, at, at + size, size === 2 ? d.peek16(at - start) : d.peek32(at - start))
  d.markGenerated()
  const opened = d.open(r.segments)
  for (let i = 0; i < count; i++) {
    const sid = size === 2 ? d.u16(c.sid) : d.u32(c.sid)
    if (d.showing) d.caption(`SID[${i}] = ${sid}`)
  }
  d.close(opened)
}

function takeNumbered(d: Dissection, field: Field<'ipv6'>, i: number): number {
  const at = d.take(field, 16)
  if (d.showing) d.caption(`Address[${i}]: ${ipv6Text(d.bytes, at)}`)
  return at
}

function noteLeft(d: Dissection, kind: string, count: number): void {
  const text = `IPv6 ${kind} Routing Header segments left field must not exceed address count (${count})`
  noteBelow(d, r.invalid_segleft, text)
}

/** The layers above are between the source and the address at `at`, wherever the packet is on its way. */
function setDestination(d: Dissection, at: number): void {
  if (!d.quoted) d.dst = at
}

const isMulticast = (d: Dissection, at: number): boolean => d.bytes[at] === 0xff

function sameAddress(full: Uint8Array, packet: Uint8Array, at: number): boolean {
  for (let i = 0; i < 16; i++) if (full[i] !== packet[at + i]) return false
  return true
}
