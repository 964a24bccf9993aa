/**
 * Abbreviations of the local time zone (`CET`, `EDT`), which JavaScript does not know: read from the system's zone file
 * (TZif, RFC 8536). The hours themselves come from `Date`; only the word for them is looked up.
 */
import { readFileSync } from 'node:fs'

interface Zone {
  /** Times of the transitions in seconds since 1970, ascending, and which kind of time begins with each. */
  readonly times: readonly number[]
  readonly kinds: readonly number[]
  /** For each kind, seconds east of Greenwich and the abbreviation. */
  readonly offsets: readonly number[]
  readonly words: readonly string[]
}

/** What the local time at `seconds` since 1970 is called, e.g. `CEST`; `+05:30` where the system has no word for it. */
export function zoneAbbreviation(seconds: number): string {
  const offset = -new Date(seconds * 1000).getTimezoneOffset() * 60
  zone ??= readZone()
  const { times, kinds, offsets, words } = zone
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle]! <= seconds) low = middle + 1
    else high = middle
  }
  // Beyond the last transition the file has only a rule: the latest kind of time with the same hours has its word.
  for (let i = low - 1; i >= 0; i--) if (offsets[kinds[i]!] === offset) return words[kinds[i]!]!
  const known = offsets.indexOf(offset)
  return known >= 0 ? words[known]! : offset === 0 ? 'UTC' : offsetText(offset)
}

const offsetText = (offset: number): string => {
  const minutes = Math.abs(offset) / 60
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`
}

let zone: Zone | undefined
const NONE: Zone = { times: [], kinds: [], offsets: [], words: [] }

function readZone(): Zone {
  const name = process.env['TZ']?.replace(/^:/, '')
  const file = name === undefined || name === '' ? '/etc/localtime' : name.startsWith('/') ? name : `${FOLDER}/${name}`
  try {
    return parseZone(readFileSync(file))
  } catch {
    return NONE
  }
}

/** Takes the second, 64-bit part of a zone file where there is one. Throws for what is not such a file. */
export function parseZone(bytes: Uint8Array): Zone {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0) !== MAGIC) throw new Error('not a time zone file')
  if (bytes[4] === 0) return parsePart(view, 0, 4)
  const first = sizes(view, 0)
  return parsePart(view, HEADER + first.bytes(4), 8)
}

const FOLDER = '/usr/share/zoneinfo'
const MAGIC = 0x545a6966
const HEADER = 44

function sizes(view: DataView, at: number) {
  const [utc, standard, leaps, times, kinds, letters] = [20, 24, 28, 32, 36, 40].map((o) => view.getUint32(at + o))
  const bytes = (wide: number): number =>
    times! * (wide + 1) + kinds! * 6 + letters! + leaps! * (wide + 4) + standard! + utc!
  return { times: times!, kinds: kinds!, letters: letters!, bytes }
}

function parsePart(view: DataView, start: number, wide: number): Zone {
  const { times, kinds, letters, bytes } = sizes(view, start)
  if (start + HEADER + bytes(wide) > view.byteLength) throw new Error('time zone file cut short')
  const body = start + HEADER
  const kindsAt = body + times * wide
  const offsetsAt = kindsAt + times
  const lettersAt = offsetsAt + kinds * 6
  const timeAt = (i: number): number =>
    wide === 8 ? Number(view.getBigInt64(body + i * 8)) : view.getInt32(body + i * 4)
  const wordAt = (from: number): string => {
    let word = ''
    for (let p = lettersAt + from; p < lettersAt + letters && view.getUint8(p) !== 0; p++) {
      word += String.fromCharCode(view.getUint8(p))
    }
    return word
  }
  const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
  return {
    times: range(times).map(timeAt),
    kinds: range(times).map((i) => view.getUint8(kindsAt + i)),
    offsets: range(kinds).map((i) => view.getInt32(offsetsAt + i * 6)),
    words: range(kinds).map((i) => wordAt(view.getUint8(offsetsAt + i * 6 + 5))),
  }
}
