/**
 * The parser: Wireshark 4.0's filter language with what 4.2 and 4.4 added, by operator precedence.
 *
 * From loose to tight: `or`, `xor`, `and`, `not`, comparisons, `&`, `+ -`, `* / %`, minus, slices and layers.
 */
import { FilterError } from './filter-error.js'
import { Lexer, type Token } from './lex.js'
import { expandMacro, type Macros, readCall } from './macros.js'
import type { ArithmeticOp, CompareOp, Expression, Operand, Place, Quantifier, SetItem } from './syntax.js'

/** Parentheses, `not` and minus may be nested so deep. */
const MAX_DEPTH = 200
/** Macros may call macros so deep. */
const MAX_MACROS = 16

const comparisons: Readonly<Record<string, CompareOp>> = {
  '==': '==',
  eq: '==',
  any_eq: '==',
  '!=': '!=',
  ne: '!=',
  all_ne: '!=',
  '!==': '!==',
  any_ne: '!==',
  '~=': '!==',
  '===': '===',
  all_eq: '===',
  '>': '>',
  gt: '>',
  '<': '<',
  lt: '<',
  '>=': '>=',
  ge: '>=',
  '<=': '<=',
  le: '<=',
  contains: 'contains',
  matches: 'matches',
  '~': 'matches',
}

const logic: Readonly<Record<string, 'and' | 'or' | 'xor'>> = {
  and: 'and',
  '&&': 'and',
  or: 'or',
  '||': 'or',
  xor: 'xor',
  '^^': 'xor',
}
/** From loose to tight. */
const logicLevels = ['or', 'xor', 'and'] as const

const arithmetic: Readonly<Record<string, readonly [ArithmeticOp, number]>> = {
  '&': ['&', 1],
  bitwise_and: ['&', 1],
  '+': ['+', 2],
  '-': ['-', 2],
  '*': ['*', 3],
  '/': ['/', 3],
  '%': ['%', 3],
}

/** Words that are never names or literals. */
export const reservedWords: ReadonlySet<string> = new Set([
  ...[...Object.keys(comparisons), ...Object.keys(logic), 'bitwise_and'].filter((word) => /^[a-z]/.test(word)),
  ...['not', 'in', 'any', 'all'],
])

const look = <T>(table: Readonly<Record<string, T>>, token: Token): T | undefined =>
  (token.kind === 'symbol' || token.kind === 'word') && Object.hasOwn(table, token.text) ? table[token.text] : undefined

/** Understands a filter's text. Throws `FilterError` with the place of what is wrong. */
export function parse(source: string, macros: Macros = {}): Expression {
  return new Parser(source, macros, 0).whole()
}

class Parser {
  private readonly lexer: Lexer
  private depth = 0

  constructor(
    private readonly source: string,
    private readonly macros: Macros,
    private readonly nested: number,
  ) {
    this.lexer = new Lexer(source)
  }

  whole(): Expression {
    const all = this.logic(0)
    const rest = this.lexer.peek()
    if (rest.kind !== 'end') throw this.unexpected(rest, 'an operator such as ==, or and, or the end')
    return all
  }

  // ---- logic -------------------------------------------------------------------------

  private logic(level: number): Expression {
    if (level === logicLevels.length) return this.negation()
    const kind = logicLevels[level]!
    const parts = [this.logic(level + 1)]
    while (look(logic, this.lexer.peek()) === kind) {
      this.lexer.next()
      parts.push(this.logic(level + 1))
    }
    return parts.length === 1 ? parts[0]! : { kind, parts, start: parts[0]!.start, end: parts.at(-1)!.end }
  }

  private negation(): Expression {
    const token = this.lexer.peek()
    if (!is(token, '!') && !is(token, 'not')) return this.relation()
    this.lexer.next()
    return this.deeper(token, () => {
      const of = this.negation()
      return { kind: 'not', of, start: token.start, end: of.end }
    })
  }

  private relation(): Expression {
    const first = this.lexer.peek()
    if (is(first, '(')) {
      const inside = this.parenthesis()
      if (inside.kind !== 'test' || !this.continues()) return inside
      return this.comparison(this.arithmetic(1, this.sliced(inside.of)), '', first.start)
    }
    if (is(first, '$') || is(first, '${')) {
      const inside = this.macro(first)
      if (inside !== null && inside.kind !== 'test') return inside
      if (inside !== null) return this.comparison(this.arithmetic(1, this.sliced(inside.of)), '', first.start)
    }
    const quantifier: Quantifier = is(first, 'any') ? 'any' : is(first, 'all') ? 'all' : ''
    if (quantifier !== '') this.lexer.next()
    return this.comparison(this.arithmetic(1), quantifier, first.start)
  }

