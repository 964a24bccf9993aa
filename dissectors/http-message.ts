/** Where the parts of an HTTP/1 message lie, RFC 9112. Reads bytes only: no fields, no strings. */
import { sameWord } from './shared/media-types.js'

/** What a message is by its first line. */
export const Kind = { None: 0, Request: 1, Response: 2, Notification: 3 } as const
export type Kind = (typeof Kind)[keyof typeof Kind]

/** Headers beyond this are no headers. */
export const MAX_HEAD = 65_536

const CR = 13
const LF = 10
const SPACE = 32
const PLUS = 43
const COLON = 58
const SMALL_C = 99
const SMALL_T = 116

/** The offsets that matter of a message whose bytes are `bytes[start…end)`; -1 where there is no such thing. */
export class Head {
  kind: Kind = Kind.None
  /** The first line without its line end. */
  line = 0
  lineEnd = 0
  /** Behind the headers: behind the empty line when there is one. */
  bodyStart = 0
  /** Headers were followed by an empty line. */
  complete = false
  status = 0
  contentLength = -1
  chunked = false
  /** It has a Transfer-Encoding header, and what that names beside chunks: nobody unpacks it. */
  transfers = false
  transferCoded = false
  /** There is something in it that is worth a note: it must be read line by line even where nobody wants its lines. */
  odd = false
  /** The media type without its parameters, and where the header's value ends. */
  type = -1
  typeEnd = -1
  typeValueEnd = -1
  encoding = -1
  encodingEnd = -1

  /** Finds everything. The first line is looked for at `start`. */
  scan(b: Uint8Array, start: number, end: number): void {
    this.kind = kindOf(b, start, end)
    this.line = start
    this.complete = this.chunked = this.transfers = this.transferCoded = false
    this.status = 0
    this.contentLength = this.type = this.typeEnd = this.typeValueEnd = this.encoding = this.encodingEnd = -1
    this.lineEnd = this.bodyStart = start
    this.odd = sawOdd = false
    let p = start
    if (this.kind !== Kind.None) {
      p = nextLine(b, start, end)
      this.lineEnd = lineTextEnd(b, start, p)
    } else if (!isText(b, start, end)) return
    if (this.kind === Kind.Response) this.status = statusOf(b, start, this.lineEnd)
    while (p < end) {
      if (b[p] === LF || b[p] === CR) {
        this.complete = b[p] === LF || p + 1 < end
        p = nextLine(b, p, end)
        break
      }
      const colon = headerColon(b, p, end)
      if (colon < 0) break
      const next = nextLine(b, colon, end)
      if (next - start > MAX_HEAD) break
      this.header(b, p, colon, next)
      p = next
    }
    this.bodyStart = p
    this.odd ||= sawOdd || (this.transfers && this.contentLength >= 0)
  }

  /** Becomes what `other` is. */
  copy(other: Head): void {
    this.kind = other.kind
    this.line = other.line
    this.lineEnd = other.lineEnd
    this.bodyStart = other.bodyStart
    this.complete = other.complete
    this.status = other.status
    this.contentLength = other.contentLength
    this.chunked = other.chunked
    this.transfers = other.transfers
    this.transferCoded = other.transferCoded
    this.odd = other.odd
    this.type = other.type
    this.typeEnd = other.typeEnd
    this.typeValueEnd = other.typeValueEnd
    this.encoding = other.encoding
    this.encodingEnd = other.encodingEnd
  }

  /** Bytes of the body as it stands in `bytes[bodyStart…end)`; `end` is where the message is cut at the latest. */
  bodySize(end: number): number {
    const left = end - this.bodyStart
    if (this.kind === Kind.None) return left
    if (this.chunked) return left
    if (this.contentLength >= 0) return Math.min(this.contentLength, left)
    return this.transfers || (this.kind === Kind.Response && !this.bodiless()) ? left : 0
  }

  /** Responses that never have a body, RFC 9112 section 6.3. */
  bodiless(): boolean {
    return (this.status >= 100 && this.status < 200) || this.status === 204 || this.status === 304
  }

