/** Object identifiers, ITU-T X.690 section 8.19: numbers of seven bits a byte, the first two in one. */
import type { Spell } from '../../src/dissect/index.js'

const roots = ['itu-t', 'iso', 'joint-iso-itu-t'] as const

/** `1.3.6.1`. */
export const objectIdentifier: Spell = (b, start, end) => numbersOf(b, start, end).join('.')

/** `1.3.6.1 (iso.3.6.1)`. */
export function objectIdentifierCaption(b: Uint8Array, start: number, end: number): string {
  const [first = 0, ...rest] = numbersOf(b, start, end)
  const named = [roots[first] ?? String(first), ...rest].join('.')
  return `${[first, ...rest].join('.')} (${named})`
}

function numbersOf(b: Uint8Array, start: number, end: number): number[] {
  const numbers: number[] = []
  let value = 0
  for (let i = start; i < end; i++) {
    value = value * 0x80 + (b[i]! & 0x7f)
    if (b[i]! >= 0x80) continue
    if (numbers.length > 0) numbers.push(value)
    else {
      const first = Math.min(Math.floor(value / 40), 2)
      numbers.push(first, value - first * 40)
    }
    value = 0
  }
  return numbers
}
