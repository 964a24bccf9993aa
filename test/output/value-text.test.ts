/** Values and lines as Wireshark words them: long lines, dates, numbers in two bases. */

import { expect, test } from 'vitest'
import { dateText, secondsText } from '../../src/dissect/date-text.js'
import { type Field, double, fields, text, uint16 } from '../../src/dissect/field.js'
import { NodeFlag, Tape } from '../../src/dissect/tape.js'
import { lineText, noNames, valueText } from '../../src/dissect/value.js'

const f = fields('valuetest', {
  note: text('Note'),
  id: uint16('Identification', { base: 'hex_dec' }),
  size: uint16('Size', { base: 'dec_hex' }),
  ratio: double('Ratio'),
})
const nothing = (): Uint8Array => new Uint8Array(8)

function tapeOf(field: Field, value: number | string): Tape {
  const t = new Tape()
  const isText = typeof value === 'string'
  t.add(field.id, 0, 0, 0, 2, isText ? 0 : value, isText ? NodeFlag.Extra : 0)
  if (isText) t.extra[0] = value
  return t
}
const line = (t: Tape): string => lineText(t, 0, nothing, noNames)
const value = (t: Tape): string => valueText(t, 0, nothing)

test('a line shows both bases of a number, its value the first', () => {
  expect(line(tapeOf(f.id, 4660))).toBe('Identification: 0x1234 (4660)')
  expect(value(tapeOf(f.id, 4660))).toBe('0x1234')
  expect(line(tapeOf(f.size, 255))).toBe('Size: 255 (0x00ff)')
  expect(value(tapeOf(f.size, 255))).toBe('255')
})

test('control characters are C escapes', () => {
  expect(value(tapeOf(f.note, 'a\r\n\t\u0007\u0000\u001bz'))).toBe('a\\r\\n\\t\\a\\000\\033z')
})

test('a line longer than 239 bytes is cut, and says so behind its label', () => {
  const cut = line(tapeOf(f.note, 'x'.repeat(300)))
  expect(cut.startsWith('Note [truncated]: xxx')).toBe(true)
  expect(Buffer.byteLength(cut)).toBe(238)
  expect(line(tapeOf(f.note, 'x'.repeat(233)))).toBe(`Note: ${'x'.repeat(233)}`)
  expect(Buffer.byteLength(line(tapeOf(f.note, 'ü'.repeat(150))))).toBeLessThanOrEqual(239)
  expect(line(tapeOf(f.note, 'ü'.repeat(150)))).not.toContain('\uFFFD')
})

test('what is added to a line that becomes too long is cut without a mark', () => {
  const t = tapeOf(f.note, 'x'.repeat(200))
  t.flags[0]! |= NodeFlag.Suffix
  t.suffixes[0] = 'y'.repeat(100)
  expect(line(t)).toBe(`Note: ${'x'.repeat(200)}${'y'.repeat(33)}`)
})

test('doubles are written as C writes them with fifteen digits', () => {
  const cases = { '0.1': 0.1, '100': 100, '1e+15': 1e15, '0.0001': 1e-4, '1e-05': 1e-5, '0': 0, '-1.5': -1.5, nan: NaN }
  for (const [expected, v] of Object.entries(cases)) expect(value(tapeOf(f.ratio, v))).toBe(expected)
})

test('times have nine digits, negative ones their sign', () => {
  expect(secondsText(1, 5)).toBe('1.000000005')
  expect(secondsText(-1, 500_000_000)).toBe('-0.500000000')
  expect(secondsText(-2, 0)).toBe('-2.000000000')
  expect(dateText(1_767_225_600, 1000, 'utc')).toBe('Jan  1, 2026 00:00:00.000001000 UTC')
})
