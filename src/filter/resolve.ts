/** Operands understood: names become fields and functions, literals get the type of what they stand beside. */
import { allFields, type Field, fieldsNamed } from '../dissect/field.js'
import { calculate, negated } from './arithmetic.js'
import { FilterError } from './filter-error.js'
import { functions } from './functions.js'
import { type Hosts, type Literal, literalValues } from './literal.js'
import { nearestOf } from './nearest.js'
import type { FieldSource, Source } from './plan.js'
import { printOperand } from './print.js'
import type { ArithmeticOp, Operand } from './syntax.js'
import { describeType, familyOf, plainType, type Type, typeOf } from './types.js'
import type { Value } from './values.js'

const BYTES = plainType('bytes')

export class Resolver {
  constructor(private readonly hosts: Hosts) {}

  /** Is it made of literals only, and so waits for a type? */
  isLiteral(o: Operand): boolean {
    switch (o.kind) {
      case 'string':
      case 'char':
        return true
      case 'word':
        return o.as === 'literal' || (o.as === '' && fieldsNamed(o.text).length === 0)
      case 'negative':
        return this.isLiteral(o.of)
      case 'arithmetic':
        return this.isLiteral(o.left) && this.isLiteral(o.right)
      default:
        return false
    }
  }

  /** Something that has a type of its own. Throws where it is a literal. */
  source(o: Operand): Source {
    switch (o.kind) {
      case 'word':
      case 'layer':
      case 'raw':
        return this.field(o)
      case 'reference': {
        const of = this.field(o.of)
        return { kind: 'reference', of, text: printOperand(o), type: of.type }
      }
      case 'slice':
        return this.slice(o)
      case 'call':
        return this.call(o)
      case 'arithmetic':
        return this.arithmetic(o)
      case 'negative':
        return this.negative(o)
      default:
        throw new FilterError(
          `${printOperand(o)} is neither a field nor a protocol`,
          o.start,
          o.end,
          'a field or a protocol',
        )
    }
  }

  /** `o` where a value of `type` is wanted: a literal is read as one, anything else must be of its kind. */
  beside(o: Operand, type: Type): Source {
    if (this.isLiteral(o)) return { kind: 'constant', values: this.constant(o, type), type }
    const found = this.source(o)
    if (familyOf(found.type) === familyOf(type) && familyOf(type) !== 'none') return found
    const named = o.kind === 'word' && type.field?.names != null ? `; "${o.text}" in quotes is a value` : ''
    throw new FilterError(
      `${printOperand(o)} is ${describeType(found.type)} and cannot be compared with ${describeType(type)}${named}`,
      o.start,
      o.end,
    )
  }

  private constant(o: Operand, type: Type): readonly Value[] {
    if (o.kind === 'negative') {
      if (o.of.kind === 'word') return literalValues(o.of, type, this.hosts, true)
      return this.constant(o.of, type).map(negated)
    }
    if (o.kind !== 'arithmetic') return literalValues(o as Literal, type, this.hosts)
    const [left] = this.constant(o.left, type)
    const [right] = this.constant(o.right, type)
    this.checkArithmetic(o.op, type, o)
    const value = calculate(o.op, left!, right!, type.sort === 'double')
    if (value === null) throw new FilterError('a division by zero', o.start, o.end)
    return [value]
  }

  // ---- fields ------------------------------------------------------------------------

  private field(o: Operand): FieldSource {
    if (o.kind === 'raw') return { ...this.field(o.of), raw: true, type: BYTES }
    if (o.kind === 'layer') return { ...this.field(o.of), layers: o.pieces }
    if (o.kind !== 'word') throw new FilterError(`${printOperand(o)} is no field`, o.start, o.end, 'a field')
    const fields = fieldsNamed(o.text)
    if (fields.length === 0 || o.as === 'literal') throw unknownField(o.text, o.start, o.end)
    const widest = fields.reduce((a, b) => (b.width > a.width ? b : a))
    const type = typeOf(widest)
    const same = fields.filter((f) => familyOf(typeOf(f)) === familyOf(type))
    return { kind: 'field', name: o.text, fields: same, type, layers: null, owner: ownerOf(widest), raw: false }
  }

  private slice(o: Extract<Operand, { kind: 'slice' }>): Source {
    if (this.isLiteral(o.of)) this.source(o.of)
    const of = this.source(o.of)
    const family = familyOf(of.type)
    if (family !== 'bytes' && family !== 'string' && family !== 'ipv4' && family !== 'ipv6') {
      const what = `${printOperand(o.of)} is ${describeType(of.type)}`
      throw new FilterError(`${what} and has no bytes to take a part of`, o.start, o.end, '@ before it for its bytes')
    }
    return { kind: 'slice', of, pieces: o.pieces, type: BYTES }
  }

  // ---- functions and arithmetic ------------------------------------------------------

