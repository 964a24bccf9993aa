/** Transmission Control Protocol, RFC 9293. */
import {
  Address,
  bytes,
  type Dissection,
  error,
  fields,
  group,
  int32,
  note,
  phrase,
  preference,
  protocol,
  protocolField,
  reltime,
  type TextBuffer,
  uint8,
  uint16,
  uint32,
} from '../src/dissect/index.js'
import { Streams } from '../src/track/streams.js'
import { Fact, Reached, TcpConnections } from '../src/track/tcp.js'
import { Finding } from '../src/track/tcp-analysis.js'
import { TcpFlag } from '../src/track/tcp-flags.js'
import { Scale } from '../src/track/tcp-rows.js'
import type { TcpStates } from '../src/track/tcp-state.js'
import { noteBelow } from './shared/note-below.js'
import { portsCaption, writePorts } from './shared/port-text.js'
import { streamTimes } from './shared/stream-times.js'
import { type Analysed, analysisInfo, showAnalysis } from './tcp-analysis.js'
import { readChecksum } from './tcp-checksum.js'
import { infoFlags, noteReset, showFlags } from './tcp-flags.js'
import { noteShort, type Numbered, relativeNumbers, showCutNumber, showNumbers } from './tcp-numbers.js'
import { Ended, readOptions } from './tcp-options.js'
import { writeOptions } from './tcp-options-info.js'
import { showState } from './tcp-state.js'
import { findUnusual, Unusual } from './tcp-unusual-options.js'
import { tcpPorts } from './tcp-protocol.js'
import { followStream, previewText, type StreamContext, StreamCursor, streamPart } from './tcp-stream.js'

const segmentLifetime = preference(
  'tcp.msl',
  60,
  'Maximum segment lifetime in seconds: TIME-WAIT is taken to last twice as long',
)
const floodLimit = preference(
  'tcp.syn_flood_limit',
  256,
  'Half-open connections of one server above which a SYN flood is suspected, 0 for never',
)
const limits = { msl: 0, halfOpen: 0 }

const port = uint16('Source or Destination Port', { port: 'tcp' })
const f = fields('tcp', {
  self: protocolField('Transmission Control Protocol'),
  srcport: uint16('Source Port', { port: 'tcp', also: [port] }),
  dstport: uint16('Destination Port', { port: 'tcp', also: [port] }),
  port,
  hdr_len: uint8('Header Length', { about: 'Length of the header with its options, in bytes' }),
  window_size_value: uint16('Window', { about: 'The window as it stands in the header' }),
  window_size: uint32('Calculated window size', { about: 'The window, scaled where scaling is in use' }),
  window_size_scalefactor: int32('Window size scaling factor', {
    about: 'What windows are multiplied by (-1 when unknown, -2 when no scaling is used)',
  }),
  urgent_pointer: {
    self: uint16('Urgent Pointer'),
    non_zero: note('The urgent pointer field is nonzero while the URG flag is not set', 'Protocol'),
  },
  _timestamps: group('Timestamps'),
  time_relative: reltime('Time since first frame in this TCP stream'),
  time_delta: reltime('Time since previous frame in this TCP stream'),
  payload: bytes('TCP payload'),
  bogus_header_length: error('Bogus TCP Header length', 'Protocol'),
})

/** What is known of a segment once its connection was tracked. Packets count from 1; 0 is none. */
interface Known extends Analysed, Numbered {
  states: TcpStates | null
  change: number
  scale: number
  /** The ends have agreed on Accurate ECN: three flags are a counter. */
  accurate: boolean
  /** First packet of the connection, the one before this and the latest. */
  first: number
  previous: number
  latest: number
  /** Whether this direction closed first. */
  closedFirst: boolean
}

const summary = () => ({
  srcport: 0,
  dstport: 0,
  seq: 0,
  ack: 0,
  flags: 0,
  window: 0,
  urgent: 0,
  /** Window scale shift of this segment's option, -1 for none. */
  scale: -1,
  payload: 0,
  options: 0,
  optionsEnd: 0,
  /** There is a Multipath TCP option. */
  multipath: false,
  /** Bytes of the header with its options, by its own account. */
  header: 0,
  /** The ports were there. */
  ports: false,
  /** How far this header could be read: the rest may be cut or wrong. */
  read: Reached.Nothing as number,
  cursor: new StreamCursor(),
})
export type TcpSummary = ReturnType<typeof summary>

