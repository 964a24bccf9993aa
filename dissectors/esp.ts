/** IP Encapsulating Security Payload, RFC 4303. What it protects is encrypted, its trailer included. */
import { fields, protocol, protocolField, uint32 } from '../src/dissect/index.js'

const f = fields('esp', {
  self: protocolField('Encapsulating Security Payload'),
  spi: uint32('ESP SPI', { base: 'hex_dec', about: 'Security parameters index' }),
  sequence: uint32('ESP Sequence', { about: 'Sequence number against replay' }),
})

export const esp = protocol({
  name: 'Encapsulating Security Payload',
  short: 'ESP',
  spec: 'RFC 4303',
  self: f.self,
  under: { 'ip.proto': 50 },
  summary: () => ({ spi: -1 }),

  dissect(d, s) {
    s.spi = -1
    d.appendLayer('')
    const spi = d.u32(f.spi)
    d.u32(f.sequence)
    s.spi = spi
    d.seek(d.end)
  },

  info: (s) => (s.spi < 0 ? '' : `ESP (SPI=0x${s.spi.toString(16).padStart(8, '0')})`),
})
