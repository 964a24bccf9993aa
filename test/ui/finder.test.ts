import { describe, expect, it } from 'vitest'
import type { FindRequest, Found, Session } from '../../src/session/session.js'
import { Canvas } from '../../src/ui/canvas.js'
import { FindBar } from '../../src/ui/find-bar.js'
import { Finder, problems } from '../../src/ui/finder.js'
import type { Overlay } from '../../src/ui/overlay.js'
import { createTheme } from '../../src/ui/theme.js'

const theme = createTheme('none')
const plain: FindRequest = { what: 'text', where: 'list', text: '', caseSensitive: false }

function lines(overlay: Overlay, width = 100): string[] {
  const canvas = new Canvas(width, 2)
  overlay.draw(canvas, { x: 0, y: 0, width, height: 2 }, theme)
  return canvas.lines()
}

/** Types keys; a word of more than one letter is a key's name. */
const press = (overlay: Overlay, ...keys: string[]): boolean => keys.map((key) => overlay.key(key)).some(Boolean)

describe('the question what to find', () => {
  const asked: FindRequest[] = []
  const bar = (request = plain, earlier: string[] = [], problem = ''): FindBar =>
    new FindBar({ request, problem, earlier, accept: (wanted) => asked.push(wanted) })

  it('is answered with a kind, a place and a text', () => {
    const one = bar()
    expect(lines(one)[0]).toBe('  text  display filter  hex  regex  in  list  tree  bytes  Aa alike')
    expect(press(one, 'tab', 'tab', 'tab', 'S-tab', 'C-t', 'G', 'E', 'T', 'space', '/')).toBe(false)
    expect(lines(one)[0]).toContain('Aa differ')
    expect(one.key('enter')).toBe(true)
    expect(asked.at(-1)).toEqual({ what: 'regex', where: 'tree', text: 'GET /', caseSensitive: true })
  })

  it('is about no place where there is none to choose', () => {
    const one = bar()
    press(one, 'tab')
    expect(lines(one)[0]).toBe('  text  display filter  hex  regex')
    press(one, 'tab', 'S-tab')
    expect(lines(one)[0]).toBe('  text  display filter  hex  regex  in bytes')
    press(one, '0', '0', 'enter')
    expect(asked.at(-1)).toMatchObject({ what: 'hex', where: 'list' })
  })

  it('is left without a word', () => {
    const before = asked.length
    expect([bar().key('escape'), bar().key('enter'), bar().key('backspace')]).toEqual([true, true, true])
    expect(asked).toHaveLength(before)
  })

  it('remembers what was looked for, and says what was wrong with it', () => {
    const one = bar({ ...plain, text: 'tcp.prt' }, ['new', 'old'], 'no such field')
    expect(lines(one)[1]).toMatch(/^ Find tcp\.prt .* no such field$/)
    press(one, 'up', 'up', 'up')
    expect(lines(one)[1]).toMatch(/^ Find old .*Esc leaves$/)
    press(one, 'down')
    expect(lines(one)[1]).toContain('Find new')
  })

  it('fits into any width', () => {
    const one = bar({ ...plain, text: 'x'.repeat(300) }, [], 'p'.repeat(300))
    for (const width of [0, 1, 2, 5, 12, 40, 80]) {
      for (const line of lines(one, width)) expect(line.length).toBeLessThanOrEqual(width)
    }
  })
})

/** A session that finds what it is told to. */
class FakeFind {
  readonly asked: [FindRequest, number, number][] = []
  cancelled = 0
  answer: Promise<Found | 'nowhere' | 'cancelled'> = Promise.resolve('nowhere')

  find(request: FindRequest, from: number, direction: 1 | -1): Promise<Found | 'nowhere' | 'cancelled'> {
    this.asked.push([request, from, direction])
    return this.answer
  }
  async cancelFind(): Promise<void> {
    this.cancelled++
  }
}

describe('finding', () => {
  const at = (packet: number, wrapped = false): Found => ({ packet, wrapped, node: -1, source: 0, start: 0, end: 0 })

  function start(): { fake: FakeFind; finder: Finder; said: string[]; found: Found[]; shown: Overlay[] } {
    const fake = new FakeFind()
    const said: string[] = []
    const found: Found[] = []
    const shown: Overlay[] = []
    const finder = new Finder({
      session: fake as unknown as Session,
      from: () => 7,
      found: (one) => found.push(one),
      say: (text) => said.push(text),
      show: (overlay) => shown.push(overlay),
      changed: () => undefined,
    })
    return { fake, finder, said, found, shown }
  }
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

  it('asks first, and looks for the same again without asking', async () => {
    const { fake, finder, found, shown } = start()
    fake.answer = Promise.resolve(at(9))
    finder.again(-1)
    expect(press(shown[0]!, 'd', 'n', 's', 'enter')).toBe(true)
    await settle()
    finder.again(-1)
    await settle()
    expect(fake.asked).toEqual([
      [{ ...plain, text: 'dns' }, 7, 1],
      [{ ...plain, text: 'dns' }, 7, -1],
    ])
    expect(found).toEqual([at(9), at(9)])
    expect(shown).toHaveLength(1)
    expect(finder.highlight('a DNS query')).toEqual([2, 5])
    expect(finder.highlight('nothing')).toBeUndefined()
  })

  it('says when it went around, and when there is nothing', async () => {
    const { fake, finder, said, shown } = start()
    finder.ask()
    press(shown[0]!, 'x', 'enter')
    await settle()
    fake.answer = Promise.resolve(at(3, true))
    finder.again(1)
    await settle()
    finder.again(-1)
    await settle()
    fake.answer = Promise.resolve(at(7, true))
    finder.again(1)
    await settle()
    expect(said).toEqual([
      '“x” is nowhere.',
      '“x”: went on from the first packet.',
      '“x”: went on from the last packet.',
      '“x”: only this packet has it.',
    ])
  })

  it('finds what is wrong without asking, and goes on from there', async () => {
    const { fake, finder, shown } = start()
    fake.answer = Promise.resolve(at(9))
    finder.look(problems)
    await settle()
    finder.again(-1)
    await settle()
    expect(fake.asked).toEqual([
      [problems, 7, 1],
      [problems, 7, -1],
    ])
    expect(shown).toHaveLength(0)
  })

  it('asks again where it makes no sense', async () => {
    const { fake, finder, shown } = start()
    fake.answer = Promise.reject(new Error('no such field'))
    finder.ask()
    press(shown[0]!, 'tab', 'x', 'enter')
    await settle()
    expect(shown).toHaveLength(2)
    expect(lines(shown[1]!)[1]).toMatch(/^ Find x .*no such field$/)
  })

  it('goes as often as it was told to, however fast', async () => {
    const { fake, finder, found, shown } = start()
    fake.answer = Promise.resolve(at(9))
    finder.ask()
    press(shown[0]!, 'x', 'enter')
    finder.again(1)
    finder.again(-1)
    await settle()
    expect(fake.asked.map(([, , direction]) => direction)).toEqual([1, 1, -1])
    expect(found).toHaveLength(3)
  })

  it('can be stopped', async () => {
    const { fake, finder, said, shown, found } = start()
    expect(finder.cancel()).toBe(false)
    let answer: (result: 'cancelled') => void = () => undefined
    fake.answer = new Promise((resolve) => (answer = resolve))
    finder.ask()
    press(shown[0]!, 'x', 'enter')
    expect(finder.cancel()).toBe(true)
    answer('cancelled')
    await settle()
    expect([fake.cancelled, said, found]).toEqual([1, ['Stopped looking.'], []])
    expect(finder.cancel()).toBe(false)
  })
})