export const tcp = protocol({
  name: 'Transmission Control Protocol',
  short: 'TCP',
  column: (s, d) => (s.multipath ? 'MPTCP' : s.ports ? 'TCP' : d.addressKind === Address.IPv6 ? 'IPv6' : 'IPv4'),
  spec: 'RFC 9293',
  self: f.self,
  late: ['tcp.segment', 'tcp.reassembled', 'tcp.pdu', 'tcp.gap', 'tcp.overlap', 'tcp.after_end'],
  plain: [
    'tcp.srcport',
    'tcp.dstport',
    'tcp.port',
    'tcp.len',
    'tcp.seq_raw',
    'tcp.ack_raw',
    'tcp.hdr_len',
    'tcp.flags',
    'tcp.window_size_value',
    'tcp.checksum',
    'tcp.urgent_pointer',
    'tcp.payload',
  ],
  carries: ['tcp.port', 'media_type'],
  under: { 'ip.proto': 6 },
  summary,

  dissect(d, s, known: Known | null) {
    const start = d.pos
    s.flags = s.payload = s.options = s.optionsEnd = s.urgent = s.window = s.seq = s.ack = 0
    s.scale = -1
    s.read = Reached.Nothing
    s.ports = s.multipath = false
    s.srcport = s.dstport = 0
    d.peek32()
    s.srcport = d.srcPort = d.u16(f.srcport)
    s.dstport = d.dstPort = d.u16(f.dstport)
    s.ports = true
    if (d.showing) d.captionLayer(`Transmission Control Protocol, ${portsCaption(d, 'tcp', s.srcport, s.dstport)}`)
    s.seq = d.peek32()
    if (d.quoted && d.left < 16) {
      showCutNumber(d, s)
      return
    }
    s.ack = d.peek32(4)
    const lengthAndFlags = d.peek16(8)
    const header = (s.header = (lengthAndFlags >>> 12) * 4)
    s.flags = lengthAndFlags & 0xfff
    s.payload = Math.max(start + header > d.reported ? 0 : d.reported - start - header, 0)
    s.window = d.peek16(10)
    s.read = header < 20 ? Reached.Numbers : start + header > d.reported ? Reached.Short : Reached.Header
    if (d.wants(f.self)) showNumbers(d, s, known, start)
    else if (s.read === Reached.Short) noteShort(d)
    d.pos = start + 12
    d.at(f.hdr_len, start + 12, start + 13, header)
    if (d.showing)
      d.caption(
        `${(header >>> 2).toString(2).padStart(4, '0')} .... = Header Length: ${header} bytes (${header >>> 2})`,
      )
    if (header < 20) tooShort(d, header)
    if (d.wants(f.self)) showFlags(d, s, known, start + 12)
    else if (s.flags & TcpFlag.Rst) noteReset(d)
    d.pos = start + 14
    s.window = d.u16(f.window_size_value)
    if (known !== null) windows(d, s, known)
    readChecksum(d, start, d.wants(f.self))
    s.urgent = d.u16(f.urgent_pointer.self)
    if (s.urgent !== 0 && !(s.flags & TcpFlag.Urg)) noteBelow(d, f.urgent_pointer.non_zero)
    s.options = d.pos
    s.optionsEnd = start + header
    if (known !== null && s.optionsEnd > d.end && d.wants(f.self)) times(d, known)
    if (s.optionsEnd > s.options) {
      bearer.syn = (s.flags & TcpFlag.Syn) !== 0
      bearer.ack = s.flags & TcpFlag.Ack ? s.ack : -1
      const unusual = findUnusual(d.bytes, s.options, d.end, s.optionsEnd, bearer)
      s.multipath = (unusual & Unusual.Multipath) !== 0
      const short = s.read === Reached.Short
      if (bearer.syn || unusual !== 0 || short || d.wants(f.self)) {
        context.unusual = unusual !== 0 || short
        context.flags = s.flags
        context.ackBase = known?.ackBase ?? 0
        context.ack = short || !(s.flags & TcpFlag.Ack) ? s.ack : (s.ack - context.ackBase) >>> 0
        context.relative = known !== null && d.prefers(relativeNumbers) !== 0
        s.scale = readOptions(d, s.optionsEnd, context)
        if (context.ended === Ended.Malformed) {
          if (known !== null && s.optionsEnd <= d.end && d.wants(f.self)) times(d, known)
          s.optionsEnd = context.endedAt
          d.malformed()
        }
      }
      // Cut before its options end, wherever they say that is.
      if (d.end < d.reported && s.optionsEnd > d.end) d.peek8(d.left)
      d.seek(s.optionsEnd)
    }
    if (s.read === Reached.Header) s.read = Reached.Options
    if (known !== null && d.wants(f.self)) {
      times(d, known)
      showAnalysis(d, known)
      if (known.states !== null) showState(d, known.states, known)
    }
    if (s.payload > 0 && d.left > 0 && !(s.flags & TcpFlag.Rst) && d.wants(f.payload)) {
      d.spanAt(f.payload, d.pos, d.end)
      if (d.showing) d.caption(`TCP payload (${d.left} byte${d.left === 1 ? '' : 's'})`)
    }
  },

  state: () => new TcpConnections(),
  track(connections, s, d) {
    limits.msl = d.prefers(segmentLifetime)
    limits.halfOpen = d.prefers(floodLimit)
    return connections.segment(s, d, limits)
  },
  trackCut: (s) => s.read !== Reached.Nothing,
  trackQuoted: (connections, s, d) => (s.read === Reached.Nothing ? null : connections.quoted(s, d)),
  recall: (connections, conversation, facts, d): Known => {
    const c = connections
    const k = recalled
    const relative = d.prefers(relativeNumbers) !== 0
    k.base = relative ? c.baseOf(conversation, d.forward) : 0
    k.ackBase = relative ? c.baseOf(conversation, !d.forward) : 0
    k.scale = ((facts & Fact.ScaleMask) >>> Fact.ScaleShift) - 2
    k.accurate = (facts & Fact.AccurateMask) === Fact.AccurateMask
    k.findings = facts & Fact.FindingMask
    k.reference = k.duplicates = 0
    // Info needs no more, and the list is made of it.
    if (!d.recording && (facts & Finding.DuplicateAck) === 0) return k
    k.states = c.states
    k.stream = conversation
    k.completeness = (facts & Fact.CompleteMask) >>> Fact.CompleteShift
    k.dataTaken = (facts & Fact.AccurateMask) === Fact.DataTaken
    k.dataIgnored = (facts & Fact.AccurateMask) === Fact.DataIgnored
    k.first = c.conversations.firstOf(conversation)
    k.previous = d.previous
    k.latest = c.conversations.latestOf(conversation)
    k.closedFirst = c.closedFirst(conversation, d.forward)
    c.recall(conversation, facts, d.packet.number, k)
    return k
  },

  follow(d, s, connections) {
    s.cursor.unfinished = false
    if (d.quoted) return quotedPayload(d, s)
    if (connections !== null) {
      streamContext(d, s, connections)
      followStream(d, s, stream)
    } else if (s.payload > 0) d.nextByPort(tcpPorts, s.srcport, s.dstport)
  },
  part: (d, s) => streamPart(d, s, (s.flags & TcpFlag.Fin) !== 0),

  lead: (_s, _d, known) => (known === null ? '' : analysisInfo(known)),
  info(s, d, known, line) {
    // Behind messages of which something is said already, TCP is silent.
    if (!s.ports || d.infoBefore !== '') return ''
    const whole = s.read >= Reached.Header && s.options !== 0
    const begun = whole && s.cursor.unfinished ? previewText(d, s.cursor) : ''
    if (begun === '') writeSegment(line, d, s, known, whole)
    else line.text(begun)
    return whole && s.cursor.unfinished ? ' [TCP segment of a reassembled PDU]' : ''
  },
})

