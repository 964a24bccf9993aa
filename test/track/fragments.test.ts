import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PieceFlag } from '../../src/track/assemblies.js'
import { Fragments } from '../../src/track/fragments.js'
import { CaptureInMemory } from '../support/capture-in-memory.js'

const UDP = 17

/** A host that gets fragments: `host.gets('0-8+')` is bytes 0 to 8 of the datagram with more to come. */
class Host {
  readonly capture = new CaptureInMemory()
  readonly fragments = new Fragments(30)
  constructor(private readonly datagram: Uint8Array) {}

  gets(range: string, { id = 1, seconds = 0, bytes = this.datagram } = {}): number {
    const [from, to] = range.split(/[-+]/).map(Number) as [number, number]
    const d = this.capture.next(bytes.slice(from, to), seconds)
    return this.fragments.add(d, { id, protocol: UDP, offset: from, length: to - from, more: range.endsWith('+') })
  }
  whole(a: number): Uint8Array | null {
    return this.fragments.assemblies.read(a, this.capture.now, 0, this.fragments.assemblies.size[a]!)
  }
  /** The packets of an assembly with their flags. */
  pieces(a: number): [number, number][] {
    const { first, next, flags } = this.fragments.assemblies
    const list: [number, number][] = []
    for (let i = first[a]!; i !== 0; i = next[i]!) list.push([this.fragments.assemblies.carrier(i), flags[i]!])
    return list
  }
}
const datagram = Uint8Array.from({ length: 40 }, (_, i) => i + 1)
const other = datagram.map((b) => b ^ 0xff)

describe('fragments', () => {
  it('make a datagram with the last one, whatever the order', () => {
    for (const order of [
      ['0-16+', '16-32+', '32-40'],
      ['32-40', '16-32+', '0-16+'],
      ['16-32+', '32-40', '0-16+'],
    ]) {
      const host = new Host(datagram)
      expect(host.gets(order[0]!)).toBe(0)
      expect(host.gets(order[1]!)).toBe(0)
      const a = host.gets(order[2]!)
      expect(host.whole(a)).toEqual(datagram)
      expect(host.fragments.assemblies.completedIn[a]).toBe(3)
      expect(host.fragments.waiting).toBe(0)
    }
  })

  it('lead each to the assembly it went to', () => {
    const host = new Host(datagram)
    host.gets('0-16+')
    host.gets('0-16+', { id: 2 })
    const a = host.gets('16-40')
    expect(host.fragments.assemblyIn(1, 1, 0)).toBe(a)
    expect(host.fragments.assemblyIn(2, 2, 0)).not.toBe(a)
    expect(host.fragments.assemblyIn(3, 1, 16)).toBe(a)
    expect(host.fragments.assemblyIn(3, 1, 0)).toBe(0)
  })

  it('that repeat are flagged as overlap, and those that contradict as conflict; the first has its say', () => {
    const host = new Host(datagram)
    host.gets('0-16+')
    host.gets('0-16+')
    host.gets('8-24+', { bytes: other })
    const a = host.gets('24-40')
    expect(host.pieces(a)).toEqual([
      [1, 0],
      [2, PieceFlag.Overlap],
      [3, PieceFlag.Overlap | PieceFlag.Conflict],
      [4, 0],
    ])
    const whole = host.whole(a)!
    expect(whole.subarray(0, 16)).toEqual(datagram.subarray(0, 16))
    expect(whole.subarray(16, 24)).toEqual(other.subarray(16, 24))
  })

  it('with two ends keep the first end, and flag what goes on behind it', () => {
    const host = new Host(datagram)
    host.gets('16-32')
    host.gets('32-40')
    const a = host.gets('0-16+')
    expect(host.fragments.assemblies.size[a]).toBe(32)
    expect(host.pieces(a)).toEqual([
      [3, 0],
      [1, 0],
      [2, PieceFlag.OtherEnd | PieceFlag.TooLong],
    ])
  })

  it('that miss one wait until their time is over', () => {
    const host = new Host(datagram)
    host.gets('0-16+', { seconds: 100 })
    expect(host.fragments.waiting).toBe(1)
    expect(host.gets('16-40', { seconds: 131 })).toBe(0)
    expect(host.fragments.timedOut).toBe(1)
    expect(host.fragments.waiting).toBe(1)
    expect(host.gets('0-16+', { seconds: 140 })).not.toBe(0)
  })

  it('of too many datagrams make room for new ones, the oldest first', () => {
    const host = new Host(datagram)
    for (let id = 0; id < 16_500; id++) host.gets('0-16+', { id })
    expect(host.fragments.waiting).toBe(16_384)
    expect(host.fragments.evicted).toBe(116)
    expect(host.gets('16-40', { id: 0 })).toBe(0)
    expect(host.gets('16-40', { id: 16_499 })).not.toBe(0)
  })

  it('of one datagram are not taken without end', () => {
    const host = new Host(datagram)
    for (let i = 0; i < 17_000; i++) host.gets('8-16+')
    expect(host.fragments.refused).toBeGreaterThan(0)
  })

  it('agree with a sheet of paper on which each writes where nobody wrote before it', () => {
    const range = fc.tuple(fc.nat({ max: 7 }), fc.integer({ min: 1, max: 5 }))
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 12 }), fc.nat(), (ranges, seed) => {
        const host = new Host(datagram)
        const sent: { from: number; to: number; bytes: Uint8Array }[] = []
        let a = 0
        for (const [k, [at, size]] of [...ranges, [0, 5] as const].entries()) {
          if (a !== 0) break
          const from = Math.min(at * 8, 32)
          const to = Math.min(from + size * 8, 40)
          const bytes = Uint8Array.from({ length: 40 }, (_, i) => (i * 7 + k * 31 + seed) & 0xff)
          sent.push({ from, to, bytes })
          a = host.gets(`${from}-${to}${to < 40 ? '+' : ''}`, { bytes })
        }
        expect(a).not.toBe(0)
        const paper = new Array<number>(40).fill(-1)
        const order = sent.map((s, i) => ({ ...s, i })).sort((x, y) => x.from - y.from || x.i - y.i)
        for (const { from, to, bytes } of order) {
          for (let p = from; p < to; p++) if (paper[p] === -1) paper[p] = bytes[p]!
        }
        expect([...host.whole(a)!]).toEqual(paper)
      }),
    )
  })
})
