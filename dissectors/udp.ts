/** User Datagram Protocol, RFC 768; jumbograms RFC 2675. */
import {
  Address,
  bytes,
  chat,
  type Dissection,
  error,
  fields,
  group,
  preference,
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
import { UdpStreams } from '../src/track/udp.js'
import { noteBelow } from './shared/note-below.js'
import { portsCaption, writePorts } from './shared/port-text.js'
import { ChecksumStatus, checksumStatusNames, sumPseudoHeader } from './shared/pseudo-header.js'
import { streamTimes } from './shared/stream-times.js'
import { judgeChecksum, statusOf } from './shared/verified-checksum.js'

export const udpPorts = table('udp.port')

const checkChecksum = preference('udp.check_checksum', false, 'Validate the UDP checksum if possible')

const port = uint16('Source or Destination Port', { port: 'udp' })
const f = fields('udp', {
  self: protocolField('User Datagram Protocol'),
  srcport: uint16('Source Port', { port: 'udp', also: [port] }),
  dstport: uint16('Destination Port', { port: 'udp', also: [port] }),
  port,
  stream: uint32('Stream index'),
  length: {
    self: uint16('Length', { about: 'Length of header and payload, in bytes' }),
    bad: error('Bad length value', 'Malformed'),
    bad_zero: warning('Length is zero but payload < 65536', 'Protocol'),
  },
  checksum: {
    self: uint16('Checksum', { base: 'hex' }),
    status: uint8('Checksum Status', { base: 'none', names: checksumStatusNames }),
    zero: error('Illegal checksum value (0)', 'Checksum'),
    bad: error('Bad checksum', 'Checksum'),
  },
  checksum_calculated: uint16('Calculated Checksum', { base: 'hex' }),
  _timestamps: group('Timestamps'),
  time_relative: reltime('Time since first frame'),
  time_delta: reltime('Time since previous frame'),
  possible_traceroute: chat('Possible traceroute', 'Sequence'),
  payload: bytes('Payload'),
})

/** What the length field says of itself. */
const Length = { NoPorts: -1, Unread: 0, Good: 1, TooShort: 2, TooLong: 3, Jumbo: 4 } as const

const summary = () => ({
  srcport: 0,
  dstport: 0,
  length: 0,
  lengthIs: 0 as number,
  illegalChecksum: false,
  /** The header was read. */
  read: false,
})
type Summary = ReturnType<typeof summary>

/** What is known of a datagram once its stream was tracked; packet numbers count from 1, 0 for none. */
interface Known {
  stream: number
  first: number
  previous: number
}
const recalled: Known = { stream: 0, first: 0, previous: 0 }

export const udp = protocol({
  name: 'User Datagram Protocol',
  short: 'UDP',
  column: (s) => (s.lengthIs === Length.NoPorts ? 'IPv4' : 'UDP'),
  spec: 'RFC 768',
  self: f.self,
  plain: ['udp.srcport', 'udp.dstport', 'udp.port', 'udp.length', 'udp.checksum', 'udp.payload'],
  under: { 'ip.proto': 17 },
  summary,

  dissect(d, s, known: Known | null) {
    const start = d.pos
    const carried = d.reported - start
    s.srcport = s.dstport = s.length = 0
    s.lengthIs = Length.NoPorts
    s.illegalChecksum = s.read = false
    if (d.left < 4 && d.addressKind === Address.IPv6) d.leaveColumns()
    const ports = d.peek32()
    s.srcport = d.srcPort = ports >>> 16
    s.dstport = d.dstPort = ports & 0xffff
    s.lengthIs = Length.Unread
    if (d.showing) d.captionLayer(`User Datagram Protocol, ${portsCaption(d, 'udp', s.srcport, s.dstport)}`)
    d.u16(f.srcport)
    if (mayBeTraceroute(s.srcport)) noteTraceroute(d, s.srcport)
    d.u16(f.dstport)
    if (mayBeTraceroute(s.dstport)) noteTraceroute(d, s.dstport)
    s.length = d.u16(f.length.self)
    checkLength(d, s, carried)
    const found = d.u16(f.checksum.self)
    s.illegalChecksum = found === 0 && d.addressKind === Address.IPv6
    s.read = true
    const judged = d.wants(f.checksum.status) || d.wants(f.checksum.bad) || d.prefers(checkChecksum) !== 0
    if (judged || s.illegalChecksum) verify(d, found, s.length)
    if (known !== null && d.recording) {
      d.generated(f.stream, known.stream)
      if (s.length > 8 && !d.quoted)
        streamTimes(d, f._timestamps, f.time_relative, f.time_delta, known.first, known.previous)
    }
    const payload = s.length - 8
    if (payload <= 0) return
    if (d.reported > d.pos) d.peek8()
    if (d.left > 0 && d.wants(f.payload)) {
      const shown = Math.min(payload, d.left)
      d.spanAt(f.payload, d.pos, d.end)
      if (d.showing) d.caption(`UDP payload (${shown} byte${shown === 1 ? '' : 's'})`)
    }
    d.limit(payload)
    d.nextByPort(udpPorts, s.srcport, s.dstport)
  },

  state: () => new UdpStreams(),
  track(streams, s, d) {
    streams.datagram(s.srcport, s.dstport, d)
    return 0
  },
  trackCut: (s) => s.read,
  trackQuoted(streams, s, d) {
    streams.quoted(s.srcport, s.dstport, d)
    return 0
  },
  recall(streams, conversation, _facts, d): Known {
    recalled.stream = conversation
    recalled.first = streams.conversations.firstOf(conversation)
    recalled.previous = d.previous
    return recalled
  },

  info(s, d, _known, line) {
    if (s.lengthIs === Length.NoPorts) return ''
    writePorts(line, d, 'udp', s.srcport, s.dstport)
    if (s.lengthIs === Length.Unread) return ''
    if (s.lengthIs === Length.TooShort) return ` [BAD UDP LENGTH ${s.length} < 8]`
    const tooLong = s.lengthIs === Length.TooLong ? ` [BAD UDP LENGTH ${s.length} > IP PAYLOAD LENGTH]` : ''
    const jumbo = s.lengthIs === Length.Jumbo ? ' [Jumbogram]' : ''
    const illegal = s.illegalChecksum ? ' [ILLEGAL CHECKSUM (0)]' : ''
    return `${tooLong} Len=${s.length - 8}${jumbo}${illegal}`
  },
})

/** Compares the length just read with what IP carried; RFC 2675 section 4 says what a zero means over IPv6. */
function checkLength(d: Dissection, s: Summary, carried: number): void {
  if (s.length === 0 && d.addressKind === Address.IPv6) {
    s.lengthIs = Length.Jumbo
    s.length = carried
    if (carried < 65536) noteBelow(d, f.length.bad_zero)
  } else if (s.length < 8) {
    s.lengthIs = Length.TooShort
    if (d.showing) d.append(' (bogus, must be >= 8)')
    d.enter()
    d.stop(f.length.bad, `Bad length value ${s.length} < 8`)
  } else if (s.length > carried && !d.quoted) {
    s.lengthIs = Length.TooLong
    if (d.showing) d.append(` (bogus, payload length ${carried})`)
    noteBelow(d, f.length.bad, `Bad length value ${s.length} > IP payload length`)
  } else s.lengthIs = Length.Good
}

/** Says what the checksum just read is worth. The whole datagram must have been captured to verify it. */
function verify(d: Dissection, found: number, length: number): void {
  const start = d.pos - 8
  const at = d.pos - 2
  if (found === 0) {
    const illegal = d.addressKind === Address.IPv6
    if (d.showing) d.append(illegal ? ' [zero-value illegal]' : ' [zero-value ignored]')
    if (illegal) noteBelow(d, f.checksum.zero)
    d.enter()
    status(d, illegal ? ChecksumStatus.Illegal : ChecksumStatus.NotPresent, at, d.pos)
    d.leave()
    return
  }
  const whole = !d.quoted && start + length <= d.end
  const pseudo = whole && d.prefers(checkChecksum) ? sumPseudoHeader(d, 17, length) : -1
  if (pseudo < 0) {
    if (d.showing) d.append(' [unverified]')
    status(d, ChecksumStatus.Unverified, at, at)
    return
  }
  const sum = sumWords(d.bytes, start, start + length, pseudo)
  const right = judgeChecksum(d, f.checksum.bad, sum, found, ' (maybe caused by "UDP checksum offload"?)')
  d.enter()
  d.at(f.checksum_calculated, at, d.pos, right)
  d.markGenerated()
  d.leave()
  status(d, statusOf(found, right), at, at)
}

function status(d: Dissection, value: number, start: number, end: number): void {
  d.at(f.checksum.status, start, end, value)
  if (d.showing) d.caption(`Checksum Status: ${checksumStatusNames[value as 0]}`)
  d.markGenerated()
}

/** Traceroute counts its probes in the port, three for each hop. */
const FIRST_PROBE = 33435
const mayBeTraceroute = (p: number): boolean => p >= FIRST_PROBE && p < FIRST_PROBE + 30

function noteTraceroute(d: Dissection, p: number): void {
  const probe = p - FIRST_PROBE
  const hop = Math.floor(probe / 3) + 1
  noteBelow(d, f.possible_traceroute, `Possible traceroute: hop #${hop}, attempt #${(probe % 3) + 1}`)
}
