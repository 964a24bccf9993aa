import { describe, expect, it } from 'vitest'
import { Dissection, Ending } from '../../src/dissect/dissection.js'
import { bool, bytes, error, fields, group, protocolField, uint8, uint16, word } from '../../src/dissect/field.js'
import { protocol, table } from '../../src/dissect/protocol.js'
import { Recording } from '../../src/dissect/recording.js'
import { wantEverything, wantFields } from '../../src/dissect/want-mask.js'
import { Registry } from '../../src/dissect/registry.js'
import { NodeFlag } from '../../src/dissect/tape.js'
import { lineText, noNames, valueText } from '../../src/dissect/value.js'

const kinds = table('toy.kind', 256)
const any = uint8('Any')
const f = fields('toy', {
  self: protocolField('Toy'),
  first: word(8, { version: uint8('Version', { mask: 0xf0 }), size: uint8('Size', { mask: 0x0f, also: [any] }) }),
  any,
  flags: uint16(
    'Flags',
    { base: 'hex' },
    { high: bool('High', 16, { mask: 0x8000 }), low: uint16('Low', { mask: 0xff }) },
  ),
  kind: uint8('Kind', { names: { 1: 'one', 9: 'nine' } }),
  _more: group('More'),
  rest: bytes('Rest'),
  tail: bytes('Tail'),
  bad: error('It is bad'),
})
const toy = protocol({
  name: 'Toy',
  short: 'TOY',
  spec: 'none',
  self: f.self,
  under: { 'toy.kind': 9 },
  summary: () => ({ size: 0, kind: 0 }),
  dissect(d, s) {
    s.size = s.kind = 0
    s.size = d.u8(f.first) & 15
    d.u16(f.flags)
    s.kind = d.u8(f.kind)
    if (s.kind === 7) throw new TypeError('a bug')
    if (s.kind === 8) d.stop(f.bad)
    d.limit(s.size)
    const more = d.open(f._more)
    if (s.kind === 1) d.take(f.rest, s.size)
    d.close(more)
    if (s.kind === 9) d.next(kinds, 9)
  },
  trailer: (d) => void d.take(f.tail, d.left),
  info: (s) => `kind ${s.kind}`,
})
const g = fields('data', { self: protocolField('Data'), data: bytes('Data') })
const data = protocol({
  name: 'Data',
  short: 'Data',
  spec: '',
  self: g.self,
  summary: () => ({}),
  dissect: (d) => void d.take(g.data, d.left),
})
const registry = new Registry([toy, data])
const everything = (): Recording => new Recording(registry, wantEverything(), true)

function lines(d: Recording): string[] {
  const t = d.tape
  const bytesOf = (): Uint8Array => d.frameBytes
  return Array.from({ length: t.length }, (_, i) => `${'  '.repeat(t.depth[i]!)}${lineText(t, i, bytesOf, noNames)}`)
}
const names = (d: Recording): string[] => Array.from({ length: d.tape.length }, (_, i) => d.tape.fieldAt(i).name)
const packet = (...values: number[]): Uint8Array => Uint8Array.from(values)

