/** Internet Control Message Protocol for IPv6, RFC 4443, with RFC 4884 and 8335; what rides in it lies in files beside. */
import {
  Address,
  bool,
  bytes,
  type Dissection,
  double,
  fields,
  framenum,
  note,
  protocol,
  protocolField,
  sumWords,
  uint8,
  uint16,
  uint32,
  warning,
} from '../src/dissect/index.js'
import { type Answer, Echoes, millisecondsSince, requestChecksum } from '../src/track/echo.js'
import { echoPayloads, echoStates } from './icmp.js'
import { extensions } from './icmp-extensions.js'
import { Icmpv6Type, icmpv6CodeName, icmpv6TypeName, icmpv6TypeNames, notImplemented } from './icmpv6-names.js'
import { neighborInfo, neighborMessage, noNeighbors } from './icmpv6-neighbors.js'
import { nodeInformation } from './icmpv6-node-information.js'
import { mld1, mldQuery, mldReport } from './mld.js'
import { ipProtocols } from './shared/ip-protocols.js'
import { checksumStatusNames, sumPseudoHeader } from './shared/pseudo-header.js'
import { verifyChecksum } from './shared/verified-checksum.js'

const NEXT_HEADER = 58
/** Where Teredo servers listen: an echo request below a datagram to it tests whether the other end can be reached. */
const TEREDO_PORT = 3544
const NONCE_LENGTH = 4
/** So many and more are no length in tshark, which reads the byte with a sign. */
const NO_UNITS = 0x80
/** A reply's first word less its request's: type 129 for type 128. */
const REPLY_LESS_REQUEST = 0x0100
const set = ['Set', 'Not set'] as const
const f = fields('icmpv6', {
  self: protocolField('Internet Control Message Protocol v6'),
  type: uint8('Type', { names: icmpv6TypeNames }),
  code: uint8('Code'),
  checksum: {
    self: uint16('Checksum', { base: 'hex' }),
    status: uint8('Checksum Status', { base: 'none', names: checksumStatusNames }),
  },
  checksum_bad: { expert: warning('Bad checksum', 'Checksum') },
  reserved: bytes('Reserved'),
  length: uint8('Length of original datagram', { about: 'In units of eight bytes (RFC 4884)' }),
  mtu: uint32('MTU'),
  pointer: uint32('Pointer'),
  echo: {
    identifier: uint16('Identifier', { base: 'hex' }),
    sequence_number: uint16('Sequence'),
  },
  nonce: bytes('Nonce'),
  resp_to: framenum('Response To'),
  resptime: double('Response Time', { unit: ' ms' }),
  ext: {
    echo: {
      seq: uint8('Sequence number', { base: 'dec_hex' }),
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
  mcast_ra: {
    query_interval: uint16('Query Interval'),
    robustness_variable: uint16('Robustness Variable'),
  },
  data: bytes('Data'),
  undecoded: { type: note('Undecoded type', 'Undecoded') },
})
const checksum = { checksum: f.checksum.self, status: f.checksum.status, bad: f.checksum_bad.expert }

const summary = () => ({
  type: -1,
  code: 0,
  checksum: 0,
  ident: 0,
  seq: 0,
  hopLimit: 0,
  /** It tests whether the other end of a Teredo tunnel can be reached (RFC 4380 section 5.2.9). */
  isTeredoTest: false,
  ...noNeighbors(),
})
type Summary = ReturnType<typeof summary>

export const icmpv6 = protocol({
  name: 'Internet Control Message Protocol v6',
  short: 'ICMPv6',
  column: (s) => (s.isTeredoTest ? 'Teredo' : 'ICMPv6'),
  spec: 'RFC 4443',
  self: f.self,
  writes: ['icmp'],
  under: { 'ip.proto': NEXT_HEADER },
  summary,

  dissect(d, s, known: Answer | null) {
    const start = d.pos
    s.type = -1
    s.code = s.ident = s.seq = 0
    s.target = s.source = s.destination = -1
    s.flags = 0
    s.hopLimit = d.addressKind === Address.IPv6 ? d.addressBytes[d.src - 1]! : 0
    s.isTeredoTest = false
    s.type = d.u8(f.type)
    s.isTeredoTest = s.type === Icmpv6Type.EchoRequest && d.dstPort === TEREDO_PORT
    s.code = d.u8(f.code)
    const meaning = d.showing ? icmpv6CodeName(s.type, s.code) : ''
    if (meaning !== '') d.append(` (${meaning})`)
    s.checksum = d.peek16()
    verifyChecksum(d, checksum, checksumSum(d, start), d.quoted ? ' [in ICMP error packet]' : ' [fragmented datagram]')
    message(d, s, known)
  },

  state: () => new Echoes(),
  track(echoes, s, d) {
    if (s.type === Icmpv6Type.EchoRequest && !s.isTeredoTest) return echoes.request(d, s.ident, s.seq, s.checksum)
    if (s.type === Icmpv6Type.EchoReply) {
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
    const name = s.isTeredoTest ? 'Direct IPv6 Connectivity Test' : icmpv6TypeName(s.type)
    if (s.type === Icmpv6Type.EchoRequest || s.type === Icmpv6Type.EchoReply) {
      const asked = known !== null && known.request !== 0 ? ` (request in ${known.request})` : ''
      return `${name} id=0x${s.ident.toString(16).padStart(4, '0')}, seq=${s.seq}, hop limit=${s.hopLimit}${asked}`
    }
    const meaning = icmpv6CodeName(s.type, s.code)
    return name + (meaning === '' ? neighborInfo(d, s, s.type) : ` (${meaning})`)
  },
})

const recalled: Answer = { request: 0 }

/** The request that this reply answers, and how long that took. */
function answer(d: Dissection, request: number): void {
  const took = millisecondsSince(d, request)
  d.generated(f.resp_to, request)
  d.generated(f.resptime, took)
  if (d.showing) d.caption(`Response Time: ${took.toFixed(3)} ms`)
}

/** The sum over the message and its pseudo-header (RFC 8200 section 8.1), -1 when it cannot be told. */
function checksumSum(d: Dissection, start: number): number {
  if (d.quoted || d.end < d.reported) return -1
  const pseudo = sumPseudoHeader(d, NEXT_HEADER, d.end - start)
  return pseudo < 0 ? -1 : sumWords(d.bytes, start, d.end, pseudo)
}

function message(d: Dissection, s: Summary, known: Answer | null): void {
  switch (s.type) {
    case Icmpv6Type.Unreachable:
    case Icmpv6Type.TimeExceeded: {
      const units = d.peek8()
      if (units !== 0) d.u8(f.length)
      d.take(f.reserved, units !== 0 ? 3 : 4)
      return quoteDatagram(d, units)
    }
    case Icmpv6Type.TooBig:
      d.u32(f.mtu)
      return quoteDatagram(d, 0)
    case Icmpv6Type.ParameterProblem:
      d.u32(f.pointer)
      return quoteDatagram(d, 0)
    case Icmpv6Type.EchoRequest:
    case Icmpv6Type.EchoReply:
      s.ident = d.u16(f.echo.identifier)
      s.seq = d.u16(f.echo.sequence_number)
      if (s.isTeredoTest) {
        d.take(f.nonce, NONCE_LENGTH)
        d.seek(d.end)
        return
      }
      if (known !== null && known.request !== 0) answer(d, known.request)
      if (d.left > 0) d.quote(echoPayloads, 0)
      return
    case Icmpv6Type.ListenerQuery:
      return mldQuery(d)
    case Icmpv6Type.ListenerReport:
    case Icmpv6Type.ListenerDone:
      return mld1(d)
    case Icmpv6Type.ListenerReport2:
      return mldReport(d)
    case Icmpv6Type.RouterSolicitation:
    case Icmpv6Type.RouterAdvertisement:
    case Icmpv6Type.NeighborSolicitation:
    case Icmpv6Type.NeighborAdvertisement:
    case Icmpv6Type.Redirect:
    case Icmpv6Type.InverseSolicitation:
    case Icmpv6Type.InverseAdvertisement:
      return neighborMessage(d, s, s.type)
    case Icmpv6Type.NodeQuery:
    case Icmpv6Type.NodeReply:
      return nodeInformation(d, s.type, s.code)
    case Icmpv6Type.MulticastRouterAdvertisement:
      d.u16(f.mcast_ra.query_interval)
      d.u16(f.mcast_ra.robustness_variable)
      return
    case Icmpv6Type.MulticastRouterSolicitation:
    case Icmpv6Type.MulticastRouterTermination:
      return
    case Icmpv6Type.ExtendedEchoRequest:
    case Icmpv6Type.ExtendedEchoReply:
      return extendedEcho(d, s.type)
    default:
      d.note(f.undecoded.type, notImplemented('Type', s.type))
      if (d.reportedLeft > 0) d.take(f.data, Math.max(d.left, 1))
  }
}

/**
 * As much of the packet in question as fits. With `units` of eight bytes said, extensions may follow them (RFC 4884); the
 * packet itself is read as far as there are bytes, as tshark does.
 */
function quoteDatagram(d: Dissection, units: number): void {
  const size = units * 8
  const extended = units > 0 && units < NO_UNITS && d.reportedLeft !== size
  const end = d.end
  const reported = d.reported
  const after = d.pos + size
  const version = d.peek8() >>> 4
  if (version === 6) d.quote(ipProtocols, 41)
  else d.quote(echoPayloads, 0)
  if (!extended) return
  d.end = end
  d.reported = reported
  if (after > reported) d.malformed()
  d.seek(after)
  if (extensions(d)) return
  d.seek(after)
  d.quote(echoPayloads, 0)
}

/** RFC 8335: asks a node whether an interface of it works. */
function extendedEcho(d: Dissection, type: number): void {
  const { seq, req, rsp } = f.ext.echo
  d.u16(f.echo.identifier)
  d.u8(seq)
  const p = d.pos
  const bits = d.peek8()
  d.skip(1)
  if (type === Icmpv6Type.ExtendedEchoRequest) {
    d.at(req.res, p, p + 1, bits)
    d.at(req.local, p, p + 1, bits)
    if (d.left > 0) extensions(d)
    return
  }
  d.at(rsp.state, p, p + 1, bits)
  d.at(rsp.res, p, p + 1, bits)
  d.at(rsp.active, p, p + 1, bits)
  d.at(rsp.ipv4, p, p + 1, bits)
  d.at(rsp.ipv6, p, p + 1, bits)
}
