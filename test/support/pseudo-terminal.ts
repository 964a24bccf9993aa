/**
 * Runs a program in a pseudo-terminal and shows its screen as text, as a person would see it.
 */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pty from '@lydell/node-pty'
import xterm from '@xterm/headless'

const root = fileURLToPath(new URL('../..', import.meta.url))
const built = join(root, 'node_modules/.cache/framewise-screens')

/** Compiles the project to where tests may run it. Returns the folder; errors of types are none of its business. */
export function build(): string {
  mkdirSync(built, { recursive: true })
  writeFileSync(join(built, 'package.json'), '{ "type": "module" }\n')
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  try {
    execFileSync(process.execPath, [tsc, '-p', root, '--outDir', built, '--declaration', 'false'], { stdio: 'pipe' })
  } catch {
    // What was written in spite of errors is what is tested.
  }
  return built
}

let homeFolder = ''
/** A home of its own, so that no shell writes its history into the project. */
function home(): string {
  if (homeFolder === '') {
    homeFolder = mkdtempSync(join(tmpdir(), 'framewise-home-'))
    process.once('exit', () => rmSync(homeFolder, { recursive: true, force: true }))
  }
  return homeFolder
}

export interface Exit {
  readonly exitCode: number
  readonly signal?: number
}

export class PseudoTerminal {
  /** Everything the program has written. */
  output = ''
  readonly exited: Promise<Exit>
  private readonly process: pty.IPty
  private readonly terminal: InstanceType<typeof xterm.Terminal>

  constructor(command: readonly string[], size: { columns: number; rows: number }, env: Record<string, string> = {}) {
    const [file = process.execPath, ...args] = command
    const { columns: cols, rows } = size
    this.terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true })
    this.process = pty.spawn(file, args, {
      cols,
      rows,
      cwd: root,
      name: 'xterm-256color',
      env: { PATH: process.env['PATH'] ?? '', HOME: home(), LANG: 'C.UTF-8', TERM: 'xterm-256color', ...env },
    })
    this.process.onData((data) => {
      this.output += data
      this.terminal.write(data)
    })
    // When what it wrote last is on the screen as well.
    this.exited = new Promise((resolve) => this.process.onExit((exit) => this.terminal.write('', () => resolve(exit))))
  }

  /** The lines on the screen, without the blanks at their ends. */
  lines(): string[] {
    const buffer = this.terminal.buffer.active
    return Array.from(
      { length: this.terminal.rows },
      (_, y) =>
        buffer
          .getLine(buffer.viewportY + y)
          ?.translateToString(true)
          .trimEnd() ?? '',
    )
  }

  text(): string {
    return this.lines().join('\n')
  }

  /** The runs of cells on line `y` that stand out: drawn in reverse or on a background of their own. */
  marked(y: number): string[] {
    const buffer = this.terminal.buffer.active
    const line = buffer.getLine(buffer.viewportY + y)
    const runs = ['']
    for (let x = 0; x < this.terminal.cols; x++) {
      const cell = line?.getCell(x)
      if (cell !== undefined && (cell.isInverse() || !cell.isBgDefault())) runs[runs.length - 1] += cell.getChars()
      else if (runs.at(-1) !== '') runs.push('')
    }
    return runs.filter((run) => run !== '')
  }

  /** `normal` or `alternate`: which of its two screens the terminal shows. */
  get screen(): string {
    return this.terminal.buffer.active.type
  }

  /** Which modes the program has left on: mouse reports, marked pastes. */
  get modes(): { mouse: string; paste: boolean } {
    const { mouseTrackingMode, bracketedPasteMode } = this.terminal.modes
    return { mouse: mouseTrackingMode, paste: bracketedPasteMode }
  }

  get pid(): number {
    return this.process.pid
  }

  send(keys: string): void {
    this.process.write(keys)
  }

  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows)
    this.process.resize(columns, rows)
  }

  /** Waits until the screen contains `wanted`, and returns it; fails with the screen as it is after five seconds. */
  async see(wanted: string | RegExp): Promise<string> {
    const has = (): boolean => (typeof wanted === 'string' ? this.text().includes(wanted) : wanted.test(this.text()))
    const end = Date.now() + 5000
    while (!has()) {
      if (Date.now() > end) throw new Error(`The screen does not show ${String(wanted)}:\n${this.text()}`)
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
    return this.text()
  }

  /** Ends the program, if it still runs. */
  kill(signal = 'SIGKILL'): void {
    try {
      this.process.kill(signal)
    } catch {
      // It has ended by itself.
    }
  }
}
