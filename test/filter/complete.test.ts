import { describe, expect, it } from 'vitest'
import '../../dissectors/index.js'
import { type CompletionOptions, complete } from '../../src/filter/complete.js'
import { highlight } from '../../src/filter/tokens.js'

/** What completes `text` at `|`, and the texts as they would stand. */
function offers(text: string, options?: CompletionOptions): string[] {
  const cursor = text.indexOf('|')
  const source = text.replace('|', '')
  return complete(source, cursor, options).items.map((item) => item.text)
}

describe('completion', () => {
  it('offers fields behind a dot, the nearest level first', () => {
    const found = offers('tcp.flags.|')
    expect(found).toContain('tcp.flags.syn')
    expect(found.every((name) => name.startsWith('tcp.flags.'))).toBe(true)
    expect(offers('udp && tcp.srcp|')).toEqual(['tcp.srcport'])
    const all = offers('tcp.|')
    expect(all.indexOf('tcp.port')).toBeLessThan(all.indexOf('tcp.options.mss_val'))
  })

  it('says what it replaces', () => {
    expect(complete('ip && tcp.sr == 1', 12)).toMatchObject({ start: 6, end: 12 })
  })

  it('offers protocols where nothing is typed yet', () => {
    expect(offers('|')).toEqual(expect.arrayContaining(['tcp', 'udp', 'dns']))
    expect(offers('|')).not.toContain('tcp.port')
    expect(offers('tcp && (|')).toContain('udp')
  })

  it('offers the named values behind a comparison and in a set', () => {
    expect(offers('ip.proto == |')).toContain('"TCP"')
    expect(offers('ip.proto == T|')).toContain('"TCP"')
    expect(offers('ip.proto == "U|')).toContain('"UDP"')
    expect(offers('ip.proto in {"TCP", |')).toContain('"UDP"')
    expect(offers('dns.flags.response == |')).toHaveLength(2)
    expect(complete('ip.addr == ', 11).hint).toContain('IPv4 address')
  })

  it('offers operators behind a field, those of its type', () => {
    expect(offers('http.host |')).toEqual(expect.arrayContaining(['==', 'contains', 'matches', '&&']))
    expect(offers('tcp.port |')).not.toContain('contains')
    expect(offers('tcp.port == 80 |')).toEqual(expect.arrayContaining(['&&', '||']))
    expect(offers('tcp.port == 80 |')).not.toContain('==')
  })

  it('offers functions, macros and saved filters by their beginnings', () => {
    expect(offers('coun|')).toContain('count(')
    expect(offers('${priv|')).toContain('private_ipv4')
    expect(offers('sl|', { saved: { slow: 'tcp.time_delta > 1' } })).toContain('tcp.time_delta > 1')
    expect(offers('my|', { macros: { mine: '$1 == 1' } })).toEqual([])
    expect(offers('mi|', { macros: { mine: '$1 == 1' } })).toContain('mine')
  })
})

describe('colours', () => {
  it('tell what each part is', () => {
    const source = 'tcp && len(http.host) > 5 || nope.field == "x"'
    const parts = highlight(source).map(({ kind, start, end }) => `${source.slice(start, end)} ${kind}`)
    expect(parts).toEqual([
      'tcp protocol',
      '&& operator',
      'len function',
      '( bracket',
      'http.host field',
      ') bracket',
      '> operator',
      '5 value',
      '|| operator',
      'nope.field unknown',
      '== operator',
      '"x" string',
    ])
  })

  it('stop where nothing makes sense any more', () => {
    expect(highlight('tcp && "open')).toHaveLength(2)
  })
})
