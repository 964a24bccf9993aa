import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VirtualList } from '../../src/ui/virtual-list.js'

function listOf(count: number, height: number): VirtualList {
  const list = new VirtualList()
  list.setHeight(height)
  list.setCount(count)
  return list
}

describe('the virtual list', () => {
  it('keeps selection and view within its rows, whatever happens', () => {
    const step = fc.tuple(
      fc.constantFrom('move', 'page', 'select', 'jump', 'scroll', 'scrollTo', 'setCount', 'setHeight'),
      fc.integer({ min: -50, max: 3000 }),
    )
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const list = listOf(1000, 20)
        for (const [name, value] of steps) list[name as 'move'](value)
        expect(list.top).toBeGreaterThanOrEqual(0)
        expect(list.top).toBeLessThanOrEqual(Math.max(0, list.count - list.height))
        expect(list.selected).toBeGreaterThanOrEqual(0)
        expect(list.selected).toBeLessThanOrEqual(Math.max(0, list.count - 1))
        const { start, length } = list.thumb()
        expect(start + length).toBeLessThanOrEqual(Math.max(list.height, 0))
      }),
    )
  })

  it('moves neither selection nor view when rows arrive', () => {
    const list = listOf(100, 10)
    list.select(50)
    list.setCount(5_000_000)
    expect([list.selected, list.top]).toEqual([50, 41])
  })

  it('scrolls as little as needed by steps, and centres what was jumped to', () => {
    const list = listOf(10_000_000, 10)
    list.select(10)
    expect(list.top).toBe(1)
    list.jump(5_000_000)
    expect(list.top).toBe(4_999_995)
    list.select(Infinity)
    expect([list.selected, list.top]).toEqual([9_999_999, 9_999_990])
  })

  it('keeps one row in view when a page is turned', () => {
    const list = listOf(100, 10)
    list.page(1)
    expect([list.top, list.selected]).toEqual([9, 9])
  })

  it('scrolls without moving the selection', () => {
    const list = listOf(100, 10)
    list.scroll(3)
    expect([list.top, list.selected]).toEqual([3, 0])
  })

  it('has no thumb when everything is in view', () => {
    expect(listOf(10, 10).thumb().length).toBe(0)
    expect(listOf(20, 10).thumb()).toEqual({ start: 0, length: 5 })
  })
})
