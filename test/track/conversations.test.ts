import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Address } from '../../src/dissect/index.js'
import { Conversations } from '../../src/track/conversations.js'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const find = (c: Conversations, b: Uint8Array, sport: number, dport: number): number =>
  c.find(Address.IPv4, b, 0, 4, sport, dport)

describe('conversations', () => {
  it('are numbered in the order of their first packets, both directions the same', () => {
    const c = new Conversations()
    const there = bytes(10, 0, 0, 1, 10, 0, 0, 2)
    const back = bytes(10, 0, 0, 2, 10, 0, 0, 1)
    expect(find(c, there, 1000, 80)).toBe(0)
    expect(c.forward).toBe(true)
    expect(find(c, back, 80, 1000)).toBe(0)
    expect(c.forward).toBe(false)
    expect(find(c, there, 1001, 80)).toBe(1)
    expect(find(c, there, 1000, 80)).toBe(0)
    expect(c.forward).toBe(true)
  })

  it('between an address and itself tell the ports apart', () => {
    const c = new Conversations()
    const self = bytes(127, 0, 0, 1, 127, 0, 0, 1)
    expect(find(c, self, 5000, 53)).toBe(0)
    expect(find(c, self, 53, 5000)).toBe(0)
    expect(c.forward).toBe(false)
  })

  it('begin anew on request, and the new one is found from then on', () => {
    const c = new Conversations()
    const there = bytes(10, 0, 0, 1, 10, 0, 0, 2)
    const first = find(c, there, 1000, 80)
    const second = c.renew(first, Address.IPv4, there, 0, 4, 1000, 80)
    expect(second).toBe(1)
    for (let i = 0; i < 2000; i++) find(c, there, 2000 + i, 80)
    expect(find(c, there, 1000, 80)).toBe(second)
  })

  it('count packets of each direction and link each packet to the one before', () => {
    const c = new Conversations()
    const id = find(c, bytes(1, 2, 3, 4, 5, 6, 7, 8), 1, 2)
    expect(c.packet(id, 3, true)).toBe(0)
    expect(c.packet(id, 9, false)).toBe(3)
    expect(c.firstOf(id)).toBe(3)
    expect(c.latestOf(id)).toBe(9)
    expect(c.packet(id, 11, false)).toBe(9)
    expect([c.packetsOf(id, true), c.packetsOf(id, false)]).toEqual([1, 2])
  })

  it('agree with a map keyed by text', () => {
    const endpoint = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }))
    fc.assert(
      fc.property(fc.array(fc.tuple(endpoint, endpoint), { maxLength: 400 }), (packets) => {
        const c = new Conversations()
        const model = new Map<string, number>()
        for (const [[a, p], [b, q]] of packets) {
          const key = [`${a}:${p}`, `${b}:${q}`].sort().join(' ')
          if (!model.has(key)) model.set(key, model.size)
          expect(find(c, bytes(10, 0, 0, a, 10, 0, 0, b), p, q)).toBe(model.get(key))
        }
      }),
    )
  })
})
