/**
 * `framewise verify`: dissects fixtures and compares them with the golden texts beside them, checks every property, and
 * compares with tshark on request. The everyday tool of somebody who writes a dissector.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, watch } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { protocols } from '../../dissectors/index.js'
import { CaptureError, Exit } from '../capture/damage.js'
import type { Registry } from '../dissect/registry.js'
import { packageFile } from '../package-files.js'
import { registryWith } from '../session/outside-dissectors.js'
import { FieldsSeen } from '../verify/coverage.js'
import { capturesAt, type FixtureReport, verifyFixture } from '../verify/fixture.js'
import { compareWithOracle, oracleFields } from '../verify/oracle.js'

const HELP = `usage: framewise verify [PATH …] [--update] [--watch] [--oracle tshark] [--dissector FILE.js] [--quick]

Dissects each capture at PATH (default: fixtures), compares the whole tree with the golden text beside
it (CASE.txt beside CASE.pcap), and checks the properties that every dissector must have. Exit code 0
when all is as expected, 1 when something differs, 2 when a file cannot be read.

  --update           accept what comes out as the golden text
  --watch            run again whenever a fixture or a dissector is saved
  --oracle tshark    compare every field that both know with the tshark that is installed
  --dissector FILE   add the dissectors that a JavaScript module exports; may be given several times
  --quick            only the golden texts, not the properties
`

/** Root of the package, where a checkout has its sources. */
const ROOT = fileURLToPath(packageFile('.'))
/** Gaps of one fixture that are listed. */
const MAX_GAPS = 8

interface Options {
  readonly paths: readonly string[]
  readonly update: boolean
  readonly watch: boolean
  readonly oracle: boolean
  readonly dissectors: readonly string[]
  readonly quick: boolean
}

/** Runs the command with the arguments behind `verify`; resolves with the exit code. */
export async function verifyCommand(args: string[]): Promise<number> {
  const options = readArguments(args)
  if (typeof options === 'number') return options
  if (options.watch) return await watchAndRun(options, args)
  // Golden texts hold dates as they are in UTC.
  process.env['TZ'] = 'UTC'
  try {
    return await run(options)
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error
    process.stderr.write(`framewise: ${error.message}\n`)
    return error.exit
  }
}

function readArguments(args: string[]): Options | number {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        update: { type: 'boolean', default: false },
        watch: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        oracle: { type: 'string' },
        dissector: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.help) {
      process.stdout.write(HELP)
      return Exit.Ok
    }
    if (values.oracle !== undefined && values.oracle !== 'tshark') throw new Error('the only oracle is tshark')
    const paths = positionals.length > 0 ? positionals : ['fixtures']
    const { update, quick, dissector: dissectors } = values
    return { paths, update, watch: values.watch, quick, dissectors, oracle: values.oracle !== undefined }
  } catch (error) {
    process.stderr.write(`framewise verify: ${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
    return Exit.Usage
  }
}

async function run(options: Options): Promise<number> {
  const registry = await registryWith(protocols, options)
  const captures = options.paths.flatMap((path) => capturesAt(path))
  const seen = new FieldsSeen()
  const folders = new Set<string>()
  let packets = 0
  let runs = 0
  let bad = 0
  const settings = { registry, update: options.update, properties: !options.quick, seen }
  for (const path of captures) {
    const report = await verifyFixture(path, settings)
    print(report)
    packets += report.packets
    runs += report.runs
    bad += report.differences.length + report.failures.length
    folders.add(folderOf(path))
  }
  if (options.oracle) bad += await oracle(captures, registry)
  const known = [...registry.protocols].filter((p) => p !== null)
  const missing = seen.missing(new Set([...folders].flatMap((folder) => [...seen.owners(folder, known)])))
  if (missing.length > 0 && captures.length > 1) {
    process.stdout.write(
      `${missing.length} declared fields that no fixture shows: ${missing.map((f) => f.name).join(' ')}\n`,
    )
  }
  const result = bad === 0 ? 'all as expected' : `${bad} differences`
  process.stdout.write(`${captures.length} fixtures, ${packets} packets, ${runs} dissections: ${result}\n`)
  return bad === 0 ? Exit.Ok : 1
}

/** The folder a fixture lies in is named for its protocol. */
const folderOf = (path: string): string => resolve(dirname(path)).split(/[\\/]/).at(-1) ?? ''

function print(report: FixtureReport): void {
  for (const line of [...report.differences, ...report.failures]) process.stdout.write(`${line}\n`)
  if (report.updated) process.stdout.write(`${report.path}: golden text written\n`)
  for (const [packet, start, end] of report.gaps.slice(0, MAX_GAPS)) {
    const size = end - start
    process.stdout.write(
      `${report.path} packet ${packet}: ${start}..${end} ${size} byte${size === 1 ? '' : 's'} that no field covers\n`,
    )
  }
  if (report.gaps.length > MAX_GAPS)
    process.stdout.write(`${report.path}: and ${report.gaps.length - MAX_GAPS} more such gaps\n`)
}

async function oracle(captures: readonly string[], registry: Registry): Promise<number> {
  const known = await oracleFields()
  let bad = 0
  for (const path of captures) {
    for (const one of await compareWithOracle(path, registry, known)) {
      bad++
      process.stdout.write(`${path} packet ${one.packet}: ${one.field} is "${one.ours}", tshark says "${one.theirs}"\n`)
    }
  }
  return bad
}

/** Runs once in a process of its own, so that changed code is read anew, and again at every save. */
async function watchAndRun(options: Options, args: string[]): Promise<number> {
  const sources = ['dissectors', 'src/dissect'].map((folder) => join(ROOT, folder))
  const checkout = existsSync(join(ROOT, 'tsconfig.json'))
  const watched = [...options.paths, ...options.dissectors, ...(checkout ? sources : [])]
  let changed: () => void = () => {}
  const watchers = watched.map((path) =>
    watch(path, { recursive: true }, (_event, name) => {
      if (name === null || !name.endsWith('.txt')) changed()
    }),
  )
  const stopped = new Promise<'stop'>((settle) => process.once('SIGINT', () => settle('stop')))
  for (;;) {
    const change = new Promise<'change'>((settle) => (changed = () => settle('change')))
    runOnce(
      checkout,
      args.filter((a) => a !== '--watch'),
    )
    process.stdout.write('watching; Ctrl-C ends\n')
    if ((await Promise.race([change, stopped])) === 'stop') break
    await pause(100)
    process.stdout.write('\x1bc')
  }
  for (const watcher of watchers) watcher.close()
  return Exit.Ok
}

function runOnce(checkout: boolean, args: readonly string[]): void {
  if (checkout) {
    const built = spawnSync('node', [join(ROOT, 'src/tools/setup.mjs'), 'build'], { stdio: 'inherit' })
    if (built.status !== 0) return
  }
  spawnSync(process.execPath, [join(ROOT, 'dist/src/main.js'), 'verify', ...args], { stdio: 'inherit' })
}
