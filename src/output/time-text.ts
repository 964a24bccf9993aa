/** The Time column in the formats of tshark's -t. */
import type { PacketInfo } from '../dissect/packet-info.js'

/** The letters of tshark's -t: relative, absolute (with date), UTC (with date), epoch, delta, delta displayed. */
export type TimeFormat = 'r' | 'a' | 'ad' | 'u' | 'ud' | 'e' | 'd' | 'dd'

const two = (n: number): string => (n < 10 ? `0${n}` : String(n))
/** Fractions with their digits padded: six of them, as capture files mostly have, or nine. */
const fraction = (nanos: number, digits: number): string =>
  String(digits === 9 ? nanos : Math.floor(nanos / 10 ** (9 - digits))).padStart(digits, '0')

/** The time of the packet as the format says; differences are against the first packet or the one before. */
export function timeText(p: PacketInfo, format: TimeFormat, digits = 6): string {
  switch (format) {
    case 'r':
      return difference(p.seconds - p.firstSeconds, p.nanoseconds - p.firstNanoseconds, digits)
    case 'd':
      return difference(p.seconds - p.previousSeconds, p.nanoseconds - p.previousNanoseconds, digits)
    case 'dd':
      return difference(p.seconds - p.shownSeconds, p.nanoseconds - p.shownNanoseconds, digits)
    case 'e':
      return `${p.seconds}.${fraction(p.nanoseconds, digits)}`
    default:
      return clock(p, format, digits)
  }
}

function difference(seconds: number, nanos: number, digits: number): string {
  let s = seconds
  let n = nanos
  if (n < 0) {
    s -= 1
    n += 1e9
  }
  if (s >= 0) return `${s}.${fraction(n, digits)}`
  return n === 0 ? `-${-s}.${fraction(0, digits)}` : `-${-s - 1}.${fraction(1e9 - n, digits)}`
}

/** `2026/326 18:01:11.004472`: the day of the year, and the time, here or in UTC. */
export function dayText(p: PacketInfo, utc: boolean, digits: number): string {
  const d = new Date(p.seconds * 1000)
  const text = fraction(p.nanoseconds, digits)
  if (Number.isNaN(d.getTime())) return `${p.seconds}.${text}`
  const year = utc ? d.getUTCFullYear() : d.getFullYear()
  const today = utc ? Date.UTC(year, d.getUTCMonth(), d.getUTCDate()) : Date.UTC(year, d.getMonth(), d.getDate())
  const day = (today - Date.UTC(year, 0, 0)) / DAY
  return `${year}/${String(day).padStart(3, '0')} ${clockText(d, utc)}.${text}`
}
const DAY = 86_400_000

const clockText = (d: Date, utc: boolean): string =>
  utc
    ? `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`
    : `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`

function clock(p: PacketInfo, format: TimeFormat, digits: number): string {
  return `${secondText(p.seconds, format) || p.seconds}.${fraction(p.nanoseconds, digits)}`
}

/**
 * The time of day in whole seconds since 1970, with the date if the format has it; '' for formats that are no times of
 * day, and for times beyond all calendars. Packets of one second follow each other: the latest answer is kept.
 */
export function secondText(seconds: number, format: TimeFormat): string {
  if (seconds === latest.seconds && format === latest.format) return latest.text
  latest.seconds = seconds
  latest.format = format
  latest.text = clockFormats.has(format) ? dateText(new Date(seconds * 1000), format) : ''
  return latest.text
}
const clockFormats: ReadonlySet<TimeFormat> = new Set(['a', 'ad', 'u', 'ud'])
const latest = { seconds: Number.NaN, format: 'r' as TimeFormat, text: '' }

function dateText(d: Date, format: TimeFormat): string {
  if (Number.isNaN(d.getTime())) return ''
  const utc = format === 'u' || format === 'ud'
  const text = clockText(d, utc)
  if (format === 'a' || format === 'u') return text
  const date = utc
    ? `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`
    : `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`
  return `${date} ${text}`
}

/** `packets-2026-11-22`: the index of Elasticsearch that a packet belongs to, by its local day. */
export function indexName(p: PacketInfo): string {
  const d = new Date(p.seconds * 1000)
  if (Number.isNaN(d.getTime())) return 'packets-1970-01-01'
  return `packets-${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`
}

/** Milliseconds since 1970, rounded down. */
export const milliseconds = (p: PacketInfo): string => String(p.seconds * 1000 + Math.floor(p.nanoseconds / 1e6))

/** `2026-11-22T17:09:31.123456789Z`. */
export function isoText(seconds: number, nanos: number): string {
  const d = new Date(seconds * 1000)
  if (Number.isNaN(d.getTime())) return `${seconds}.${fraction(nanos, 9)}`
  return `${d.toISOString().slice(0, 19)}.${fraction(nanos, 9)}Z`
}
