/**
 * Text on its way to a file descriptor: one large buffer of bytes that lines are written into digit by digit, so that
 * printing a million packets makes no strings.
 */
import { writeSync } from 'node:fs'

/** Thrown when whoever read the output has gone (`| head`): the end of the work, not an error. */
export class ClosedPipe extends Error {
  override readonly name = 'ClosedPipe'
}

const SIZE = 1 << 18
/** No single write of a number, an address or an escape needs more. */
const MARGIN = 64
/** Texts are written in pieces of so many characters, each at most three bytes (four after an escape). */
const PIECE = 1 << 14

export class OutputBuffer {
  private readonly bytes = Buffer.allocUnsafe(SIZE)
  private length = 0

  /** `eager` writes at every `endLine`, for those who watch. */
  constructor(
    private readonly fd: number,
    private readonly eager = false,
  ) {}

  byte(b: number): void {
    if (this.length + MARGIN > SIZE) this.flush()
    this.bytes[this.length++] = b
  }

  /** A line feed; with `eager` everything goes out now. */
  endLine(): void {
    this.byte(0x0a)
    if (this.eager) this.flush()
  }

  /** A text as it is, in UTF-8. Lone surrogates become U+FFFD. */
  text(s: string): void {
    for (let i = 0; i < s.length; i += PIECE) this.piece(s, i, Math.min(i + PIECE, s.length), false)
  }

  /** A text from a packet as part of a line: control characters are escaped, so that it stays one harmless line. */
  line(s: string): void {
    for (let i = 0; i < s.length; i += PIECE) this.piece(s, i, Math.min(i + PIECE, s.length), true)
  }

  spaces(count: number): void {
    for (let left = count; left > 0; left -= MARGIN) {
      if (this.length + MARGIN > SIZE) this.flush()
      const n = Math.min(left, MARGIN)
      this.bytes.fill(0x20, this.length, this.length + n)
      this.length += n
    }
  }

  /** A whole number, at least `width` characters wide with `fill` in front. */
  number(n: number, width = 0, fill = 0x20): void {
    if (n < 0 || n > 0xffff_ffff) return this.text(String(n).padStart(width, String.fromCharCode(fill)))
    if (this.length + MARGIN > SIZE) this.flush()
    let digits = 1
    for (let bound = 10; n >= bound; bound *= 10) digits++
    const bytes = this.bytes
    let end = this.length
    for (let k = digits; k < width; k++) bytes[end++] = fill
    end += digits
    this.length = end
    let rest = n >>> 0
    for (let k = 0; k < digits; k++) {
      const tenth = (rest / 10) >>> 0
      bytes[--end] = 0x30 + rest - tenth * 10
      rest = tenth
    }
  }

  /** `n` (below 2^32) in hexadecimal, `digits` digits at least. */
  hex(n: number, digits: number): void {
    let width = digits
    while (width < 8 && n >>> (4 * width) !== 0) width++
    if (this.length + MARGIN > SIZE) this.flush()
    for (let shift = 4 * (width - 1); shift >= 0; shift -= 4) {
      this.bytes[this.length++] = hexDigits[shift > 28 ? 0 : (n >>> shift) & 15]!
    }
  }

  /** `source[start…end)` as hexadecimal digits, `separator` between bytes unless 0. */
  hexBytes(source: Uint8Array, start: number, end: number, separator = 0): void {
    for (let i = start; i < end; i++) {
      if (this.length + MARGIN > SIZE) this.flush()
      const b = source[i]!
      if (separator !== 0 && i > start) this.bytes[this.length++] = separator
      this.bytes[this.length++] = hexDigits[b >>> 4]!
      this.bytes[this.length++] = hexDigits[b & 15]!
    }
  }

  /** The IPv4 address at `source[at…at + 4)`. */
  ipv4(source: Uint8Array, at: number): void {
    for (let i = 0; i < 4; i++) {
      if (i > 0) this.byte(0x2e)
      this.number(source[at + i]!)
    }
  }

  /** Writes everything out. Throws `ClosedPipe` when nobody reads any more. */
  flush(): void {
    let from = 0
    while (from < this.length) {
      try {
        from += writeSync(this.fd, this.bytes, from, this.length - from)
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'EPIPE') throw new ClosedPipe()
        if (code !== 'EAGAIN') throw error
        // Somebody made the pipe non-blocking, and its reader is slow.
        Atomics.wait(sleeper, 0, 0, 2)
      }
    }
    this.length = 0
  }

  private piece(s: string, start: number, end: number, safe: boolean): void {
    if (this.length + (end - start) * 4 + MARGIN > SIZE) this.flush()
    const bytes = this.bytes
    let at = this.length
    for (let i = start; i < end; i++) {
      const c = s.charCodeAt(i)
      if (c < 0x80) {
        if (safe && (c < 0x20 || c === 0x7f)) at = escape(bytes, at, c)
        else bytes[at++] = c
      } else if (c < 0x800) {
        bytes[at++] = 0xc0 | (c >> 6)
        bytes[at++] = 0x80 | (c & 63)
      } else if (c >= 0xd800 && c < 0xe000) {
        const code = s.codePointAt(i)!
        // A pair is written where it begins, even when its second half is in the next piece.
        if (code > 0xffff) {
          bytes[at++] = 0xf0 | (code >> 18)
          bytes[at++] = 0x80 | ((code >> 12) & 63)
          bytes[at++] = 0x80 | ((code >> 6) & 63)
          bytes[at++] = 0x80 | (code & 63)
        } else if (!(c >= 0xdc00 && i > 0 && (s.codePointAt(i - 1) ?? 0) > 0xffff)) {
          bytes[at++] = 0xef
          bytes[at++] = 0xbf
          bytes[at++] = 0xbd
        }
      } else {
        bytes[at++] = 0xe0 | (c >> 12)
        bytes[at++] = 0x80 | ((c >> 6) & 63)
        bytes[at++] = 0x80 | (c & 63)
      }
    }
    this.length = at
  }
}

const hexDigits = new Uint8Array([...'0123456789abcdef'].map((c) => c.charCodeAt(0)))
const sleeper = new Int32Array(new SharedArrayBuffer(4))
const letters: Readonly<Record<number, string>> = { 7: 'a', 8: 'b', 9: 't', 10: 'n', 11: 'v', 12: 'f', 13: 'r' }

/** Writes a control character as a C escape and returns where it ends. */
function escape(bytes: Uint8Array, start: number, c: number): number {
  let at = start
  bytes[at++] = 0x5c
  const letter = letters[c]
  if (letter !== undefined) {
    bytes[at++] = letter.charCodeAt(0)
    return at
  }
  bytes[at++] = 0x30 + (c >> 6)
  bytes[at++] = 0x30 + ((c >> 3) & 7)
  bytes[at++] = 0x30 + (c & 7)
  return at
}
