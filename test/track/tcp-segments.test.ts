import { describe, expect, it } from 'vitest'
import { TcpSegments } from '../../src/track/tcp-segments.js'

const PAGE = 65_536

describe('what is remembered of TCP segments', () => {
  it('is found by packet, also when the oldest pages were forgotten', () => {
    const segments = new TcpSegments()
    const count = 3 * PAGE
    for (let packet = 1; packet <= count; packet++) {
      segments.add(packet, packet - 1, 0, 0, 0)
      if (packet % 1000 === 0) segments.addRepeat(packet - 5, packet)
    }
    const { bytes } = segments
    segments.forget(PAGE - 1)
    expect(segments.bytes).toBe(bytes)
    segments.forget(2 * PAGE + 100)
    expect(segments.bytes).toBe(bytes - 2 * PAGE * 20)
    expect(segments.find(5, 0)).toBe(-1)
    expect(segments.find(2 * PAGE, 0)).toBe(-1)
    for (const packet of [2 * PAGE + 1, 140_000, count]) {
      const row = segments.find(packet, 0)
      expect([segments.packetOf(row), segments.acks(row)]).toEqual([packet, packet - 1])
    }
    const repeat = segments.findRepeat(segments.find(140_000, 0))
    expect([segments.reference(repeat), segments.count(repeat)]).toEqual([139_995, 140_000])
    expect(segments.findRepeat(segments.find(140_001, 0))).toBe(-1)
  })
})
