import { expect, test } from 'vitest'
import { fixed, sizeText } from '../../src/stats/c-number.js'

test('halves go to the even digit, as printf rounds them', () => {
  expect(fixed(0.03125, 4)).toBe('0.0312')
  expect(fixed(0.09375, 4)).toBe('0.0938')
  expect(fixed(0.125, 1)).toBe('0.1')
  expect(fixed(1795370471.7580745, 9)).toBe('1795370471.758074522')
})

test('sizes have units from ten of them upwards', () => {
  expect([0, 9999, 10_000, 9_999_999, 12_345_678].map(sizeText)).toEqual([
    '0 bytes',
    '9999 bytes',
    '10 kB',
    '9999 kB',
    '12 MB',
  ])
})
