/** The start of a line about some bits of a number: `.... 0101 = `. */

/** For fields whose value is not simply those bits; the others get it from the engine. `raw` is the whole number. */
export function bitPattern(width: number, mask: number, raw: number): string {
  let out = ''
  for (let bit = width - 1; bit >= 0; bit--) {
    out += (mask >>> bit) & 1 ? (raw >>> bit) & 1 : '.'
    if (bit % 4 === 0 && bit > 0) out += ' '
  }
  return `${out} = `
}
