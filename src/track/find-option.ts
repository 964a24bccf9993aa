/** Finds a TCP option without dissecting the others. */

/** Two paddings, and timestamps of ten bytes. */
const ONLY_TIMESTAMPS = 0x0101080a

/** Are the options `bytes[start…end)` those that most segments have: two paddings and timestamps? */
export const areUsual = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start === 12 &&
  ((bytes[start]! << 24) | (bytes[start + 1]! << 16) | (bytes[start + 2]! << 8) | bytes[start + 3]!) === ONLY_TIMESTAMPS

/** Where the first option of `kind` begins among `bytes[start…end)`, with all its bytes before `end`; -1 for nowhere. */
export function findOption(bytes: Uint8Array, start: number, end: number, kind: number): number {
  for (let p = start; p < end; ) {
    const k = bytes[p]!
    if (k === 0) return -1
    if (k === 1) {
      p++
      continue
    }
    const length = p + 1 < end ? bytes[p + 1]! : 0
    if (length < 2 || p + length > end) return -1
    if (k === kind) return p
    p += length
  }
  return -1
}
