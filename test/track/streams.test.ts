import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MORE, type Framing, NOT_MINE, type Protocol, UNTIL_END } from '../../src/dissect/index.js'
import { type Plan, PlanFlag } from '../../src/track/stream-plan.js'
import { MAX_MESSAGE } from '../../src/track/messages.js'
import { Streams } from '../../src/track/streams.js'
import { CaptureInMemory } from '../support/capture-in-memory.js'

const text = (s: string): Uint8Array => new Uint8Array(Buffer.from(s, 'latin1'))
const said = (b: Uint8Array): string => Buffer.from(b).toString('latin1')

/** Messages like `3:abc`: a digit count, a colon, as many bytes. `*:` goes on to the end of the stream. */
const counted = {
  pdu(b: Uint8Array, start: number, end: number, at: Framing): number {
    if (start === end) return MORE
    if (b[start] === 0x2a) return at.last ? end - start : UNTIL_END
    const colon = b.subarray(start, end).indexOf(0x3a)
    if (colon < 0 && end - start > 10 && b[start] !== 0x31) return at.spoken ? end - start : NOT_MINE
    if (colon < 0) return MORE
    const size = Number(said(b.subarray(start, start + colon)))
    return Number.isNaN(size) ? NOT_MINE : colon + 1 + size
  },
  remember: null,
  upgrade: null,
}
const protocol = counted as unknown as Protocol
const message = (body: string): string => `${body.length}:${body}`

interface Extra {
  fin?: boolean
  /** First number of the stream. */
  first?: number
  answered?: boolean
}

/** One direction of a connection, as the capture sees it. */
class Stream {
  readonly capture = new CaptureInMemory()
  readonly streams = new Streams()
  readonly got: string[] = []
  /** What became of each segment at first, and when it is shown again. */
  readonly seen: Partial<Plan>[] = []
  readonly recalled: Partial<Plan>[] = []
  constructor(
    private readonly base = 1000,
    private readonly p = protocol,
  ) {}

  /** A segment arrives whose first byte is number `at` of the stream; what it completes is added to `got`. */
  gets(at: number, payload: string, { fin = false, first = 0, answered = true }: Extra = {}): number {
    const d = this.capture.next(text(payload))
    const seq = (this.base + at) >>> 0
    const plan = this.streams.segment(d, 0, { seq, ends: fin, first: (this.base + first) >>> 0, answered }, this.p)
    const { flags } = plan
    const done: string[] = []
    if (flags & PlanFlag.Complete) {
      const size = this.streams.messages.assemblies.size[plan.assembly]!
      const whole = this.streams.messages.assemblies.read(plan.assembly, d, 0, size)!
      this.split(whole.subarray(0, size - plan.left), done, plan.assembly)
    }
    if (!(flags & (PlanFlag.Old | PlanFlag.Held))) {
      this.split(d.bytes.subarray(Math.max(plan.skip, plan.taken), plan.tail), done)
    }
    this.got.push(...done)
    this.seen.push({ ...this.streams.plan, messages: 0 })
    this.recalled.push({ ...this.streams.recall(this.capture.length, 0, payload.length) })
    return flags
  }
  acknowledged(upTo: number): void {
    this.streams.acknowledge(0, (this.base + upTo) >>> 0)
  }
  private split(b: Uint8Array, done: string[], assembly = 0): void {
    const at = this.streams.messages.framing
    at.begin()
    at.last = true
    for (let p = 0; p < b.length; ) {
      const n =
        assembly === 0
          ? this.p.pdu!(b, p, b.length, at)
          : this.streams.messages.sizeIn(this.p, assembly, b, 0, p, b.length)
      const size = n > 0 ? Math.min(n, b.length - p) : b.length - p
      done.push(said(b.subarray(p, p + size)))
      p += size
    }
  }
}

