/** The internet checksum, RFC 1071: the ones' complement sum of 16-bit words. */

/** Adds `bytes[start…end)` to a running sum; an odd last byte counts as its high half. */
export function sumWords(bytes: Uint8Array, start: number, end: number, sum = 0): number {
  let p = start
  for (const even = end - ((end - start) & 1); p < even; p += 2) sum += (bytes[p]! << 8) | bytes[p + 1]!
  if (p < end) sum += bytes[p]! << 8
  return sum
}

/** Folds a running sum to 16 bits. 0xffff means that a block which holds its own checksum is intact. */
export function fold(sum: number): number {
  let s = sum
  while (s > 0xffff) s = (s & 0xffff) + Math.floor(s / 0x10000)
  return s
}

/** The checksum that belongs in a block which was summed with zero in its place. */
export const checksum = (sum: number): number => ~fold(sum) & 0xffff

/** The checksum that should stand where `found` stands in a block whose sum, `found` included, is `sum` (RFC 1624). */
export function expectedChecksum(sum: number, found: number): number {
  const rest = fold(sum) - found
  return ~(rest < 0 ? rest + 0xffff : rest) & 0xffff
}
