/** Finding on the whole screen: where one lands, and what is seen of it. */
import { describe, expect, it } from 'vitest'
import type { Found } from '../../src/session/session.js'
import { FakeSession } from '../support/fake-session.js'
import { quietHost } from '../support/quiet-host.js'
import { Browser } from '../../src/ui/browser.js'
import { historyInMemory } from '../../src/ui/filter-history.js'
import { isUnderlined } from '../../src/ui/theme.js'

const at = (packet: number, more: Partial<Found> = {}): Found => ({
  packet,
  node: -1,
  source: 0,
  start: 0,
  end: 0,
  wrapped: false,
  ...more,
})

function open(
  finds: Found[],
  width = 80,
  height = 24,
): { press: (...keys: string[]) => Promise<string[]>; browser: Browser } {
  const session = new FakeSession()
  session.finds = finds
  const browser = new Browser({
    session,
    history: historyInMemory(),
    ...quietHost,
    time: 'r',
  })
  const draw = async (): Promise<string[]> => {
    browser.draw(width, height)
    await new Promise((resolve) => setTimeout(resolve, 2))
    return browser.draw(width, height).lines()
  }
  return {
    browser,
    press: async (...keys) => {
      for (const key of keys) {
        browser.handle({ type: 'key', key })
        await draw()
      }
      return await draw()
    },
  }
}

describe('finding', () => {
  it('asks in the last two lines, goes there, and underlines what was looked for', async () => {
    const { press, browser } = open([at(511)])
    const asked = await press('C-f', 'd', 'n', 's')
    expect(asked[22]).toMatch(/^ {2}text {2}display filter/)
    expect(asked[23]).toMatch(/^ Find dns/)
    const lines = await press('enter')
    expect(lines.find((line) => line.startsWith('▸'))).toMatch(/^▸ +511 /)
    const canvas = browser.draw(80, 24)
    const row = canvas.lines().findIndex((line) => / DNS {2,}/.test(line))
    const underlined = [...canvas.chars.keys()]
      .filter((cell) => Math.floor(cell / 80) === row && isUnderlined(canvas.styles[cell]!))
      .map((cell) => canvas.chars[cell])
    expect(underlined.join('')).toBe('DNS')
  })

  it('goes on with n and N from wherever one is', async () => {
    const { press } = open([at(10), at(20, { wrapped: true }), at(15)])
    await press('C-f', 'x', 'enter')
    const lines = await press('n')
    expect(lines.find((line) => line.startsWith('▸'))).toMatch(/^▸ +20 /)
    expect(lines[23]).toContain('“x”: went on from the first packet.')
    expect((await press('N')).find((line) => line.startsWith('▸'))).toMatch(/^▸ +15 /)
    expect((await press('n'))[23]).toContain('“x” is nowhere.')
  })

  it('selects the line of the tree', async () => {
    const { press, browser } = open([at(7, { node: 9 })])
    await press('C-f', 'x', 'enter')
    const lines = browser.draw(80, 24).lines()
    expect(lines.join('\n')).toContain('Time to Live: 64')
    expect(lines[23]).toMatch(/^ ip\.ttl · 1 byte at 22/)
  })

  it('shows the bytes, of whatever source', async () => {
    const { press } = open([at(7, { source: 1, start: 9, end: 12 }), at(8, { start: 20, end: 24 })], 200, 50)
    const lines = (await press('C-f', 'x', 'enter')).join('\n')
    expect(lines).toContain('http.response.code · 3 bytes at 9–11 of Reassembled TCP (464 bytes)')
    expect(lines).toContain('HTTP/1.1')
    expect((await press('n')).join('\n')).toMatch(/ip · 20 bytes at 14–33/)
  })
})
