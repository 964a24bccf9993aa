/** Dissectors that are not part of the package, when packets are printed and in a session's thread. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { openSession as open } from '../../src/session/open-session.js'
import { outsideDissector } from '../support/outside-dissector.js'
import { fixture, framewise } from '../support/program.js'

/** The session's thread runs compiled code: npm test builds first. */
const compiled = new URL('../../dist/src/session/open-session.js', import.meta.url).href
const { openSession } = (await import(compiled)) as { openSession: typeof open }

const folder = mkdtempSync(join(tmpdir(), 'framewise-dissector-'))
const capture = fixture('udp/echo.pcap')

function module(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const echoed = module('echoed.mjs', outsideDissector('Words'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('what it says is printed in every form', () => {
  const print = (...args: string[]): string =>
    framewise(['--dissector', echoed, '-n', '-r', capture, '-c', '1', ...args]).out
  expect(print()).toMatch(/ECHOED 47 5 bytes of words\n$/)
  expect(print('-T', 'fields', '-e', 'echoed.words')).toBe('first\n')
  expect(print('-V')).toContain('Echoed\n    Words: first\n')
  expect(print('-2', '-O', 'echoed')).toContain('    Words: first\n')
  expect(print('-T', 'json')).toContain('"echoed.words": "first"')
})

test('its fields are known to filters and to the glossary', () => {
  const { out } = framewise([`--dissector=${echoed}`, '-r', capture, '-Y', 'echoed.words == "second"', '-T', 'text'])
  expect(out.split('\n')).toHaveLength(3)
  expect(framewise(['--dissector', echoed, '-G', 'protocols']).out).toContain('Echoed\tECHOED\techoed\n')
  expect(framewise(['-r', capture, '-Y', 'echoed.words == "second"']).code).toBe(2)
})

test('framewise fields lists and explains them', () => {
  const { out } = framewise(['fields', 'echoed', '--dissector', echoed])
  expect(out).toContain('  protocol  echoed: Echoed\n  source    none\n')
  expect(framewise(['fields', '--dissector', echoed, 'echoed.*']).out).toBe('echoed.words  FT_STRING  Words\n')
  expect(framewise(['fields', 'echoed']).code).toBe(1)
  const { err, code } = framewise(['fields', 'echoed', '--dissector', join(folder, 'nowhere.mjs')])
  expect([err, code]).toEqual([expect.stringMatching(/^framewise fields: [^\n]*there is no such file\n$/), 2])
})

test('packets that are saved are chosen by it', () => {
  const saved = join(folder, 'saved.pcap')
  const ran = framewise(['--dissector', echoed, '-r', capture, '-Y', 'echoed', '-w', saved])
  expect(ran).toMatchObject({ code: 0 })
  expect(framewise(['-r', saved]).out.split('\n')).toHaveLength(7)
})

test('the thread of the screen has it too', async () => {
  const settings = { timeFormat: 'r', names: '', preferences: [], macros: {} } as const
  const session = await openSession({ ...settings, path: capture, dissectors: [echoed] })
  expect(await session.rows(1, 1)).toMatchObject([{ protocol: 'ECHOED', info: '5 bytes of words' }])
  await session.close()
})

describe('one that cannot be used is refused in one sentence:', () => {
  test.each([
    ['nothing there', join(folder, 'nowhere.mjs'), 'the dissector could not be loaded: there is no such file'],
    ['a folder', folder, 'the dissector could not be loaded: this is a folder'],
    [
      'no JavaScript',
      module('bad.mjs', 'const a = }'),
      "the dissector could not be loaded: Unexpected token '}'. Try: ",
    ],
    ['it throws', module('throws.mjs', 'throw new Error("no luck\\nat all")'), 'could not be loaded: no luck'],
    ['no protocol', module('none.mjs', 'export const nothing = 1'), 'exports no protocol'],
    [
      'a place that is taken',
      module('dns.mjs', outsideDissector('Words').replace('7007', '53')),
      'udp.port 53 leads to both dns and echoed',
    ],
    [
      'a place that is not',
      module('no.mjs', outsideDissector('Words').replace('udp.port', 'udp.prt')),
      'follow "udp.prt", which no protocol',
    ],
  ])('%s', async (_, path, sentence) => {
    const { out, err, code } = framewise(['--dissector', path, '-r', capture])
    expect({ out, code }).toEqual({ out: '', code: 2 })
    expect(err).toMatch(/^framewise: [^\n]*\n$/)
    expect(err).toContain(sentence)
  })
})
