/**
 * The words of a filter, one after the other, with their exact places. What stands in square brackets or after `#` has a
 * language of its own: the parser asks for it with `pieces`.
 */
import { FilterError } from './filter-error.js'
import type { Piece, Place } from './syntax.js'

export interface Token extends Place {
  readonly kind: 'word' | 'string' | 'char' | 'symbol' | 'end'
  /** A symbol or word as written, a string as it stands between its quotes. */
  readonly text: string
  /** `r"…"`: backslashes stand for themselves. */
  readonly raw?: boolean
  readonly bytes?: Uint8Array
}

/** Longest first. */
const symbols = [
  ...['!==', '===', '&&', '||', '^^', '==', '!=', '~=', '>=', '<=', '..', '${'],
  ...['>', '<', '!', '~', '&', '+', '-', '*', '/', '%', '(', ')', '{', '}', '[', ']', ',', '#', '@', ';', '$'],
]

const WORD = /[\p{L}\p{N}_\-.:]/u
const ADDRESS = /^(?:\d+\.\d+\.\d+\.\d+|[0-9a-fA-F.]*:[0-9a-fA-F.:]*)$/

export class Lexer {
  private at = 0
  private upcoming: Token | null = null

  constructor(readonly source: string) {}

  /** The next token, which stays the next one. */
  peek(): Token {
    this.upcoming ??= this.read()
    return this.upcoming
  }

  next(): Token {
    const token = this.peek()
    this.upcoming = null
    return token
  }

  /** Goes on behind offset `at`. */
  seek(at: number): void {
    this.at = at
    this.upcoming = null
  }

  /** The pieces up to the bracket that closes those that begin at `start`. Leaves the bracket behind. */
  pieces(start: number): Piece[] {
    const close = this.source.indexOf(']', start)
    if (close < 0) throw new FilterError('the bracket is not closed', start - 1, this.source.length, ']')
    this.seek(close + 1)
    const pieces: Piece[] = []
    let from = start
    for (const text of this.source.slice(start, close).split(',')) {
      pieces.push(pieceOf(text, from))
      from += text.length + 1
    }
    return pieces
  }

  /** A number right behind `#`. */
  layer(start: number): Piece {
    const digits = /^\s*(\d+)/.exec(this.source.slice(start))
    if (digits === null) throw new FilterError('this is no layer', start, start + 1, 'a number or [')
    this.seek(start + digits[0].length)
    return { from: Number(digits[1]), size: 1 }
  }

  private read(): Token {
    const { source } = this
    while (this.at < source.length && /\s/.test(source[this.at]!)) this.at++
    const start = this.at
    if (start >= source.length) return { kind: 'end', text: '', start, end: start }
    const c = source[start]!
    if (c === '"') return this.string(start, start, false)
    if ((c === 'r' || c === 'R') && source[start + 1] === '"') return this.string(start, start + 1, true)
    if (c === "'") return this.char(start)
    if (c !== '-' && WORD.test(c) && !source.startsWith('..', start)) return this.word(start)
    for (const text of symbols) {
      if (!source.startsWith(text, start)) continue
      this.at = start + text.length
      return { kind: 'symbol', text, start, end: this.at }
    }
    const doubled = symbols.filter((text) => text === c + c)
    throw new FilterError(`${c} has no meaning here`, start, start + 1, '', doubled)
  }

  /** Names, numbers, addresses, times: letters, digits and what stands between them; `..` ends it. */
  private word(start: number): Token {
    const { source } = this
    let end = start
    for (;;) {
      if (end >= source.length || source.startsWith('..', end)) break
      if (source[end] === '/' && /[0-9]/.test(source[end + 1] ?? '') && ADDRESS.test(source.slice(start, end))) end++
      else if (!WORD.test(source[end]!)) break
      else end++
    }
    this.at = end
    return { kind: 'word', text: source.slice(start, end), start, end }
  }

  private string(start: number, quote: number, raw: boolean): Token {
    const { source } = this
    let end = quote + 1
    while (end < source.length && source[end] !== '"') end += source[end] === '\\' ? 2 : 1
    if (end >= source.length) throw new FilterError('the string has no end', start, source.length, '"')
    this.at = end + 1
    const text = source.slice(quote + 1, end)
    const bytes = raw ? Buffer.from(text) : unescape(text, quote + 1)
    return { kind: 'string', text, raw, bytes, start, end: this.at }
  }

