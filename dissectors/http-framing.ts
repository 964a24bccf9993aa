/** Where an HTTP/1 message ends in a stream, RFC 9112 section 6.3. */
import { escapeText, type Framing, MORE, NOT_MINE, UNTIL_END, utf8 } from '../src/dissect/index.js'
import {
  chunk,
  type Head,
  headOf,
  hexDigit,
  isLine,
  isText,
  Kind,
  kindOf,
  lineStart,
  lineTextEnd,
  MAX_HEAD,
  nextLine,
  readChunk,
  statusOf,
} from './http-message.js'
import { sameWord } from './shared/media-types.js'
import { portApplications } from './tls-applications.js'

/** What a request asks for, as far as the length of its answer depends on it; two bits each, the oldest lowest. */
const Asked = { Nothing: 0, Body: 1, Head: 2, Tunnel: 3 } as const
/** The latest tunnel that was asked for leads to a port of TLS. */
const TLS_TUNNEL = 0x40000000
/** Requests that are remembered while they wait for their answers. */
const MAX_ASKED = 15

/** Chunks are being counted. */
const CHUNKS = 1

const SPACE = 32
const ZERO = 48
const COLON = 58

/** How long the message is whose bytes begin at `start`. */
export function messageSize(b: Uint8Array, start: number, end: number, at: Framing): number {
  const size = at.stage === CHUNKS ? chunksSize(b, start, end, at) : headSize(b, start, end, at)
  return at.last && size !== NOT_MINE && (size <= 0 || size > at.before + end - start) ? at.before + end - start : size
}

function headSize(b: Uint8Array, start: number, end: number, at: Framing): number {
  const line = lineStart(b, start, end)
  const one = headOf(b, line, end, at.packet)
  if (one.kind === Kind.None) {
    if (!at.spoken) return NOT_MINE
    return isText(b, line, end) && !isLine(b, line, nextLine(b, line, end), end) ? MORE : end - start
  }
  const head = one.complete ? one.bodyStart : headEnd(b, line, end)
  if (head < 0) return end - start > MAX_HEAD ? end - start : MORE
  // Behind a line that is no header the head is waited for, and what is in it goes for the body: of a response all of it.
  if (!one.complete && one.kind === Kind.Response) scanAll(one, b, line, head)
  const body = (one.kind === Kind.Response ? head : one.bodyStart) - start
  if (one.kind === Kind.Response && bodiless(one, at)) return body + Math.min(rest(one, at), end - one.bodyStart)
  if (one.chunked) {
    at.stage = CHUNKS
    return chunksSize(b, start + body, end, at, body)
  }
  if (one.contentLength >= 0) return body + one.contentLength
  if (one.kind === Kind.Response) return UNTIL_END
  return one.transfers ? end - start : body
}

/** Looks for what says the length behind a line that is no header, too. */
function scanAll(h: Head, b: Uint8Array, start: number, end: number): void {
  for (let p = nextLine(b, start, end); p < end; p = nextLine(b, p, end)) h.take(b, p, nextLine(b, p, end))
}

/** How long the body of a response is that should have none: one that says its length has as much of it as is there. */
const rest = (h: Head, at: Framing): number => (h.bodiless() && !at.consulted ? Math.max(h.contentLength, 0) : 0)

/** Has this response no body whatever its headers say? */
function bodiless(h: Head, at: Framing): boolean {
  if (h.status >= 200 ? h.bodiless() : h.bodiless() && h.contentLength < 0) return true
  const asked = at.memo & 3
  if (asked < Asked.Head) return false
  at.consulted = true
  return asked === Asked.Head || (h.status >= 200 && h.status < 300)
}

/** Goes on with the chunk at `start`, `before` bytes into the message. Says what the next chunk needs. */
function chunksSize(b: Uint8Array, start: number, end: number, at: Framing, before = at.before): number {
  let p = start
  at.open = true
  for (;;) {
    if (p < end && lineTextEnd(b, p, nextLine(b, p, end)) === p) return before + p - start
    if (p < end && hexDigit(b[p]!) < 0) return before + end - start
    const whole = readChunk(b, p, end)
    at.resume = before + p - start
    if (!whole) return chunk.size < 0 ? MORE : before + chunk.next - start
    if (chunk.size === 0) {
      const behind = trailerEnd(b, chunk.next, end)
      return behind < 0 ? MORE : before + behind - start
    }
    p = chunk.next
  }
}

/** Behind the empty line that ends a trailer, -1 when it is not there. */
function trailerEnd(b: Uint8Array, start: number, end: number): number {
  for (let p = start; p < end; ) {
    const next = nextLine(b, p, end)
    if (!isLine(b, p, next, end)) return -1
    if (lineTextEnd(b, p, next) === p) return next
    p = next
  }
  return -1
}

/** Behind the empty line that ends the headers, -1 when it is not there. */
function headEnd(b: Uint8Array, start: number, end: number): number {
  return trailerEnd(b, nextLine(b, start, end), end)
}

/** What the answers to come have to know of the requests before them: see `Asked`. */
export function rememberRequest(memo: number, b: Uint8Array, start: number, end: number): number {
  const line = lineStart(b, start, end)
  const kind = kindOf(b, line, end)
  if (kind === Kind.Response) {
    const tunnel = memo & TLS_TUNNEL
    const status = statusOf(b, line, lineTextEnd(b, line, nextLine(b, line, end)))
    return status >= 200 || status === 101 ? ((memo & ~TLS_TUNNEL) >>> 2) | tunnel : memo
  }
  if (kind === Kind.None) return memo
  let asked: number = Asked.Body
  if (sameWord(b, line, line + 5, 'head ')) asked = Asked.Head
  else if (sameWord(b, line, line + 8, 'connect ')) asked = Asked.Tunnel
  const kept = asked !== Asked.Tunnel ? memo : leadsToTls(b, line + 8, end) ? memo | TLS_TUNNEL : memo & ~TLS_TUNNEL
  for (let shift = 0; shift < MAX_ASKED * 2; shift += 2) {
    if (((memo >>> shift) & 3) === Asked.Nothing) return (kept | (asked << shift)) >>> 0
  }
  return memo
}

/** Is the target that begins at `start`, `host:port`, a port of TLS? */
function leadsToTls(b: Uint8Array, start: number, end: number): boolean {
  let port = 0
  for (let p = start; p < end && b[p]! > SPACE; p++) {
    const digit = b[p]! - ZERO
    if (b[p] === COLON) port = 0
    else port = digit >= 0 && digit <= 9 ? Math.min(port * 10 + digit, 0x10000) : 0
  }
  return port in portApplications
}

/** Does this message begin a tunnel in which TLS is spoken? `memo` is what was remembered before it. */
export const tunnelsTls = (memo: number, b: Uint8Array, start: number, end: number): boolean => {
  if ((memo & TLS_TUNNEL) === 0 || (memo & 3) !== Asked.Tunnel) return false
  const line = lineStart(b, start, end)
  if (kindOf(b, line, end) !== Kind.Response) return false
  const status = statusOf(b, line, lineTextEnd(b, line, nextLine(b, line, end)))
  return status >= 200 && status < 300
}

/** The first line of a message that is not all there, as Info shows it. */
export function firstLineText(b: Uint8Array, start: number, end: number): string {
  const line = lineStart(b, start, end)
  const next = nextLine(b, line, end)
  if (!isLine(b, line, next, end) || kindOf(b, line, end) === Kind.None) return ''
  return `${escapeText(utf8(b, line, lineTextEnd(b, line, next)))} `
}
