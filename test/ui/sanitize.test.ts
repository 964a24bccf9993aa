import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fit, sanitize, shorten, skip } from '../../src/ui/sanitize.js'
import { charWidth, isDrawable, isMark, textWidth } from '../../src/ui/width.js'

const blessedUnicode = createRequire(import.meta.url)('blessed/lib/unicode.js') as { charWidth(point: number): number }

/** Text with everything that hurts well represented. */
const nasty = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\x1b[31m',
        '\x1b]0;t\x07',
        '\x9b2J',
        '\u202e',
        '\u2066',
        '\u200b',
        '\u200d',
        '\ufeff',
        '\ud800',
        '\udc00',
        '日本',
        '👩‍👩‍👧',
        '🇩🇪',
        '👍🏽',
        'e\u0301',
        '\u0301'.repeat(9),
        '{red-fg}',
        '\u00ad',
        '\ufe0f',
        '\u3164',
        '\u2028',
        '\0',
        '\t\r\n',
      ),
    ),
  )
  .map((parts) => parts.join(''))

const dangerous = /[\x00-\x1f\x7f-\x9f\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

describe('sanitize', () => {
  it('leaves nothing that a terminal acts upon, whatever goes in', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(sanitize(text)).not.toMatch(dangerous)
      }),
      { numRuns: 500 },
    )
  })

  it('changes nothing when it is applied again', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        fc.pre(text.length < 600)
        expect(sanitize(sanitize(text))).toBe(sanitize(text))
      }),
    )
  })

  it.each([
    ['plain {bold}text{/bold}', 'plain {bold}text{/bold}'],
    ['a\tb\r\n', 'a\\tb\\r\\n'],
    ['\x1b[31mred', '\\x1b[31mred'],
    ['\x9b2J', '\\x9b2J'],
    ['\u202eevil', '\\u202eevil'],
    ['zero\u200bwidth', 'zero\\u200bwidth'],
    ['\ud800', '\\ud800'],
    ['日本語 Ünïcödé', '日本語 Ünïcödé'],
    ['👍🏽', '\\u{1f44d}\\u{1f3fd}'],
    ['🇩🇪', '\\u{1f1e9}\\u{1f1ea}'],
    ['e\u0301', 'e\u0301'],
    ['\u0301', '\\u0301'],
    ['\u00a0', ' '],
  ])('makes %j visible as %j', (text, wanted) => {
    expect(sanitize(text)).toBe(wanted)
  })

  it('lets no more than two marks stand upon a character', () => {
    expect(sanitize(`a${'\u0301'.repeat(4)}`)).toBe('a\u0301\u0301\\u0301\\u0301')
  })

  it('takes a megabyte as quickly as a line', () => {
    expect(sanitize('\x1b'.repeat(1_000_000)).length).toBeLessThan(20_000)
  })
})

describe('widths', () => {
  it('are those of the screen library for every character that is let through', () => {
    const differing: string[] = []
    for (let point = 0x20; point < 0x110000; point++) {
      if (!isDrawable(point) || isMark(point)) continue
      if (charWidth(point) !== blessedUnicode.charWidth(point)) differing.push(point.toString(16))
    }
    expect(differing).toEqual([])
  })
})

describe('fit', () => {
  it('gives exactly the columns that were asked for', () => {
    fc.assert(
      fc.property(nasty, fc.integer({ min: 0, max: 200 }), fc.constantFrom('left', 'right'), (text, width, align) => {
        expect(textWidth(fit(text, width, align))).toBe(width)
      }),
    )
  })

  it.each([
    ['abc', 5, 'left', 'abc  '],
    ['abc', 5, 'right', '  abc'],
    ['abcdef', 4, 'left', 'abc…'],
    ['日本語', 4, 'left', '日 …'],
    ['日本語', 5, 'left', '日本…'],
    ['abc', 0, 'left', ''],
  ] as const)('writes %j in %i columns', (text, width, align, wanted) => {
    expect(fit(text, width, align)).toBe(wanted)
  })
})

describe('shorten and skip', () => {
  it('never exceed their columns', () => {
    fc.assert(
      fc.property(nasty, fc.integer({ min: 0, max: 60 }), (text, width) => {
        expect(textWidth(shorten(text, width))).toBeLessThanOrEqual(width)
      }),
    )
  })

  it('keep both ends of an address', () => {
    expect(shorten('2001:db8:85a3:1234:5678:8a2e:370:7334', 17)).toBe('2001:db8…370:7334')
    expect(shorten('192.168.1.10', 15)).toBe('192.168.1.10')
  })

  it('leave a blank for half of a wide character', () => {
    expect(skip('日本', 1)).toBe(' 本')
    expect(skip('abc', 2)).toBe('c')
    expect(skip('abc', 9)).toBe('')
  })
})
