/** Columns and dissection say the same of every packet, whatever is asked. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allFields } from '../../src/dissect/field.js'
import { Recording } from '../../src/dissect/recording.js'
import { wantEverything } from '../../src/dissect/want-mask.js'
import { noNames } from '../../src/dissect/value.js'
import { Verdict } from '../../src/filter/column.js'
import { columnOf } from '../../src/filter/columns.js'
import { compileFilter } from '../../src/filter/compile.js'
import { FilterError } from '../../src/filter/filter-error.js'
import { functions } from '../../src/filter/functions.js'
import { FilterResults, runFilter } from '../../src/filter/run.js'
import { Sieve } from '../../src/filter/sieve.js'
import { valueOf } from '../../src/filter/values.js'
import type { Engine } from '../../src/session/engine.js'
import { byColumns, byDissecting, packetsOf } from './support.js'

const captures = [
  'sample.pcapng',
  'icmp/errors.pcap',
  'icmp/quoted.pcap',
  'icmpv6/errors.pcap',
  'icmpv6/extensions.pcap',
  'igmp/odd.pcap',
  'ipv4/tunnels.pcap',
  'ipv4/fragments.pcap',
  'ipv4/options.pcap',
  'ipv6/tunnels.pcap',
  'ipv6/extension-chain.pcap',
  'ipv6/routing.pcap',
  'tcp/loss.pcap',
  'tcp/truncated.pcap',
  'tcp/analysis-ports-reused.pcap',
  'udp/truncated.pcap',
  'dns/pointer-loop.pcap',
  'dns/tcp.pcap',
  'http/pipelined.pcap',
  'vlan/double.pcap',
  'sll2/any.pcap',
  'ppp/session.pcap',
]

const names = [...new Set(allFields.map((f) => f.name))].filter((name) => name !== '')

describe('columns', () => {
  it.each(captures)('know of every field in %s whether it is there, or that they do not know', async (capture) => {
    const engine = await packetsOf(capture)
    const columns = names.map((name) => columnOf(compileFilter(`.${name}`).leaves[0]!.test, engine))
    const d = new Recording(engine.registry, wantEverything(), false)
    const wrong: string[] = []
    for (let i = 0; i < Math.min(engine.index.length, 200); i++) {
      engine.show(d, i)
      const there = new Set(Array.from({ length: d.tape.length }, (_, node) => d.tape.fieldAt(node).name))
      for (const [k, column] of columns.entries()) {
        const verdict = column.at(engine.index.page(i), engine.index.row(i), i)
        if (verdict !== Verdict.Maybe && (verdict === Verdict.Yes) !== there.has(names[k]!)) {
          wrong.push(`packet ${i + 1}: ${names[k]} is ${verdict === Verdict.Yes ? 'not ' : ''}there`)
        }
      }
    }
    expect(wrong).toEqual([])
  })

  it.each(captures)('know of warnings and errors in %s what the trees say', async (capture) => {
    const engine = await packetsOf(capture)
    for (const test of [
      '>= "Warning"',
      '== "Error"',
      '> "Note"',
      '== "Chat"',
      '!= "Warning"',
      'in {"Error", "Note"}',
    ]) {
      const filter = compileFilter(`_ws.expert.severity ${test}`)
      expect(byColumns(engine, filter), test).toEqual(byDissecting(engine, filter))
    }
    expect(byColumns(engine, compileFilter('_ws.expert.severity >= "Warning"'))).toHaveLength(engine.problems)
  })

  it.each(captures)('let the same packets of %s pass as dissection does, for random filters', async (capture) => {
    const engine = await packetsOf(capture)
    const results = new FilterResults(engine, noNames)
    fc.assert(
      fc.property(filtersFor(engine), (text) => {
        const filter = compiled(text)
        if (filter === null) return
        const expected = byDissecting(engine, filter)
        expect(byColumns(engine, filter, results)).toEqual(expected)
        expect(byColumns(engine, filter)).toEqual(expected)
        const sieve = new Sieve(filter, engine)
        for (let i = 0; i < engine.index.length; i++) {
          const verdict = sieve.verdict(i)
          if (verdict !== Verdict.Maybe) expect(verdict === Verdict.Yes).toBe(expected.includes(i + 1))
        }
      }),
      { numRuns: capture === 'sample.pcapng' ? 30 : 100 },
    )
  })

  it('answer addresses, ports, lengths, times, layers, streams and analysis without dissecting', async () => {
    const engine = await packetsOf('tcp/loss.pcap')
    for (const text of [
      'tcp.port == 443 && ip.addr == 10.0.0.0/8',
      'tcp.analysis.retransmission || tcp.analysis.flags',
      'tcp.stream == 0 && frame.len > 60 && frame.time_relative > 0.001',
      'frame.protocols contains "tcp" && !udp && http',
      'ip.src != 192.0.2.1 and tcp.srcport in {1..1023} and udp.port == 53',
    ]) {
      const run = await runFilter(new FilterResults(engine, noNames), compileFilter(text))
      expect(`${text}: ${run.dissected}`).toBe(`${text}: 0`)
    }
  })

  it('of two filters, the second costs only what it says beyond the first', async () => {
    const engine = await packetsOf('sample.pcapng')
    const results = new FilterResults(engine, noNames)
    const first = await runFilter(results, compileFilter('ip.ttl < 64'))
    expect(first.dissected).toBeGreaterThan(0)
    expect((await runFilter(results, compileFilter('ip.ttl < 64 && tcp.port == 80'))).dissected).toBe(0)
    expect((await runFilter(results, compileFilter('!(ip.ttl lt 64)'))).dissected).toBe(0)
    const more = await runFilter(results, compileFilter('ip.ttl < 64 && ip.len > 100'))
    expect(more.dissected).toBeGreaterThan(0)
    expect(more.dissected).toBeLessThanOrEqual(first.matches)
  })

  it('a run says how far it is, and stops when asked', async () => {
    const engine = await packetsOf('sample.pcapng')
    const run = new FilterResults(engine, noNames).begin(compileFilter('ip.ttl > 0'))
    expect(run.slice(0)).toBe(false)
    expect(run.position).toBeGreaterThan(0)
    expect(run.position).toBeLessThan(engine.index.length)
    while (!run.slice(1000));
    expect([run.position, run.matches]).toEqual([engine.index.length, run.bits.count(engine.index.length)])
    const cancelled = await runFilter(new FilterResults(engine, noNames), compileFilter('ip.id > 0'), {
      cancelled: () => true,
    })
    expect(cancelled.position).toBeLessThanOrEqual(engine.index.length)
  })

  it('an exploding expression stops a run with a message', async () => {
    const engine = await packetsOf('http/long-header.pcap')
    const filter = compileFilter('frame matches "^([^q]+)+\\\\1q{9}$"')
    await expect(runFilter(new FilterResults(engine, noNames), filter)).rejects.toThrow(/takes too long on frame \d+/)
  })

  it('what speaks of the selected packet is asked anew', async () => {
    const engine = await packetsOf('sample.pcapng')
    const results = new FilterResults(engine, noNames)
    const filter = compileFilter('tcp.stream == ${tcp.stream} && tcp.srcport == ${tcp.srcport}')
    expect(byColumns(engine, filter, results)).toEqual([])
    const d = new Recording(engine.registry, wantEverything(), false)
    const [first] = byColumns(engine, compileFilter('tcp'), results)
    engine.show(d, first! - 1)
    filter.refer(d)
    const found = byColumns(engine, filter, results)
    expect(found).toContain(first)
    expect(found).toEqual(byDissecting(engine, filter))
  })
})

/** Null for a random filter that makes no sense. */
function compiled(text: string) {
  try {
    return compileFilter(text)
  } catch (error) {
    if (error instanceof FilterError) return null
    throw error
  }
}

