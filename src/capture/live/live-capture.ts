/**
 * A running capture: an engine of somebody else's that appends to a spool, which the one reader follows. Whatever
 * happens to the engine is a message here and never an exception: what it has written stays readable.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, readFileSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CaptureError, Exit, printable } from '../damage.js'
import { followCapture, type OpenCapture } from '../open.js'
import type { InterfaceTexts } from '../source.js'
import { filterComplaint, filterProblem } from './capture-filter.js'
import { type Drops, dropsOf, type Failure, failureOf, saying } from './engine-messages.js'
import {
  type EngineCommand,
  type EngineName,
  engineCommand,
  engineNames,
  type InterfaceSettings,
  remoteCommand,
} from './engines.js'
import { stateOf, trafficOf, usualLinkType } from './interfaces.js'
import { becomeUser, callingUser, guarded, mayGoFirst } from './privileges.js'
import { isRemote, remoteOf } from './remote.js'
import { plainEnvironment } from './run-program.js'
import { createSpool, discardSpool, noteEngine, removeSpool, type Spool } from './spools.js'

export interface CaptureSettings {
  readonly interfaces: readonly InterfaceSettings[]
  readonly engine: EngineName | 'auto'
  /** Every frame is saved elsewhere as it comes: the spool need not be whole, nor be offered after a crash. */
  readonly saved?: boolean
}

/** How a capture ended. */
export interface Ending {
  /** Why it ended without having been asked to, as a sentence; '' when it was stopped. */
  readonly message: string
  readonly drops: Drops
}

interface EngineExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** How long an engine may take to open the device, and to end; another machine may ask for a password. Milliseconds. */
const START = 10_000
const START_REMOTE = 120_000
const STOP = 3000
const LOOK = 20
const LAST_WORDS = 200
const WATCH = 250
/** So many looks lie between two questions to tcpdump what it lost. */
const ASK = 4
/** An engine's last words are at the end of what it said. */
const MAX_WORDS = 16 * 1024
/** Room that is left on the disk: so much, or this part of a small one. */
const RESERVE = 64 * 2 ** 20
const RESERVE_PART = 0.05

/**
 * Starts capturing; resolves once the device is open and the spool has its header. Rejects with `CaptureError` saying
 * what each engine that was tried says. Afterwards this process has the rights of the user who called sudo, if any.
 */
export async function startCapture(settings: CaptureSettings): Promise<LiveCapture> {
  const { interfaces, engine } = settings
  const [io] = interfaces
  if (io === undefined) throw new CaptureError('no interface was named. All there are: framewise -D', Exit.Usage)
  if (interfaces.some(({ name }) => isRemote(name))) return await startRemote(settings, io)
  await checkFilters(interfaces)
  const tried: string[] = []
  const first = await mayGoFirst()
  for (const name of engine === 'auto' ? engineNames : [engine]) {
    const command = engineCommand(name, interfaces, first)
    if ('unfit' in command) {
      tried.push(`${name} ${command.unfit}.`)
      continue
    }
    const started = await launch(name, command, settings, tried, first)
    if (started instanceof LiveCapture) return started
    if (started.kind !== 'refused' && started.kind !== 'missing') throw new CaptureError(started.message)
    tried.push(started.message)
  }
  throw new CaptureError(`${tried.join('\n')}\nWhat is missing and how to mend it: framewise doctor`)
}

export class LiveCapture {
  readonly spool: string
  /** What ended it, once it has. */
  readonly ended: Promise<Ending>
  readonly #child: ChildProcess
  readonly #words: Words
  readonly #files: Spool
  readonly #listeners = new Set<(notice: string) => void>()
  readonly #watch: NodeJS.Timeout
  readonly #onExit = (): void => signalTo(this.#child, 'SIGINT')
  readonly #droppedBefore: readonly number[]
  #losses: Drops | null = null
  #looks = 0
  #running = true
  #stopping = false
  #trouble = ''
  #down = ''
  #whole = true

