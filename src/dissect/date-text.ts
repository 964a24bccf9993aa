/** Points and spans of time as Wireshark's fields show them. */
import { zoneAbbreviation } from '../names/time-zone.js'

/** `12.000000001`, `-0.500000000`: whole seconds, possibly negative, plus nanoseconds. */
export const secondsText = (seconds: number, nanos: number): string => {
  if (seconds >= 0) return `${seconds}.${nineDigits(nanos)}`
  const whole = nanos === 0 ? -seconds : -seconds - 1
  return `-${whole}.${nineDigits(nanos === 0 ? 0 : 1e9 - nanos)}`
}

/** `Nov 22, 2026 17:09:31.123456789 UTC`, or in the local zone with its abbreviation. */
export function dateText(seconds: number, nanos: number, zone: 'utc' | 'local'): string {
  const d = new Date(seconds * 1000)
  if (Number.isNaN(d.getTime())) return secondsText(seconds, nanos)
  if (seconds !== lastSeconds || zone !== lastZone) {
    lastSeconds = seconds
    lastZone = zone
    const utc = zone === 'utc'
    lastDate = utc
      ? dayAndTime(
          d.getUTCMonth(),
          d.getUTCDate(),
          d.getUTCFullYear(),
          d.getUTCHours(),
          d.getUTCMinutes(),
          d.getUTCSeconds(),
        )
      : dayAndTime(d.getMonth(), d.getDate(), d.getFullYear(), d.getHours(), d.getMinutes(), d.getSeconds())
    lastWord = utc ? 'UTC' : zoneAbbreviation(seconds)
  }
  return `${lastDate}.${nineDigits(nanos)} ${lastWord}`
}

// The packets of one second share nearly all of their text.
let lastSeconds = Number.NaN
let lastZone: 'utc' | 'local' = 'utc'
let lastDate = ''
let lastWord = ''

const dayAndTime = (month: number, day: number, year: number, h: number, m: number, s: number): string =>
  `${months[month]} ${day < 10 ? ' ' : ''}${day}, ${year} ${two(h)}:${two(m)}:${two(s)}`
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (n: number): string => (n < 10 ? `0${n}` : String(n))
const nineDigits = (nanos: number): string => String(nanos).padStart(9, '0')