  private call(o: Extract<Operand, { kind: 'call' }>): Source {
    const called = functions.get(o.name)
    if (called === undefined) {
      const near = nearestOf(o.name, functions.keys())
      const expected = near.length > 0 ? '' : `one of ${[...functions.keys()].join(', ')}`
      throw new FilterError(`there is no function ${o.name}`, o.start, o.start + o.name.length, expected, near)
    }
    if (o.args.length < called.least || o.args.length > called.most) {
      const count = called.most === called.least ? `${called.least}` : `at least ${called.least}`
      const end = o.args.length === 0 ? o.end : o.args.at(-1)!.end
      throw new FilterError(
        `${o.name} takes ${count} argument${count === '1' ? '' : 's'} and not ${o.args.length}`,
        o.start,
        end,
        called.usage,
      )
    }
    const typed = o.args.find((arg) => !this.isLiteral(arg))
    if (typed === undefined) {
      const { start, end } = o.args[0]!
      throw new FilterError(`${o.name} needs a field`, start, end, called.usage, this.nearField(o.args[0]!))
    }
    const first = this.source(typed)
    if (called.ofField && first.kind !== 'field' && first.kind !== 'reference' && first.kind !== 'slice') {
      throw new FilterError(`${o.name} takes a field`, typed.start, typed.end, called.usage)
    }
    const wanted = called.refuse(first.type)
    if (wanted !== '') {
      throw new FilterError(`${o.name} cannot take ${describeType(first.type)}`, typed.start, typed.end, wanted)
    }
    const args = o.args.map((arg) => (arg === typed ? first : this.beside(arg, first.type)))
    return { kind: 'call', called, args, type: called.type(first.type) }
  }

  private arithmetic(o: Extract<Operand, { kind: 'arithmetic' }>): Source {
    const leftFirst = !this.isLiteral(o.left)
    const typed = this.source(leftFirst ? o.left : o.right)
    this.checkArithmetic(o.op, typed.type, leftFirst ? o.left : o.right)
    const other = this.beside(leftFirst ? o.right : o.left, typed.type)
    const [left, right] = leftFirst ? [typed, other] : [other, typed]
    return { kind: 'arithmetic', op: o.op, left, right, type: resultType(o.op, left.type, right.type) }
  }

  private checkArithmetic(op: ArithmeticOp, type: Type, at: Operand): void {
    const { sort } = type
    const plain = sort === 'number' || sort === 'double'
    const ok =
      op === '&'
        ? sort === 'number' || ['ipv4', 'ipv6', 'bytes', 'ether', 'eui64'].includes(sort)
        : plain || (sort === 'reltime' && (op === '+' || op === '-'))
    if (!ok || (op === '%' && sort === 'double')) {
      throw new FilterError(`${printOperand(at)} is ${describeType(type)}, which has no ${op}`, at.start, at.end)
    }
  }

  private negative(o: Extract<Operand, { kind: 'negative' }>): Source {
    const of = this.source(o.of)
    const { sort } = of.type
    if (sort !== 'number' && sort !== 'double' && sort !== 'reltime') {
      throw new FilterError(
        `${printOperand(o.of)} is ${describeType(of.type)}, which has no minus`,
        o.of.start,
        o.of.end,
      )
    }
    return { kind: 'negative', of, type: sort === 'number' ? plainType('number', 64, true) : of.type }
  }

  /** Fields that an unknown word may have meant. */
  private nearField(o: Operand): readonly string[] {
    return o.kind === 'word' ? nearFields(o.text) : []
  }
}

function resultType(op: ArithmeticOp, left: Type, right: Type): Type {
  if (left.sort === 'double' || right.sort === 'double') return plainType('double')
  if (left.sort !== 'number') return { ...left, field: null }
  return op === '&' ? { ...left, bits: Math.max(left.bits, right.bits), field: null } : plainType('number', 64, true)
}

/** The field of the protocol that declares `f`. */
const ownerOf = (f: Field): Field | null => fieldsNamed(f.owner).find((one) => one.kind === 'protocol') ?? null

let names: readonly string[] | null = null
export const fieldNames = (): readonly string[] =>
  (names ??= [...new Set(allFields.map((f) => f.name))].filter((name) => name !== ''))
const nearFields = (word: string): string[] => nearestOf(word, fieldNames())

export function unknownField(word: string, start: number, end: number): FilterError {
  const near = nearFields(word)
  const spaced = /^([\w.]+)-([\w.]+)$/.exec(word)
  if (spaced !== null && fieldsNamed(spaced[1]!).length > 0) {
    return new FilterError(`${word} is one word`, start, end, `spaces, for a difference: ${spaced[1]} - ${spaced[2]}`)
  }
  return new FilterError(
    `${word} is neither a field nor a protocol`,
    start,
    end,
    near.length === 0 ? 'a field or a protocol' : '',
    near,
  )
}