  /** @internal: use `startCapture`. */
  constructor(
    /** Who captures: an engine's name, or `ssh`. */
    readonly engine: string,
    /** Why it is this one, as a sentence. */
    readonly reason: string,
    readonly settings: CaptureSettings,
    child: ChildProcess,
    over: Promise<EngineExit>,
    words: Words,
    files: Spool,
  ) {
    this.#child = child
    this.#words = words
    this.#files = files
    this.spool = files.path
    this.#droppedBefore = settings.interfaces.map(({ name }) => trafficOf(name)?.dropped ?? -1)
    this.ended = over.then((exit) => this.#end(exit))
    this.#watch = setInterval(() => this.#look(), WATCH)
    this.#watch.unref()
    process.once('exit', this.#onExit)
  }

  /** Whether frames may still come. */
  running(): boolean {
    return this.#running
  }

  /**
   * What was lost so far. Only tcpdump tells what the kernel dropped before its end; what an interface had no room for
   * the system counts. Engines themselves lose nothing: they write to a file.
   */
  losses(): Drops {
    if (this.#losses !== null) return this.#losses
    const devices = this.settings.interfaces.map(({ name }, i) => {
      const before = this.#droppedBefore[i] ?? -1
      const now = before < 0 ? null : trafficOf(name)
      return now === null ? -1 : Math.max(0, now.dropped - before)
    })
    const known = devices.filter((count) => count >= 0)
    const device = known.length === 0 ? -1 : known.reduce((sum, count) => sum + count, 0)
    return { kernel: dropsOf(this.#words.text).kernel, interface: device, engine: 0 }
  }

  /** What a pcap spool cannot say of its interface. */
  about(): InterfaceTexts | undefined {
    const [io] = this.settings.interfaces
    return io === undefined || this.spool.endsWith('.pcapng')
      ? undefined
      : { name: io.name, description: io.description, filter: io.filter }
  }

  /** Opens the spool for reading; it grows until the capture ends. */
  follow(): Promise<OpenCapture> {
    return followCapture(this.spool, () => this.#running, this.about())
  }

  /** Calls `listener` with a sentence when something happens that does not end the capture. Returns how to stop. */
  onNotice(listener: (notice: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Ends the capture; what was captured stays. */
  async stop(): Promise<Ending> {
    this.#stopping = true
    await this.#interrupt()
    return await this.ended
  }

  /** The spool was cut: it is no longer a whole capture. */
  trimmed(): void {
    this.#whole = false
  }

  /**
   * Removes the spool, after the end. With `keep` one that is whole and has frames stays, as what a later start may
   * offer; answers where, '' when nothing stays.
   */
  remove(keep = false): string {
    return removeSpool(this.#files, keep && this.#whole)
  }

  /** Asks it to end, in ever clearer words. */
  async #interrupt(): Promise<void> {
    const ended = this.ended.then(() => true)
    // What runs elsewhere ends with its input.
    this.#child.stdin?.end()
    if (this.engine === 'ssh' && (await Promise.race([ended, pause(STOP, false)]))) return
    signalTo(this.#child, 'SIGINT')
    if (await Promise.race([ended, pause(STOP, false)])) return
    signalTo(this.#child, 'SIGKILL')
    await ended
  }

  #end({ code, signal }: EngineExit): Ending {
    this.#running = false
    clearInterval(this.#watch)
    process.off('exit', this.#onExit)
    const words = this.#words.text
    let message = this.#trouble
    if (message === '' && !this.#stopping) {
      const said = saying(words)
      const how = signal === null ? `ended with exit code ${code ?? 'unknown'}` : `was ended by ${signal}`
      message = `the capture is over: ${this.engine} ${said === '' ? `${how}.` : `says: ${said}`}`
    }
    const drops = dropsOf(words)
    const { interface: device } = this.losses()
    // What the engine itself counted goes first.
    this.#losses = { ...drops, interface: Math.max(drops.interface, device), engine: Math.max(drops.engine, 0) }
    return { message, drops }
  }

  /** Engines notice neither a disk that is full nor an interface that goes down. */
  #look(): void {
    const room = freeRoom(this.spool)
    if (room <= 0 && this.#trouble === '') {
      this.#trouble = `${printable(dirname(this.spool))}: the disk is full, so the capture was stopped. What came before is kept.`
      void this.#interrupt()
    }
    if (this.engine === 'tcpdump' && ++this.#looks % ASK === 0 && answersUsr1(this.#child)) {
      signalTo(this.#child, 'SIGUSR1')
    }
    const down = this.settings.interfaces.filter(({ name }) => stateOf(name) === 'down').map(({ name }) => name)
    const names = down.join(', ')
    if (names === this.#down) return
    this.#down = names
    const notice =
      names === '' ? 'the interface is up again.' : `${names} is down: no frames come until it is up again.`
    for (const listener of this.#listeners) listener(notice)
  }
}

/** SIGUSR1 in the sets of signals of `/proc/PID/status`. */
const USR1 = 1n << 9n

/** Whether a process does something of its own at SIGUSR1, instead of ending. */
function answersUsr1(child: ChildProcess): boolean {
  try {
    const [, caught = '0'] = /^SigCgt:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'latin1')) ?? []
    return (BigInt(`0x${caught}`) & USR1) !== 0n
  } catch {
    return false
  }
}

/** To the engine and to whatever it has started. */
function signalTo(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  for (const pid of [-child.pid, child.pid]) {
    try {
      process.kill(pid, signal)
      return
    } catch {
      // It leads no group, or it ended a moment ago and its end is on its way to us.
    }
  }
}

/** Resolves when the process is over and its last words are in, though something it started may still hold the pipe. */
function endOf(child: ChildProcess): Promise<EngineExit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      const end = (): void => resolve({ code, signal })
      child.once('close', end)
      setTimeout(end, LAST_WORDS)
    })
  })
}

/** What an engine says, of which only the end is kept. */
class Words {
  text = ''

  constructor(child: ChildProcess) {
    child.stderr?.setEncoding('utf8').on('data', (more: string) => {
      this.text = (this.text + more).slice(-MAX_WORDS)
    })
  }
}

async function launch(
  name: EngineName | 'ssh',
  command: EngineCommand,
  settings: CaptureSettings,
  tried: readonly string[],
  first: boolean,
): Promise<LiveCapture | Failure> {
  const { interfaces, engine } = settings
  const user = callingUser()
  const run = await guarded(command.file, command.args, { user, first })
  const spool = createSpool(command.format, settings.saved === true)
  // In a session of its own neither Ctrl-C nor Ctrl-Z in the terminal reaches it; but ssh asks for passwords there.
  const child = spawn(run.file, run.args, {
    stdio: ['pipe', spool.fd, 'pipe'],
    detached: name !== 'ssh',
    env: name === 'ssh' ? { ...process.env, ...(user === null ? {} : { HOME: user.home }) } : plainEnvironment(),
  })
  const words = new Words(child)
  if (child.pid === undefined) {
    const [error] = (await once(child, 'error')) as [Error]
    discardSpool(spool)
    return { kind: 'missing', message: `${name} could not be started: ${error.message}.` }
  }
  child.on('error', () => {})
  let ended = false
  const over = endOf(child)
  void over.then(() => (ended = true))
  noteEngine(spool, child.pid, command.program)
  const until = performance.now() + (name === 'ssh' ? START_REMOTE : START)
  while (!ended && fstatSync(spool.fd).size === 0 && performance.now() < until) await pause(LOOK)
  if (ended || fstatSync(spool.fd).size === 0) {
    const late = !ended && words.text === ''
    signalTo(child, 'SIGKILL')
    await over
    discardSpool(spool)
    if (late) return { kind: 'other', message: `${name} did not start capturing within ${START / 1000} seconds.` }
    return failureOf(name, words.text, interfaces)
  }
  closeSync(spool.fd)
  if (user !== null && run.handedOver) becomeUser(user)
  return new LiveCapture(name, reasonFor(name, engine, tried), settings, child, over, words, spool)
}

async function startRemote(settings: CaptureSettings, io: InterfaceSettings): Promise<LiveCapture> {
  if (settings.interfaces.length > 1) {
    throw new CaptureError('an interface of another machine is captured alone: name only one with -i.', Exit.Usage)
  }
  const remote = remoteOf(io.name)
  if (remote === null) {
    throw new CaptureError(`${printable(io.name)} is not understood: write ssh://user@host:port/interface`, Exit.Usage)
  }
  const command = remoteCommand(remote, io)
  if ('unfit' in command) throw new CaptureError(`ssh ${command.unfit}`)
  const started = await launch('ssh', command, settings, [], false)
  if (started instanceof LiveCapture) return started
  throw new CaptureError(started.message)
}

function reasonFor(name: string, wanted: string, tried: readonly string[]): string {
  if (name === 'ssh') return 'tcpdump on the other machine captures.'
  if (wanted !== 'auto') return 'it was asked for.'
  return tried.length === 0 ? 'the first choice, and it may open the device.' : tried.join(' ')
}

/** A filter that cannot be compiled is said before anything is opened. */
async function checkFilters(interfaces: readonly InterfaceSettings[]): Promise<void> {
  for (const { name, filter, linkType } of interfaces) {
    const problem = await filterProblem(filter, linkType === '' ? usualLinkType(name) : linkType)
    if (problem !== '') throw new CaptureError(filterComplaint(filter, problem), Exit.Usage)
  }
}

/** Bytes that may still be written to the disk of `path` before the reserve is touched. */
function freeRoom(path: string): number {
  try {
    const disk = statfsSync(dirname(path))
    const reserve = Math.min(RESERVE, disk.blocks * disk.bsize * RESERVE_PART)
    return disk.bavail * disk.bsize - reserve
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
