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
/** Texts are written in pieces of so many characters, each at most three bytes. */
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
    if (s.length === 0) return
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
      const end = this.length + Math.min(left, MARGIN)
      while (this.length < end) this.bytes[this.length++] = 0x20
    }
  }

  /** A whole number, at least `width` characters wide with `fill` in front. */
  number(n: number, width = 0, fill = 0x20): void {
    if (n < 0 || n > 0xffff_ffff) return this.text(String(n).padStart(width, String.fromCharCode(fill)))
    if (this.length + MARGIN > SIZE) this.flush()
    const bytes = this.bytes
    const digits = digitsIn(n)
    let at = this.length
    for (let k = digits; k < width; k++) bytes[at++] = fill
    at += digits
    this.length = at
    let rest = n
    let left = digits
    while (left > 4) {
      const high = Math.floor(rest / 10_000)
      const four = (rest - high * 10_000) * 4
      bytes[at - 1] = fourDigits[four + 3]!
      bytes[at - 2] = fourDigits[four + 2]!
      bytes[at - 3] = fourDigits[four + 1]!
      bytes[at - 4] = fourDigits[four]!
      at -= 4
      left -= 4
      rest = high
    }
    const last = rest * 4 + 4
    for (let k = 1; k <= left; k++) bytes[at - k] = fourDigits[last - k]!
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
    if (s.length > PIECE) return this.pieces(s, safe)
    if (this.length + s.length * 3 + MARGIN > SIZE) this.flush()
    const { bytes } = this
    const end = this.length + utf8Write.call(bytes, s, this.length)
    if (safe) {
      for (let i = this.length; i < end; i++) {
        const b = bytes[i]!
        // C1 controls are two bytes in UTF-8.
        if (b < 0x20 || b === 0x7f || (b === 0xc2 && bytes[i + 1]! < 0xa0)) {
          return this.long(s.replace(controls, escapeOf), false)
        }
      }
    }
    this.length = end
  }

  private pieces(s: string, safe: boolean): void {
    for (let from = 0; from < s.length; ) {
      let to = Math.min(from + PIECE - 1, s.length)
      // The halves of a pair stay together.
      if (to < s.length && (s.charCodeAt(to - 1) & 0xfc00) === 0xd800) to++
      this.long(s.slice(from, to), safe)
      from = to
    }
  }
}

/** What `Buffer.write` does for UTF-8, without looking at its arguments first. */
const { utf8Write } = Buffer.prototype as unknown as { utf8Write: (this: Buffer, text: string, at: number) => number }

/** The digits of 0000 to 9999, one after the other. */
const fourDigits = new Uint8Array(40_000)
for (let n = 0; n < 10_000; n++) {
  for (let k = 0, rest = n; k < 4; k++, rest = Math.floor(rest / 10)) fourDigits[n * 4 + 3 - k] = 0x30 + (rest % 10)
}

/** Decimal digits of a whole number below 2^32. */
function digitsIn(n: number): number {
  if (n < 10_000) return n < 100 ? (n < 10 ? 1 : 2) : n < 1000 ? 3 : 4
  if (n < 100_000_000) return n < 1_000_000 ? (n < 100_000 ? 5 : 6) : n < 10_000_000 ? 7 : 8
  return n < 1_000_000_000 ? 9 : 10
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
