/**
 * How many columns a character takes on the screen.
 *
 * Terminals, their multiplexers and the screen library each carry a table of their own. This one answers only for
 * characters about which they agree; `isDrawable` names them, and `sanitize` spells out all others.
 */

/** First and last code point of the blocks that take two columns (East Asian Wide and Fullwidth). */
const wide = Uint32Array.of(
  0x1100,
  0x115f,
  0x2329,
  0x232a,
  0x2e80,
  0x303e,
  0x3041,
  0x33ff,
  0x3400,
  0x4dbf,
  0x4e00,
  0xa4cf,
  0xac00,
  0xd7a3,
  0xf900,
  0xfaff,
  0xfe10,
  0xfe19,
  0xfe30,
  0xfe6b,
  0xff01,
  0xff60,
  0xffe0,
  0xffe6,
  0x20000,
  0x3fffd,
)

/** Blocks of later Unicode versions, for which old and new tables differ: jamo, hexagrams, symbols, new scripts. */
const disputed = Uint32Array.of(
  0x06de,
  0x06de,
  0x1160,
  0x11ff,
  0x1734,
  0x1734,
  0x1ab0,
  0x1aff,
  0x2ffc,
  0x2fff,
  0x302a,
  0x302f,
  0x312e,
  0x312f,
  0x31bb,
  0x31bf,
  0x31e4,
  0x31ef,
  0x3248,
  0x324f,
  0x32ff,
  0x32ff,
  0x4dc0,
  0x4dff,
  0xa960,
  0xa97f,
  0xd7a4,
  0xd7ff,
  0x16fe0,
  0x1d3ff,
  0x1d800,
  0x1ffff,
)

/** Marks that terminals put onto the character before them. */
const mark = new RegExp(
  `^[${[
    '\u0300-\u034e\u0350-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7',
    '\u064b-\u065f\u0670\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u3099\u309a',
  ].join('')}]$`,
)
const visible = /^[\p{L}\p{N}\p{P}\p{S}\p{Mc}]$/u
const trouble = /^[\p{Default_Ignorable_Code_Point}\p{Emoji_Presentation}]$/u

/** Columns of one drawable code point: 0 for a combining mark, 2 for wide characters, else 1. */
export function charWidth(codePoint: number): number {
  if (codePoint < 0x300) return 1
  if (isMark(codePoint)) return 0
  return within(wide, codePoint) ? 2 : 1
}

/** True for marks that combine with the character before them and take no column. */
export function isMark(codePoint: number): boolean {
  if (codePoint < 0x300 || codePoint > 0x309a) return false
  return mark.test(String.fromCodePoint(codePoint))
}

/** True when every terminal draws this code point the same width and it does nothing else than to be seen. */
export function isDrawable(codePoint: number): boolean {
  if (codePoint >= 0x20 && codePoint < 0x7f) return true
  if (codePoint < 0xa1 || within(disputed, codePoint)) return false
  const text = String.fromCodePoint(codePoint)
  return (visible.test(text) && !trouble.test(text)) || isMark(codePoint)
}

/** Columns of a sanitized text. */
export function textWidth(text: string): number {
  let columns = 0
  for (const char of text) columns += charWidth(char.codePointAt(0) ?? 0)
  return columns
}

function within(ranges: Uint32Array, codePoint: number): boolean {
  for (let i = 0; i < ranges.length; i += 2) {
    if (codePoint < (ranges[i] ?? 0)) continue
    if (codePoint <= (ranges[i + 1] ?? 0)) return true
  }
  return false
}
