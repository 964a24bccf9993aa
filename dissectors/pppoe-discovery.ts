/** PPP over Ethernet, the discovery stage: RFC 2516 section 5, with the tags of RFC 4638, RFC 5578 and others. */
import { type Dissection, fields, protocol, protocolField } from '../src/dissect/index.js'
import { pppoeCodeNames, pppoeFields } from './pppoe.js'
import { readTo, Tag, takeTag, tagFields, textOf } from './shared/pppoe-tags.js'

const f = fields('pppoed', { self: protocolField('PPP-over-Ethernet Discovery') })

const TAG_HEADER = 4

export const pppoeDiscovery = protocol({
  name: 'PPP-over-Ethernet Discovery',
  short: 'PPPoED',
  spec: 'RFC 2516',
  self: f.self,
  writes: ['pppoe'],
  under: { 'eth.type': 0x8863 },
  summary: () => ({ code: 0, read: false, name: -1, nameLength: 0 }),

  dissect(d, s) {
    s.read = false
    s.name = -1
    s.code = d.peek8(1)
    s.read = true
    d.peek16(4)
    d.u8(pppoeFields.first)
    d.u8(pppoeFields.code)
    d.u16(pppoeFields.session_id)
    const length = d.u16(pppoeFields.payload_length)
    if (length === 0) return
    const start = d.pos
    const opened = d.open(tagFields.self)
    const end = start + length
    // Only where a tag begins is held against the length: the last one may reach beyond it.
    let at = start
    while (at <= end - 2) {
      d.seek(Math.min(at, d.end))
      const type = d.peek16()
      const size = d.peek16(2)
      if (type === Tag.End) break
      d.skip(TAG_HEADER)
      const next = d.pos + size
      takeTag(d, type, size)
      d.seek(Math.max(d.pos, readTo(type, next, size)))
      if (type === Tag.ConcentratorName) {
        s.name = next - size
        s.nameLength = size
      }
      at = next
    }
    d.pos = Math.min(Math.max(end, at), d.end)
    d.closeAt(opened, start, d.pos)
  },

  info(s, d) {
    if (!s.read) return ''
    const code = pppoeCodeNames[s.code] ?? 'Unknown'
    return s.name < 0 ? code : `${code} AC-Name='${concentrator(d, s.name, s.nameLength)}'`
  },
})

const concentrator = (d: Dissection, start: number, length: number): string => textOf(d.bytes, start, start + length)
