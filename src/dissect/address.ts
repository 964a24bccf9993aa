/** Addresses as text. IPv6 as RFC 5952 says: lower case, the longest run of zeros (the first of equals) as `::`. */

const byteHex: string[] = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))
const byteDec: string[] = Array.from({ length: 256 }, (_, i) => String(i))

/** `bytes[start…end)` as hex digits with `separator` between bytes. */
export function hexText(bytes: Uint8Array, start: number, end: number, separator = ''): string {
  let out = ''
  for (let i = start; i < end; i++) out += (i > start ? separator : '') + byteHex[bytes[i]!]!
  return out
}

export const etherText = (b: Uint8Array, p: number): string =>
  `${byteHex[b[p]!]}:${byteHex[b[p + 1]!]}:${byteHex[b[p + 2]!]}:${byteHex[b[p + 3]!]}:${byteHex[b[p + 4]!]}:${byteHex[b[p + 5]!]}`

export const ipv4Text = (b: Uint8Array, p: number): string =>
  `${byteDec[b[p]!]}.${byteDec[b[p + 1]!]}.${byteDec[b[p + 2]!]}.${byteDec[b[p + 3]!]}`

export function ipv6Text(b: Uint8Array, p: number): string {
  let best = -1
  let bestLength = 1
  for (let i = 0; i < 8; ) {
    let n = 0
    while (i + n < 8 && b[p + 2 * (i + n)] === 0 && b[p + 2 * (i + n) + 1] === 0) n++
    if (n > bestLength) {
      best = i
      bestLength = n
    }
    i += n + 1
  }
  if (best === 0 && bestLength === 6) return `::${ipv4Text(b, p + 12)}`
  if (best === 0 && bestLength === 5 && b[p + 10] === 255 && b[p + 11] === 255) return `::ffff:${ipv4Text(b, p + 12)}`
  let out = ''
  for (let i = 0; i < 8; i++) {
    if (i === best) {
      out += '::'
      i += bestLength - 1
    } else {
      if (out !== '' && !out.endsWith('::')) out += ':'
      out += ((b[p + 2 * i]! << 8) | b[p + 2 * i + 1]!).toString(16)
    }
  }
  return out
}
