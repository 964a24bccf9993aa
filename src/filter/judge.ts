/** A test of one field against constants, as a function of the field's value. */
import { compareValues, containsValue, type Value } from './values.js'
import type { FieldSource, Source, Test } from './plan.js'

export interface Judged {
  readonly field: FieldSource
  /** Does it hold for this value? Null for a test of presence. */
  readonly judge: ((value: Value) => boolean) | null
  /** It must hold for all values, and not for one. */
  readonly every: boolean
}

/** The test as such a function; null when it is of another shape. */
export function judged(test: Test): Judged | null {
  if (test.kind === 'exists') return plain(test.of) ? { field: test.of, judge: null, every: false } : null
  if (test.kind === 'matches') {
    const { regex } = test
    if (!plain(test.of) || test.of.type.sort !== 'string') return null
    return { field: test.of, every: test.every, judge: (value) => regex.test(Buffer.from(value as string)) }
  }
  if (test.kind === 'in') {
    if (!plain(test.of)) return null
    const items: { low: Value; high: Value | null }[] = []
    for (const { low, high } of test.items) {
      if (low.kind !== 'constant' || (high !== null && high.kind !== 'constant')) return null
      for (const from of low.values) {
        if (high === null) items.push({ low: from, high: null })
        else for (const to of high.values) items.push({ low: from, high: to })
      }
    }
    const isIn = (value: Value): boolean => items.some(({ low, high }) => inItem(value, low, high))
    return { field: test.of, every: test.every, judge: isIn }
  }
  if (test.kind !== 'compare' || !plain(test.left) || test.right.kind !== 'constant') return null
  const { left, order, every } = test
  const { values } = test.right
  const pass = (value: Value, constant: Value): boolean => {
    if (order === 'contains') return containsValue(value, constant)
    const sign = compareValues(value, constant)
    if (order === '==') return sign === 0
    if (order === '!=') return sign !== 0
    return order === '<' ? sign < 0 : order === '<=' ? sign <= 0 : order === '>' ? sign > 0 : sign >= 0
  }
  const judge = (value: Value): boolean =>
    every ? values.every((constant) => pass(value, constant)) : values.some((constant) => pass(value, constant))
  return { field: left, judge, every }
}

const plain = (s: Source): s is FieldSource => s.kind === 'field' && s.layers === null && !s.raw

const inItem = (value: Value, low: Value, high: Value | null): boolean =>
  high === null ? compareValues(value, low) === 0 : compareValues(value, low) >= 0 && compareValues(value, high) <= 0
