/** Prints a capture: one pass over its packets, each read, tracked and printed before the next. */
import { protocols } from '../../dissectors/index.js'
import { CaptureError, Exit } from '../capture/damage.js'
import { openCapture } from '../capture/open.js'
import { Next } from '../capture/source.js'
import type { Resolver } from '../dissect/value.js'
import { namesFor } from '../names/resolver.js'
import { ClosedPipe, OutputBuffer } from '../output/output-buffer.js'
import { Engine } from '../session/engine.js'
import { registryWith } from '../session/outside-dissectors.js'
import type { Arguments } from './arguments.js'
import { complain } from './complain.js'
import { DisplayFilter, filterOf } from './display-filter.js'
import { printerFor, recorderOf } from './printers.js'
import { engineOf, readAll, Replay } from './second-pass.js'
import { statisticsOf } from './statistics.js'
import { tellLimits } from './tell-limits.js'

const STDOUT = 1

/** Prints what `args` asks for; resolves with the exit code. What is wrong with the capture goes to standard error. */
export async function printCapture(args: Arguments): Promise<number> {
  try {
    return await print(args)
  } catch (error) {
    if (error instanceof ClosedPipe) return Exit.Ok
    if (!(error instanceof CaptureError)) throw error
    complain(error.message)
    return error.exit
  }
}

async function print(args: Arguments): Promise<number> {
  const registry = await registryWith(protocols, args)
  const capture = await openCapture(args.file)
  try {
    const engine = new Engine(capture, registry, args.twoPasses ? undefined : recorderOf(args, registry))
    const names = namesFor(args.names, capture.reader.names)
    engine.first.names = names
    const out = new OutputBuffer(STDOUT, args.eager)
    await (args.twoPasses ? twice : once)(args, engine, names, out)
    out.flush()
    tellLimits(engine)
    const problem = args.count === 0 || engine.index.length !== args.count ? capture.problem() : null
    if (problem === null) return Exit.Ok
    complain(problem.message)
    return problem.exit
  } finally {
    capture.close()
  }
}

const displayFilter = (text: string, args: Arguments, engine: Engine, names: Resolver): DisplayFilter | null =>
  text === '' ? null : new DisplayFilter(engine, filterOf(text, engine.capture.reader.names, args.config.macros), names)

/** Every packet is printed with what is known when it is read. */
async function once(args: Arguments, engine: Engine, names: Resolver, out: OutputBuffer): Promise<void> {
  const filter = displayFilter(args.displayFilter, args, engine, names)
  const printer = printerFor(args, engine, names, out)
  const statistics = statisticsOf(args, engine, names)
  printer.begin()
  while (args.count === 0 || engine.index.length < args.count) {
    const next = engine.step()
    if (next === Next.End) break
    if (next === Next.Packet) {
      statistics?.packet(engine.index.length - 1)
      if (filter === null || filter.passes(engine.index.length - 1)) printer.packet()
      else printer.pass()
    } else {
      // Whoever watches a growing capture wants to see what there is.
      out.flush()
      await engine.capture.changed()
    }
  }
  printer.end()
  statistics?.print(out)
}

/** Every packet is printed with all that the whole capture tells of it. */
async function twice(args: Arguments, engine: Engine, names: Resolver, out: OutputBuffer): Promise<void> {
  const readFilter = displayFilter(args.readFilter, args, engine, names)
  const kept: number[] = []
  await readAll(engine, args.count, () => {
    const i = engine.index.length - 1
    const isIn = readFilter?.passes(i) ?? true
    if (readFilter !== null && isIn) kept.push(i)
    return isIn
  })
  const left = readFilter === null ? engine : engineOf(engine, kept)
  if (left !== engine) await readAll(left, 0)
  const filter = displayFilter(args.displayFilter, args, left, names)
  const replay = new Replay(left)
  replay.first.names = names
  const printer = printerFor(args, replay, names, out)
  const statistics = statisticsOf(args, left, names)
  printer.begin()
  for (let i = 0; i < left.index.length; i++) {
    replay.go(i)
    statistics?.packet(i)
    if (filter === null || filter.passes(i)) printer.packet()
    else printer.pass()
  }
  printer.end()
  statistics?.print(out)
}
