/** `o`: from a field to the packet that it names. */
import { expect, test } from 'vitest'
import type { TreeNode } from '../../src/session/session.js'
import { Browser } from '../../src/ui/browser.js'
import { linkedPacket, linkIn } from '../../src/ui/linked-packet.js'
import { isUnderlined } from '../../src/ui/theme.js'
import { FakeSession } from '../support/fake-session.js'
import { quietHost } from '../support/quiet-host.js'

const node = (depth: number, link = 0): TreeNode => ({
  depth,
  name: 'x',
  label: '',
  source: 0,
  start: 0,
  end: 0,
  mask: 0,
  generated: true,
  link,
  severity: 0,
  layer: 'x',
})
const detail = {
  number: 5,
  sources: [],
  nodes: [node(0), node(1, 5), node(1, 3), node(0), node(1), node(2, 9), node(1)],
}

test('a field leads where it says, or where the first one below it says; never to its own packet', () => {
  expect(linkedPacket(detail, 2, false).packet).toBe(3)
  expect(linkedPacket(detail, 0, false).packet).toBe(3)
  expect(linkedPacket(detail, 1, false).packet).toBe(0)
  expect(linkedPacket(detail, 3, false).packet).toBe(9)
})

test('where the field leads nowhere, the first one of the packet counts if that is wanted', () => {
  expect(linkedPacket(detail, 6, false).packet).toBe(0)
  expect(linkedPacket(detail, 6, true).packet).toBe(3)
  expect(linkedPacket(detail, -1, true).packet).toBe(3)
})

test('the number is found in the line as a whole number', () => {
  expect(linkIn('[The RTO from frame 14: 4]', 4)).toEqual([24, 25])
  expect(linkIn('[Frame: 12, payload: 0-11 (12 bytes)]', 12)).toEqual([8, 10])
  expect(linkIn('[cut off …', 4)).toBeNull()
  expect(linkIn('0', 0)).toBeNull()
})

function screen(delay?: number) {
  const browser = new Browser({
    session: new FakeSession(delay === undefined ? {} : { delay }),
    ...quietHost,
    time: 'r',
  })
  const press = async (...keys: string[]): Promise<string[]> => {
    for (const key of keys) {
      browser.handle({ type: 'key', key })
      browser.draw(100, 40)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    return browser.draw(100, 40).lines()
  }
  return { browser, press }
}

test('o goes to the linked packet of the field or of the packet, and [ comes back', async () => {
  const { browser, press } = screen()
  const status = async (...keys: string[]): Promise<string> => (await press(...keys)).at(-2) ?? ''
  await press('g', '4', '2', 'enter')
  expect(await status('o')).toContain('frame 40 of')
  expect(await status('[')).toContain('frame 42 of')
  expect(await status('tab', 'o')).toContain('This field names no other packet.')
  await press('down', 'down', 'down', 'right', 'down', 'down', 'down', 'down')
  expect(await status()).toContain('tcp.analysis.acks_frame · o goes to frame 40')
  await press('up')
  const canvas = browser.draw(100, 40)
  const y = canvas.lines().findIndex((line) => line.includes('in frame: 40]'))
  const x = canvas.line(y).indexOf('40]')
  const underlined = [x - 1, x, x + 1, x + 2].map((at) => isUnderlined(canvas.styles[y * 100 + at]!))
  expect(underlined).toEqual([false, true, true, false])
  expect(await status('down', 'o', 'o')).toContain('frame 38 of')
})

test('o waits for the details of the packet that is selected', async () => {
  const { browser, press } = screen(5)
  await press('g', '4', '2', 'enter', 'o', 'down')
  await new Promise((resolve) => setTimeout(resolve, 40))
  expect(browser.draw(100, 40).lines().at(-2)).toContain('frame 41 of')
})
