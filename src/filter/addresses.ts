/** Addresses and bytes as people write them in filters. */
import { isIPv6 } from 'node:net'

const HEX = /^[0-9a-fA-F]+$/

/** Four bytes of `192.0.2.1`; null for anything else. */
export function parseIpv4(text: string): Uint8Array | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  const bytes = new Uint8Array(4)
  for (const [i, part] of parts.entries()) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return null
    bytes[i] = Number(part)
  }
  return bytes
}

/** Sixteen bytes of an IPv6 address in any spelling of RFC 4291; null for anything else. */
export function parseIpv6(text: string): Uint8Array | null {
  if (!isIPv6(text) || text.includes('%')) return null
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  let words = text
  if (dotted !== null) {
    const [a, b, c, d] = parseIpv4(dotted[2]!)!
    words = `${dotted[1]}${((a! << 8) | b!).toString(16)}:${((c! << 8) | d!).toString(16)}`
  }
  const [head = '', tail] = words.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const bytes = new Uint8Array(16)
  for (const [i, word] of before.entries()) put(bytes, i, word)
  for (const [i, word] of after.entries()) put(bytes, 8 - after.length + i, word)
  return bytes
}

function put(bytes: Uint8Array, at: number, word: string): void {
  const value = Number.parseInt(word, 16)
  bytes[2 * at] = value >>> 8
  bytes[2 * at + 1] = value
}

/**
 * Bytes as hexadecimal digits, two each, with `:`, `-` or `.` between bytes or between any groups of them, or with
 * nothing; `0x5f` is one byte. Null for anything else.
 */
export function parseBytes(text: string): Uint8Array | null {
  if (/^0x[0-9a-fA-F]{1,2}$/.test(text)) return Uint8Array.of(Number(text))
  const bytes: number[] = []
  for (const group of text.split(/[:.-]/)) {
    if (!HEX.test(group)) return null
    for (let i = 0; i < group.length; i += 2) bytes.push(Number.parseInt(group.slice(i, i + 2), 16))
  }
  return bytes.length === 0 ? null : Uint8Array.from(bytes)
}

/** The two halves of `address/bits`; -1 without a prefix length, null when it is none for an address of `most` bits. */
export function splitPrefix(text: string, most: number): readonly [string, number] | null {
  const slash = text.lastIndexOf('/')
  if (slash < 0) return [text, -1]
  const digits = text.slice(slash + 1)
  if (!/^\d{1,3}$/.test(digits) || Number(digits) > most) return null
  return [text.slice(0, slash), Number(digits)]
}
