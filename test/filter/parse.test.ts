import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../dissectors/index.js'
import { compileFilter } from '../../src/filter/compile.js'
import { FilterError } from '../../src/filter/filter-error.js'
import { parse } from '../../src/filter/parse.js'
import { print } from '../../src/filter/print.js'

/** A tree without the places where its nodes stand, strings' bytes as a list. */
const bare = (node: unknown): unknown =>
  JSON.parse(JSON.stringify(node, (key, value) => (key === 'start' || key === 'end' ? undefined : value)))

const names = fc.constantFrom(
  'tcp',
  'tcp.port',
  'ip.src',
  'ip.addr',
  'http.host',
  'frame',
  'eth.src',
  'dns.qry.name',
  'data-text-lines',
)
const literals = fc.constantFrom(
  '80',
  '0x1f',
  '10.0.0.0/8',
  'fe80::/10',
  '::1',
  '00:11:22',
  '"a \\"b\\" \\x41"',
  'r"\\d+"',
  "'x'",
  '1.5',
  '-3',
  ':fc',
  '2030-01-01',
)
const range = fc.constantFrom('[0]', '[1:2]', '[2-5]', '[:3]', '[4:]', '[-2:]', '[0,2-3,-1]')
const comparison = fc.constantFrom(
  '==',
  '!=',
  '!==',
  '===',
  '>',
  '<',
  '>=',
  '<=',
  'contains',
  'eq',
  'all_ne',
  '~=',
  'matches',
  '~',
)
const arithmetic = fc.constantFrom('+', '-', '*', '/', '%', '&', 'bitwise_and')
const logic = fc.constantFrom('and', '&&', 'or', '||', 'xor', '^^')

const { operand, expression } = fc.letrec<{ operand: string; expression: string }>((tie) => ({
  operand: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    names,
    literals,
    fc.tuple(names, range).map(([name, r]) => name + r),
    fc.tuple(names, fc.constantFrom('#1', '#[1-2]', '#[-1]')).map(([name, r]) => name + r),
    names.map((name) => `@${name}`),
    names.map((name) => `$\{${name}}`),
    fc
      .tuple(fc.constantFrom('len', 'max', 'lower'), fc.array(tie('operand'), { minLength: 1, maxLength: 3 }))
      .map(([f, a]) => `${f}(${a.join(', ')})`),
    fc.tuple(tie('operand'), arithmetic, tie('operand')).map(([a, op, b]) => `${a} ${op} ${b}`),
    tie('operand').map((o) => `{${o}}`),
    tie('operand').map((o) => `-${o}`),
  ),
  expression: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    tie('operand'),
    fc
      .tuple(fc.constantFrom('', 'any ', 'all '), tie('operand'), comparison, tie('operand'))
      .map(([q, a, op, b]) => `${q}${a} ${op} ${b}`),
    fc.tuple(tie('operand'), comparison, tie('operand'), comparison, tie('operand')).map((parts) => parts.join(' ')),
    fc
      .tuple(tie('operand'), fc.constantFrom('in', 'not in'), fc.array(tie('operand'), { minLength: 1, maxLength: 3 }))
      .map(([o, op, s]) => `${o} ${op} {${s.join(', ')}}`),
    fc.tuple(tie('operand'), tie('operand'), tie('operand')).map(([o, a, b]) => `${o} in {${a} .. ${b}}`),
    fc.tuple(tie('expression'), logic, tie('expression')).map(([a, op, b]) => `${a} ${op} ${b}`),
    fc.tuple(fc.constantFrom('not ', '!', '! '), tie('expression')).map(([op, e]) => `${op}(${e})`),
    tie('expression').map((e) => `(${e})`),
  ),
}))

describe('filters as text and as trees', () => {
  it('what is printed parses to the same tree', () => {
    fc.assert(
      fc.property(fc.oneof(operand, expression), (text) => {
        const tree = parse(text)
        const printed = print(tree)
        expect(bare(parse(printed))).toEqual(bare(tree))
        expect(print(parse(printed))).toBe(printed)
      }),
      { numRuns: 2000 },
    )
  })

  it('one spelling is printed for all that mean the same', () => {
    expect(print(parse('tcp.port eq 80 and not udp'))).toBe('tcp.port == 80 && !(udp)')
    expect(print(parse('((tcp)) || ((udp and dns))'))).toBe('tcp || udp && dns')
    expect(print(parse('(a or b) and c'))).toBe('(a || b) && c')
    expect(print(parse('ip.ttl+1*2 ge 3'))).toBe('ip.ttl + 1 * 2 >= 3')
    expect(print(parse('{ip.ttl+1}*2==3'))).toBe('{ip.ttl + 1} * 2 == 3')
    expect(print(parse('a == b == c'))).toBe('a == b && b == c')
    expect(print(parse('ip.src#2[0:1] any_ne 0a'))).toBe('ip.src#[2][0] !== 0a')
  })

  it('and binds tighter than xor, xor tighter than or', () => {
    expect(bare(parse('a or b xor c and d'))).toEqual(bare(parse('a or (b xor (c and d))')))
  })

  it('no text does anything but parse or be refused with a place inside it', () => {
    const scraps = fc.array(
      fc.oneof(
        names,
        literals,
        comparison,
        logic,
        arithmetic,
        range,
        fc.constantFrom(
          '(',
          ')',
          '{',
          '}',
          '[',
          ']',
          ',',
          '..',
          '#',
          '@',
          '$',
          '${',
          ';',
          '"',
          "'",
          '!',
          ' ',
          '\\',
          'not',
          'in',
          'any',
          '\u{1f600}',
        ),
      ),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          scraps.map((list) => list.join(' ')),
          scraps.map((list) => list.join('')),
        ),
        (text) => {
          try {
            compileFilter(text)
          } catch (error) {
            if (!(error instanceof FilterError)) throw error
            expect(error.start).toBeGreaterThanOrEqual(0)
            expect(error.start).toBeLessThanOrEqual(error.end)
            expect(error.end).toBeLessThanOrEqual(text.length + 1)
          }
        },
      ),
      { numRuns: 5000 },
    )
  })

  it('thousands of alternatives are no trouble, depth without end is refused', () => {
    const many = Array.from({ length: 5000 }, (_, i) => `tcp.port == ${i}`).join(' or ')
    expect(print(parse(many))).toContain('tcp.port == 4999')
    expect(() => parse(`${'('.repeat(5000)}tcp${')'.repeat(5000)}`)).toThrow('nested too deep')
    expect(() => parse(`${'!'.repeat(5000)}tcp`)).toThrow('nested too deep')
  })
})
