/** The cyclic redundancy check of Ethernet, IEEE 802.3 section 3.2.9: reflected, polynomial 0x04c11db7. */

const REFLECTED_POLYNOMIAL = 0xedb88320

const table = new Uint32Array(256)
for (let i = 0; i < 256; i++) {
  let c = i
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ REFLECTED_POLYNOMIAL : c >>> 1
  table[i] = c
}

/** The check of `bytes[start…end)` as the number whose bytes follow it on the wire, most significant first. */
export function crc32(bytes: Uint8Array, start: number, end: number): number {
  let c = 0xffffffff
  for (let p = start; p < end; p++) c = (c >>> 8) ^ table[(c ^ bytes[p]!) & 0xff]!
  c = ~c
  return (((c & 0xff) << 24) | ((c & 0xff00) << 8) | ((c >>> 8) & 0xff00) | (c >>> 24)) >>> 0
}