const known = new Map<Engine, fc.Arbitrary<string>>()

/** Filters made of the fields and values that the packets have. */
function filtersFor(engine: Engine): fc.Arbitrary<string> {
  let arbitrary = known.get(engine)
  if (arbitrary === undefined) known.set(engine, (arbitrary = makeFilters(engine)))
  return arbitrary
}

function makeFilters(engine: Engine): fc.Arbitrary<string> {
  const values = new Map<string, Set<string>>()
  const d = new Recording(engine.registry, wantEverything(), false)
  for (let i = 0; i < Math.min(engine.index.length, 60); i++) {
    engine.show(d, i)
    for (let node = 0; node < d.tape.length; node++) {
      const f = d.tape.fieldAt(node)
      if (f.name === '') continue
      const set = values.get(f.name) ?? new Set<string>()
      values.set(f.name, set)
      if (set.size < 8) set.add(literalOf(d, node))
    }
  }
  // What columns know of comes up more often than the hundreds of other fields.
  const ports = ['tcp', 'udp'].flatMap((p) => ['port', 'srcport', 'dstport', 'stream'].map((name) => `${p}.${name}`))
  const addresses = ['ip', 'ipv6'].flatMap((p) => ['addr', 'src', 'dst'].map((name) => `${p}.${name}`))
  const frame = ['number', 'len', 'cap_len', 'time', 'time_epoch', 'time_relative', 'time_delta', 'protocols'].map(
    (n) => `frame.${n}`,
  )
  const own = [...ports, ...addresses, ...frame].filter((name) => values.has(name))
  const field = fc.oneof({ arbitrary: fc.constantFrom(...own), weight: 2 }, fc.constantFrom(...values.keys()))
  const pair = field.chain((name) => fc.tuple(fc.constant(name), fc.constantFrom(...values.get(name)!)))
  const op = fc.constantFrom('==', '!=', '!==', '===', '>', '<', '>=', '<=', 'contains')
  const quantifier = fc.constantFrom('', '', '', 'any ', 'all ')
  const leaf = fc.oneof(
    field,
    fc.tuple(quantifier, pair, op).map(([q, [name, value], o]) => `${q}${name} ${o} ${value}`),
    fc.tuple(quantifier, pair, pair).map(([q, [name, a], [, b]]) => `${q}${name} in {${a}, ${b}}`),
    fc.tuple(pair, pair).map(([[name, a], [, b]]) => `${name} in {${a} .. ${b}}`),
    fc.tuple(field, field, op).map(([a, b, o]) => `${a} ${o} ${b}`),
    fc
      .tuple(fc.constantFrom(...functions.keys()), field, fc.integer({ min: 0, max: 100 }))
      .map(([f, name, n]) => `${f}(${name}) > ${n}`),
    fc.tuple(field, fc.constantFrom('#1', '#2', '[0]', '[-1]', '[0:2]')).map(([name, part]) => name + part),
    pair.map(([name, value]) => `@${name} == ${value}`),
  )
  const { filter } = fc.letrec<{ filter: string }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc
        .tuple(tie('filter'), fc.constantFrom('&&', '||', '^^'), tie('filter'))
        .map(([a, o, b]) => `(${a}) ${o} (${b})`),
      tie('filter').map((f) => `!(${f})`),
    ),
  }))
  return filter
}

/** The value of a node as a filter spells it. */
function literalOf(d: Recording, node: number): string {
  const f = d.tape.fieldAt(node)
  if (f.kind === 'none') return '0'
  const value = valueOf(d, node)
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 12))
  if (typeof value === 'number') return String(value)
  if (typeof value === 'bigint') {
    if (f.kind !== 'abstime' && f.kind !== 'reltime') return String(value)
    const digits = String(value < 0n ? -value : value).padStart(10, '0')
    return `${value < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`
  }
  const bytes = value as Uint8Array
  if (f.kind === 'ipv4') return bytes.join('.')
  if (f.kind === 'ipv6')
    return Buffer.from(bytes)
      .toString('hex')
      .replace(/....(?!$)/g, '$&:')
  return (
    Buffer.from(bytes.subarray(0, 6))
      .toString('hex')
      .replace(/..(?!$)/g, '$&:') || '""'
  )
}
