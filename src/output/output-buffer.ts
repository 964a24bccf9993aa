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
/** Texts are written in pieces of so many characters, each at most three bytes (six after an escape). */
const PIECE = 1 << 14
/** Up to so many characters a text is short. */
const SHORT = 20

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
    if (s.length > SHORT) this.long(s, false)
    else this.short(s, false)
  }

  /** A text from a packet as part of a line: control characters are escaped, so that it stays one harmless line. */
  line(s: string): void {
    if (s.length > SHORT) this.long(s, true)
    else this.short(s, true)
  }

  /** `source[start…end)`, fewer than 64 bytes, as they are. */
  copy(source: Uint8Array, start: number, end: number): void {
    if (this.length + MARGIN > SIZE) this.flush()
    const bytes = this.bytes
    let at = this.length
    for (let i = start; i < end; i++) bytes[at++] = source[i]!
    this.length = at
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

  /** Short texts are mostly ASCII, and calling out of JavaScript costs more than they do. */
  private short(s: string, safe: boolean): void {
    if (this.length + MARGIN > SIZE) this.flush()
    const bytes = this.bytes
    let at = this.length
    for (let i = 0; i < s.length; i++) {
      const c = s.charCodeAt(i)
      if (c >= 0x7f || (safe && c < 0x20)) return this.long(s, safe)
      bytes[at++] = c
    }
    this.length = at
  }

  private long(s: string, safe: boolean): void {
    for (let from = 0; from < s.length; ) {
      let to = Math.min(from + PIECE, s.length)
      // The halves of a pair stay together.
      if (to < s.length && (s.charCodeAt(to - 1) & 0xfc00) === 0xd800) to++
      const part = from === 0 && to === s.length ? s : s.slice(from, to)
      if (this.length + part.length * 3 + MARGIN > SIZE) this.flush()
      const start = this.length
      this.length += this.bytes.write(part, start, 'utf8')
      if (safe && this.hasControls(start)) {
        this.length = start
        if (part.length * 6 + start + MARGIN > SIZE) this.flush()
        this.length += this.bytes.write(part.replace(controls, escapeOf), this.length, 'utf8')
      }
      from = to
    }
  }

  /** Whether a control character stands in what was written since `start`; C1 controls are two bytes in UTF-8. */
  private hasControls(start: number): boolean {
    const { bytes, length } = this
    for (let i = start; i < length; i++) {
      const b = bytes[i]!
      if (b < 0x20 || b === 0x7f || (b === 0xc2 && bytes[i + 1]! < 0xa0)) return true
    }
    return false
  }
}

const hexDigits = new Uint8Array([...'0123456789abcdef'].map((c) => c.charCodeAt(0)))
const sleeper = new Int32Array(new SharedArrayBuffer(4))

// biome-ignore lint: control characters are what is being looked for
const controls = /[\x00-\x1f\x7f-\x9f]/g
const letters: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
}

/** A control character as a C escape. */
function escapeOf(c: string): string {
  const code = c.charCodeAt(0)
  if (code >= 0x80) return `\\u${code.toString(16).padStart(4, '0')}`
  return letters[c] ?? `\\${code.toString(8).padStart(3, '0')}`
}
