/** Transmission Control Protocol, RFC 9293. */
import {
  Address,
  bool,
  bytes,
  chat,
  type Dissection,
  error,
  expectedChecksum,
  fields,
  fold,
  group,
  int32,
  note,
  preference,
  protocol,
  protocolField,
  reltime,
  sumWords,
  text,
  uint8,
  uint16,
  uint32,
  warning,
} from '../src/dissect/index.js'
import { Streams } from '../src/track/streams.js'
import { Fact, Reached, TcpConnections } from '../src/track/tcp.js'
import { Finding } from '../src/track/tcp-analysis.js'
import { TcpFlag } from '../src/track/tcp-flags.js'
import { Scale } from '../src/track/tcp-rows.js'
import type { TcpStates } from '../src/track/tcp-state.js'
import { noteBelow } from './shared/note-below.js'
import { ChecksumStatus, checksumStatusNames, sumPseudoHeader } from './shared/pseudo-header.js'
import { streamTimes } from './shared/stream-times.js'
import { type Analysed, analysisInfo, showAnalysis } from './tcp-analysis.js'
import { hasMultipath } from './tcp-multipath.js'
import { readOptions } from './tcp-options.js'
import { optionsInfo } from './tcp-options-info.js'
import { showState } from './tcp-state.js'
import { followStream, type StreamContext, StreamCursor, streamPart, tcpPorts, unfinishedText } from './tcp-stream.js'

const checkChecksum = preference('tcp.check_checksum', false, 'Validate the TCP checksum if possible')
const relativeNumbers = preference(
  'tcp.relative_sequence_numbers',
  true,
  'Count sequence numbers from the first one seen in each direction',
)

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

/** Wireshark's words for sums of `Completeness`. */
function completenessText(v: number): string {
  if ((v & 0x1f) === 31 || (v & 0x2f) === 47) return `Complete, WITH_DATA (${v})`
  if ((v & 0x1f) === 23 || (v & 0x2f) === 39) return `Complete, NO_DATA (${v})`
  const what =
    v === 15 ? ', DATA' : v === 7 ? ', ESTABLISHED' : v === 3 ? ', CLIENT_ESTABLISHED' : v === 1 ? ', SYN_SENT' : ''
  return `Incomplete${what} (${v})`
}

const flag = (mask: number, label: string) => bool(label, 12, { mask, truth: ['Set', 'Not set'] })
const port = uint16('Source or Destination Port', { port: 'tcp' })
const f = fields('tcp', {
  self: protocolField('Transmission Control Protocol'),
  srcport: uint16('Source Port', { port: 'tcp', also: [port] }),
  dstport: uint16('Destination Port', { port: 'tcp', also: [port] }),
  port,
  stream: uint32('Stream index'),
  completeness: uint8('Conversation completeness', {
    base: 'custom',
    show: completenessText,
    about: 'Which parts of the connection the capture has up to this packet',
  }),
  len: uint32('TCP Segment Len'),
  seq: uint32('Sequence Number'),
  seq_raw: uint32('Sequence Number (raw)', { about: 'The sequence number as it stands in the header' }),
  nxtseq: uint32('Next Sequence Number'),
  ack: {
    self: uint32('Acknowledgment Number'),
    nonzero: note('The acknowledgment number field is nonzero while the ACK flag is not set', 'Protocol'),
  },
  ack_raw: uint32('Acknowledgment number (raw)', { about: 'The acknowledgment number as it stands in the header' }),
  hdr_len: uint8('Header Length', { about: 'Length of the header with its options, in bytes' }),
  flags: {
    self: uint16('Flags', { base: 'hex', mask: 0xfff }),
    res: flag(0xe00, 'Reserved'),
    ae: flag(0x100, 'Accurate ECN'),
    cwr: flag(0x80, 'Congestion Window Reduced'),
    ece: flag(0x40, 'ECN-Echo'),
    urg: flag(0x20, 'Urgent'),
    ack: flag(0x10, 'Acknowledgment'),
    push: flag(0x08, 'Push'),
    reset: flag(0x04, 'Reset'),
    syn: flag(0x02, 'Syn'),
    fin: flag(0x01, 'Fin'),
    str: text('TCP Flags'),
  },
  window_size_value: uint16('Window', { about: 'The window as it stands in the header' }),
  window_size: uint32('Calculated window size', { about: 'The window, scaled where scaling is in use' }),
  window_size_scalefactor: int32('Window size scaling factor', {
    about: 'What windows are multiplied by (-1 when unknown, -2 when no scaling is used)',
  }),
  checksum: {
    self: uint16('Checksum', { base: 'hex' }),
    status: uint8('Checksum Status', { base: 'none', names: checksumStatusNames }),
  },
  checksum_calculated: uint16('Calculated Checksum', { base: 'hex' }),
  checksum_bad: { expert: error('Bad checksum', 'Checksum') },
  urgent_pointer: {
    self: uint16('Urgent Pointer'),
    non_zero: note('The urgent pointer field is nonzero while the URG flag is not set', 'Protocol'),
  },
  _timestamps: group('Timestamps'),
  time_relative: reltime('Time since first frame in this TCP stream'),
  time_delta: reltime('Time since previous frame in this TCP stream'),
  payload: bytes('TCP payload'),
  _problem: group('Problem'),
  short_segment: warning(
    'Short segment. Segment/fragment does not contain a full TCP header' +
      ' (might be NMAP or someone else deliberately sending unusual packets)',
    'Malformed',
  ),
  bogus_header_length: error('Bogus TCP Header length', 'Protocol'),
  analysis: {
    tfo_ack: note('TCP SYN-ACK accepting TFO data', 'Sequence'),
    tfo_ignored: note('TCP SYN-ACK ignoring TFO data', 'Sequence'),
  },
  connection: {
    syn: chat('Connection establish request (SYN)', 'Sequence'),
    synack: chat('Connection establish acknowledge (SYN+ACK)', 'Sequence'),
    fin: chat('Connection finish (FIN)', 'Sequence'),
    fin_active: note('This frame initiates the connection closing', 'Sequence'),
    fin_passive: note('This frame undergoes the connection closing', 'Sequence'),
    rst: warning('Connection reset (RST)', 'Sequence'),
  },
})

