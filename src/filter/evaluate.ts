/**
 * Tests as functions of a recorded packet. Everything that can be decided beforehand is: what remains runs over the
 * tape, and for the commonest tests without making anything.
 */
import { allFields, type Field } from '../dissect/field.js'
import type { Recording } from '../dissect/recording.js'
import { calculate, isNonzero, negated } from './arithmetic.js'
import type { FieldSource, Order, Source, Test } from './plan.js'
import type { Piece } from './syntax.js'
import { compareValues, containsValue, layerBytes, spanBytes, type Value, valueOf } from './values.js'

/** Is it true of the packet that was recorded? */
export type Predicate = (d: Recording) => boolean
/** Adds values to a list. */
type Getter = (d: Recording, out: Value[]) => void

/** Values of the selected packet by the text of the reference. */
export type References = ReadonlyMap<string, readonly Value[]>

/** A test that is not made of others, as a function. */
export function predicateOf(test: Test, references: () => References): Predicate {
  const getter = (s: Source): Getter => getterOf(s, references)
  switch (test.kind) {
    case 'exists':
      return test.of.kind === 'field' && test.of.layers === null ? occurs(test.of) : filled(getter(test.of))
    case 'nonzero':
      return some(getter(test.of), isNonzero)
    case 'matches': {
      const { regex } = test
      const match = (value: Value): boolean =>
        regex.test(typeof value === 'string' ? Buffer.from(value) : (value as Uint8Array))
      return (test.every ? all : some)(searched(test.of, references), match)
    }
    case 'compare':
      return compare(test, references)
    case 'in':
      return membership(test, getter)
    default:
      throw new Error(`${test.text} is made of others`)
  }
}

// ---- tests ---------------------------------------------------------------------------------

function filled(get: Getter): Predicate {
  const out: Value[] = []
  return (d) => {
    out.length = 0
    get(d, out)
    return out.length > 0
  }
}

function some(get: Getter, test: (value: Value) => boolean): Predicate {
  const out: Value[] = []
  return (d) => {
    out.length = 0
    get(d, out)
    for (let i = 0; i < out.length; i++) if (test(out[i]!)) return true
    return false
  }
}

function all(get: Getter, test: (value: Value) => boolean): Predicate {
  const out: Value[] = []
  return (d) => {
    out.length = 0
    get(d, out)
    for (let i = 0; i < out.length; i++) if (!test(out[i]!)) return false
    return out.length > 0
  }
}

/** Is there any node of these fields? */
function occurs({ fields }: FieldSource): Predicate {
  const own = idMask(fields)
  return ({ tape }) => {
    for (let i = 0; i < tape.length; i++) if (own[tape.field[i]!] === 1) return true
    return false
  }
}

type Compare = Extract<Test, { kind: 'compare' }>

function compare(test: Compare, references: () => References): Predicate {
  const { order, every } = test
  const pass = passes[order]
  const getLeft = order === 'contains' ? searched(test.left, references) : getterOf(test.left, references)
  if (test.right.kind === 'constant') {
    const { values } = test.right
    if (values.length === 1) {
      const value = values[0]!
      const simple =
        numbersOnly(test.left) && typeof value === 'number' ? numberTest(order, every, test.left, value) : null
      return simple ?? (every ? all : some)(getLeft, (one) => pass(one, value))
    }
    return pairs(getLeft, (_, out) => out.push(...values), every, pass)
  }
  return pairs(
    getLeft,
    order === 'contains' ? searched(test.right, references) : getterOf(test.right, references),
    every,
    pass,
  )
}

function pairs(getLeft: Getter, getRight: Getter, every: boolean, pass: (a: Value, b: Value) => boolean): Predicate {
  const left: Value[] = []
  const right: Value[] = []
  return (d) => {
    left.length = right.length = 0
    getLeft(d, left)
    if (left.length === 0) return false
    getRight(d, right)
    if (right.length === 0) return false
    for (let i = 0; i < left.length; i++) {
      for (let j = 0; j < right.length; j++) if (pass(left[i]!, right[j]!) !== every) return !every
    }
    return every
  }
}

