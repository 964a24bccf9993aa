/** The properties find dissectors that are wrong. Each of these is, in one way. */
import { expect, test } from 'vitest'
import { type Dissection, fields, protocol, protocolField, uint8, uint16, text } from '../../src/dissect/index.js'
import { Registry } from '../../src/dissect/registry.js'
import { Properties } from '../../src/verify/properties.js'
import { silentData } from '../support/silent-data.js'

const f = fields('wrong', {
  self: protocolField('Wrong'),
  one: uint8('One'),
  two: uint16('Two'),
  words: text('Words'),
})

/** What is said of a dissector that has read `bytes`. */
function complaints(dissect: (d: Dissection) => void, bytes = [1, 2, 3, 4]): string[] {
  const wrong = protocol({
    name: 'Wrong',
    short: 'WRONG',
    spec: 'none',
    self: f.self,
    summary: () => ({}),
    dissect,
    info: () => 'info',
  })
  const registry = new Registry([wrong, silentData])
  const found: string[] = []
  const properties = new Properties(registry, (message) => found.push(message))
  properties.check(Uint8Array.from(bytes), bytes.length, bytes.length, registry.protocolIndex('wrong'), 'bytes')
  return found
}

test('silentData is said of one that is right', () => {
  expect(complaints((d) => void d.u16(f.two))).toEqual([])
  expect(complaints((d) => void d.u16(f.two), [1])).toEqual([])
})

test('an exception of its own', () => {
  const [said] = complaints(() => {
    throw new Error('oh')
  })
  expect(said).toContain('a dissector failed')
  expect(said).toContain('oh')
})

test('a range outside the packet', () => {
  expect(complaints((d) => d.at(f.one, 2, 9, 1))).toContainEqual('bytes: wrong.one leaves the packet')
})

test('a range outside the one that it is below', () => {
  const said = complaints((d) => {
    d.u8(f.one)
    d.enter()
    d.u16(f.two)
    d.leave()
  })
  expect(said).toEqual(['bytes: wrong.two leaves wrong.one'])
})

test('a row that depends on whether a tree is made', () => {
  expect(complaints((d) => d.recording && d.malformed())).toEqual([
    'bytes: Info is "info" in the list and "info[Malformed Packet]" in the tree',
    'bytes: the worst expert item is of severity Comment in the list, in the tree Error (_ws.malformed.expert)',
  ])
})

test('a layer that depends on it', () => {
  const said = complaints((d) => {
    d.u8(f.one)
    if (d.recording) d.nextData()
  })
  expect(said).toEqual(['bytes: the index pass sees wrong, the tree wrong:data'])
})

test('a dissector that takes too long', () => {
  const used = (): number => process.cpuUsage().user / 1000
  const said = complaints(() => {
    for (const end = used() + 60; used() < end; );
  })
  expect(said[0]).toMatch(/^bytes: dissecting takes \d+ ms$/)
})
