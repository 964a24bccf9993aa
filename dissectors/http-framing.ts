/** Where an HTTP/1 message ends in a stream, RFC 9112 section 6.3. */
import { escapeText, type Framing, MORE, NOT_MINE, UNTIL_END, utf8 } from '../src/dissect/index.js'
import {
  chunk,
  type Head,
  headOf,
  hexDigit,
  Kind,
  kindOf,
  lineTextEnd,
  MAX_HEAD,
  nextLine,
  readChunk,
  statusOf,
} from './http-message.js'
import { sameWord } from './shared/media-types.js'

/** What a request asks for, as far as the length of its answer depends on it; two bits each, the oldest lowest. */
const Asked = { Nothing: 0, Body: 1, Head: 2, Tunnel: 3 } as const
/** Requests that are remembered while they wait for their answers. */
const MAX_ASKED = 15

/** Chunks are being counted. */
const CHUNKS = 1

const CR = 13
const LF = 10

/** How long the message is whose bytes begin at `start`. */
export function messageSize(b: Uint8Array, start: number, end: number, at: Framing): number {
  const size = at.stage === CHUNKS ? chunksSize(b, start, end, at) : headSize(b, start, end, at)
  return at.last && size !== NOT_MINE && (size <= 0 || size > at.before + end - start) ? at.before + end - start : size
}

function headSize(b: Uint8Array, start: number, end: number, at: Framing): number {
  const line = lineStart(b, start, end)
  const one = headOf(b, line, end, at.packet)
  if (one.kind === Kind.None) return at.spoken ? end - start : NOT_MINE
  const head = one.complete ? one.bodyStart : headEnd(b, line, end)
  if (head < 0) return end - start > MAX_HEAD ? end - start : MORE
  if (!one.complete) scanAll(one, b, line, head)
  const body = head - start
  if (one.kind === Kind.Response && bodiless(one, at)) return body
  if (one.chunked) {
    at.stage = CHUNKS
    return chunksSize(b, head, end, at, body)
  }
  if (one.contentLength >= 0) return body + one.contentLength
  return one.kind === Kind.Response ? UNTIL_END : body
}

/** Looks for what says the length behind a line that is no header, too. */
function scanAll(h: Head, b: Uint8Array, start: number, end: number): void {
  for (let p = nextLine(b, start, end); p < end; p = nextLine(b, p, end)) h.take(b, p, nextLine(b, p, end))
}

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
    if (b[next - 1] !== LF) return -1
    if (lineTextEnd(b, p, next) === p) return next
    p = next
  }
  return -1
}

/** Behind the empty line that ends the headers, -1 when it is not there. */
function headEnd(b: Uint8Array, start: number, end: number): number {
  return trailerEnd(b, nextLine(b, start, end), end)
}

/** Some clients send a line end behind a body; it belongs to no message. */
const lineStart = (b: Uint8Array, start: number, end: number): number =>
  end - start >= 2 && b[start] === CR && b[start + 1] === LF ? start + 2 : start

/** What the answers to come have to know of the requests before them: see `Asked`. */
export function rememberRequest(memo: number, b: Uint8Array, start: number, end: number): number {
  const line = lineStart(b, start, end)
  const kind = kindOf(b, line, end)
  if (kind === Kind.Response) {
    const status = statusOf(b, line, lineTextEnd(b, line, nextLine(b, line, end)))
    return status >= 200 || status === 101 ? memo >>> 2 : memo
  }
  if (kind === Kind.None) return memo
  let asked: number = Asked.Body
  if (sameWord(b, line, line + 5, 'head ')) asked = Asked.Head
  else if (sameWord(b, line, line + 8, 'connect ')) asked = Asked.Tunnel
  for (let shift = 0; shift < MAX_ASKED * 2; shift += 2) {
    if (((memo >>> shift) & 3) === Asked.Nothing) return (memo | (asked << shift)) >>> 0
  }
  return memo
}

/** The first line of a message that is not all there, as Info shows it. */
export function firstLineText(b: Uint8Array, start: number, end: number): string {
  const line = lineStart(b, start, end)
  const next = nextLine(b, line, end)
  if (next === line || b[next - 1] !== LF || kindOf(b, line, end) === Kind.None) return ''
  return `${escapeText(utf8(b, line, lineTextEnd(b, line, next)))} `
}
