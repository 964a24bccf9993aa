/** One fixture: a capture, the golden text beside it, and what verifying it found. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { CaptureError } from '../capture/damage.js'
import { type OpenCapture, openCapture } from '../capture/open.js'
import { Next } from '../capture/source.js'
import { Recording } from '../dissect/recording.js'
import { wantEverything } from '../dissect/want-mask.js'
import type { Registry } from '../dissect/registry.js'
import { Engine } from '../session/engine.js'
import { type FieldsSeen, uncovered } from './coverage.js'
import { difference } from './difference.js'
import { FilterProperty } from './filter-property.js'
import { GoldenText } from './golden.js'
import { Properties } from './properties.js'

const CAPTURE = /\.(?:pcap|pcapng)(?:\.gz)?$/
/** Packets of a long capture that its golden text has; the properties are checked for all of them. */
const MAX_GOLDEN = 200
/** More complaints about one fixture than these are only counted. */
const MAX_COMPLAINTS = 50

export interface FixtureReport {
  readonly path: string
  packets: number
  /** Dissections that the properties took. */
  runs: number
  /** What differs from the golden text, ready to be printed. */
  readonly differences: string[]
  /** Properties that do not hold. */
  readonly failures: string[]
  /** Bytes that no field covers: packet, first byte, byte after the last. */
  readonly gaps: (readonly [number, number, number])[]
  /** The golden text was written. */
  updated: boolean
}

export interface FixtureOptions {
  readonly registry: Registry
  /** Accept what comes out as the golden text. */
  readonly update: boolean
  /** Check the properties too. */
  readonly properties: boolean
  readonly seen?: FieldsSeen
}

/** The captures at `path`: itself, or every one below it, in order. Throws `CaptureError` when there is no such path. */
export function capturesAt(path: string): string[] {
  if (!existsSync(path)) throw new CaptureError(`${path}: there is no such fixture`)
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => CAPTURE.test(name))
    .sort()
    .map((name) => join(path, name))
}

/** Where the golden text of a capture lies: `case.txt`, or `case.gz.txt` where the capture is compressed. */
export const goldenPath = (capture: string): string =>
  capture.replace(CAPTURE, (end) => (end.endsWith('.gz') ? '.gz.txt' : '.txt'))

/** Dissects the capture at `path` and compares it with its golden text. */
export async function verifyFixture(path: string, options: FixtureOptions): Promise<FixtureReport> {
  const report: FixtureReport = { path, packets: 0, runs: 0, differences: [], failures: [], gaps: [], updated: false }
  const text = await dissected(path, options, report)
  const golden = goldenPath(path)
  const expected = existsSync(golden) ? readFileSync(golden, 'utf8') : null
  if (expected === text) return report
  if (options.update) {
    writeFileSync(golden, text)
    report.updated = true
  } else if (expected === null) {
    report.differences.push(`${path}: there is no golden text ${golden}; accept what comes out with --update`)
  } else report.differences.push(...difference(path, expected, text))
  return report
}

/** The whole text of a capture: its packets, then how it ended where it is damaged. */
async function dissected(path: string, options: FixtureOptions, report: FixtureReport): Promise<string> {
  let capture: OpenCapture
  try {
    capture = await openCapture(path)
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error
    return `! ${error.message.replaceAll(path, basename(path))}\n`
  }
  try {
    return await packets(capture, options, report)
  } finally {
    capture.close()
  }
}

async function packets(capture: OpenCapture, options: FixtureOptions, report: FixtureReport): Promise<string> {
  const engine = new Engine(capture, options.registry)
  const d = new Recording(options.registry, wantEverything(), true)
  const golden = new GoldenText()
  for (let next = engine.step(); next !== Next.End; next = engine.step()) {
    if (next === Next.More) await capture.changed()
  }
  // Only now is known what later packets say of earlier ones.
  for (let i = 0; i < engine.index.length; i++) {
    const bytes = engine.show(d, i)
    if (i < MAX_GOLDEN) golden.add(d)
    options.seen?.add(d)
    report.packets++
    for (const [start, end] of uncovered(d, bytes.length)) report.gaps.push([d.packet.number, start, end])
  }
  if (options.properties) checkProperties(engine, options.registry, report)
  const problem = capture.problem()
  if (report.packets > MAX_GOLDEN) golden.end(`${report.packets - MAX_GOLDEN} more packets`)
  if (problem !== null) golden.end(problem.message.replaceAll(capture.path, basename(capture.path)))
  return golden.text
}

function checkProperties(engine: Engine, registry: Registry, report: FixtureReport): void {
  let packet = 0
  let more = 0
  const complain = (message: string): void => {
    if (report.failures.length < MAX_COMPLAINTS)
      report.failures.push(`${report.path} packet ${packet}: ${message.trim()}`)
    else more++
  }
  const properties = new Properties(registry, complain)
  const filters = new FilterProperty(registry, complain)
  for (let i = 0; i < engine.index.length; i++) {
    packet = i + 1
    properties.packet(engine, i)
    properties.hostile(engine, i)
    if (i < MAX_GOLDEN) filters.packet(engine, i)
  }
  if (more > 0) report.failures.push(`${report.path}: and ${more} more`)
  report.runs = properties.runs + filters.runs
}
