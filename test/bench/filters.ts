/** Filters over an open capture, as on the screen, beside `tshark -Y` over the same file. */
import { protocols } from '../../dissectors/index.js'
import { openCapture } from '../../src/capture/open.js'
import { Next } from '../../src/capture/source.js'
import { Registry } from '../../src/dissect/registry.js'
import { noNames } from '../../src/dissect/value.js'
import { compileFilter } from '../../src/filter/compile.js'
import { FilterResults } from '../../src/filter/run.js'
import { Engine } from '../../src/session/engine.js'
import { run } from './measure.js'

/** Filter, and how many times faster than tshark it is to be. */
const filters: readonly (readonly [string, string])[] = [
  ['tcp.port == 443 && ip.addr == 10.0.0.0/8', '300, < 0.05 s'],
  ['tcp.analysis.retransmission', '300, < 0.05 s'],
  ['http.host contains "x"', '10'],
  ['dns.qry.name matches "goo|example"', '10'],
]
const ROUNDS = 3

/** Writes a line of the table for each filter. */
export async function reportFilters(file: string): Promise<void> {
  const capture = await openCapture(file)
  const engine = new Engine(capture, new Registry(protocols))
  while (engine.step() === Next.Packet);
  for (const [text, goal] of filters) {
    let mine = Number.POSITIVE_INFINITY
    let matches = 0
    for (let i = 0; i < ROUNDS; i++) {
      const begun = performance.now()
      const filter = new FilterResults(engine, noNames).begin(compileFilter(text))
      while (!filter.slice(1000));
      mine = Math.min(mine, (performance.now() - begun) / 1000)
      matches = filter.matches
    }
    const theirs = await run(['tshark', '-r', file, '-n', '-Y', text, '-T', 'fields', '-e', 'frame.number'])
    const found = theirs.output.split('\n').length - 1
    const same = found === matches ? '' : ` (${matches} frames, tshark ${found})`
    const ratio = (theirs.seconds / mine).toFixed(1)
    const what = text.replaceAll('|', '\\|')
    process.stdout.write(
      `| \`${what}\`${same} | ${mine.toFixed(3)} s | ${theirs.seconds.toFixed(2)} s | ${ratio} | ${goal} |\n`,
    )
  }
  capture.close()
}
