/**
 * The parts of the screen library that are used: the screen, which knows what stands on the terminal and sends what has
 * changed, and one element. The other thirty elements and the compiler of terminal descriptions are not loaded.
 */

import type blessed from 'blessed'
import { createRequire } from 'node:module'
import { sending, xterm } from './xterm.js'

export interface Cells extends Array<[number, string]> {
  dirty: boolean
}

/** What is used of the library beyond its type declarations. */
export type LibraryScreen = blessed.Widgets.Screen & {
  lines: Cells[]
  enter(): void
  leave(): void
  program: { flush(): void }
}

/** What is not told to the library's own terminal, which is in a state of its own. */
interface Program {
  _tputSetup: boolean
  tput: typeof xterm
  put: ReturnType<typeof sending>
  _write(text: string): unknown
}

const require = createRequire(import.meta.url)
const newProgram = require('blessed/lib/program') as (options: object) => Program
const newScreen = require('blessed/lib/widgets/screen') as (options: object) => LibraryScreen
const newBox = require('blessed/lib/widgets/box') as typeof blessed.box

/** The terminal's screen with one element all over it. It has left the shell's screen when this returns. */
export function openScreen(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): { readonly screen: LibraryScreen; readonly sheet: blessed.Widgets.BoxElement } {
  const program = withoutTmux(() => newProgram({ input, output, terminal: 'xterm-256color', tput: false }))
  program._tputSetup = true
  program.tput = xterm
  program.put = sending((text) => program._write(text))
  const screen = newScreen({ program, fullUnicode: true })
  return { screen, sheet: newBox({ parent: screen, width: '100%', height: '100%' }) }
}

/** In tmux the library would run `tmux -V` and wait for it, to know what only its own reading of the mouse asks for. */
function withoutTmux<T>(make: () => T): T {
  const { TMUX } = process.env
  delete process.env['TMUX']
  try {
    return make()
  } finally {
    if (TMUX !== undefined) process.env['TMUX'] = TMUX
  }
}
