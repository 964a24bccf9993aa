/** The lines of a decoded header block: HTTP/2, RFC 9113 section 8.2; HPACK, RFC 7541. */
import {
  type Dissection,
  escapeText,
  type Field,
  fields,
  group,
  text,
  uint16,
  uint32,
  uint64,
  utf8,
  warning,
} from '../src/dissect/index.js'
import { BlockFlag, HeaderForm } from '../src/track/header-blocks.js'
import type { Http2Sessions } from '../src/track/http2-sessions.js'
import { statusNames } from './shared/http-status.js'

/** Headers with a field of their own; `authority` stands for `:authority`. Those in `numeric` are numbers. */
const named = (
  ':authority :status :path :method :scheme accept accept-charset accept-encoding accept-language accept-ranges ' +
  'access-control-allow-origin age allow authorization cache-control content-disposition content-encoding ' +
  'content-language content-length content-location content-range content-type cookie date etag expect expires from ' +
  'if-match if-modified-since if-none-match if-range if-unmodified-since last-modified link location max-forwards ' +
  'proxy-authenticate proxy-authorization range referer refresh retry-after server set-cookie ' +
  'strict-transport-security user-agent vary via www-authenticate'
).split(' ')
const numeric: Readonly<Record<string, (label: string) => Field<'uint'>>> = {
  ':status': uint16,
  age: uint64,
  'content-length': uint64,
  'max-forwards': uint64,
}

type HeaderField = Field<'uint'> | Field<'string'>

const own: Record<string, HeaderField> = {}
const byName = new Map<string, HeaderField>()
for (const name of named) {
  const field = numeric[name]?.(name) ?? text(name)
  own[name.replace(':', '').replaceAll('-', '_')] = field
  byName.set(name, field)
}

const f = fields('http2', {
  header: {
    self: group('Header'),
    length: uint32('Header Length'),
    count: uint32('Header Count'),
    name: { self: text('Name'), length: uint32('Name Length') },
    value: { self: text('Value'), length: uint32('Value Length') },
    unescaped: text('Unescaped'),
    repr: text('Representation'),
    index: uint32('Index'),
  },
  header_table_size_update: {
    self: group('Header table size update'),
    header_table_size: uint32('Header table size'),
  },
  request: { full_uri: text('Full request URI') },
  header_size_exceeded: warning('Decompression stopped.', 'Protocol'),
  header_lines_exceeded: warning('Decompression stopped after 200 header lines.', 'Protocol'),
})
fields('http2', { headers: own })

const representations: readonly string[] = [
  'Indexed Header Field',
  'Literal Header Field with Incremental Indexing - Indexed Name',
  'Literal Header Field with Incremental Indexing - New Name',
  'Literal Header Field without Indexing - Indexed Name',
  'Literal Header Field without Indexing - New Name',
  'Literal Header Field never Indexed - Indexed Name',
  'Literal Header Field never Indexed - New Name',
]

/** What a header block says that its frame's line and Info repeat: refilled by `gistOf`. */
const gist = { method: '', path: '', scheme: '', authority: '', status: '' }

/** ` GET /index.html` or ` 200 OK`, with what stands between it and the text before; '' when the block says neither. */
export function blockText(sessions: Http2Sessions, block: number, between: string): string {
  gistOf(sessions, block)
  const status = gist.status === '' ? '' : `${between}${statusText(gist.status)}`
  return gist.method === '' || gist.path === ''
    ? status
    : `${status}${between}${escapeText(gist.method)} ${escapeText(gist.path)}`
}

/** Writes the lines of a block whose bytes in the current source are `start…end`. */
export function headerLines(d: Dissection, sessions: Http2Sessions, block: number, start: number, end: number): void {
  const { blocks, texts } = sessions
  const count = blocks.count[block]!
  if (count === 0) return
  const first = blocks.first[block]!
  let length = 0
  for (let i = first; i < first + count; i++) {
    if (blocks.form[i] !== HeaderForm.TableSize) length += texts.sizeOf(blocks.field[i]!) + 8
  }
  d.at(f.header.length, start, start, length)
  d.markGenerated()
  const flags = blocks.flags[block]!
  if (flags !== 0) {
    d.enter()
    if (flags & BlockFlag.Size) d.note(f.header_size_exceeded)
    if (flags & BlockFlag.Lines) d.note(f.header_lines_exceeded)
    d.leave()
  }
  d.at(f.header.count, start, start, count)
  d.markGenerated()
  for (let i = first, p = start; i < first + count; i++) {
    const next = Math.min(p + blocks.size[i]!, end)
    if (blocks.form[i] === HeaderForm.TableSize) tableSize(d, blocks.number[i]!, p, next)
    else headerLine(d, sessions, i, p, next)
    p = next
  }
  fullUri(d, sessions, block, start)
}

