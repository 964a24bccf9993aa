/** Quick-Start (RFC 4782): an option of IPv4 and of IPv6 alike, after its type and length. */
import { type Dissection, type Field, type Parts, uint32, uint8, word } from '../../src/dissect/index.js'

const functionNames = { 0: 'Rate request', 8: 'Rate report' } as const
const Function = { Request: 0, Report: 8 } as const

/** Rates are 40 kbit/s times a power of two. */
export const rateNames = (rate: number): string => {
  if (rate === 0) return '0 bit/s'
  const kbit = 40 * 2 ** rate
  if (kbit < 1000) return `${kbit} Kbit/s`
  return kbit < 1_000_000 ? `${kbit / 1000} Mbit/s` : `${kbit / 1_000_000} Gbit/s`
}

/** The fields, for each of the two protocols once; their keys begin with `qs_`. */
export const quickStartFields = () => ({
  qs_func: uint8('Function', { mask: 0xf0, names: functionNames }),
  qs_rate: uint8('Rate', { mask: 0x0f, names: rateNames }),
  qs_ttl: uint8('QS TTL'),
  qs_ttl_diff: uint8('TTL Diff'),
  qs_unused: uint8('Not Used'),
  qs_nonce_word: word(32, nonceParts()),
})
const nonceParts = (): Parts => ({
  qs_nonce: uint32('QS Nonce', { base: 'hex', mask: 0xfffffffc }),
  qs_reserved: uint32('Reserved', { base: 'hex', mask: 0x3 }),
})
type QuickStartFields = { readonly [K in keyof ReturnType<typeof quickStartFields>]: Field<'uint'> }

/** Is this a function that has the rest of the fields? */
export const knownQuickStart = (octet: number): boolean =>
  octet >>> 4 === Function.Request || octet >>> 4 === Function.Report

/**
 * Reads an option of a known function from its function and rate on. `hops` is the packet's TTL, which with the
 * option's says whether every router took part.
 */
export function dissectQuickStart(d: Dissection, f: QuickStartFields, hops: number): void {
  const start = d.pos
  const octet = d.peek8()
  d.at(f.qs_func, start, start + 1, octet)
  d.u8(f.qs_rate)
  if (octet >>> 4 === Function.Request) {
    const ttl = d.u8(f.qs_ttl)
    d.at(f.qs_ttl_diff, start + 1, start + 2, (hops - ttl) & 0xff)
    d.markGenerated()
  } else d.u8(f.qs_unused)
  d.u32(f.qs_nonce_word)
}

/** The name of the function with its number, and what the option's line says of the rest. */
export const quickStartFunctionText = (octet: number): string => {
  const f = octet >>> 4
  return `${functionNames[f as keyof typeof functionNames] ?? `Unknown (${f})`} (${f})`
}
export function quickStartText(octet: number, optionTtl: number, hops: number): string {
  const rate = `, ${rateNames(octet & 0x0f)}`
  if (octet >>> 4 !== Function.Request) return rate
  return `${rate}, QS TTL ${optionTtl}, QS TTL diff ${(hops - optionTtl) & 0xff}`
}
