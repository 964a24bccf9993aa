/** Values that filters compare: read from a tape, ordered, searched. */
import type { Field } from '../dissect/field.js'
import type { Recording } from '../dissect/recording.js'
import { NodeFlag, type Tape } from '../dissect/tape.js'
import { rawText } from '../dissect/value.js'
import { parseIpv4, parseIpv6 } from './addresses.js'

/** An address with only its first `bits` meant; the others are zero in `bytes`. */
export class Prefix {
  readonly bytes: Uint8Array
  constructor(
    bytes: Uint8Array,
    readonly bits: number,
  ) {
    this.bytes = bytes.slice()
    for (let i = 0; i < bytes.length; i++) this.bytes[i]! &= maskOf(i, bits)
  }
}

/** The bits of byte `i` that the first `bits` bits have. */
const maskOf = (i: number, bits: number): number => {
  const left = bits - i * 8
  return left >= 8 ? 0xff : left <= 0 ? 0 : (0xff00 >> left) & 0xff
}

/** Numbers of 64 bits and times (nanoseconds) are big integers, everything of bytes is bytes. */
export type Value = number | bigint | string | Uint8Array | Prefix

/** Less than, equal to, or more than zero. Both are of one family. */
export function compareValues(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (a instanceof Prefix) return comparePrefix(a.bytes, b instanceof Prefix ? b.bytes : (b as Uint8Array), a.bits)
  if (b instanceof Prefix) return comparePrefix(a as Uint8Array, b.bytes, b.bits)
  if (a instanceof Uint8Array) return compareBytes(a, b as Uint8Array)
  return a < (b as typeof a) ? -1 : a > (b as typeof a) ? 1 : 0
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}

function comparePrefix(a: Uint8Array, b: Uint8Array, bits: number): number {
  for (let i = 0; i * 8 < bits && i < a.length; i++) {
    const mask = maskOf(i, bits)
    const difference = (a[i]! & mask) - (b[i]! & mask)
    if (difference !== 0) return difference
  }
  return 0
}

/** Does `whole` contain `part`? Nothing contains nothing. */
export function containsValue(whole: Value, part: Value): boolean {
  if ((part as string | Uint8Array).length === 0) return false
  if (typeof whole === 'string') return whole.includes(part as string)
  return bufferOf(whole as Uint8Array).includes(bufferOf(part as Uint8Array))
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

/** The bytes that node `i` refers to. */
const bytesOf = (d: Recording, t: Tape, i: number): Uint8Array =>
  t.source[i] === 0 ? d.frameBytes : d.sources[t.source[i]! - 1]!.bytes

/** The value of node `i`. Not for subtrees, which have none. */
export function valueOf(d: Recording, i: number): Value {
  const t = d.tape
  const f = t.fieldAt(i)
  switch (f.kind) {
    case 'uint':
    case 'int':
      return f.width === 64 ? wideValue(d, f, i) : t.value[i]!
    case 'bool':
      // A flag of several bits is set when any of them is.
      return t.value[i] === 0 ? 0 : 1
    case 'framenum':
    case 'double':
      return t.value[i]!
    case 'abstime':
    case 'reltime':
      return BigInt(t.value[i]!) * 1_000_000_000n + BigInt(t.nanos[i]!)
    case 'string':
      return rawText(t, i, (source) => (source === 0 ? d.frameBytes : d.sources[source - 1]!.bytes))
    case 'protocol':
      return protocolBytes(d, i)
    case 'ipv4':
    case 'ipv6': {
      // Of a prefix, only its first bytes are in the packet; the whole address is spelled out.
      const extra = t.extraAt(i)
      const spelled = typeof extra === 'string' ? (f.kind === 'ipv4' ? parseIpv4(extra) : parseIpv6(extra)) : null
      return spelled ?? spanBytes(d, i)
    }
    default:
      return spanBytes(d, i)
  }
}

function wideValue(d: Recording, f: Field, i: number): bigint {
  const t = d.tape
  const start = t.start[i]!
  if (t.end[i]! - start !== 8) return BigInt(Math.trunc(t.value[i]!))
  const b = bytesOf(d, t, i)
  const view = new DataView(b.buffer, b.byteOffset + start, 8)
  const little = (t.flags[i]! & NodeFlag.Little) !== 0
  return f.kind === 'int' ? view.getBigInt64(0, little) : view.getBigUint64(0, little)
}

/** The bytes of node `i` as they stand in the packet; none for what is in no byte of it. */
export function spanBytes(d: Recording, i: number): Uint8Array {
  const t = d.tape
  const extra = t.extraAt(i)
  if (extra instanceof Uint8Array) return extra
  return bytesOf(d, t, i).subarray(t.start[i], t.end[i])
}

/** A protocol's own bytes: its header, or all of it where it is one piece. */
function protocolBytes(d: Recording, i: number): Uint8Array {
  const t = d.tape
  const start = t.start[i]!
  const end = t.end[i]!
  return bytesOf(d, t, i).subarray(start, end > start ? end : layerEnd(t, i))
}

/** A protocol's bytes with those of everything inside it: what is searched. */
export function layerBytes(d: Recording, i: number): Uint8Array {
  const t = d.tape
  return bytesOf(d, t, i).subarray(t.start[i], Math.max(t.end[i]!, layerEnd(t, i)))
}

const layerEnd = (t: Tape, i: number): number => Math.max(t.value[i]!, t.start[i]!)
