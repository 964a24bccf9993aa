/**
 * Prints or saves packets as they come: from interfaces, from a file that is still being written, or all of a finished
 * one. One pass; each packet is read, tracked, printed and saved before the next.
 */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { isatty } from 'node:tty'
import { protocols } from '../../dissectors/index.js'
import { CaptureError, Exit } from '../capture/damage.js'
import type { Drops } from '../capture/live/engine-messages.js'
import { type LiveCapture, startCapture } from '../capture/live/live-capture.js'
import { SpoolTrimmer } from '../capture/live/spool-trimmer.js'
import { endOrphans, leftovers } from '../capture/live/spools.js'
import { followCapture, openCapture, type OpenCapture } from '../capture/open.js'
import { checkPlace } from '../capture/saved-files.js'
import { Saver } from '../capture/saver.js'
import { Next, newRecord, type PacketRecord } from '../capture/source.js'
import type { Registry } from '../dissect/registry.js'
import { namesFor } from '../names/resolver.js'
import { ClosedPipe, OutputBuffer } from '../output/output-buffer.js'
import { Engine } from '../session/engine.js'
import { Keeper } from '../session/keeper.js'
import { registryWith } from '../session/outside-dissectors.js'
import type { Arguments } from './arguments.js'
import { complain, say, STDERR } from './complain.js'
import { DisplayFilter, filterOf } from './display-filter.js'
import { version } from './help.js'
import { interfaceSettings } from './interfaces.js'
import { type Printer, printerFor } from './printers.js'
import { type Statistics, statisticsOf } from './statistics.js'
import { tellLimits } from './tell-limits.js'

const STDOUT = 1
/** How long packets may keep timers and signals waiting, and how long waiting for packets may, in milliseconds. */
const SLICE = 50
const TICK = 100
/** Packets between two looks at the clock. */
const STRIDE = 64
const INTERRUPTED = 130
const NO_DROPS: Drops = { kernel: -1, interface: -1, engine: -1 }

/** Does what `args` asks for; resolves with the exit code. Rejects with `CaptureError` when it cannot begin. */
export async function captureAndPrint(args: Arguments): Promise<number> {
  if (args.twoPasses)
    throw new CaptureError('-2 reads a capture twice: that takes a finished file, and no -w.', Exit.Usage)
  // What cannot be used is said before anything is captured.
  const registry = await registryWith(protocols, args)
  if (args.capture.interfaces.length === 0) return await pass(args, null, registry)
  if (args.displayFilter !== '') filterOf(args.displayFilter, new Map(), args.config.macros)
  if (args.capture.save !== null) checkPlace(args.capture.save.path)
  const live = await beginCapture(args)
  live.onNotice(complain)
  let kept = false
  try {
    return await pass(args, live, registry)
  } catch (error) {
    // What could not be saved where it was wanted is not thrown away as well.
    kept = error instanceof CaptureError
    throw error
  } finally {
    await live.stop()
    const path = live.remove(kept)
    if (path !== '') complain(`what was captured is still there: framewise -r ${path}`)
  }
}

/** Starts the capture that `args` asks for, and says on standard error what is captured and by whom. */
export async function beginCapture(args: Arguments): Promise<LiveCapture> {
  const { interfaces: requests, engine, save } = args.capture
  const interfaces = await interfaceSettings(requests)
  const live = await startCapture({ interfaces, engine, saved: save !== null })
  for (const program of await endOrphans()) complain(`a ${program} that an earlier run left behind was ended.`)
  const [latest, ...more] = leftovers()
  if (latest !== undefined) {
    const others = more.length === 0 ? '' : ` (and ${more.length} more beside it)`
    complain(`an earlier run ended before its capture was saved: framewise -r ${latest.path}${others}`)
  }
  say(`Capturing on ${interfaces.map(({ title }) => `'${title}'`).join(' and ')}`)
  say(`Engine ${live.engine}: ${live.reason}`)
  return live
}

