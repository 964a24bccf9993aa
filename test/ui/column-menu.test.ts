/** Columns of the list: fields become some, and go again. */

import { expect, it } from 'vitest'
import type { ColumnChoice } from '../../src/session/session.js'
import { Browser } from '../../src/ui/browser.js'
import { FakeSession } from '../support/fake-session.js'
import { quietHost } from '../support/quiet-host.js'

class Screen {
  readonly session = new FakeSession()
  readonly browser: Browser

  constructor(columns?: readonly ColumnChoice[]) {
    this.browser = new Browser({ ...quietHost, session: this.session, time: 'r', ...(columns ? { columns } : {}) })
  }

  async press(...keys: string[]): Promise<string[]> {
    for (const key of keys) {
      this.browser.handle({ type: 'key', key })
      await this.draw()
    }
    return this.draw()
  }

  async draw(): Promise<string[]> {
    this.browser.draw(120, 30)
    await new Promise((resolve) => setTimeout(resolve, 2))
    return this.browser.draw(120, 30).lines()
  }

  /** The titles of the columns. */
  async titles(): Promise<string[]> {
    return (await this.draw())[1]!.trim().split(/\s{2,}/)
  }
}

it('makes a column of the selected field in front of Info, and removes it again', async () => {
  const screen = new Screen()
  const menu = await screen.press('tab', '+')
  expect(menu.join('\n')).toMatch(/\+ Add frame/)
  const lines = await screen.press('+')
  expect(await screen.titles()).toEqual(['No.', 'Time', 'Source', 'Destination', 'Proto', 'Length', 'frame', 'Info'])
  expect(lines[2]).toMatch(/ cell 1 .*Standard query/)
  // It is a column already: what is left to do is to remove some.
  const again = await screen.press('+')
  expect(again.join('\n')).not.toContain('Add frame')
  await screen.press('end', 'up', 'enter')
  expect(await screen.titles()).toEqual(['No.', 'Time', 'Source', 'Destination', 'Proto', 'Length', 'Info'])
})

it('begins with the columns of the settings, and keeps the last one', async () => {
  const columns = [
    { title: 'Who', format: '%s' },
    { title: 'What', format: '%i' },
  ]
  const screen = new Screen(columns)
  expect(await screen.titles()).toEqual(['Who', 'What'])
  await screen.press('+', 'home', 'down', 'enter')
  expect(screen.session.columns?.length).toBe(1)
})