/** What TCP itself says of a segment, `whole` if its header was read. */
function writeSegment(line: TextBuffer, d: Dissection, s: TcpSummary, known: Known | null, whole: boolean): void {
  writePorts(line, d, 'tcp', s.srcport, s.dstport)
  if (s.read === Reached.Nothing) return
  const short = s.read === Reached.Short
  const ackBase = known?.ackBase ?? 0
  line.phrase(infoFlags(s.flags, known?.accurate === true))
  line.number(short ? s.seq : (s.seq - (known?.base ?? 0)) >>> 0)
  if (s.flags & TcpFlag.Ack) {
    line.phrase(says.ack)
    line.number(short ? s.ack : (s.ack - ackBase) >>> 0)
  }
  line.phrase(says.window)
  line.number(scaledWindow(s, known))
  if (s.flags & TcpFlag.Urg && s.options !== 0) line.text(` Urg=${s.urgent}`)
  if (s.read === Reached.Numbers) line.text(`, bogus TCP header length (${s.header}, must be at least 20)`)
  if (whole) {
    line.phrase(says.size)
    line.number(s.payload)
  }
  if (s.optionsEnd > s.options) writeOptions(line, d, s.options, s.optionsEnd, ackBase)
}

const says = { ack: phrase(' Ack='), window: phrase(' Win='), size: phrase(' Len=') }

