/** Router-port Group Management Protocol, RFC 3488: routers tell switches which groups they want. It rides in IGMP. */
import { error, fields, ipv4, protocol, protocolField, sumWords, uint8, uint16 } from '../src/dissect/index.js'
import { checksumStatusNames } from './shared/pseudo-header.js'
import { verifyChecksum } from './shared/verified-checksum.js'

const SIZE = 8
const typeNames: Readonly<Record<number, string>> = { 0xfc: 'Leave', 0xfd: 'Join', 0xfe: 'Bye', 0xff: 'Hello' }

const f = fields('rgmp', {
  self: protocolField('Router-port Group Management Protocol'),
  type: uint8('Type', { base: 'hex', names: typeNames }),
  reserved: uint8('Reserved', { base: 'hex' }),
  checksum: {
    self: uint16('Checksum', { base: 'hex' }),
    status: uint8('Checksum Status', { base: 'none', names: checksumStatusNames }),
  },
  bad_checksum: error('Bad checksum', 'Checksum'),
  maddr: ipv4('Multicast group address'),
})
const checksum = { checksum: f.checksum.self, status: f.checksum.status, bad: f.bad_checksum }

/** Messages go to 224.0.0.25, which tells them from IGMP. `to` is where the destination stands in `b`. */
export const isRgmp = (b: Uint8Array, to: number, type: number): boolean =>
  type >= 0xfc && b[to] === 224 && b[to + 1] === 0 && b[to + 2] === 0 && b[to + 3] === 25

export const rgmp = protocol({
  name: 'Router-port Group Management Protocol',
  short: 'RGMP',
  spec: 'RFC 3488',
  self: f.self,
  summary: () => ({ type: 0 }),

  dissect(d, s) {
    s.type = 0
    const end = d.pos + SIZE
    s.type = d.u8(f.type)
    d.u8(f.reserved)
    verifyChecksum(d, checksum, end <= d.end ? sumWords(d.bytes, end - SIZE, end) : -1)
    d.take(f.maddr, 4)
  },

  info: (s) => typeNames[s.type] ?? '',
})
