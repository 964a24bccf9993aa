/** Prints a capture: one pass over its packets, each read, tracked and printed before the next. */
import { writeSync } from 'node:fs'
import { protocols } from '../../dissectors/index.js'
import { CaptureError, Exit } from '../capture/damage.js'
import { openCapture } from '../capture/open.js'
import { Next } from '../capture/source.js'
import { allPreferences } from '../dissect/preference.js'
import { Registry } from '../dissect/registry.js'
import type { Resolver } from '../dissect/value.js'
import { namesFor } from '../names/resolver.js'
import { ClosedPipe, OutputBuffer } from '../output/output-buffer.js'
import { Engine } from '../session/engine.js'
import type { Arguments } from './arguments.js'
import { DisplayFilter, filterOf } from './display-filter.js'
import { printerFor } from './printers.js'
import { engineOf, readAll, Replay } from './second-pass.js'

const STDOUT = 1
const STDERR = 2

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

/** Says on standard error what went wrong. */
export function complain(message: string): void {
  writeSync(STDERR, `framewise: ${message}\n`)
}

async function print(args: Arguments): Promise<number> {
  const registry = new Registry(protocols)
  for (const [name, value] of args.preferences) registry.prefer(allPreferences.find((p) => p.name === name)!, value)
  const capture = await openCapture(args.file)
  try {
    const engine = new Engine(capture, registry)
    const names = namesFor(args.names, capture.reader.names)
    engine.first.names = names
    const out = new OutputBuffer(STDOUT, args.eager)
    await (args.twoPasses ? twice : once)(args, engine, names, out)
    out.flush()
    const problem = args.count === 0 || engine.index.length < args.count ? capture.problem() : null
    if (problem === null) return Exit.Ok
    complain(problem.message)
    return problem.exit
  } finally {
    capture.close()
  }
}

const displayFilter = (text: string, engine: Engine, names: Resolver): DisplayFilter | null =>
  text === '' ? null : new DisplayFilter(engine, filterOf(text, engine.capture.reader.names), names)

/** Every packet is printed with what is known when it is read. */
async function once(args: Arguments, engine: Engine, names: Resolver, out: OutputBuffer): Promise<void> {
  const filter = displayFilter(args.displayFilter, engine, names)
  const printer = printerFor(args, engine, names, out)
  printer.begin()
  while (args.count === 0 || engine.index.length < args.count) {
    const next = engine.step()
    if (next === Next.End) break
    if (next === Next.Packet) {
      if (filter === null || filter.passes(engine.index.length - 1)) printer.packet()
      else printer.pass()
    } else {
      // Whoever watches a growing capture wants to see what there is.
      out.flush()
      await engine.capture.changed()
    }
  }
  printer.end()
}

/** Every packet is printed with all that the whole capture tells of it. */
async function twice(args: Arguments, engine: Engine, names: Resolver, out: OutputBuffer): Promise<void> {
  const readFilter = displayFilter(args.readFilter, engine, names)
  const kept: number[] = []
  await readAll(engine, args.count, () => {
    const i = engine.index.length - 1
    if (readFilter?.passes(i)) kept.push(i)
  })
  const left = readFilter === null ? engine : engineOf(engine, kept)
  if (left !== engine) await readAll(left, 0)
  const filter = displayFilter(args.displayFilter, left, names)
  const replay = new Replay(left)
  replay.first.names = names
  const printer = printerFor(args, replay, names, out)
  printer.begin()
  for (let i = 0; i < left.index.length; i++) {
    replay.go(i)
    if (filter === null || filter.passes(i)) printer.packet()
    else printer.pass()
  }
  printer.end()
}
