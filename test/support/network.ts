/** Two hosts in network namespaces of their own, joined by a cable: nothing that is sent there leaves them. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { PseudoTerminal } from './pseudo-terminal.js'

const main = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url))
const needed = ['ip', 'ping', 'tcpdump', 'dumpcap', 'setpriv', 'dnsmasq', 'mount']

/** Why such hosts cannot be made here; '' when they can. Where tests must not be left out, that is an error. */
export const noNetwork = reasonAgainst()

function reasonAgainst(): string {
  const missing = needed.filter((name) => !isInstalled(name))
  const reason =
    process.getuid?.() !== 0
      ? 'it takes root'
      : missing.length > 0
        ? `not installed: ${missing.join(', ')}`
        : canMakeNamespaces()
          ? ''
          : 'network namespaces cannot be made here'
  if (reason !== '' && process.env['CI'] !== undefined) throw new Error(`live capture cannot be tested: ${reason}`)
  return reason
}

function isInstalled(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin command -v ${name}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function canMakeNamespaces(): boolean {
  const name = `fw-try-${process.pid}`
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'ignore' })
    execFileSync('ip', ['netns', 'del', name], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export interface Ended {
  readonly out: string
  readonly err: string
  readonly code: number | null
  readonly signal: string | null
}

/** A program that runs in a namespace. */
export class Running {
  out = Buffer.alloc(0)
  err = ''
  readonly ended: Promise<Ended>

  constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (more: Buffer) => (this.out = Buffer.concat([this.out, more])))
    child.stderr?.on('data', (more: Buffer) => (this.err += more.toString()))
    this.ended = once(child, 'close').then(([code, signal]) => ({
      out: this.out.toString(),
      err: this.err,
      code: code as number | null,
      signal: signal as string | null,
    }))
  }

  /** Resolves when `condition` holds; rejects with what the program said when it does not in time. */
  async until(condition: () => boolean, what: string, patience = 10_000): Promise<void> {
    const end = performance.now() + patience
    while (!condition()) {
      if (performance.now() > end) throw new Error(`${what} did not happen; said: ${this.out.toString()} ${this.err}`)
      await pause(20)
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<Ended> {
    this.child.kill(signal)
    return await this.ended
  }
}

/** The hosts are there from `open` to `close`. */
export class Network {
  /** Names of the namespaces; the first host is 10.77.0.1 and fd77::1 on `wire0`, the second .2 and ::2 on `wire1`. */
  readonly here: string
  readonly there: string
  /** Where the program keeps its captures. */
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  readonly #running = new Set<Running>()
  readonly #mounts: string[] = []
  #isOpen = false

  constructor() {
    const id = `${process.pid}-${Math.floor(Math.random() * 0xffff).toString(16)}`
    this.here = `fw-${id}-a`
    this.there = `fw-${id}-b`
    const { SUDO_UID: _uid, SUDO_GID: _gid, ...rest } = process.env
    const folder = join(tmpdir(), `framewise-live-${id}`)
    this.folder = folder
    this.environment = { ...rest, XDG_DATA_HOME: folder, XDG_RUNTIME_DIR: folder, TZ: 'UTC', NO_COLOR: '' }
  }

  /** Makes the hosts and returns itself. */
  open(): this {
    this.#isOpen = true
    mkdirSync(this.folder, { mode: 0o700 })
    for (const name of [this.here, this.there]) ip('netns', 'add', name)
    ip('-n', this.here, 'link', 'add', 'wire0', 'type', 'veth', 'peer', 'name', 'wire1', 'netns', this.there)
    this.#up(this.here, 'wire0', 1)
    this.#up(this.there, 'wire1', 2)
    ip('-n', this.here, 'route', 'add', '255.255.255.255', 'dev', 'wire0')
    return this
  }

  /** The program in the first host, ready when its capture has begun. */
  async framewise(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Running> {
    const running = this.start(this.here, [process.execPath, main, ...args], environment)
    await running.until(() => running.err.includes('Engine ') || running.child.exitCode !== null, 'the capture')
    return running
  }

  /** The program in the first host, run to its end. */
  async refused(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return await this.start(this.here, [process.execPath, main, ...args], environment).ended
  }

  /** Any program in one of the hosts. */
  start(host: string, command: readonly string[], environment: NodeJS.ProcessEnv = {}): Running {
    const env = { ...this.environment, ...environment }
    const running = new Running(
      spawn('ip', ['netns', 'exec', host, ...command], { env, stdio: ['ignore', 'pipe', 'pipe'] }),
    )
    this.#running.add(running)
    void running.ended.then(() => this.#running.delete(running))
    return running
  }

  /** tcpdump beside the program, ready when it listens. */
  async tcpdump(device: string, filter: string, file: string): Promise<Running> {
    const running = this.start(this.here, [
      'tcpdump',
      '-i',
      device,
      '--immediate-mode',
      '-U',
      '-Z',
      'root',
      '-w',
      file,
      filter,
    ])
    await running.until(() => running.err.includes('listening on'), 'tcpdump')
    return running
  }

  /** `count` echo requests from the first host; each is answered. */
  async ping(address = '10.77.0.2', count = 3, ...more: string[]): Promise<void> {
    const { code, out, err } = await this.start(this.here, [
      'ping',
      '-c',
      String(count),
      '-i',
      '0.02',
      '-W',
      '2',
      ...more,
      address,
    ]).ended
    if (code !== 0) throw new Error(`ping ${address}: ${out}${err}`)
  }

  /** A disk of so many kilobytes. */
  smallDisk(kilobytes: number): string {
    const path = mkdtempSync(join(this.folder, 'disk-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=0700`, 'tmpfs', path])
    this.#mounts.push(path)
    return path
  }

  /** Where captures lie that nobody has saved, and their names. */
  get captureFolder(): string {
    return join(this.folder, 'framewise/captures')
  }
  captures(): string[] {
    return existsSync(this.captureFolder) ? readdirSync(this.captureFolder) : []
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return
    for (const running of this.#running) running.child.kill('SIGKILL')
    await Promise.all([...this.#running].map(({ ended }) => ended))
    for (const name of [this.here, this.there]) {
      for (const pid of ip('netns', 'pids', name).split('\n').filter(Boolean)) kill(Number(pid))
      ip('netns', 'del', name)
    }
    for (const path of this.#mounts) execFileSync('umount', ['-l', path])
    rmSync(this.folder, { recursive: true, force: true })
  }

  #up(host: string, device: string, number: number): void {
    ip('-n', host, 'addr', 'add', `10.77.0.${number}/24`, 'dev', device)
    // Without detection of duplicates the address can be used at once.
    ip('-n', host, 'addr', 'add', `fd77::${number}/64`, 'dev', device, 'nodad')
    ip('-n', host, 'link', 'set', 'lo', 'up')
    ip('-n', host, 'link', 'set', device, 'up')
  }
}

export const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8' })

/** Numbers of the processes whose command line holds `text`. */
export function processesWith(text: string): number[] {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return numbers.filter((number) => commandLine(number).includes(text)).map(Number)
}

function commandLine(process: string): string {
  try {
    return readFileSync(`/proc/${process}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/** The real, effective and saved user of a process. */
export const usersOf = (pid: number): number[] =>
  (/^Uid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '').split('\t').slice(0, 3).map(Number)

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

/** Ends a capture on the screen, and drops what it captured. */
export async function leaveScreen(screen: PseudoTerminal): Promise<void> {
  screen.send('q')
  await Promise.race([screen.exited, screen.see('not saved')])
  screen.send('d')
}
