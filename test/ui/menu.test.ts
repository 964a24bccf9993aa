import { describe, expect, it } from 'vitest'
import { Canvas } from '../../src/ui/canvas.js'
import { Menu } from '../../src/ui/menu.js'
import { createTheme } from '../../src/ui/theme.js'

const theme = createTheme('none')
const area = { x: 0, y: 0, width: 60, height: 12 }

function drawn(menu: Menu): string[] {
  const canvas = new Canvas(area.width, area.height)
  menu.draw(canvas, area, theme)
  return canvas.lines()
}

/** A menu of so many things, and the list of those that were chosen. */
function menuOf(count: number): { menu: Menu; chosen: number[] } {
  const chosen: number[] = []
  const items = Array.from({ length: count }, (_, i) => ({
    key: String.fromCharCode(97 + i),
    text: `thing ${i}`,
    about: `about ${i}`,
    choose: () => void chosen.push(i),
  }))
  return { menu: new Menu('Things', items), chosen }
}

describe('a menu', () => {
  it('shows what can be chosen, with its letters, and a mark at the selected one', () => {
    const { menu } = menuOf(3)
    menu.key('down')
    const lines = drawn(menu).filter((line) => line !== '')
    expect(lines[0]).toMatch(/^ *┌─ Things ─+┐$/)
    expect(lines[1]).toMatch(/│ a thing 0 {2}about 0 +│$/)
    expect(lines[2]).toMatch(/│▸b thing 1 {2}about 1 +│$/)
    expect(lines).toHaveLength(5)
  })

  it('is chosen from by Enter, by letter and by a click, and left by Esc or a click beside it', () => {
    const { menu, chosen } = menuOf(3)
    drawn(menu)
    expect(menu.key('down')).toBe(false)
    expect(menu.key('enter')).toBe(true)
    expect(menu.key('c')).toBe(true)
    const y = drawn(menu).findIndex((line) => line.includes('thing 0'))
    expect(menu.mouse('down', 30, y)).toBe(true)
    expect(menu.mouse('drag', 30, y)).toBe(false)
    expect(chosen).toEqual([1, 2, 0])
    expect([menu.key('escape'), menu.mouse('down', 0, 0)]).toEqual([true, true])
    expect(chosen).toHaveLength(3)
  })

  it('scrolls when there is more than fits', () => {
    const { menu } = menuOf(26)
    drawn(menu)
    menu.key('end')
    expect(drawn(menu).join('\n')).toMatch(/▸z thing 25/)
    expect(drawn(menu).join('\n')).not.toContain('thing 0 ')
    menu.key('home')
    expect(drawn(menu).join('\n')).toMatch(/▸a thing 0/)
  })

  it('leads to another menu, from which Esc comes back', () => {
    const { menu: inner, chosen } = menuOf(2)
    const outer = new Menu('Outer', [{ text: 'more', choose: () => inner }])
    expect(outer.key('enter')).toBe(false)
    expect(drawn(outer).join('\n')).toContain('Things')
    expect(outer.key('escape')).toBe(false)
    expect(drawn(outer).join('\n')).toContain('Outer')
    outer.key('enter')
    expect(outer.key('b')).toBe(true)
    expect(chosen).toEqual([1])
  })

  it('draws at every size', () => {
    const { menu } = menuOf(5)
    for (const width of [0, 1, 5, 20, 61]) {
      for (const height of [0, 1, 2, 3, 9]) menu.draw(new Canvas(width, height), { x: 0, y: 0, width, height }, theme)
    }
    expect(drawn(menu).join('\n')).toContain('thing 4')
  })
})
