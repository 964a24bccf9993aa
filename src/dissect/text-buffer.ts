/**
 * Text that is put together as bytes, in UTF-8: numbers digit by digit, texts letter by letter. So that a million Info
 * columns make no strings.
 */

/** No single number, and no text that is written letter by letter, needs more. */
export const MARGIN = 64
/** Texts are written in pieces of so many characters, each at most three bytes. */
const PIECE = 1 << 14
/** A buffer that had to grow beyond this is not kept. */
const LARGE = 1 << 16

export class TextBuffer {
  protected bytes: Buffer
  /** The same bytes, for writing several at once wherever they are to stand. */
  private view: DataView
  protected length = 0
  /** Nothing but printable ASCII was written since this was set. */
  protected plain = true

  /** `size` is how many bytes there is room for at first. */
  constructor(private readonly size: number) {
    this.bytes = Buffer.allocUnsafe(size)
    this.view = viewOf(this.bytes)
  }

  /** How many bytes there are. */
  get written(): number {
    return this.length
  }

  /** Forgets what was written. */
  clear(): void {
    this.length = 0
    this.plain = true
    if (this.bytes.length > Math.max(LARGE, this.size)) this.hold(Buffer.allocUnsafe(this.size))
  }

  toString(): string {
    return this.bytes.toString('utf8', 0, this.length)
  }

  /** A text as it is. Lone surrogates become U+FFFD. */
  text(s: string): void {
    const end = s.length
    if (end > MARGIN) return this.long(s)
    if (this.length + MARGIN > this.bytes.length) this.makeRoom(MARGIN)
    const { bytes } = this
    let at = this.length
    // Short texts are mostly ASCII, and calling out of JavaScript costs more than they do.
    for (let i = 0; i < end; i++) {
      const c = s.charCodeAt(i)
      if (c < 0x20 || c >= 0x7f) {
        if (c > 0x7f) return this.long(s)
        this.plain = false
      }
      bytes[at++] = c
    }
    this.length = at
  }

  /**
   * `source[start…start + size)`, up to 64 bytes that are known to be harmless. Four are copied at a time: three more
   * must be there to be read.
   */
  prepared(source: DataView, start: number, size: number): void {
    if (this.length + MARGIN > this.bytes.length) this.makeRoom(MARGIN)
    const { view, length } = this
    for (let i = 0; i < size; i += 4) view.setInt32(length + i, source.getInt32(start + i, true), true)
    this.length = length + size
  }

  /** `source[start…end)` as it is, if all of that is printable ASCII. False, and nothing is written, if it is not. */
  printable(source: Uint8Array, start: number, end: number): boolean {
    const count = end - start
    if (this.length + count > this.bytes.length) this.makeRoom(count)
    const { bytes } = this
    let at = this.length
    for (let i = start; i < end; i++) {
      const b = source[i]!
      if (b < 0x20 || b >= 0x7f) return false
      bytes[at++] = b
    }
    this.length = at
    return true
  }

  /** Words that never change, as `phrase` made them. */
  phrase({ view, size }: Phrase): void {
    this.prepared(view, 0, size)
  }

  /** A whole number, at least `width` (up to 32) characters wide with `fill` in front. */
  number(n: number, width = 0, fill = 0x20): void {
    let rest = n >>> 0
    if (rest !== n) return this.text(String(n).padStart(width, String.fromCharCode(fill)))
    if (this.length + MARGIN > this.bytes.length) this.makeRoom(MARGIN)
    const { bytes, view } = this
    const digits = digitsIn(rest)
    let at = this.length
    for (let k = digits; k < width; k++) bytes[at++] = fill
    at += digits
    this.length = at
    while (rest >= 100) {
      const high = (rest / 100) >>> 0
      at -= 2
      view.setUint16(at, twoDigits[rest - high * 100]!, true)
      rest = high
    }
    if (rest >= 10) view.setUint16(at - 2, twoDigits[rest]!, true)
    else bytes[at - 1] = 0x30 + rest
  }

  /** `n` (below 2^32) in hexadecimal, `digits` digits at least. */
  hex(n: number, digits: number): void {
    let width = digits
    while (width < 8 && n >>> (4 * width) !== 0) width++
    if (this.length + MARGIN > this.bytes.length) this.makeRoom(MARGIN)
    for (let shift = 4 * (width - 1); shift >= 0; shift -= 4) {
      this.bytes[this.length++] = hexDigits[shift > 28 ? 0 : (n >>> shift) & 15]!
    }
  }

  /** The IPv4 address at `source[at…at + 4)`. */
  ipv4(source: Uint8Array, at: number): void {
    this.number(source[at]!)
    for (let i = 1; i < 4; i++) {
      this.text('.')
      this.number(source[at + i]!)
    }
  }

  /** Makes room for `count` more bytes. */
  protected makeRoom(count: number): void {
    if (this.length + count <= this.bytes.length) return
    const bytes = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + count))
    this.bytes.copy(bytes, 0, 0, this.length)
    this.hold(bytes)
  }

  private hold(bytes: Buffer): void {
    this.bytes = bytes
    this.view = viewOf(bytes)
  }

  private long(s: string): void {
    this.plain = false
    for (let from = 0; from < s.length; ) {
      const to = pieceEnd(s, from)
      if (this.length + (to - from) * 3 > this.bytes.length) this.makeRoom((to - from) * 3)
      this.length += utf8Write.call(this.bytes, to - from === s.length ? s : s.slice(from, to), this.length)
      from = to
    }
  }
}

/** Where the piece of a text that begins at `from` ends: the halves of a pair stay together. */
export function pieceEnd(s: string, from: number): number {
  const to = Math.min(from + PIECE - 1, s.length)
  return to < s.length && (s.charCodeAt(to - 1) & 0xfc00) === 0xd800 ? to + 1 : to
}

/** What `Buffer.write` does for UTF-8, without looking at its arguments first. */
const { utf8Write } = Buffer.prototype as unknown as { utf8Write: (this: Buffer, text: string, at: number) => number }

/** 00 to 99, two digits each, the first one in the low byte. */
const twoDigits = new Uint16Array(100)
for (let n = 0; n < 100; n++) twoDigits[n] = 0x3030 + Math.floor(n / 10) + ((n % 10) << 8)

/** Decimal digits of a whole number below 2^32. */
function digitsIn(n: number): number {
  if (n < 10_000) return n < 100 ? (n < 10 ? 1 : 2) : n < 1000 ? 3 : 4
  if (n < 100_000_000) return n < 1_000_000 ? (n < 100_000 ? 5 : 6) : n < 10_000_000 ? 7 : 8
  return n < 1_000_000_000 ? 9 : 10
}

/** Words that are written again and again. */
export interface Phrase {
  readonly view: DataView
  readonly size: number
}
/** `words` for `TextBuffer.phrase`: printable text of up to 64 bytes. */
export function phrase(words: string): Phrase {
  const size = Buffer.byteLength(words)
  const bytes = Buffer.alloc(size + 3)
  bytes.write(words)
  return { view: viewOf(bytes), size }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)

export const hexDigits = Uint8Array.from('0123456789abcdef', (c) => c.charCodeAt(0))
