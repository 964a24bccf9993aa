import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Rect } from '../../src/ui/canvas.js'
import type { View } from '../../src/ui/layout.js'
import { computeLayout, paneAt } from '../../src/ui/layout.js'
import { chooseColumns, emptyWidths, listColumns } from '../../src/ui/packet-list.js'

const view: View = { focus: 'list', zoomed: false, lower: 'tree', bytes: true, filter: false }
const views = fc.record({
  focus: fc.constantFrom('list', 'tree', 'bytes'),
  zoomed: fc.boolean(),
  lower: fc.constantFrom('tree', 'bytes'),
  bytes: fc.boolean(),
}) as fc.Arbitrary<View>

describe('the layout', () => {
  it('gives every cell to one part at most, and none outside the screen', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 250 }), fc.integer({ min: 0, max: 90 }), views, (width, height, some) => {
        const { bytesPerRow: _, ...parts } = computeLayout(width, height, some)
        const drawn = new Uint8Array(width * height)
        let cells = 0
        for (const rect of Object.values<Rect | undefined>(parts)) {
          if (!rect) continue
          expect(Math.min(rect.x, rect.y, rect.width, rect.height)).toBeGreaterThanOrEqual(0)
          expect(rect.x + rect.width).toBeLessThanOrEqual(width)
          expect(rect.y + rect.height).toBeLessThanOrEqual(height)
          for (let y = rect.y; y < rect.y + rect.height; y++)
            drawn.fill(1, y * width + rect.x, y * width + rect.x + rect.width)
          cells += rect.width * rect.height
        }
        expect(drawn.indexOf(0)).toBe(-1)
        expect(cells).toBe(width * height)
      }),
      { numRuns: 150 },
    )
  })

  it('stands list over tree at 80x24, with hints in the status line', () => {
    const layout = computeLayout(80, 24, view)
    expect(layout.list).toEqual({ x: 0, y: 2, width: 80, height: 11 })
    expect(layout.tree).toEqual({ x: 0, y: 14, width: 80, height: 9 })
    expect(layout.bytes).toBeUndefined()
    expect(layout.hints).toBeUndefined()
  })

  it('puts the bytes in the place of the tree where there is room for one', () => {
    const layout = computeLayout(80, 24, { ...view, lower: 'bytes' })
    expect(layout.tree).toBeUndefined()
    expect(layout.bytes).toEqual({ x: 0, y: 14, width: 80, height: 9 })
    expect(layout.bytesPerRow).toBe(16)
  })

  it('stands tree and bytes side by side from 110 columns', () => {
    expect(computeLayout(120, 40, view).bytesPerRow).toBe(8)
    expect(computeLayout(200, 50, view).bytesPerRow).toBe(16)
    expect(paneAt(computeLayout(120, 40, view), 119, 30)?.pane).toBe('bytes')
    expect(paneAt(computeLayout(120, 40, view), 0, 30)?.pane).toBe('tree')
  })

  it('gives the whole screen but title and status to a zoomed pane', () => {
    const layout = computeLayout(80, 24, { ...view, zoomed: true, focus: 'tree' })
    expect(layout.tree).toEqual({ x: 0, y: 2, width: 80, height: 21 })
    expect(layout.list).toBeUndefined()
  })
})

describe('the columns of the list', () => {
  const widths = { ...emptyWidths(), time: 10, source: 15, destination: 15, protocol: 7 }
  const names = (width: number): string =>
    chooseColumns(width, widths)
      .map((column) => column.name)
      .join(' ')

  it('give way in the order Length, Time, No.', () => {
    expect(names(120)).toBe('number time source destination protocol length info')
    expect(names(80)).toBe('number time source destination protocol info')
    expect(names(72)).toBe('number source destination protocol info')
    expect(names(65)).toBe('source destination protocol info')
  })

  it('never leave Info less than 20 columns while there are so many', () => {
    for (let width = 24; width < 250; width++) {
      const info = chooseColumns(width, widths).at(-1)
      expect(info?.name).toBe('info')
      expect(info?.width).toBeGreaterThanOrEqual(20)
    }
  })

  it('make room for columns that were added, which go before the addresses', () => {
    const usual = ['%m', '%t', '%s', '%d', '%p', '%L'].map((format) => ({ title: format, format }))
    const added = ['client', 'server'].map((end) => ({ title: end, format: `%Cus:tcp.state.${end}` }))
    const columns = listColumns([...usual, ...added, { title: 'Info', format: '%i' }])
    const cells = [0, 0, 0, 0, 0, 0, 11, 12, 0]
    const shown = (width: number): string =>
      chooseColumns(width, { ...widths, cells }, columns)
        .map((column) => `${column.title} ${column.width}`)
        .join(', ')
    expect(shown(140)).toBe('%m 4, %t 10, %s 15, %d 15, %p 7, %L 6, client 11, server 12, Info 40')
    expect(shown(80)).toBe('%s 14, %d 14, %p 7, client 8, server 8, Info 20')
    expect(shown(61)).toBe('%s 9, %d 9, %p 7, client 8, Info 20')
    expect(shown(52)).toBe('%s 9, %d 9, %p 7, Info 20')
  })

  it('do without Info when nobody asked for it', () => {
    const columns = listColumns([
      { title: 'A', format: '%Cus:ip.ttl' },
      { title: 'No.', format: '%m' },
      { title: 'again', format: '%m' },
    ])
    expect(
      chooseColumns(80, { ...widths, cells: [3, 0, 0] }, columns).map(({ title, width }) => [title, width]),
    ).toEqual([
      ['A', 3],
      ['No.', 4],
    ])
  })

  it('fit into the width', () => {
    for (let width = 30; width < 250; width++) {
      const columns = chooseColumns(width, { ...widths, source: 39, destination: 39 })
      const gap = width < 100 ? 1 : 2
      const used = columns.reduce((sum, column) => sum + column.width, 0) + gap * (columns.length - 1)
      expect(used).toBeLessThanOrEqual(width - 4)
    }
  })
})
