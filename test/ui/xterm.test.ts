/** The sequences that are sent are those of the terminal description that the screen library has of its own. */
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { sending, xterm } from '../../src/ui/xterm.js'

type Tput = Readonly<Record<string, (...numbers: number[]) => string>>
const require = createRequire(import.meta.url)
const newTput = require('blessed/lib/tput') as (options: object) => Tput
const described = newTput({ terminal: 'xterm-256color', terminfoFile: require.resolve('blessed/usr/xterm-256color') })

const plain = ['smcup', 'rmcup', 'keypad_xmit', 'keypad_local', 'civis', 'cnorm', 'clear', 'sc', 'rc'] as const
const known = xterm as unknown as Tput

const cases: readonly (readonly [name: string, numbers: readonly number[]])[] = [
  ...plain.map((name) => [name, []] as const),
  ['csr', [0, 39]],
  ['cup', [0, 0]],
  ['cup', [23, 79]],
  ['cuf', [7]],
]

test.each(cases)('%s %j is what terminfo says', (name, numbers) => {
  expect(known[name]!(...numbers)).toBe(described[name]!(...numbers))
})

test('each sequence can be sent', () => {
  const sent: string[] = []
  sending((text) => sent.push(text))['cup']!(2, 3)
  expect(sent).toEqual(['\x1b[3;4H'])
  expect(xterm.has('cup')).toBe(true)
  expect(xterm.has('bel')).toBe(false)
})
