/**
 * `npm run bench [-- FRAMES]`: this program beside tshark over the same file, in one run on one machine. Read the ratios,
 * not the seconds. Runs alternate between the two; each figure is the least of its runs, since whatever else the machine
 * does can only add. `npm run bench -- live` is about capturing,
 * `npm run bench -- soak [SECONDS]` about a capture that runs for long, `npm run bench -- half-open` about SYN floods.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openCapture } from '../../src/capture/open.js'
import { Next, newRecord } from '../../src/capture/source.js'
import { benchLive } from './live.js'
import { reportFilters } from './filters.js'
import { benchHalfOpen } from './half-open.js'
import { firstScreen, run, type Run } from './measure.js'
import { benchSoak } from './soak.js'
import { makeCapture } from './make-capture.js'
import { countWithPcapParser } from './pcap-parser.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const program = join(root, 'dist/src/main.js')
if (process.argv[2] === 'live') process.exit(await benchLive(program))
if (process.argv[2] === 'soak') process.exit(await benchSoak(program, Number(process.argv[3] ?? 600)))
if (process.argv[2] === 'half-open') process.exit(await benchHalfOpen(Number(process.argv[3] ?? 1_000_000)))
const frames = Number(process.argv[2] ?? 1_000_000)
if (!Number.isSafeInteger(frames) || frames < 1) {
  process.stderr.write('usage: npm run bench [-- FRAMES | live | soak [SECONDS] | half-open [CONNECTIONS]]\n')
  process.exit(1)
}

const ROUNDS = 3
const TEN_FIELDS = [
  'frame.number',
  'frame.time_epoch',
  'ip.src',
  'ip.dst',
  'ip.proto',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.flags',
  'tcp.len',
  'frame.len',
].flatMap((f) => ['-e', f])

interface Row {
  readonly what: string
  readonly goal: string
  readonly ours: readonly string[]
  readonly theirs: readonly string[]
  /** What of a run is compared. */
  readonly of: (r: Run) => number
}

const folder = mkdtempSync(join(tmpdir(), 'framewise-bench-'))
try {
  const file = join(folder, 'big.pcap')
  process.stdout.write(`making ${frames.toLocaleString('en')} frames …\n`)
  await makeCapture(join(root, 'fixtures/sample.pcapng'), file, frames)
  await report(file)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function report(file: string): Promise<void> {
  const size = (statSync(file).size / 1e6).toFixed(0)
  const tshark = await run(['tshark', '--version'])
  const version = /TShark.*?(\d+\.\d+\.\d+)/.exec(tshark.output)?.[1] ?? 'none'
  const processor = cpus()[0]?.model ?? 'unknown'
  process.stdout.write(
    `${size} MB, Node ${process.versions.node}, tshark ${version}, ${processor}, ${availableParallelism()} cores\n\n`,
  )
  const ours = ['node', program, '-r', file, '-n']
  const theirs = ['tshark', '-r', file, '-n']
  const seconds = (r: Run): number => r.seconds
  const rows: Row[] = [
    { what: 'open: index, dissect, track', goal: '15', ours: [...ours, '-q'], theirs, of: seconds },
    { what: 'one line a frame to a file', goal: '5', ours, theirs, of: seconds },
    {
      what: '-T fields, ten fields',
      goal: '10',
      ours: [...ours, '-T', 'fields', ...TEN_FIELDS],
      theirs: [...theirs, '-T', 'fields', ...TEN_FIELDS],
      of: seconds,
    },
    { what: 'memory, peak', goal: '5', ours: [...ours, '-q'], theirs, of: (r) => r.megabytes },
  ]
  process.stdout.write('| what | framewise | tshark | ratio | goal |\n|---|---|---|---|---|\n')
  for (const row of rows) await compare(row, folder)
  await reportFilters(file)
  await readers(file)
  const shown = Math.min(await firstScreen(program, file), await firstScreen(program, file))
  process.stdout.write(`| first screen | ${shown.toFixed(2)} s | – | – | < 0.3 s |\n`)
}

async function compare(row: Row, scratch: string): Promise<void> {
  const a: number[] = []
  const b: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    a.push(row.of(await run(row.ours, join(scratch, 'ours.txt'))))
    if (i < 2) b.push(row.of(await run(row.theirs, join(scratch, 'theirs.txt'))))
  }
  const unit = row.what.startsWith('memory') ? 'MB' : 's'
  const mine = Math.min(...a)
  const other = Math.min(...b)
  const ratio = (other / mine).toFixed(1)
  process.stdout.write(
    `| ${row.what} | ${mine.toFixed(2)} ${unit} | ${other.toFixed(2)} ${unit} | ${ratio} | ${row.goal} |\n`,
  )
}

/** Only reading the records, beside the npm package `pcap-parser`. */
async function readers(file: string): Promise<void> {
  const capture = await openCapture(file)
  const record = newRecord()
  let begun = performance.now()
  let count = 0
  while (capture.reader.next(record) === Next.Packet) count++
  const mine = (performance.now() - begun) / 1000
  capture.close()
  begun = performance.now()
  const counted = await countWithPcapParser(file)
  const other = (performance.now() - begun) / 1000
  if (counted !== count) throw new Error(`pcap-parser counts ${counted} records, we count ${count}`)
  process.stdout.write(
    `| reading records (beside pcap-parser) | ${mine.toFixed(2)} s | ${other.toFixed(2)} s | ${(other / mine).toFixed(1)} | – |\n`,
  )
}

if (!existsSync(program)) throw new Error(`${program} is missing: npm run build`)