function tableSize(d: Dissection, size: number, start: number, end: number): void {
  const opened = d.open(f.header_table_size_update.self)
  d.at(f.header_table_size_update.header_table_size, start, end, size)
  d.closeAt(opened, start, end)
}

function headerLine(d: Dissection, sessions: Http2Sessions, line: number, start: number, end: number): void {
  const { blocks } = sessions
  const field = blocks.field[line]!
  const form = blocks.form[line]!
  const { name, value } = textsOf(sessions, field)
  const opened = d.open(f.header.self)
  if (d.showing) {
    const phrase = name === ':status' ? ` ${phraseOf(value)}` : ''
    d.caption(`Header: ${escapeText(name)}: ${escapeText(value)}${phrase}`, opened)
  }
  const { texts } = sessions
  d.at(f.header.name.length, start, end, texts.nameEnd[field]! - texts.nameStart[field]!)
  d.textAt(f.header.name.self, start, end, name)
  d.at(f.header.value.length, start, end, texts.valueEnd[field]! - texts.valueStart[field]!)
  d.textAt(f.header.value.self, start, end, value)
  const known = byName.get(name)
  if (known !== undefined) ownField(d, known, start, end, value)
  d.textAt(f.header.unescaped, start, end, value)
  d.markGenerated()
  d.textAt(f.header.repr, start, end, representations[form]!)
  if (form === HeaderForm.Indexed || (form & 1) === 1) d.at(f.header.index, start, end, blocks.number[line]!)
  d.closeAt(opened, start, end)
}

/** The header's own field. One that should be a number but is none has no value. */
function ownField(d: Dissection, known: HeaderField, start: number, end: number, value: string): void {
  if (known.kind === 'string') d.textAt(known, start, end, value)
  else if (/^\d{1,15}$/.test(value)) d.at(known, start, end, Number(value))
}

function fullUri(d: Dissection, sessions: Http2Sessions, block: number, at: number): void {
  if (!d.wants(f.request.full_uri)) return
  gistOf(sessions, block)
  if (gist.method === '' || gist.scheme === '' || gist.authority === '' || gist.path === '') return
  d.textAt(f.request.full_uri, at, at, `${gist.scheme}://${gist.authority}${gist.path}`)
  d.markGenerated()
}

function gistOf(sessions: Http2Sessions, block: number): void {
  const { blocks, texts } = sessions
  gist.method = gist.path = gist.scheme = gist.authority = gist.status = ''
  const first = blocks.first[block]!
  for (let i = first; i < first + blocks.count[block]!; i++) {
    const field = blocks.field[i]!
    if (blocks.form[i] === HeaderForm.TableSize || texts.bytes[texts.nameStart[field]!] !== COLON) continue
    const { name, value } = textsOf(sessions, field)
    if (name === ':method') gist.method = value
    else if (name === ':path') gist.path = value
    else if (name === ':scheme') gist.scheme = value
    else if (name === ':authority') gist.authority = value
    else if (name === ':status') gist.status = value
  }
}

const COLON = 0x3a

const phraseOf = (status: string): string => statusNames[Number(status)] ?? 'Unknown'
const statusText = (status: string): string => `${escapeText(status)} ${phraseOf(status)}`

/** The value of a field as it stands, e.g. a media type; '' for field 0. */
export const valueOf = (sessions: Http2Sessions, field: number): string =>
  field === 0 ? '' : textsOf(sessions, field).value

interface Texts {
  readonly name: string
  readonly value: string
}

/** The texts used last: a block may name one long field hundreds of times. */
const latest = new Map<number, Texts>()
let latestOf: Http2Sessions | null = null
const MAX_LATEST = 64

function textsOf(sessions: Http2Sessions, field: number): Texts {
  if (latestOf !== sessions || latest.size > MAX_LATEST) {
    latest.clear()
    latestOf = sessions
  }
  let known = latest.get(field)
  if (known === undefined) {
    const { texts } = sessions
    known = {
      name: utf8(texts.bytes, texts.nameStart[field]!, texts.nameEnd[field]!),
      value: utf8(texts.bytes, texts.valueStart[field]!, texts.valueEnd[field]!),
    }
    latest.set(field, known)
  }
  return known
}