  /** Does an operand in parentheses go on, as in `(ip.ttl + 1) * 2`? */
  private continues(): boolean {
    const token = this.lexer.peek()
    return (
      look(comparisons, token) !== undefined ||
      look(arithmetic, token) !== undefined ||
      is(token, 'in') ||
      is(token, '[')
    )
  }

  private parenthesis(): Expression {
    const open = this.lexer.next()
    return this.deeper(open, () => {
      const inside = this.logic(0)
      this.expect(')')
      return inside
    })
  }

  private comparison(left: Operand, quantifier: Quantifier, start: number): Expression {
    const token = this.lexer.peek()
    if (is(token, 'in')) return this.membership(left, quantifier, false, start)
    if (is(token, 'not')) {
      this.lexer.next()
      if (!is(this.lexer.peek(), 'in')) throw this.unexpected(this.lexer.peek(), 'in, for not in { … }')
      return this.membership(left, quantifier, true, start)
    }
    if (look(comparisons, token) === undefined) {
      if (quantifier !== '') throw this.unexpected(token, 'a comparison')
      return { kind: 'test', of: left, start, end: left.end }
    }
    const parts: Expression[] = []
    let before = left
    for (;;) {
      const op = look(comparisons, this.lexer.peek())
      if (op === undefined) break
      this.lexer.next()
      const right = this.arithmetic(1)
      parts.push({ kind: 'compare', op, quantifier, left: before, right, start: before.start, end: right.end })
      before = right
    }
    if (parts.length > 1) return { kind: 'and', parts, start, end: before.end }
    return { ...parts[0]!, start }
  }

  private membership(of: Operand, quantifier: Quantifier, negated: boolean, start: number): Expression {
    this.lexer.next()
    this.expect('{')
    const items: SetItem[] = []
    do {
      const low = this.arithmetic(1)
      const ranges = is(this.lexer.peek(), '..')
      if (ranges) this.lexer.next()
      const high = ranges ? this.arithmetic(1) : null
      items.push({ low, high, start: low.start, end: (high ?? low).end })
    } while (this.took(','))
    const close = this.expect('}', 'a comma or }')
    return { kind: 'in', negated, quantifier, of, items, start, end: close.end }
  }

  // ---- operands ----------------------------------------------------------------------

  private arithmetic(level: number, begun?: Operand): Operand {
    let left = begun ?? this.sign()
    for (;;) {
      const found = look(arithmetic, this.lexer.peek())
      if (found === undefined || found[1] < level) return left
      this.lexer.next()
      const right = this.arithmetic(found[1] + 1)
      left = { kind: 'arithmetic', op: found[0], left, right, start: left.start, end: right.end }
    }
  }

  private sign(): Operand {
    const token = this.lexer.peek()
    if (is(token, '+')) {
      this.lexer.next()
      return this.deeper(token, () => this.sign())
    }
    if (!is(token, '-')) return this.sliced()
    this.lexer.next()
    return this.deeper(token, () => {
      const of = this.sign()
      return { kind: 'negative', of, start: token.start, end: of.end }
    })
  }

  private sliced(begun?: Operand): Operand {
    let of = begun ?? this.atom()
    while (is(this.lexer.peek(), '[')) {
      const open = this.lexer.next()
      const pieces = this.lexer.pieces(open.end)
      of = { kind: 'slice', of, pieces, start: of.start, end: this.source.indexOf(']', open.end) + 1 }
    }
    return of
  }

  private atom(): Operand {
    const token = this.lexer.next()
    const { start, end } = token
    if (token.kind === 'string') {
      return { kind: 'string', text: token.text, raw: token.raw === true, bytes: token.bytes!, start, end }
    }
    if (token.kind === 'char') return { kind: 'char', text: token.text, value: token.bytes![0]!, start, end }
    if (is(token, '@')) {
      const of = this.layered(this.field())
      return { kind: 'raw', of, start, end: of.end }
    }
    if (is(token, '${') || is(token, '$')) return this.dollar(token)
    if (is(token, '{') || is(token, '(')) {
      return this.deeper(token, () => {
        const inside = this.arithmetic(1)
        this.expect(is(token, '{') ? '}' : ')')
        return inside
      })
    }
    if (token.kind !== 'word' || reservedWords.has(token.text))
      throw this.unexpected(token, 'a field, a function or a value')
    if (is(this.lexer.peek(), '(') && this.lexer.peek().start === end) return this.call(token)
    return this.layered(wordOf(token))
  }

