/**
 * A node of the tape as text: as `-T fields` prints its value, and as the tree words its line. Wireshark's wording, so
 * that habits, scripts and this program's own comparison with tshark carry over.
 */
import { etherText, hexText, ipv4Text, ipv6Text } from './address.js'
import { dateText, secondsText } from './date-text.js'
import type { Field } from './field.js'
import { NodeFlag, type Tape } from './tape.js'

/** Turns addresses and ports into names; every answer is '' when there is none or names are not wanted. */
export interface Resolver {
  ether(bytes: Uint8Array, start: number): string
  /** Who registered the prefix of the MAC address whose six bytes begin at `start`. */
  vendor(bytes: Uint8Array, start: number): string
  ip(address: string): string
  port(number: number, transport: 'tcp' | 'udp' | 'sctp'): string
}
export const noNames: Resolver = { ether: () => '', vendor: () => '', ip: () => '', port: () => '' }

/** The bytes a node's range refers to: the frame or one of the other sources. */
export type BytesOf = (source: number) => Uint8Array

/** The value as `-T fields` and JSON give it; '' for a group. */
export function valueText(t: Tape, i: number, bytesOf: BytesOf): string {
  const f = t.fieldAt(i)
  const extra = t.extraAt(i)
  if (extra !== null) return typeof extra === 'string' ? escapeText(extra) : bytesText(f, extra)
  const start = t.start[i]!
  const end = t.end[i]!
  switch (f.kind) {
    case 'uint':
    case 'int':
    case 'framenum':
      if (f.width === 64 && end - start === 8) {
        return wideText(f, bytesOf(t.source[i]!), start, t.flags[i]! & NodeFlag.Little, false)
      }
      return numberText(f, t.value[i]!, f.width / 4, false)
    case 'bool':
      return t.value[i] ? '1' : '0'
    case 'ether':
      return etherText(bytesOf(t.source[i]!), start)
    case 'ipv4':
      return ipv4Text(bytesOf(t.source[i]!), start)
    case 'ipv6':
      return ipv6Text(bytesOf(t.source[i]!), start)
    case 'bytes':
      return start === end ? f.empty : hexText(bytesOf(t.source[i]!), start, end, f.separator)
    case 'eui64':
      return hexText(bytesOf(t.source[i]!), start, end, ':')
    case 'guid':
      return guidText(bytesOf(t.source[i]!), start)
    case 'string':
      return escapeText(textSpan(bytesOf(t.source[i]!), start, end))
    case 'abstime':
      if (t.value[i] === f.never && t.nanos[i] === 0) return 'NULL'
      return dateText(t.value[i]!, t.nanos[i]!, f.base === 'dec' ? 'utc' : 'local')
    case 'reltime':
      return secondsText(t.value[i]!, t.nanos[i]!)
    case 'double':
      return doubleText(t.value[i]!)
    case 'protocol':
      // A layer that says nothing of itself in its line is only there: its value is its name.
      if ((t.flags[i]! & (NodeFlag.Caption | NodeFlag.Suffix)) === 0) return f.name
      return f.owner === '_ws.expert' ? nodeText(t, i, bytesOf, noNames) : lineText(t, i, bytesOf, noNames)
    case 'none':
      return ''
  }
}

const bytesText = (f: Field, bytes: Uint8Array): string => {
  if (f.kind === 'ether') return etherText(bytes, 0)
  if (f.kind === 'ipv4') return ipv4Text(bytes, 0)
  if (f.kind === 'guid') return guidText(bytes, 0)
  return f.kind === 'ipv6' ? ipv6Text(bytes, 0) : hexText(bytes, 0, bytes.length)
}

/** The text of a string field as its bytes spell it, control characters and all. */
export function rawText(t: Tape, i: number, bytesOf: BytesOf): string {
  const extra = t.extraAt(i)
  if (typeof extra === 'string') return extra
  return textSpan(bytesOf(t.source[i]!), t.start[i]!, t.end[i]!)
}

/** The node's line in the tree, generated ones in brackets. */
export function lineText(t: Tape, i: number, bytesOf: BytesOf, names: Resolver): string {
  const text = nodeText(t, i, bytesOf, names)
  return t.flags[i]! & NodeFlag.Generated ? `[${text}]` : text
}

