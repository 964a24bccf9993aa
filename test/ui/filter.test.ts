import { describe, expect, it } from 'vitest'
import type { FakeOptions } from '../support/fake-session.js'
import { FakeSession } from '../support/fake-session.js'
import { quietHost } from '../support/quiet-host.js'
import { Browser } from '../../src/ui/browser.js'
import { joinFilters, oppositeFilter } from '../../src/ui/combine-filters.js'
import { historyInMemory } from '../../src/ui/filter-history.js'
import { LineEditor } from '../../src/ui/line-editor.js'

class Screen {
  readonly session: FakeSession
  readonly history = historyInMemory()
  readonly browser: Browser
  readonly size = { width: 80, height: 24 }

  constructor(options: FakeOptions = {}) {
    this.session = new FakeSession(options)
    this.browser = new Browser({
      session: this.session,
      history: this.history,
      ...quietHost,
      time: 'r',
    })
  }

  /** Presses keys one after the other; of a text in quotes, each letter. */
  async press(...keys: string[]): Promise<string[]> {
    for (const key of keys.flatMap((each) => (each.startsWith('"') ? [...each.slice(1, -1)] : [each]))) {
      this.browser.handle({ type: 'key', key: key === ' ' ? 'space' : key })
      await this.draw()
    }
    return await this.draw()
  }

  async draw(): Promise<string[]> {
    this.browser.draw(this.size.width, this.size.height)
    await new Promise((resolve) => setTimeout(resolve, 2))
    return this.browser.draw(this.size.width, this.size.height).lines()
  }

  status(): string {
    return this.browser.draw(this.size.width, this.size.height).line(this.size.height - 1)
  }
}

