/** HTTP/2, RFC 9113. */
import {
  bool,
  bytes,
  type Dissection,
  escapeText,
  fields,
  framenum,
  group,
  Memory,
  protocol,
  protocolField,
  text,
  uint16,
  uint24,
  uint32,
  uint8,
} from '../src/dissect/index.js'
import { type Http2Body, Http2Sessions } from '../src/track/http2-sessions.js'
import { placeOf } from '../src/track/message-log.js'
import { writeBody } from './http.js'
import { canDecode, decode } from './http-body.js'
import { Flag, frameNames, FrameType, readFlags, readPlainFrame, readPriority } from './http2-frames.js'
import { blockText, headerLines, valueOf } from './http2-headers.js'
import { isPreface, PREFACE } from './shared/http2-preface.js'
import { body, MediaType, mediaTypeOf, mediaTypes } from './shared/media-types.js'
import { type ReassemblyFields, reassemblyTree } from './shared/reassembly-tree.js'

/** Length, type, flags and stream: RFC 9113 section 4.1. */
const HEADER = 9
const NO_STREAM = 0x80000000
/** More of a piece of a header block is not spelled out. */
const MAX_TEXT = 65_536

const f = fields('http2', {
  self: protocolField('HyperText Transfer Protocol 2'),
  stream: group('Stream'),
  magic: text('Magic'),
  length: uint24('Length'),
  type: uint8('Type', { names: frameNames }),
  r: uint32('Reserved', { base: 'hex', mask: NO_STREAM }),
  streamid: uint32('Stream Identifier', { mask: 0x7fffffff }),
  padding: uint8('Pad Length', { base: 'hex' }),
  pad_length: uint16('Pad Length'),
  data: {
    data: bytes('Data'),
    padding: bytes('Padding'),
  },
  body: {
    fragments: group('Body fragments'),
    reassembled: {
      in: framenum('Reassembled body in frame'),
      length: uint32('Reassembled body length'),
      data: bytes('Reassembled body data'),
    },
  },
  headers: { self: bytes('Header Block Fragment'), padding: bytes('Padding') },
  push_promise: {
    r: uint32('Reserved', { base: 'hex', mask: NO_STREAM }),
    promised_stream_id: uint32('Promised-Stream-ID', { mask: 0x7fffffff }),
    header: bytes('Header Block Fragment'),
    padding: bytes('Padding'),
  },
  continuation: { header: text('Continuation Header'), padding: bytes('Padding') },
})
const pieces = fields('http2', {
  body: {
    fragment: {
      self: framenum('Body fragment'),
      overlap: {
        self: bool('Body fragment overlap', 0),
        conflicts: bool('Body fragment overlapping with conflicting data', 0),
      },
      multiple_tails: bool('Body has multiple tail fragments', 0),
      too_long_fragment: bool('Body fragment too long', 0),
      error: framenum('Body defragment error'),
      count: uint32('Body fragment count'),
    },
  },
}).body.fragment

const reassembly: ReassemblyFields = {
  all: f.body.fragments,
  piece: {
    ...pieces,
    overlap: { self: pieces.overlap.self, conflict: pieces.overlap.conflicts },
    multipletails: pieces.multiple_tails,
    toolongfragment: pieces.too_long_fragment,
  },
  length: f.body.reassembled.length,
  data: f.body.reassembled.data,
  title: 'Body fragments',
  one: 'Body fragment',
}

const summary = () => ({
  magic: false,
  type: -1,
  stream: 0,
  /** The header block that this frame brought, 0 for none. */
  block: 0,
  /** What the body is that this frame ended, and the field that says so. */
  media: MediaType.None as MediaType,
  mediaField: 0,
  sessions: null as Http2Sessions | null,
})
type Summary = ReturnType<typeof summary>

export const http2 = protocol({
  name: 'HyperText Transfer Protocol 2',
  short: 'HTTP2',
  column: (s) => (s.media === MediaType.Json ? 'HTTP2/JSON' : s.media === MediaType.Xml ? 'HTTP2/XML' : 'HTTP2'),
  spec: 'RFC 9113',
  self: f.self,
  summary,
  pdu: (b, start, end) =>
    isPreface(b, start, end)
      ? PREFACE.length
      : end - start < 3
        ? HEADER
        : HEADER + ((b[start]! << 16) | (b[start + 1]! << 8) | b[start + 2]!),
  every: true,
  sized: true,

  dissect(d, s) {
    s.magic = isPreface(d.bytes, d.pos, d.end)
    s.type = -1
    s.stream = s.block = s.mediaField = 0
    s.media = MediaType.None
  },

  state: () => new Http2Sessions(),
  follow(d, s, sessions) {
    s.sessions = sessions
    const opened = d.open(f.stream)
    if (s.magic) {
      d.take(f.magic, PREFACE.length)
      if (d.showing) d.caption('Stream: Magic', opened)
      d.close(opened)
      return
    }
    frame(d, s, sessions, opened)
  },

  info(s, d, _known, line) {
    const before = d.infoBefore === '' ? '' : ', '
    if (s.magic) return `${before}Magic`
    if (s.type < 0) return before
    const what = `${before}${nameOf(s.type)}[${s.stream}]`
    if (s.sessions === null) return what
    const { sessions } = s
    const said = s.block === 0 ? '' : blockText(sessions, s.block, ': ')
    line.text(what + said)
    writeBody(line, s.media, () => line.text(typeText(valueOf(sessions, s.mediaField))))
    return ''
  },
})

