/** `framewise fields`: which fields there are, and what each of them is. */
import { parseArgs } from 'node:util'
import { protocols } from '../../dissectors/index.js'
import { CaptureError, Exit } from '../capture/damage.js'
import { allFields, type Field, fieldsNamed, severityNames } from '../dissect/field.js'
import type { Protocol } from '../dissect/protocol.js'
import { nearestOf } from '../filter/nearest.js'
import { namesOfValues, numberNamed } from '../filter/value-names.js'
import { typeName } from '../output/glossary.js'
import { outsideDissectors } from '../session/outside-dissectors.js'
import { printText } from './standard-output.js'

const HELP = `usage: framewise fields [PATTERN] [--dissector FILE.js]

Lists the fields whose name or label has PATTERN in it; * in it stands for anything. With the name of one
field, all about it: type, protocol, where the format is defined, names of its values.

  --dissector FILE   add the dissectors that a JavaScript module exports; may be given several times
`

/** Names of values that are listed of one field. */
const MOST_VALUES = 400

/** Runs the command with the arguments behind `fields`; resolves with the exit code. */
export async function fieldsCommand(args: string[]): Promise<number> {
  let pattern: string
  let all: readonly Protocol[]
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        dissector: { type: 'string', multiple: true, default: [] },
      },
    })
    if (positionals.length > 1) throw new Error(`one pattern at a time: ${positionals[1]} is one too many`)
    if (values.help) return write(HELP)
    pattern = positionals[0] ?? ''
    all = [...protocols, ...(await outsideDissectors(values.dissector))]
  } catch (error) {
    if (error instanceof CaptureError) {
      process.stderr.write(`framewise fields: ${error.message}\n`)
      return error.exit
    }
    process.stderr.write(`framewise fields: ${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
    return Exit.Usage
  }
  const exact = fieldsNamed(pattern)
  if (exact.length > 0) return write(exact.map((f) => explained(f, all)).join('\n'))
  const found = matching(pattern)
  if (found.length > 0) return write(table(found))
  const near = nearestOf(
    pattern,
    allFields.map((f) => f.name),
  )
  const hint = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`
  process.stderr.write(`framewise fields: no field is called like ${pattern}.${hint}\n`)
  return Exit.Usage
}

function write(text: string): number {
  printText(text)
  return Exit.Ok
}

/** Fields of that pattern, one of each name, sorted by name. */
function matching(pattern: string): Field[] {
  const words = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const test = new RegExp(words.join('.*'), 'i')
  const byName = new Map<string, Field>()
  for (const f of allFields) {
    if (f.name !== '' && !byName.has(f.name) && (test.test(f.name) || test.test(f.label))) byName.set(f.name, f)
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

const MOST_WIDTH = 44

function table(fields: readonly Field[]): string {
  const names = Math.min(MOST_WIDTH, Math.max(...fields.map((f) => f.name.length)))
  const types = Math.max(...fields.map((f) => typeName(f).length))
  return fields.map((f) => `${f.name.padEnd(names)}  ${typeName(f).padEnd(types)}  ${f.label}\n`).join('')
}

function explained(f: Field, all: readonly Protocol[]): string {
  const p = all.find((one) => one.id === f.owner)
  const lines = [`${f.name}: ${f.label}`]
  if (f.about !== '') lines.push(`  ${f.about}`)
  const bits = f.mask === 0 ? '' : `, bits 0x${(f.mask >>> 0).toString(16)} of ${f.width}`
  lines.push(`  type      ${typeName(f)}${bits}`)
  if (f.severity > 0) lines.push(`  expert    ${severityNames[f.severity]}, ${f.expertGroup}`)
  if (p !== undefined) lines.push(`  protocol  ${p.id}: ${p.name}`, `  source    ${p.spec}`)
  if (f.also.length > 0) lines.push(`  also      ${f.also.map((one) => one.name).join(', ')}`)
  const sources = [...new Set(allFields.filter((one) => one.also.includes(f)).map((one) => one.name))]
  if (sources.length > 0) lines.push(`  stands for ${sources.join(', ')}`)
  const values = namesOfValues(f).filter((name) => name !== '')
  if (values.length > 0) lines.push('  values')
  for (const name of values.slice(0, MOST_VALUES))
    lines.push(`    ${String(numberNamed(f, name)).padStart(6)}  ${name}`)
  if (values.length > MOST_VALUES) lines.push(`    and ${values.length - MOST_VALUES} more: framewise -G values`)
  return `${lines.join('\n')}\n`
}
