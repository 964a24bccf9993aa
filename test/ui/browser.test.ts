import { describe, expect, it } from 'vitest'
import type { FakeOptions } from '../support/fake-session.js'
import { FakeSession } from '../support/fake-session.js'
import { quietHost } from '../support/quiet-host.js'
import { Browser } from '../../src/ui/browser.js'

class Screen {
  readonly session: FakeSession
  readonly browser: Browser
  size = { width: 80, height: 24 }

  constructor(options: FakeOptions = {}) {
    this.session = new FakeSession(options)
    this.browser = new Browser({
      session: this.session,
      ...quietHost,
      time: 'r',
    })
  }

  async press(...keys: string[]): Promise<string[]> {
    for (const key of keys) {
      this.browser.handle({ type: 'key', key })
      await this.draw()
    }
    return this.draw()
  }

  /** Draws twice, as rows arrive after they were asked for. */
  async draw(): Promise<string[]> {
    this.browser.draw(this.size.width, this.size.height)
    await new Promise((resolve) => setTimeout(resolve, 2))
    return this.browser.draw(this.size.width, this.size.height).lines()
  }
}

describe('the browser', () => {
  it('asks for a few rows only, however many there are', async () => {
    const screen = new Screen({ packets: 10_000_000 })
    await screen.press('end', 'home', 'pagedown')
    expect(screen.session.asked).toBeLessThan(2000)
  })

  it('shows numbers in place of rows that have not arrived', () => {
    const screen = new Screen({ packets: 1000, delay: 10_000 })
    const lines = screen.browser.draw(80, 24).lines()
    expect(lines[2]).toMatch(/^▸ {5}1 …/)
    expect(lines[12]).toMatch(/^ {5}11 …/)
    screen.browser.stop()
  })

  it('goes back and forward in the packets it jumped to', async () => {
    const screen = new Screen()
    await screen.press('down', 'down', 'g', '5', '0', '0', 'enter', 'down', 'end')
    const status = async (key: string): Promise<string> => (await screen.press(key)).at(-1) ?? ''
    expect(await status('[')).toContain('frame 501 of')
    expect(await status('[')).toContain('frame 3 of')
    expect(await status('[')).toContain('No packet was visited before this one.')
    expect(await status(']')).toContain('frame 501 of')
  })

  it('selects the deepest field under the cursor in the bytes, opening its parents', async () => {
    const screen = new Screen()
    screen.size = { width: 120, height: 40 }
    await screen.press('tab', 'tab', ...Array.from({ length: 47 }, () => 'right'))
    const lines = await screen.draw()
    expect(lines.join('\n')).toContain('Flags: 0x018 (PSH, ACK)')
    expect(lines.at(-2)).toContain('tcp.flags · 2 bytes at 46–47')
  })

  it('opens and closes whole subtrees', async () => {
    const screen = new Screen()
    screen.size = { width: 80, height: 60 }
    expect((await screen.press('tab', 'down', 'down', 'down', 'E')).join('\n')).toContain('Acknowledgment: Set')
    expect((await screen.press('C')).join('\n')).not.toContain('Source Port')
    expect((await screen.press('right')).join('\n')).not.toContain('Acknowledgment: Set')
  })

  it('keeps keys for the details of a packet until these have arrived', async () => {
    const screen = new Screen({ delay: 15 })
    await new Promise((resolve) => setTimeout(resolve, 40))
    for (const key of ['7', '0', '0', 'G', 'tab', 'down', 'right', 'down', 'S-tab', 'down', 'tab', 'down']) {
      screen.browser.handle({ type: 'key', key })
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
    const lines = await screen.draw()
    expect(lines.at(-1)).toContain('eth.src · 6 bytes at 6–11')
    expect(lines.at(-1)).toContain('frame 701 of')
  })

  it('scrolls the info sideways', async () => {
    const screen = new Screen()
    const lines = await screen.press('right')
    expect(lines[2]).toContain('…query 0x1a2b A www')
    expect((await screen.press('left'))[2]).toContain('Standard query')
  })

  it('says why reading stopped until a key is pressed, and keeps a mark in the title', async () => {
    const screen = new Screen({ error: 'sample.pcapng: cut off in the middle of packet 1,205' })
    const before = await screen.draw()
    expect(before.at(-1)).toContain('✗sample.pcapng: cut off')
    const after = await screen.press('down')
    expect(after.at(-1)).not.toContain('cut off')
    expect(after[0]).toContain('sample.pcapng ✗ · 1,204 packets')
  })

  it('shows a long message whole, on lines above the status', async () => {
    const offset = 'at offset 1234567 of the file, where the header of a packet was expected and zeros were found'
    const screen = new Screen({ error: `sample.pcapng is damaged: ${offset}; the 1,204 packets before that are shown` })
    const lines = await screen.draw()
    expect(lines.slice(-3).join(' ').replace(/\s+/g, ' ')).toContain(`✗sample.pcapng is damaged: ${offset}; the 1,204`)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('shows how far reading is', async () => {
    const screen = new Screen({ packets: 1000, arrived: 450 })
    const lines = await screen.draw()
    expect(lines[0]).toContain('450 packets so far')
    expect(lines.at(-1)).toContain('frame 1 of 450 · reading ━━━━╌╌╌╌╌╌ 45 %')
    screen.session.arrive(550)
    expect((await screen.draw())[0]).toContain('1,000 packets · ')
  })

  it('says so when there are no packets', async () => {
    const screen = new Screen({ packets: 0 })
    expect((await screen.press('down', 'end', 'tab', 'right', 'enter', 'b'))[2]).toContain('no packets')
  })

  it('draws at every size without failing', async () => {
    const screen = new Screen()
    for (const width of [0, 1, 2, 5, 13, 24, 40, 79, 109, 110, 300]) {
      for (const height of [0, 1, 2, 3, 4, 7, 11, 40, 100]) {
        screen.size = { width, height }
        for (const line of screen.browser.draw(width, height).lines()) expect(line.length).toBeLessThanOrEqual(width)
      }
    }
    await screen.press('?', 'down', 'escape', 'z')
  })
})