const nameOf = (type: number): string => frameNames[type] ?? `Unknown type (${type})`

/** A frame; `opened` is the subtree it is in, which is closed. */
function frame(d: Dissection, s: Summary, sessions: Http2Sessions | null, opened: number): void {
  const length = d.u24(f.length)
  const type = d.u8(f.type)
  const flags = readFlags(d, type)
  const id = d.peek32()
  d.at(f.r, d.pos, d.pos + 4, id)
  s.stream = d.u32(f.streamid) & 0x7fffffff
  s.type = type
  d.limit(length)
  const end = d.pos + length
  ended.levels = 0
  const title = `Stream: ${nameOf(type)}, Stream ID: ${s.stream}, Length ${length}`
  if (d.showing) d.caption(title, opened)
  switch (type) {
    case FrameType.Data:
      return data(d, s, sessions, flags, opened)
    case FrameType.Headers:
    case FrameType.PushPromise:
    case FrameType.Continuation:
      if (type === FrameType.Headers && flags & Flag.EndStream && sessions !== null) bodyBefore(d, s, sessions)
      headers(d, s, sessions, type, flags)
      if (d.showing && s.block !== 0) d.caption(title + blockText(sessions!, s.block, ', '), opened)
      break
    default:
      readPlainFrame(d, type, flags)
      if (type === FrameType.Reset && sessions !== null && d.memory === Memory.Track) sessions.reset(d, s.stream)
  }
  d.pos = Math.min(end, d.end)
  d.close(opened)
  if (ended.levels > 0) {
    const { pos } = d
    d.range(ended.source, 0, ended.end)
    nest(d, ended.levels, pos)
  }
}

/** Reads the length of the padding where there is one, RFC 9113 section 6.1. */
function readPadding(d: Dissection, flags: number): number {
  const at = d.pos
  const padding = flags & Flag.Padded ? d.u8(f.padding) : 0
  d.at(f.pad_length, at, d.pos, padding)
  d.markGenerated()
  return padding
}

/** HEADERS, PUSH_PROMISE and CONTINUATION: each has a piece of a header block. */
function headers(d: Dissection, s: Summary, sessions: Http2Sessions | null, type: number, flags: number): void {
  const place = placeOf(d, d.layerStart)
  const tracks = sessions !== null && d.memory === Memory.Track
  const padding = readPadding(d, flags)
  let of = s.stream
  if (type === FrameType.Headers && flags & Flag.Priority) readPriority(d)
  else if (type === FrameType.PushPromise) {
    of = d.peek32() & 0x7fffffff
    d.at(f.push_promise.r, d.pos, d.pos + 4, of)
    d.u32(f.push_promise.promised_stream_id)
  }
  const start = d.pos
  const size = d.reportedLeft - padding
  if (size < 0) d.malformed()
  if (type === FrameType.Continuation) continuationText(d, size)
  else d.take(type === FrameType.Headers ? f.headers.self : f.push_promise.header, size)
  if (sessions !== null) {
    const last = (flags & Flag.EndHeaders) !== 0
    s.block = tracks ? sessions.headers(d, place, of, start, d.pos, last) : sessions.blockAt(d, place)
    if (s.block !== 0 && d.recording) headerLines(d, sessions, s.block, start, d.pos)
  }
  if (padding === 0) return
  if (type === FrameType.Headers) d.take(f.headers.padding, padding)
  else d.take(type === FrameType.PushPromise ? f.push_promise.padding : f.continuation.padding, padding)
}

/** The piece as ASCII text, which it never is; that is how it is shown. */
function continuationText(d: Dissection, size: number): void {
  const start = d.pos
  d.skip(size)
  if (d.wants(f.continuation.header)) d.textAt(f.continuation.header, start, d.pos, ascii(d.bytes, start, d.pos))
}

function ascii(b: Uint8Array, start: number, end: number): string {
  let out = ''
  for (let i = start; i < Math.min(end, start + MAX_TEXT); i++)
    out += b[i]! < 0x80 ? String.fromCharCode(b[i]!) : '\ufffd'
  return out
}

/** The body that trailers have ended: where it is, and how deep below this layer's line what it holds stands. */
const ended = { source: 0, end: 0, levels: 0 }

