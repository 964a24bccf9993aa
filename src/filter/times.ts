/** Times as people write them in filters; nanoseconds as big integers. */

const NANOS = 1_000_000_000n

/** Nanoseconds of each unit of a span of time. */
const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  ms: 1_000_000n,
  s: NANOS,
  m: 60n * NANOS,
  min: 60n * NANOS,
  h: 3600n * NANOS,
  d: 86_400n * NANOS,
}
export const timeUnits = Object.keys(units)

/** A span of time such as `1.5`, `-0.25s`, `20ms`; null for anything else. */
export function parseSpan(text: string): bigint | null {
  const found = /^(-?)(\d{1,15})(?:\.(\d+))?([a-zµ]*)$/.exec(text)
  if (found === null) return null
  const [, sign, whole, fraction, name] = found
  const unit = Object.hasOwn(units, name || 's') ? units[name || 's']! : null
  if (unit === null) return null
  const digits = (fraction ?? '').slice(0, 9)
  const nanos = BigInt(whole!) * unit + (digits === '' ? 0n : (BigInt(digits) * unit) / 10n ** BigInt(digits.length))
  return sign === '' ? nanos : -nanos
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const CLOCK = '(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,9}))?)?'
const ISO = new RegExp(`^(\\d{4})-(\\d{1,2})-(\\d{1,2})(?:[T ]\\s*${CLOCK})?\\s*(Z|UTC|GMT|[+-]\\d{2}:?\\d{2})?$`, 'i')
const NAMED = new RegExp(`^([a-z]{3})\\s+(\\d{1,2}),\\s*(\\d{4})\\s+${CLOCK}\\s*(Z|UTC|GMT|[+-]\\d{2}:?\\d{2})?$`, 'i')

/**
 * A point in time: `2011-03-18 19:06:08.25`, `2011-03-18T19:06:08Z`, `Mar 18, 2011 19:06:08 UTC`, or seconds since 1970.
 * Without a zone it is local. Null for anything else.
 */
export function parseDate(text: string): bigint | null {
  const trimmed = text.trim()
  if (/^\d+(\.\d+)?$/.test(trimmed)) return parseSpan(trimmed)
  const iso = ISO.exec(trimmed)
  if (iso !== null) return nanosOf(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3]), iso.slice(4))
  const named = NAMED.exec(trimmed)
  if (named === null) return null
  return nanosOf(Number(named[3]), months.indexOf(named[1]!.toLowerCase()), Number(named[2]), named.slice(4))
}

function nanosOf(year: number, month: number, day: number, rest: readonly (string | undefined)[]): bigint | null {
  const [hour = '0', minute = '0', second = '0', fraction = '', zone] = rest
  const clock = [Number(hour), Number(minute), Number(second)] as const
  if (month < 0 || month > 11 || day < 1 || day > 31 || clock[0] > 23 || clock[1] > 59 || clock[2] > 60) return null
  const utc = Date.UTC(year, month, day, ...clock)
  if (new Date(Date.UTC(year, month, day)).getUTCDate() !== day) return null
  const milliseconds = zone === undefined ? new Date(year, month, day, ...clock).getTime() : utc - zoneOffset(zone)
  return BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}

/** Milliseconds by which a zone is ahead of UTC. */
function zoneOffset(zone: string): number {
  const found = /^([+-])(\d{2}):?(\d{2})$/.exec(zone)
  if (found === null) return 0
  const minutes = Number(found[2]) * 60 + Number(found[3])
  return (found[1] === '-' ? -minutes : minutes) * 60_000
}
