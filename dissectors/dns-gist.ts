/** What a resource record says, in a few words: for its line in the tree and for the Info column. */
import { escapeText, ipv4Text, ipv6Text, type TextBuffer } from '../src/dissect/index.js'
import { nameSize, nameText, writeName } from './dns-names.js'
import { asciiText } from './shared/text-spells.js'

/** Where a record's data lies, and the message around it. */
export interface RecordPlace {
  readonly bytes: Uint8Array
  readonly type: number
  /** The data. */
  readonly start: number
  readonly size: number
  /** The message. */
  readonly base: number
  readonly end: number
  /** Where the name stands that the record belongs to. */
  readonly owner: number
}

/** Words in order: what the tree calls them (`null` for words that only the Info column has), and the words. */
type Gist = readonly (readonly [label: string | null, words: string])[]

/** `, preference 10, mx mx.example`: for the record's line in the tree; '' when the record has nothing short to say. */
export const gistLine = (r: RecordPlace): string =>
  gistOf(r)
    .map(([label, words]) => (label === null ? '' : label === '' ? `, ${words}` : `, ${label} ${words}`))
    .join('')

/** ` 10 mx.example`: for the Info column. What most records are makes no strings. */
export function writeGist(line: TextBuffer, r: RecordPlace): void {
  const { bytes: b, type, start, size, base, end } = r
  if (type === Type.A && size > 0 && end - start >= 4) {
    line.text(' ')
    line.ipv4(b, start)
    return
  }
  if ((type === Type.Cname || type === Type.Ptr) && size > 0) {
    if (nameSize(b, start, end, base) < 0) return
    line.text(' ')
    writeName(line, b, start, end, base)
    return
  }
  for (const [, words] of gistOf(r)) {
    line.text(' ')
    line.text(words)
  }
}

const NOTHING: Gist = []
const Type = { A: 1, Cname: 5, Ptr: 12 } as const

function gistOf(r: RecordPlace): Gist {
  if (r.size === 0) return NOTHING
  const { bytes: b, start: p } = r
  const left = r.end - p
  switch (r.type) {
    case Type.A:
    case 11:
      return left < 4 ? NOTHING : [['addr', ipv4Text(b, p)]]
    case 28:
      return left < 16 ? NOTHING : [['addr', ipv6Text(b, p)]]
    case 2:
      return named(r, 'ns', p)
    case Type.Cname:
      return named(r, 'cname', p)
    case 6:
      return named(r, 'mname', p)
    case Type.Ptr:
      return named(r, '', p)
    case 39:
      return named(r, 'dname', p)
    case 30:
    case 47:
      return named(r, 'next domain name', p)
    case 65282:
      return named(r, 'name result domain', p + 12)
    case 15:
      return preferred(r, 'mx')
    case 36:
      return preferred(r, 'kx')
    case 33:
      return left < 6 ? NOTHING : service(r)
    case 35:
      return pointer(r)
    case 13:
      return host(r)
    case 38:
      return prefix(r)
    default:
      return ownerTypes.has(r.type) ? [[null, nameText(b, r.owner, r.end, r.base)]] : NOTHING
  }
}

/** Types of which Info repeats only whose they are. */
const ownerTypes = new Set([3, 4, 7, 8, 9, 10, 14, 17, 18, 19, 20, 21, 22, 23, 26, 27, 42, 49, 51, 52, 55])

const word16 = (b: Uint8Array, p: number): number => (b[p]! << 8) | b[p + 1]!

function named(r: RecordPlace, label: string, at: number): Gist {
  if (nameSize(r.bytes, at, r.end, r.base) < 0) return NOTHING
  return [[label, nameText(r.bytes, at, r.end, r.base)]]
}

function preferred(r: RecordPlace, label: string): Gist {
  if (r.end - r.start < 2) return NOTHING
  const name = named(r, label, r.start + 2)
  return name === NOTHING ? NOTHING : [['preference', String(word16(r.bytes, r.start))], ...name]
}

function service(r: RecordPlace): Gist {
  const { bytes: b, start: p } = r
  const target = named(r, 'target', p + 6)
  if (target === NOTHING) return NOTHING
  return [
    ['priority', String(word16(b, p))],
    ['weight', String(word16(b, p + 2))],
    ['port', String(word16(b, p + 4))],
    ...target,
  ]
}

/** Flags, service and regular expression stand before the name, each with its length. */
function pointer(r: RecordPlace): Gist {
  const { bytes: b, start: p, end } = r
  let name = p + 4
  for (let i = 0; i < 3; i++) {
    if (name >= end) return NOTHING
    name += 1 + b[name]!
  }
  if (nameSize(b, name, end, r.base) < 0) return NOTHING
  return [
    ['order', String(word16(b, p))],
    ['preference', String(word16(b, p + 2))],
    ['flags', escapeText(asciiText(b, p + 5, p + 5 + b[p + 4]!))],
  ]
}

function host(r: RecordPlace): Gist {
  const { bytes: b, start: p, end } = r
  const os = p + 1 + b[p]!
  if (os >= end || os + 1 + b[os]! > end) return NOTHING
  return [
    ['CPU', hostText(b, p + 1, os)],
    ['OS', hostText(b, os + 1, os + 1 + b[os]!)],
  ]
}

/** Bytes that are not ASCII have three in U+FFFD; in Wireshark the text is cut to as many as it had. */
const hostText = (b: Uint8Array, start: number, end: number): string =>
  escapeText(Buffer.from(asciiText(b, start, end)).toString('utf8', 0, end - start))

/** An A6 record, RFC 2874: the address without its first bits, and whose those are. */
function prefix(r: RecordPlace): Gist {
  const { bytes: b, start: p, end } = r
  const bits = b[p]!
  const size = bits > 128 ? 16 : Math.ceil((128 - bits) / 8)
  if (end - p < 1 + size) return NOTHING
  const address = new Uint8Array(16)
  address.set(b.subarray(p + 1, p + 1 + size), 16 - size)
  const name = bits === 0 ? '' : named(r, '', p + 1 + size)[0]?.[1]
  return name === undefined ? NOTHING : [[bits > 128 ? null : 'addr', `${bits} ${ipv6Text(address, 0)} ${name}`]]
}
