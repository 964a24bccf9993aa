/** Extension headers of IPv6, RFC 8200 section 4: hop-by-hop options, destination options, fragment. */
import {
  bool,
  error,
  fields,
  type Num,
  protocol,
  protocolField,
  uint8,
  uint16,
  uint32,
  warning,
  type Dissection,
  word,
} from '../src/dissect/index.js'
import type { OptionPacket } from './ipv6-option-contents.js'
import { readOptions } from './ipv6-options.js'
import { ipProtocolName, ipProtocols } from './shared/ip-protocols.js'

export const NO_NEXT_HEADER = 59

/** What an extension header needs to know of the packet that it is in. */
export interface Ipv6Packet extends OptionPacket {
  /** Where the addresses of its header are. */
  readonly src: number
  readonly dst: number
  /** Extension headers up to this one. */
  readonly headerCount: number
}

/** What every extension header tells the packet. */
export interface NextHeader {
  next: number
}

const f = fields('ipv6', {
  hopopts: {
    self: protocolField('IPv6 Hop-by-Hop Option'),
    nxt: uint8('Next Header', { names: ipProtocolName }),
    len: uint8('Length'),
    len_oct: uint16('Length', { unit: ' bytes' }),
    not_first: error('IPv6 Hop-by-Hop extension header must appear immediately after IPv6 header'),
  },
  dstopts: {
    self: protocolField('Destination Options for IPv6'),
    nxt: uint8('Next Header', { names: ipProtocolName }),
    len: uint8('Length'),
    len_oct: uint16('Length', { unit: ' bytes' }),
  },
  fraghdr: {
    self: protocolField('Fragment Header for IPv6'),
    nxt: uint8('Next header', { names: ipProtocolName }),
    reserved_octet: uint8('Reserved octet', { base: 'hex' }),
    offset: uint16('Offset', { mask: 0xfff8 }),
    bits: word(16, {
      reserved_bits: uint16('Reserved bits', { mask: 0x6 }),
      more: bool('More Fragments', 16, { mask: 0x1, truth: ['Yes', 'No'] }),
    }),
    ident: uint32('Identification', { base: 'hex' }),
  },
  opt: { jumbo: { fragment: warning('Jumbo Payload option cannot be used with a fragment header') } },
})

interface LengthFields {
  readonly nxt: Num
  readonly len: Num
  readonly len_oct: Num
}

/** Reads next header and length and returns where the extension header ends: its length counts 8 bytes beyond 8. */
function readLength(d: Dissection, header: LengthFields, s: NextHeader): number {
  const start = d.pos
  d.peek16()
  s.next = d.u8(header.nxt)
  const size = (d.u8(header.len) + 1) * 8
  d.at(header.len_oct, start + 1, start + 2, size)
  d.markGenerated()
  return start + size
}

export const hopByHop = protocol({
  name: 'IPv6 Hop-by-Hop Option',
  short: 'IPv6 Hop-by-Hop',
  column: 'IPv4',
  spec: 'RFC 8200',
  self: f.hopopts.self,
  under: { 'ip.proto': 0 },
  summary: (): NextHeader => ({ next: NO_NEXT_HEADER }),

  dissect(d, s, packet: Ipv6Packet | null) {
    if (packet === null || packet.headerCount > 1) d.note(f.hopopts.not_first)
    const end = readLength(d, f.hopopts, s)
    readOptions(d, end, true, packet)
    d.next(ipProtocols, s.next)
  },

  info: (s) => (s.next === NO_NEXT_HEADER ? 'IPv6 no next header' : 'IPv6 hop-by-hop options'),
})

export const destinationOptions = protocol({
  name: 'Destination Options for IPv6',
  short: 'IPv6 Destination',
  column: 'IPv4',
  spec: 'RFC 8200',
  self: f.dstopts.self,
  under: { 'ip.proto': 60 },
  summary: (): NextHeader => ({ next: NO_NEXT_HEADER }),

  dissect(d, s, packet: Ipv6Packet | null) {
    const end = readLength(d, f.dstopts, s)
    readOptions(d, end, false, packet)
    d.next(ipProtocols, s.next)
  },

  info: (s) => (s.next === NO_NEXT_HEADER ? 'IPv6 no next header' : 'IPv6 destination options'),
})

export interface FragmentHeader extends NextHeader {
  /** Bytes. */
  offset: number
  more: boolean
  id: number
}

export const fragment = protocol({
  name: 'Fragment Header for IPv6',
  short: 'IPv6 Fragment',
  column: 'IPv4',
  spec: 'RFC 8200',
  self: f.fraghdr.self,
  under: { 'ip.proto': 44 },
  summary: (): FragmentHeader => ({ next: NO_NEXT_HEADER, offset: 0, more: false, id: 0 }),

  dissect(d, s, packet: Ipv6Packet | null) {
    s.next = NO_NEXT_HEADER
    s.offset = s.id = 0
    s.more = false
    if (packet?.jumbogram) d.note(f.opt.jumbo.fragment)
    d.peek32(4)
    s.next = d.u8(f.fraghdr.nxt)
    d.u8(f.fraghdr.reserved_octet)
    const at = d.pos
    const bits = d.peek16()
    s.offset = bits & 0xfff8
    s.more = (bits & 1) !== 0
    d.at(f.fraghdr.offset, at, at + 2, bits)
    if (d.showing) d.append(` (${s.offset} bytes)`)
    d.u16(f.fraghdr.bits)
    s.id = d.u32(f.fraghdr.ident)
    d.next(ipProtocols, s.next)
  },

  info: (s) => (s.next === NO_NEXT_HEADER ? 'IPv6 no next header' : ''),
})

/** The Info column of a fragment. */
export const fragmentText = (s: {
  readonly fragmentOffset: number
  readonly moreFragments: boolean
  readonly id: number
  readonly protocol: number
}): string =>
  `IPv6 fragment (off=${s.fragmentOffset} more=${s.moreFragments ? 'y' : 'n'} ` +
  `ident=0x${s.id.toString(16).padStart(8, '0')} nxt=${s.protocol})`