  /** Takes the line `b[start…next)` if it is a header. */
  take(b: Uint8Array, start: number, next: number): void {
    const colon = headerColon(b, start, next)
    if (colon >= 0) this.header(b, start, colon, next)
  }

  /** Takes a header whose name is `b[name…colon)`; its line ends before `next`. */
  private header(b: Uint8Array, name: number, colon: number, next: number): void {
    const initial = b[name]! | 0x20
    if (initial !== SMALL_C && initial !== SMALL_T) return
    const lineEnd = lineTextEnd(b, name, next)
    const value = valueStart(b, colon, lineEnd)
    const valueEnd = trimEnd(b, value, lineEnd)
    if (sameWord(b, name, colon, 'content-length')) this.contentLength = decimal(b, value, valueEnd)
    else if (sameWord(b, name, colon, 'content-type')) {
      this.type = value
      this.typeValueEnd = valueEnd
      this.typeEnd = trimEnd(b, value, semicolonOr(b, value, valueEnd))
    } else if (sameWord(b, name, colon, 'transfer-encoding')) {
      const codings = transferCodings(b, value, valueEnd)
      this.transfers = true
      this.chunked ||= (codings & Transfer.Chunked) !== 0
      this.transferCoded = (codings & Transfer.Coded) !== 0
      this.odd ||= (codings & Transfer.Unknown) !== 0
    } else if (sameWord(b, name, colon, 'content-encoding')) {
      this.encoding = value
      this.encodingEnd = valueEnd
    }
  }
}

/** What Transfer-Encoding says: chunks, another coding, something unknown. */
export const Transfer = { Chunked: 1, Coded: 2, Unknown: 4 } as const

/** What the transfer codings `b[start…end)` are, RFC 9112 section 7; as in Wireshark, chunks and one other coding. */
export function transferCodings(b: Uint8Array, start: number, end: number): number {
  let found = 0
  let others = 0
  for (let p = start; p < end && b[p] !== 0; ) {
    if (isBlank(b[p]!) || b[p] === COMMA) p++
    else if (p + 7 <= end && spells(b, p, 'chunked')) {
      found |= Transfer.Chunked
      p += 7
    } else {
      const coding =
        others++ === 0 ? transferNames.find((name) => p + name.length <= end && spells(b, p, name)) : undefined
      if (coding === undefined) return found | Transfer.Unknown
      if (coding !== 'identity') found |= Transfer.Coded
      p += coding.length
    }
  }
  return found
}
const transferNames = ['compress', 'deflate', 'gzip', 'identity', 'x-compress', 'x-gzip']
const COMMA = 44

const latest = new Head()
let latestBytes: Uint8Array | null = null
let latestPacket = 0

/**
 * The head of the message that begins at `start`, of packet `packet`. Where a message ends is asked right before it is
 * dissected: the head that was scanned for the one is still there for the other. To be read before the next is asked for.
 */
export function headOf(b: Uint8Array, start: number, end: number, packet: number): Head {
  const known = latestBytes === b && latest.line === start && latestPacket === packet
  if (known && latest.complete && latest.bodyStart <= end) return latest
  latest.scan(b, start, end)
  latestBytes = b
  latestPacket = packet
  return latest
}

/** May these bytes be HTTP? The first line says so: a request ends with a version, a response begins with one. */
export function looksLikeHttp(b: Uint8Array, start: number, end: number): boolean {
  const next = nextLine(b, start, end)
  if (!isLine(b, start, next, end)) return false
  const lineEnd = lineTextEnd(b, start, next)
  if (lineEnd - start < 8) return false
  if (sameWord(b, start, start + 7, 'http/1.')) return true
  const version = lineEnd - 8
  if (!sameWord(b, version, version + 7, 'http/1.') || (b[lineEnd - 1] !== 0x30 && b[lineEnd - 1] !== 0x31))
    return false
  return kindOf(b, start, end) !== Kind.None
}

