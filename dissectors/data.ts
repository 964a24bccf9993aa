/** Bytes that no other dissector knows. */
import { bytes, fields, protocol, protocolField, uint32 } from '../src/dissect/index.js'

const f = fields('data', {
  self: protocolField('Data'),
  data: bytes('Data'),
  len: uint32('Length'),
})

export const data = protocol({
  name: 'Data',
  short: 'Data',
  spec: '',
  self: f.self,
  summary: () => ({ length: 0 }),

  dissect(d, s) {
    s.length = d.left
    if (d.showing) d.caption(`Data (${s.length} byte${s.length === 1 ? '' : 's'})`)
    if (s.length === 0) return
    d.take(f.data, s.length)
    d.generated(f.len, s.length)
  },
})
