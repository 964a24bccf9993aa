/** Spans of time in words: `2 days, 1 hour, 5.250 seconds`. */

const units = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
] as const

/** `milliseconds` in days, hours, minutes and seconds, leaving out what is zero. */
export function durationText(milliseconds: number): string {
  const words: string[] = []
  let rest = milliseconds
  for (const [size, unit] of units) {
    const n = Math.floor(rest / size)
    if (n > 0) words.push(`${n} ${unit}${n === 1 ? '' : 's'}`)
    rest %= size
  }
  if (rest > 0 || words.length === 0) {
    const seconds = rest % 1000 === 0 ? String(rest / 1000) : (rest / 1000).toFixed(3)
    words.push(`${seconds} second${rest === 1000 ? '' : 's'}`)
  }
  return words.join(', ')
}
