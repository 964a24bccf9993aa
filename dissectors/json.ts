/** JavaScript Object Notation, RFC 8259. */
import { type Dissection, fields, group, protocol, protocolField, text, utf8 } from '../src/dissect/index.js'
import { ARRAY, containerEnds, OBJECT, plainEnd, readText, skipSpace, stringEnd, stringOf } from './json-text.js'
import { body, MediaType, mediaTypes, skipPacked } from './shared/media-types.js'

/** Characters of all paths of a text; what would be more is shown without its path. */
const MAX_PATHS = 1 << 21

const f = fields('json', {
  self: protocolField('JavaScript Object Notation'),
  object: group('Object'),
  array: group('Array'),
  member: text('Member'),
  key: text('Key'),
  path: text('Path'),
  path_with_value: text('Path with value'),
  member_with_value: text('Member with value'),
  value: {
    string: text('String value'),
    number: text('Number value'),
    true: group('True value'),
    false: group('False value'),
    null: group('Null value'),
    nan: group('NaN value'),
  },
})

/** Of the text being written: characters of its paths, and objects and arrays that were begun. */
const progress = { paths: 0, containers: 0 }

export const json = protocol({
  name: 'JavaScript Object Notation',
  short: 'JSON',
  spec: 'RFC 8259',
  self: f.self,
  under: { media_type: MediaType.Json },
  summary: () => ({}),

  dissect(d) {
    if (d.showing && body.type !== '') d.captionLayer(`JavaScript Object Notation: ${body.type}`)
    const { coded } = body
    body.coded = false
    if (skipPacked(d)) return
    const b = d.bytes
    progress.paths = 0
    // Some send several texts one behind the other.
    for (;;) {
      const start = skipSpace(b, d.pos, d.end)
      const end = start < d.end ? readText(b, start, d.end) : -1
      if (end < 0) break
      progress.containers = 0
      if (d.wants(f.self)) value(d, start, '', '')
      d.pos = skipSpace(b, end, d.end)
    }
    if (coded) d.pos = d.end
    else if (d.left > 0) d.next(mediaTypes, MediaType.Text)
  },
})

const CLOSE_OBJECT = 0x7d
const CLOSE_ARRAY = 0x5d
const COMMA = 0x2c

/** Writes the value at `p`, of which is known that it is one, and returns where it ends. */
function value(d: Dissection, p: number, path: string, name: string): number {
  const b = d.bytes
  if (b[p] === OBJECT || b[p] === ARRAY) return container(d, p, path)
  const end = plainEnd(b, p, d.end)
  const quoted = b[p] === 0x22
  if (d.wants(f.path_with_value) || d.wants(f.member_with_value) || d.wants(f.value.string)) {
    const spelled = quoted ? stringOf(b, p, end) : utf8(b, p, end)
    progress.paths += path.length + spelled.length
    if (progress.paths < MAX_PATHS) {
      generatedText(d, f.path_with_value, p, end, `${path}:${spelled}`)
      generatedText(d, f.member_with_value, p, end, `${name}:${spelled}`)
    }
    if (quoted) d.textAt(f.value.string, p, end, spelled)
  }
  if (!quoted) plain(d, p, end)
  return end
}

/** A number, or one of the words. */
function plain(d: Dissection, p: number, end: number): void {
  const first = d.bytes[p]
  const word =
    first === 0x74
      ? f.value.true
      : first === 0x66
        ? f.value.false
        : first === 0x6e
          ? f.value.null
          : first === 0x4e
            ? f.value.nan
            : null
  if (word === null) d.spanAt(f.value.number, p, end)
  else {
    d.pos = p
    d.closeAt(d.open(word), p, end)
  }
}

function container(d: Dissection, start: number, path: string): number {
  const b = d.bytes
  const named = b[start] === OBJECT
  progress.containers++
  const close = named ? CLOSE_OBJECT : CLOSE_ARRAY
  d.pos = start
  const opened = d.open(named ? f.object : f.array)
  const inside = `${path}/[]`
  let p = skipSpace(b, start + 1, d.end)
  while (b[p] !== close) {
    p = named ? member(d, p, path) : value(d, p, inside, '[]')
    p = skipSpace(b, p, d.end)
    if (b[p] === COMMA) p = skipSpace(b, p + 1, d.end)
  }
  d.pos = p + 1
  d.close(opened)
  return p + 1
}

function member(d: Dissection, start: number, path: string): number {
  const b = d.bytes
  const keyEnd = stringEnd(b, start, d.end)
  const at = skipSpace(b, skipSpace(b, keyEnd, d.end) + 1, d.end)
  const end = b[at] === OBJECT || b[at] === ARRAY ? containerEnds[progress.containers]! : plainEnd(b, at, d.end)
  const key = stringOf(b, start, keyEnd)
  d.textAt(f.member, start, end, key)
  d.enter()
  const here = progress.paths < MAX_PATHS ? `${path}/${key}` : path
  value(d, at, here, key)
  d.textAt(f.key, start, keyEnd, key)
  progress.paths += here.length
  if (progress.paths < MAX_PATHS) generatedText(d, f.path, start, end, here)
  d.leave()
  return end
}

function generatedText(d: Dissection, field: typeof f.path, start: number, end: number, words: string): void {
  d.textAt(field, start, end, words)
  d.markGenerated()
}