const passes: Readonly<Record<Order, (a: Value, b: Value) => boolean>> = {
  '==': (a, b) => compareValues(a, b) === 0,
  '!=': (a, b) => compareValues(a, b) !== 0,
  '<': (a, b) => compareValues(a, b) < 0,
  '<=': (a, b) => compareValues(a, b) <= 0,
  '>': (a, b) => compareValues(a, b) > 0,
  '>=': (a, b) => compareValues(a, b) >= 0,
  contains: containsValue,
}

/** Comparisons of plain numbers, by what they allow: less, equal, more. */
const LESS = 1
const EQUAL = 2
const MORE = 4
const allowed: Readonly<Record<Order, number>> = {
  '==': EQUAL,
  '!=': LESS | MORE,
  '<': LESS,
  '<=': LESS | EQUAL,
  '>': MORE,
  '>=': MORE | EQUAL,
  contains: 0,
}

/** A field whose values are all in the tape's number column. */
const numbersOnly = (s: Source): s is FieldSource =>
  s.kind === 'field' && s.layers === null && !s.raw && s.fields.every((f) => isNumber(f) && f.width !== 64)
const isNumber = (f: Field): boolean =>
  ['uint', 'int', 'framenum', 'double'].includes(f.kind) || (f.kind === 'bool' && (f.mask & (f.mask - 1)) === 0)

function numberTest(order: Order, every: boolean, { fields }: FieldSource, constant: number): Predicate {
  const own = idMask(fields)
  const mask = allowed[order]
  return ({ tape }) => {
    let seen = false
    for (let i = 0; i < tape.length; i++) {
      if (own[tape.field[i]!] !== 1) continue
      const value = tape.value[i]!
      const is = value < constant ? LESS : value > constant ? MORE : EQUAL
      if (((mask & is) !== 0) !== every) return !every
      seen = true
    }
    return every && seen
  }
}

function membership(test: Extract<Test, { kind: 'in' }>, getter: (s: Source) => Getter): Predicate {
  const items = test.items.map(({ low, high }) => ({
    low: listOf(getter(low)),
    high: high === null ? null : listOf(getter(high)),
  }))
  const getOf = listOf(getter(test.of))
  const { every } = test
  const isIn = (d: Recording, value: Value): boolean => {
    for (const { low, high } of items) {
      for (const from of low(d)) {
        if (high === null) {
          if (compareValues(value, from) === 0) return true
          continue
        }
        if (compareValues(value, from) < 0) continue
        for (const to of high(d)) if (compareValues(value, to) <= 0) return true
      }
    }
    return false
  }
  return (d) => {
    const values = getOf(d)
    for (const value of values) if (isIn(d, value) !== every) return !every
    return every && values.length > 0
  }
}

function listOf(get: Getter): (d: Recording) => readonly Value[] {
  const out: Value[] = []
  return (d) => {
    out.length = 0
    get(d, out)
    return out
  }
}

// ---- sources -------------------------------------------------------------------------------

/** Calls `take` with each reference inside `s`: its text, and how to take its values from the selected packet. */
export function eachReference(
  s: Source,
  take: (text: string, values: (d: Recording) => readonly Value[]) => void,
): void {
  if (s.kind === 'reference') {
    const { text, of } = s
    take(text, (d) => listOf(getterOf(of, () => new Map()))(d))
  } else if (s.kind === 'slice' || s.kind === 'negative') eachReference(s.of, take)
  else if (s.kind === 'call') for (const arg of s.args) eachReference(arg, take)
  else if (s.kind === 'arithmetic') {
    eachReference(s.left, take)
    eachReference(s.right, take)
  }
}

function getterOf(s: Source, references: () => References): Getter {
  switch (s.kind) {
    case 'field':
      return fieldGetter(s, s.raw ? spanBytesOf : valueOf)
    case 'constant': {
      const { values } = s
      return (_, out) => {
        for (const value of values) out.push(value)
      }
    }
    case 'reference': {
      const { text } = s
      return (_, out) => {
        for (const value of references().get(text) ?? []) out.push(value)
      }
    }
    case 'slice': {
      const { pieces } = s
      return mapped(getterOf(s.of, references), (value) => slice(value, pieces))
    }
    case 'negative':
      return mapped(getterOf(s.of, references), negated)
    case 'arithmetic':
      return arithmetic(s, references)
    case 'call': {
      const args = s.args.map((arg) => listOf(getterOf(arg, references)))
      const first = s.args.find((arg) => arg.kind !== 'constant') ?? s.args[0]!
      const { called } = s
      return (d, out) =>
        called.run(
          args.map((arg) => arg(d)),
          first.type,
          out,
        )
    }
  }
}

