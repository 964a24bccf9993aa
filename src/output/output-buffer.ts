/**
 * Text on its way to a file descriptor: one large buffer of bytes that lines are written into digit by digit, so that
 * printing a million packets makes no strings.
 */
import { writeSync } from 'node:fs'
import { hexDigits, MARGIN, pieceEnd, TextBuffer } from '../dissect/text-buffer.js'

/** Thrown when whoever read the output has gone (`| head`): the end of the work, not an error. */
export class ClosedPipe extends Error {
  override readonly name = 'ClosedPipe'
}

const SIZE = 1 << 18
/** Most texts from a packet are shorter. */
const USUAL = 4096

export class OutputBuffer extends TextBuffer {
  /** Where the text began that others are writing, -1 for none. */
  private begun = -1

  /** `eager` writes at every `endLine`, for those who watch. */
  constructor(
    private readonly fd: number,
    private readonly eager = false,
  ) {
    super(SIZE)
  }

  byte(b: number): void {
    if (this.length + MARGIN > this.bytes.length) this.makeRoom(MARGIN)
    this.bytes[this.length++] = b
  }

  /** A line feed; with `eager` everything goes out now. */
  endLine(): void {
    this.byte(0x0a)
    if (this.eager) this.flush()
  }

  /** A text from a packet as part of a line: control characters are escaped, so that it stays one harmless line. */
  line(s: string): void {
    for (let from = 0; from < s.length; ) {
      const to = pieceEnd(s, from)
      this.begin()
      this.text(to - from === s.length ? s : s.slice(from, to))
      this.end(Number.POSITIVE_INFINITY)
      from = to
    }
  }

  /** What is written up to `end` is a text from a packet, as part of a line. */
  begin(): void {
    if (this.length + USUAL > this.bytes.length) this.flush()
    this.begun = this.length
    this.plain = true
  }

  /** Escapes control characters in what was written since `begin`, and cuts it to `most` characters. */
  end(most: number): void {
    const from = this.begun
    this.begun = -1
    if (!this.plain || this.length - from > most) this.tidy(from, most)
  }

  /** `source[start…end)`, fewer than 64 bytes, as they are. */
  copy(source: Uint8Array, start: number, end: number): void {
    if (this.length + MARGIN > this.bytes.length) this.makeRoom(MARGIN)
    const bytes = this.bytes
    let at = this.length
    for (let i = start; i < end; i++) bytes[at++] = source[i]!
    this.length = at
  }

  spaces(count: number): void {
    for (let left = count; left > 0; left -= MARGIN) {
      if (this.length + MARGIN > this.bytes.length) this.makeRoom(MARGIN)
      const end = this.length + Math.min(left, MARGIN)
      while (this.length < end) this.bytes[this.length++] = 0x20
    }
  }

  /** `source[start…end)` as hexadecimal digits, `separator` between bytes unless 0. */
  hexBytes(source: Uint8Array, start: number, end: number, separator = 0): void {
    for (let i = start; i < end; i++) {
      if (this.length + MARGIN > this.bytes.length) this.makeRoom(MARGIN)
      const b = source[i]!
      if (separator !== 0 && i > start) this.bytes[this.length++] = separator
      this.bytes[this.length++] = hexDigits[b >>> 4]!
      this.bytes[this.length++] = hexDigits[b & 15]!
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
    this.clear()
  }

  /** A text that has begun stays, to be looked at as a whole. */
  protected override makeRoom(count: number): void {
    if (this.begun < 0) this.flush()
    super.makeRoom(count)
  }

  private tidy(from: number, most: number): void {
    const { bytes, length } = this
    if (length - from <= most && isHarmless(bytes, from, length)) return
    const text = bytes.toString('utf8', from, length)
    this.length = from
    this.text((text.length > most ? text.slice(0, most) : text).replace(controls, escapeOf))
  }
}

function isHarmless(bytes: Uint8Array, from: number, end: number): boolean {
  for (let i = from; i < end; i++) {
    const b = bytes[i]!
    // C1 controls are two bytes in UTF-8.
    if (b < 0x20 || b === 0x7f || (b === 0xc2 && i + 1 < end && bytes[i + 1]! < 0xa0)) return false
  }
  return true
}

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
