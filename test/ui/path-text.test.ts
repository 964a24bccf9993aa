/** Paths on a line of the screen. */
import { expect, test } from 'vitest'
import { shortenPath } from '../../src/ui/path-text.js'

test('a path that has room stays as it is', () => {
  expect(shortenPath('/srv/captures/web.pcapng', 24)).toBe('/srv/captures/web.pcapng')
})

test('folders give way before the name of the file', () => {
  expect(shortenPath('/srv/captures/web.pcapng', 23)).toBe('…/captures/web.pcapng')
  expect(shortenPath('/srv/captures/web.pcapng', 20)).toBe('…/web.pcapng')
  expect(shortenPath('/srv/captures/web.pcapng', 11)).toBe('web.pcapng')
})

test('a name without room is shortened in the middle', () => {
  expect(shortenPath('/srv/a-very-long-name.pcapng', 13)).toBe('a-very…pcapng')
  expect(shortenPath('plain-name-only.pcap', 9)).toBe('plai…pcap')
})

test('what a path says to a terminal is made harmless, and wide characters count twice', () => {
  expect(shortenPath('/tmp/\u001b[31mred.pcap', 40)).not.toContain('\u001b')
  expect(shortenPath('/captures/測試.pcap', 12)).toBe('…/測試.pcap')
})
