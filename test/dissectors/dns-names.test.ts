import { describe, expect, it } from 'vitest'
import { NAME_BAD, NAME_CUT, nameCounts, nameSize, nameText } from '../../dissectors/dns-names.js'

/** A message: twelve bytes of header, then these. */
const message = (...bytes: number[]): Uint8Array => Uint8Array.from([...new Array<number>(12).fill(0), ...bytes])
const read = (b: Uint8Array, at: number) => ({ size: nameSize(b, at, b.length, 0), text: nameText(b, at, b.length, 0) })

describe('a domain name', () => {
  it('is its labels with dots between them', () => {
    expect(read(message(1, 97, 2, 98, 99, 0), 12)).toEqual({ size: 6, text: 'a.bc' })
  })
  it('without labels is the root', () => {
    const b = message(0)
    expect(read(b, 12)).toEqual({ size: 1, text: '<Root>' })
    expect(nameCounts(b, 12, b.length, 0)).toEqual({ length: 6, labels: 1 })
  })
  it('goes on where a pointer leads, forward or back, and ends where it began', () => {
    expect(read(message(1, 97, 0, 1, 98, 0xc0, 12), 15)).toEqual({ size: 4, text: 'b.a' })
    expect(read(message(0xc0, 14, 1, 97, 0), 12)).toEqual({ size: 2, text: 'a' })
  })
  it('that leads back to itself is told as a loop', () => {
    expect(read(message(1, 97, 0xc0, 12), 12)).toEqual({ size: 4, text: '<Name contains a pointer that loops>' })
  })
  it('longer than 253 characters is too long', () => {
    const labels = (n: number) => message(...Array.from({ length: n }, () => [1, 97]).flat(), 0)
    expect(read(labels(127), 12).text).toHaveLength(253)
    expect(read(labels(128), 12).text).toBe('<Name too long>')
  })
  it('that leaves the message is none', () => {
    expect(nameSize(message(3, 97), 12, 14, 0)).toBe(NAME_CUT)
    expect(nameSize(message(0xc0), 12, 13, 0)).toBe(NAME_CUT)
    expect(nameSize(message(0xc0, 200), 12, 14, 0)).toBe(NAME_CUT)
  })
  it('with labels of a reserved kind is none', () => {
    expect(nameSize(message(0x80, 0), 12, 14, 0)).toBe(NAME_BAD)
    expect(nameSize(message(0x41, 8, 1, 0), 12, 16, 0)).toBe(NAME_BAD)
  })
  it('shows control characters as escapes', () => {
    expect(read(message(3, 97, 0, 10, 0), 12).text).toBe('a\\000\\n')
  })
})
