/** Hypertext Transfer Protocol, version 1: RFC 9112. */
import {
  bool,
  chat,
  type Dissection,
  error,
  escapeText,
  type Field,
  fields,
  group,
  note,
  protocol,
  protocolField,
  text,
  type TextBuffer,
  uint16,
  utf8,
} from '../src/dissect/index.js'
import { HttpTransactions } from '../src/track/http-transactions.js'
import { bodyFields, canDecode, decode, fileData, joinChunks } from './http-body.js'
import { firstLineText, messageSize, rememberRequest } from './http-framing.js'
import { isAbsolute, readExchange } from './http-exchange.js'
import { readHeaders } from './http-headers.js'
import { upgradedTo, yieldsTo } from './http-upgrade.js'
import {
  chunk,
  Head,
  headOf,
  isText,
  Kind,
  lineStart,
  looksLikeHttp,
  readChunk,
  skipSpaces,
  statusOf,
  wordEnd,
} from './http-message.js'
import { noteStray } from './shared/stray-characters.js'
import { asciiText } from './shared/text-spells.js'
import { statusNames } from './shared/http-status.js'
import { body, imageTypeOf, isImage, MediaType, mediaTypeOf, mediaTypes, sameWord } from './shared/media-types.js'

const f = fields('http', {
  self: protocolField('Hypertext Transfer Protocol'),
  _first: group('First line'),
  _leading: group('Leading CRLF previous message in the stream may have extra CRLF'),
  notification: bool('Notification'),
  unknown_header: text('Unknown header'),
  request: {
    self: bool('Request'),
    line: text('Request line'),
    method: text('Request Method', { spell: asciiText }),
    uri: {
      self: text('Request URI', { spell: asciiText }),
      path: text('Request URI Path'),
      query: { self: text('Request URI Query'), parameter: text('Request URI Query Parameter') },
    },
    version: text('Request Version', { spell: asciiText }),
    full_uri: text('Full request URI'),
  },
  response: {
    self: bool('Response'),
    line: text('Response line'),
    version: text('Response Version', { spell: asciiText }),
    code: { self: uint16('Status Code'), desc: text('Status Code Description') },
    phrase: text('Response Phrase', { spell: asciiText }),
  },
  chat: chat('Formatted text', 'Sequence'),
  subdissector_failed: note('HTTP body subdissector failed, trying heuristic subdissector', 'Malformed'),
  leading_crlf: error('Leading CRLF previous message in the stream may have extra CRLF', 'Malformed'),
})

/** Which bytes the offsets of the head are in: 0 the frame, 1… what was made of several frames. */
export const summary = () => ({ source: 0, head: new Head(), type: MediaType.None as MediaType })
type Summary = ReturnType<typeof summary>

export const http = protocol({
  name: 'Hypertext Transfer Protocol',
  short: 'HTTP',
  column: (s) => columnOf('HTTP', s),
  spec: 'RFC 9112',
  self: f.self,
  under: { 'tcp.port': [80, 631, 1900, 2710, 2869, 3128, 3132, 3689, 5985, 8080, 8088, 11371] },
  late: bodyFields,
  summary,
  pdu: messageSize,
  remember: rememberRequest,
  upgrade: upgradedTo,
  yields: yieldsTo,
  preview: firstLineText,
  every: true,
  guess: looksLikeHttp,

  dissect: readMessage,
  state: () => new HttpTransactions(),
  follow: readBody,
  info: messageInfo,
})

/** Reads the head of the message that is the rest of the layer. */
export function readMessage(d: Dissection, s: Summary): void {
  const start = d.pos
  const first = lineStart(d.bytes, start, d.end)
  const leading = first > start
  const h = s.head
  s.source = d.source
  s.type = MediaType.None
  h.copy(headOf(d.bytes, first, d.end, d.packet.number))
  const reads = d.wants(f.self) || h.odd || leading
  if (h.kind === Kind.None) continuation(d, h, first, leading, reads)
  else if (reads) {
    if (leading) leadingLineEnd(d)
    firstLine(d, h)
    const response = h.kind === Kind.Response
    const line = response ? f.response.line : h.kind === Kind.Request ? f.request.line : f.unknown_header
    const host = readHeaders(d, h.bodyStart, line)
    d.pos = h.bodyStart
    if (!response && host !== null) fullUri(d, h, host)
    d.at(response ? f.response.self : h.kind === Kind.Request ? f.request.self : f.notification, h.line, h.line, 1)
    d.hide()
  }
  d.pos = h.bodyStart
}

