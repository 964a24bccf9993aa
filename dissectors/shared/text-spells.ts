/** How texts lie in a packet where their bytes alone do not say it. */
import { type Spell, utf8 } from '../../src/dissect/index.js'

/** A text padded with zero bytes. */
export const untilZero: Spell = (b, start, end) => {
  let stop = start
  while (stop < end && b[stop] !== 0) stop++
  return utf8(b, start, stop)
}

/** A domain name as labels, each after its length, without compression (RFC 1035 section 3.1). */
export const domainName: Spell = (b, start, end) => {
  const labels: string[] = []
  for (let p = start; p < end && b[p] !== 0; p += b[p]! + 1) labels.push(utf8(b, p + 1, Math.min(end, p + 1 + b[p]!)))
  return labels.join('.')
}

/** How many bytes the domain name at `start` takes, its final zero included; -1 when it is no name or does not end. */
export function domainNameSize(b: Uint8Array, start: number, end: number): number {
  let p = start
  while (p < end && b[p] !== 0) {
    if (b[p]! > 63) return -1
    p += b[p]! + 1
  }
  return p < end ? p + 1 - start : -1
}

/** A text that may only be ASCII, up to a zero byte: what is not becomes U+FFFD byte by byte, as in Wireshark. */
export function asciiText(b: Uint8Array, start: number, end: number): string {
  let out = ''
  for (let i = start; i < end && b[i] !== 0; i++) out += b[i]! < 0x80 ? String.fromCharCode(b[i]!) : '\ufffd'
  return out
}
