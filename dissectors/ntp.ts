/** Network Time Protocol, RFC 5905, and its simple form SNTP: the time and how good it is. */
import {
  abstime,
  bytes,
  type Dissection,
  fields,
  group,
  ipv4Text,
  protocol,
  protocolField,
  uint8,
  uint16,
  uint32,
} from '../src/dissect/index.js'
import { takeControl } from './ntp-control.js'
import { extensionNames, leapNames, modeNames, references, versionNames } from './ntp-names.js'
import { requestNames, takePrivate } from './ntp-private.js'
import { showParts } from './shared/flag-list.js'
import { asciiText } from './shared/text-spells.js'

/** Seconds from 1900, where these times begin, to 1970; small ones are of the era that begins in 2036. */
const SECONDS_TO_1970 = 2_208_988_800
const HALF = 0x80000000
const time = (label: string) => abstime(label, { never: 0 })

const f = fields('ntp', {
  self: protocolField('Network Time Protocol'),
  flags: {
    self: uint8('Flags', { base: 'hex' }),
    li: uint8('Leap Indicator', { mask: 0xc0, names: { ...leapNames } }),
    vn: uint8('Version number', { mask: 0x38, names: { ...versionNames } }),
    mode: uint8('Mode', { mask: 0x07, names: { ...modeNames } }),
  },
  stratum: uint8('Peer Clock Stratum', { names: stratumName }),
  ppoll: uint8('Peer Polling Interval'),
  precision: uint8('Peer Clock Precision'),
  rootdelay: uint32('Root Delay'),
  rootdispersion: uint32('Root Dispersion'),
  refid: bytes('Reference ID'),
  reftime: time('Reference Timestamp'),
  org: time('Origin Timestamp'),
  rec: time('Receive Timestamp'),
  xmt: time('Transmit Timestamp'),
  keyid: bytes('Key ID'),
  mac: bytes('Message Authentication Code'),
  ext: {
    self: group('Extension'),
    type: uint16('Field Type', { base: 'hex', names: extensionNames }),
    length: uint16('Length'),
    value: bytes('Value'),
  },
})
const flagParts = [f.flags.li, f.flags.vn, f.flags.mode]

const Mode = { Control: 6, Private: 7 } as const
/** In Info they are said in a word. */
const modeWords = [
  'reserved',
  'symmetric active',
  'symmetric passive',
  'client',
  'server',
  'broadcast',
  'control',
  'private',
]

/** `request` is the code of a private request or response, `answer` whether it is one; -1 where there is none. */
const summary = () => ({ flags: -1, request: -1, answer: false })

export const ntp = protocol({
  name: 'Network Time Protocol',
  short: 'NTP',
  spec: 'RFC 5905',
  self: f.self,
  under: { 'udp.port': 123 },
  summary,

  dissect(d, s) {
    s.flags = s.request = -1
    s.flags = d.peek8()
    const mode = s.flags & 7
    if (d.showing) d.captionLayer(`Network Time Protocol (${kindText(s.flags)})`)
    if (mode === Mode.Private) {
      s.answer = (s.flags & 0x80) !== 0
      if (d.left > 3) s.request = d.peek8(3)
      return takePrivate(d, f.flags.vn, f.flags.mode, f.flags.self)
    }
    d.u8(f.flags.self)
    showParts(d, flagParts, s.flags, 1)
    if (mode === Mode.Control) return takeControl(d)
    takeClock(d)
    takeTime(d, f.reftime)
    takeTime(d, f.org)
    takeTime(d, f.rec)
    takeTime(d, f.xmt)
    while (hasExtension(d)) takeExtension(d)
    if (d.reportedLeft < 4) return
    d.take(f.keyid, 4)
    if (d.reportedLeft > 0) d.take(f.mac, d.reportedLeft)
  },

  info(s) {
    if (s.flags < 0) return ''
    const kind = kindText(s.flags)
    if ((s.flags & 7) !== Mode.Private || s.request < 0) return kind
    return `${kind}, ${s.answer ? 'Response' : 'Request'}, ${requestNames[s.request] ?? 'Unknown'}`
  },
})

