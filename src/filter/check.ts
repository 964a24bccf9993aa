/** From the tree as written to one in which everything has a meaning; whatever has none is refused with its place. */
import { allFields, type Field } from '../dissect/field.js'
import { FilterError, type FilterWarning } from './filter-error.js'
import type { Hosts } from './literal.js'
import type { Order, Source, Test } from './plan.js'
import { print, printOperand } from './print.js'
import { Regex, RegexError } from './regex.js'
import { Resolver, unknownField } from './resolve.js'
import type { Expression, Operand } from './syntax.js'
import { describeType, familyOf, plainType, type Type } from './types.js'

export interface Checked {
  readonly test: Test
  readonly warnings: readonly FilterWarning[]
}

type Compare = Extract<Expression, { kind: 'compare' }>
type Membership = Extract<Expression, { kind: 'in' }>

/** Throws `FilterError`. */
export function check(e: Expression, hosts: Hosts): Checked {
  const checker = new Checker(new Resolver(hosts))
  return { test: checker.test(e), warnings: checker.warnings }
}

class Checker {
  readonly warnings: FilterWarning[] = []

  constructor(private readonly resolver: Resolver) {}

  test(e: Expression): Test {
    const text = print(e)
    switch (e.kind) {
      case 'and':
      case 'or':
      case 'xor':
        return { kind: e.kind, text, parts: e.parts.map((part) => this.test(part)) }
      case 'not':
        return { kind: 'not', text, of: this.test(e.of) }
      case 'compare':
        return this.compare(e, text)
      case 'in':
        return this.membership(e, text)
      case 'test':
        return this.presence(e.of, text)
    }
  }

  // ---- is it there -------------------------------------------------------------------

  private presence(o: Operand, text: string): Test {
    const { resolver } = this
    if (resolver.isLiteral(o)) {
      if (o.kind === 'word') throw unknownField(o.text, o.start, o.end)
      throw new FilterError(
        `${printOperand(o)} is neither a field nor a protocol`,
        o.start,
        o.end,
        'a field or a protocol',
      )
    }
    const of = resolver.source(o)
    if (of.kind === 'call') {
      if (of.type.sort === 'bool') return { kind: 'nonzero', text, of }
      throw new FilterError(`${of.called.name} gives a value, which is always there`, o.start, o.end, 'a comparison')
    }
    if (of.kind === 'arithmetic' && of.op === '&') return { kind: 'nonzero', text, of }
    if (of.kind === 'field' && of.type.sort === 'bool' && !of.raw) {
      this.warn(`${of.name} asks whether the flag is there, set or not; ${of.name} == 1 asks whether it is set`, o)
    }
    return { kind: 'exists', text, of }
  }

  // ---- comparisons -------------------------------------------------------------------

  private compare(e: Compare, text: string): Test {
    const every = e.quantifier === 'all' || (e.quantifier === '' && (e.op === '!=' || e.op === '==='))
    this.neitherLiteral(e.left, e.right, e.op)
    if (e.op === 'matches') return this.matches(e, text, every)
    const order: Order = e.op === '!==' ? '!=' : e.op === '===' ? '==' : e.op
    if (order === 'contains') return this.contains(e, text, every)
    const leftFirst = !this.resolver.isLiteral(e.left)
    const typed = this.resolver.source(leftFirst ? e.left : e.right)
    this.hasValue(typed, leftFirst ? e.left : e.right, e.op)
    const other = this.resolver.beside(leftFirst ? e.right : e.left, comparableType(typed.type))
    const [left, right] = leftFirst ? [typed, other] : [other, typed]
    if (e.quantifier === '') this.warnOfNegation(e, left)
    return { kind: 'compare', text, order, every, left, right }
  }

  private contains(e: Compare, text: string, every: boolean): Test {
    if (this.resolver.isLiteral(e.left))
      throw new FilterError('the left side has to be a field', e.left.start, e.left.end, 'a field')
    const left = this.resolver.source(e.left)
    this.searchable(left, e.left, 'contains')
    const type = familyOf(left.type) === 'string' ? left.type : plainType('bytes')
    return { kind: 'compare', text, order: 'contains', every, left, right: this.resolver.beside(e.right, type) }
  }