/** What has no first line begins at `start`. It may have header lines all the same. */
function continuation(d: Dissection, h: Head, start: number, leading: boolean, reads: boolean): void {
  h.line = start
  if (leading) leadingLineEnd(d)
  if (reads && h.bodyStart > start) readHeaders(d, h.bodyStart, f.unknown_header)
}

/** Says what a message belongs to that `readMessage` has read, and goes on with its body. */
export function readBody(d: Dissection, s: Summary, transactions: HttpTransactions | null): void {
  const h = s.head
  if (transactions !== null) readExchange(d, h, transactions)
  const size = h.bodySize(d.reported)
  if (size <= 0 || (h.kind !== Kind.None && !h.complete && d.end < d.reported)) return
  d.limit(size)
  s.type = content(d, h)
}

/** What Info says of a message: its first line, and the type of its body. */
export function messageInfo(s: Summary, d: Dissection, _known: object | null, line: TextBuffer): string {
  const h = s.head
  if (h.kind === Kind.None) return 'Continuation'
  const b = bytesOf(d, s.source)
  if (!line.printable(b, h.line, h.lineEnd)) line.text(escapeText(utf8(b, h.line, h.lineEnd)))
  line.text(' ')
  writeBody(line, s.type, () => writeType(line, b, h.type, h.typeEnd))
  return ''
}

/** Writes a media type in lower case, as most are. */
function writeType(line: TextBuffer, b: Uint8Array, start: number, end: number): void {
  if (hasCapitals(b, start, end) || !line.printable(b, start, end))
    line.text(escapeText(utf8(b, start, end).toLowerCase()))
}
function hasCapitals(b: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (b[i]! >= 0x41 && b[i]! <= 0x5a) return true
  return false
}

/** What the Protocol column says: some bodies add their name. */
export const columnOf = (own: string, s: Summary): string =>
  s.type === MediaType.Json ? `${own}/JSON` : s.type === MediaType.Xml ? `${own}/XML` : own

const bytesOf = (d: Dissection, source: number): Uint8Array =>
  source === 0 ? d.frameBytes : d.sources[source - 1]!.bytes

/** The line end that some clients send behind a body; it belongs to no message. */
function leadingLineEnd(d: Dissection): void {
  const opened = d.open(f._leading)
  d.skip(2)
  d.note(f.leading_crlf)
  d.close(opened)
}

function firstLine(d: Dissection, h: Head): void {
  const b = d.bytes
  const opened = d.open(f._first)
  const end = lineEndOf(b, h.lineEnd, d.end)
  if (d.showing || d.wants(f.chat)) {
    const line = escapeText(utf8(b, h.line, end))
    d.caption(line, opened)
    d.note(f.chat, line)
  } else d.note(f.chat)
  if (h.kind === Kind.Response) statusLine(d, h)
  else requestLine(d, h)
  d.pos = end
  d.close(opened)
}

function lineEndOf(b: Uint8Array, textEnd: number, end: number): number {
  if (textEnd < end && b[textEnd] === 10) return textEnd + 1
  if (textEnd < end && b[textEnd] === 13 && b[textEnd + 1] !== 10) return textEnd + 1
  return Math.min(textEnd + 2, end)
}

/** Method, target and version, RFC 9112 section 3. */
function requestLine(d: Dissection, h: Head): void {
  const methodEnd = wordEnd(d.bytes, h.line, h.lineEnd)
  const uri = Math.min(methodEnd + 1, h.lineEnd)
  const uriEnd = wordEnd(d.bytes, uri, h.lineEnd)
  part(d, f.request.method, h.line, methodEnd)
  part(d, f.request.uri.self, uri, uriEnd)
  d.enter()
  query(d, uri, uriEnd)
  d.leave()
  part(d, f.request.version, Math.min(uriEnd + 1, h.lineEnd), h.lineEnd)
}

/** A part of the first line. */
function part(d: Dissection, field: Field<'string'>, start: number, end: number): void {
  d.spanAt(field, start, end)
  noteStray(d, start, end - start, 3)
}

/** Path, query and parameters of a target that has a query. */
function query(d: Dissection, start: number, end: number): void {
  const mark = d.bytes.subarray(start, end).indexOf(0x3f)
  if (mark < 0) return
  const path = start + mark
  d.spanAt(f.request.uri.path, start, path)
  d.spanAt(f.request.uri.query.self, path + 1, end)
  d.enter()
  for (let p = path + 1; p < end; ) {
    const next = d.bytes.subarray(p, end).indexOf(0x26)
    const parameterEnd = next < 0 ? end : p + next
    if (parameterEnd > p) d.spanAt(f.request.uri.query.parameter, p, parameterEnd)
    p = parameterEnd + 1
  }
  d.leave()
}

