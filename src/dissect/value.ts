/**
 * A node of the tape as text: as `-T fields` prints its value, and as the tree words its line. Wireshark's wording, so
 * that habits, scripts and this program's own comparison with tshark carry over.
 */
import { etherText, hexText, ipv4Text, ipv6Text } from './address.js'
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
      if (f.width === 64 && end - start === 8) return wideText(f, bytesOf(t.source[i]!), start, t.flags[i]! & NodeFlag.Little)
      return numberText(f, t.value[i]!, f.width / 4)
    case 'bool':
      return t.value[i] ? '1' : '0'
    case 'ether':
      return etherText(bytesOf(t.source[i]!), start)
    case 'ipv4':
      return ipv4Text(bytesOf(t.source[i]!), start)
    case 'ipv6':
      return ipv6Text(bytesOf(t.source[i]!), start)
    case 'bytes':
      return hexText(bytesOf(t.source[i]!), start, end, f.separator)
    case 'eui64':
      return hexText(bytesOf(t.source[i]!), start, end, ':')
    case 'guid':
      return guidText(bytesOf(t.source[i]!), start)
    case 'string':
      return escapeText(textSpan(bytesOf(t.source[i]!), start, end))
    case 'abstime':
      return `${dateText(t.value[i]!, t.nanos[i]!, f.base === 'dec' ? 'utc' : 'local')}`
    case 'reltime':
      return secondsText(t.value[i]!, t.nanos[i]!)
    case 'double':
      return String(Number(t.value[i]!.toPrecision(15)))
    case 'protocol':
      return lineText(t, i, bytesOf, noNames)
    case 'none':
      return ''
  }
}

const bytesText = (f: Field, bytes: Uint8Array): string => {
  if (f.kind === 'ether') return etherText(bytes, 0)
  if (f.kind === 'ipv4') return ipv4Text(bytes, 0)
  return f.kind === 'ipv6' ? ipv6Text(bytes, 0) : hexText(bytes, 0, bytes.length)
}

/** The node's line in the tree, generated ones in brackets. */
export function lineText(t: Tape, i: number, bytesOf: BytesOf, names: Resolver): string {
  const flags = t.flags[i]!
  const text =
    (flags & NodeFlag.Caption ? t.captions[i]! : plainLine(t, i, bytesOf, names)) +
    (flags & NodeFlag.Suffix ? t.suffixes[i]! : '')
  return flags & NodeFlag.Generated ? `[${text}]` : text
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
      const name =
        extra instanceof Uint8Array ? names.ether(extra, 0) : names.ether(bytesOf(t.source[i]!), t.start[i]!)
      return `${f.label}: ${named(name, valueText(t, i, bytesOf))}`
    }
    case 'ipv4':
    case 'ipv6': {
      const address = valueText(t, i, bytesOf)
      return `${f.label}: ${named(names.ip(address), address)}`
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
  const digits = f.mask === 0 ? f.width / 4 : Math.ceil(bitCount(f.mask) / 4)
  const plain = wide ? wideText(f, bytesOf(t.source[i]!), start, t.flags[i]! & NodeFlag.Little) : numberText(f, v, digits)
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

/** A number in the field's base, hexadecimal with `digits` digits. */
export function numberText(f: Field, v: number, digits: number): string {
  switch (f.base) {
    case 'hex':
      return hex(v, digits)
    case 'oct':
      return `0${v.toString(8)}`
    case 'dec_hex':
      return `${v} (${hex(v, digits)})`
    case 'hex_dec':
      return `${hex(v, digits)} (${v})`
    default:
      return String(v)
  }
}
const hex = (v: number, digits: number): string => `0x${v.toString(16).padStart(digits, '0')}`

function wideText(f: Field, b: Uint8Array, start: number, little: number): string {
  const view = new DataView(b.buffer, b.byteOffset + start, 8)
  const v = f.kind === 'int' ? view.getBigInt64(0, little !== 0) : view.getBigUint64(0, little !== 0)
  const digits = `0x${v.toString(16).padStart(16, '0')}`
  return f.base === 'hex' ? digits : f.base === 'hex_dec' ? `${digits} (${v})` : f.base === 'dec_hex' ? `${v} (${digits})` : v.toString()
}

const bitCount = (mask: number): number => {
  let n = 0
  for (let m = mask >>> 0; m !== 0; m >>>= 1) n += m & 1
  return n
}

/** `0100 .... = ` for a field that is part of a number, '' for others. */
export function bitsOf(f: Field, value: number): string {
  if (f.mask === 0) return ''
  const all = (value << f.shift) >>> 0
  let out = ''
  for (let b = f.width - 1; b >= 0; b--) {
    out += (f.mask >>> b) & 1 ? ((all >>> b) & 1 ? '1' : '0') : '.'
    if (b % 4 === 0 && b > 0) out += ' '
  }
  return `${out} = `
}

const decoder = new TextDecoder('utf-8')
/** Bytes as UTF-8, invalid sequences as U+FFFD. */
export const utf8 = (b: Uint8Array, start: number, end: number): string => decoder.decode(b.subarray(start, end))

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
export const escapeText = (s: string): string =>
  // biome-ignore lint: control characters are what is being looked for
  s.replace(/[\x00-\x1f\x7f]|[^\P{C}\p{Co}]/gu, (c) => escapes[c] ?? escapeOf(c.codePointAt(0)!))

const escapeOf = (c: number): string =>
  c < 0x80
    ? `\\${c.toString(8).padStart(3, '0')}`
    : c < 0x10000
      ? `\\u${c.toString(16).toUpperCase().padStart(4, '0')}`
      : `\\U${c.toString(16).toUpperCase().padStart(8, '0')}`

export const secondsText = (seconds: number, nanos: number): string => {
  const negative = seconds < 0
  if (!negative) return `${seconds}.${String(nanos).padStart(9, '0')}`
  const whole = nanos === 0 ? -seconds : -seconds - 1
  return `-${whole}.${String(nanos === 0 ? 0 : 1e9 - nanos).padStart(9, '0')}`
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (n: number): string => (n < 10 ? `0${n}` : String(n))

/** `Nov 22, 2026 17:09:31.123456789 UTC`, or in the local zone with its abbreviation. */
export function dateText(seconds: number, nanos: number, zone: 'utc' | 'local'): string {
  const d = new Date(seconds * 1000)
  if (Number.isNaN(d.getTime())) return secondsText(seconds, nanos)
  const utc = zone === 'utc' || d.getTimezoneOffset() === 0
  const [month, day, year, h, m, s] = utc
    ? [d.getUTCMonth(), d.getUTCDate(), d.getUTCFullYear(), d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds()]
    : [d.getMonth(), d.getDate(), d.getFullYear(), d.getHours(), d.getMinutes(), d.getSeconds()]
  const fraction = String(nanos).padStart(9, '0')
  return `${months[month]} ${String(day).padStart(2, ' ')}, ${year} ${two(h)}:${two(m)}:${two(s)}.${fraction} ${utc ? 'UTC' : zoneName(d)}`
}
const zoneName = (d: Date): string => /\(([^)]*)\)/.exec(d.toTimeString())?.[1]?.match(/^\w{2,5}$|\b\w/g)?.join('') ?? ''

function guidText(b: Uint8Array, p: number): string {
  const part = (from: number, to: number): string => hexText(b, p + from, p + to)
  return `${part(0, 4)}-${part(4, 6)}-${part(6, 8)}-${part(8, 10)}-${part(10, 16)}`
}