  private char(start: number): Token {
    const { source } = this
    let end = start + 1
    while (end < source.length && source[end] !== "'") end += source[end] === '\\' ? 2 : 1
    if (end >= source.length) throw new FilterError('the character has no end', start, source.length, "'")
    this.at = end + 1
    const text = source.slice(start + 1, end)
    const bytes = unescape(text, start + 1)
    if (bytes.length !== 1) {
      throw new FilterError(
        bytes.length === 0 ? 'there is no character' : 'this is more than one character',
        start,
        this.at,
      )
    }
    return { kind: 'char', text, bytes, start, end: this.at }
  }
}

const simpleEscapes: Readonly<Record<string, number>> = {
  "'": 39,
  '"': 34,
  '\\': 92,
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
}

/** The bytes that a text with C's escapes stands for; `at` is where it begins in the filter. */
function unescape(text: string, at: number): Uint8Array {
  if (!text.includes('\\')) return Buffer.from(text)
  const parts: Uint8Array[] = []
  let plain = 0
  for (let i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', plain)) {
    parts.push(Buffer.from(text.slice(plain, i)))
    const rest = text.slice(i + 1)
    const known = simpleEscapes[rest[0] ?? '']
    const digits = /^(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest)
    if (known !== undefined) parts.push(Uint8Array.of(known))
    else if (digits === null) {
      throw new FilterError(
        `\\${rest[0] ?? ''} is no escape`,
        at + i,
        at + i + 2,
        'a double backslash, or r"…" for regular expressions',
      )
    } else if (digits[1] !== undefined || digits[2] !== undefined) {
      parts.push(
        Uint8Array.of(digits[1] === undefined ? Number.parseInt(digits[2]!, 16) : Number.parseInt(digits[1], 8)),
      )
    } else parts.push(character(Number.parseInt(digits[3] ?? digits[4]!, 16), at + i))
    plain = i + 1 + (known === undefined ? digits![0].length : 1)
  }
  parts.push(Buffer.from(text.slice(plain)))
  return new Uint8Array(Buffer.concat(parts))
}

function character(code: number, at: number): Uint8Array {
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
    throw new FilterError('there is no such character', at, at + 2)
  return Buffer.from(String.fromCodePoint(code))
}

/** One of `i:n`, `i-j`, `i`, `:n`, `i:`; numbers as C writes them, a minus counts from the end. */
function pieceOf(text: string, at: number): Piece {
  const number = '(-?(?:0[xX][0-9a-fA-F]+|\\d+))'
  const shape = new RegExp(`^\\s*(?:${number}?\\s*(:)\\s*${number}?|${number}\\s*-\\s*${number}|${number})\\s*$`).exec(
    text,
  )
  const wrong = (why: string): FilterError =>
    new FilterError(why, at, at + Math.max(text.length, 1), 'a range such as [0:4], [2-5], [:3], [-4:] or [7]')
  if (shape === null) throw wrong(text.trim() === '' ? 'a range is missing' : `${text.trim()} is no range`)
  const [, from, colon, size, first, last, single] = shape
  if (single !== undefined) return { from: integer(single), size: 1 }
  if (colon !== undefined) {
    if (from === undefined && size === undefined) throw wrong('the range has neither beginning nor end')
    if (size !== undefined && integer(size) <= 0) throw wrong(`a range cannot have length ${size}`)
    return { from: from === undefined ? 0 : integer(from), size: size === undefined ? -1 : integer(size) }
  }
  const a = integer(first!)
  const b = integer(last!)
  if (a < 0 !== b < 0) throw wrong('a range begins and ends on the same side')
  if (a >= b) throw wrong(`a range from ${a} to ${b} has no end after its beginning`)
  return { from: a, size: 0, to: b }
}

function integer(text: string): number {
  const negative = text.startsWith('-')
  const digits = negative ? text.slice(1) : text
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits)
  return negative ? -Math.min(value, 0x7fffffff) : Math.min(value, 0x7fffffff)
}