/** Behind the line that begins at `p`, with its line end: CR LF, LF or CR; `end` when it has none. */
export function nextLine(b: Uint8Array, p: number, end: number): number {
  for (let i = p; i < end; i++) {
    const c = b[i]!
    if (c > CR) continue
    if (c === LF) return i + 1
    if (c === CR) return i + 1 < end && b[i + 1] === LF ? i + 2 : i + 1
    if (c === 0) sawOdd = true
  }
  return end
}
/** Was there a zero, or a name that is no token, since this was set to false? */
let sawOdd = false

/** Is the line `b[p…next)` whole? A CR that comes last may be followed by LF. */
export const isLine = (b: Uint8Array, p: number, next: number, end: number): boolean =>
  next > p && (b[next - 1] === LF || (b[next - 1] === CR && next < end))

/** Where the text of the line `b[p…next)` ends: before its line end. */
export function lineTextEnd(b: Uint8Array, p: number, next: number): number {
  if (next > p && b[next - 1] === LF) return next - 1 > p && b[next - 2] === CR ? next - 2 : next - 1
  return next > p && b[next - 1] === CR ? next - 1 : next
}

/** The colon behind a header's name, RFC 9110 section 5.1; -1 when the line has none and is no header. */
export function headerColon(b: Uint8Array, p: number, end: number): number {
  for (let i = p; i < end; i++) {
    const c = b[i]!
    if (inToken[c] !== 0) continue
    if (c === COLON) {
      if (i === p) sawOdd = true
      return i
    }
    if (c === LF || c === CR) return -1
    sawOdd = true
  }
  return -1
}

/** Has a header's name nothing in it but what Wireshark takes for a token's: RFC 9110 section 5.6.2, but for two. */
export function isToken(b: Uint8Array, start: number, end: number): boolean {
  if (start === end) return false
  for (let i = start; i < end; i++) if (inToken[b[i]!] === 0) return false
  return true
}
const delimiters = '"\'(),/:;<=>?@[]{}'
const inToken = Uint8Array.from({ length: 256 }, (_, c) =>
  c > SPACE && c < 127 && !delimiters.includes(String.fromCharCode(c)) ? 1 : 0,
)

export function valueStart(b: Uint8Array, colon: number, end: number): number {
  let p = colon + 1
  while (p < end && isBlank(b[p]!)) p++
  return p
}
export function trimEnd(b: Uint8Array, start: number, end: number): number {
  let p = end
  while (p > start && isBlank(b[p - 1]!)) p--
  return p
}
const isBlank = (c: number): boolean => c === SPACE || c === 9

function semicolonOr(b: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i++) if (b[i] === 0x3b) return i
  return end
}

/** A decimal number, -1 when it is none or is beyond what can be exact. */
export function decimal(b: Uint8Array, start: number, end: number): number {
  if (start >= end || end - start > 15) return -1
  let n = 0
  for (let i = b[start] === PLUS && end - start > 1 ? start + 1 : start; i < end; i++) {
    const digit = b[i]! - 0x30
    if (digit < 0 || digit > 9) return -1
    n = n * 10 + digit
  }
  return n
}

/** What does not begin with a printable character is not looked at as text: header lines, that is, without a first one. */
export const isText = (b: Uint8Array, start: number, end: number): boolean =>
  start < end && b[start]! >= SPACE && b[start]! < 127

/** Where the first line is: some clients send a line end behind a body, which belongs to no message. */
export const lineStart = (b: Uint8Array, start: number, end: number): number =>
  end - start > 2 && b[start] === CR && b[start + 1] === LF && isText(b, start + 2, end) ? start + 2 : start

/** Behind the spaces at `p`. */
export function skipSpaces(b: Uint8Array, p: number, end: number): number {
  let q = p
  while (q < end && b[q] === SPACE) q++
  return q
}
/** The next space at or behind `p`, or `end`. */
export function wordEnd(b: Uint8Array, p: number, end: number): number {
  let q = p
  while (q < end && b[q] !== SPACE) q++
  return q
}

