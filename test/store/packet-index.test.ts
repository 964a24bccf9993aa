import { describe, expect, it } from 'vitest'
import { PAGE_ROWS, PacketIndex, ROW_BYTES } from '../../src/store/packet-index.js'
import { Stacks } from '../../src/store/stacks.js'

describe('the packet index', () => {
  it('takes at most 80 bytes a packet, in shared pages that never move', () => {
    expect(ROW_BYTES).toBeLessThanOrEqual(80)
    const index = new PacketIndex()
    const first = index.page(index.add())
    for (let i = 1; i <= PAGE_ROWS; i++) index.add()
    expect(index.length).toBe(PAGE_ROWS + 1)
    expect(index.page(0)).toBe(first)
    expect(first.memory).toBeInstanceOf(SharedArrayBuffer)
    expect(index.bytes).toBe(2 * PAGE_ROWS * ROW_BYTES)
  })

  it('keeps every column of a row apart from its neighbours', () => {
    const index = new PacketIndex()
    for (let i = 0; i < 3; i++) {
      const page = index.page(index.add())
      page.offset[i] = 2 ** 40 + i
      page.seconds[i] = -i
      page.nanoseconds[i] = 999_999_999 - i
      page.original[i] = 0xffffffff - i
      page.stack[i] = 65535 - i
      page.ending[i] = 255 - i
    }
    const page = index.page(1)
    expect([page.offset[1], page.original[1], page.stack[1], page.ending[1]]).toEqual([
      2 ** 40 + 1,
      0xfffffffe,
      65534,
      254,
    ])
    expect(index.secondsOf(2)).toBe(-1)
    expect(index.nanosecondsOf(3)).toBe(999_999_997)
  })
})

describe('layer stacks', () => {
  it('give the same number to the same layers and another to others', () => {
    const stacks = new Stacks()
    const one = stacks.find(Uint16Array.of(1, 2, 3), 3)
    const two = stacks.find(Uint16Array.of(1, 2, 4), 3)
    const short = stacks.find(Uint16Array.of(1, 2, 3), 2)
    expect(new Set([one, two, short]).size).toBe(3)
    expect(stacks.find(Uint16Array.of(1, 2, 3, 9), 3)).toBe(one)
    expect([...stacks.all[two]!]).toEqual([1, 2, 4])
  })

  it('say 0 and count when there are more than fit', () => {
    const stacks = new Stacks()
    const layers = new Uint16Array(3)
    for (let i = 0; i < 65_535; i++) {
      layers[0] = i & 255
      layers[1] = i >>> 8
      expect(stacks.find(layers, 2)).toBe(i + 1)
    }
    layers[2] = 7
    expect(stacks.find(layers, 3)).toBe(0)
    expect(stacks.lost).toBe(1)
    layers[0] = 5
    layers[1] = 0
    expect(stacks.find(layers, 2)).toBe(6)
  })
})
