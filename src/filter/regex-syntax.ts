/**
 * Regular expressions as PCRE reads them, on bytes: pattern to tree. Letter case, `.` and white space are settled here,
 * so that whoever matches knows sets of bytes only.
 */
import { byteClasses, posixClasses } from './regex-classes.js'
import { Assertion, RegexError, type RegexNode } from './regex-tree.js'

interface Flags {
  readonly fold: boolean
  readonly lines: boolean
  readonly dotAll: boolean
  readonly spaced: boolean
  readonly capturing: boolean
  readonly swapped: boolean
}

const MAX_DEPTH = 250
/** PCRE's own limit of counts. */
const MAX_COUNT = 65_535

/** Understands a pattern, letter case ignored unless it says `(?-i)`. Throws `RegexError`. */
export function parseRegex(pattern: Uint8Array): RegexNode {
  return new RegexParser(Buffer.from(pattern).toString('latin1')).whole()
}

class RegexParser {
  private at = 0
  private depth = 0
  private groups = 0
  private readonly named = new Map<string, number[]>()
  private readonly references: { readonly name: string | number; readonly at: number; readonly groups: number[] }[] = []
  private flags: Flags = { fold: true, lines: false, dotAll: false, spaced: false, capturing: true, swapped: false }

  constructor(private readonly source: string) {}

  whole(): RegexNode {
    const node = this.alternatives()
    if (this.at < this.source.length) throw new RegexError('a closing parenthesis has no opening one', this.at)
    for (const { name, at, groups } of this.references) {
      if (typeof name === 'number') {
        if (name > this.groups || name < 1) throw new RegexError(`there is no group ${name}`, at)
        groups.push(name)
      } else {
        const found = this.named.get(name)
        if (found === undefined) throw new RegexError(`there is no group called ${name}`, at)
        groups.push(...found)
      }
    }
    return node
  }

  private alternatives(): RegexNode {
    if (++this.depth > MAX_DEPTH) throw new RegexError('this is nested too deep', this.at)
    const parts = [this.sequence()]
    while (this.take('|')) parts.push(this.sequence())
    this.depth--
    return parts.length === 1 ? parts[0]! : { kind: 'any', parts }
  }

  private sequence(): RegexNode {
    const parts: RegexNode[] = []
    while (this.at < this.source.length) {
      if (this.flags.spaced && this.skipSpace()) continue
      const c = this.source[this.at]!
      if (c === '|' || c === ')') break
      const start = this.at
      const quoted = this.quoted()
      if (quoted !== null) {
        parts.push(...quoted.slice(0, -1))
        if (quoted.length > 0) parts.push(this.repeated(quoted.at(-1)!, start))
        continue
      }
      const item = this.item()
      if (item === null) continue
      parts.push(this.repeated(item, start))
    }
    return parts.length === 1 ? parts[0]! : { kind: 'all', parts }
  }

  /** `\Q…\E`: everything as it stands. */
  private quoted(): RegexNode[] | null {
    if (!this.source.startsWith('\\Q', this.at)) return null
    const end = this.source.indexOf('\\E', this.at + 2)
    const text = this.source.slice(this.at + 2, end < 0 ? undefined : end)
    this.at = end < 0 ? this.source.length : end + 2
    return [...text].map((c) => this.byte(c.charCodeAt(0)))
  }

  private item(): RegexNode | null {
    const start = this.at
    const c = this.source[this.at++]!
    switch (c) {
      case '(':
        return this.group(start)
      case '[':
        return { kind: 'set', set: this.set(start) }
      case '.':
        return { kind: 'set', set: this.flags.dotAll ? byteClasses.any : byteClasses.N! }
      case '^':
        return { kind: 'assert', what: this.flags.lines ? Assertion.LineStart : Assertion.Start }
      case '$':
        return { kind: 'assert', what: this.flags.lines ? Assertion.LineEnd : Assertion.EndOrLastLine }
      case '\\':
        return this.escape(start)
      case '*':
      case '+':
      case '?':
        throw new RegexError(`nothing stands before ${c} that could be repeated`, start)
      default:
        return this.byte(c.charCodeAt(0))
    }
  }

  private byte(value: number): RegexNode {
    const set = new Uint8Array(256)
    set[value] = 1
    return { kind: 'set', set: this.flags.fold ? folded(set) : set }
  }