describe('the line of the display filter', () => {
  it('is there while somebody types, and then with the matches until all packets are listed again', async () => {
    const screen = new Screen()
    expect((await screen.draw())[1]).toMatch(/^ +No\. /)
    expect((await screen.press('/'))[1]).toMatch(/^ \/ .*Enter shows all/)
    const lines = await screen.press('"dns"', 'enter')
    expect(lines[1]).toMatch(/^ \/ dns +matches 201 of 1,204 in 3 ms$/)
    expect(lines[2]).toMatch(/^ +No\. /)
    expect(lines[3]).toMatch(/^▸ +1 .* DNS /)
    expect(lines[4]).toMatch(/^ +7 .* DNS /)
    expect(screen.session.filters).toEqual(['dns'])
    expect((await screen.press('C-/'))[1]).toMatch(/^ +No\. /)
    expect(screen.session.filters).toEqual(['dns', ''])
  })

  it('says below the place what is wrong, keeps the list, and stays until it is left', async () => {
    const screen = new Screen()
    const lines = await screen.press('/', '"wrong = 1"', 'enter')
    expect(lines[1]).toMatch(/^✗\/ wrong = 1 /)
    expect(lines[2]).toMatch(/^ {3}\^~~~~ wrong is neither a field nor a protocol$/)
    expect(lines[3]).toMatch(/^▸ +1 /)
    expect((await screen.press('escape'))[1]).toMatch(/^ +No\. /)
    expect(screen.session.filters).toEqual([])
  })

  it('offers what the word may become: Tab takes the first, arrows choose, Esc leaves the choice', async () => {
    const screen = new Screen()
    const lines = await screen.press('/', '"tcp."')
    expect(lines[2]).toMatch(/^.{2}│tcp\.port +about tcp\.port/)
    expect(lines[3]).toMatch(/^.{2}│tcp\.srcport +about tcp\.srcport/)
    expect((await screen.press('down', 'down'))[3]).toMatch(/^.{2}▸tcp\.srcport/)
    expect((await screen.press('escape'))[3]).toMatch(/^.{2}│tcp\.srcport/)
    expect((await screen.press('down', 'down', 'enter'))[1]).toMatch(/^ \/ tcp\.srcport /)
    expect((await screen.press('C-u', '"h"', 'tab'))[1]).toMatch(/^ \/ http /)
    await screen.press('enter')
    expect(screen.session.filters).toEqual(['http'])
  })

  it('takes keys in their order even when answers are slow', async () => {
    const screen = new Screen({ delay: 15 })
    for (const key of ['/', 'h', 't', 'tab', 'enter', 'down', 'm', '/']) screen.browser.handle({ type: 'key', key })
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(screen.session.filters).toEqual(['http'])
    expect((await screen.draw())[1]).toMatch(/^ \/ http +Enter applies/)
    await screen.press('escape')
    expect(screen.status()).toContain('frame 8 of')
  })

  it('goes back in what was applied before, and forward to what was being typed', async () => {
    const screen = new Screen()
    for (const filter of ['tcp', 'dns', 'arp']) await screen.press('/', 'C-u', `"${filter}"`, 'enter')
    await screen.press('C-/', '/', '"x y"', 'up')
    const text = async (key: string): Promise<string> => (await screen.press(key))[1]?.slice(3, 10).trim() ?? ''
    expect([await text('up'), await text('up'), await text('up')]).toEqual(['dns', 'tcp', 'tcp'])
    expect([await text('down'), await text('down'), await text('down')]).toEqual(['dns', 'arp', 'x y'])
    expect(screen.history.list()).toEqual(['arp', 'dns', 'tcp'])
  })

  it('takes pasted text as one line and shows what would act on the terminal', async () => {
    const screen = new Screen()
    await screen.press('/')
    screen.browser.handle({ type: 'paste', text: 'dns\n&&\x1b[31m tcp\n' })
    expect((await screen.draw())[1]).toMatch(/^ \/ dns &&\\x1b\[31m tcp /)
  })

  it('draws at every size without failing', async () => {
    const screen = new Screen()
    await screen.press('/', '"tcp."')
    for (const width of [0, 1, 2, 3, 5, 13, 24, 40, 79, 300]) {
      for (const height of [0, 1, 2, 3, 4, 5, 7, 11, 40]) {
        for (const line of screen.browser.draw(width, height).lines()) expect(line.length).toBeLessThanOrEqual(width)
      }
    }
    await screen.press('C-u', '"wrong"')
    for (const width of [0, 1, 3, 8, 30]) for (const height of [1, 3, 4, 9]) screen.browser.draw(width, height)
  })
})

describe('the selected packet', () => {
  it('stays when it passes, else the next one is selected, and it is the same again without the filter', async () => {
    const screen = new Screen()
    await screen.press('5', '0', '3', 'G', '/', '"dns"', 'enter')
    expect(screen.status()).toContain('frame 505 of 1,204')
    await screen.press('C-/')
    expect(screen.status()).toContain('frame 505 of 1,204')
    await screen.press('/', '"dns"', 'enter', 'down')
    expect(screen.status()).toContain('frame 511 of 1,204')
    const lines = await screen.press('/', 'C-u', 'enter')
    expect(lines.find((line) => line.startsWith('▸'))).toMatch(/^▸ +511 /)
  })

  it('waits for a filter that has not come so far, unless the user goes elsewhere', async () => {
    const screen = new Screen({ held: 100 })
    await screen.press('1', '0', '0', '3', 'G', '/', '"dns"', 'enter')
    expect((await screen.draw())[1]).toMatch(/matches 17 of 1,204 ╌{10} 8 %$/)
    expect(screen.status()).toContain('frame 1,003 of')
    screen.session.letFiltersGoOn()
    await screen.draw()
    expect(screen.status()).toContain('frame 1,003 of')

    const other = new Screen({ held: 100 })
    await other.press('1', '0', '0', '3', 'G', '/', '"dns"', 'enter', 'home', 'down')
    other.session.letFiltersGoOn()
    await other.draw()
    expect(other.status()).toContain('frame 7 of')
  })

  it('says when a packet is asked for that does not pass, and goes to the next one', async () => {
    const screen = new Screen()
    await screen.press('/', '"dns"', 'enter', '6', '0', '0', 'G')
    expect(screen.status()).toContain('Packet 600 does not pass the display filter. Packet 601 is the nearest.')
    await screen.press('[')
    expect(screen.status()).toContain('frame 1 of')
  })

  it('is kept in mind while no packet passes', async () => {
    const screen = new Screen()
    await screen.press('4', '2', 'G', '/', '"nothing"', 'enter')
    expect((await screen.draw())[3]).toContain('no packet passes the filter')
    await screen.press('down', 'end', 'C-/')
    expect(screen.status()).toContain('frame 42 of')
  })

  it('keeps its mark, and marks that are not listed are passed over', async () => {
    const screen = new Screen()
    await screen.press('m', '8', 'G', 'm', '/', '"http"', 'enter', "'")
    expect(screen.status()).toContain('frame 8 of')
    await screen.press('C-/', "'")
    expect(screen.status()).toContain('frame 1 of')
    await screen.press('/', '"nothing"', 'enter', "'")
    expect(screen.status()).toContain('No marked packet passes')
  })
})

describe('a filter that runs', () => {
  it('is given up with Esc', async () => {
    const screen = new Screen({ held: 100 })
    await screen.press('/', '"dns"', 'enter', 'escape')
    expect(screen.session.filters).toEqual(['dns', ''])
    expect(screen.status()).toContain('given up')
  })

  it('goes on when there are more packets', async () => {
    const screen = new Screen({ packets: 1204, arrived: 600 })
    await screen.press('/', '"dns"', 'enter')
    screen.session.arrive(604)
    expect((await screen.draw())[1]).toContain('matches 201 of 1,204')
  })
})

describe('filters of what is selected', () => {
  it('are applied from a field of the tree, in a way that is chosen', async () => {
    const screen = new Screen()
    await screen.press('tab', 'down', 'down', 'down')
    const lines = await screen.press('a')
    expect(lines.join('\n')).toContain('Apply as filter')
    expect(lines.join('\n')).toMatch(/n Not selected +!\(tcp == 11\)/)
    await screen.press('enter')
    await screen.press('a', 'A')
    await screen.press('a', 'o', 'escape')
    expect(screen.session.filters).toEqual([
      'tcp == 11',
      'tcp == 11 && !(tcp == 11)',
      '(tcp == 11 && !(tcp == 11)) || tcp == 11',
    ])
  })

  it('are applied from a cell of the list, or prepared to be changed', async () => {
    const screen = new Screen()
    expect((await screen.press('a')).join('\n')).toMatch(/▸ +Source +ip\.src == 192\.168\.1\.10/)
    await screen.press('down', 'enter', 's')
    expect(screen.session.filters).toEqual(['dns'])
    expect((await screen.press('A', 'enter', 'n'))[1]).toMatch(/^ \/ !\(ip\.src == 192\.168\.1\.10\) /)
    expect(screen.session.filters).toEqual(['dns'])
    await screen.press('escape')
    expect((await screen.press('a', 'enter', 'escape')).join('\n')).toContain('which cell')
  })

  it('are made of conversations', async () => {
    const screen = new Screen()
    expect((await screen.press('c')).join('\n')).toContain('Conversation filter')
    await screen.press('enter')
    expect(screen.session.filters).toEqual(['(ip.addr eq 192.168.1.10 and ip.addr eq 93.184.216.34)'])
    expect(screen.history.list()).toEqual(screen.session.filters)
  })

  it('get only the parentheses that they need', () => {
    expect(joinFilters('', '&&', 'tcp')).toBe('tcp')
    expect(joinFilters('tcp && ip', '&&', 'udp')).toBe('tcp && ip && udp')
    expect(joinFilters('tcp and ip', '||', 'udp')).toBe('(tcp and ip) || udp')
    expect(joinFilters('!(a || b)', '&&', oppositeFilter('c'))).toBe('!(a || b) && !(c)')
    expect(joinFilters('a contains "x && y"', '||', 'b in {1, 2}')).toBe('a contains "x && y" || b in {1, 2}')
  })
})

describe('a line being typed', () => {
  it('knows the keys of an editor', () => {
    const editor = new LineEditor()
    const press = (...keys: string[]): string => {
      for (const key of keys) editor.key(key)
      return `${editor.text.slice(0, editor.cursor)}|${editor.text.slice(editor.cursor)}`
    }
    editor.insert('one two 😀x')
    expect(press('left', 'left')).toBe('one two |😀x')
    expect(press('delete')).toBe('one two |x')
    expect(press('C-w')).toBe('one |x')
    expect(press('home', 'right', 'backspace')).toBe('|ne x')
    expect(press('C-right', 'C-k')).toBe('ne|')
    expect(press('C-left', 'C-u', 'end', 'space', 'é')).toBe('ne é|')
    expect(editor.key('f5')).toBe(false)
  })
})
