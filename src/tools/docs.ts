/** `npm run docs`: writes docs/fields.md, the reference of every protocol and field, from their declarations. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { protocols } from '../../dissectors/index.js'
import { allFields, type Field, severityNames } from '../dissect/field.js'

const TYPES: Readonly<Record<string, string>> = {
  none: 'subtree',
  protocol: 'protocol',
  bool: 'boolean',
  ether: 'Ethernet address',
  ipv4: 'IPv4 address',
  ipv6: 'IPv6 address',
  bytes: 'bytes',
  string: 'text',
  abstime: 'date and time',
  reltime: 'time span',
  framenum: 'frame number',
  double: 'number',
  eui64: 'EUI-64 address',
  guid: 'GUID',
}

/** What a field holds, in words. */
function typeOf(f: Field): string {
  if (f.severity > 0) return `expert item, ${severityNames[f.severity].toLowerCase()}, ${f.expertGroup}`
  if (f.kind === 'uint') return `unsigned, ${f.width} bits`
  if (f.kind === 'int') return `signed, ${f.width} bits`
  return TYPES[f.kind]!
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')

/** The text of docs/fields.md. */
export function fieldsText(): string {
  const sections = [...protocols]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((p) => {
      const own = new Map<string, Field>()
      for (const f of allFields) if (f.owner === p.id && f.name !== '' && !own.has(f.name)) own.set(f.name, f)
      const rows = [...own.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(row)
      const under = Object.entries(p.under).map(([table, keys]) => `\`${table}\` ${[keys].flat().join(', ')}`)
      const head = [p.spec, under.length > 0 ? `follows ${under.join('; ')}` : ''].filter((s) => s !== '').join('. ')
      return `## ${p.id}\n\n${p.name}. ${head}\n\n| field | type | label |\n|---|---|---|\n${rows.join('\n')}\n`
    })
  return `# Fields

Every field that Framewise knows, by protocol. Made by \`npm run docs\` from the declarations in \`dissectors/\`.

${sections.join('\n')}`
}

const row = (f: Field): string =>
  `| \`${f.name}\` | ${typeOf(f)} | ${cell(f.about === '' ? f.label : `${f.label}: ${f.about}`)} |`

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(fileURLToPath(new URL('../../../docs/', import.meta.url)), 'fields.md'), fieldsText())
}