/** Where `contains` and `matches` search: in all bytes of a protocol, with those of everything inside it. */
function searched(s: Source, references: () => References): Getter {
  if (s.kind !== 'field' || s.type.sort !== 'protocol' || s.raw) return getterOf(s, references)
  return fieldGetter(s, layerBytes)
}

const spanBytesOf = (d: Recording, i: number): Value =>
  d.tape.fieldAt(i).kind === 'protocol' ? valueOf(d, i) : spanBytes(d, i)

/** The values of a field's nodes; `read` reads one. Subtrees, which have no value, count as their bytes. */
function fieldGetter(s: FieldSource, read: (d: Recording, i: number) => Value): Getter {
  const own = idMask(s.fields)
  const { layers, owner } = s
  if (layers === null) {
    return (d, out) => {
      const { tape } = d
      for (let i = 0; i < tape.length; i++) if (own[tape.field[i]!] === 1) out.push(read(d, i))
    }
  }
  const ownerId = owner?.id ?? 0
  return (d, out) => {
    const { tape } = d
    let count = 0
    for (let i = 0; i < tape.length; i++) if (tape.field[i] === ownerId) count++
    let layer = 0
    for (let i = 0; i < tape.length; i++) {
      if (tape.field[i] === ownerId) layer++
      if (own[tape.field[i]!] === 1 && layers.some((piece) => holdsLayer(piece, layer, count))) out.push(read(d, i))
    }
  }
}

function holdsLayer(p: Piece, layer: number, count: number): boolean {
  const from = p.from < 0 ? count + 1 + p.from : p.from
  if (p.to !== undefined) return layer >= from && layer <= (p.to < 0 ? count + 1 + p.to : p.to)
  return layer >= from && (p.size < 0 || layer < from + p.size)
}

const idMask = (fields: readonly Field[]): Uint8Array => {
  const mask = new Uint8Array(allFields.length)
  for (const f of fields) mask[f.id] = 1
  return mask
}

function mapped(get: Getter, map: (value: Value) => Value | null): Getter {
  const values: Value[] = []
  return (d, out) => {
    values.length = 0
    get(d, values)
    for (let i = 0; i < values.length; i++) {
      const value = map(values[i]!)
      if (value !== null) out.push(value)
    }
  }
}

function arithmetic(s: Extract<Source, { kind: 'arithmetic' }>, references: () => References): Getter {
  const left = listOf(getterOf(s.left, references))
  const right = listOf(getterOf(s.right, references))
  const { op } = s
  const fractions = s.type.sort === 'double'
  return (d, out) => {
    const rights = right(d)
    if (rights.length === 0) return
    for (const a of left(d)) {
      for (const b of rights) {
        const value = calculate(op, a, b, fractions)
        if (value !== null) out.push(value)
      }
    }
  }
}

/** The pieces of a value's bytes, one after the other; null when any of them is not there. */
function slice(value: Value, pieces: readonly Piece[]): Uint8Array | null {
  const bytes = typeof value === 'string' ? Buffer.from(value) : (value as Uint8Array)
  const parts: Uint8Array[] = []
  for (const p of pieces) {
    const from = p.from < 0 ? bytes.length + p.from : p.from
    const last = p.to === undefined ? 0 : p.to < 0 ? bytes.length + p.to : p.to
    const end = p.to !== undefined ? last + 1 : p.size < 0 ? bytes.length : from + p.size
    if (from < 0 || end > bytes.length || from >= end) return null
    parts.push(bytes.subarray(from, end))
  }
  return parts.length === 1 ? parts[0]! : new Uint8Array(Buffer.concat(parts))
}
