/** Compares the fields that both know with the `tshark` that is installed. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { CaptureError } from '../capture/damage.js'
import { type OpenCapture, openCapture } from '../capture/open.js'
import { Next } from '../capture/source.js'
import { allFields } from '../dissect/field.js'
import { Recording } from '../dissect/recording.js'
import { wantFields } from '../dissect/want-mask.js'
import type { Registry } from '../dissect/registry.js'
import { namesFor } from '../names/resolver.js'
import { FieldPicker } from '../output/field-printer.js'
import { fieldTexts } from '../output/field-texts.js'
import { Engine } from '../session/engine.js'

const execute = promisify(execFile)
const OUTPUT = { maxBuffer: 1 << 28, env: { ...process.env, TZ: 'UTC' } }

/** A field whose value differs. */
export interface Disagreement {
  readonly packet: number
  readonly field: string
  readonly ours: string
  readonly theirs: string
}

/** The names of tshark's fields. Rejects with `CaptureError` when tshark is not there. */
export async function oracleFields(): Promise<ReadonlySet<string>> {
  const { stdout } = await execute('tshark', ['-G', 'fields'], OUTPUT).catch((error: unknown) => {
    throw new CaptureError('tshark could not be run. On Debian: apt-get install tshark', undefined, { cause: error })
  })
  const names = stdout.split('\n').flatMap((line) => (line.startsWith('F\t') ? [line.split('\t')[2]!] : []))
  return new Set(names)
}

/** Compares every field of the protocols that occur in the capture; `known` are tshark's fields. */
export async function compareWithOracle(
  path: string,
  registry: Registry,
  known: ReadonlySet<string>,
): Promise<Disagreement[]> {
  const valued = allFields.filter((f) => f.kind !== 'none' && f.kind !== 'protocol' && known.has(f.name))
  const names = [...new Set(valued.map((f) => f.name))]
  const ours = await ourLines(path, registry, names)
  const theirs = await theirLines(path, names)
  const found: Disagreement[] = []
  for (let row = 0; row < Math.max(ours.length, theirs.length - 1); row++) {
    const a = (ours[row] ?? '').split('\t')
    const b = (theirs[row] ?? '').split('\t')
    for (let c = 0; c < names.length; c++) {
      const mine = a[c] ?? ''
      const other = b[c] ?? ''
      if (mine !== other) found.push({ packet: row + 1, field: names[c]!, ours: mine, theirs: other })
    }
  }
  return found
}

/** What tshark prints, even of a capture whose end it cannot read. */
async function theirLines(path: string, names: readonly string[]): Promise<string[]> {
  const args = ['-r', path, '-n', '-T', 'fields', ...names.flatMap((n) => ['-e', n])]
  const { stdout } = await execute('tshark', args, OUTPUT).catch((error: unknown) => {
    if (typeof error === 'object' && error !== null && 'stdout' in error) return { stdout: String(error.stdout) }
    throw error
  })
  return stdout.split('\n')
}

/**
 * What this program finds for these fields, a line a packet as `-T fields` prints it; nothing of a file that is no capture.
 */
export async function ourLines(path: string, registry: Registry, names: readonly string[]): Promise<string[]> {
  let capture: OpenCapture
  try {
    capture = await openCapture(path)
  } catch (error) {
    if (error instanceof CaptureError) return []
    throw error
  }
  const engine = new Engine(capture, registry)
  const picker = new FieldPicker(names, allFields.length)
  const d = new Recording(registry, wantFields(picker.wanted), true)
  d.names = namesFor('', capture.reader.names)
  const lines: string[] = []
  for (let next = engine.step(); next !== Next.End; next = engine.step()) {
    if (next === Next.More) {
      await capture.changed()
      continue
    }
    engine.again(d)
    lines.push(
      fieldTexts(picker, d)
        .map((values) => values.join(','))
        .join('\t'),
    )
  }
  capture.close()
  return lines
}