  private matches(e: Compare, text: string, every: boolean): Test {
    if (this.resolver.isLiteral(e.left))
      throw new FilterError('the left side has to be a field', e.left.start, e.left.end, 'a field')
    const of = this.resolver.source(e.left)
    this.searchable(of, e.left, 'matches')
    const { right } = e
    if (right.kind !== 'string') {
      throw new FilterError('a regular expression is missing', right.start, right.end, 'a text in double quotes')
    }
    try {
      return { kind: 'matches', text, every, of, regex: new Regex(right.bytes), place: right.start }
    } catch (error) {
      if (!(error instanceof RegexError)) throw error
      const plain = right.bytes.length === right.text.length
      const at = plain ? Math.min(right.start + error.at + (right.raw ? 2 : 1), right.end) : right.start
      throw new FilterError(`the regular expression makes no sense: ${error.message}`, at, plain ? at + 1 : right.end)
    }
  }

  private membership(e: Membership, text: string): Test {
    const { resolver } = this
    if (resolver.isLiteral(e.of)) {
      if (e.of.kind === 'word') throw unknownField(e.of.text, e.of.start, e.of.end)
      throw new FilterError('only a field can be one of a set', e.of.start, e.of.end, 'a field')
    }
    const of = resolver.source(e.of)
    this.hasValue(of, e.of, 'in')
    const type = comparableType(of.type)
    const items = e.items.map(({ low, high }) => ({
      low: resolver.beside(low, type),
      high: high === null ? null : resolver.beside(high, type),
    }))
    const inside = print({ ...e, negated: false })
    const test: Test = { kind: 'in', text: inside, every: e.quantifier === 'all', of, items }
    return e.negated ? { kind: 'not', text, of: test } : test
  }

  // ---- what is refused, and what is doubtful -----------------------------------------

  private neitherLiteral(left: Operand, right: Operand, op: string): void {
    if (!this.resolver.isLiteral(left) || !this.resolver.isLiteral(right)) return
    if (left.kind === 'word' && /^[a-z_]/i.test(left.text)) throw unknownField(left.text, left.start, left.end)
    throw new FilterError(
      `one side of ${op} has to be a field or a function`,
      left.start,
      left.end,
      'a field or a function',
    )
  }

  private hasValue(s: Source, at: Operand, op: string): void {
    if (s.type.sort !== 'none') return
    throw new FilterError(
      `${printOperand(at)} has no value: it is there or not`,
      at.start,
      at.end,
      `no ${op} behind it`,
    )
  }

  private searchable(s: Source, at: Operand, op: string): void {
    const family = familyOf(s.type)
    if (family === 'bytes' || family === 'string') return
    const what = `${printOperand(at)} is ${describeType(s.type)}, in which ${op} cannot search`
    const how =
      family === 'number' || family === 'ipv4' || family === 'ipv6' ? `string(${printOperand(at)}) ${op} …` : ''
    throw new FilterError(what, at.start, at.end, how)
  }

  private warnOfNegation(e: Compare, left: Source): void {
    if ((e.op !== '!=' && e.op !== '!==') || left.kind !== 'field' || !occursTwice(left.fields)) return
    const { name } = left
    const often = `${name} occurs more than once in a frame`
    if (e.op === '!=') this.warn(`${often}: != wants all of them to differ, !== one`, e)
    else this.warn(`${often}: !== is true as soon as one of them differs, != when all do`, e)
  }

  private warn(message: string, { start, end }: { readonly start: number; readonly end: number }): void {
    this.warnings.push({ message, start, end })
  }
}

/** A protocol's bytes are compared with bytes of any number. */
const comparableType = (type: Type): Type => (type.sort === 'protocol' ? plainType('bytes') : type)

/** Do others pass their values on to it, so that a packet's source and destination are both in it? */
const occursTwice = (fields: readonly Field[]): boolean =>
  allFields.filter((f) => f.also.some((a) => fields.includes(a))).length > 1
