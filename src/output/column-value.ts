/** A field's value as a column shows it: by its name alone where it has one, cut as tshark cuts it. */
import { NodeFlag, type Tape } from '../dissect/tape.js'
import { type BytesOf, nameOf, numberText, type Resolver, valueText } from '../dissect/value.js'

/** Layers and items that are only there; however often, it is said once. */
export const THERE = '✓'
/** Hexadecimal digits of bytes that are shown. */
const MAX_DIGITS = 72

/** Node `i` as text; `resolved`: by the names of values, words for true and false, names of ports. */
export function columnValue(t: Tape, i: number, bytesOf: BytesOf, names: Resolver, resolved: boolean): string {
  const f = t.fieldAt(i)
  const v = t.value[i]!
  const isPlain = (t.flags[i]! & NodeFlag.Extra) === 0
  switch (f.kind) {
    case 'none':
    case 'protocol':
      return THERE
    case 'bool':
      if (!resolved) return v === 0 ? '0' : '1'
      return (f.truth ?? ['True', 'False'])[v === 0 ? 1 : 0]
    case 'bytes': {
      const text = valueText(t, i, bytesOf)
      return text.length > MAX_DIGITS ? `${text.slice(0, MAX_DIGITS)}…` : text
    }
    case 'uint':
    case 'int':
    case 'framenum': {
      if (!isPlain || (f.width === 64 && t.end[i]! - t.start[i]! === 8)) return valueText(t, i, bytesOf)
      if (f.base === 'custom' && f.show !== null) return resolved ? customText(f.show(v), v) : customNumber(f.width, v)
      const name = nameOf(f, v)
      if (resolved && name !== '') return name
      if (resolved && f.port !== '') return names.port(v, f.port) || String(v)
      if (name !== '' && f.base === 'none') return `"${name}"`
      const digits = f.mask === 0 ? f.width / 4 : Math.ceil((32 - Math.clz32(f.mask) - f.shift) / 4)
      return resolved ? numberText(f, v, digits, true) + f.unit : numberText(f, v, digits, false)
    }
    default:
      return valueText(t, i, bytesOf)
  }
}

/** What only explains a number (`300 (5 minutes)`) belongs into the tree. */
const customText = (text: string, v: number): string => (text.startsWith(`${v} `) ? String(v) : text)

/** Numbers of 24 bits are those of organizations. */
const customNumber = (width: number, v: number): string =>
  width === 24 ? `0x${v.toString(16).padStart(6, '0')}` : String(v)