/** Version, status and phrase, RFC 9112 section 4. */
function statusLine(d: Dissection, h: Head): void {
  const versionEnd = wordEnd(d.bytes, h.line, h.lineEnd)
  part(d, f.response.version, h.line, versionEnd)
  const code = skipSpaces(d.bytes, versionEnd, h.lineEnd)
  const codeEnd = wordEnd(d.bytes, code, h.lineEnd)
  if (codeEnd - code < 3) return
  const status = statusOf(d.bytes, h.line, h.lineEnd)
  d.at(f.response.code.self, code, code + 3, status >>> 0)
  d.textAt(f.response.code.desc, code, code + 3, statusNames[status] ?? `Unknown (${status})`)
  d.markGenerated()
  const phrase = skipSpaces(d.bytes, codeEnd, h.lineEnd)
  if (phrase < h.lineEnd) part(d, f.response.phrase, phrase, h.lineEnd)
}

function fullUri(d: Dissection, h: Head, host: string): void {
  if (!d.wants(f.request.full_uri)) return
  const b = d.bytes
  const methodEnd = wordEnd(b, h.line, h.lineEnd)
  const uri = Math.min(methodEnd + 1, h.lineEnd)
  const uriEnd = wordEnd(b, uri, h.lineEnd)
  const target = asciiText(b, uri, uriEnd)
  const whole = isAbsolute(b, uri, uriEnd) || sameWord(b, h.line, methodEnd, 'connect')
  d.textAt(f.request.full_uri, h.line, h.line, whole ? target : `http://${host}${target}`)
  d.markGenerated()
}

/** Writes what Info says of a body behind the first line; `write` writes its media type. */
export function writeBody(line: TextBuffer, type: MediaType, write: () => void): void {
  switch (type) {
    case MediaType.None:
    case MediaType.Bytes:
    case MediaType.Xml:
      return
    case MediaType.Png:
      return line.text(' (PNG)')
    case MediaType.Gif:
      return line.text(' (GIF89a)')
    case MediaType.Jpeg:
      return line.text(' (JPEG JFIF image)')
    default:
      line.text(type === MediaType.Json ? ', JavaScript Object Notation (' : ' (')
      write()
      line.text(')')
  }
}

/** The body: unpacked, then handed to whom its media type, or how it begins, names. Returns what it is. */
function content(d: Dissection, h: Head): MediaType {
  const from = d.bytes
  if (h.chunked && readChunk(from, d.pos, d.end) && chunk.size === 0) {
    joinChunks(d)
    fileData(d)
    return MediaType.None
  }
  const coding = h.encoding < 0 ? '' : utf8(from, h.encoding, h.encodingEnd)
  const coded = h.encoding >= 0 && coding.toLowerCase() !== 'identity'
  // Where nothing in it is wanted, nobody needs the body unpacked.
  const unpacks = d.wantsInside(mediaTypes)
  body.coded = h.chunked || coded
  body.packed = body.coded && !unpacks
  if (unpacks) {
    if (h.chunked) joinChunks(d)
    if (h.transferCoded) {
      d.quote(mediaTypes, MediaType.None)
      return MediaType.None
    }
    if (coded && d.left > 0 && !decode(d, coding, () => d.quote(mediaTypes, MediaType.None))) return MediaType.None
    if (h.kind !== Kind.None || h.bodyStart > h.line || isText(from, h.line, d.end)) fileData(d)
  } else {
    // The chunks are not put together, but whether there is anything in them must be known.
    if (h.chunked && (chunk.size < 0 || chunk.data >= d.end)) d.limit(0)
    if (h.transferCoded) {
      d.quote(mediaTypes, MediaType.None)
      return MediaType.None
    }
    if (coded && d.left > 0 && !canDecode(coding)) {
      decode(d, coding, () => d.quote(mediaTypes, MediaType.None))
      return MediaType.None
    }
  }
  const named = mediaTypeOf(from, h.type, h.typeEnd)
  const type = body.packed ? named : imageTypeOf(named, d.bytes, d.pos, d.end)
  if (type !== named && isImage(named) && !body.coded) d.note(f.subdissector_failed)
  if (d.showing) {
    body.type = named === MediaType.None ? '' : escapeText(utf8(from, h.type, h.typeEnd).toLowerCase())
    body.described = named === MediaType.None ? '' : escapeText(utf8(from, h.type, h.typeValueEnd))
  }
  if (type === MediaType.None) d.quote(mediaTypes, MediaType.None)
  else if (type === MediaType.Bytes) d.nextData()
  else d.next(mediaTypes, type)
  return type
}