describe('a recording', () => {
  it('writes numbers, their bits, what shares a byte, and hidden aliases', () => {
    const d = everything()
    d.run(packet(0x42, 0x80, 0x33, 1, 0xaa, 0xbb), 0, 6, 6, 1)
    expect(d.ending).toBe(Ending.Complete)
    expect(lines(d)).toEqual([
      'Toy',
      '  0100 .... = Version: 4',
      '  .... 0010 = Size: 2',
      '  Any: 2',
      '  Flags: 0x8033',
      '    1... .... .... .... = High: True',
      '    .... .... 0011 0011 = Low: 51',
      '  Kind: one (1)',
      '  More',
      '    Rest: aabb',
    ])
    expect(d.tape.flags[3]! & NodeFlag.Hidden).not.toBe(0)
    expect([d.tape.start[9], d.tape.end[9]]).toEqual([4, 6])
    expect(valueText(d.tape, 4, () => d.bytes)).toBe('0x8033')
  })

  it('records only what is wanted, with the same values', () => {
    const d = new Recording(registry, wantFields([f.any, f.flags.partsByKey['low']!]), false)
    d.run(packet(0x42, 0x80, 0x33, 1, 0xaa, 0xbb), 0, 6, 6, 1)
    expect(names(d)).toEqual(['toy.any', 'toy.flags.low'])
    expect([...d.tape.value.subarray(0, 2)]).toEqual([2, 0x33])
  })

  it('closes what was open when the capture ends early, and says so', () => {
    const d = everything()
    d.run(packet(0x42, 0x80, 0x33, 1, 0xaa), 0, 5, 6, 1)
    expect(d.ending).toBe(Ending.Truncated)
    expect(lines(d).slice(-2)).toEqual(['  More', '[Packet size limited during capture: TOY truncated]'])
    expect(d.infoText()).toBe('kind 1[Packet size limited during capture]')
  })

  it('calls bytes that were never sent malformed', () => {
    const d = everything()
    d.run(packet(0x42, 0x80), 0, 2, 2, 1)
    expect(d.ending).toBe(Ending.Malformed)
    expect(d.worst).toBe(4)
    expect(lines(d)).toContain('[Malformed Packet: TOY]')
  })

  it('keeps a bug in a dissector to its frame', () => {
    const d = everything()
    d.run(packet(0x42, 0x80, 0x33, 7, 0), 0, 5, 5, 1)
    expect(d.ending).toBe(Ending.Failed)
    expect(lines(d).join('\n')).toContain('The dissector failed: a bug')
    d.run(packet(0x41, 0, 0, 1, 5), 0, 5, 5, 1)
    expect(d.ending).toBe(Ending.Complete)
  })

  it('notes an error and leaves quietly', () => {
    const d = everything()
    d.run(packet(0x42, 0x80, 0x33, 8, 0), 0, 5, 5, 1)
    expect(d.ending).toBe(Ending.Complete)
    expect(d.worst).toBe(4)
    expect(lines(d)).toContain('  [Expert Info (Error/Protocol): It is bad]')
  })

  it('gives bytes that no inner layer claimed to the outer one, inside its subtree', () => {
    const d = everything()
    d.run(packet(0x46, 0, 0, 9, 0x41, 0, 0, 1, 0x55, 0x66, 0x77), 0, 11, 11, 1)
    expect(lines(d)).toEqual([
      'Toy',
      '  0100 .... = Version: 4',
      '  .... 0110 = Size: 6',
      '  Any: 6',
      '  Flags: 0x0000',
      '    0... .... .... .... = High: False',
      '    .... .... 0000 0000 = Low: 0',
      '  Kind: nine (9)',
      '  More',
      '  Tail: 77',
      'Toy',
      '  0100 .... = Version: 4',
      '  .... 0001 = Size: 1',
      '  Any: 1',
      '  Flags: 0x0000',
      '    0... .... .... .... = High: False',
      '    .... .... 0000 0000 = Low: 0',
      '  Kind: one (1)',
      '  More',
      '    Rest: 55',
      '  Tail: 66',
    ])
  })
})

describe('the index pass', () => {
  it('meets the same layers and makes the same row as the tree', () => {
    const scan = new Dissection(registry)
    const tree = everything()
    for (const p of [packet(0x42, 0, 0, 1, 1, 2), packet(0x46, 0, 0, 9, 0x41, 0, 0, 1, 5, 6), packet(1), packet()]) {
      scan.run(p, 0, p.length, p.length, 1)
      tree.run(p, 0, p.length, p.length, 1)
      expect(scan.layers.slice(0, scan.layerCount)).toEqual(tree.layers.slice(0, tree.layerCount))
      expect([scan.infoText(), scan.protocolText(), scan.ending]).toEqual([
        tree.infoText(),
        tree.protocolText(),
        tree.ending,
      ])
    }
  })

  it('ends after a bounded number of layers', () => {
    const d = new Dissection(registry)
    const deep = new Uint8Array(4 * 1000)
    for (let p = 0; p < deep.length; p += 4) deep.set([0x4f, 0, 0, 9], p)
    d.run(deep, 0, deep.length, deep.length, 1)
    expect(d.levels).toBeLessThanOrEqual(48)
  })
})

describe('a registry', () => {
  it('refuses protocols that share an id, a key, or ask for a table that nobody offers', () => {
    expect(() => new Registry([toy, toy, data])).toThrow('two protocols are called toy')
    expect(() => new Registry([toy])).toThrow('no protocol is called data')
    const other = protocol({
      ...toy,
      self: g.self,
      under: { 'nobody.knows': 1 },
      summary: () => ({}),
      dissect: () => {},
    } as never)
    expect(() => new Registry([other])).toThrow('asks to follow "nobody.knows", which no protocol offers')
  })
})
