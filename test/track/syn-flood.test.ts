import { describe, expect, it } from 'vitest'
import { Trace } from '../support/tcp-trace.js'

/** SYNs from so many ports of the client, a millisecond apart, beginning at `from` seconds. */
const syns = (count: number, from = 0, port = 1024): string =>
  Array.from({ length: count }, (_, i) => `${from + i / 1000} C S 0 port ${port + i}`).join('\n')

const LIMIT = 10
const flooded = (): Trace => new Trace({}, 60, LIMIT)
const counts = (trace: Trace, packets: number): number[] =>
  Array.from({ length: packets }, (_, i) => trace.connections.states.flood.countAt(i + 1))

describe('half-open connections of a server', () => {
  it('are counted with each SYN that asks for one, not with one sent again', () => {
    const trace = flooded()
    trace.play(`${syns(3)}\n1 C S 0 port 1024`)
    expect(counts(trace, 4)).toEqual([1, 2, 3, 0])
  })

  it('are fewer when a handshake is completed, refused or reset', () => {
    const trace = flooded()
    trace.play(`${syns(4)}
      1.0 S SA 0 ack 1 port 1024
      1.1 C A  1 ack 1 port 1024
      1.2 S RA 0 ack 1 port 1025
      1.3 S SA 0 ack 1 port 1026
      1.4 C R  1 port 1026
      2.0 C S  0 port 2000`)
    expect(counts(trace, 10)).toEqual([1, 2, 3, 4, 0, 0, 0, 0, 0, 2])
  })

  it('are forgotten after about a minute', () => {
    const trace = flooded()
    trace.play(`${syns(5)}\n40 C S 0 port 2000\n70 C S 0 port 2001\n500 C S 0 port 2002`)
    expect(counts(trace, 8)).toEqual([1, 2, 3, 4, 5, 6, 2, 1])
  })

  it('above the limit are noted once, and again when they had been half as many', () => {
    const trace = flooded()
    const verdicts = trace.play(`${syns(LIMIT + 3)}\n${syns(LIMIT + 2, 100, 3000)}`)
    const crossed = verdicts.flatMap((_, i) => (trace.connections.states.flood.crossedAt(i + 1) ? [i + 1] : []))
    expect(crossed).toEqual([LIMIT + 1, LIMIT + 3 + LIMIT + 1])
    expect(verdicts[LIMIT]!.worst).toBeGreaterThan(verdicts[LIMIT - 1]!.worst)
  })

  it('are never too many without a limit', () => {
    const trace = new Trace({}, 60, 0)
    const verdicts = trace.play(syns(40))
    expect(verdicts.some((_, i) => trace.connections.states.flood.crossedAt(i + 1))).toBe(false)
    expect(counts(trace, 40).at(-1)).toBe(40)
  })

  it('of more servers than there is room for make room, which is counted', () => {
    const trace = flooded()
    const ports = Array.from({ length: 9000 }, (_, i) => `${i / 10000} C S 0 port 2000 to ${i + 1}`)
    trace.play(ports.join('\n'))
    expect(trace.connections.states.flood.evicted).toBeGreaterThan(4000)
    expect(trace.connections.states.flood.bytes).toBeLessThan(1_000_000)
  })
})
