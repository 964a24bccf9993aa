/** Internet Protocol version 6, RFC 8200, with its extension headers inside; jumbograms RFC 2675. */
import {
  Address,
  chat,
  type Dissection,
  error,
  fields,
  ipv6Text,
  protocol,
  protocolField,
  uint8,
  uint16,
  uint24,
  uint32,
  warning,
} from '../src/dissect/index.js'
import { authentication, authenticationText } from './authentication.js'
import { Fragments } from '../src/track/fragments.js'
import { addAddressDetails, addressFields as a, takeAddress } from './ipv6-addresses.js'
import {
  destinationOptions,
  fragment,
  fragmentText,
  hopByHop,
  type Ipv6Packet,
  NO_NEXT_HEADER,
} from './ipv6-extensions.js'
import { FRAGMENT_TIMEOUT, fragmentFields } from './ipv6-fragments.js'
import { jumboLength } from './ipv6-options.js'
import { routing } from './ipv6-routing.js'
import { Course, followFragment, type FragmentSummary, reassembledText } from './shared/ip-fragments.js'
import { ipProtocolName, ipProtocols } from './shared/ip-protocols.js'
import { noteBelow } from './shared/note-below.js'
import { dscpNames, ecnNames, serviceBitsText } from './shared/service-bits.js'

const ipVersion = uint8('Version', { mask: 0xf0 })
fields('ip', { version: ipVersion }, 'ipv6')

const f = fields('ipv6', {
  self: protocolField('Internet Protocol Version 6'),
  version: uint8('Version', { mask: 0xf0, also: [ipVersion] }),
  tclass: uint32(
    'Traffic Class',
    { base: 'hex', mask: 0x0ff00000 },
    {
      dscp: uint32('Differentiated Services Codepoint', { mask: 0x0fc00000, names: dscpNames }),
      ecn: uint32('Explicit Congestion Notification', { mask: 0x00300000, names: ecnNames }),
    },
  ),
  flow: uint24('Flow Label', { base: 'hex', mask: 0x0fffff }),
  plen: uint16('Payload Length'),
  nxt: uint8('Next Header', { names: ipProtocolName }),
  hlim: uint8('Hop Limit'),
  invalid_header: error('Invalid IPv6 header', 'Malformed'),
  bogus_ipv6_version: error('Bogus IP version', 'Malformed'),
  plen_exceeds_framing: warning('IPv6 payload length does not match expected framing length'),
  plen_zero: chat('IPv6 payload length equals 0 (maybe because of "TCP segmentation offload" (TSO))'),
  opt: {
    jumbo: {
      missing: error(
        'IPv6 payload length equals 0 and Hop-By-Hop present and Jumbo Payload option missing',
        'Malformed',
      ),
    },
  },
})

const HEADER = 40
const HOP_BY_HOP = 0
const ROUTING = 43
const FRAGMENT = 44
const AUTHENTICATION = 51
const DESTINATION_OPTIONS = 60

const MAX_HEADERS = 64

export interface Ipv6Summary extends Ipv6Packet {
  version: number
  /** Where the addresses are. */
  src: number
  dst: number
  /** Bytes that the header had, where it is too short; else 40. */
  headerLength: number
  /** Bytes after the header, as it says; of a jumbogram what its option says, which leaves the header's own at 0. */
  payloadLength: number
  jumbogram: boolean
  /** A payload length of 0 without the option that would explain it. */
  lengthMissing: boolean
  hopLimit: number
  /** Whether the packet is a fragment, and then its offset in bytes and identification. */
  fragmented: boolean
  fragmentOffset: number
  moreFragments: boolean
  id: number
  /** The first thing that is no extension header. */
  protocol: number
  known: boolean
  /** What of a fragment leads to its datagram. */
  readonly fragment: FragmentSummary
  /** The extension headers met, by their numbers; the last may be incomplete. */
  readonly headers: Uint8Array
  headerCount: number
}
const summary = (): Ipv6Summary => ({
  version: 6,
  src: 0,
  dst: 0,
  headerLength: HEADER,
  payloadLength: 0,
  jumbogram: false,
  lengthMissing: false,
  hopLimit: 0,
  fragmented: false,
  fragmentOffset: 0,
  moreFragments: false,
  id: 0,
  protocol: 0,
  known: true,
  fragment: { id: 0, protocol: 0, offset: 0, length: 0, more: false, reassembledIn: 0 },
  headers: new Uint8Array(MAX_HEADERS),
  headerCount: 0,
})

