/**
 * The arguments that show a capture, in tshark's letters: glued values (`-Tfields`), letters together (`-nr FILE`).
 * Whatever makes no sense is said with the nearest right spelling.
 */
import { Command, CommanderError, Option } from 'commander'
import { type Config, type LoadedConfig, noSettings } from '../config/config.js'
import { allFields, fieldsNamed } from '../dissect/field.js'
import { allPreferences } from '../dissect/preference.js'
import { DEFAULT_NAMES, NAME_LETTERS } from '../names/resolver.js'
import { ColumnError, columnList, type ColumnPlan } from '../output/column-formats.js'
import { COLUMN_PREFIX, columnOf, columnTitles } from '../output/columns.js'
import type { FieldOptions } from '../output/field-printer.js'
import { type Report, reports } from '../output/glossary.js'
import type { TimeFormat } from '../output/time-text.js'
import { type CaptureArguments, captureArguments, captureOptions, type Given, saveOptions } from './capture-options.js'
import { parseFieldOptions } from './field-options.js'
import { suggestion, UsageError } from './usage-error.js'

export const formats = ['text', 'fields', 'json', 'jsonraw', 'ek'] as const
export type Format = (typeof formats)[number]

const timeFormats: readonly TimeFormat[] = ['r', 'a', 'ad', 'u', 'ud', 'e', 'd', 'dd']

/** What the command line asks for. */
export interface Arguments {
  readonly help: boolean
  readonly version: boolean
  /** `-G`: a report instead of a capture. */
  readonly report: Report | null
  /** The capture, `-` for standard input; '' when none was named. */
  readonly file: string
  /** Whether something was asked for that is printed rather than shown on the screen. */
  readonly printing: boolean
  /** Whether packets are to be printed even when they are saved. */
  readonly printingPackets: boolean
  /** What is captured, followed and saved. */
  readonly capture: CaptureArguments
  /** `-Y` and `-R`, '' for none; `-2`: everything is read before anything is printed. */
  readonly displayFilter: string
  readonly readFilter: string
  readonly twoPasses: boolean
  readonly format: Format
  readonly fields: readonly string[]
  readonly fieldOptions: FieldOptions
  /** Summary lines, the tree (of `only` these protocols, null for all), the bytes. */
  readonly summary: boolean
  readonly tree: boolean
  readonly only: ReadonlySet<string> | null
  readonly hex: boolean
  /** The line between packets. */
  readonly separator: string
  /** Nothing is printed of packets. */
  readonly quiet: boolean
  /** `-z`: what is found out about all packets and printed at the end. */
  readonly statistics: readonly string[]
  /** Every line goes out at once. */
  readonly eager: boolean
  readonly color: 'auto' | 'always' | 'never'
  /** Stop after so many packets, 0 for all. */
  readonly count: number
  readonly time: TimeFormat
  /** Digits of a second's fraction, -1 for as many as the file has. */
  readonly digits: number
  /** Letters of the kinds of names. */
  readonly names: string
  readonly preferences: readonly (readonly [string, boolean | number])[]
  /** Modules with dissectors of one's own. */
  readonly dissectors: readonly string[]
  /** `-o gui.column.format`: the columns of a packet's line, null for the usual ones. */
  readonly columns: readonly ColumnPlan[] | null
  /** The person's settings; its preferences are in `preferences` already. */
  readonly config: Config
  /** What is wrong with the file of the settings. */
  readonly configProblems: readonly string[]
}

interface Raw {
  readFile?: string
  c?: string
  Y?: string
  R?: string
  2?: boolean
  T?: string
  e: string[]
  E: string[]
  V?: boolean
  O?: string
  print?: boolean
  x?: boolean
  S?: string
  t?: string
  n?: boolean
  N: string[]
  o: string[]
  dissector: string[]
  G?: string | true
  z: string[]
  q?: boolean
  l?: boolean
  color?: boolean
  version?: boolean
  help?: boolean
}

/** The options with what they do, grouped as the help shows them. */
export const optionGroups: readonly { readonly title: string; readonly options: readonly Option[] }[] = [
  {
    title: 'Input',
    options: [
      new Option('-r, --read-file <file>', 'the capture; - for standard input'),
      new Option('-c <count>', 'stop after this many packets'),
      new Option('-Y <filter>', 'only packets that pass this display filter'),
      new Option('-2', 'read everything before anything is printed'),
      new Option('-R <filter>', 'with -2: packets that do not pass are not there at all'),
    ],
  },
  captureOptions,
  {
    title: 'Output',
    options: [
      new Option('-T <format>', `print packets as ${formats.join(', ')}`),
      many('-e <field>', 'a field to print, with -T fields, json or ek; may be repeated'),
      many('-E <option=value>', 'how -T fields prints: header, separator, occurrence, aggregator, quote, bom'),
      new Option('-V', 'print the whole dissection of each packet'),
      new Option('-O <protocols>', 'like -V, but only these protocols in full, with commas between them'),
      new Option('-P, --print', 'print the summary line as well'),
      new Option('-x', "print each packet's bytes"),
      new Option('-S <separator>', 'the line between packets of -V and -x'),
      new Option('-l', 'write every line at once'),
      new Option('-q', 'print no packets'),
      many('-z <statistic>', 'print conv,KIND[,FILTER] or follow,tcp|udp|http,MODE,STREAM[,RANGE]; may be repeated'),
      new Option('--color', 'colour summary lines by protocol'),
    ],
  },
  saveOptions,
  {
    title: 'Meaning',
    options: [
      new Option('-t <format>', 'time as r, a, ad, u, ud, e, d or dd; ad.3 for three digits'),
      new Option('-n', 'no names for addresses and ports'),
      many('-N <kinds>', `names of these kinds: ${NAME_LETTERS}`),
      many('-o <name:value>', 'set a preference; may be repeated'),
      many('--dissector <file>', 'add the dissectors that a JavaScript module exports; may be repeated'),
    ],
  },
  {
    title: 'About',
    options: [
      new Option('-G [report]', `print a glossary: ${reports.join(', ')}`),
      new Option('-v, --version', 'print the version'),
      new Option('-h, --help', 'print this help'),
    ],
  },
]

