/** Numbers as `printf` writes them. */

/** `%.<digits>f`: JavaScript rounds halves up, C to the even digit. */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits)
  const exact = value.toFixed(Math.min(digits + 60, 100))
  const behind = exact.slice(exact.indexOf('.') + 1 + digits)
  if (!/^50*$/.test(behind)) return text
  const down = exact.slice(0, exact.length - behind.length)
  return (down.charCodeAt(down.length - 1) & 1) === 0 ? down : text
}

/** A size in tshark's words: whole kB, MB and so on from ten of them upwards. */
export function sizeText(bytes: number): string {
  const unit = units.findLast(({ size }) => bytes >= size * 10)
  return unit === undefined ? `${bytes} bytes` : `${Math.floor(bytes / unit.size)} ${unit.name}`
}
const units = ['kB', 'MB', 'GB', 'TB'].map((name, i) => ({ name, size: 1000 ** (i + 1) }))
