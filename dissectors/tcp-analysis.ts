/** What sequence analysis found out about a segment, as `[SEQ/ACK analysis]` and in the Info column. */
import {
  chat,
  type Dissection,
  fields,
  framenum,
  group,
  type Note,
  note,
  reltime,
  uint32,
  warning,
} from '../src/dissect/index.js'
import { Finding } from '../src/track/tcp-analysis.js'
import { noteBelow } from './shared/note-below.js'

const f = fields('tcp', {
  analysis: {
    self: group('SEQ/ACK analysis'),
    flags: group('TCP Analysis Flags'),
    acks_frame: framenum('This is an ACK to the segment in frame'),
    ack_rtt: reltime('The RTT to ACK the segment was'),
    initial_rtt: reltime('iRTT', { about: 'From the SYN to the segment that ends the handshake' }),
    bytes_in_flight: uint32('Bytes in flight'),
    push_bytes_sent: uint32('Bytes sent since last PSH flag'),
    rto: reltime('The RTO for this segment was'),
    rto_frame: framenum('RTO based on delta from frame'),
    duplicate_ack_num: uint32('Duplicate ACK #'),
    duplicate_ack_frame: framenum('Duplicate to the ACK in frame'),
    retransmission: note('This frame is a (suspected) retransmission', 'Sequence'),
    fast_retransmission: note('This frame is a (suspected) fast retransmission', 'Sequence'),
    spurious_retransmission: note('This frame is a (suspected) spurious retransmission', 'Sequence'),
    out_of_order: warning('This frame is a (suspected) out-of-order segment', 'Sequence'),
    reused_ports: note(
      'A new tcp session is started with the same ports as an earlier session in this trace',
      'Sequence',
    ),
    lost_segment: warning('Previous segment(s) not captured (common at capture start)', 'Sequence'),
    ack_lost_segment: warning("ACKed segment that wasn't captured (common at capture start)", 'Sequence'),
    window_update: chat('TCP window update', 'Sequence'),
    window_full: warning('TCP window specified by the receiver is now completely full', 'Sequence'),
    keep_alive: note('TCP keep-alive segment', 'Sequence'),
    keep_alive_ack: note('ACK to a TCP keep-alive segment', 'Sequence'),
    duplicate_ack: note('Duplicate ACK', 'Sequence'),
    zero_window: warning('TCP Zero Window segment', 'Sequence'),
    zero_window_probe: note('TCP Zero Window Probe', 'Sequence'),
    zero_window_probe_ack: note('ACK to a TCP Zero Window Probe', 'Sequence'),
  },
})

/** What is known of a segment's analysis: packets counted from 1, 0 for none. */
export interface Analysed {
  findings: number
  analysed: boolean
  acks: number
  flight: number
  pushed: number
  reference: number
  duplicates: number
  /** Between which packets the handshake's round trip was measured. */
  syn: number
  handshake: number
}

export const analysisFields = f.analysis

/** Writes the group, when there is anything to write. */
export function showAnalysis(d: Dissection, a: Analysed): void {
  if (!a.analysed || !d.wants(f.analysis.self)) return
  const opened = d.open(f.analysis.self)
  d.markGenerated()
  if (a.acks !== 0) {
    d.generated(f.analysis.acks_frame, a.acks)
    between(d, f.analysis.ack_rtt, a.acks, d.packet.number)
  }
  if (a.handshake !== 0) between(d, f.analysis.initial_rtt, a.syn, a.handshake)
  if (a.flight !== 0) {
    d.generated(f.analysis.bytes_in_flight, a.flight)
    d.generated(f.analysis.push_bytes_sent, a.pushed)
  }
  if (a.findings !== 0) showFindings(d, a)
  d.closeAt(opened, d.layerStart, d.layerStart)
}