describe('messages', () => {
  it('in a segment of their own need nothing remembered', () => {
    const s = new Stream()
    expect(s.gets(0, '3:abc')).toBe(0)
    expect(s.gets(5, '1:x2:yz')).toBe(0)
    expect(s.got).toEqual(['3:abc', '1:x', '2:yz'])
    expect(s.streams.messages.assemblies.size.some((n) => n > 0)).toBe(false)
  })

  it('split over segments come out with the last one', () => {
    const s = new Stream()
    expect(s.gets(0, '1')).toBe(PlanFlag.Asked)
    expect(s.gets(1, '0:abc') & PlanFlag.Middle).toBe(PlanFlag.Middle)
    expect(s.gets(6, 'def')).toBe(PlanFlag.Middle)
    expect(s.got).toEqual([])
    expect(s.gets(9, 'ghij') & PlanFlag.Complete).toBe(PlanFlag.Complete)
    expect(s.got).toEqual(['10:abcdefghij'])
  })

  it('that end, fill and begin in one segment are all found', () => {
    const s = new Stream()
    s.gets(0, '5:ab')
    const flags = s.gets(4, 'cde2:fg3:hi')
    expect(flags & PlanFlag.Complete).toBe(PlanFlag.Complete)
    expect(s.streams.plan).toMatchObject({ taken: 3, tail: 7, length: 11 })
    s.gets(15, 'j')
    expect(s.got).toEqual(['5:abcde', '2:fg', '3:hij'])
  })

  it('that go on to the end of the stream end with it, even if nothing comes with the FIN', () => {
    const s = new Stream()
    s.gets(0, '*:ab')
    s.gets(4, 'cd')
    expect(s.got).toEqual([])
    s.gets(6, '', { fin: true })
    expect(s.got).toEqual(['*:abcd'])
  })

  it('longer than anybody could want are shown at their beginning, and what follows them is found', () => {
    const s = new Stream()
    const long = MAX_MESSAGE + 5
    s.gets(0, `${long}:abc`)
    expect(s.got).toEqual([`${long}:abc`])
    expect(s.streams.messages.tooLong).toBe(1)
    expect(s.gets(12, 'more')).toBe(PlanFlag.Passed)
  })

  it('that nobody sees the end of are given up, and do not get slower with every segment', () => {
    const s = new Stream()
    for (let i = 0; i < 20_000; i++) s.gets(i, '1')
    expect(s.streams.messages.tooLong).toBeGreaterThan(30)
  })

  it('of another protocol are left alone', () => {
    const s = new Stream()
    s.gets(0, 'this is something else')
    s.gets(22, '3:abc')
    expect(s.got.at(-1)).toBe('3:abc')
  })
})

describe('segments', () => {
  it('out of order wait for those before them', () => {
    const s = new Stream()
    expect(s.gets(5, '3:def')).toBe(PlanFlag.Held)
    expect(s.gets(10, '1:x')).toBe(PlanFlag.Held)
    s.gets(0, '3:abc')
    expect(s.got).toEqual(['3:abc', '3:def', '1:x'])
    expect(s.streams.held.count).toBe(0)
  })

  it('that repeat what was there are old, and say so when their bytes are others', () => {
    const s = new Stream()
    s.gets(0, '3:abc')
    expect(s.gets(0, '3:abc')).toBe(PlanFlag.Old)
    expect(s.gets(0, '3:abX')).toBe(PlanFlag.Old | PlanFlag.Conflict)
    expect(s.got).toEqual(['3:abc'])
  })

  it('that repeat what waits are old', () => {
    const s = new Stream()
    s.gets(5, '3:def')
    expect(s.gets(5, '3:def')).toBe(PlanFlag.Old)
    s.gets(0, '3:abc')
    expect(s.got).toEqual(['3:abc', '3:def'])
  })

  it('that overlap bring only what is new', () => {
    const s = new Stream()
    s.gets(0, '3:abc')
    s.gets(3, 'bc2:de')
    expect(s.streams.plan.skip).toBe(2)
    expect(s.got).toEqual(['3:abc', '2:de'])
  })

  it('of a keep-alive are old whatever their byte is', () => {
    const s = new Stream()
    s.gets(0, '3:abc')
    expect(s.gets(4, '\0')).toBe(PlanFlag.Old)
  })

  it('pass the end of the numbers', () => {
    const s = new Stream(0xffff_fffd)
    s.gets(0, '9:ab')
    s.gets(8, 'ghi3:k')
    s.gets(4, 'cdef')
    expect(s.got).toEqual(['9:abcdefghi'])
    s.gets(14, 'lm')
    expect(s.got).toEqual(['9:abcdefghi', '3:klm'])
  })

  it('behind the end of the stream are flagged', () => {
    const s = new Stream()
    s.gets(0, '3:abc', { fin: true })
    expect(s.gets(6, '1:x') & PlanFlag.Late).toBe(PlanFlag.Late)
  })

  it('far from everything begin anew', () => {
    const s = new Stream()
    s.gets(0, '5:ab')
    s.gets(1 << 30, '1:x')
    expect(s.got).toEqual(['1:x'])
  })
})

