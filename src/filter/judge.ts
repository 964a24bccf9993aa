/** A test of one field against constants, as a function of the field's value. */
import type { FieldSource, Order, Source, Test } from './plan.js'
import { compareValues, containsValue, type Value } from './values.js'

export interface Judged {
  readonly field: FieldSource
  /** Does it hold for this value? Null for a test of presence. */
  readonly judge: ((value: Value) => boolean) | null
  /** It must hold for all values, and not for one. */
  readonly every: boolean
  /** The same where it is one order and one constant, null where it is not. */
  readonly simple: { readonly order: Order; readonly constant: Value } | null
}

/** The test as such a function; null when it is of another shape. */
export function judged(test: Test): Judged | null {
  switch (test.kind) {
    case 'exists':
      return plain(test.of) ? { field: test.of, judge: null, every: false, simple: null } : null
    case 'matches': {
      const { regex } = test
      if (!plain(test.of) || test.of.type.sort !== 'string') return null
      const judge = (value: Value): boolean => regex.test(Buffer.from(value as string))
      return { field: test.of, judge, every: test.every, simple: null }
    }
    case 'in':
      return membership(test)
    case 'compare':
      return comparison(test)
    default:
      return null
  }
}

const plain = (s: Source): s is FieldSource => s.kind === 'field' && s.layers === null && !s.raw

function membership(test: Extract<Test, { kind: 'in' }>): Judged | null {
  if (!plain(test.of)) return null
  const items: { low: Value; high: Value | null }[] = []
  for (const { low, high } of test.items) {
    if (low.kind !== 'constant' || (high !== null && high.kind !== 'constant')) return null
    for (const from of low.values) {
      if (high === null) items.push({ low: from, high: null })
      else for (const to of high.values) items.push({ low: from, high: to })
    }
  }
  const judge = (value: Value): boolean => items.some(({ low, high }) => isItem(value, low, high))
  return { field: test.of, judge, every: test.every, simple: null }
}

const isItem = (value: Value, low: Value, high: Value | null): boolean =>
  high === null ? compareValues(value, low) === 0 : compareValues(value, low) >= 0 && compareValues(value, high) <= 0

function comparison(test: Extract<Test, { kind: 'compare' }>): Judged | null {
  if (!plain(test.left) || test.right.kind !== 'constant') return null
  const { left, order, every } = test
  const { values } = test.right
  const pass = (value: Value, constant: Value): boolean =>
    order === 'contains' ? containsValue(value, constant) : allows(order, compareValues(value, constant))
  const judge = (value: Value): boolean =>
    every ? values.every((constant) => pass(value, constant)) : values.some((constant) => pass(value, constant))
  const simple = values.length === 1 && order !== 'contains' ? { order, constant: values[0]! } : null
  return { field: left, judge, every, simple }
}

/** Does an order allow this sign of a comparison? */
export function allows(order: Order, sign: number): boolean {
  switch (order) {
    case '==':
      return sign === 0
    case '!=':
      return sign !== 0
    case '<':
      return sign < 0
    case '<=':
      return sign <= 0
    case '>':
      return sign > 0
    default:
      return sign >= 0
  }
}