const kindText = (flags: number): string => `${versionNames[(flags >>> 3) & 7]}, ${modeWords[flags & 7]}`

function stratumName(stratum: number): string {
  if (stratum === 0) return 'unspecified or invalid'
  if (stratum === 1) return 'primary reference'
  if (stratum < 16) return 'secondary reference'
  return stratum === 16 ? 'unsynchronized' : 'reserved'
}

const LEAST_POLL = 4
const GREATEST_POLL = 17

/** How good the sender's clock is, and where it has its time from. */
function takeClock(d: Dissection): void {
  const stratum = d.u8(f.stratum)
  const poll = d.u8(f.ppoll)
  if (d.showing) {
    const valid = poll >= LEAST_POLL && poll <= GREATEST_POLL
    d.caption(`Peer Polling Interval: ${valid ? `${poll} (${2 ** poll} seconds)` : `invalid (${poll})`}`)
  }
  const precision = (d.u8(f.precision) << 24) >> 24
  if (d.showing) d.caption(`Peer Clock Precision: ${powerText(precision)} seconds`)
  const delay = d.u32(f.rootdelay)
  if (d.showing) d.caption(`Root Delay: ${sixDigits(delay)} seconds`)
  const dispersion = d.u32(f.rootdispersion)
  if (d.showing) d.caption(`Root Dispersion: ${sixDigits(dispersion)} seconds`)
  const reference = d.take(f.refid, 4)
  if (d.showing) d.caption(`Reference ID: ${referenceText(d, stratum, reference)}`)
}

/** Two to the power of `n`, in full. */
function powerText(n: number): string {
  if (n >= 0) return `${2n ** BigInt(n)}.000000`
  return n < -16 ? (2 ** n).toFixed(6) : sixDigits(2 ** (16 + n))
}

/** Units of 2^-16 as a number with six digits behind the point; what lies in the middle goes to the even neighbour. */
function sixDigits(units: number): string {
  const exact = units * 1e6
  let millionths = Math.floor(exact / 65536)
  const rest = exact - millionths * 65536
  if (rest > 32768 || (rest === 32768 && millionths % 2 === 1)) millionths++
  return `${Math.floor(millionths / 1e6)}.${String(millionths % 1e6).padStart(6, '0')}`
}

/** The kind of clock where the sender has one of its own, the address of whom it asks where not. */
function referenceText(d: Dissection, stratum: number, at: number): string {
  const b = d.bytes
  if (stratum > 1) {
    const address = ipv4Text(b, at)
    const name = d.names.ip(address)
    return name === '' ? address : name
  }
  if ((b[at]! | b[at + 1]! | b[at + 2]! | b[at + 3]!) === 0) return 'NULL'
  const code = asciiText(b, at, at + 4)
  return references[code] ?? `Unidentified reference source '${code}'`
}

function takeTime(d: Dissection, field: typeof f.reftime): void {
  const at = d.pos
  d.skip(8)
  if (!d.wants(field)) return
  const b = new DataView(d.bytes.buffer, d.bytes.byteOffset + at, 8)
  const seconds = b.getUint32(0)
  const nanos = Math.floor((b.getUint32(4) * 1e9) / (2 * HALF))
  if (seconds === 0 && nanos === 0) return d.timeAt(field, at, d.pos, 0, 0)
  d.timeAt(field, at, d.pos, seconds - SECONDS_TO_1970 + (seconds < HALF ? 2 * HALF : 0), nanos)
}

const EXTENSION_HEAD = 4
const LEAST_EXTENSION = 16

/** Whether an extension field is next (RFC 7822), or a key and what was made with it. */
function hasExtension(d: Dissection): boolean {
  const left = d.reportedLeft
  if (left < LEAST_EXTENSION) return false
  const size = d.peek16(2)
  return size >= LEAST_EXTENSION && size <= left
}

function takeExtension(d: Dissection): void {
  const opened = d.open(f.ext.self)
  d.u16(f.ext.type)
  const size = d.u16(f.ext.length)
  d.take(f.ext.value, size - EXTENSION_HEAD)
  d.close(opened)
}
