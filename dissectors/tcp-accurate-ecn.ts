/** Byte counters of Accurate ECN feedback (draft-ietf-tcpm-accurate-ecn), in an option of its own or in an experiment. */
import { type Dissection, fields, uint24 } from '../src/dissect/index.js'

const f = fields(
  'tcp.options.acc_ecn',
  {
    ee0b: uint24('Accurate ECN Echo ECT(0) Byte Counter'),
    eceb: uint24('Accurate ECN Echo CE Byte Counter'),
    ee1b: uint24('Accurate ECN Echo ECT(1) Byte Counter'),
  },
  'tcp',
)
const counters = [f.ee0b, f.eceb, f.ee1b] as const
const names = ['EE0B', 'ECEB', 'EE1B'] as const

/** Reads `size` bytes of counters, in order 0 or, if `reversed`, in order 1. */
export function accurateEcn(d: Dissection, reversed: boolean, size: number): void {
  for (let i = 0; i * 3 < size; i++) d.u24(counters[reversed ? 2 - i : i]!)
}

/** What the option's line says of the counters `start…end`. */
export function accurateEcnText(b: Uint8Array, start: number, end: number, reversed: boolean): string {
  const list = named(b, start, end, reversed, ' ')
  return list.length === 0 ? '' : ` (Order ${reversed ? 1 : 0}): ${list.join(', ')}`
}

/** What the counters add to the Info column. */
export const accurateEcnInfo = (b: Uint8Array, start: number, end: number, reversed: boolean): string =>
  start === end ? ' AccECN' : ` ${named(b, start, end, reversed, '=').join(' ')}`

function named(b: Uint8Array, start: number, end: number, reversed: boolean, sign: string): string[] {
  const out: string[] = []
  for (let p = start, i = 0; p + 3 <= end && i < counters.length; p += 3, i++) {
    out.push(`${names[reversed ? 2 - i : i]}${sign}${(b[p]! << 16) | (b[p + 1]! << 8) | b[p + 2]!}`)
  }
  return out
}
