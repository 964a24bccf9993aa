/** IP Authentication Header, RFC 4302. */
import { bytes, type Dissection, fields, protocol, protocolField, uint8, uint32 } from '../src/dissect/index.js'
import { ipProtocolName, ipProtocols } from './shared/ip-protocols.js'

const f = fields('ah', {
  self: protocolField('Authentication Header'),
  next_header: uint8('Next header', { names: ipProtocolName }),
  length: uint8('Length'),
  reserved: bytes('Reserved'),
  spi: uint32('AH SPI', { base: 'hex', about: 'Security parameters index' }),
  sequence: uint32('AH Sequence', { about: 'Sequence number against replay' }),
  icv: bytes('AH ICV', { about: 'Integrity check value' }),
})

const FIXED = 12

export const authentication = protocol({
  name: 'Authentication Header',
  short: 'AH',
  spec: 'RFC 4302',
  self: f.self,
  under: { 'ip.proto': 51 },
  summary: () => ({ next: 0, spi: -1 }),

  dissect(d, s) {
    s.spi = -1
    const start = d.pos
    s.next = d.u8(f.next_header)
    const length = d.u8(f.length)
    const size = (length + 2) * 4
    if (d.showing) d.append(` (${size} bytes)`)
    d.take(f.reserved, 2)
    s.spi = d.u32(f.spi)
    d.u32(f.sequence)
    d.take(f.icv, Math.max(0, size - FIXED))
    d.seek(start + size)
    d.next(ipProtocols, s.next)
  },

  info,
})

function info(s: { readonly spi: number }): string {
  return s.spi < 0 ? '' : `AH (SPI=0x${s.spi.toString(16).padStart(8, '0')})`
}

/** The Info column of a packet that ended in an authentication header inside IPv6. */
export const authenticationText = (d: Dissection): string =>
  info(d.summaries[d.registry.protocolIndex('ah')] as ReturnType<typeof authentication.summary>)