/** What is known of a segment once its connection was tracked. Packets count from 1; 0 is none. */
interface Known extends Analysed {
  stream: number
  states: TcpStates | null
  change: number
  completeness: number
  base: number
  /** First acknowledgment number that the other end could have sent. */
  ackBase: number
  scale: number
  /** First packet of the connection, the one before this and the latest. */
  first: number
  previous: number
  latest: number
  /** Whether this direction closed first. */
  closedFirst: boolean
  /** Whether this SYN, ACK acknowledges the data of the SYN, or leaves it out. */
  dataTaken: boolean
  dataIgnored: boolean
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
  column: (s) => (s.multipath ? 'MPTCP' : 'TCP'),
  spec: 'RFC 9293',
  self: f.self,
  late: ['tcp.segment', 'tcp.reassembled', 'tcp.pdu', 'tcp.gap', 'tcp.after_end'],
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
    s.srcport = d.u16(f.srcport)
    s.dstport = d.u16(f.dstport)
    s.ports = true
    if (d.showing) d.captionLayer(`Transmission Control Protocol, Src Port: ${s.srcport}, Dst Port: ${s.dstport}`)
    s.seq = d.peek32()
    if (d.quoted && d.left < 16) {
      if (d.addressKind === Address.IPv4) d.at(f.seq, d.pos, d.pos + 4, s.seq)
      return
    }
    s.ack = d.peek32(4)
    const lengthAndFlags = d.peek16(8)
    const header = (s.header = (lengthAndFlags >>> 12) * 4)
    s.flags = lengthAndFlags & 0xfff
    s.payload = Math.max(start + header > d.reported ? 0 : d.reported - start - header, 0)
    s.window = d.peek16(10)
    s.read = header < 20 ? Reached.Numbers : start + header > d.reported ? Reached.Short : Reached.Header
    if (d.wants(f.self)) numbers(d, s, known, start)
    d.pos = start + 12
    d.at(f.hdr_len, start + 12, start + 13, header)
    if (d.showing)
      d.caption(
        `${(header >>> 2).toString(2).padStart(4, '0')} .... = Header Length: ${header} bytes (${header >>> 2})`,
      )
    if (header < 20) tooShort(d, header)
    if (d.wants(f.self)) flags(d, s, known, start + 12)
    d.pos = start + 14
    s.window = d.u16(f.window_size_value)
    if (known !== null) windows(d, s, known)
    d.u16(f.checksum.self)
    if (d.wants(f.self)) checksum(d, start)
    s.urgent = d.u16(f.urgent_pointer.self)
    if (s.urgent !== 0 && !(s.flags & TcpFlag.Urg)) noteBelow(d, f.urgent_pointer.non_zero)
    s.options = d.pos
    s.optionsEnd = start + header
    if (known !== null && s.optionsEnd > d.end && d.wants(f.self)) times(d, known)
    if (s.optionsEnd > s.options) {
      s.multipath = hasMultipath(d.bytes, s.options, d.end, s.optionsEnd)
      if ((s.flags & TcpFlag.Syn) !== 0 || s.multipath || d.wants(f.self)) {
        context.flags = s.flags
        context.ack = s.ack
        context.ackBase = known?.ackBase ?? 0
        context.relative = known !== null && d.prefers(relativeNumbers) !== 0
        s.scale = readOptions(d, s.optionsEnd, context)
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
    k.stream = conversation
    k.states = c.states
    k.completeness = (facts & Fact.CompleteMask) >>> Fact.CompleteShift
    k.base = relative ? c.baseOf(conversation, d.forward) : 0
    k.ackBase = relative ? c.baseOf(conversation, !d.forward) : 0
    k.scale = ((facts & Fact.ScaleMask) >>> Fact.ScaleShift) - 2
    k.dataTaken = (facts & Fact.DataTaken) !== 0
    k.dataIgnored = (facts & Fact.DataIgnored) !== 0
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
  info(s, d, known) {
    if (s.read === Reached.Nothing) return s.ports ? `${s.srcport} → ${s.dstport}` : ''
    const short = s.read === Reached.Short
    const seq = short ? s.seq : (s.seq - (known?.base ?? 0)) >>> 0
    const ackBase = known?.ackBase ?? 0
    const ack = s.flags & TcpFlag.Ack ? ` Ack=${short ? s.ack : (s.ack - ackBase) >>> 0}` : ''
    const urgent = s.flags & 0x20 && s.read !== Reached.Numbers ? ` Urg=${s.urgent}` : ''
    const head = `${s.srcport} → ${s.dstport} [${infoNames[s.flags]}] Seq=${seq}${ack} Win=${scaledWindow(s, known)}${urgent}`
    if (s.read === Reached.Numbers) return `${head}, bogus TCP header length (${s.header}, must be at least 20)`
    if (short || s.options === 0) return head
    const options = s.optionsEnd > s.options ? optionsInfo(d, s.options, s.optionsEnd, ackBase) : ''
    const line = `${head} Len=${s.payload}${options}`
    return s.cursor.unfinished ? unfinishedText(d, s.cursor, line) : line
  },
})

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
  stream.stale = (d.facts & (Finding.SpuriousRetransmission | Finding.OutOfOrder)) !== 0
}

