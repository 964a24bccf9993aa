/**
 * The Huffman code of HPACK, RFC 7541 appendix B. It is canonical: within one length, codes grow with their symbols, and
 * the shorter ones come first. So the lengths say everything.
 */

/** No symbol is behind this code: it is the one that may not be sent. */
const END = 256
const MAX_BITS = 30

/** Symbols by the number of bits of their codes; what is not listed has 28. */
const byLength: Readonly<Record<number, string | readonly number[]>> = {
  5: '012aceiost',
  6: ' %-./3456789=A_bdfghlmnpru',
  7: ':BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz',
  8: '&*,;XZ',
  10: '!"()?',
  11: "'+|",
  12: '#>',
  13: '\0$@[]~',
  14: '^}',
  15: '<`{',
  19: [92, 195, 208],
  20: [128, 130, 131, 162, 184, 194, 224, 226],
  21: [153, 161, 167, 172, 176, 177, 179, 209, 216, 217, 227, 229, 230],
  22: [
    129, 132, 133, 134, 136, 146, 154, 156, 160, 163, 164, 169, 170, 173, 178, 181, 185, 186, 187, 189, 190, 196, 198,
    228, 232, 233,
  ],
  23: [
    1, 135, 137, 138, 139, 140, 141, 143, 147, 149, 150, 151, 152, 155, 157, 158, 165, 166, 168, 174, 175, 180, 182,
    183, 188, 191, 197, 231, 239,
  ],
  24: [9, 142, 144, 145, 148, 159, 171, 206, 215, 225, 236, 237],
  25: [199, 207, 234, 235],
  26: [192, 193, 200, 201, 202, 205, 210, 213, 218, 219, 238, 240, 242, 243, 255],
  27: [203, 204, 211, 212, 214, 221, 222, 223, 241, 244, 245, 246, 247, 248, 250, 251, 252, 253, 254],
  30: [10, 13, 22, END],
}

/** Of each length: the first code, how many there are, and where their symbols begin in `symbols`. */
const firstCode = new Uint32Array(MAX_BITS + 1)
const codes = new Uint16Array(MAX_BITS + 1)
const firstSymbol = new Uint16Array(MAX_BITS + 1)
const symbols: number[] = []
fill()

/**
 * Decodes `b[start…end)` into `out` from offset `at` on, which must have room for 8 bytes of each 5 encoded ones. Returns
 * where the text ends in `out`, -1 when the bytes are no such code: RFC 7541 section 5.2.
 */
export function huffmanDecode(b: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let p = at
  let code = 0
  let bits = 0
  for (let i = start; i < end; i++) {
    const byte = b[i]!
    for (let bit = 7; bit >= 0; bit--) {
      code = (code << 1) | ((byte >>> bit) & 1)
      if (++bits < 5) continue
      const n = code - firstCode[bits]!
      if (n < codes[bits]!) {
        const symbol = symbols[firstSymbol[bits]! + n]!
        if (symbol === END) return -1
        out[p++] = symbol
        code = bits = 0
      } else if (bits === MAX_BITS) return -1
    }
  }
  return bits < 8 && code === (1 << bits) - 1 ? p : -1
}

/** The most bytes that `size` encoded ones can hold. */
export const huffmanRoom = (size: number): number => Math.floor((size * 8) / 5)

function fill(): void {
  const listed = new Set<number>()
  for (const list of Object.values(byLength)) for (const symbol of numbers(list)) listed.add(symbol)
  const rest = Array.from({ length: 256 }, (_, i) => i).filter((symbol) => !listed.has(symbol))
  let code = 0
  for (let bits = 1; bits <= MAX_BITS; bits++) {
    code *= 2
    const list = bits === 28 ? rest : numbers(byLength[bits] ?? [])
    firstCode[bits] = code
    codes[bits] = list.length
    firstSymbol[bits] = symbols.length
    symbols.push(...list)
    code += list.length
  }
}

function numbers(list: string | readonly number[]): readonly number[] {
  return typeof list === 'string' ? [...list].map((c) => c.charCodeAt(0)) : list
}
