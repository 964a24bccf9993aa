import { describe, expect, it } from 'vitest'
import {
  abstime,
  bool,
  bytes,
  type Dissection,
  double,
  eui64,
  fields,
  framenum,
  group,
  guid,
  int8,
  int64,
  ipv4,
  ipv6,
  protocol,
  protocolField,
  reltime,
  text,
  uint8,
  uint16,
  uint64,
} from '../../src/dissect/index.js'
import { Recording } from '../../src/dissect/recording.js'
import { wantEverything } from '../../src/dissect/want-mask.js'
import { Registry } from '../../src/dissect/registry.js'
import { compileFilter } from '../../src/filter/compile.js'
import { filterOfNode } from '../../src/filter/from-node.js'
import { packetsOf } from './support.js'
import { silentData } from '../support/silent-data.js'

const f = fields('fromnode', {
  self: protocolField('From node'),
  plain: uint16('Plain'),
  hex: uint16('Hex', { base: 'hex' }),
  bits: bool('Bits', 8, { mask: 0x0e }),
  small: int8('Small'),
  wide: uint64('Wide'),
  deep: int64('Deep'),
  more: uint8('More than fits'),
  frame: framenum('Frame'),
  fraction: double('Fraction'),
  words: text('Words'),
  some: bytes('Some'),
  four: ipv4('Four'),
  six: ipv6('Six', { spell: () => '2001:db8::' }),
  eight: eui64('Eight'),
  id: guid('Id'),
  when: abstime('When'),
  span: reltime('Span'),
  lines: group('Lines'),
  _line: group('A line'),
})

/** The filters of what `dissect` writes of these bytes, without that of the layer; each is tried on its packet. */
function filters(input: readonly number[], dissect: (d: Dissection) => void): string[] {
  const own = protocol({
    name: 'From node',
    short: 'FROM',
    spec: 'none',
    self: f.self,
    summary: () => ({}),
    dissect(d) {
      dissect(d)
      d.pos = d.end
    },
  })
  const registry = new Registry([own, silentData])
  const d = new Recording(registry, wantEverything(), false)
  d.run(Uint8Array.from(input), 0, input.length, input.length, registry.protocolIndex('fromnode'))
  const found = Array.from({ length: d.tape.length }, (_, i) => filterOfNode(d, i))
  for (const filter of found) if (filter !== '') expect(compileFilter(filter).matches(d), filter).toBe(true)
  return found.slice(1)
}

const same = (n: number, value: number): number[] => Array.from({ length: n }, () => value)

describe('the filter of a line', () => {
  it('has numbers as the field shows them', () => {
    const found = filters([0, 80, 8, 0, 0x0e, 0xfb, ...same(8, 0xff), 0x80, ...same(7, 0)], (d) => {
      d.u16(f.plain)
      d.u16(f.hex)
      d.u8(f.bits)
      d.i8(f.small)
      d.u64(f.wide)
      d.u64(f.deep)
      d.generated(f.more, 300)
      d.generated(f.frame, 70_000)
    })
    expect(found).toEqual([
      'fromnode.plain == 80',
      'fromnode.hex == 0x0800',
      'fromnode.bits == 1',
      'fromnode.small == -5',
      'fromnode.wide == 18446744073709551615',
      'fromnode.deep == -9223372036854775808',
      'fromnode.more > 255',
      'fromnode.frame == 70000',
    ])
  })

  it('has fractions that come back exactly', () => {
    const found = filters([0], (d) => {
      for (const value of [0.1, -2.5, 1e-7, 1.5e300, 0.1 + 0.2, Number.NaN]) d.generated(f.fraction, value)
    })
    const digits = ['0.1', '-2.5', '1e-7', '1.5e300', '0.30000000000000004']
    expect(found).toEqual([...digits.map((one) => `fromnode.fraction == ${one}`), ''])
  })

  it('has texts with everything in them that can be said in quotes', () => {
    const hostile = '"quoted" \\ \n\t\x01\x7f\u202e\u200b é 漢 😀 \u{e0001}'
    const found = filters([0], (d) => {
      d.textAt(f.words, 0, 1, hostile)
      d.textAt(f.words, 0, 1, '')
      d.textAt(f.words, 0, 1, 'é'.repeat(40))
      d.textAt(f.words, 0, 1, 'half \ud83d')
    })
    expect(found[0]).toBe('fromnode.words == "\\"quoted\\" \\\\ \\n\\t\\x01\\x7f\\u202e\\u200b é 漢 😀 \\U000e0001"')
    expect(found[1]).toBe('fromnode.words == ""')
    expect(found[3]).toBe('fromnode.words[0:8] == 68:61:6c:66:20:ef:bf:bd')
    expect(found[2]).toMatch(/^fromnode\.words\[0:64\] == c3:a9(:c3:a9){31}$/)
  })

  it('has bytes and addresses as they are written', () => {
    const found = filters([192, 0, 2, 1, ...same(16, 0xab), ...same(100, 7)], (d) => {
      d.take(f.four, 4)
      d.spanAt(f.six, d.pos, d.pos + 3)
      d.spanAt(f.eight, 4, 12)
      d.take(f.id, 16)
      d.spanAt(f.some, 0, 0)
      d.spanAt(f.some, 0, 1)
      d.take(f.some, 100)
    })
    expect(found).toEqual([
      'fromnode.four == 192.0.2.1',
      'fromnode.six == 2001:db8::',
      'fromnode.eight == ab:ab:ab:ab:ab:ab:ab:ab',
      'fromnode.id == abababab-abab-abab-abab-abababababab',
      'fromnode.some == ""',
      'fromnode.some == c0',
      expect.stringMatching(/^fromnode\.some\[0:64\] == 07(:07){63}$/),
    ])
  })

  it('has times to the nanosecond, wherever it is read', () => {
    const found = filters([0], (d) => {
      d.generatedTime(f.when, 1_790_000_000, 5)
      d.generatedTime(f.when, -1, 500_000_000)
      d.generatedTime(f.span, 3, 250_000_000)
      d.generatedTime(f.span, -1, 999_999_999)
    })
    expect(found).toEqual([
      'fromnode.when == "2026-09-21 14:13:20.000000005Z"',
      'fromnode.when == "1969-12-31 23:59:59.500000000Z"',
      'fromnode.span == 3.250000000',
      'fromnode.span == -0.000000001',
    ])
  })

  it('is the name where there is no value, and the bytes where there is no name', async () => {
    const found = filters([1, 2, 3], (d) => {
      const opened = d.open(f.lines)
      d.skip(1)
      d.close(opened)
    })
    expect(found).toEqual(['fromnode.lines'])

    const engine = await packetsOf('dns/lookups.pcap')
    const d = new Recording(engine.registry, wantEverything(), false)
    engine.show(d, 0)
    const { tape } = d
    const nameless = Array.from({ length: tape.length }, (_, i) => i).filter((i) => tape.fieldAt(i).name === '')
    const lines = nameless.map((i) => filterOfNode(d, i)).filter((filter) => filter !== '')
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) {
      expect(line).toMatch(/^frame\[\d+:\d+\] == [0-9a-f:]+$/)
      expect(compileFilter(line).matches(d)).toBe(true)
    }
  })
})
