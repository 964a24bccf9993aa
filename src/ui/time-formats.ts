/**
 * The ways to write the time, in the order in which a key goes through them.
 */

import type { TimeFormat } from '../session/session.js'

const names: Record<TimeFormat, string> = {
  r: 'seconds since the first packet',
  a: 'time of day',
  ad: 'date and time of day',
  d: 'seconds since the packet before',
  dd: 'seconds since the displayed packet before',
  u: 'time of day in UTC',
  ud: 'date and time of day in UTC',
  e: 'seconds since 1970',
}
const order = Object.keys(names) as TimeFormat[]

export function nextTimeFormat(format: TimeFormat): TimeFormat {
  return order[(order.indexOf(format) + 1) % order.length] ?? 'r'
}

export function timeFormatName(format: TimeFormat): string {
  return names[format]
}
