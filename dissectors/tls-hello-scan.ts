/** What is looked up in hellos before they are read. */
import type { Dissection } from '../src/dissect/index.js'
import { Version } from './tls-layer.js'

/** The random of a server that asks for another hello, RFC 8446 section 4.1.3. */
const RETRY_RANDOM = Uint8Array.from(
  Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex'),
)
const RANDOM_AT = 6
const SUPPORTED_VERSIONS = 43
/** Drafts of TLS 1.3 up to 21 had a server's hello without session. */
export const isEarlyDraft = (version: number): boolean => version >= 0x7f00 && version <= 0x7f15

/** Is the server's hello at `pos` one that asks for another one of the client? */
export const isRetry = (d: Dissection, pos: number): boolean =>
  d.end - pos >= 38 && hasRetryRandom(d.bytes, pos + RANDOM_AT)
export const isRetryIn = (message: Uint8Array): boolean => message.length >= 38 && hasRetryRandom(message, RANDOM_AT)

function hasRetryRandom(b: Uint8Array, start: number): boolean {
  for (let i = 0; i < RETRY_RANDOM.length; i++) if (b[start + i] !== RETRY_RANDOM[i]) return false
  return true
}

/** The version that a server's hello agrees on, which begins at `start` and does not go beyond `end`; 0 for none. */
export function agreedVersion(b: Uint8Array, start: number, end: number): number {
  let p = start
  if (end - p < 2) return 0
  const version = (b[p]! << 8) | b[p + 1]!
  if (isEarlyDraft(version)) return Version.Tls13
  p += 34
  if (p >= end) return version
  p += 1 + b[p]! + 3
  if (p + 2 > end) return version
  const last = Math.min(p + 2 + ((b[p]! << 8) | b[p + 1]!), end)
  for (p += 2; p + 4 <= last; ) {
    const type = (b[p]! << 8) | b[p + 1]!
    const size = (b[p + 2]! << 8) | b[p + 3]!
    p += 4
    if (type === SUPPORTED_VERSIONS && size === 2 && p + 2 <= last) {
      const agreed = (b[p]! << 8) | b[p + 1]!
      return agreed >>> 8 === 0x7f || agreed >>> 8 === 0xfb ? Version.Tls13 : agreed
    }
    p += size
  }
  return version
}
