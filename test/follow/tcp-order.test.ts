/** The order in which the bytes of a TCP stream are read: expectations are what tshark 4.0 prints of such segments. */
import { expect, test } from 'vitest'
import { Chunks } from '../../src/follow/chunks.js'
import { Places } from '../../src/follow/places.js'
import { TcpOrder } from '../../src/follow/tcp-order.js'

/** Segments as side, number, acknowledgment and text; returns what is read, `<` before what the server says. */
function read(...segments: (readonly [0 | 1, number, number, string])[]): string[] {
  const places = new Places()
  const chunks = new Chunks(places)
  const order = new TcpOrder(chunks)
  const texts = segments.map(([, , , text]) => Buffer.from(text))
  for (const [i, [side, seq, ack]] of segments.entries()) {
    const { length } = texts[i]!
    const first = places.next
    if (length > 0) places.add(i + 1, 0, length)
    order.segment(side, { packet: i + 1, seq, ack, length, captured: length, first })
  }
  const library = { bytesOf: (packet: number, start: number, end: number) => texts[packet - 1]!.subarray(start, end) }
  return Array.from({ length: chunks.length }, (_, i) => {
    const text = Buffer.from(chunks.read(library, i)).toString().replace(/\0$/, '')
    return chunks.side(i) === 1 ? `<${text}` : text
  })
}

test('what comes too early waits for what is before it', () => {
  expect(read([0, 1, 1, 'aaa'], [0, 7, 1, 'ccc'], [0, 4, 1, 'bbb'])).toEqual(['aaa', 'bbb', 'ccc'])
})

test('a gap is given up when the other end acknowledges what is behind it, not before', () => {
  const lost = [0, 14, 1, 'ccc'] as const
  expect(read([0, 1, 1, ''], lost, [1, 1, 14, ''])).toEqual([])
  expect(read([0, 1, 1, ''], lost, [1, 1, 15, ''])).toEqual(['[13 bytes missing in capture file]', 'ccc'])
})

test('bytes that were there before are left out', () => {
  expect(read([0, 1, 1, 'abc'], [0, 3, 1, 'x'], [0, 2, 1, 'bcdef'])).toEqual(['abc', 'def'])
  expect(read([1, 100, 1, 'srv'], [1, 90, 1, '0123456789srvX'])).toEqual(['<srv', '<X'])
})

test('those that wait go in the order of their arrival', () => {
  const segments = [[0, 1, 1, ''] as const, [0, 6, 1, 'fffff'] as const, [0, 8, 1, 'FFFFFFFF'] as const]
  expect(read(...segments, [0, 3, 1, 'cccccccc'], [0, 1, 1, 'aaa'])).toEqual(['aaa', 'ccccccc', 'FFFFF'])
})

test('numbers go round', () => {
  expect(read([0, 0xfffffffe, 1, 'abcd'], [0, 6, 1, 'g'], [0, 2, 1, 'efgh'])).toEqual(['abcd', 'efgh', 'g'])
})

test('many segments in the wrong order are put right in time', () => {
  const late = Array.from({ length: 20_000 }, (_, i) => [0, 20_000 - i, 1, 'x'] as const)
  expect(read([0, 1, 1, ''], ...late).length).toBe(20_000)
})
