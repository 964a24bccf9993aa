/** Writes JSON piece by piece, on one line or two spaces a level, with the same escapes as tshark's. */
import type { OutputBuffer } from './output-buffer.js'

export class JsonWriter {
  private depth = 0
  /** Whether something stands already in the object or list at each depth. */
  private readonly filled: boolean[] = []
  private named = false

  constructor(
    private readonly out: OutputBuffer,
    private readonly pretty: boolean,
  ) {}

  beginObject(): void {
    this.begin(BRACE)
  }
  endObject(): void {
    this.end(CLOSING_BRACE)
  }
  beginList(): void {
    this.begin(BRACKET)
  }
  endList(): void {
    this.end(CLOSING_BRACKET)
  }

  /** The name of the member whose value comes next. */
  name(name: string): void {
    this.separate()
    this.quoted(name)
    this.out.byte(COLON)
    if (this.pretty) this.out.byte(SPACE)
    this.named = true
  }

  string(value: string): void {
    this.before()
    this.quoted(value)
  }

  /** A number or a word, as it stands. */
  raw(text: string): void {
    this.before()
    this.out.text(text)
  }

  private begin(bracket: number): void {
    this.before()
    this.out.byte(bracket)
    this.filled[++this.depth] = false
  }

  private end(bracket: number): void {
    const filled = this.filled[this.depth--]!
    if (filled) this.newLine()
    this.out.byte(bracket)
  }

  private before(): void {
    if (this.named) this.named = false
    else if (this.depth > 0) this.separate()
  }

  private separate(): void {
    if (this.filled[this.depth]) this.out.byte(COMMA)
    this.filled[this.depth] = true
    this.newLine()
  }

  private newLine(): void {
    if (!this.pretty) return
    this.out.byte(LINE_FEED)
    this.out.spaces(this.depth * 2)
  }

  private quoted(text: string): void {
    this.out.byte(QUOTE)
    this.out.text(mustEscape.test(text) ? text.replace(toEscape, escapeOf) : text)
    this.out.byte(QUOTE)
  }
}

const LINE_FEED = 0x0a
const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BRACKET = 0x5b
const CLOSING_BRACKET = 0x5d
const BRACE = 0x7b
const CLOSING_BRACE = 0x7d

// biome-ignore lint: control characters are what is being looked for
const mustEscape = /["\\\x00-\x1f]|<\//
// biome-ignore lint: control characters are what is being looked for
const toEscape = /["\\\x00-\x1f]|<\//g
const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  // So that the text may stand inside a script element of a page.
  '</': '<\\/',
}
const escapeOf = (c: string): string => short[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
