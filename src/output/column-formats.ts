/**
 * What columns can show, in Wireshark's spelling (`%m`, `%Cus:tcp.stream:0:R`), and what is meant by a list of them:
 * that of the preference `gui.column.format`, or the pairs of the settings.
 */
import { allFields, fieldsNamed } from '../dissect/field.js'
import { nearestOf } from '../filter/nearest.js'
import type { TimeFormat } from './time-text.js'

/** A column as a person asks for it. */
export interface ColumnChoice {
  readonly title: string
  readonly format: string
}

export type ColumnKind =
  | 'number'
  | 'time'
  | 'source'
  | 'destination'
  | 'protocol'
  | 'length'
  | 'info'
  | 'severity'
  | 'innermost'
  | 'fields'

/** One column, understood. */
export interface ColumnPlan extends ColumnChoice {
  readonly kind: ColumnKind
  /** Of a time: how it is written, null for the way that all times are. */
  readonly time: TimeFormat | 'doy' | 'udoy' | null
  /** Whether names stand for values. */
  readonly resolved: boolean
  /** Names of fields whose values are shown, those of the first one first; of `innermost` that of the innermost layer. */
  readonly fields: readonly string[]
  /** Which of their values: 0 for all, 2 for the second, -1 for the last. */
  readonly occurrence: number
  /** How it stands in a line. Between the two ends of one layer stands an arrow. */
  readonly place: 'number' | 'time' | 'plain' | Endpoint
}

/** Addresses of whichever layer, of hardware, of the network; where from and where to. */
export type Endpoint = `${'any' | 'hardware' | 'network'} ${'src' | 'dst'}`

/** A column that makes no sense. The message is a sentence. */
export class ColumnError extends Error {
  override readonly name = 'ColumnError'
}

/** The columns of the packet list unless somebody wants others. */
export const usualColumns: readonly ColumnChoice[] = [
  { title: 'No.', format: '%m' },
  { title: 'Time', format: '%t' },
  { title: 'Source', format: '%s' },
  { title: 'Destination', format: '%d' },
  { title: 'Protocol', format: '%p' },
  { title: 'Length', format: '%L' },
  { title: 'Info', format: '%i' },
]

/** More columns than these are a mistake. */
const MAX_COLUMNS = 256
const CUSTOM = '%Cus'

type Known = Partial<ColumnPlan> & { readonly kind: ColumnKind; readonly about: string }

const time = (about: string, format: ColumnPlan['time'], place: ColumnPlan['place'] = 'time'): Known => ({
  kind: 'time',
  about,
  time: format,
  place,
})
const address = (about: string, end: 'src' | 'dst', resolved: boolean): Known => ({
  kind: end === 'src' ? 'source' : 'destination',
  about,
  resolved,
  place: `any ${end}`,
})
const innermost = (about: string, of: string, place: ColumnPlan['place'], resolved: boolean): Known => ({
  kind: 'innermost',
  about,
  fields: of.split(' '),
  resolved,
  place,
})

const known: Readonly<Record<string, Known>> = {
  '%m': { kind: 'number', about: 'number', place: 'number' },
  '%t': time('time as -t says', null),
  '%Rt': time('time since the first packet', 'r'),
  '%At': time('time of day', 'a'),
  '%Yt': time('date and time', 'ad'),
  '%YDOYt': time('year, day of the year and time', 'doy'),
  '%Aut': time('time of day in UTC', 'u'),
  '%Yut': time('date and time in UTC', 'ud'),
  '%YDOYut': time('year, day of the year and time in UTC', 'udoy'),
  '%Tt': time('time since the packet before', 'd', 'plain'),
  '%Gt': time('time since the packet shown before', 'dd', 'plain'),
  '%s': address('source', 'src', true),
  '%rs': address('source by name', 'src', true),
  '%us': address('source as a number', 'src', false),
  '%d': address('destination', 'dst', true),
  '%rd': address('destination by name', 'dst', true),
  '%ud': address('destination as a number', 'dst', false),
  '%hs': innermost('hardware source', 'eth.src sll.src.eth', 'hardware src', true),
  '%rhs': innermost('hardware source by name', 'eth.src sll.src.eth', 'hardware src', true),
  '%uhs': innermost('hardware source as a number', 'eth.src sll.src.eth', 'hardware src', false),
  '%hd': innermost('hardware destination', 'eth.dst', 'hardware dst', true),
  '%rhd': innermost('hardware destination by name', 'eth.dst', 'hardware dst', true),
  '%uhd': innermost('hardware destination as a number', 'eth.dst', 'hardware dst', false),
  '%ns': innermost('network source', 'ip.src ipv6.src', 'network src', true),
  '%rns': innermost('network source by name', 'ip.src ipv6.src', 'network src', true),
  '%uns': innermost('network source as a number', 'ip.src ipv6.src', 'network src', false),
  '%nd': innermost('network destination', 'ip.dst ipv6.dst', 'network dst', true),
  '%rnd': innermost('network destination by name', 'ip.dst ipv6.dst', 'network dst', true),
  '%und': innermost('network destination as a number', 'ip.dst ipv6.dst', 'network dst', false),
  '%S': innermost('source port', 'tcp.srcport udp.srcport', 'plain', true),
  '%rS': innermost('source port by name', 'tcp.srcport udp.srcport', 'plain', true),
  '%uS': innermost('source port as a number', 'tcp.srcport udp.srcport', 'plain', false),
  '%D': innermost('destination port', 'tcp.dstport udp.dstport', 'plain', true),
  '%rD': innermost('destination port by name', 'tcp.dstport udp.dstport', 'plain', true),
  '%uD': innermost('destination port as a number', 'tcp.dstport udp.dstport', 'plain', false),
  '%p': { kind: 'protocol', about: 'protocol' },
  '%L': { kind: 'length', about: 'length in bytes' },
  '%i': { kind: 'info', about: 'info' },
  '%a': { kind: 'severity', fields: ['_ws.expert.severity'], about: 'severity of the worst expert item' },
}