/** The status of a response line: what three characters behind the version spell in C; 0 without. */
export function statusOf(b: Uint8Array, start: number, lineEnd: number): number {
  let p = skipSpaces(b, wordEnd(b, start, lineEnd), lineEnd)
  if (wordEnd(b, p, lineEnd) - p < 3) return 0
  const end = p + 3
  while (p < end && b[p] === 9) p++
  const negative = b[p] === 0x2d
  if (negative || b[p] === 0x2b) p++
  let n = 0
  for (; p < end && b[p]! >= 0x30 && b[p]! <= 0x39; p++) n = n * 10 + b[p]! - 0x30
  return negative ? -n : n
}

/** One chunk: where its data lies and where the next one begins. Refilled by `readChunk`. */
export const chunk = { data: 0, size: 0, next: 0 }

/**
 * Reads the chunk whose size stands at `p` into `chunk`. False when not all of it is there; then `size` says how much
 * it would be, -1 when not even that is known. A size of zero ends the body; the trailer follows.
 */
export function readChunk(b: Uint8Array, p: number, end: number): boolean {
  const data = nextLine(b, p, end)
  chunk.size = -1
  if (!isLine(b, p, data, end)) return false
  let size = 0
  for (let i = p; i < data && size < 0x10000000; i++) {
    const digit = hexDigit(b[i]!)
    if (digit < 0) break
    size = size * 16 + digit
  }
  chunk.data = data
  chunk.size = size
  if (size === 0) {
    chunk.next = data
    return true
  }
  chunk.next = data + size + 2
  return chunk.next <= end
}

export function hexDigit(c: number): number {
  if (c >= 0x30 && c <= 0x39) return c - 0x30
  const letter = c | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** What a message is by its first word. */
export function kindOf(b: Uint8Array, start: number, end: number): Kind {
  // RFC 2774: a request that must be understood has this before its method.
  if (end - start >= 2 && b[start] === 0x4d && b[start + 1] === 0x2d) return kindOf(b, start + 2, end)
  if (end - start >= 5 && spells(b, start, 'HTTP/')) return Kind.Response
  if (end - start >= 3 && spells(b, start, 'ICY')) return Kind.Response
  const word = methodEnd(b, start, end)
  const size = word - start
  const same = methods[size]
  if (same === undefined) return Kind.None
  for (let i = 0; i < same.length; i++) {
    if (spells(b, start, same[i]!)) return notifications.includes(same[i]!) ? Kind.Notification : Kind.Request
  }
  return Kind.None
}

function methodEnd(b: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + 20)
  let p = start
  while (p < limit && b[p] !== SPACE && b[p] !== LF && b[p] !== CR) p++
  return p
}

function spells(b: Uint8Array, start: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (b[start + i] !== word.charCodeAt(i)) return false
  return true
}

const notifications = ['NOTIFY', 'SUBSCRIBE', 'UNSUBSCRIBE']
/** Methods by their length: RFC 9110, WebDAV, UPnP and what Microsoft added. */
const methods: (readonly string[] | undefined)[] = []
for (const method of (
  'GET PUT HEAD POST MOVE COPY LOCK POLL PATCH TRACE MKCOL BCOPY BMOVE LABEL MERGE DELETE UNLOCK SEARCH REPORT ' +
  'UPDATE NOTIFY OPTIONS CONNECT BDELETE CHECKIN CHECKOUT PROPFIND CCM_POST PROPPATCH BPROPFIND SUBSCRIBE ' +
  'BPROPPATCH UNCHECKOUT MKACTIVITY UNSUBSCRIBE MKWORKSPACE RPC_CONNECT RPC_IN_DATA RPC_OUT_DATA VERSION-CONTROL ' +
  'BASELINE-CONTROL SSTP_DUPLEX_POST'
).split(' ')) {
  methods[method.length] = [...(methods[method.length] ?? []), method]
}
