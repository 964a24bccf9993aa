/**
 * Domain names as they are encoded, RFC 1035 section 4.1.4: labels up to a zero byte or up to a pointer to where the
 * name goes on. Pointers may lead anywhere in the message, even to themselves; then Wireshark's words stand in.
 */
import { type Dissection, escapeText, type Field, type TextBuffer, utf8 } from '../src/dissect/index.js'

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
  for (steps = 0; steps < MAX_STEPS; steps++) {
    if (p >= end) return NAME_CUT
    const length = b[p]!
    if (length === 0) {
      if (text > MAX_TEXT) outcome = Outcome.TooLong
      return size || p + 1 - at
    }
    if (length < 0x40) {
      if (p + 1 + length > end) return NAME_CUT
      text += text === 0 ? length : length + 1
      p += 1 + length
    } else if (length >= 0xc0) {
      if (p + 1 >= end) return NAME_CUT
      size ||= p + 2 - at
      p = base + (((length & 0x3f) << 8) | b[p + 1]!)
      if (++pointers > MAX_POINTERS) {
        outcome = Outcome.Loops
        return size
      }
    } else if (length === 0x41 || length >= 0x80 || text === 0) return NAME_BAD
    else {
      outcome = Outcome.UnknownLabel
      return size || p + 1 - at
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
  return length === 0 ? '<Root>' : escapeText(utf8(scratch, 0, length))
}

/** Writes the same; `nameSize` must have been asked about this name last. */
export function writeName(line: TextBuffer, b: Uint8Array, at: number, end: number, base: number): void {
  const length = outcome === Outcome.Fine ? collect(b, at, base) : 0
  if (length === 0 || !line.printable(scratch, 0, length)) line.text(nameText(b, at, end, base))
}

/** How long a name's text is and how many labels its dots make. As in Wireshark a single byte counts as nothing. */
export function nameCounts(b: Uint8Array, at: number, end: number, base: number): { length: number; labels: number } {
  const words = nameText(b, at, end, base)
  const length = outcome === Outcome.Fine ? collect(b, at, base) : 0
  if (length === 0) return { length: words.length, labels: 1 }
  if (length === 1) return { length: 0, labels: 0 }
  let labels = 1
  for (let i = 0; i < length; i++) if (scratch[i] === DOT) labels++
  return { length, labels }
}

const DOT = 0x2e
const scratch = new Uint8Array(MAX_TEXT + 1)

/** Copies the labels of a name that is whole and short enough, with dots between them; returns how many bytes. */
function collect(b: Uint8Array, at: number, base: number): number {
  let length = 0
  for (let p = at; b[p] !== 0; ) {
    if (b[p]! >= 0xc0) p = base + (((b[p]! & 0x3f) << 8) | b[p + 1]!)
    else {
      if (length > 0) scratch[length++] = DOT
      for (const labelEnd = p + 1 + b[p++]!; p < labelEnd; ) scratch[length++] = b[p++]!
    }
  }
  return length
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
