/**
 * Sequence and acknowledgment numbers of a TCP segment, as they stand in its header and counted from the first one, with
 * the connection that they are counted in.
 */
import {
  Address,
  type Dissection,
  fields,
  group,
  note,
  preference,
  uint8,
  uint32,
  warning,
} from '../src/dissect/index.js'
import { Reached } from '../src/track/tcp.js'
import { TcpFlag } from '../src/track/tcp-flags.js'
import { noteBelow } from './shared/note-below.js'
import { portsCaption } from './shared/port-text.js'
import type { TcpSummary } from './tcp.js'

export const relativeNumbers = preference(
  'tcp.relative_sequence_numbers',
  true,
  'Count sequence numbers from the first one seen in each direction',
)

/** Wireshark's words for sums of `Completeness`. */
function completenessText(v: number): string {
  if ((v & 0x1f) === 31 || (v & 0x2f) === 47) return `Complete, WITH_DATA (${v})`
  if ((v & 0x1f) === 23 || (v & 0x2f) === 39) return `Complete, NO_DATA (${v})`
  const what =
    v === 15 ? ', DATA' : v === 7 ? ', ESTABLISHED' : v === 3 ? ', CLIENT_ESTABLISHED' : v === 1 ? ', SYN_SENT' : ''
  return `Incomplete${what} (${v})`
}

const f = fields('tcp', {
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
  _problem: group('Problem'),
  short_segment: warning(
    'Short segment. Segment/fragment does not contain a full TCP header' +
      ' (might be NMAP or someone else deliberately sending unusual packets)',
    'Malformed',
  ),
  analysis: {
    tfo_ack: note('TCP SYN-ACK accepting TFO data', 'Sequence'),
    tfo_ignored: note('TCP SYN-ACK ignoring TFO data', 'Sequence'),
  },
})

/** What is known of the connection that numbers are counted in. */
export interface Numbered {
  stream: number
  completeness: number
  base: number
  /** First acknowledgment number that the other end could have sent. */
  ackBase: number
  /** Whether this SYN, ACK acknowledges the data of the SYN, or leaves it out. */
  dataTaken: boolean
  dataIgnored: boolean
}

/** A quoted segment may end behind its sequence number, at which the read position is. */
export function showCutNumber(d: Dissection, s: TcpSummary): void {
  if (d.addressKind === Address.IPv4) d.at(f.seq, d.pos, d.pos + 4, s.seq)
}

/** Shows the connection and the numbers of the segment that begins at `start`. */
export function showNumbers(d: Dissection, s: TcpSummary, known: Numbered | null, start: number): void {
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
      `Transmission Control Protocol, ${portsCaption(d, 'tcp', s.srcport, s.dstport)}, Seq: ${seq}${acked}${size}`,
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

/** Notes for the packet's line that the segment does not hold its header. */
export function noteShort(d: Dissection): void {
  d.note(f.short_segment)
}

function acknowledgment(d: Dissection, s: TcpSummary, known: Numbered | null, ack: number, start: number): void {
  const acks = (s.flags & TcpFlag.Ack) !== 0
  d.at(f.ack.self, start + 8, start + 12, ack)
  if (d.showing && acks && known !== null && d.prefers(relativeNumbers)) d.append('    (relative ack number)')
  if (!acks && s.ack !== 0) noteBelow(d, f.ack.nonzero)
  if (known?.dataTaken) noteBelow(d, f.analysis.tfo_ack)
  if (known?.dataIgnored) noteBelow(d, f.analysis.tfo_ignored)
  d.at(f.ack_raw, start + 8, start + 12, s.ack)
}
