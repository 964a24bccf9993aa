/** `-G`: what this program knows, in the layout of tshark's reports. */
import { allFields, type Field } from '../dissect/field.js'
import type { Protocol } from '../dissect/protocol.js'

export const reports = ['fields', 'protocols', 'values'] as const
export type Report = (typeof reports)[number]

/** A protocol as the reports name it: registered, or made up by the engine for what it adds itself. */
interface Named {
  readonly id: string
  readonly name: string
  readonly short: string
}

/** The lines of a report. */
export function glossary(report: Report, protocols: readonly Protocol[]): string[] {
  const named = namedProtocols(protocols)
  switch (report) {
    case 'protocols':
      return named
        .toSorted((a, b) => compare(a.short.toLowerCase(), b.short.toLowerCase()))
        .map((p) => `${p.name}\t${p.short}\t${p.id}`)
    case 'fields':
      return named.flatMap((p) => [`P\t${p.name}\t${p.id}`, ...fieldsOf(p.id).map(fieldLine)])
    case 'values':
      return named.flatMap((p) => fieldsOf(p.id).flatMap(valueLines))
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const engineShorts: Readonly<Record<string, string>> = {
  '_ws.expert': 'Expert',
  '_ws.short': 'Short frame',
  '_ws.malformed': 'Malformed packet',
}

function namedProtocols(protocols: readonly Protocol[]): Named[] {
  const own = allFields
    .filter((f) => f.kind === 'protocol' && f.name.startsWith('_ws.'))
    .map((f) => ({ id: f.name, name: engineNames[f.name] ?? f.label, short: engineShorts[f.name] ?? f.label }))
  return [...own, ...protocols.map(({ id, name, short }) => ({ id, name, short }))]
}
const engineNames: Readonly<Record<string, string>> = { '_ws.short': 'Short Frame' }

/** The named fields of a protocol, each name once for each type it has. */
const fieldsOf = (owner: string): Field[] =>
  allFields.filter((f) => f.owner === owner && f.name !== '' && f.kind !== 'protocol')

function fieldLine(f: Field): string {
  const mask = `0x${(f.mask >>> 0).toString(16)}`
  return `F\t${f.label}\t${f.name}\t${typeName(f)}\t${f.owner}\t${baseName(f)}\t${mask}\t${f.about}`
}

/** Wireshark's name of a field's type. */
export function typeName(f: Field): string {
  switch (f.kind) {
    case 'uint':
      return `FT_UINT${f.width}`
    case 'int':
      return `FT_INT${f.width}`
    default:
      return typeNames[f.kind]
  }
}

const typeNames = {
  none: 'FT_NONE',
  protocol: 'FT_PROTOCOL',
  bool: 'FT_BOOLEAN',
  double: 'FT_DOUBLE',
  abstime: 'FT_ABSOLUTE_TIME',
  reltime: 'FT_RELATIVE_TIME',
  string: 'FT_STRING',
  ether: 'FT_ETHER',
  bytes: 'FT_BYTES',
  ipv4: 'FT_IPv4',
  ipv6: 'FT_IPv6',
  framenum: 'FT_FRAMENUM',
  guid: 'FT_GUID',
  eui64: 'FT_EUI64',
} as const

/** How numbers are shown; for booleans the width of the number that they are a part of. */
function baseName(f: Field): string {
  if (f.kind === 'bool') return f.mask === 0 ? '0' : String(f.width)
  if (f.kind !== 'uint' && f.kind !== 'int') return ''
  if (f.port !== '') return `BASE_PT_${f.port.toUpperCase()}`
  // What `show` writes is nearly always the number with its unit, which is decimal to tshark.
  return f.base === 'custom' ? 'BASE_DEC' : `BASE_${f.base.toUpperCase()}`
}

/** Named values: of a small number all that a function knows, of a list each. */
function valueLines(f: Field): string[] {
  if (f.truth !== null) return [`T\t${f.name}\t${f.truth[0]}\t${f.truth[1]}`]
  if (f.names === null) return []
  const line = (value: number, name: string): string =>
    `V\t${f.name}\t${f.base === 'hex' ? `0x${value.toString(16)}` : value}\t${name}`
  const { names } = f
  if (typeof names !== 'function') return Object.entries(names).map(([value, name]) => line(Number(value), name))
  const largest = f.mask === 0 ? 2 ** f.width - 1 : f.mask >>> f.shift
  if (largest > MOST_ASKED) return []
  return Array.from({ length: largest + 1 }, (_, value) => [value, names(value)] as const).flatMap(([value, name]) =>
    name === '' ? [] : [line(value, name)],
  )
}
/** A function is asked for the names of so many values. */
const MOST_ASKED = 0xff