export const ipv6 = protocol({
  name: 'Internet Protocol Version 6',
  short: 'IPv6',
  column: (s: Ipv6Summary) => (hasAuthentication(s) ? 'AH' : 'IPv6'),
  spec: 'RFC 8200',
  self: f.self,
  writes: ['ip'],
  under: { 'eth.type': 0x86dd, 'ip.proto': 41 },
  summary,

  dissect(d, s) {
    reset(s)
    d.appendLayer('')
    const start = d.pos
    if (!readVersion(d, s, start)) return
    const word = d.peek32()
    d.at(f.tclass, start, start + 4, word)
    if (d.showing) d.append(serviceBitsText((word >>> 20) & 0xff))
    d.at(f.flow, start + 1, start + 4, word)
    d.skip(4)
    const next = readPayloadLength(d, s)
    d.u8(f.nxt)
    s.hopLimit = d.u8(f.hlim)
    s.src = takeAddress(d, a.src.self, a.src_host)
    s.dst = takeAddress(d, a.dst.self, a.dst_host)
    d.endpoints(Address.IPv6, s.src, s.dst)
    if (d.showing) d.appendLayer(`, Src: ${ipv6Text(d.bytes, s.src)}, Dst: ${ipv6Text(d.bytes, s.dst)}`)
    if (d.wants(f.self)) addAddressDetails(d, s.src, s.dst)
    d.limit(s.payloadLength)
    readExtensions(d, s, next)
    d.upperProtocol = s.protocol
    if (!s.fragmented) upperLayer(d, s)
  },

  state: () => new Fragments(FRAGMENT_TIMEOUT),
  follow(d, s, fragments) {
    if (!s.fragmented) return
    const piece = s.fragment
    piece.id = s.id
    piece.offset = s.fragmentOffset
    piece.more = s.moreFragments
    if (followFragment(d, fragmentFields, piece, fragments) === Course.Piece) d.nextData()
    else {
      s.fragmented = false
      upperLayer(d, s)
    }
  },

  info(s, d) {
    if (s.version !== 6) return `Bogus IPv6 version (${s.version}, must be 6)`
    if (s.headerLength < HEADER) return `Invalid IPv6 header (${s.headerLength} bytes, need exactly 40)`
    if (s.fragmented) return fragmentText(s) + reassembledText(s.fragment)
    if (s.protocol === NO_NEXT_HEADER) return 'IPv6 no next header'
    if (!s.known) return `Unknown IP Protocol: ${ipProtocolName(s.protocol) || 'Unknown'} (${s.protocol})`
    return headersText(s, d)
  },
})

function upperLayer(d: Dissection, s: Ipv6Summary): void {
  s.known = d.knows(ipProtocols, s.protocol)
  if (s.known) d.nextEvenEmpty(ipProtocols, s.protocol)
  else d.nextData()
}

function reset(s: Ipv6Summary): void {
  s.version = 6
  s.headerLength = HEADER
  s.jumbogram = s.lengthMissing = s.fragmented = s.moreFragments = false
  s.known = true
  s.src = s.dst = s.payloadLength = s.hopLimit = s.fragmentOffset = s.id = s.protocol = s.headerCount = 0
}

/** Returns false when this is no IPv6 header, and says why. A header too short is read until it ends. */
function readVersion(d: Dissection, s: Ipv6Summary, start: number): boolean {
  const first = d.peek8()
  s.version = first >>> 4
  d.at(f.version, start, start + 1, first)
  if (s.version !== 6) {
    noteBelow(d, f.bogus_ipv6_version, 'Bogus IPv6 version')
    d.nextData()
    return false
  }
  s.headerLength = Math.min(HEADER, d.reported - start)
  if (s.headerLength < HEADER) d.note(f.invalid_header, 'IPv6 header must be exactly 40 bytes')
  return true
}

/** Reads the payload length, looking ahead to what explains a zero, and returns the next header's number. */
function readPayloadLength(d: Dissection, s: Ipv6Summary): number {
  const there = Math.max(0, d.reported - d.pos - (HEADER - 4))
  const next = d.peek8(2)
  const length = d.u16(f.plen)
  s.payloadLength = length
  if (length === 0 && next === HOP_BY_HOP) {
    s.payloadLength = jumboLength(d, d.pos + HEADER - 6)
    s.jumbogram = s.payloadLength > 0
    s.lengthMissing = !s.jumbogram
    if (s.lengthMissing) noteBelow(d, f.opt.jumbo.missing)
    else if (d.showing) d.append(' (Jumbogram)')
  } else if (length === 0 && next !== NO_NEXT_HEADER) noteBelow(d, f.plen_zero)
  if (s.payloadLength > there && !d.quoted && d.left >= HEADER - 6) {
    const text = d.wants(f.self) ? `IPv6 payload length exceeds framing length (${there} bytes)` : undefined
    noteBelow(d, f.plen_exceeds_framing, text)
  }
  return next
}

/** Walks the extension headers from number `first` on, as far as they can be followed. */
function readExtensions(d: Dissection, s: Ipv6Summary, first: number): void {
  let next = first
  while (!s.fragmented && isExtension(next)) {
    s.protocol = next
    if (s.headerCount < MAX_HEADERS) s.headers[s.headerCount++] = next
    next = readExtension(d, s, next)
  }
  s.protocol = next
}
const isExtension = (n: number): boolean =>
  n === HOP_BY_HOP || n === ROUTING || n === FRAGMENT || n === AUTHENTICATION || n === DESTINATION_OPTIONS

function readExtension(d: Dissection, s: Ipv6Summary, which: number): number {
  switch (which) {
    case HOP_BY_HOP:
      return d.within(hopByHop, s).next
    case ROUTING:
      return d.within(routing, s).next
    case DESTINATION_OPTIONS:
      return d.within(destinationOptions, s).next
    case AUTHENTICATION:
      return d.within(authentication, s).next
    default: {
      const h = d.within(fragment, s)
      s.fragmentOffset = h.offset
      s.moreFragments = h.more
      s.id = h.id
      s.fragmented = (h.more || h.offset > 0) && !s.jumbogram
      return h.next
    }
  }
}

const hasAuthentication = (s: Ipv6Summary): boolean => s.headers.subarray(0, s.headerCount).includes(AUTHENTICATION)

/** The Info column of a packet that ended in its extension headers. */
function headersText(s: Ipv6Summary, d: Dissection): string {
  const names = s.lengthMissing ? ['Invalid IPv6 payload length'] : []
  for (const number of s.headers.subarray(0, s.headerCount)) {
    if (number === HOP_BY_HOP) names.push('IPv6 hop-by-hop options')
    else if (number === DESTINATION_OPTIONS) names.push('IPv6 destination options')
    else if (number === ROUTING) names.push('IPv6 routing')
    else if (number === AUTHENTICATION) names.splice(0, names.length, authenticationText(d))
  }
  return names.join(' , ')
}
