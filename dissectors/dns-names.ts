/**
 * Domain names as they are encoded, RFC 1035 section 4.1.4: labels up to a zero byte or up to a pointer to where the
 * name goes on. Pointers may lead anywhere in the message, even to themselves; then Wireshark's words stand in.
 */
import { type Dissection, escapeText, type Field, hexText, type TextBuffer } from '../src/dissect/index.js'

/** More pointers than this are taken for a loop. */
const MAX_POINTERS = 255
/** The longest name in its text form (RFC 1035 section 2.3.4 says 255 bytes, two of them are not text). */
const MAX_TEXT = 253
/** Labels and pointers that are followed in one name, and in all names of a message: bounds for what only wastes time. */
const MAX_STEPS = 4096
const MAX_MESSAGE_STEPS = 1 << 17

/** How a name ended; the numbers below zero mean that there is none. */
const Outcome = { Fine: 0, Loops: 1, TooLong: 2, UnknownLabel: 3 } as const
let outcome: number = Outcome.Fine
/** How many labels and pointers `nameSize` followed the last time. */
let steps = 0
/** How many characters of it are shown: its labels' and dots', but none for its bit strings, RFC 2673. */
let counted = 0
/** How many bytes the name took where it stands. */
let taken = 0
/** How many the message that is being read may still follow. */
let stepsLeft = 0

/** Results of `nameSize` that are no sizes. */
export const NAME_CUT = -1
export const NAME_BAD = -2

/**
 * How many bytes the name at `at` takes there, up to its end or its first pointer. All of it has been looked at:
 * `NAME_CUT` when it or what it points to leaves the message, which begins at `base` and ends at `end`; `NAME_BAD` for
 * labels of a reserved kind.
 */
export function nameSize(b: Uint8Array, at: number, end: number, base: number): number {
  let p = at
  let size = 0
  let text = 0
  let pointers = 0
  outcome = Outcome.Fine
  counted = taken = 0
  for (steps = 0; steps < MAX_STEPS; steps++) {
    if (p >= end) return NAME_CUT
    const length = b[p]!
    if (length === 0) {
      if (text > MAX_TEXT) outcome = Outcome.TooLong
      if (text > 0 && counted === 0) return NAME_BAD
      return (taken = size || p + 1 - at)
    }
    if (length < 0x40) {
      if (p + 1 + length > end) return NAME_CUT
      const more = text === 0 ? length : length + 1
      text += more
      counted += more
      p += 1 + length
    } else if (length >= 0xc0) {
      if (p + 1 >= end) return NAME_CUT
      size ||= p + 2 - at
      p = base + (((length & 0x3f) << 8) | b[p + 1]!)
      if (++pointers > MAX_POINTERS) {
        outcome = Outcome.Loops
        return size
      }
    } else if (length === BIT_STRING) {
      if (p + 1 >= end) return NAME_CUT
      const bits = b[p + 1]!
      if (p + 2 + bitBytes(bits) > end) return NAME_CUT
      text += bitText(b, p).length
      p += 2 + bitBytes(bits)
    } else {
      // Wireshark takes all from the name's beginning to here for the name, even behind a pointer.
      if (length >= 0x80 || p <= at) return NAME_BAD
      outcome = Outcome.UnknownLabel
      return p + 1 - at
    }
  }
  outcome = Outcome.TooLong
  return size || p - at
}

/** The name at `at` as text, control characters escaped; `nameSize` must have found it whole. */
export function nameText(b: Uint8Array, at: number, end: number, base: number): string {
  nameSize(b, at, end, base)
  if (outcome === Outcome.Loops) return '<Name contains a pointer that loops>'
  if (outcome === Outcome.TooLong) return '<Name too long>'
  if (outcome === Outcome.UnknownLabel) return '<Unknown extended label>'
  const length = collect(b, at, base)
  return isRoot(length) ? '<Root>' : escapeText(spelled(scratch, length))
}

/** Writes the same; `nameSize` must have been asked about this name last. */
export function writeName(line: TextBuffer, b: Uint8Array, at: number, end: number, base: number): void {
  const length = outcome === Outcome.Fine ? collect(b, at, base) : 0
  if (isRoot(length) || !line.printable(scratch, 0, length)) line.text(nameText(b, at, end, base))
}

/**
 * The text of a name. Nobody has looked whether it is UTF-8: as in Wireshark a sequence stands for what it would be even if
 * it is longer than need be, and one that breaks off for U+FFFD.
 */
