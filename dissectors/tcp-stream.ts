/** What follows in a TCP segment: messages that end in it, put together from several segments where they have to be. */
import {
  bytes,
  type Dissection,
  fields,
  framenum,
  group,
  Memory,
  NOT_MINE,
  Part,
  type Protocol,
  text,
  uint32,
  warning,
} from '../src/dissect/index.js'
import { type Plan, PlanFlag } from '../src/track/stream-plan.js'
import type { Streams } from '../src/track/streams.js'
import { payloadProtocol } from './tcp-protocol.js'
import { type ReassemblyFields, pieceFields, reassemblyTree } from './shared/reassembly-tree.js'
import { noteStray } from './shared/stray-characters.js'
import { asciiText } from './shared/text-spells.js'
import { noteBelow } from './shared/note-below.js'

/** Bytes of an unfinished message that are looked at for what Info says of it. */
const PREVIEW = 8192
/** The ranges of a segment: assembled bytes, and those that it alone has. */
const ALL_RANGES = 2

const f = fields('tcp', {
  reassembled_in: framenum('Reassembled PDU in frame'),
  segment_data: bytes('TCP segment data'),
  segments: group('Reassembled TCP Segments'),
  segment: pieceFields('Segment', 'TCP', {
    illegal: 'Segments disagree on where the message ends',
    end: 'Goes on behind the end of the message',
    error: 'Reassembling error',
  }),
  reassembled: { length: uint32('Reassembled TCP length'), data: bytes('Reassembled TCP Data') },
  pdu: { size: uint32('PDU Size') },
  reset_cause: text('Reset cause', { spell: asciiText }),
  gap: {
    self: uint32('Bytes not captured before this segment', {
      about:
        'How many bytes of the stream are missing from the capture before this segment, though the receiver got them',
    }),
    skipped: warning('Bytes of the stream are missing from the capture', 'Sequence'),
  },
  overlap: uint32('Bytes sent before', {
    about: 'How many of the bytes of this segment an earlier one had',
  }),
  segment_differs: warning('Bytes sent again are not what was sent before', 'Sequence'),
  after_end: warning('Bytes behind the end of the stream', 'Sequence'),
})

const reassembly: ReassemblyFields = {
  all: f.segments,
  piece: f.segment,
  length: f.reassembled.length,
  data: f.reassembled.data,
  title: 'Reassembled TCP Segments',
}

/** Where the messages of a segment are looked for; part of the dissector's summary. */
export class StreamCursor {
  streams: Streams | null = null
  /** Index of the protocol whose messages they are, and of the one that it took over from, 0 for none. */
  protocol = 0
  upgradedFrom = 0
  /** Nothing of this segment was dissected; it belongs to a message that is not all there. */
  unfinished = false
  /** The payload's place. */
  source = 0
  start = 0
  way = 0
  length = 0
  /** The range that is at work, in source `at`. */
  phase = 0
  at = 0
  pos = 0
  limit = 0
  count = 0
  /** The message with which another protocol begins, -1 for none. */
  begun = -1
}

/** What this needs to know of a segment. */
export interface Carrier {
  srcport: number
  dstport: number
  payload: number
  readonly cursor: StreamCursor
}

/** What this needs to know of a segment beside its summary. */
export interface StreamContext {
  streams: Streams
  /** Sequence number of the first byte of payload, and the first that is expected in this direction. */
  seq: number
  first: number
  /** Something of the other end was captured. */
  answered: boolean
  /** Acknowledgment number, -1 for none. */
  ack: number
  /** The stream ends behind the payload. */
  ends: boolean
  /** The connection is reset: the payload is no part of the stream but says why, RFC 9293 section 3.5.3. */
  resets: boolean
  /** The segment was found to be sent again; or that its bytes are not new although its place was not known. */
  again: boolean
  stale: boolean
  /** Of a segment that was found to be sent again or out of order, nothing is passed on when it was cut. */
  doubtful: boolean
}

