/** Abbreviations of time zones from the system's files. */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseZone } from '../../src/names/time-zone.js'

/** A zone file of version 1: one transition at 1000 from `LMT` to `CET`. */
const small = (): Buffer => {
  const file = Buffer.alloc(44 + 4 + 1 + 12 + 8)
  file.write('TZif', 0)
  for (const [at, n] of [
    [32, 1],
    [36, 2],
    [40, 8],
  ] as const)
    file.writeUInt32BE(n, at)
  file.writeInt32BE(1000, 44)
  file.writeUInt8(1, 48)
  file.writeInt32BE(3208, 49)
  file.writeInt32BE(3600, 55)
  file.writeUInt8(4, 60)
  file.write('LMT\0CET\0', 61)
  return file
}

test('a zone file says when which kind of time begins and what it is called', () => {
  expect(parseZone(small())).toEqual({ times: [1000], kinds: [1], offsets: [3208, 3600], words: ['LMT', 'CET'] })
})

test('what is no zone file is refused', () => {
  expect(() => parseZone(Buffer.from('hello, this is only a text'))).toThrow('not a time zone file')
  expect(() => parseZone(small().subarray(0, 60))).toThrow('cut short')
  for (let size = 0; size < 60; size++) expect(() => parseZone(small().subarray(0, size))).toThrow(/./)
})

test("the system's own files can be read", () => {
  let file: Buffer
  try {
    file = readFileSync('/usr/share/zoneinfo/Europe/Berlin')
  } catch {
    return
  }
  const zone = parseZone(file)
  expect(zone.words).toContain('CEST')
  expect(zone.offsets[zone.words.indexOf('CEST')]).toBe(7200)
})
