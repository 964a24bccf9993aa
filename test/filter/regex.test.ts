import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Regex, RegexBudgetError, RegexError } from '../../src/filter/regex.js'

const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const test = (pattern: string, text: string): boolean => new Regex(latin(pattern)).test(latin(text))

describe('regular expressions on bytes', () => {
  it.each([
    ['abc', 'xABCx', true],
    ['(?-i)abc', 'xABCx', false],
    ['^abc$', 'abc\n', true],
    ['^abc\\z', 'abc\n', false],
    ['^abc\\Z', 'abc\n', true],
    ['^b', 'a\nb', false],
    ['(?m)^b$', 'a\nb\nc', true],
    ['a.b', 'a\nb', false],
    ['(?s)a.b', 'a\nb', true],
    ['(?x) a b # c\n c', 'abc', true],
    ['\\Qa.b\\E+', 'xa.bbb', true],
    ['\\Qa.b\\E', 'xaxb', false],
    ['[[:alpha:]_]+\\d{2,3}$', 'ab_123', true],
    ['[^[:space:]]{4}', 'a b c d', false],
    ['\\bword\\b', 'a word.', true],
    ['\\bword\\b', 'swords', false],
    ['\\x41\\101\\o{101}\\x{41}', 'AAAA', true],
    ['[\\x80-\\xff]', '\u00e9', true],
    ['a{2}{2}', 'aaaa', true],
    ['a{,2}', 'a{,2}', true],
    ['[]a]+$', ']a]', true],
    ['[a\\]b-]+$', '-]b', true],
    ['(?i:A)b', 'aB', true],
    ['(?-i:A)b', 'aB', false],
    ['(?#note)a', 'a', true],
    ['x|', '', true],
    ['(a|b)*c', 'ababc', true],
    ['\\h\\v\\N', ' \nx', true],
    ['\\R$', 'a\r\n', true],
    ['(.)\\1', 'abccd', true],
    ['(?<x>a|b)\\k<x>', 'ab', false],
    ['(?P<x>a|b)(?P=x)', 'abb', true],
    ['a(?=b)', 'ab', true],
    ['a(?!b)', 'ab', false],
    ['(?<=a)b', 'ab', true],
    ['(?<!a|c)b', 'cb', false],
    ['(?>a*)a', 'aaa', false],
    ['a++a', 'aaa', false],
    ['(?:(?=a)a)+b', 'aab', true],
    ['(a*)*b', 'aac', false],
  ])('%s on %j is %s', (pattern, text, expected) => {
    expect(test(pattern, text)).toBe(expected)
  })

  it.each([
    '(',
    ')',
    '[',
    'a{2,1}',
    '*a',
    '(?<n',
    '[z-a]',
    '\\',
    '(?R)',
    '(*FAIL)',
    '\\2(a)',
    '\\g{-1}(a)',
    '(?<=a*)b',
    '[[:nope:]]',
    '\\x{100}',
    '\\j',
  ])('%s is refused', (pattern) => {
    expect(() => new Regex(latin(pattern))).toThrow(RegexError)
  })

  it('agrees with another engine on what both mean the same by', () => {
    const atom = fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '\\d', '\\w', 'x', '\\b', '^', '$')
    const piece = fc
      .tuple(atom, fc.constantFrom('', '*', '+', '?', '{1,2}', '*?', '+?'))
      .map(([a, q]) => (/^[\^$]$|\\b/.test(a) ? a : a + q))
    const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        fc.array(piece, { maxLength: 5 }).map((list) => list.join('')),
        fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(${a}|${b})`),
        fc.tuple(tie('pattern'), fc.constantFrom('*', '+', '?')).map(([a, q]) => `(?:${a})${q}`),
      ),
    }))
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'x', '1', ' ', 'A'), { maxLength: 12 })
      .map((list) => list.join(''))
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        expect(test(p, t)).toBe(new RegExp(p, 'i').test(t))
        // The same by trying one way after the other.
        expect(test(`(?=)${p}`, t)).toBe(new RegExp(`(?=)${p}`, 'i').test(t))
      }),
      { numRuns: 3000 },
    )
  })

  it('takes time in proportion to the text where it can', () => {
    const regex = new Regex(latin('^(a+)+$'))
    expect(regex.linear).toBe(true)
    const text = latin(`${'a'.repeat(100_000)}!`)
    const began = performance.now()
    expect(regex.test(text)).toBe(false)
    expect(performance.now() - began).toBeLessThan(1000)
  })

  it('gives up where one way after the other would take for ever', () => {
    const regex = new Regex(latin('^(a+)+\\1$'))
    expect(regex.linear).toBe(false)
    expect(() => regex.test(latin(`${'a'.repeat(40)}!`))).toThrow(RegexBudgetError)
  })

  it('does not grow without bound', () => {
    expect(() => new Regex(latin('(a{1000}){1000}'))).toThrow('too large')
    expect(() => new Regex(latin('('.repeat(10_000)))).toThrow(RegexError)
    const wide = new Regex(latin('(.*a.{12})|(.*b.{12})'))
    const noise = Uint8Array.from({ length: 20_000 }, (_, i) => (((i * 2654435761) >>> 7) & 1 ? 97 : 98))
    expect(wide.test(noise)).toBe(true)
  })
})