/** The body that ends with these trailers, which are no part of it. */
function bodyBefore(d: Dissection, s: Summary, sessions: Http2Sessions): void {
  const place = placeOf(d, d.layerStart)
  if (d.memory === Memory.Track && sessions.isUnfinished(d, s.stream))
    sessions.data(d, place, s.stream, d.pos, d.pos, true)
  const known = sessions.bodyAt(d, place)
  const whole = known === null ? null : sessions.assemblies.read(known.assembly, d, 0, known.size)
  if (known === null || whole === null) return
  const { source, pos, reported } = d
  d.into('Reassembled body', whole, sessions.assemblies.origin(known.assembly))
  reassemblyTree(d, reassembly, sessions.assemblies, known.assembly, known.size)
  ended.levels = content(d, s, sessions, known, 0, whole.length)
  ended.source = d.source
  ended.end = d.end
  d.range(source, pos, reported)
}

/** What follows stands `levels` below this layer's line, which ends at `end`. */
function nest(d: Dissection, levels: number, end: number): void {
  for (let i = 0; i < levels; i++) d.nest(end)
}

/** DATA, RFC 9113 section 6.1: the last frame of a stream shows all of its body. */
function data(d: Dissection, s: Summary, sessions: Http2Sessions | null, flags: number, opened: number): void {
  const padding = readPadding(d, flags)
  const size = d.reportedLeft - padding
  if (size < 0) d.malformed()
  const start = d.pos
  d.skip(size)
  const end = d.pos
  const place = placeOf(d, d.layerStart)
  const ends = (flags & Flag.EndStream) !== 0
  if (!ends && d.showing) d.append(' (partial entity body)', opened)
  if (sessions !== null && d.memory === Memory.Track) sessions.data(d, place, s.stream, start, end, ends)
  const known = sessions?.bodyAt(d, place) ?? null
  const whole =
    known !== null && ends && known.assembly !== 0 ? sessions!.assemblies.read(known.assembly, d, 0, known.size) : null
  if (known !== null && !ends) {
    const completed = sessions!.assemblies.completedIn[known.assembly]!
    if (known.assembly !== 0 && completed > d.packet.number) d.at(f.body.reassembled.in, start, start, completed)
  }
  d.skip(padding)
  d.closeAt(opened, d.layerStart, d.pos)
  d.enter()
  const { source } = d
  let levels = 0
  if (whole !== null) {
    d.into('Reassembled body', whole, sessions!.assemblies.origin(known!.assembly))
    reassemblyTree(d, reassembly, sessions!.assemblies, known!.assembly, known!.size)
    levels = content(d, s, sessions!, known!, 0, whole.length)
  } else if (known !== null && ends) levels = content(d, s, sessions!, known, start, end)
  else d.spanAt(f.data.data, start, end)
  if (padding > 0) {
    const { source: at, pos, reported } = d
    d.range(source, end, end + padding)
    d.spanAt(f.data.padding, end, end + padding)
    d.range(at, pos, reported)
  }
  d.leave()
  if (levels === 0) d.range(source, end + padding, end + padding)
  nest(d, levels, end + padding)
}

/**
 * A body that is all there, `start…end` of the current source: shown as it is, unpacked, and handed on by its type. Returns
 * how deep below this layer's line that stands, 0 when nothing follows.
 */
function content(
  d: Dissection,
  s: Summary,
  sessions: Http2Sessions,
  known: Http2Body,
  start: number,
  end: number,
): number {
  const { texts } = sessions
  const { type: field, encoding } = known
  d.pos = start
  d.limit(end - start)
  const type =
    field === 0 ? MediaType.None : mediaTypeOf(texts.bytes, texts.valueStart[field]!, typeEnd(sessions, field))
  const coding = valueOf(sessions, encoding)
  const coded = end > start && coding !== '' && coding.toLowerCase() !== 'identity'
  const unpacks = type === MediaType.Dns || d.wantsInside(mediaTypes) || d.wants(f.data.data)
  body.packed = coded && !unpacks
  body.stream = s.stream
  if (coded && unpacks) {
    if (!decode(d, coding, () => d.spanAt(f.data.data, start, end))) return 0
    d.enter()
    d.spanAt(f.data.data, d.pos, d.end)
    d.leave()
  } else {
    d.spanAt(f.data.data, start, end)
    if (coded && !canDecode(coding)) return 0
  }
  if (end === start || type === MediaType.None) return 0
  s.media = type
  s.mediaField = field
  if (type === MediaType.Dns) d.infoBefore = ''
  if (d.showing) {
    const described = valueOf(sessions, field)
    body.type = typeText(described)
    body.described = escapeText(described)
  }
  if (type === MediaType.Bytes) d.nextData()
  else d.next(mediaTypes, type)
  return coded && unpacks ? 2 : 1
}

/** The media type without its parameters. */
const typeText = (value: string): string => escapeText(value.split(';', 1)[0]!.trimEnd().toLowerCase())

function typeEnd(sessions: Http2Sessions, field: number): number {
  const { texts } = sessions
  const start = texts.valueStart[field]!
  let end = start
  while (end < texts.valueEnd[field]! && texts.bytes[end] !== SEMICOLON) end++
  while (end > start && texts.bytes[end - 1] === SPACE) end--
  return end
}

const SEMICOLON = 0x3b
const SPACE = 0x20