async function pass(args: Arguments, live: LiveCapture | null, registry: Registry): Promise<number> {
  let following = true
  const { follow } = args.capture
  const stop = (): void => {
    following = false
    void live?.stop()
  }
  const signals = stopAtSignals(stop)
  let capture: OpenCapture | null = null
  try {
    if (live !== null) capture = await live.follow()
    else capture = follow === '' ? await openCapture(args.file) : await followCapture(follow, () => following)
    const work = new Work(args, capture, live, registry)
    const problem = await work.run(stop)
    if (live === null) {
      work.finish(NO_DROPS)
      work.tellLimits()
      return verdict(problem)
    }
    const { message, drops } = await live.stop()
    work.finish(drops)
    report(work.packets, drops)
    work.tellLimits()
    return verdict(message === '' ? problem : new CaptureError(message, Exit.Damaged))
  } catch (error) {
    if (error instanceof ClosedPipe) return Exit.Ok
    throw error
  } finally {
    signals.release()
    capture?.close()
  }
}

class Work {
  packets = 0
  readonly #args: Arguments
  readonly #capture: OpenCapture
  readonly #engine: Engine | null
  readonly #record: PacketRecord
  readonly #out: OutputBuffer
  readonly #printer: Printer | null
  readonly #filter: DisplayFilter | null
  readonly #saver: Saver | null
  readonly #statistics: Statistics | null
  readonly #trimmer: SpoolTrimmer | null
  readonly #keeper: Keeper | null
  readonly #growing: boolean
  readonly #counting: boolean
  #waiting: Promise<void> | null = null

  constructor(args: Arguments, capture: OpenCapture, live: LiveCapture | null, registry: Registry) {
    const { save, follow } = args.capture
    const { displayFilter } = args
    const { names } = capture.reader
    this.#args = args
    this.#capture = capture
    this.#growing = live !== null || follow !== ''
    this.#out = new OutputBuffer(STDOUT, args.eager)
    // What is only saved need not be understood.
    const printing = save === null || args.printingPackets
    const counting = args.statistics.length > 0
    const engine = printing || counting || displayFilter !== '' ? engineFor(args, capture, registry) : null
    const filter = displayFilter === '' ? null : filterOf(displayFilter, names, args.config.macros)
    this.#engine = engine
    this.#record = engine?.record ?? newRecord()
    this.#filter = engine === null || filter === null ? null : new DisplayFilter(engine, filter, engine.first.names)
    this.#printer = engine === null || !printing ? null : printerFor(args, engine, engine.first.names, this.#out)
    this.#statistics = engine === null ? null : statisticsOf(args, engine, engine.first.names)
    this.#saver = save === null ? null : saverFor(args, capture, this.#growing)
    this.#trimmer =
      live === null || save === null || counting ? null : new SpoolTrimmer(live.spool, { onTrim: () => live.trimmed() })
    const { keep } = args.capture
    // What is saved elsewhere is given back to the disk as soon as it is there.
    const spool = live === null || save !== null ? '' : live.spool
    this.#keeper = engine === null || keep === null ? null : new Keeper(engine, keep, spool)
    this.#counting = live !== null && this.#printer === null && !args.quiet && isatty(STDERR)
  }

  /** Until the capture ends or a limit is reached, then calls `stop`. Resolves with what is wrong with the capture. */
  async run(stop: () => void): Promise<CaptureError | null> {
    try {
      return await this.#run(stop)
    } catch (error) {
      this.#saver?.abandon()
      throw error
    }
  }