  /** The item with the quantifiers behind it. */
  private repeated(item: RegexNode, start: number): RegexNode {
    let node = item
    for (;;) {
      if (this.flags.spaced) while (this.skipSpace());
      const counted = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.source.slice(this.at, this.at + 16))
      const c = this.source[this.at]
      if (counted === null && c !== '*' && c !== '+' && c !== '?') return node
      this.at += counted === null ? 1 : counted[0].length
      let min = c === '+' ? 1 : 0
      let max = c === '?' ? 1 : -1
      if (counted !== null) {
        min = Number(counted[1])
        max = counted[2] === undefined ? min : counted[3] === '' ? -1 : Number(counted[3])
        if (max >= 0 && max < min) throw new RegexError('the counts of {} are out of order', start)
        if (Math.max(min, max) > MAX_COUNT) throw new RegexError(`counts end at ${MAX_COUNT}`, start)
      }
      const suffix = this.take('+') ? 'possessive' : this.take('?') ? 'lazy' : 'greedy'
      const swapped = suffix === 'greedy' ? 'lazy' : 'greedy'
      node = {
        kind: 'repeat',
        of: node,
        min,
        max,
        mode: this.flags.swapped && suffix !== 'possessive' ? swapped : suffix,
      }
    }
  }

  // ---- groups ------------------------------------------------------------------------

  private group(start: number): RegexNode | null {
    if (this.source[this.at] === '*') throw new RegexError('verbs such as (*…) are not supported', start)
    if (!this.take('?')) {
      if (!this.flags.capturing) return this.inside(start)
      const group = ++this.groups
      return { kind: 'capture', group, of: this.inside(start) }
    }
    if (this.take('#')) {
      const end = this.source.indexOf(')', this.at)
      if (end < 0) throw new RegexError('the comment has no end', start)
      this.at = end + 1
      return null
    }
    for (const [mark, behind, negative] of looks) {
      if (this.take(mark)) return { kind: 'look', behind, negative, of: this.inside(start) }
    }
    if (this.take('>')) return { kind: 'atomic', of: this.inside(start) }
    const name = /^(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/.exec(this.source.slice(this.at))
    if (name !== null) {
      this.at += name[0].length
      const group = ++this.groups
      const called = (name[1] ?? name[2])!
      this.named.set(called, [...(this.named.get(called) ?? []), group])
      return { kind: 'capture', group, of: this.inside(start) }
    }
    const back = /^P=([A-Za-z_]\w*)\)/.exec(this.source.slice(this.at))
    if (back !== null) {
      this.at += back[0].length
      return this.reference(back[1]!, start)
    }
    return this.flagged(start)
  }

  /** `(?i)` up to the end of the group around it, `(?i:…)`. */
  private flagged(start: number): RegexNode | null {
    const found = /^(\^?)([imsxnUJ]*)(?:-([imsxnUJ]*))?([:)])/.exec(this.source.slice(this.at))
    if (found === null) throw new RegexError('this kind of group is not supported', start)
    this.at += found[0].length
    const before = this.flags
    if (found[1] === '^')
      this.flags = { ...before, fold: false, lines: false, dotAll: false, spaced: false, capturing: true }
    for (const c of found[2]!) this.flag(c, true)
    for (const c of found[3] ?? '') this.flag(c, false)
    if (found[4] === ')') return null
    const node = this.inside(start)
    this.flags = before
    return node
  }

  private flag(letter: string, on: boolean): void {
    const { flags } = this
    if (letter === 'i') this.flags = { ...flags, fold: on }
    else if (letter === 'm') this.flags = { ...flags, lines: on }
    else if (letter === 's') this.flags = { ...flags, dotAll: on }
    else if (letter === 'x') this.flags = { ...flags, spaced: on }
    else if (letter === 'n') this.flags = { ...flags, capturing: !on }
    else if (letter === 'U') this.flags = { ...flags, swapped: on }
  }

  private inside(start: number): RegexNode {
    const { flags } = this
    const node = this.alternatives()
    this.flags = flags
    if (!this.take(')')) throw new RegexError('a closing parenthesis is missing', start)
    return node.kind === 'any' || node.kind === 'all' ? node : { kind: 'all', parts: [node] }
  }

  private reference(name: string | number, at: number): RegexNode {
    const groups: number[] = []
    this.references.push({ name, at, groups })
    return { kind: 'back', groups, fold: this.flags.fold }
  }

  // ---- escapes and sets --------------------------------------------------------------

  private escape(start: number): RegexNode | null {
    const c = this.source[this.at]
    if (c === undefined) throw new RegexError('a backslash stands at the end', start)
    const set = byteClasses[c]
    if (set !== undefined && c !== 'any') return this.took({ kind: 'set', set })
    const assertion = assertions[c]
    if (assertion !== undefined) return this.took({ kind: 'assert', what: assertion })
    if (c === 'E') return this.took(null)
    if (c === 'K') throw new RegexError('\\K is not supported', start)
    if (c === 'R') {
      const line = (text: string): RegexNode => ({
        kind: 'all',
        parts: [...text].map((one) => bare(one.charCodeAt(0))),
      })
      return this.took({
        kind: 'atomic',
        of: { kind: 'any', parts: ['\r\n', '\n', '\v', '\f', '\r', '\x85'].map(line) },
      })
    }
    const back = /^(?:g(?:\{(-?\d+)\}|(-?\d+)|\{([A-Za-z_]\w*)\})|k(?:\{(\w+)\}|<(\w+)>|'(\w+)')|([1-9]\d*))/.exec(
      this.source.slice(this.at),
    )
    if (back !== null) {
      const digits = back[1] ?? back[2] ?? back[7]
      const number = Number(digits)
      const octal = back[7] !== undefined && number > 9 && number > this.groups
      if (!octal) {
        this.at += back[0].length
        if (digits === undefined) return this.reference((back[3] ?? back[4] ?? back[5] ?? back[6])!, start)
        return this.reference(number < 0 ? this.groups + 1 + number : number, start)
      }
    }
    return this.byte(this.escapedByte(start))
  }

  private took<T>(node: T): T {
    this.at++
    return node
  }

  /** An escape that stands for one byte. */
  private escapedByte(start: number): number {
    const rest = this.source.slice(this.at, this.at + 12)
    const number = /^(?:x\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{0,2})|o\{([0-7]+)\}|([0-7]{1,3}))/.exec(rest)
    if (number !== null) {
      this.at += number[0].length
      const hex = number[1] ?? number[2]
      const value = hex === undefined ? Number.parseInt((number[3] ?? number[4])!, 8) : Number.parseInt(hex || '0', 16)
      if (value > 255) throw new RegexError('characters are bytes here, up to \\xff', start)
      return value
    }
    const c = rest[0]!
    this.at++
    if (c === 'c') return ((this.source[this.at++] ?? '@').toUpperCase().charCodeAt(0) ^ 0x40) & 0xff
    const simple = simpleEscapes[c]
    if (simple !== undefined) return simple
    if (/[A-Za-z0-9]/.test(c)) throw new RegexError(`\\${c} has no meaning`, start)
    return c.charCodeAt(0)
  }

  private set(start: number): Uint8Array {
    const negative = this.take('^')
    let set = new Uint8Array(256)
    for (let first = true; ; first = false) {
      const c = this.source[this.at]
      if (c === undefined) throw new RegexError('a closing ] is missing', start)
      if (c === ']' && !first) break
      const whole = this.setClass()
      if (whole !== null) {
        for (let i = 0; i < 256; i++) set[i]! |= whole[i]!
        continue
      }
      const low = this.setByte(start)
      if (low < 0) continue
      if (this.source[this.at] !== '-' || this.source[this.at + 1] === ']' || this.source[this.at + 1] === undefined) {
        set[low] = 1
        continue
      }
      this.at++
      if (this.setClass() !== null) throw new RegexError('a range has to end with a character', this.at)
      const high = this.setByte(start)
      if (high < low) throw new RegexError('the range in [] is out of order', start)
      set.fill(1, low, high + 1)
    }
    this.at++
    if (this.flags.fold) set = folded(set)
    return negative ? set.map((one) => 1 - one) : set
  }

  /** `\d` or `[:digit:]` inside a set, null when something else stands there. */
  private setClass(): Uint8Array | null {
    const posix = /^\[:(\^?)([a-z]+):\]/.exec(this.source.slice(this.at, this.at + 16))
    if (posix !== null) {
      const found = posixClasses[posix[2]!]
      if (found === undefined) throw new RegexError(`there is no class [:${posix[2]}:]`, this.at)
      this.at += posix[0].length
      return posix[1] === '' ? found : found.map((one) => 1 - one)
    }
    if (this.source[this.at] !== '\\') return null
    const c = this.source[this.at + 1] ?? ''
    const found = c !== 'N' && c.length === 1 ? byteClasses[c] : undefined
    if (found !== undefined) this.at += 2
    return found ?? null
  }

  /** One byte inside a set; -1 for marks that stand for nothing. */
  private setByte(start: number): number {
    const c = this.source[this.at++]
    if (c === undefined) throw new RegexError('a closing ] is missing', start)
    if (c !== '\\') return c.charCodeAt(0)
    const next = this.source[this.at]
    if (next === undefined) throw new RegexError('a closing ] is missing', start)
    if (next === 'E' || next === 'Q') return this.took(-1)
    if (next === 'b') return this.took(8)
    return this.escapedByte(this.at - 1)
  }

  // ---- helpers -----------------------------------------------------------------------

  private take(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false
    this.at += text.length
    return true
  }

  private skipSpace(): boolean {
    const space = /^(?:\s+|#[^\n]*)/.exec(this.source.slice(this.at))
    if (space === null) return false
    this.at += space[0].length
    return true
  }
}

const looks = [
  ['=', false, false],
  ['!', false, true],
  ['<=', true, false],
  ['<!', true, true],
] as const

const assertions: Readonly<Record<string, Assertion>> = {
  A: Assertion.Start,
  G: Assertion.Start,
  z: Assertion.End,
  Z: Assertion.EndOrLastLine,
  b: Assertion.Word,
  B: Assertion.NotWord,
}
const simpleEscapes: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 }

function bare(value: number): RegexNode {
  const set = new Uint8Array(256)
  set[value] = 1
  return { kind: 'set', set }
}

/** With the other case of every ASCII letter. */
function folded(set: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(set)
  for (let upper = 65; upper <= 90; upper++) {
    if (out[upper] || out[upper + 32]) out[upper] = out[upper + 32] = 1
  }
  return out
}
