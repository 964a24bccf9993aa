/** Internet Control Message Protocol, RFC 792, with RFC 950, 1191, 1256, 4884 and 8335. */
import {
  Address,
  bool,
  bytes,
  abstime,
  type Dissection,
  double,
  fields,
  framenum,
  ipv4,
  protocol,
  protocolField,
  reltime,
  sumWords,
  table,
  uint8,
  uint16,
  uint32,
  warning,
} from '../src/dissect/index.js'
import { type Answer, Echoes, millisecondsSince, requestChecksum } from '../src/track/echo.js'
import { extensions } from './icmp-extensions.js'
import { icmpCodeName, icmpTypeName, isAgentAdvertisement } from './icmp-names.js'
import { routerAdvertisement } from './icmp-router-discovery.js'
import { durationText } from './shared/duration.js'
import { ipProtocols } from './shared/ip-protocols.js'
import { checksumStatusNames } from './shared/pseudo-header.js'
import { verifyChecksum } from './shared/verified-checksum.js'

/** What an echo carries: nobody registers here, so it is data. */
export const echoPayloads = table('icmp.payload', 1)

export const IcmpType = {
  EchoReply: 0,
  Unreachable: 3,
  SourceQuench: 4,
  Redirect: 5,
  EchoRequest: 8,
  RouterAdvertisement: 9,
  TimeExceeded: 11,
  ParameterProblem: 12,
  TimestampRequest: 13,
  TimestampReply: 14,
  InformationRequest: 15,
  InformationReply: 16,
  MaskRequest: 17,
  MaskReply: 18,
  ExtendedEchoRequest: 42,
  ExtendedEchoReply: 43,
} as const

const set = ['Set', 'Not set'] as const
export const echoStates = {
  0: 'Reserved',
  1: 'Incomplete',
  2: 'Reachable',
  3: 'Stale',
  4: 'Delay',
  5: 'Probe',
  6: 'Failed',
} as const

const f = fields('icmp', {
  self: protocolField('Internet Control Message Protocol'),
  type: uint8('Type'),
  code: uint8('Code'),
  checksum: {
    self: uint16('Checksum', { base: 'hex' }),
    status: uint8('Checksum Status', { base: 'none', names: checksumStatusNames }),
  },
  checksum_bad: warning('Bad checksum', 'Checksum'),
  unused: bytes('Unused'),
  length: {
    self: uint8('Length'),
    original_datagram: uint8('Length of original datagram'),
  },
  ident: uint16('Identifier (BE)', { base: 'dec_hex' }),
  ident_le: uint16('Identifier (LE)', { base: 'dec_hex' }),
  seq: uint16('Sequence Number (BE)', { base: 'dec_hex' }),
  seq_le: uint16('Sequence Number (LE)', { base: 'dec_hex' }),
  mtu: uint16('MTU of next hop'),
  pointer: uint32('Pointer'),
  redir_gw: ipv4('Gateway Address'),
  address_mask: ipv4('Address Mask'),
  originate_timestamp: uint32('Originate Timestamp'),
  receive_timestamp: uint32('Receive Timestamp'),
  transmit_timestamp: uint32('Transmit Timestamp'),
  resp_to: framenum('Request frame'),
  resptime: double('Response time', { unit: ' ms' }),
  data_time: abstime('Timestamp from icmp data'),
  data_time_relative: reltime('Timestamp from icmp data (relative)'),
  ext: {
    echo: {
      seq: uint8('Sequence Number', { base: 'dec_hex' }),
      req: {
        res: uint8('Reserved', { base: 'hex', mask: 0xfe }),
        local: bool('Local bit', 8, { mask: 1, truth: set }),
      },
      rsp: {
        state: uint8('State', { mask: 0xe0, names: echoStates }),
        res: uint8('Reserved', { base: 'hex', mask: 0x18 }),
        active: bool('Active bit', 8, { mask: 4, truth: set }),
        ipv4: bool('IPv4 bit', 8, { mask: 2, truth: set }),
        ipv6: bool('IPv6 bit', 8, { mask: 1, truth: set }),
      },
    },
  },
})
const checksum = { checksum: f.checksum.self, status: f.checksum.status, bad: f.checksum_bad }

const summary = () => ({ type: -1, code: 0, checksum: 0, ident: 0, seq: 0, ttl: 0 })
type Summary = ReturnType<typeof summary>

/** Where the length of a quoted datagram stands (RFC 4884). Without this byte, tshark shows nothing of a message. */
const LENGTH_OF_QUOTE = 5
const UNREAD = -1
/** A reply's first word less its request's: type 0 for type 8. */
const REPLY_LESS_REQUEST = -0x0800