/** Says what follows the header; the read position stands at the payload. */
export function followStream(d: Dissection, s: Carrier, c: StreamContext): void {
  const { streams } = c
  const { cursor } = s
  cursor.unfinished = false
  const way = d.conversation * 2 + (d.forward ? 0 : 1)
  const tracks = d.memory === Memory.Track
  if (tracks && c.ack >= 0) streams.acknowledge(way ^ 1, c.ack)
  if (s.payload === 0 && !(c.ends && streams.follows(way))) return
  if (c.resets) {
    d.spanAt(f.reset_cause, d.pos, d.end)
    noteStray(d, d.pos, d.end - d.pos, 3)
    return
  }
  const { number } = d.packet
  streams.messages.framing.packet = number
  const from = payloadProtocol(d, s, c, tracks)
  const upgraded = streams.protocols.upgradeOf(d.conversation, number)
  const id = upgraded || from
  const p = d.registry.protocols[id]
  if (!p || p.pdu === null) return s.payload === 0 ? undefined : unframed(d, s, c, id)
  const before = upgraded === 0 ? 0 : from
  c.first = streams.protocols.guessOf(d.conversation, number) === id && !streams.follows(way) ? c.seq : c.first
  if (d.left < s.payload) {
    if (tracks) streams.cut(way, c, s.payload)
    if (!c.doubtful) d.nextIndex(id, before)
    return
  }
  const plan = tracks ? streams.segment(d, way, c, p) : streams.recall(number, way, d.left)
  cursor.streams = streams
  cursor.protocol = id
  cursor.upgradedFrom = before
  cursor.source = d.source
  cursor.start = d.pos
  cursor.way = way
  cursor.length = plan.length
  cursor.phase = 0
  cursor.count = 0
  cursor.begun = -1
  if (plan.plain) {
    if (plan.length === 0) return
    const count = tracks ? plan.messages : countMessages(d, streams, p, plan, c.ends)
    if (count === 0) return p.opens ? d.nextData() : undefined
    if (p.sized && d.recording) sizeLines(d, streams, plan, p)
    if (count === 1) d.nextIndex(id, before)
    else d.inParts()
    return
  }
  planLines(d, streams, plan, p, c)
  if (hasMessages(plan) || (p.opens && opensAlone(plan))) d.inParts()
  else cursor.unfinished = plan.length > 0 && (plan.flags & PlanFlag.Old) === 0
}

/** Sets up the next message of the segment. */
export function streamPart(d: Dissection, s: Carrier, ends: boolean): Part {
  const { cursor } = s
  const { streams } = cursor
  if (streams === null) return Part.None
  const { plan } = streams
  const p = d.registry.protocols[cursor.protocol]!
  let what: Part = Part.Again
  while (cursor.phase === 0 || cursor.pos >= cursor.limit) {
    if (!nextRange(d, streams, plan, cursor)) return finish(d, cursor, plan, p)
    what = Part.First
  }
  const at = streams.messages.framing
  at.begin()
  at.last = ends && plan.tail === plan.length
  const assembled = cursor.phase === 1
  if (cursor.count === 0) {
    at.memo = plan.memo
    at.spoken = streams.protocols.spoken(cursor.way >>> 1, d.packet.number)
  }
  d.range(cursor.at, cursor.pos, cursor.limit)
  const n = assembled
    ? streams.messages.sizeIn(p, plan.assembly, d.bytes, 0, cursor.pos, cursor.limit)
    : p.pdu!(d.bytes, cursor.pos, cursor.limit, at)
  if (n === NOT_MINE) {
    cursor.pos = cursor.limit
    if (!p.opens) return streamPart(d, s, ends)
    d.nextData()
    return Part.First
  }
  at.spoken = true
  const until = n > 0 ? Math.min(cursor.pos + n, cursor.limit) : cursor.limit
  const { memo } = at
  if (p.remember !== null) at.memo = p.remember(at.memo, d.bytes, cursor.pos, until) >>> 0
  d.range(cursor.at, cursor.pos, until)
  d.nextIndex(cursor.protocol, what === Part.First ? cursor.upgradedFrom : 0)
  if (cursor.begun === cursor.count) what = Part.First
  cursor.pos = until
  cursor.count++
  const next = p.upgrade === null ? '' : p.upgrade(d.bytes, d.pos, until, memo)
  if (next !== '') {
    cursor.upgradedFrom = cursor.protocol
    cursor.protocol = d.registry.protocolIndex(next) || cursor.protocol
    cursor.begun = cursor.count
  }
  return what
}

