/** Reads JSON texts, RFC 8259: where their values lie. Reads bytes only. */

/** Objects and arrays inside each other; what is nested deeper is not taken for JSON. */
const MAX_DEPTH = 100

export const OBJECT = 0x7b
export const ARRAY = 0x5b

/** Where each object and array of the text that was read last ends, in the order in which they begin. */
export const containerEnds: number[] = []

/** Reads the text that begins at `p` and fills `containerEnds`. Returns where it ends, -1 when it is none. */
export function readText(b: Uint8Array, p: number, end: number): number {
  containerEnds.length = 0
  return b[p] === OBJECT || b[p] === ARRAY ? anyEnd(b, p, end, 0) : -1
}

/** Where the word, the number or the string at `p` ends, -1 when it is none. */
export function plainEnd(b: Uint8Array, p: number, end: number): number {
  switch (b[p]) {
    case 0x22:
      return stringEnd(b, p, end)
    case 0x74:
      return wordEndAt(b, p, end, 'true')
    case 0x66:
      return wordEndAt(b, p, end, 'false')
    case 0x6e:
      return wordEndAt(b, p, end, 'null')
    case 0x4e:
      return wordEndAt(b, p, end, 'NaN')
    default:
      return numberEnd(b, p, end)
  }
}

function anyEnd(b: Uint8Array, p: number, end: number, depth: number): number {
  if (b[p] !== OBJECT && b[p] !== ARRAY) return plainEnd(b, p, end)
  if (depth === MAX_DEPTH) return -1
  const i = containerEnds.length
  containerEnds.push(-1)
  return (containerEnds[i] = containerEnd(b, p, end, depth))
}

/** Behind the white space at `p`. */
export function skipSpace(b: Uint8Array, p: number, end: number): number {
  let q = p
  while (q < end && (b[q] === 0x20 || b[q] === 0x0a || b[q] === 0x0d || b[q] === 0x09)) q++
  return q
}

/** What the string `b[start…end)` says; with its quotes. */
export function stringOf(b: Uint8Array, start: number, end: number): string {
  const raw = Buffer.from(b.buffer, b.byteOffset + start + 1, end - start - 2).toString('utf8')
  return raw.includes('\\') ? raw.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, unescaped) : raw
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
const unescaped = (_all: string, code: string | undefined, letter: string): string =>
  code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16))

function containerEnd(b: Uint8Array, start: number, end: number, depth: number): number {
  const named = b[start] === OBJECT
  const close = named ? 0x7d : 0x5d
  let p = skipSpace(b, start + 1, end)
  if (p < end && b[p] === close) return p + 1
  for (;;) {
    if (named) {
      const name = stringEnd(b, p, end)
      p = name < 0 ? end : skipSpace(b, name, end)
      if (p >= end || b[p] !== 0x3a) return -1
      p = skipSpace(b, p + 1, end)
    }
    const value = p < end ? anyEnd(b, p, end, depth + 1) : -1
    if (value < 0) return -1
    p = skipSpace(b, value, end)
    if (p >= end) return -1
    if (b[p] === close) return p + 1
    if (b[p] !== 0x2c) return -1
    p = skipSpace(b, p + 1, end)
  }
}

/** Where the string that begins at `p` ends, behind its quote; -1 when there is none. */
export function stringEnd(b: Uint8Array, p: number, end: number): number {
  if (p >= end || b[p] !== 0x22) return -1
  for (let i = p + 1; i < end; i++) {
    if (b[i] === 0x22) return i + 1
    if (b[i] !== 0x5c) continue
    i++
    if (i >= end) return -1
    if (b[i] === 0x75) {
      for (let n = 0; n < 4; n++) if (++i >= end || !isHex(b[i]!)) return -1
    } else if (!'"\\/bfnrt'.includes(String.fromCharCode(b[i]!))) return -1
  }
  return -1
}

const isDigit = (c: number | undefined): boolean => c !== undefined && c >= 0x30 && c <= 0x39
const isHex = (c: number): boolean => isDigit(c) || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x66)

function numberEnd(b: Uint8Array, start: number, end: number): number {
  let p = b[start] === 0x2d ? start + 1 : start
  const first = p
  p = digitsEnd(b, p, end)
  if (p === first || (b[first] === 0x30 && p > first + 1)) return -1
  if (p < end && b[p] === 0x2e) {
    const fraction = digitsEnd(b, p + 1, end)
    if (fraction === p + 1) return -1
    p = fraction
  }
  if (p < end && (b[p]! | 0x20) === 0x65) {
    const sign = b[p + 1] === 0x2b || b[p + 1] === 0x2d ? p + 2 : p + 1
    const exponent = digitsEnd(b, sign, end)
    if (exponent === sign) return -1
    p = exponent
  }
  return p
}

function digitsEnd(b: Uint8Array, start: number, end: number): number {
  let p = start
  while (p < end && isDigit(b[p])) p++
  return p
}

function wordEndAt(b: Uint8Array, p: number, end: number, word: string): number {
  if (p + word.length > end) return -1
  for (let i = 0; i < word.length; i++) if (b[p + i] !== word.charCodeAt(i)) return -1
  return p + word.length
}