function spelled(b: Uint8Array, length: number): string {
  let out = ''
  for (let i = 0; i < length; ) {
    const first = b[i++]!
    if (first < 0x80) {
      out += String.fromCharCode(first)
      continue
    }
    let more = first < 0xc0 || first >= 0xfe ? -1 : Math.clz32(~(first << 24)) - 1
    let code = first & (0x3f >>> Math.max(more, 0))
    for (; more > 0 && i < length && (b[i]! & 0xc0) === 0x80; more--) code = code * 64 + (b[i++]! & 0x3f)
    if (more !== 0) out += '\ufffd'
    else if (code > 0x10ffff) out += `\\U${code.toString(16).padStart(8, '0')}`
    else if (code < 0x20 || (code >= 0xd800 && code < 0xe000)) out += `\\u${code.toString(16).padStart(4, '0')}`
    else out += String.fromCodePoint(code)
  }
  return out
}

/** Was no name collected? As in Wireshark a pointer to one that begins with a zero leads to none, either. */
const isRoot = (length: number): boolean => length === 0 || (scratch[0] === 0 && taken <= 2)

/** How many bytes a name's text has. */
export function nameLength(b: Uint8Array, at: number, end: number, base: number): number {
  const words = nameText(b, at, end, base)
  const length = outcome === Outcome.Fine ? collect(b, at, base) : 0
  return isRoot(length) ? words.length : length
}

/** How long a name's text is and how many labels its dots make. As in Wireshark a single byte counts as nothing. */
export function nameCounts(b: Uint8Array, at: number, end: number, base: number): { length: number; labels: number } {
  const words = nameText(b, at, end, base)
  const length = outcome === Outcome.Fine ? collect(b, at, base) : 0
  if (isRoot(length)) return { length: words.length, labels: 1 }
  if (length === 1) return { length: 0, labels: 0 }
  let labels = 1
  for (let i = 0; i < length; i++) if (scratch[i] === DOT) labels++
  return { length, labels }
}

/** A label that is a string of bits, RFC 2673: their number and themselves follow. */
const BIT_STRING = 0x41
const bitBytes = (bits: number): number => Math.max(1, (bits + 7) >>> 3)
function bitText(b: Uint8Array, p: number): string {
  const bits = b[p + 1]!
  return `\\[x${hexText(b, p + 2, p + 2 + bitBytes(bits))}/${bits}]`
}

const DOT = 0x2e
const scratch = new Uint8Array(MAX_TEXT + 1)

/**
 * Copies the labels of a name that is whole and short enough, with dots between them; returns how many bytes are shown.
 * As in Wireshark bit strings take room among them but none in the length.
 */
function collect(b: Uint8Array, at: number, base: number): number {
  let length = 0
  for (let p = at; b[p] !== 0; ) {
    if (b[p]! >= 0xc0) p = base + (((b[p]! & 0x3f) << 8) | b[p + 1]!)
    else if (b[p] === BIT_STRING) {
      for (const c of bitText(b, p)) scratch[length++] = c.charCodeAt(0)
      p += 2 + bitBytes(b[p + 1]!)
    } else {
      if (length > 0) scratch[length++] = DOT
      for (const labelEnd = p + 1 + b[p++]!; p < labelEnd; ) scratch[length++] = b[p++]!
    }
  }
  return Math.min(length, counted)
}

/** Takes a name as one field and returns where it began. `base` is where the message begins. */
export function takeName(d: Dissection, field: Field<'string'>, base: number): number {
  const at = d.pos
  const size = peekName(d, 0, base)
  if (d.wants(field)) d.textAt(field, at, at + size, nameText(d.bytes, at, d.end, base))
  d.pos = at + size
  return at
}

/** To be called before the first `peekName` of a message. */
export function beginMessage(): void {
  stepsLeft = MAX_MESSAGE_STEPS
}

/** Counts the name that `nameSize` has just measured against what a reader of a whole message may spend. */
export const costs = (spent: number): number => spent + steps
export const tooCostly = (spent: number): boolean => spent > MAX_MESSAGE_STEPS

/**
 * The size of the name `ahead` bytes from here. Gives the packet up when there is no whole name, or when the names of
 * this message lead through each other without end.
 */
export function peekName(d: Dissection, ahead: number, base: number): number {
  const size = nameSize(d.bytes, d.pos + ahead, d.end, base)
  stepsLeft -= steps
  if (stepsLeft < 0) d.malformed()
  if (size === NAME_BAD) d.malformed()
  if (size === NAME_CUT) d.peek8(d.left)
  return size
}
