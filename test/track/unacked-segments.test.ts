import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BASE, WAY_WORDS } from '../../src/track/tcp-rows.js'
import { MAX_PER_WAY, UnackedSegments } from '../../src/track/unacked-segments.js'

const row = (base = 0): Int32Array => {
  const rows = new Int32Array(WAY_WORDS)
  rows[BASE] = base
  return rows
}

describe('segments that wait for their acknowledgment', () => {
  it('are named by the acknowledgment that ends where they do', () => {
    const u = new UnackedSegments()
    const rows = row()
    u.add(rows, 0, 1, 101, 7)
    u.add(rows, 0, 101, 201, 8)
    u.add(rows, 0, 201, 301, 9)
    expect(u.span(rows, 0)).toBe(300)
    expect(u.acknowledge(rows, 0, 201)).toBe(8)
    expect(u.span(rows, 0)).toBe(100)
    expect(u.oldest(rows, 0)).toBe(9)
    expect(u.acknowledge(rows, 0, 251)).toBe(0)
    expect(u.span(rows, 0)).toBe(50)
    expect(u.acknowledge(rows, 0, 301)).toBe(9)
  })

  it('are no more than a direction may keep; the rest is counted', () => {
    const u = new UnackedSegments()
    const rows = row()
    for (let i = 0; i < MAX_PER_WAY + 5; i++) u.add(rows, 0, i + 1, i + 2, i)
    expect(u.refused).toBe(5)
    expect(u.span(rows, 0)).toBe(MAX_PER_WAY)
    u.acknowledge(rows, 0, MAX_PER_WAY + 1)
    expect(u.add(rows, 0, 1, 2, 1)).toBe(true)
  })

  it('use the room again that acknowledged ones leave', () => {
    const u = new UnackedSegments()
    const rows = row(0xfffffff0 | 0)
    const before = u.bytes
    for (let i = 0; i < 100_000; i++) {
      const seq = (0xfffffff0 + i * 10) | 0
      u.add(rows, 0, seq, (seq + 10) | 0, i)
      u.acknowledge(rows, 0, (seq + 10) | 0)
    }
    expect(u.bytes).toBe(before)
  })

  it('are the same as a plain list would keep', () => {
    const step = fc.record({
      ack: fc.boolean(),
      at: fc.integer({ min: 0, max: 40 }),
      size: fc.integer({ min: 1, max: 9 }),
    })
    fc.assert(
      fc.property(fc.integer({ min: -30, max: 30 }), fc.array(step, { maxLength: 40 }), (base, steps) => {
        const u = new UnackedSegments()
        const rows = row(base)
        let list: { seq: number; end: number; packet: number }[] = []
        steps.forEach(({ ack, at, size }, i) => {
          const seq = (base + at) | 0
          if (!ack) {
            u.add(rows, 0, seq, seq + size, i + 1)
            list.unshift({ seq, end: seq + size, packet: i + 1 })
            return
          }
          const exact = list.findLast((one) => one.end === seq)?.packet ?? 0
          list = list.filter((one) => one.end > seq).map((one) => ({ ...one, seq: Math.max(one.seq, seq) }))
          expect(u.acknowledge(rows, 0, seq)).toBe(exact)
          if (list.length === 0) return
          expect(u.oldest(rows, 0)).toBe(list.at(-1)!.packet)
          const span = Math.max(...list.map((one) => one.end)) - Math.min(...list.map((one) => one.seq))
          expect(u.span(rows, 0)).toBe(span)
        })
      }),
    )
  })
})
