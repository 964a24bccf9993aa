/** A form as browsers send it: `application/x-www-form-urlencoded`, WHATWG URL Standard section 5. */
import {
  type Dissection,
  escapeText,
  type Field,
  fields,
  group,
  protocol,
  protocolField,
  text,
  utf8,
} from '../src/dissect/index.js'
import { hexDigit } from './http-message.js'
import { body, MediaType } from './shared/media-types.js'

/** More items than anybody reads; the rest is stepped over. */
const MAX_ITEMS = 20_000

const f = fields('urlencoded-form', {
  self: protocolField('HTML Form URL Encoded'),
  _item: group('Form item'),
  key: text('Key'),
  value: text('Value'),
})

export const urlencodedForm = protocol({
  name: 'HTML Form URL Encoded',
  short: 'URL Encoded Form Data',
  spec: 'WHATWG URL Standard',
  self: f.self,
  under: { media_type: MediaType.Form },
  summary: () => ({}),

  dissect(d) {
    if (d.showing && body.type !== '') d.captionLayer(`HTML Form URL Encoded: ${body.type}`)
    // Where the form may end inside of a byte, its end must be looked at whatever is wanted.
    const percent = (at: number): boolean => at >= d.pos && d.bytes[at] === PERCENT
    const needed = d.wants(f.self) || percent(d.end - 1) || percent(d.end - 2)
    for (let n = 0; n < MAX_ITEMS && d.left > 0 && needed; n++) {
      const start = d.pos
      const item = d.open(f._item)
      const keyEnd = partEnd(d, start, EQUALS)
      const value = Math.min(keyEnd + 1, d.end)
      if (keyEnd >= 0) part(d, f.key, start, keyEnd, item, ': ')
      const end = keyEnd < 0 ? -1 : partEnd(d, value, AMPERSAND)
      if (end >= 0) part(d, f.value, value, end, item, ' = ')
      d.pos = end < 0 ? d.end : Math.min(end + 1, d.end)
      d.close(item)
    }
    d.pos = d.end
  },
})

const AMPERSAND = 0x26
const EQUALS = 0x3d
const PERCENT = 0x25

/**
 * Where the key or the value that begins at `start` ends: at the next `byte`, or at the end. -1 when it has a zero in it or a
 * `%` without two digits, with which Wireshark gives the form up. Where these would be behind the end, the packet is given up.
 */
function partEnd(d: Dissection, start: number, byte: number): number {
  const { bytes: b, end } = d
  let p = start
  for (; p < end && b[p] !== byte; p++) {
    if (b[p] === 0) return -1
    if (b[p] !== PERCENT) continue
    for (let digit = p + 1; digit < p + 3; digit++) {
      if (digit >= end) d.peek8(d.left)
      if (hexDigit(b[digit]!) < 0) return -1
    }
  }
  return p
}

function part(d: Dissection, field: Field<'string'>, start: number, end: number, item: number, before: string): void {
  if (!d.showing && !d.wants(field)) return
  const words = decoded(d.bytes, start, end)
  d.textAt(field, start, end, words)
  if (d.showing) d.append(`${before}"${escapeText(words)}"`, item)
}

function decoded(b: Uint8Array, start: number, end: number): string {
  const raw = utf8(b, start, end)
  if (!raw.includes('%')) return raw.replaceAll('+', ' ')
  const bytes = Buffer.from(b.subarray(start, end))
  let length = 0
  for (let i = 0; i < bytes.length; i++) {
    const pair = bytes[i] === 0x25 ? bytes.toString('latin1', i + 1, i + 3) : ''
    const code = /^[0-9a-fA-F]{2}$/.test(pair)
    bytes[length++] = code ? Number.parseInt(pair, 16) : bytes[i] === 0x2b ? 0x20 : bytes[i]!
    if (code) i += 2
  }
  return bytes.toString('utf8', 0, length)
}
