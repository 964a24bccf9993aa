/** The body of an HTTP/1 message: chunks (RFC 9112 section 7.1) and content codings (RFC 9110 section 8.4). */
import { brotliDecompressSync, constants, inflateRawSync, inflateSync } from 'node:zlib'
import { bytes, type Dissection, escapeText, fields, group, text, uint32, warning } from '../src/dissect/index.js'
import { blankLine } from './http-headers.js'
import { asciiText } from './shared/text-spells.js'
import { chunk, lineTextEnd, nextLine, readChunk } from './http-message.js'

/** A body may not grow beyond this when it is decompressed. */
const MAX_BODY = 8 << 20

const f = fields('http', {
  chunk_size: uint32('Chunk size', { unit: ' octets' }),
  chunk_data: bytes('Chunk data'),
  chunk_boundary: bytes('Chunk boundary'),
  chunked_trailer_part: text('trailer-part'),
  decompression_failed: warning('Decompression failed', 'Undecoded'),
  file_data: text('File Data', { spell: asciiText }),
  _chunks: group('HTTP chunked response'),
  _chunk: group('Data chunk'),
  _encoded: group('Content-encoded entity body'),
})

/** Fields that only an unpacked body has. */
export const bodyFields = ['http.chunk', 'http.file_data', 'http.decompression_failed']

/** Takes the chunks at the read position and goes on in what they make together. */
export function joinChunks(d: Dissection): void {
  const pieces: Uint8Array[] = []
  const chunks = d.open(f._chunks)
  for (let more = true; more && d.left > 0; ) {
    const whole = readChunk(d.bytes, d.pos, d.end)
    if (chunk.size < 0 || lineTextEnd(d.bytes, d.pos, chunk.data) === d.pos) break
    more = whole && chunk.size > 0
    const dataEnd = Math.min(chunk.data + chunk.size, d.end)
    const next = Math.min(whole ? chunk.next : d.end, d.end)
    pieces.push(d.bytes.subarray(chunk.data, dataEnd))
    const size = chunk.size
    const opened = d.open(f._chunk)
    if (d.showing) d.caption(size === 0 ? 'End of chunked encoding' : `Data chunk (${size} octets)`, opened)
    d.at(f.chunk_size, d.pos, chunk.data, size)
    if (size > 0) d.spanAt(f.chunk_data, chunk.data, dataEnd)
    if (size > 0 && next > dataEnd) d.spanAt(f.chunk_boundary, dataEnd, next)
    d.pos = next
    d.close(opened)
    if (size === 0) trailer(d)
  }
  d.close(chunks)
  const all = Buffer.concat(pieces)
  d.into('De-chunked entity body', all)
}

function trailer(d: Dissection): void {
  while (d.left > 0) {
    const start = d.pos
    const next = nextLine(d.bytes, start, d.end)
    if (lineTextEnd(d.bytes, start, next) === start) return blankLine(d, next)
    d.take(f.chunked_trailer_part, next - start)
  }
}

/**
 * Goes on in what the body, which is the rest of the layer, says without its coding. False when that cannot be done:
 * `showRaw` was then called for the bytes as they are.
 */
export function decode(d: Dissection, coding: string, showRaw: () => void): boolean {
  const size = d.left
  const decoder = decoders.get(coding.toLowerCase())
  const plain = decoder === undefined ? null : attempt(decoder, d.bytes.subarray(d.pos, d.end))
  const opened = d.open(f._encoded)
  if (d.showing) {
    const result = plain === null ? '' : ` -> ${plain.length} bytes`
    d.caption(`Content-encoded entity body (${escapeText(coding)}): ${size} bytes${result}`, opened)
  }
  if (plain === null) {
    d.note(f.decompression_failed)
    showRaw()
    d.close(opened)
    return false
  }
  d.pos = d.end
  d.close(opened)
  d.into('Uncompressed entity body', plain)
  return true
}

/** Is this coding known? Whether the body is what it says shows only when it is decoded, for which the index has no time. */
export const canDecode = (coding: string): boolean => decoders.has(coding.toLowerCase())

type Decoder = (bytes: Uint8Array) => Buffer

const limits = { maxOutputLength: MAX_BODY, finishFlush: constants.Z_SYNC_FLUSH }
/**
 * Whatever the coding is called: zlib, gzip, or what is in them by itself, which some servers send for deflate. As in
 * Wireshark nobody looks whether what stands behind the data of gzip agrees with them.
 */
const inflate: Decoder = (b) => {
  const start = gzipDataStart(b)
  if (start > 0) return inflateRawSync(b.subarray(start), limits)
  return attempt((z) => inflateSync(z, limits), b) ?? inflateRawSync(b, limits)
}

/** Where the data begin behind the header of gzip, RFC 1952 section 2.3; 0 when there is none. */
function gzipDataStart(b: Uint8Array): number {
  if (b.length < 10 || b[0] !== 0x1f || b[1] !== 0x8b || b[2] !== DEFLATE) return 0
  let p = 10
  if (b[3]! & GzipFlag.Extra) p += 2 + b[p]! + b[p + 1]! * 256
  if (b[3]! & GzipFlag.Name) p = b.indexOf(0, p) + 1
  if (b[3]! & GzipFlag.Comment) p = b.indexOf(0, p) + 1
  if (b[3]! & GzipFlag.HeaderCheck) p += 2
  return p
}
const DEFLATE = 8
const GzipFlag = { HeaderCheck: 2, Extra: 4, Name: 8, Comment: 16 } as const

const decoders = new Map<string, Decoder>([
  ['gzip', inflate],
  ['x-gzip', inflate],
  ['deflate', inflate],
  ['x-deflate', inflate],
  ['br', (b) => brotliDecompressSync(b, { maxOutputLength: MAX_BODY })],
])

/** What the decoder makes of it; null when the bytes are damaged or the result would be too large. */
function attempt(decoder: Decoder, b: Uint8Array): Buffer | null {
  try {
    return decoder(b)
  } catch {
    return null
  }
}

/** The rest of the layer is the file that was sent. */
export function fileData(d: Dissection): void {
  if (!d.wants(f.file_data)) return
  d.spanAt(f.file_data, d.pos, d.end)
  if (d.showing) d.caption(`File Data: ${d.left} bytes`)
}