  private call(name: Token): Operand {
    this.lexer.next()
    return this.deeper(name, () => {
      const args: Operand[] = []
      if (!is(this.lexer.peek(), ')')) {
        do args.push(this.arithmetic(1))
        while (this.took(','))
      }
      const close = this.expect(')', 'a comma or )')
      return { kind: 'call', name: name.text, args, start: name.start, end: close.end }
    })
  }

  /** `field#2`, `field#[1-3]`. */
  private layered(of: Operand): Operand {
    if (!is(this.lexer.peek(), '#')) return of
    const mark = this.lexer.next()
    const open = /^\s*\[/.exec(this.source.slice(mark.end))
    const pieces = open ? this.lexer.pieces(mark.end + open[0].length) : [this.lexer.layer(mark.end)]
    const close = open
      ? this.source.indexOf(']', mark.end) + 1
      : mark.end + /^\s*\d+/.exec(this.source.slice(mark.end))![0].length
    return { kind: 'layer', of, pieces, start: of.start, end: close }
  }

  private field(): Operand {
    const token = this.lexer.next()
    if (token.kind !== 'word' || reservedWords.has(token.text)) throw this.unexpected(token, 'a field')
    return { ...wordOf(token), as: 'field' } as Operand
  }

  /** `${field}` of the selected packet, or a macro that stands for a value. */
  private dollar(token: Token): Operand {
    const inside = this.macro(token)
    if (inside !== null) {
      if (inside.kind === 'test') return inside.of
      throw new FilterError('this macro is a test and not a value', inside.start, inside.end)
    }
    this.lexer.seek(token.end)
    const of = this.layered(this.field())
    const close = this.expect('}')
    return { kind: 'reference', of, start: token.start, end: close.end }
  }

  /** What the macro stands for that is called at `token`: `${name}`, `${name:a;b}`, `$name(a, b)`. Null when it is none. */
  private macro(token: Token): Expression | null {
    const call = readCall(this.source, token.start, this.macros)
    if (!call.isMacro) return null
    const inside = this.expand(call.name, call.args, { start: token.start, end: call.end })
    this.lexer.seek(call.end)
    return inside
  }

  private expand(name: string, args: readonly string[], place: Place): Expression {
    if (this.nested >= MAX_MACROS)
      throw new FilterError(`the macro ${name} calls macros without end`, place.start, place.end)
    const text = expandMacro(name, args, this.macros, place)
    try {
      return moved(new Parser(text, this.macros, this.nested + 1).whole(), place)
    } catch (error) {
      if (!(error instanceof FilterError)) throw error
      const { expected, nearest } = error
      throw new FilterError(`in macro ${name} (${text}): ${error.message}`, place.start, place.end, expected, nearest)
    }
  }

  // ---- helpers -----------------------------------------------------------------------

  private deeper<T>(at: Place, read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new FilterError('this is nested too deep', at.start, at.end)
    const result = read()
    this.depth--
    return result
  }

  private took(symbol: string): boolean {
    if (!is(this.lexer.peek(), symbol)) return false
    this.lexer.next()
    return true
  }

  private expect(symbol: string, expected = symbol): Token {
    const token = this.lexer.next()
    if (!is(token, symbol)) throw this.unexpected(token, expected)
    return token
  }

  private unexpected(token: Token, expected: string): FilterError {
    const { start, end } = token
    if (token.kind === 'end') return new FilterError('the filter ends too early', start, start, expected)
    return new FilterError(`${this.source.slice(start, end)} makes no sense here`, start, end, expected)
  }
}

const is = (token: Token, text: string): boolean =>
  (token.kind === 'symbol' || token.kind === 'word') && token.text === text

function wordOf({ text, start, end }: Token): Operand {
  if (/^\.[^.]/.test(text)) return { kind: 'word', text: text.slice(1), as: 'field', start, end }
  if (/^:[^:]/.test(text)) return { kind: 'word', text: text.slice(1), as: 'literal', start, end }
  return { kind: 'word', text, as: '', start, end }
}

/** A copy in which every node stands at `place`. */
function moved<T>(node: T, place: Place): T {
  if (Array.isArray(node)) return node.map((one: unknown) => moved(one, place)) as T
  if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return node
  const copy: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(node)) copy[key] = moved(value, place)
  if ('start' in copy) Object.assign(copy, { start: place.start, end: place.end })
  return copy as T
}