/** Payload of a protocol that does not say where its messages end. What was sent again is not dissected again. */
function unframed(d: Dissection, s: Carrier, c: StreamContext, id: number): void {
  const cut = d.left < s.payload
  if (cut ? !c.doubtful : !(c.again || c.stale)) d.nextIndex(id)
  else if (c.again && !cut) segmentData(d, d.pos, d.end, 'Retransmitted ')
}

/** How many messages there are in a payload that consists of whole messages: none, one, or more than one. */
function countMessages(d: Dissection, streams: Streams, p: Protocol, plan: Plan, ends: boolean): number {
  const at = streams.messages.framing
  at.begin()
  at.last = ends
  at.memo = plan.memo
  at.spoken = streams.protocols.spoken(d.conversation, d.packet.number)
  const n = p.pdu!(d.bytes, d.pos, d.end, at)
  return n === NOT_MINE ? 0 : n <= 0 || n >= plan.length ? 1 : 2
}

/** Is the protocol asked about a message that is not all there, apart from those that are? */
const opensAlone = (plan: Plan): boolean =>
  (plan.flags & PlanFlag.Asked) !== 0 &&
  ((plan.flags & PlanFlag.Middle) !== 0 ||
    (plan.tail < plan.length && directFrom(plan) >= plan.tail && plan.left === 0))

const directFrom = (plan: Plan): number => Math.max(plan.skip, plan.taken)

const hasMessages = (plan: Plan): boolean =>
  (plan.flags & PlanFlag.Complete) !== 0 ||
  ((plan.flags & (PlanFlag.Old | PlanFlag.Held)) === 0 && directFrom(plan) < plan.tail)

/** Goes to the assembled bytes, then to those that this segment alone has. False when neither is left. */
function nextRange(d: Dissection, streams: Streams, plan: Plan, cursor: StreamCursor): boolean {
  if (cursor.phase >= ALL_RANGES) return false
  const phase = cursor.phase++
  if (phase === 0) {
    if ((plan.flags & PlanFlag.Complete) === 0) return nextRange(d, streams, plan, cursor)
    const a = plan.assembly
    const { assemblies } = streams.messages
    const size = assemblies.size[a]!
    const whole = streams.messages.bytesOf(a, d)
    if (whole === null) return nextRange(d, streams, plan, cursor)
    d.range(cursor.source, cursor.start, cursor.start)
    d.into('Reassembled TCP', whole, assemblies.origin(a))
    reassemblyTree(d, reassembly, assemblies, a, size)
    cursor.at = d.source
    cursor.pos = 0
    cursor.limit = size - plan.left
    return true
  }
  cursor.at = cursor.source
  cursor.pos = cursor.start + directFrom(plan)
  cursor.limit = plan.flags & (PlanFlag.Old | PlanFlag.Held) ? cursor.pos : cursor.start + plan.tail
  return cursor.pos < cursor.limit
}

/** No message is left: Info may still speak of one that is not all there. */
function finish(d: Dissection, cursor: StreamCursor, plan: Plan, p: Protocol): Part {
  if (p.opens && cursor.phase === ALL_RANGES && opensAlone(plan)) {
    cursor.phase++
    const end = cursor.start + plan.length
    d.range(cursor.source, end, end)
    d.nextIndex(cursor.protocol, cursor.upgradedFrom)
    return Part.First
  }
  if (p.every && p.preview !== null && plan.flags & PlanFlag.Asked) d.infoAfter = previewText(d, cursor)
  return Part.None
}