  /** Says which bounds were met, where the packets were looked at. */
  tellLimits(): void {
    if (this.#engine !== null) tellLimits(this.#engine)
  }

  /** Completes what is saved, with the losses that the engine counted. */
  finish(drops: Drops): void {
    if (this.#saver === null) return
    const { reader } = this.#capture
    // Behind the packets that are too many there may be statistics.
    while (this.#growing && reader.next(this.#record) === Next.Packet);
    const [io] = reader.interfaces
    if (io !== undefined && io.dropped < 0 && drops.kernel >= 0 && reader.interfaces.length === 1) {
      io.received = this.packets
      io.dropped = drops.kernel
    }
    if (this.#counting) say('')
    try {
      this.#saver.finish()
    } catch (error) {
      this.#saver.abandon()
      throw error
    }
  }

  async #run(stop: () => void): Promise<CaptureError | null> {
    const { seconds } = this.#args.capture.stop
    const end = seconds === 0 ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1000
    let reached: Next | 'limit' = Next.Packet
    this.#printer?.begin()
    while (reached !== Next.End && reached !== 'limit') {
      reached = this.#slice()
      if (this.#growing) this.#saver?.flush()
      this.#trimmer?.trim(this.#capture.reader.position)
      this.#keeper?.forget()
      // What has been captured by then is still taken.
      if (performance.now() >= end) stop()
      if (reached === Next.Packet) await nextTurn()
      else if (reached === Next.More) {
        // Whoever watches a growing capture wants to see what there is.
        this.#out.flush()
        if (this.#counting) say(`\r${this.packets} `, '')
        await this.#more()
        if (this.#saver?.isOver(Date.now()) === true) reached = 'limit'
      }
    }
    // A capture that ends in the middle of a packet because it was stopped is not damaged.
    const damaged = reached === Next.End && (!this.#growing || this.#capture.growing())
    stop()
    this.#printer?.end()
    this.#statistics?.print(this.#out)
    this.#out.flush()
    return damaged ? this.#capture.problem() : null
  }

  #slice(): Next | 'limit' {
    const until = performance.now() + SLICE
    do {
      for (let i = 0; i < STRIDE; i++) {
        if (this.#isEnough()) return 'limit'
        const next = this.#engine?.step() ?? this.#capture.reader.next(this.#record)
        if (next !== Next.Packet) return next
        this.#take(this.packets++)
      }
    } while (performance.now() < until)
    return Next.Packet
  }

  /** Prints and saves the packet in the record, number `index` counted from 0, if it passes. */
  #take(index: number): void {
    this.#statistics?.packet(index)
    if (this.#filter?.passes(index) === false) {
      this.#printer?.pass()
      return
    }
    this.#printer?.packet()
    this.#saver?.turn(Date.now())
    this.#saver?.add(this.#record, index)
  }

  #isEnough(): boolean {
    const { count, capture } = this.#args
    const { packets, kilobytes } = capture.stop
    if (this.#saver?.isOver(Date.now()) === true) return true
    if ((count > 0 && this.packets >= count) || (packets > 0 && this.packets >= packets)) return true
    return kilobytes > 0 && (this.#saver?.bytes ?? this.#capture.reader.position) >= kilobytes * 1000
  }

  /** Waits for more packets, but not longer than limits and signals can wait. */
  async #more(): Promise<void> {
    this.#waiting ??= this.#capture.changed().then(() => {
      this.#waiting = null
    })
    await Promise.race([this.#waiting, pause(TICK)])
  }
}

function engineFor(args: Arguments, capture: OpenCapture, registry: Registry): Engine {
  const engine = new Engine(capture, registry)
  engine.first.names = namesFor(args.names, capture.reader.names)
  return engine
}

function saverFor(args: Arguments, capture: OpenCapture, growing: boolean): Saver {
  const { save, follow, stop } = args.capture
  const { path, format, ring } = save!
  const input = follow === '' ? args.file : follow
  const divided = ring === null ? {} : { ring, maxFiles: stop.files }
  return new Saver(capture.reader, { path, format, input, growing, application: `framewise ${version()}`, ...divided })
}

/** The first signal that asks to end stops the work, the second ends the program. */
function stopAtSignals(stop: () => void): { release: () => void } {
  let asked = false
  const onSignal = (): void => {
    if (asked) process.exit(INTERRUPTED)
    asked = true
    stop()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, onSignal)
  return { release: () => signals.forEach((signal) => process.off(signal, onSignal)) }
}

/** What tshark says at the end of a capture. */
function report(packets: number, drops: Drops): void {
  const count = (n: number): string => `${n} packet${n === 1 ? '' : 's'}`
  say(`${count(packets)} captured`)
  if (drops.kernel > 0) say(`${count(drops.kernel)} dropped by the kernel`)
  if (drops.interface > 0) say(`${count(drops.interface)} dropped by the interface`)
  if (drops.engine > 0) say(`${count(drops.engine)} dropped by the engine`)
}

function verdict(problem: CaptureError | null): number {
  if (problem === null) return Exit.Ok
  complain(problem.message)
  return problem.exit
}