/** The node's line without brackets. */
export function nodeText(t: Tape, i: number, bytesOf: BytesOf, names: Resolver): string {
  const flags = t.flags[i]!
  const caption = (flags & NodeFlag.Caption) !== 0
  const text = caption ? t.captions[i]! : plainLine(t, i, bytesOf, names)
  const { label } = t.fieldAt(i)
  const cut = text.length < SURELY_SHORT ? text : shortened(text, caption ? 0 : text.indexOf(label) + label.length)
  if ((flags & NodeFlag.Suffix) === 0) return cut
  const whole = cut + t.suffixes[i]!
  return whole.length < SURELY_SHORT ? whole : fitting(whole)
}

/** Wireshark's lines have room for so many bytes of UTF-8, the closing zero included; a character has at most three. */
const LINE_BYTES = 240
const SURELY_SHORT = LINE_BYTES / 3
const CUT = ' [truncated]'

/** A line that is too long, cut at its end; the mark for that stands at `cutAt`, behind the label or in front of all. */
function shortened(text: string, cutAt: number): string {
  if (Buffer.byteLength(text) < LINE_BYTES) return text
  return upTo(Buffer.from(text.slice(0, cutAt) + CUT + text.slice(cutAt)), LINE_BYTES - 2)
}

/** As much of a line as there is room for: what is added to a line is cut without a mark. */
const fitting = (text: string): string =>
  Buffer.byteLength(text) < LINE_BYTES ? text : upTo(Buffer.from(text), LINE_BYTES - 1)

/** The characters of UTF-8 that begin before `end` and are there as a whole. */
function upTo(line: Buffer, end: number): string {
  let last = end
  while (last > 0 && (line[last]! & 0xc0) === 0x80) last--
  return line.toString('utf8', 0, last)
}

function plainLine(t: Tape, i: number, bytesOf: BytesOf, names: Resolver): string {
  const f = t.fieldAt(i)
  switch (f.kind) {
    case 'none':
    case 'protocol':
      return f.label
    case 'uint':
    case 'int':
    case 'framenum':
      return `${bitsOf(f, t.value[i]!)}${f.label}: ${namedNumber(t, i, f, bytesOf, names)}${f.unit}`
    case 'bool': {
      const v = t.value[i] !== 0
      const words = f.truth ?? ['True', 'False']
      return `${bitsOf(f, t.value[i]!)}${f.label}: ${v ? words[0] : words[1]}`
    }
    case 'ether': {
      const extra = t.extraAt(i)
      const name = extra instanceof Uint8Array ? names.ether(extra, 0) : names.ether(bytesOf(t.source[i]!), t.start[i]!)
      return `${f.label}: ${named(name, valueText(t, i, bytesOf))}`
    }
    case 'ipv4':
    case 'ipv6': {
      const address = valueText(t, i, bytesOf)
      return `${f.label}: ${named(names.ip(address), address)}`
    }
    case 'eui64': {
      const address = valueText(t, i, bytesOf)
      return `${f.label}: ${address} (${address})`
    }
    case 'bytes': {
      const all = valueText(t, i, bytesOf)
      return `${f.label}: ${all === '' ? '<MISSING>' : all.length > 72 ? `${all.slice(0, 72)}…` : all}`
    }
    case 'reltime':
      return `${f.label}: ${valueText(t, i, bytesOf)} seconds`
    default:
      return `${f.label}: ${valueText(t, i, bytesOf)}${f.unit}`
  }
}

const named = (name: string, plain: string): string => (name === '' ? plain : `${name} (${plain})`)

function namedNumber(t: Tape, i: number, f: Field, bytesOf: BytesOf, names: Resolver): string {
  const v = t.value[i]!
  if (f.base === 'custom' && f.show !== null) return f.show(v)
  const start = t.start[i]!
  const wide = f.width === 64 && t.end[i]! - start === 8
  const digits = f.mask === 0 ? f.width / 4 : Math.ceil((32 - Math.clz32(f.mask) - f.shift) / 4)
  const plain = wide
    ? wideText(f, bytesOf(t.source[i]!), start, t.flags[i]! & NodeFlag.Little, true)
    : numberText(f, v, digits, true)
  if (f.names !== null) {
    const name = nameOf(f, v)
    if (name !== '') return f.base === 'none' ? name : `${name} (${plain})`
    return `Unknown (${plain})`
  }
  if (f.port !== '') return named(names.port(v, f.port), plain)
  return plain
}

