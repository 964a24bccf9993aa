import { expect, test } from 'vitest'
import { durationText } from '../../dissectors/shared/duration.js'

test('a span of time names the units that are not zero', () => {
  expect(durationText(0)).toBe('0 seconds')
  expect(durationText(1)).toBe('0.001 seconds')
  expect(durationText(1000)).toBe('1 second')
  expect(durationText(61_000)).toBe('1 minute, 1 second')
  expect(durationText(3_600_000)).toBe('1 hour')
  expect(durationText(36_000_012)).toBe('10 hours, 0.012 seconds')
  expect(durationText(2 ** 31 - 1)).toBe('24 days, 20 hours, 31 minutes, 23.647 seconds')
})