/** What a quoted segment carries is as a rule cut: only what can be told by its beginning is dissected. */
function quotedPayload(d: Dissection, s: TcpSummary): void {
  if (s.payload === 0) return
  const to = d.byPort(tcpPorts, s.srcport, s.dstport)
  const { guess } = d.registry.protocols[to] ?? { guess: null }
  if (to === 0 || guess === null || guess(d.bytes, d.pos, d.end)) d.nextIndex(to)
}

const stream: StreamContext = {
  streams: new Streams(),
  seq: 0,
  first: 0,
  ack: -1,
  ends: false,
  again: false,
  stale: false,
  doubtful: false,
  answered: false,
  resets: false,
}

function streamContext(d: Dissection, s: TcpSummary, connections: TcpConnections): void {
  stream.streams = connections.streams
  stream.seq = s.flags & TcpFlag.Syn ? (s.seq + 1) >>> 0 : s.seq
  stream.first = (connections.baseOf(d.conversation, d.forward) + 1) >>> 0
  stream.answered = connections.conversations.packetsOf(d.conversation, !d.forward) > 0
  stream.resets = (s.flags & TcpFlag.Rst) !== 0
  stream.ack = s.flags & TcpFlag.Ack ? s.ack : -1
  stream.ends = (s.flags & TcpFlag.Fin) !== 0
  stream.again = (d.facts & Finding.Retransmission) !== 0
  stream.doubtful = (d.facts & (Finding.Retransmission | Finding.OutOfOrder)) !== 0
  stream.stale = (d.facts & (Finding.SpuriousRetransmission | Finding.OutOfOrder)) !== 0
}

const bearer = { syn: false, ack: -1 }
const context = {
  flags: 0,
  ack: 0,
  ackBase: 0,
  relative: false,
  unusual: false,
  ended: Ended.Whole as number,
  endedAt: 0,
}
const recalled: Known = {
  stream: 0,
  states: null,
  change: 0,
  completeness: 0,
  base: 0,
  ackBase: 0,
  scale: Scale.Unknown,
  accurate: false,
  first: 0,
  previous: 0,
  latest: 0,
  closedFirst: false,
  dataTaken: false,
  dataIgnored: false,
  findings: 0,
  analysed: false,
  acks: 0,
  flight: 0,
  pushed: 0,
  reference: 0,
  duplicates: 0,
  syn: 0,
  handshake: 0,
}

const scaledWindow = (s: TcpSummary, known: Known | null): number =>
  known !== null && known.scale > 0 && s.read !== Reached.Short && !(s.flags & TcpFlag.Syn)
    ? s.window * (1 << known.scale)
    : s.window

function tooShort(d: Dissection, header: number): void {
  d.enter()
  d.stop(f.bogus_header_length, `Bogus TCP header length (${header}, must be at least 20)`)
}

function windows(d: Dissection, s: TcpSummary, known: Known): void {
  if (!d.wants(f.self)) return
  const at = d.pos - 2
  d.at(f.window_size, at, d.pos, scaledWindow(s, known))
  d.markGenerated()
  if (s.flags & TcpFlag.Syn) return
  d.at(f.window_size_scalefactor, at, d.pos, known.scale >= 0 ? 2 ** known.scale : known.scale)
  if (d.showing && known.scale < 0) d.append(known.scale === Scale.Unknown ? ' (unknown)' : ' (no window scaling used)')
  d.markGenerated()
}

const times = (d: Dissection, known: Known): void =>
  streamTimes(d, f._timestamps, f.time_relative, f.time_delta, known.first, known.previous)