export const icmp = protocol({
  name: 'Internet Control Message Protocol',
  short: 'ICMP',
  spec: 'RFC 792',
  self: f.self,
  under: { 'ip.proto': 1 },
  summary,

  dissect(d, s, known: Answer | null) {
    s.type = -1
    const start = d.pos
    // Whatever the type: in a redirect, it is part of an address.
    const words = d.peek8(LENGTH_OF_QUOTE)
    const type = d.u8(f.type)
    const code = d.peek8()
    if (d.showing) d.append(` (${icmpTypeName(type, code)})`)
    d.u8(f.code)
    const meaning = d.showing ? icmpCodeName(type, code) : ''
    if (meaning !== '') d.append(` (${meaning})`)
    s.checksum = d.peek16()
    const sum = d.quoted || d.end < d.reported ? -1 : sumWords(d.bytes, start, d.end)
    verifyChecksum(d, checksum, sum, d.quoted ? ' [in ICMP error packet]' : ' [fragmented datagram]')
    s.type = type
    s.code = code
    s.ident = UNREAD
    s.seq = 0
    s.ttl = d.addressKind === Address.IPv4 ? d.addressBytes[d.src - 4]! : 0

    switch (type) {
      case IcmpType.EchoReply:
      case IcmpType.EchoRequest:
        identify(d, s)
        if (known !== null && known.request !== 0) answer(d, known.request)
        return echoData(d)
      case IcmpType.Unreachable:
      case IcmpType.TimeExceeded:
      case IcmpType.ParameterProblem:
        errorHeader(d, type, code)
        return quoteDatagram(d, words)
      case IcmpType.Redirect:
        d.take(f.redir_gw, 4)
        return quoteDatagram(d, words, REDIRECTED)
      case IcmpType.SourceQuench:
        d.skip(4)
        return quoteDatagram(d, words)
      case IcmpType.RouterAdvertisement:
        if (routerAdvertisement(d, isAgentAdvertisement(type, code))) d.quote(echoPayloads, 0)
        return
      case IcmpType.TimestampRequest:
      case IcmpType.TimestampReply:
        identify(d, s)
        timestamp(d, f.originate_timestamp)
        timestamp(d, f.receive_timestamp)
        timestamp(d, f.transmit_timestamp)
        return
      case IcmpType.InformationRequest:
      case IcmpType.InformationReply:
        return identify(d, s)
      case IcmpType.MaskRequest:
      case IcmpType.MaskReply:
        identify(d, s)
        d.take(f.address_mask, 4)
        return
      case IcmpType.ExtendedEchoRequest:
      case IcmpType.ExtendedEchoReply:
        return extendedEcho(d, type)
    }
  },

  state: () => new Echoes(),
  track(echoes, s, d) {
    if (s.type === IcmpType.EchoRequest) return echoes.request(d, s.ident, s.seq, s.checksum)
    if (s.type === IcmpType.EchoReply) {
      return echoes.reply(d, s.ident, s.seq, requestChecksum(s.checksum, REPLY_LESS_REQUEST))
    }
    echoes.message(d, 0)
    return 0
  },
  recall(_echoes, _conversation, facts) {
    recalled.request = facts
    return recalled
  },

  info(s, d, known) {
    if (s.type < 0) return ''
    const name = icmpTypeName(s.type, s.code).padEnd(20)
    switch (s.type) {
      case IcmpType.EchoReply:
      case IcmpType.EchoRequest:
      case IcmpType.TimestampRequest:
      case IcmpType.TimestampReply:
      case IcmpType.InformationRequest:
      case IcmpType.InformationReply:
      case IcmpType.MaskRequest:
      case IcmpType.MaskReply: {
        if (s.ident === UNREAD) return name
        const ttl = d.addressKind === Address.IPv4 ? `, ttl=${s.ttl}` : ''
        const asked = known !== null && known.request !== 0 ? ` (request in ${known.request})` : ''
        return `${name} id=0x${s.ident.toString(16).padStart(4, '0')}, seq=${s.seq}/${swapped(s.seq)}${ttl}${asked}`
      }
    }
    const meaning = icmpCodeName(s.type, s.code)
    return meaning === '' ? name : `${name} (${meaning})`
  },
})

const recalled: Answer = { request: 0 }

/** The request that this reply answers, and how long that took. */
function answer(d: Dissection, request: number): void {
  const took = millisecondsSince(d, request)
  d.generated(f.resp_to, request)
  d.generated(f.resptime, took)
  if (d.showing) d.caption(`Response time: ${took.toFixed(3)} ms`)
}

const swapped = (v: number): number => ((v & 0xff) << 8) | (v >>> 8)

/** Identifier and sequence number. Some systems write them in their own byte order, so both readings are shown. */
function identify(d: Dissection, s: Summary): void {
  const p = d.pos
  const ident = d.u16(f.ident)
  d.at(f.ident_le, p, p + 2, swapped(ident))
  s.seq = d.u16(f.seq)
  s.ident = ident
  d.at(f.seq_le, p + 2, p + 4, swapped(s.seq))
}

/** The word before a quoted datagram. It may say how many 4-byte words of it there are (RFC 4884). */
function errorHeader(d: Dissection, type: number, code: number): void {
  const words = d.peek8(1)
  const hasMtu = type === IcmpType.Unreachable && code === 4
  if (type === IcmpType.ParameterProblem) d.u8(f.pointer)
  else if (words !== 0) d.take(f.unused, 1)
  if (words !== 0) {
    d.u8(f.length.self)
    d.generated(f.length.original_datagram, words * 4)
  }
  if (hasMtu) {
    if (words === 0) d.take(f.unused, 2)
    d.u16(f.mtu)
  } else d.take(f.unused, words !== 0 ? 2 : type === IcmpType.ParameterProblem ? 3 : 4)
}

