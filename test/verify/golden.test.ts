/** Golden texts: how a tree is written down, and which bytes and fields nobody covers. */
import { expect, test } from 'vitest'
import {
  bytes,
  fields,
  group,
  protocol,
  protocolField,
  text,
  uint8,
  uint16,
  warning,
  word,
  bool,
} from '../../src/dissect/index.js'
import { Recording } from '../../src/dissect/recording.js'
import { wantEverything } from '../../src/dissect/want-mask.js'
import { Registry } from '../../src/dissect/registry.js'
import { FieldsSeen, uncovered } from '../../src/verify/coverage.js'
import { GoldenText, goldenLines } from '../../src/verify/golden.js'

const f = fields('letter', {
  self: protocolField('A Letter'),
  kind: uint8('Kind', { names: { 1: 'Question' } }),
  size: uint16('Size', { base: 'hex' }),
  flags: word(8, { urgent: bool('Urgent', 8, { mask: 0x80 }) }),
  words: text('Words'),
  rest: bytes('Rest'),
  computed: uint8('Computed'),
  unseen: uint8('Unseen'),
  _inside: group('Inside'),
  odd: warning('Something is odd', 'Protocol'),
})
const letter = protocol({
  name: 'A Letter',
  short: 'LETTER',
  spec: 'none',
  self: f.self,
  summary: () => ({ kind: 0 }),
  dissect(d, s) {
    s.kind = d.u8(f.kind)
    const opened = d.open(f._inside)
    d.u16(f.size)
    d.u8(f.flags)
    d.close(opened)
    d.take(f.words, 3)
    d.hide()
    d.generated(f.computed, 7)
    if (s.kind === 2) d.note(f.odd)
    if (d.left > 40) d.take(f.rest, 40)
  },
  info: (s) => `kind ${s.kind}\u0007`,
})
const data = protocol({
  name: 'Data',
  short: 'Data',
  spec: 'none',
  self: fields('data', { self: protocolField('Data') }).self,
  summary: () => ({}),
  dissect() {},
})
const registry = new Registry([letter, data])

function dissected(packet: number, ...numbers: number[]): Recording {
  const d = new Recording(registry, wantEverything(), true)
  d.packet.number = packet
  const frame = Uint8Array.from(numbers)
  d.run(frame, 0, frame.length, frame.length, registry.protocolIndex('letter'))
  return d
}

test('a line has the place, the filter name and the value as a filter spells it', () => {
  expect(goldenLines(dissected(3, 1, 0x12, 0x34, 0x80, 0x61, 0x22, 0x0a))).toEqual([
    '# 3  LETTER  kind 1\\u0007',
    '  0+7      letter',
    '  0+1        letter.kind = 1 (Question)',
    '  1+3        "Inside"',
    '  1+2          letter.size = 0x1234',
    '  3+1          letter.urgent = true',
    '  4+3        ~letter.words = "a\\"\\n"',
    '             [letter.computed = 7]',
  ])
})

test('long bytes are written with their number', () => {
  const lines = goldenLines(dissected(1, 1, 0, 0, 0, 0, 0, 0, ...new Array<number>(41).fill(255)))
  expect(lines.at(-1)).toBe(`  7+40       letter.rest = ${'ff'.repeat(32)}… (40 bytes)`)
})

test('expert items are marked', () => {
  expect(goldenLines(dissected(1, 2, 0, 0, 0, 0, 0, 0)).join('\n')).toContain('! letter.odd "Something is odd"')
})

test('a layer that was there before is written once', () => {
  const golden = new GoldenText()
  golden.add(dissected(1, 1, 0, 0, 0, 0x61, 0x61, 0x61))
  golden.add(dissected(2, 1, 0, 0, 0, 0x61, 0x61, 0x61))
  golden.add(dissected(3, 2, 0, 0, 0, 0x61, 0x61, 0x61))
  golden.end('the end')
  expect(golden.text).toContain('# 2  LETTER  kind 1\\u0007\n  0+7      letter (as in 1)\n# 3')
  expect(golden.text.match(/letter\.kind/g)).toHaveLength(2)
  expect(golden.text.endsWith('! the end\n')).toBe(true)
})

test('bytes that no field with a value covers are found', () => {
  expect(uncovered(dissected(1, 1, 0, 0, 0, 0x61, 0x61, 0x61), 7)).toEqual([])
  expect(uncovered(dissected(1, 1, 0, 0, 0, 0x61, 0x61, 0x61, 9, 9), 9)).toEqual([[7, 9]])
  expect(uncovered(dissected(1, 1, 0), 2)).toEqual([[1, 2]])
})

test('declared fields that were never seen are named', () => {
  const seen = new FieldsSeen()
  seen.add(dissected(1, 1, 0, 0, 0, 0x61, 0x61, 0x61))
  expect(seen.missing(new Set(['letter'])).map((one) => one.name)).toEqual([
    'letter.rest',
    'letter.unseen',
    'letter.odd',
  ])
  expect(seen.missing(new Set())).toEqual([])
})
