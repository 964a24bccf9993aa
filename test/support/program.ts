/** Runs the built program, and tshark where it is installed. */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url))
const env = { ...process.env, TZ: 'UTC', NO_COLOR: '' }
const options = { encoding: 'utf8', env, maxBuffer: 1 << 28 } as const

export interface Ran {
  readonly out: string
  readonly err: string
  readonly code: number | null
}

/** Runs the program with these arguments; `input` is its standard input, `more` goes into its environment. */
export function framewise(
  args: readonly string[],
  input?: Uint8Array,
  more: Readonly<Record<string, string>> = {},
): Ran {
  const settings = { ...options, input, env: { ...env, ...more } }
  const { stdout, stderr, status } = spawnSync(process.execPath, [main, ...args], settings)
  return { out: stdout, err: stderr, code: status }
}

/** What tshark prints on standard output. */
export const tshark = (args: readonly string[]): string => spawnSync('tshark', args, options).stdout

/** Comparisons are only worth something with the version whose wording this program has. */
export const hasTshark = (spawnSync('tshark', ['--version'], options).stdout ?? '').startsWith('TShark (Wireshark) 4.0')

export const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))