describe('a gap', () => {
  it('is not skipped before the other end has acknowledged what is behind it', () => {
    const s = new Stream()
    s.gets(0, '1:a')
    s.acknowledged(3)
    s.gets(10, '1:c')
    s.gets(13, '1:d')
    expect(s.got).toEqual(['1:a'])
    s.acknowledged(13)
    s.gets(16, '1:e')
    expect(s.streams.plan.gap).toBe(7)
    expect(s.got).toEqual(['1:a', '1:c', '1:d', '1:e'])
  })

  it('is skipped at once when it is acknowledged already', () => {
    const s = new Stream()
    s.gets(0, '1:a')
    s.acknowledged(13)
    s.gets(10, '1:c')
    expect(s.streams.plan.gap).toBe(7)
    expect(s.got).toEqual(['1:a', '1:c'])
  })

  it('in a message loses that message only, if its length is known', () => {
    const s = new Stream()
    s.gets(0, '20:abc')
    s.acknowledged(15)
    expect(s.gets(12, 'jkl') & PlanFlag.Passed).toBe(PlanFlag.Passed)
    s.gets(15, 'mnopqrst1:x')
    expect(s.streams.broken).toBe(1)
    expect(s.got).toEqual(['1:x'])
  })

  it('is skipped after some segments where nothing of the other end was captured', () => {
    const s = new Stream()
    s.gets(0, '1:a', { answered: false })
    for (let i = 0; i < 4; i++) s.gets(10 + i * 3, `1:${i}`, { answered: false })
    expect(s.got.slice(1)).toEqual(['1:0', '1:1', '1:2', '1:3'])
    expect(s.streams.crowded).toBe(0)
  })

  it('ends what nobody knows the length of where a segment ends', () => {
    const s = new Stream()
    s.gets(0, '1:a')
    s.gets(10, 'the end of something')
    s.acknowledged(30)
    s.gets(30, '1:b')
    expect(s.got).toEqual(['1:a', 'the end of something', '1:b'])
  })

  it('does not collect segments without end', () => {
    const s = new Stream()
    s.gets(0, '1:a')
    s.acknowledged(3)
    for (let i = 0; i < 1000; i++) s.gets(10 + i * 6, '1:b')
    expect(s.streams.held.count).toBeLessThanOrEqual(257)
  })
})

describe('streams', () => {
  const bodies = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ':', '7', 'é'), maxLength: 12 }), {
    maxLength: 12,
  })

  it('give every message once and in order, however they are cut, mixed and repeated', () => {
    fc.assert(
      fc.property(
        bodies,
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        (list, random, base) => {
          const messages = list.map(message)
          const all = messages.join('')
          const roll = (below: number): number => random.next().value! % below
          const cuts: [number, number][] = []
          for (let p = 0; p < all.length; ) {
            const to = Math.min(p + 1 + roll(9), all.length)
            cuts.push([p, to])
            p = to
          }
          // Some come again, some again from the middle of one to the middle of another.
          const again = cuts.filter(() => roll(4) === 0)
          const overlapping = cuts
            .filter(() => roll(4) === 0)
            .map(([p, to]): [number, number] => [Math.max(p - roll(4), 0), Math.min(to + roll(4), all.length)])
          const arriving = [...cuts, ...again, ...overlapping]
          // No segment is further from its place than the receiver waits.
          for (let i = 0; i < arriving.length; i++) {
            const j = Math.min(i + roll(4), arriving.length - 1)
            ;[arriving[i], arriving[j]] = [arriving[j]!, arriving[i]!]
          }
          const s = new Stream(base)
          for (const [p, to] of arriving) s.gets(p, all.slice(p, to))
          expect(s.got.join('|')).toBe(messages.join('|'))
          expect(s.streams.held.count).toBe(0)
          expect(s.recalled).toEqual(s.seen)
        },
      ),
      { numRuns: 1500 },
    )
  })

  it('survive anything', () => {
    const segment = fc.record({
      at: fc.integer({ min: -50, max: 200 }),
      payload: fc.string({ unit: fc.constantFrom('1', '5', '9', ':', '*', 'a'), maxLength: 12 }),
      fin: fc.boolean(),
      ack: fc.integer({ min: -1, max: 200 }),
    })
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 40 }), (segments) => {
        const s = new Stream(0xffff_ffd0)
        for (const { at, payload, fin, ack } of segments) {
          if (ack >= 0) s.acknowledged(ack)
          s.gets(at, payload, { fin })
        }
        expect(s.recalled).toEqual(s.seen)
      }),
      { numRuns: 1000 },
    )
  })
})
