/**
 * `npm run bench -- soak [SECONDS]`: does memory stay level in a capture that runs for days? The screen captures on the
 * loopback of a network namespace with `--keep`, while a bounded sender keeps the line busy there. Prints the memory of
 * the program and the disk space of its spool over time. It takes root.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { leaveScreen, Network, noNetwork } from '../support/network.js'
import { PseudoTerminal } from '../support/pseudo-terminal.js'

const RATE = 2000
const KEEP = 100_000
const ROWS = 20
const WIDTH = 50

interface Sample {
  readonly seconds: number
  /** MB of memory, MB on the disk. */
  readonly memory: number
  readonly disk: number
  /** The title of the screen, which has the counts. */
  readonly title: string
}

/** Runs for so many seconds and prints a table; resolves with the exit code. */
export async function benchSoak(program: string, seconds: number): Promise<number> {
  if (noNetwork !== '') {
    process.stderr.write(`nothing can be captured here: ${noNetwork}\n`)
    return 1
  }
  const folder = mkdtempSync(join(tmpdir(), 'framewise-soak-'))
  const net = new Network().open()
  try {
    process.stdout.write(
      `${seconds} s, ${RATE} frames a second, --keep frames:${KEEP}, Node ${process.versions.node}\n\n`,
    )
    writeFileSync(join(folder, 'send.mjs'), SENDER)
    const inside = ['ip', 'netns', 'exec', net.here, process.execPath]
    const home = { XDG_DATA_HOME: net.folder, XDG_RUNTIME_DIR: net.folder, XDG_STATE_HOME: net.folder }
    const args = [program, '-i', 'lo', '-f', 'udp', '--keep', `frames:${KEEP}`, '-n']
    const screen = new PseudoTerminal([...inside, ...args], { columns: 120, rows: 40 }, home)
    await screen.see('waiting for the first frame')
    const sender = net.start(net.here, [process.execPath, join(folder, 'send.mjs'), String(RATE), String(seconds)])
    const samples: Sample[] = []
    const begun = performance.now()
    for (let i = 1; i <= ROWS; i++) {
      await pause(begun + (seconds * 1000 * i) / ROWS - performance.now())
      samples.push(sample(screen, net.folder, (performance.now() - begun) / 1000))
    }
    await sender.ended
    await leaveScreen(screen)
    const { exitCode } = await screen.exited
    print(samples)
    return exitCode
  } finally {
    await net.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function sample(screen: PseudoTerminal, folder: string, seconds: number): Sample {
  const status = readFileSync(`/proc/${screen.pid}/status`, 'latin1')
  const captures = join(folder, 'framewise/captures')
  const blocks = readdirSync(captures).reduce((sum, name) => sum + statSync(join(captures, name)).blocks, 0)
  return {
    seconds,
    memory: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1000,
    disk: (blocks * 512) / 1e6,
    title: screen.lines()[0] ?? '',
  }
}

function print(samples: readonly Sample[]): void {
  const highest = Math.max(...samples.map(({ memory }) => memory))
  process.stdout.write('  time   memory    spool     frames  forgotten\n')
  for (const { seconds, memory, disk, title } of samples) {
    const count = (what: string): string => (new RegExp(`([\\d,]+) ${what}`).exec(title)?.[1] ?? '0').padStart(10)
    const bar = '█'.repeat(Math.round((memory / highest) * WIDTH))
    process.stdout.write(
      `${Math.round(seconds).toString().padStart(4)} s ${memory.toFixed(0).padStart(5)} MB ${disk.toFixed(0).padStart(5)} MB ` +
        `${count('packets')} ${count('forgotten')}  ${bar}\n`,
    )
  }
  process.stdout.write(`\n${samples.at(-1)?.title.trim() ?? ''}\n`)
}

/** From a hundred ports in turn, datagrams of changing length; what is due at each turn of a timer. */
const SENDER = `
import { createSocket } from 'node:dgram'
const [rate, seconds] = process.argv.slice(2).map(Number)
const sink = createSocket('udp4').bind(9999, '127.0.0.1')
sink.on('message', () => {})
const sockets = Array.from({ length: 100 }, () => createSocket('udp4'))
const bytes = Buffer.alloc(1000, 'framewise ')
const begun = performance.now()
let sent = 0
const timer = setInterval(() => {
  const due = Math.min(((performance.now() - begun) * rate) / 1000, seconds * rate)
  for (; sent < due; sent++) sockets[sent % 100].send(bytes, 0, 20 + (sent * 37) % 900, 9999, '127.0.0.1')
  if (sent >= seconds * rate) {
    clearInterval(timer)
    setTimeout(() => process.exit(0), 500)
  }
}, 10)`
