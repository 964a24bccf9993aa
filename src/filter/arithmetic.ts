/** Sums, products and masks of values. */
import type { ArithmeticOp } from './syntax.js'
import { Prefix, type Value } from './values.js'

/** `a op b`; null when there is none (a division by zero). */
export function calculate(op: ArithmeticOp, a: Value, b: Value, fractions: boolean): Value | null {
  const left = a instanceof Prefix ? a.bytes : a
  const right = b instanceof Prefix ? b.bytes : b
  if (left instanceof Uint8Array) return masked(left, right as Uint8Array)
  if (typeof left === 'bigint' || typeof right === 'bigint')
    return ofIntegers(op, BigInt(left), BigInt(right as number | bigint))
  return ofNumbers(op, left as number, right as number, fractions)
}

export const negated = (value: Value): Value => -(value as number)

function ofNumbers(op: ArithmeticOp, a: number, b: number, fractions: boolean): Value | null {
  switch (op) {
    case '+':
      return exact(a + b, op, a, b, fractions)
    case '-':
      return exact(a - b, op, a, b, fractions)
    case '*':
      return exact(a * b, op, a, b, fractions)
    case '/':
      return b === 0 ? null : fractions ? a / b : Math.trunc(a / b)
    case '%':
      return b === 0 ? null : a % b
    case '&':
      return Number(BigInt(a) & BigInt(b))
  }
}

/** Whole numbers that a double cannot hold are calculated again as big ones. */
const exact = (value: number, op: ArithmeticOp, a: number, b: number, fractions: boolean): Value | null =>
  fractions || Number.isSafeInteger(value) ? value : ofIntegers(op, BigInt(a), BigInt(b))

function ofIntegers(op: ArithmeticOp, a: bigint, b: bigint): bigint | null {
  switch (op) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return b === 0n ? null : a / b
    case '%':
      return b === 0n ? null : a % b
    case '&':
      return a & b
  }
}

/** Byte by byte, as far as both go. */
function masked(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.min(a.length, b.length))
  for (let i = 0; i < out.length; i++) out[i] = a[i]! & b[i]!
  return out
}

/** Is any of it not zero? */
export function isNonzero(value: Value): boolean {
  const plain = value instanceof Prefix ? value.bytes : value
  if (plain instanceof Uint8Array) return plain.some((byte) => byte !== 0)
  return typeof plain === 'string' ? plain !== '' : plain !== 0 && plain !== 0n
}
