/** Where in a followed stream a packet stands. */
import { expect, test } from 'vitest'
import { Chunks } from '../../src/follow/chunks.js'
import { Places } from '../../src/follow/places.js'
import { Spot } from '../../src/follow/spot.js'
import { TcpOrder } from '../../src/follow/tcp-order.js'

/** Sides, numbers, acknowledgments and sizes of segments; returns where number `wanted`, counted from 1, stands. */
function spotOf(
  wanted: number,
  ...segments: (readonly [0 | 1, number, number, number])[]
): readonly [number, number] | null {
  const places = new Places()
  const chunks = new Chunks(places)
  const order = new TcpOrder(chunks)
  let spot: Spot | undefined
  for (const [i, [side, seq, ack, length]] of segments.entries()) {
    const packet = i + 1
    const first = places.next
    if (length > 0) places.add(packet, 0, length)
    if (packet === wanted) {
      spot = new Spot(chunks)
      if (length > 0) spot.carry(packet, side, order.ahead(side, seq))
    }
    order.segment(side, { packet, seq, ack, length, captured: length, first })
  }
  const place = spot!.place()
  return place === null ? null : [place.chunk, place.offset]
}

const talk = [
  [0, 1, 1, 10],
  [1, 1, 11, 0],
  [1, 1, 11, 20],
  [0, 11, 21, 5],
] as const

test('a packet with bytes stands at its first one, one without where the stream stood', () => {
  expect(spotOf(1, ...talk)).toEqual([0, 0])
  expect(spotOf(2, ...talk)).toEqual([0, 9])
  expect(spotOf(3, ...talk)).toEqual([1, 0])
  expect(spotOf(4, ...talk)).toEqual([2, 0])
  expect(spotOf(1, [0, 1, 1, 0], ...talk)).toEqual([0, 0])
})

test('bytes that were there before stand where they were there', () => {
  expect(spotOf(5, ...talk, [0, 1, 21, 10])).toEqual([0, 0])
  expect(spotOf(5, ...talk, [0, 9, 21, 20])).toEqual([0, 8])
  expect(spotOf(5, ...talk, [1, 8, 21, 3])).toEqual([1, 7])
  expect(spotOf(5, ...talk, [1, 0xffff_fff0, 21, 3])).toEqual([0, 0])
})

test('bytes that come too early stand where they go once what is before them is there', () => {
  const early = [0, 26, 21, 4] as const
  expect(spotOf(5, ...talk, early)).toBeNull()
  expect(spotOf(5, ...talk, early, [0, 16, 21, 10])).toEqual([4, 0])
  // The other end has them: the gap stands before them.
  expect(spotOf(5, ...talk, early, [1, 21, 30, 0])).toEqual([4, 0])
})

test('bytes from a gap stand at the gap', () => {
  expect(spotOf(7, ...talk, [0, 26, 21, 4], [1, 21, 30, 0], [0, 18, 21, 2])).toEqual([3, 0])
})