/** The lines about the payload's place in the stream, at the end of the layer's subtree. */
function planLines(d: Dissection, streams: Streams, plan: Plan, p: Protocol, c: StreamContext): void {
  const start = d.pos
  const { flags } = plan
  if (plan.gap > 0) {
    d.generated(f.gap.self, plan.gap)
    noteBelow(d, f.gap.skipped)
  }
  if (plan.skip > 0) d.generated(f.overlap, plan.skip)
  if (flags & PlanFlag.Conflict) d.note(f.segment_differs)
  if (flags & PlanFlag.Late) d.note(f.after_end)
  if (flags & PlanFlag.Old) return c.stale ? undefined : segmentData(d, start, d.end, 'Retransmitted ')
  if (p.sized && hasMessages(plan)) sizeLines(d, streams, plan, p)
  const taken = flags & (PlanFlag.Held | PlanFlag.Middle | PlanFlag.Complete | PlanFlag.Passed)
  if (taken !== 0 && plan.length > 0) {
    if ((flags & PlanFlag.Complete) === 0) reassembledIn(d, streams, plan.assembly)
    segmentData(d, start, flags & PlanFlag.Held || plan.taken === 0 ? d.end : start + plan.taken, '')
  }
  if (plan.tail < plan.length && plan.tail >= plan.taken) {
    reassembledIn(d, streams, plan.tailAssembly)
    segmentData(d, start + plan.tail, d.end, '')
  }
}

/** The sizes of the messages that end in this segment. */
function sizeLines(d: Dissection, streams: Streams, plan: Plan, p: Protocol): void {
  if (!d.wants(f.pdu.size)) return
  if (plan.flags & PlanFlag.Complete) {
    const size = streams.messages.assemblies.size[plan.assembly]! - plan.left
    const whole = streams.messages.assemblies.read(plan.assembly, d, 0, size)
    if (whole !== null) sizesIn(d, streams, p, whole, 0, size)
  }
  sizesIn(d, streams, p, d.bytes, d.pos + directFrom(plan), d.pos + plan.tail)
}
function sizesIn(d: Dissection, streams: Streams, p: Protocol, b: Uint8Array, start: number, end: number): void {
  const at = streams.messages.framing
  for (let pos = start, n = 0; pos < end; pos += n) {
    at.begin()
    n = p.pdu!(b, pos, end, at)
    if (n <= 0) return
    d.generated(f.pdu.size, n)
  }
}

function reassembledIn(d: Dissection, streams: Streams, a: number): void {
  const completed = streams.messages.assemblies.completedIn[a] ?? 0
  if (a !== 0 && completed > d.packet.number) d.generated(f.reassembled_in, completed)
}

function segmentData(d: Dissection, start: number, end: number, again: string): void {
  d.spanAt(f.segment_data, start, end)
  if (d.showing) d.caption(`${again}TCP segment data (${end - start} byte${end - start === 1 ? '' : 's'})`)
}

/** What Info says of the message that is not all there, '' for nothing. */
export function previewText(d: Dissection, cursor: StreamCursor): string {
  const { streams } = cursor
  const p = d.registry.protocols[cursor.protocol]
  if (streams === null || !p?.preview) return ''
  const plan = streams.recall(d.packet.number, cursor.way, cursor.length)
  if ((plan.flags & PlanFlag.Asked) === 0) return ''
  if (plan.flags & PlanFlag.Middle) {
    const begun = streams.messages.assemblies.readUpTo(plan.assembly, d, d.packet.number, PREVIEW)
    return begun === null ? '' : p.preview(begun, 0, begun.length)
  }
  if (plan.tail < plan.taken) return ''
  const b = cursor.source === 0 ? d.frameBytes : d.sources[cursor.source - 1]!.bytes
  const start = cursor.start + plan.tail
  return p.preview(b, start, Math.min(cursor.start + plan.length, start + PREVIEW, b.length))
}