function many(flags: string, about: string): Option {
  return new Option(flags, about).default([]).argParser((value: string, before: string[]) => [...before, value])
}

/** Understands the arguments behind the program's name, which go before the settings. Throws `UsageError`. */
export function parseArguments(args: readonly string[], settings = noSettings): Arguments {
  const command = new Command().helpOption(false).exitOverride().allowExcessArguments(true).argument('[file...]')
  command.configureOutput({ writeErr: () => {}, outputError: () => {} }).showSuggestionAfterError(false)
  const options = optionGroups.flatMap((group) => group.options)
  const given: Given[] = []
  for (const option of options) {
    command.addOption(option)
    command.on(`option:${option.name()}`, (value: unknown) => given.push([option.name(), value]))
  }
  try {
    command.parse(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError(explained(error, options))
    throw error
  }
  return meaning(command.opts<Raw>(), command.args, captureArguments(given), settings)
}

/** Commander's complaint in this program's words. */
function explained(error: CommanderError, options: readonly Option[]): string {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  if (error.code === 'commander.unknownOption') return `option ${quoted} is not known.${nearestOption(quoted, options)}`
  if (error.code === 'commander.optionMissingArgument') return `option ${quoted} needs a value.`
  return error.message.replace(/^error: /, '')
}

function nearestOption(flag: string, options: readonly Option[]): string {
  const names = options.flatMap(({ short, long }) => [short ?? '', long ?? '']).filter((name) => name !== '')
  if (flag.startsWith('--'))
    return (
      suggestion(
        flag,
        names.filter((name) => name.startsWith('--')),
      ) || SEE_HELP
    )
  const other = names.find((name) => name.toLowerCase() === flag.slice(0, 2).toLowerCase())
  return other === undefined ? SEE_HELP : ` Did you mean ${other}?`
}
const SEE_HELP = ' All that are known: framewise --help'

function meaning(raw: Raw, rest: readonly string[], capture: CaptureArguments, settings: LoadedConfig): Arguments {
  const { config, problems: configProblems } = settings
  const format = oneOf(raw.T ?? 'text', formats, '-T')
  const [time, digits] = timeOf(raw.t ?? 'r')
  const only = raw.O === undefined ? null : protocolsOf(raw.O)
  const tree = raw.V === true || only !== null
  const hex = raw.x === true
  const printingPackets = raw.T !== undefined || tree || hex || raw.print === true
  const loud = raw.T !== undefined || raw.e.length > 0 || raw.E.length > 0 || raw.S !== undefined || raw.c !== undefined
  const columns = columnsOf(raw.o.findLast(isColumns))
  checkFields(format, raw, hex, columns?.map(({ title }) => title) ?? [])
  if (raw.z.length > 0 && capture.keep !== null) throw new UsageError('-z counts all packets: it takes no --keep.')
  if (raw.R !== undefined && raw[2] !== true) throw new UsageError('-R goes with -2; for one pass: -Y.')
  return {
    help: raw.help === true,
    version: raw.version === true,
    report: raw.G === undefined ? null : oneOf(raw.G === true ? 'fields' : raw.G, reports, '-G'),
    file: fileOf(raw.readFile, rest, capture),
    printing:
      loud ||
      tree ||
      hex ||
      raw.print === true ||
      raw.q === true ||
      raw.z.length > 0 ||
      raw.l === true ||
      raw[2] === true,
    printingPackets,
    capture,
    displayFilter: raw.Y ?? '',
    readFilter: raw.R ?? '',
    twoPasses: raw[2] === true,
    format,
    fields: raw.e,
    fieldOptions: parseFieldOptions(raw.E),
    summary: raw.print === true || !(tree || hex),
    tree,
    only,
    hex,
    separator: raw.S ?? '',
    quiet: raw.q === true && !printingPackets,
    statistics: raw.z,
    eager: raw.l === true,
    color: (process.env['NO_COLOR'] ?? '') !== '' ? 'never' : raw.color === true ? 'always' : 'auto',
    count: countOf(raw.c),
    time,
    digits,
    names: namesOf(raw),
    preferences: [...new Map([...config.preferences, ...raw.o.filter((text) => !isColumns(text)).map(preferenceOf)])],
    dissectors: raw.dissector,
    columns,
    config,
    configProblems,
  }
}

function oneOf<T extends string>(value: string, known: readonly T[], flag: string): T {
  const found = known.find((one) => one === value)
  if (found !== undefined) return found
  const near = suggestion(value, known)
  throw new UsageError(`${flag} ${value} is not known: it can be ${known.join(', ')}.${near}`)
}

function timeOf(value: string): [TimeFormat, number] {
  const [, letters, precision] = /^([a-z]+)(?:\.(\d))?$/.exec(value) ?? []
  return [oneOf(letters ?? value, timeFormats, '-t'), precision === undefined ? -1 : Number(precision)]
}

function countOf(value: string | undefined): number {
  if (value === undefined) return 0
  const count = /^\d+$/.test(value) ? Number(value) : 0
  if (count === 0 || !Number.isSafeInteger(count)) throw new UsageError(`-c ${value} is not a number of packets.`)
  return count
}

function fileOf(named: string | undefined, rest: readonly string[], capture: CaptureArguments): string {
  const files = named === undefined ? rest : [named, ...rest]
  const other = capture.interfaces.length > 0 ? '-i' : capture.follow !== '' ? '--follow' : ''
  if (other !== '' && files.length > 0) throw new UsageError(`${other} and the file ${files[0]} do not go together.`)
  if (files.length > 1) throw new UsageError(`one capture at a time: ${files[1]} is one too many.`)
  return files[0] ?? ''
}

function namesOf(raw: Raw): string {
  const letters = raw.N.join('')
  for (const letter of letters) {
    if (!NAME_LETTERS.includes(letter)) {
      throw new UsageError(`-N ${letter} is not known: kinds of names are ${[...NAME_LETTERS].join(', ')}.`)
    }
  }
  return letters !== '' ? letters : raw.n === true ? '' : DEFAULT_NAMES
}

function protocolsOf(list: string): ReadonlySet<string> {
  const ids = list.split(',').map((id) => id.trim().toLowerCase())
  const known = allFields.filter((f) => f.kind === 'protocol' && f.name !== '').map((f) => f.name)
  for (const id of ids) {
    if (!known.includes(id)) throw new UsageError(`-O ${id}: there is no such protocol.${suggestion(id, known)}`)
  }
  return new Set(ids)
}

const COLUMNS = 'gui.column.format:'
const isColumns = (text: string): boolean => text.trimStart().startsWith(COLUMNS)

function columnsOf(text: string | undefined): readonly ColumnPlan[] | null {
  if (text === undefined) return null
  try {
    return columnList(text.trimStart().slice(COLUMNS.length))
  } catch (error) {
    throw error instanceof ColumnError ? new UsageError(`-o ${COLUMNS} ${error.message}`) : error
  }
}

function preferenceOf(text: string): readonly [string, boolean | number] {
  const colon = text.indexOf(':')
  if (colon <= 0) throw new UsageError(`-o ${text} is not a preference and its value, as in -o tcp.check_checksum:TRUE`)
  const name = text.slice(0, colon).trim()
  const value = text.slice(colon + 1).trim()
  const found = allPreferences.find((p) => p.name === name)
  if (!found) {
    const names = allPreferences.map((p) => p.name).toSorted()
    const hint = suggestion(name, names) || ` There are ${names.join(', ')}.`
    throw new UsageError(`-o ${name}: there is no such preference.${hint}`)
  }
  if (typeof found.fallback === 'boolean') {
    if (!/^(true|false)$/i.test(value)) throw new UsageError(`-o ${name} is TRUE or FALSE, not ${value || 'nothing'}.`)
    return [name, /^true$/i.test(value)]
  }
  if (!/^(\d+|0x[0-9a-f]+)$/i.test(value)) throw new UsageError(`-o ${name} is a number, not ${value || 'nothing'}.`)
  return [name, Number(value)]
}

function checkFields(format: Format, raw: Raw, hex: boolean, columns: readonly string[]): void {
  if (format === 'fields' && raw.e.length === 0)
    throw new UsageError('-T fields needs to know which: name them with -e.')
  if (format === 'fields' && hex)
    throw new UsageError('-x prints bytes with -T text, json, jsonraw or ek, not with fields.')
  if (raw.e.length > 0 && (format === 'text' || format === 'jsonraw')) {
    throw new UsageError('-e goes with -T fields, -T json or -T ek.')
  }
  const wrong = raw.e.filter((name) => fieldsNamed(name).length === 0 && columnOf(name, columns) === null)
  if (wrong.length === 0) return
  const known = new Set([
    ...allFields.map((f) => f.name),
    ...[...columnTitles, ...columns].map((title) => COLUMN_PREFIX + title),
  ])
  throw new UsageError(wrong.map((name) => `there is no field ${name}.${suggestion(name, known)}`).join('\n'))
}
