import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NameTable, packNames } from '../../src/names/name-table.js'

const key = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes)

test('every key of a table finds its name, whatever the order it came in', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[0-9a-f]{6}$/), fc.string({ maxLength: 40 })), (names) => {
      const rows = Object.entries(names).map(([hex, name]) => [Buffer.from(hex, 'hex'), name] as const)
      const table = new NameTable(packNames([{ keyBytes: 3, rows }]))
      for (const [bytes, name] of rows) expect(table.find(0, bytes, 0)).toBe(name)
    }),
  )
})

test('a key that is not in the table has no name', () => {
  const table = new NameTable(packNames([{ keyBytes: 2, rows: [[key(1, 2), 'one-two']] }]))
  expect(table.find(0, key(1, 3), 0)).toBe('')
  expect(table.find(0, key(0, 0), 0)).toBe('')
  expect(table.find(0, key(0xff, 0xff), 0)).toBe('')
})

test('a section that is not there has no names', () => {
  expect(new NameTable(packNames([])).find(0, key(1, 2), 0)).toBe('')
})

test('only the bits of the mask count in the last byte', () => {
  const table = new NameTable(packNames([{ keyBytes: 2, rows: [[key(1, 0x20), 'half']] }]))
  expect(table.find(0, key(1, 0x2f), 0, 0xf0)).toBe('half')
  expect(table.find(0, key(1, 0x2f), 0)).toBe('')
})

test('a name above 255 bytes is cut', () => {
  const table = new NameTable(packNames([{ keyBytes: 1, rows: [[key(7), 'x'.repeat(300)]] }]))
  expect(table.find(0, key(7), 0)).toBe('x'.repeat(255))
})

test('bytes that are not a table are refused', () => {
  const whole = packNames([{ keyBytes: 1, rows: [[key(7), 'seven']] }])
  expect(() => new NameTable(key())).toThrow('not a table')
  expect(() => new NameTable(key(1, 2, 3, 4, 5, 6, 7, 8))).toThrow('not a table')
  expect(() => new NameTable(whole.subarray(0, 12))).toThrow('cut short')
  expect(() => new NameTable(whole.subarray(0, 22))).toThrow('cut short')
})