const context = { flags: 0, ack: 0, ackBase: 0, relative: false }
const recalled: Known = {
  stream: 0,
  states: null,
  change: 0,
  completeness: 0,
  base: 0,
  ackBase: 0,
  scale: Scale.Unknown,
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
  known !== null && known.scale > 0 && !(s.flags & TcpFlag.Syn) ? s.window * 2 ** known.scale : s.window

function numbers(d: Dissection, s: TcpSummary, known: Known | null, start: number): void {
  const relative = known !== null && d.prefers(relativeNumbers) !== 0
  const short = s.read === Reached.Short
  const raw = short || d.quoted
  const seq = raw ? s.seq : (s.seq - (known?.base ?? 0)) >>> 0
  const ack = raw ? s.ack : (s.ack - (known?.ackBase ?? 0)) >>> 0
  const acks = (s.flags & TcpFlag.Ack) !== 0
  if (d.showing) {
    const acked = acks && s.read !== Reached.Numbers ? `, Ack: ${ack}` : ''
    const size = s.read === Reached.Header && !d.quoted ? `, Len: ${s.payload}` : ''
    d.captionLayer(
      `Transmission Control Protocol, Src Port: ${s.srcport}, Dst Port: ${s.dstport}, Seq: ${seq}${acked}${size}`,
    )
  }
  if (d.quoted && d.addressKind === Address.IPv4) d.at(f.seq, start + 4, start + 8, s.seq)
  if (known !== null) {
    d.generated(f.stream, known.stream)
    d.generated(f.completeness, known.completeness)
  }
  if (d.quoted) {
    if (d.addressKind !== Address.IPv4) {
      d.at(f.seq, start + 4, start + 8, s.seq)
      if (d.showing && relative) d.append('    (relative sequence number)')
      d.at(f.seq_raw, start + 4, start + 8, s.seq)
    }
    acknowledgment(d, s, known, s.ack, start)
    return
  }
  if (short) {
    const opened = d.open(f._problem)
    d.note(f.short_segment)
    d.close(opened)
    if (d.showing) d.caption(f.short_segment.label, opened)
  } else d.generated(f.len, s.payload)
  d.at(f.seq, start + 4, start + 8, seq)
  if (d.showing && relative) d.append('    (relative sequence number)')
  d.at(f.seq_raw, start + 4, start + 8, s.seq)
  if (s.read === Reached.Numbers) return
  if (!short) {
    d.generated(f.nxtseq, (seq + s.payload + (s.flags & (TcpFlag.Syn | TcpFlag.Fin) ? 1 : 0)) >>> 0)
    if (d.showing && relative) d.append('    (relative sequence number)')
  }
  acknowledgment(d, s, known, acks ? ack : s.ack, start)
}

function acknowledgment(d: Dissection, s: TcpSummary, known: Known | null, ack: number, start: number): void {
  const acks = (s.flags & TcpFlag.Ack) !== 0
  d.at(f.ack.self, start + 8, start + 12, ack)
  if (d.showing && acks && known !== null && d.prefers(relativeNumbers)) d.append('    (relative ack number)')
  if (!acks && s.ack !== 0) noteBelow(d, f.ack.nonzero)
  if (known?.dataTaken) noteBelow(d, f.analysis.tfo_ack)
  if (known?.dataIgnored) noteBelow(d, f.analysis.tfo_ignored)
  d.at(f.ack_raw, start + 8, start + 12, s.ack)
}

function tooShort(d: Dissection, header: number): void {
  d.enter()
  d.stop(f.bogus_header_length, `Bogus TCP header length (${header}, must be at least 20)`)
}

function flags(d: Dissection, s: TcpSummary, known: Known | null, at: number): void {
  d.at(f.flags.self, at, at + 2, s.flags)
  if (d.showing) d.caption(`Flags: 0x${s.flags.toString(16).padStart(3, '0')} (${flagNames(s.flags)})`)
  d.enter()
  d.at(f.flags.res, at, at + 1, s.flags)
  d.at(f.flags.ae, at, at + 1, s.flags)
  d.at(f.flags.cwr, at + 1, at + 2, s.flags)
  d.at(f.flags.ece, at + 1, at + 2, s.flags)
  d.at(f.flags.urg, at + 1, at + 2, s.flags)
  d.at(f.flags.ack, at + 1, at + 2, s.flags)
  d.at(f.flags.push, at + 1, at + 2, s.flags)
  d.at(f.flags.reset, at + 1, at + 2, s.flags)
  if (s.flags & TcpFlag.Rst) noteBelow(d, f.connection.rst)
  d.at(f.flags.syn, at + 1, at + 2, s.flags)
  if (s.flags & TcpFlag.Syn) {
    const answer = (s.flags & TcpFlag.Ack) !== 0
    const server = answer ? s.srcport : s.dstport
    const opens = answer ? f.connection.synack : f.connection.syn
    noteBelow(d, opens, `${opens.label}: server port ${server}`)
  }
  d.at(f.flags.fin, at + 1, at + 2, s.flags)
  if (s.flags & TcpFlag.Fin) noteBelow(d, f.connection.fin)
  if (d.wants(f.flags.str)) {
    d.textAt(f.flags.str, at, at + 2, flagLetters(s.flags))
    d.markGenerated()
  }
  if (s.flags & TcpFlag.Fin && known !== null) closing(d, known)
  d.leave()
}

function closing(d: Dissection, known: Known): void {
  noteBelow(d, known.closedFirst ? f.connection.fin_active : f.connection.fin_passive)
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

function checksum(d: Dissection, start: number): void {
  const at = d.pos - 2
  const found = (d.bytes[at]! << 8) | d.bytes[at + 1]!
  const length = d.reported - start
  const pseudo = d.prefers(checkChecksum) && !d.quoted && d.reported <= d.end ? sumPseudoHeader(d, 6, length) : -1
  if (pseudo < 0) {
    if (d.showing) d.append(' [unverified]')
    d.generated(f.checksum.status, ChecksumStatus.Unverified)
    return
  }
  const sum = sumWords(d.bytes, start, d.end, pseudo)
  const good = fold(sum) === 0xffff
  const right = expectedChecksum(sum, found)
  if (d.showing) d.append(good ? ' [correct]' : ` incorrect, should be 0x${right.toString(16).padStart(4, '0')}`)
  if (!good) noteBelow(d, f.checksum_bad.expert)
  d.generated(f.checksum.status, good ? ChecksumStatus.Good : ChecksumStatus.Bad)
  d.generated(f.checksum_calculated, right)
}

const times = (d: Dissection, known: Known): void =>
  streamTimes(d, f._timestamps, f.time_relative, f.time_delta, known.first, known.previous)

const names = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'AE'] as const
const flagNames = (v: number): string => {
  const set = names.filter((_, i) => v & (1 << i))
  return v & 0xe00 ? [...set, 'Reserved'].join(', ') : set.join(', ') || '<None>'
}
const infoNames = Array.from({ length: 0x1000 }, (_, v) => flagNames(v))
const flagLetters = (v: number): string => {
  let out = ''
  for (let i = 11; i >= 0; i--) out += v & (1 << i) ? 'RRRACEUAPRSF'[11 - i]! : '·'
  return out
}