/** What columns can show, for those who list it. */
export const columnFormats: readonly { readonly format: string; readonly about: string }[] = [
  ...Object.entries(known).map(([format, { about }]) => ({ format, about })),
  { format: `${CUSTOM}:FIELD[:OCCURRENCE[:R|U]]`, about: 'values of a field' },
]

/** Understands one column. An empty title becomes one of what it shows. Throws `ColumnError`. */
export function columnPlan({ title, format }: ColumnChoice): ColumnPlan {
  const usual = { time: null, resolved: true, fields: [], occurrence: 0, place: 'plain' } as const
  if (format === CUSTOM || format.startsWith(`${CUSTOM}:`)) {
    const custom = customColumn(format)
    return { ...usual, ...custom, kind: 'fields', format, title: title || labelOf(custom.fields) }
  }
  const found = Object.hasOwn(known, format) ? known[format] : undefined
  if (found === undefined) {
    const all = columnFormats.map((one) => one.format).join(' ')
    throw new ColumnError(`no column shows ${format === '' ? 'nothing' : format}: there are ${all}.`)
  }
  return { ...usual, ...found, format, title: title || found.about }
}

/** Understands the value of `gui.column.format`: titles and formats in turn, in quotes or not. Throws `ColumnError`. */
export function columnList(text: string): ColumnPlan[] {
  const words = wordsOf(text)
  if (words.length % 2 !== 0 || words.length === 0 || words.length > 2 * MAX_COLUMNS) {
    throw new ColumnError('titles and formats are expected in turn: "No.","%m","Client","%Cus:tcp.srcport".')
  }
  return Array.from({ length: words.length / 2 }, (_, i) =>
    columnPlan({ title: words[i * 2]!, format: words[i * 2 + 1]! }),
  )
}

/** The column that shows all values of a field. */
export const fieldColumn = (name: string): ColumnChoice => ({ title: '', format: `${CUSTOM}:${name}:0:R` })

function customColumn(format: string): Pick<ColumnPlan, 'fields' | 'occurrence' | 'resolved'> {
  const [names = '', occurrence = '0', names2 = 'R', ...more] = format.slice(CUSTOM.length + 1).split(':')
  const fields = names.split(/\s*\|\|\s*|\s+or\s+/).map((name) => name.trim())
  for (const name of fields) {
    if (name === '') throw new ColumnError(`${format} names no field: ${CUSTOM}:tcp.srcport.`)
    if (fieldsNamed(name).length > 0) continue
    const near = nearestOf(name, new Set(allFields.map((f) => f.name).filter((each) => each !== '')))
    const meant = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`
    throw new ColumnError(`${format}: there is no field ${name}.${meant}`)
  }
  if (!/^-?\d{1,6}$/.test(occurrence)) {
    throw new ColumnError(`${format}: which value is meant is a number: 0 for all, 2 for the second, -1 for the last.`)
  }
  if ((names2 !== 'R' && names2 !== 'U') || more.length > 0) {
    throw new ColumnError(`${format}: behind the number stands R for names of values, or U for values as they are.`)
  }
  return { fields, occurrence: Number(occurrence), resolved: names2 === 'R' }
}

/** Layers are called by their short names. */
function labelOf(fields: readonly string[]): string {
  const name = fields[0]!
  return fieldsNamed(name).find(({ kind, label }) => kind !== 'protocol' && label !== '')?.label ?? name
}

/** The words between commas; `\"` and `\\` in quotes stand for `"` and `\`. */
function wordsOf(text: string): string[] {
  const words: string[] = []
  const word = /\s*(?:"((?:[^"\\]|\\.)*)"|([^",]*))\s*(,|$)/suy
  for (let more = text.trim() !== ''; more; ) {
    const found = word.exec(text)
    if (found === null) throw new ColumnError(`a quote or a comma is missing in ${text}`)
    words.push(found[1]?.replace(/\\(.)/gsu, '$1') ?? found[2]!.trim())
    more = found[3] === ','
  }
  return words
}
