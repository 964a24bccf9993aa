/**
 * The one gate to the screen: whatever a packet, a file name or an error says, what leaves here is harmless to a
 * terminal and takes exactly the columns it is counted for.
 *
 * Control characters, escape sequences, direction overrides, invisible characters, lone surrogates and those emoji and
 * scripts whose width terminals disagree about are spelled out (`\x1b`, `\u202e`), so that they can be seen. Everything
 * else, Chinese and accents included, passes unchanged.
 */

import { charWidth, isDrawable, isMark, textWidth } from './width.js'

/** Longer texts are cut before anything else is done with them: no screen shows more. */
const maxText = 4096
/** More marks than this upon one character is an attack on the lines above it, not a language. */
const maxMarks = 2

const plain = /^[\x20-\x7e]*$/

/** `text` with every character that could act on a terminal written as an escape. */
export function sanitize(text: string): string {
  const start = text.length > maxText ? text.slice(0, maxText) : text
  if (plain.test(start)) return start
  let out = ''
  let marks = maxMarks
  for (const char of start) {
    const codePoint = char.codePointAt(0) ?? 0
    if (isMark(codePoint)) {
      out += marks < maxMarks ? char : escape(codePoint)
      marks++
    } else if (codePoint === 0xa0) {
      out += ' '
      marks = maxMarks
    } else if (isDrawable(codePoint)) {
      out += char
      marks = 0
    } else {
      out += escape(codePoint)
      marks = maxMarks
    }
  }
  return out
}

/** Exactly `width` columns of `text`: padded on the right (or left), or cut and ended with `…`. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  if (width <= 0) return ''
  const clean = sanitize(text)
  const columns = textWidth(clean)
  if (columns <= width) {
    const padding = ' '.repeat(width - columns)
    return align === 'left' ? clean + padding : padding + clean
  }
  const [head, used] = take(clean, width - 1)
  return `${head}${' '.repeat(width - 1 - used)}…`
}

/** At most `width` columns: the middle of a longer text gives way to `…`, as an address is told by both its ends. */
export function shorten(text: string, width: number): string {
  const clean = sanitize(text)
  if (textWidth(clean) <= width) return clean
  if (width <= 0) return ''
  const tail = (width - 1) >> 1
  const chars = [...clean].reverse()
  const [end] = take(chars, tail)
  const [head] = take(clean, width - 1 - tail)
  return `${head}…${[...end].reverse().join('')}`
}

/** `text` without its first `columns` columns; a wide character that is cut in half leaves a blank. */
export function skip(text: string, columns: number): string {
  if (columns <= 0) return text
  const [, used, length] = take(text, columns)
  const rest = text.slice(length)
  if (used === columns) return rest
  const first = rest.codePointAt(0)
  if (first === undefined) return ''
  return ' '.repeat(charWidth(first) - (columns - used)) + rest.slice(String.fromCodePoint(first).length)
}

/** As much of a sanitized text, from its start, as has room in `width` columns. */
export function cut(text: string, width: number): string {
  return take(text, width)[0]
}

/** As many whole characters as have room in `width` columns, the columns they take, and their length as a string. */
function take(text: Iterable<string>, width: number): [string, number, number] {
  let out = ''
  let used = 0
  for (const char of text) {
    const columns = charWidth(char.codePointAt(0) ?? 0)
    if (used + columns > width) break
    out += char
    used += columns
  }
  return [out, used, out.length]
}

function escape(codePoint: number): string {
  if (codePoint === 0x09) return '\\t'
  if (codePoint === 0x0a) return '\\n'
  if (codePoint === 0x0d) return '\\r'
  const hex = codePoint.toString(16)
  if (codePoint < 0x100) return `\\x${hex.padStart(2, '0')}`
  return codePoint < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`
}
