/**
 * The filter that a node of a dissected packet stands for, as "apply as filter" wants it: its field with its value. It
 * compiles, and that packet passes it.
 */
import { hexText, ipv4Text, ipv6Text } from '../dissect/address.js'
import type { Field } from '../dissect/field.js'
import type { Recording } from '../dissect/recording.js'
import { familyOf, typeOf } from './types.js'
import { spanBytes, type Value, valueOf } from './values.js'

/** Bytes of a longer value that the filter names: beyond these nobody reads it any more. */
const MOST_BYTES = 64

/**
 * The filter for node `i` of the packet that `d` has just dissected: `tcp.port == 80`, `dns` for a layer, and for a line
 * of text without a field the bytes that it is about, `frame[14:4] == 01:02:03:04`. '' where there is none: a line of
 * text that is about no bytes of the frame, a number that is none.
 */
export function filterOfNode(d: Recording, i: number): string {
  const f = d.tape.fieldAt(i)
  if (f.name === '') return framePart(d, i)
  if (f.kind === 'protocol' || f.kind === 'none') return f.name
  const value = valueOf(d, i)
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  // Half a character is in no literal.
  const odd = typeof value === 'string' && /\p{Cs}/u.test(value)
  if (bytes instanceof Uint8Array && (odd || bytes.length > MOST_BYTES)) {
    const size = Math.min(bytes.length, MOST_BYTES)
    return `${f.name}[0:${size}] == ${hexText(bytes, 0, size, ':')}`
  }
  const most = largest(f)
  // What is computed may be more than the field's own bytes could hold.
  if (typeof value === 'number' && value > most) return `${f.name} > ${most}`
  const spelled = valueSpelling(f, value)
  return spelled === '' ? '' : `${f.name} == ${spelled}`
}

/** The largest number that a filter may compare a field with. */
function largest(f: Field): number {
  const { sort, bits, signed } = typeOf(f)
  return sort === 'number' && bits < 64 ? 2 ** (signed ? bits - 1 : bits) - 1 : Number.POSITIVE_INFINITY
}

function framePart(d: Recording, i: number): string {
  const t = d.tape
  const size = Math.min(t.end[i]! - t.start[i]!, MOST_BYTES)
  if (t.source[i] !== 0 || size <= 0) return ''
  return `frame[${t.start[i]! - d.frameStart}:${size}] == ${hexText(spanBytes(d, i), 0, size, ':')}`
}

/** The value of a field as a filter spells it; '' for what no filter can say. */
function valueSpelling(f: Field, value: Value): string {
  switch (familyOf(typeOf(f))) {
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint' ? numberSpelling(f, value) : ''
    case 'string':
      return typeof value === 'string' ? `"${escaped(value)}"` : ''
    case 'abstime':
      return typeof value === 'bigint' ? dateSpelling(value) : ''
    case 'reltime':
      return typeof value === 'bigint' ? secondsSpelling(value) : ''
    case 'none':
      return ''
    default:
      return value instanceof Uint8Array ? bytesSpelling(f, value) : ''
  }
}

function numberSpelling(f: Field, value: number | bigint): string {
  if (f.kind === 'bool') return String(value)
  if (f.kind === 'double') return Number.isFinite(value) ? String(value).replace('e+', 'e') : ''
  if ((f.base !== 'hex' && f.base !== 'hex_dec') || value < 0) return String(value)
  return `0x${value.toString(16).padStart(f.mask === 0 ? f.width / 4 : 0, '0')}`
}

function bytesSpelling(f: Field, value: Uint8Array): string {
  if (value.length === 0) return '""'
  if (f.kind === 'ipv4') return ipv4Text(value, 0)
  if (f.kind === 'ipv6') return ipv6Text(value, 0)
  if (f.kind !== 'guid') return hexText(value, 0, value.length, ':')
  const part = (from: number, to: number): string => hexText(value, from, to)
  return `${part(0, 4)}-${part(4, 6)}-${part(6, 8)}-${part(8, 10)}-${part(10, 16)}`
}

const NANOS = 1_000_000_000n

/** In UTC, so that it means the same moment everywhere. */
function dateSpelling(nanos: bigint): string {
  const fraction = ((nanos % NANOS) + NANOS) % NANOS
  const date = new Date(Number((nanos - fraction) / 1_000_000n))
  const year = date.getUTCFullYear()
  if (!(year >= 1000 && year <= 9999)) return ''
  return `"${date.toISOString().slice(0, 19).replace('T', ' ')}.${String(fraction).padStart(9, '0')}Z"`
}

function secondsSpelling(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos
  return `${nanos < 0n ? '-' : ''}${size / NANOS}.${String(size % NANOS).padStart(9, '0')}`
}

const escapes: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** What has a meaning in quotes or cannot be seen, as an escape. */
const escaped = (text: string): string =>
  text.replace(/["\\]|[^\P{C}\p{Co}\p{Cs}]/gu, (c) => escapes[c] ?? escapeOf(c.codePointAt(0)!))

function escapeOf(code: number): string {
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`
}
