/** A form as browsers send it: `application/x-www-form-urlencoded`, WHATWG URL Standard section 5. */
import { escapeText, fields, group, protocol, protocolField, text, utf8 } from '../src/dissect/index.js'
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
    for (let n = 0; n < MAX_ITEMS && d.left > 0 && d.wants(f.self); n++) {
      const b = d.bytes
      const start = d.pos
      const end = next(b, start, d.end, AMPERSAND)
      const equals = next(b, start, end, EQUALS)
      const item = d.open(f._item)
      if (d.showing || d.wants(f.key) || d.wants(f.value)) {
        const key = decoded(b, start, equals)
        const value = decoded(b, Math.min(equals + 1, end), end)
        if (d.showing) d.caption(`Form item: "${escapeText(key)}" = "${escapeText(value)}"`, item)
        d.textAt(f.key, start, equals, key)
        d.textAt(f.value, Math.min(equals + 1, end), end, value)
      }
      d.pos = Math.min(end + 1, d.end)
      d.close(item)
    }
    d.pos = d.end
  },
})

const AMPERSAND = 0x26
const EQUALS = 0x3d

/** Where the next `byte` is, `end` without. */
function next(b: Uint8Array, start: number, end: number, byte: number): number {
  let p = start
  while (p < end && b[p] !== byte) p++
  return p
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
