/**
 * What the terminal understands: the few sequences of xterm that the screen library needs. All terminals of today have
 * them in common, so no terminal description is looked up, which may be missing or of another format, and compiled.
 */

type Sequence = (...numbers: readonly number[]) => string

/** A sequence of xterm by its name in terminfo(5). Rows and columns count from 0. */
const sequences: Readonly<Record<string, Sequence>> = {
  smcup: () => '\x1b[?1049h',
  rmcup: () => '\x1b[?1049l',
  keypad_xmit: () => '\x1b[?1h\x1b=',
  keypad_local: () => '\x1b[?1l\x1b>',
  civis: () => '\x1b[?25l',
  cnorm: () => '\x1b[?12l\x1b[?25h',
  clear: () => '\x1b[H\x1b[2J',
  sc: () => '\x1b7',
  rc: () => '\x1b8',
  csr: (top = 0, bottom = 0) => `\x1b[${top + 1};${bottom + 1}r`,
  cup: (row = 0, column = 0) => `\x1b[${row + 1};${column + 1}H`,
  cuf: (columns = 0) => `\x1b[${columns}C`,
}

/** What the library calls a `Tput`, as far as it asks for it. */
export const xterm = {
  ...sequences,
  /** Characters outside ASCII are written as they are. */
  unicode: true,
  // Lines are drawn with real characters instead of the alternate character set.
  brokenACS: true,
  colors: 256,
  strings: { parm_right_cursor: '\x1b[%p1%dC' },
  bools: {},
  numbers: {},
  has: (name: string): boolean => name in sequences,
} as const

/** The same sequences, each sent by `write`. */
export const sending = (
  write: (text: string) => unknown,
): Readonly<Record<string, (...numbers: number[]) => unknown>> =>
  Object.fromEntries(
    Object.entries(sequences).map(([name, sequence]) => [name, (...numbers: number[]) => write(sequence(...numbers))]),
  )