function showFindings(d: Dissection, a: Analysed): void {
  const found = a.findings
  const opened = d.open(f.analysis.flags)
  d.markGenerated()
  if (found & Finding.ReusedPorts) d.note(f.analysis.reused_ports)
  if (found & Finding.Retransmission) {
    d.note(f.analysis.retransmission)
    if (between(d, f.analysis.rto, a.reference, d.packet.number)) d.generated(f.analysis.rto_frame, a.reference)
  }
  if (found & Finding.FastRetransmission) d.note(f.analysis.fast_retransmission)
  if (found & Finding.SpuriousRetransmission) d.note(f.analysis.spurious_retransmission)
  if (found & (Finding.FastRetransmission | Finding.SpuriousRetransmission)) d.note(f.analysis.retransmission)
  for (let i = 0; i < simple.length; i++) if (found & simple[i]!.finding) d.note(simple[i]!.note)
  if (found & Finding.DuplicateAck) {
    const line = d.open(f.analysis.duplicate_ack)
    d.close(line)
    d.caption('This is a TCP duplicate ack', line)
    d.markGenerated()
  }
  d.closeAt(opened, d.layerStart, d.layerStart)
  if (found & Finding.DuplicateAck) {
    d.generated(f.analysis.duplicate_ack_num, a.duplicates)
    d.generated(f.analysis.duplicate_ack_frame, a.reference)
    noteBelow(d, f.analysis.duplicate_ack, `Duplicate ACK (#${a.duplicates})`)
  }
}

/** The time from packet `from` to packet `to`; no field when there is none. */
function between(d: Dissection, field: typeof f.analysis.rto, from: number, to: number): boolean {
  if (from === 0) return false
  const { clock } = d
  const seconds = clock.secondsOf(to) - clock.secondsOf(from)
  const nanos = clock.nanosecondsOf(to) - clock.nanosecondsOf(from)
  if (seconds === 0 && nanos === 0) return false
  d.generatedTime(field, nanos < 0 ? seconds - 1 : seconds, nanos < 0 ? nanos + 1e9 : nanos)
  return true
}

/** Findings whose note is all there is to say, in tshark's order. */
const simple: readonly { readonly finding: number; readonly note: Note }[] = [
  { finding: Finding.OutOfOrder, note: f.analysis.out_of_order },
  { finding: Finding.LostSegment, note: f.analysis.lost_segment },
  { finding: Finding.AckLostSegment, note: f.analysis.ack_lost_segment },
  { finding: Finding.WindowUpdate, note: f.analysis.window_update },
  { finding: Finding.WindowFull, note: f.analysis.window_full },
  { finding: Finding.KeepAlive, note: f.analysis.keep_alive },
  { finding: Finding.KeepAliveAck, note: f.analysis.keep_alive_ack },
  { finding: Finding.ZeroWindowProbe, note: f.analysis.zero_window_probe },
  { finding: Finding.ZeroWindow, note: f.analysis.zero_window },
  { finding: Finding.ZeroWindowProbeAck, note: f.analysis.zero_window_probe_ack },
]

/** What the Info column says before anything else; the latest finding comes first, as tshark puts them. */
export function analysisInfo(a: Analysed): string {
  const found = a.findings
  if (found === 0) return ''
  let out = ''
  for (let i = 0; i < words.length; i++) if (found & words[i]!.finding) out = words[i]!.text + out
  if (found & Finding.DuplicateAck) out = `[TCP Dup ACK ${a.reference}#${a.duplicates}] ${out}`
  return out
}

const words: readonly { readonly finding: number; readonly text: string }[] = [
  { finding: Finding.ReusedPorts, text: '[TCP Port numbers reused] ' },
  { finding: Finding.Retransmission, text: '[TCP Retransmission] ' },
  { finding: Finding.FastRetransmission, text: '[TCP Fast Retransmission] ' },
  { finding: Finding.SpuriousRetransmission, text: '[TCP Spurious Retransmission] ' },
  { finding: Finding.OutOfOrder, text: '[TCP Out-Of-Order] ' },
  { finding: Finding.LostSegment, text: '[TCP Previous segment not captured] ' },
  { finding: Finding.AckLostSegment, text: '[TCP ACKed unseen segment] ' },
  { finding: Finding.WindowUpdate, text: '[TCP Window Update] ' },
  { finding: Finding.WindowFull, text: '[TCP Window Full] ' },
  { finding: Finding.KeepAlive, text: '[TCP Keep-Alive] ' },
  { finding: Finding.KeepAliveAck, text: '[TCP Keep-Alive ACK] ' },
  { finding: Finding.ZeroWindowProbe, text: '[TCP ZeroWindowProbe] ' },
  { finding: Finding.ZeroWindow, text: '[TCP ZeroWindow] ' },
  { finding: Finding.ZeroWindowProbeAck, text: '[TCP ZeroWindowProbeAck] ' },
]
