/** Runs a program as a whole process: how long it took, how much memory it had at its peak, what it printed. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { spawn as spawnTerminal } from '@lydell/node-pty'

export interface Run {
  readonly seconds: number
  /** Peak resident memory. */
  readonly megabytes: number
  /** What it printed, when it was not sent to a file. */
  readonly output: string
}

/** Runs `command`; its output goes to the file `into`, or is returned without one. */
export async function run(command: readonly string[], into?: string): Promise<Run> {
  const out = into === undefined ? -1 : openSync(into, 'w')
  const begun = performance.now()
  const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', out < 0 ? 'pipe' : out, 'ignore'] })
  let output = ''
  child.stdout?.on('data', (text: Buffer) => (output += text.toString()))
  let kilobytes = 0
  const look = setInterval(() => {
    kilobytes = Math.max(kilobytes, peakOf(child.pid ?? 0))
  }, 10)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  const seconds = (performance.now() - begun) / 1000
  clearInterval(look)
  if (out >= 0) closeSync(out)
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`)
  return { seconds, megabytes: kilobytes / 1000, output }
}

function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** Seconds from starting the program on `file` in a terminal until its first packet can be read there. */
export function firstScreen(program: string, file: string): Promise<number> {
  const begun = performance.now()
  const terminal = spawnTerminal('node', [program, file], {
    cols: 120,
    rows: 40,
    env: { ...process.env, TERM: 'xterm-256color' },
  })
  return new Promise((resolve) => {
    let seen = ''
    let seconds = -1
    terminal.onData((text) => {
      seen += text
      if (seconds < 0 && /0\.000000/.test(seen)) {
        seconds = (performance.now() - begun) / 1000
        terminal.write('q')
      }
    })
    terminal.onExit(() => resolve(seconds))
  })
}
