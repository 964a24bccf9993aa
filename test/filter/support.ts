/** Captures indexed for filters, and filters run over them in both ways. */
import { fileURLToPath } from 'node:url'
import { protocols } from '../../dissectors/index.js'
import { openCapture } from '../../src/capture/open.js'
import { Next } from '../../src/capture/source.js'
import { Recording } from '../../src/dissect/recording.js'
import { Registry } from '../../src/dissect/registry.js'
import { noNames } from '../../src/dissect/value.js'
import { type CompiledFilter, compileFilter } from '../../src/filter/compile.js'
import { FilterResults } from '../../src/filter/run.js'
import { Engine } from '../../src/session/engine.js'

const registry = new Registry(protocols)
const engines = new Map<string, Engine>()

/** The fixture's packets, all indexed. */
export async function packetsOf(name: string): Promise<Engine> {
  let engine = engines.get(name)
  if (engine === undefined) {
    const capture = await openCapture(fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url)))
    engine = new Engine(capture, registry)
    while (engine.step() === Next.Packet);
    engines.set(name, engine)
  }
  return engine
}

/** Numbers of the packets that pass, each dissected. */
export function byDissecting(engine: Engine, filter: CompiledFilter): number[] {
  const d = new Recording(registry, filter.want(), false)
  const numbers: number[] = []
  for (let i = 0; i < engine.index.length; i++) {
    // The time since the packet that is listed before depends on the filter itself.
    engine.shown = (numbers.at(-1) ?? i + 1) - 1
    engine.show(d, i)
    if (filter.matches(d)) numbers.push(i + 1)
  }
  engine.shown = -1
  return numbers
}

/** The same from columns, with those dissected that they cannot decide. */
export function byColumns(
  engine: Engine,
  filter: CompiledFilter,
  results = new FilterResults(engine, noNames),
): number[] {
  const run = results.begin(filter)
  while (!run.slice(1000));
  const numbers: number[] = []
  const { length } = engine.index
  for (let i = run.bits.next(0, length); i >= 0; i = run.bits.next(i + 1, length)) numbers.push(i + 1)
  return numbers
}

export const passing = async (name: string, text: string): Promise<number[]> =>
  byDissecting(await packetsOf(name), compileFilter(text))
