/**
 * Prints or saves packets as they come: from interfaces, from a file that is still being written, or all of a finished
 * one. One pass; each packet is read, tracked, printed and saved before the next.
 */
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { protocols } from '../../dissectors/index.js'
import { CaptureError, Exit } from '../capture/damage.js'
import { interfaceTitle } from '../capture/live/interfaces.js'
import { type Ending, type LiveCapture, startCapture } from '../capture/live/live-capture.js'
import { endOrphans, leftovers } from '../capture/live/spools.js'
import { SpoolTrimmer } from '../capture/live/spool-trimmer.js'
import { followCapture, openCapture, type OpenCapture } from '../capture/open.js'
import { Saver } from '../capture/saver.js'
import { Next, newRecord, type PacketRecord } from '../capture/source.js'
import { allPreferences } from '../dissect/preference.js'
import { Registry } from '../dissect/registry.js'
import { namesFor } from '../names/resolver.js'
import { ClosedPipe, OutputBuffer } from '../output/output-buffer.js'
import { Engine } from '../session/engine.js'
import type { Arguments } from './arguments.js'
import { version } from './help.js'
import { interfaceSettings } from './interfaces.js'
import { complain, say } from './print.js'
import { printerFor } from './printers.js'

const STDOUT = 1
/** How long packets may keep timers and signals waiting, and how long waiting for packets may, in milliseconds. */
const SLICE = 50
const TICK = 100
/** Packets between two looks at the clock. */
const STRIDE = 64

/** Does what `args` asks for; resolves with the exit code. Rejects with `CaptureError` when it cannot begin. */
export async function captureAndPrint(args: Arguments): Promise<number> {
  if (args.capture.interfaces.length === 0) return await pass(args, null)
  const live = await beginCapture(args)
  try {
    return await pass(args, live)
  } finally {
    await live.stop()
    live.remove()
  }
}

/** Starts the capture that `args` asks for, and says on standard error what is captured and by whom. */
export async function beginCapture(args: Arguments): Promise<LiveCapture> {
  const interfaces = await interfaceSettings(args.capture.interfaces)
  const live = await startCapture({ interfaces, engine: args.capture.engine })
  for (const program of await endOrphans()) say(`a ${program} that an earlier run left behind was ended.`)
  const [latest, ...more] = leftovers()
  if (latest !== undefined) {
    const others = more.length === 0 ? '' : ` and ${more.length} more beside it`
    say(`an earlier run ended without saving what it had captured: framewise -r ${latest.path}${others}`)
  }
  say(`Capturing on ${interfaces.map((io) => `'${interfaceTitle(io)}'`).join(' and ')}`)
  say(`${live.engine} captures: ${live.reason}`)
  live.onNotice(say)
  return live
}

async function pass(args: Arguments, live: LiveCapture | null): Promise<number> {
  const { follow } = args.capture
  let following = true
  const capture =
    live !== null
      ? await live.follow()
      : follow !== ''
        ? await followCapture(follow, () => following)
        : await openCapture(args.file)
  const stop = (): void => {
    following = false
    void live?.stop()
  }
  const signals = new Signals(stop)
  try {
    const work = new Work(args, capture, live)
    const ended = await work.run(stop).catch((error: unknown) => {
      work.giveUp()
      throw error
    })
    const ending = (await live?.stop()) ?? null
    if (live !== null) report(work.packets, ending)
    return verdict(capture, ending, ended)
  } catch (error) {
    if (error instanceof ClosedPipe) return Exit.Ok
    throw error
  } finally {
    signals.release()
    capture.close()
  }
}

/** Whether the work came to the end of the capture, or to a limit before. */
type Reached = 'end' | 'limit'

class Work {
  packets = 0
  readonly #args: Arguments
  readonly #capture: OpenCapture
  readonly #engine: Engine | null
  readonly #record: PacketRecord
  readonly #out: OutputBuffer
  readonly #printer: ReturnType<typeof printerFor> | null
  readonly #saver: Saver | null
  readonly #trimmer: SpoolTrimmer | null
  readonly #growing: boolean
  readonly #began = Date.now()
  #waiting: Promise<void> | null = null

  constructor(args: Arguments, capture: OpenCapture, live: LiveCapture | null) {
    const { save, follow } = args.capture
    this.#args = args
    this.#capture = capture
    this.#growing = live !== null || follow !== ''
    this.#out = new OutputBuffer(STDOUT, args.eager)
    // What is only saved need not be understood.
    const printing = save === null || args.printingPackets
    this.#engine = printing ? engineFor(args, capture) : null
    this.#record = this.#engine?.record ?? newRecord()
    this.#printer = this.#engine === null ? null : printerFor(args, this.#engine, this.#engine.first.names, this.#out)
    this.#saver = save === null ? null : saverFor(args, capture, this.#growing)
    this.#trimmer = live !== null && save !== null ? new SpoolTrimmer(live.spool) : null
  }

  /** Until the capture ends or a limit is reached; then calls `stop`. */
  async run(stop: () => void): Promise<Reached> {
    this.#printer?.begin()
    for (;;) {
      const next = this.#slice()
      if (next === 'limit' || next === Next.End) {
        stop()
        this.#printer?.end()
        this.#out.flush()
        this.#saver?.finish()
        return next === 'limit' ? 'limit' : 'end'
      }
      if (this.#growing) this.#saver?.flush()
      this.#trimmer?.trim(this.#capture.reader.position)
      if (next === Next.Packet) {
        await nextTurn()
        continue
      }
      // Whoever watches a growing capture wants to see what there is.
      this.#out.flush()
      await this.#more()
      this.#saver?.turn(Date.now())
      if (this.#isOver()) {
        stop()
        this.#growing && this.#drained()
      }
    }
  }

  giveUp(): void {
    this.#saver?.abandon()
  }

  #drained(): void {}

  #slice(): Next | 'limit' {
    const until = performance.now() + SLICE
    do {
      for (let i = 0; i < STRIDE; i++) {
        if (this.#isEnough()) return 'limit'
        const next = this.#engine?.step() ?? this.#capture.reader.next(this.#record)
        if (next !== Next.Packet) return next
        this.#printer?.packet()
        this.#saver?.turn(Date.now())
        this.#saver?.add(this.#record, this.packets)
        this.packets++
      }
    } while (performance.now() < until)
    return Next.Packet
  }
}
