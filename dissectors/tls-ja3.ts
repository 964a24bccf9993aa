/** JA3 and JA3S: what a hello offers as one line of numbers, by which programs are told apart. */
import { isGrease } from './tls-names.js'

const SUPPORTED_GROUPS = 10
const POINT_FORMATS = 11
/** Version and random. */
const FIXED = 34

const u16 = (b: Uint8Array, p: number): number => (b[p]! << 8) | b[p + 1]!

/** The line of a client's hello whose body is `start…end`: version, suites, extensions, groups, point formats. */
export function clientLine(b: Uint8Array, start: number, end: number): string {
  let p = start + FIXED
  p += 1 + (b[p] ?? 0)
  const suites = numbers(b, p + 2, Math.min(p + 2 + u16(b, p), end))
  p += 2 + u16(b, p)
  p += 1 + (b[p] ?? 0)
  const extensions: number[] = []
  const groups: number[] = []
  const formats: number[] = []
  eachExtension(b, p, end, (type, from, to) => {
    if (isGrease(type)) return
    extensions.push(type)
    if (type === SUPPORTED_GROUPS) groups.push(...numbers(b, from + 2, Math.min(from + 2 + u16(b, from), to)))
    else if (type === POINT_FORMATS) formats.push(...b.subarray(from + 1, Math.min(from + 1 + b[from]!, to)))
  })
  return [u16(b, start), suites.join('-'), extensions.join('-'), groups.join('-'), formats.join('-')].join(',')
}

/** The line of a server's hello: version, suite at `p`, extensions at `from`. */
export function serverLine(b: Uint8Array, start: number, p: number, from: number, end: number): string {
  const extensions: number[] = []
  eachExtension(b, from, end, (type) => {
    if (!isGrease(type)) extensions.push(type)
  })
  return [u16(b, start), u16(b, p), extensions.join('-')].join(',')
}

function eachExtension(
  b: Uint8Array,
  start: number,
  end: number,
  take: (type: number, from: number, to: number) => void,
): void {
  if (start + 2 > end) return
  const last = Math.min(start + 2 + u16(b, start), end)
  for (let p = start + 2; p + 4 <= last; p += 4 + u16(b, p + 2)) {
    const to = p + 4 + u16(b, p + 2)
    take(u16(b, p), p + 4, Math.min(to, last))
  }
}

function numbers(b: Uint8Array, start: number, end: number): number[] {
  const out: number[] = []
  for (let p = start; p + 2 <= end; p += 2) if (!isGrease(u16(b, p))) out.push(u16(b, p))
  return out
}
