/** Prints a capture: one pass over its packets, each read, tracked and printed before the next. */
import { writeSync } from 'node:fs'
import { protocols } from '../../dissectors/index.js'
import { CaptureError, Exit } from '../capture/damage.js'
import { openCapture } from '../capture/open.js'
import { Next } from '../capture/source.js'
import { allPreferences } from '../dissect/preference.js'
import { Registry } from '../dissect/registry.js'
import { namesFor } from '../names/resolver.js'
import { ClosedPipe, OutputBuffer } from '../output/output-buffer.js'
import { Engine } from '../session/engine.js'
import type { Arguments } from './arguments.js'
import { DisplayFilter, filterOf } from './display-filter.js'
import { printerFor } from './printers.js'

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
    const filter = args.displayFilter === '' ? null : filterOf(args.displayFilter, capture.reader.names)
    const shown = filter === null ? null : new DisplayFilter(engine, filter, names)
    const printer = printerFor(args, engine, names, out)
    printer.begin()
    let left = args.count === 0 ? Number.POSITIVE_INFINITY : args.count
    while (left > 0) {
      const next = engine.step()
      if (next === Next.Packet) {
        if (shown === null || shown.passes()) printer.packet()
        else printer.pass()
        left--
      } else if (next === Next.End) break
      else {
        // Whoever watches a growing capture wants to see what there is.
        out.flush()
        await capture.changed()
      }
    }
    printer.end()
    out.flush()
    const problem = left > 0 ? capture.problem() : null
    if (problem === null) return Exit.Ok
    complain(problem.message)
    return problem.exit
  } finally {
    capture.close()
  }
}
