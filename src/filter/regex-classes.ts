/** Sets of bytes that regular expressions have names for, as PCRE has them in the C locale. */

const where = (test: (byte: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, i) => Number(test(i)))
const not = (set: Uint8Array): Uint8Array => set.map((one) => 1 - one)
const among = (text: string): Uint8Array => where((i) => text.includes(String.fromCharCode(i)))
const between = (low: string, high: string) => where((i) => i >= low.charCodeAt(0) && i <= high.charCodeAt(0))
const union = (...sets: Uint8Array[]): Uint8Array => where((i) => sets.some((set) => set[i] === 1))

const digit = between('0', '9')
const upper = between('A', 'Z')
const lower = between('a', 'z')
const alpha = union(upper, lower)
const alnum = union(alpha, digit)
const graph = between('!', '~')
export const wordBytes = union(alnum, among('_'))
const space = among(' \t\n\v\f\r')
const horizontal = among(' \t\xa0')
const vertical = among('\n\v\f\r\x85')

/** By the letter of the escape; `any` is every byte. */
export const byteClasses: Readonly<Record<string, Uint8Array>> & { readonly any: Uint8Array } = {
  any: where(() => true),
  d: digit,
  D: not(digit),
  w: wordBytes,
  W: not(wordBytes),
  s: space,
  S: not(space),
  h: horizontal,
  H: not(horizontal),
  v: vertical,
  V: not(vertical),
  N: not(among('\n')),
}

export const posixClasses: Readonly<Record<string, Uint8Array>> = {
  alpha,
  digit,
  alnum,
  upper,
  lower,
  space,
  graph,
  word: wordBytes,
  blank: among(' \t'),
  cntrl: where((i) => i < 32 || i === 127),
  print: union(graph, among(' ')),
  punct: where((i) => graph[i] === 1 && alnum[i] === 0),
  xdigit: among('0123456789abcdefABCDEF'),
  ascii: where((i) => i < 128),
}
