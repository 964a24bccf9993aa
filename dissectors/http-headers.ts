/** The header lines of an HTTP/1 message, RFC 9110. */
import {
  type Dissection,
  escapeText,
  type Field,
  fields,
  group,
  text,
  uint64,
  utf8,
  warning,
} from '../src/dissect/index.js'
import { noteBelow } from './shared/note-below.js'
import { noteStray } from './shared/stray-characters.js'
import { asciiText, untilZero } from './shared/text-spells.js'
import {
  decimal,
  headerColon,
  isToken,
  lineTextEnd,
  nextLine,
  Transfer,
  transferCodings,
  trimEnd,
  valueStart,
} from './http-message.js'

const f = fields('http', {
  authorization: text('Authorization'),
  proxy_authenticate: text('Proxy-Authenticate'),
  proxy_authorization: text('Proxy-Authorization'),
  www_authenticate: text('WWW-Authenticate'),
  authbasic: text('Credentials'),
  content_type: text('Content-Type'),
  content_length_header: text('Content-Length'),
  content_length: uint64('Content length'),
  content_encoding: text('Content-Encoding'),
  transfer_encoding: text('Transfer-Encoding'),
  upgrade: text('Upgrade'),
  user_agent: text('User-Agent'),
  host: text('Host'),
  connection: text('Connection'),
  cookie: text('Cookie'),
  cookie_pair: text('Cookie pair', { spell: asciiText }),
  accept: text('Accept'),
  referer: text('Referer'),
  accept_language: text('Accept-Language'),
  accept_encoding: text('Accept Encoding'),
  date: text('Date'),
  cache_control: text('Cache-Control'),
  server: text('Server'),
  location: text('Location'),
  sec_websocket_accept: text('Sec-WebSocket-Accept'),
  sec_websocket_extensions: text('Sec-WebSocket-Extensions'),
  sec_websocket_key: text('Sec-WebSocket-Key'),
  sec_websocket_protocol: text('Sec-WebSocket-Protocol'),
  sec_websocket_version: text('Sec-WebSocket-Version'),
  set_cookie: text('Set-Cookie'),
  last_modified: text('Last-Modified'),
  x_forwarded_for: text('X-Forwarded-For'),
  http2_settings: text('HTTP2-Settings'),
  te_and_length: warning('The Content-Length and Transfer-Encoding header must not be set together', 'Malformed'),
  te_unknown: warning('Unknown transfer coding name in Transfer-Encoding header', 'Undecoded'),
  _blank: group('Empty line'),
  bad_header_name: warning('Illegal characters found in header name', 'Protocol'),
})

/** The fields of headers by their names in lower case. */
const known = new Map<string, Field<'string'>>([['content-length', f.content_length_header]])
for (const [key, field] of Object.entries(f)) {
  if (field.kind === 'string' && !/^(authbasic|cookie_pair|content_length_header)$/.test(key)) {
    known.set(key.replaceAll('_', '-'), field)
  }
}

/** What later headers and the lines below them need of the earlier ones. */
interface Seen {
  host: string | null
  length: boolean
  coding: boolean
}

/**
 * Reads the header lines from the read position to `end`, with the empty line behind them. `line` is the field of whole
 * lines: `http.request.line`, `http.response.line`, or `http.unknown_header` where there is no first line. Returns the value of the last Host header, null without.
 */
export function readHeaders(d: Dissection, end: number, line: Field<'string'>): string | null {
  const seen: Seen = { host: null, length: false, coding: false }
  while (d.pos < end) {
    const start = d.pos
    const next = nextLine(d.bytes, start, end)
    const textEnd = lineTextEnd(d.bytes, start, next)
    if (textEnd === start) {
      blankLine(d, next)
      break
    }
    readHeader(d, start, next, textEnd, line, seen)
    d.pos = next
  }
  return seen.host
}

/** A line end by itself, up to `next`. */
export function blankLine(d: Dissection, next: number): void {
  const blank = d.open(f._blank)
  if (d.showing) d.caption(escapeText(utf8(d.bytes, d.pos, next)), blank)
  d.pos = next
  d.close(blank)
}

function readHeader(
  d: Dissection,
  start: number,
  next: number,
  textEnd: number,
  line: Field<'string'>,
  seen: Seen,
): void {
  const b = d.bytes
  const colon = headerColon(b, start, textEnd)
  if (!isToken(b, start, colon)) return badHeader(d, line, next)
  const value = valueStart(b, colon, textEnd)
  const valueEnd = trimEnd(b, value, textEnd)
  const name = utf8(b, start, colon).toLowerCase()
  const field = known.get(name)
  if (field !== undefined) {
    if (d.wants(field)) d.textAt(field, start, next, utf8(b, value, valueEnd))
    if (d.showing && d.wants(field)) d.caption(escapeText(utf8(b, start, next)))
    d.enter()
    below(d, field, start, next, value, valueEnd, textEnd, seen)
    d.leave()
  }
  if (field === undefined) return wholeLine(d, line, start, next)
  if (!d.wants(line) || line.name === 'http.unknown_header') return
  d.textAt(line, start, next, utf8(b, start, next))
  d.hide()
}

/** A line whose name is none. */
function badHeader(d: Dissection, line: Field<'string'>, next: number): void {
  wholeLine(d, line, d.pos, next)
  noteBelow(d, f.bad_header_name)
}

function wholeLine(d: Dissection, line: Field<'string'>, start: number, next: number): void {
  if (d.wants(line)) d.textAt(line, start, next, asciiText(d.bytes, start, next))
  if (d.showing) d.caption(escapeText(utf8(d.bytes, start, next)))
  noteStray(d, start, next - start, 3)
}

/** What stands below some headers. */
function below(
  d: Dissection,
  field: Field<'string'>,
  start: number,
  next: number,
  value: number,
  valueEnd: number,
  textEnd: number,
  seen: Seen,
): void {
  const b = d.bytes
  if (field === f.host) seen.host = untilZero(b, value, valueEnd, 0)
  else if (field === f.cookie) cookiePairs(d, value, textEnd)
  else if (field === f.authorization || field === f.proxy_authorization) credentials(d, value, textEnd)
  else if (field === f.content_length_header) {
    const size = decimal(b, value, valueEnd)
    if (size >= 0) {
      d.at(f.content_length, start, next, size)
      d.markGenerated()
    }
    seen.length = true
    if (seen.coding) d.note(f.te_and_length)
  } else if (field === f.transfer_encoding) {
    if (transferCodings(b, value, valueEnd) & Transfer.Unknown) d.note(f.te_unknown)
    seen.coding = true
    if (seen.length) d.note(f.te_and_length)
  }
}

function cookiePairs(d: Dissection, start: number, end: number): void {
  let p = start
  while (p < end) {
    const at = valueStart(d.bytes, p - 1, end)
    const semicolon = d.bytes.subarray(at, end).indexOf(0x3b)
    const pairEnd = semicolon < 0 ? end : at + semicolon
    if (pairEnd > at) {
      d.spanAt(f.cookie_pair, at, pairEnd)
      noteStray(d, at, pairEnd - at, 3)
    }
    p = pairEnd + 1
  }
}

/** RFC 7617: user and password in base64. */
function credentials(d: Dissection, start: number, end: number): void {
  if (!d.wants(f.authbasic)) return
  const words = /^Basic +(.*)$/.exec(utf8(d.bytes, start, end))
  if (words) d.textAt(f.authbasic, end - words[1]!.length, end, Buffer.from(words[1]!, 'base64').toString('utf8'))
}
