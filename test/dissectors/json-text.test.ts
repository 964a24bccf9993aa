/** Where JSON texts end, and what is none. */
import { describe, expect, it } from 'vitest'
import { containerEnds, readText, stringOf } from '../../dissectors/json-text.js'

const end = (words: string): number => {
  const b = Buffer.from(words)
  return readText(b, 0, b.length)
}

describe('a JSON text', () => {
  it.each(['{}', '[]', '[1,2]', '{"a":[true,false,null,-1.5e+3,"\\u0041"]}', '[ { } , [ ] ]'])('%s is one', (words) => {
    expect(end(words)).toBe(words.length)
  })
  it.each(['', '1', '"a"', '[', '[1,]', '{"a"}', '{"a":}', '[01]', '[1.]', '[+1]', '["\\x"]', '["a]', '[tru]', '{,}'])(
    '%s is none',
    (words) => {
      expect(end(words)).toBe(-1)
    },
  )
  it('ends before what follows', () => {
    expect(end('{"a":1} more')).toBe(7)
  })
  it('remembers where its containers end, in the order in which they begin', () => {
    end('[{},[[]]]')
    expect(containerEnds).toEqual([9, 3, 8, 7])
  })
  it('is not nested without end', () => {
    expect(end('['.repeat(100) + ']'.repeat(100))).toBe(200)
    expect(end('['.repeat(101) + ']'.repeat(101))).toBe(-1)
    expect(end('['.repeat(1_000_000))).toBe(-1)
  })
  it('says what its strings spell', () => {
    const b = Buffer.from('"a\\n\\"\\u00e9\\/"')
    expect(stringOf(b, 0, b.length)).toBe('a\n"é/')
  })
})