/** Bytes before the extensions where nothing says how many there are. */
const UNSAID_QUOTE = 128
const IPV4 = 4
/** What a redirect shows of the datagram behind its header. */
const REDIRECTED = 8

/**
 * The datagram that this message is about, of which `words` of four bytes are said to be there, 0 when it is not said;
 * then extensions, if the datagram is short enough to leave room for them: behind what is said, or 128 bytes. Only
 * `payload` bytes behind the datagram's header are shown, 0 for all; tshark takes for them what is said of the whole.
 */
function quoteDatagram(d: Dissection, words: number, payload = words * 4): void {
  if (d.reportedLeft === 0) return
  const end = d.end
  const reported = d.reported
  const size = words * 4
  const extended = d.reportedLeft > UNSAID_QUOTE && d.peek16(2) <= UNSAID_QUOTE
  const after = d.pos + (size || UNSAID_QUOTE)
  if (payload !== 0) d.limit((d.peek8() & 15) * 4 + payload)
  d.quote(ipProtocols, IPV4)
  if (!extended) return
  d.end = end
  d.reported = reported
  if (after > reported) d.malformed()
  d.seek(after)
  extensions(d)
}

/** `ping` begins its data with the time of sending, in either byte order; believed when it is less than a day off. */
function echoData(d: Dissection): void {
  const p = d.pos
  if (d.left >= 8) {
    const seconds = d.peek32()
    const micros = d.peek32(4)
    const secondsLe = swapped32(seconds)
    const microsLe = swapped32(micros)
    const isBig = isNear(d, seconds, micros)
    if (isBig || isNear(d, secondsLe, microsLe)) {
      if (isBig) dataTime(d, p, seconds, nanosOf(micros))
      else dataTime(d, p, secondsLe, nanosOf(microsLe))
      d.skip(8)
    }
  }
  if (d.left > 0) d.quote(echoPayloads, 0)
}

const swapped32 = (v: number): number =>
  (((v & 0xff) << 24) | ((v & 0xff00) << 8) | ((v >>> 8) & 0xff00) | (v >>> 24)) >>> 0

/** As 32 bits with a sign, which is all that tshark gives them: what are no microseconds may turn out negative. */
const nanosOf = (micros: number): number => Math.imul(micros, 1000)

/** Is it a time less than a day before or after the packet's? */
const isNear = (d: Dissection, seconds: number, micros: number): boolean =>
  (micros | 0) < 1e6 && Math.abs(d.packet.seconds - seconds + (d.packet.nanoseconds - nanosOf(micros)) / 1e9) < 86400

function dataTime(d: Dissection, p: number, seconds: number, nanos: number): void {
  d.timeAt(f.data_time, p, p + 8, seconds, nanos)
  const ahead = d.packet.nanoseconds - nanos
  const carry = Math.floor(ahead / 1e9)
  d.timeAt(f.data_time_relative, p, p + 8, d.packet.seconds - seconds + carry, ahead - carry * 1e9)
  d.markGenerated()
}

const DAY = 86_400_000

/**
 * Milliseconds since midnight UTC; the highest bit says that it is something else. Some systems write it in their own
 * byte order: the words on the line are those of the reading that comes first after the packet's own time of day.
 */
function timestamp(d: Dissection, field: typeof f.originate_timestamp): void {
  const value = d.u32(field)
  if (!d.showing) return
  const big = value & 0x7fffffff
  const little = swapped32(value) & 0x7fffffff
  const now = (d.packet.seconds % 86400) * 1000 + Math.floor(d.packet.nanoseconds / 1e6)
  const wait = (ms: number): number => (ms < DAY ? (ms - now + DAY) % DAY : Infinity)
  const best = wait(little) < wait(big) || (big >= DAY && little < big) ? little : big
  d.append(` (${durationText(best)} after midnight UTC)`)
}

/** RFC 8335: asks a node whether an interface of it works. */
function extendedEcho(d: Dissection, type: number): void {
  const p = d.pos
  const ident = d.u16(f.ident)
  d.at(f.ident_le, p, p + 2, swapped(ident))
  d.u8(f.ext.echo.seq)
  const bits = d.peek8()
  const { req, rsp } = f.ext.echo
  if (type === IcmpType.ExtendedEchoRequest) {
    d.at(req.res, d.pos, d.pos + 1, bits)
    d.at(req.local, d.pos, d.pos + 1, bits)
    d.skip(1)
    if (d.left > 0) extensions(d)
    return
  }
  d.at(rsp.state, d.pos, d.pos + 1, bits)
  d.at(rsp.res, d.pos, d.pos + 1, bits)
  d.at(rsp.active, d.pos, d.pos + 1, bits)
  d.at(rsp.ipv4, d.pos, d.pos + 1, bits)
  d.at(rsp.ipv6, d.pos, d.pos + 1, bits)
  d.skip(1)
}