/** The name a field gives to a value, '' for none. */
export function nameOf(f: Field, value: number): string {
  if (f.names === null) return ''
  return (typeof f.names === 'function' ? f.names(value) : f.names[value]) ?? ''
}

/** A number in the field's base, hexadecimal with `digits` digits; `both` bases where the field's line shows both. */
export function numberText(f: Field, v: number, digits: number, both: boolean): string {
  switch (f.base) {
    case 'hex':
      return hex(v, digits)
    case 'oct':
      return `0${v.toString(8)}`
    case 'dec_hex':
      return both ? `${v} (${hex(v, digits)})` : String(v)
    case 'hex_dec':
      return both ? `${hex(v, digits)} (${v})` : hex(v, digits)
    default:
      return String(v)
  }
}
const hex = (v: number, digits: number): string => `0x${v.toString(16).padStart(digits, '0')}`

function wideText(f: Field, b: Uint8Array, start: number, little: number, both: boolean): string {
  const view = new DataView(b.buffer, b.byteOffset + start, 8)
  const v = f.kind === 'int' ? view.getBigInt64(0, little !== 0) : view.getBigUint64(0, little !== 0)
  const digits = `0x${BigInt.asUintN(64, v).toString(16).padStart(16, '0')}`
  if (f.base === 'hex' || (f.base === 'hex_dec' && !both)) return digits
  if (!both) return v.toString()
  return f.base === 'hex_dec' ? `${digits} (${v})` : f.base === 'dec_hex' ? `${v} (${digits})` : v.toString()
}

/** `0100 .... = ` for a field that is part of a number, '' for others. */
export function bitsOf(f: Field, value: number): string {
  if (f.mask === 0) return ''
  const all = (value << f.shift) >>> 0
  let out = ''
  for (let b = f.width - 1; b >= 0; b--) {
    out += b < 32 && (f.mask >>> b) & 1 ? ((all >>> b) & 1 ? '1' : '0') : '.'
    if (b % 4 === 0 && b > 0) out += ' '
  }
  return `${out} = `
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const { latin1Slice } = Buffer.prototype as unknown as {
  latin1Slice: (this: Uint8Array, a: number, z: number) => string
}
/** Bytes as UTF-8, invalid sequences as U+FFFD. */
export function utf8(b: Uint8Array, start: number, end: number): string {
  // Most texts are ASCII, and finding that out costs less than decoding.
  for (let i = start; i < end; i++) if (b[i]! >= 0x80) return decoder.decode(b.subarray(start, end))
  return start < end ? latin1Slice.call(b, start, end) : ''
}

/** A text ends at its first zero byte, as in C. */
const textSpan = (b: Uint8Array, start: number, end: number): string => {
  const zero = b.subarray(start, end).indexOf(0)
  return utf8(b, start, zero < 0 ? end : start + zero)
}

const escapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}
/** What is not printable as C escapes, as tshark writes texts. */
export function escapeText(s: string): string {
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i)
    if (c < 0x20 || c >= 0x7f) return s.replace(unprintable, (each) => escapes[each] ?? escapeOf(each.codePointAt(0)!))
  }
  return s
}
// biome-ignore lint: control characters are what is being looked for
const unprintable = /[\x00-\x1f\x7f]|[^\P{C}\p{Co}]/gu

const escapeOf = (c: number): string =>
  c < 0x80
    ? `\\${c.toString(8).padStart(3, '0')}`
    : c < 0x10000
      ? `\\u${c.toString(16).toUpperCase().padStart(4, '0')}`
      : `\\U${c.toString(16).toUpperCase().padStart(8, '0')}`

function guidText(b: Uint8Array, p: number): string {
  const part = (from: number, to: number): string => hexText(b, p + from, p + to)
  return `${part(0, 4)}-${part(4, 6)}-${part(6, 8)}-${part(8, 10)}-${part(10, 16)}`
}

/** As C prints a double with `%.15g`. */
function doubleText(v: number): string {
  if (!Number.isFinite(v)) return Number.isNaN(v) ? 'nan' : v < 0 ? '-inf' : 'inf'
  const exponent = v === 0 ? 0 : Number(v.toExponential(14).split('e')[1])
  if (exponent >= -4 && exponent < 15) return withoutZeros(v.toFixed(14 - exponent))
  const [digits, power] = v.toExponential(14).split('e')
  return `${withoutZeros(digits!)}e${power![0]}${power!.slice(1).padStart(2, '0')}`
}
const withoutZeros = (digits: string): string => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits)
