/** Anything in Anything (draft-massar-v6ops-ayiya): authenticated packets, mostly of IPv6, in UDP datagrams. */
import {
  abstime,
  bytes,
  type Dissection,
  type Field,
  fields,
  protocol,
  protocolField,
  uint8,
} from '../src/dissect/index.js'
import { bitPattern } from './shared/bit-pattern.js'
import { ipProtocolName, ipProtocols } from './shared/ip-protocols.js'
import { udp } from './udp.js'

const FORWARD = 1
/** The words of which the header always consists, in bytes. */
const FIXED = 8

const named = (names: readonly string[]) =>
  ({ base: 'hex', names: (value: number) => names[value] ?? 'Unknown' }) as const
const nextHeaderName = (value: number): string => ipProtocolName(value) || 'Unknown'

const f = fields('ayiya', {
  self: protocolField('AYIYA'),
  idlen: uint8('Identity field length', { base: 'hex', about: 'Power of two' }),
  idtype: uint8('Identity field type', named(['None', 'Integer', 'ASCII string'])),
  siglen: uint8('Signature Length', { base: 'hex', about: 'In words of four bytes' }),
  hashmethod: uint8('Hash method', named(['No hash', 'MD5', 'SHA1'])),
  authmethod: uint8(
    'Authentication method',
    named(['No authentication', 'Hash using a Shared Secret', 'Hash using a public/private key method']),
  ),
  opcode: uint8(
    'Operation Code',
    named([
      'No Operation / Heartbeat',
      'Forward',
      'Echo Request',
      'Echo Request and Forward',
      'Echo Response',
      'MOTD',
      'Query Request',
      'Query Response',
    ]),
  ),
  nextheader: uint8('Next Header', { base: 'hex', names: nextHeaderName }),
  epoch: abstime('Epoch'),
  identity: bytes('Identity'),
  signature: bytes('Signature'),
})

export const ayiya = protocol({
  name: 'Anything in Anything Protocol',
  short: 'AYIYA',
  column: (s) => (s.read ? 'AYIYA' : udp.short),
  spec: 'draft-massar-v6ops-ayiya',
  self: f.self,
  under: { 'udp.port': 5072 },
  summary: () => ({ read: false }),

  dissect(d, s) {
    s.read = false
    const lengths = d.peek8()
    const nextHeader = d.peek8(3)
    s.read = true
    const idLength = 1 << (lengths >> 4)
    const signatureLength = 4 * (d.peek8(1) >> 4)
    const operation = d.peek8(2) & 15
    takeHalves(d, f.idlen, f.idtype)
    takeHalves(d, f.siglen, f.hashmethod)
    takeHalves(d, f.authmethod, f.opcode)
    d.u8(f.nextheader)
    const seconds = d.peek32()
    d.timeAt(f.epoch, d.pos, d.pos + 4, seconds, 0)
    d.skip(FIXED - 4)
    d.take(f.identity, idLength)
    d.take(f.signature, signatureLength)
    if (operation === FORWARD && d.knows(ipProtocols, nextHeader)) d.nextEvenEmpty(ipProtocols, nextHeader)
  },

  info(_s, d, _known, line) {
    const below = d.summaries[d.registry.protocolIndex(udp.id)] as ReturnType<typeof udp.summary>
    return udp.info!(below, d, null, line)
  },
})

/** Two numbers in one byte. */
function takeHalves(d: Dissection, upper: Field<'uint'>, lower: Field<'uint'>): void {
  const at = d.pos
  const raw = d.peek8()
  d.skip(1)
  if (!d.recording) return
  takeHalf(d, upper, at, raw, 0xf0, raw >> 4)
  takeHalf(d, lower, at, raw, 0x0f, raw & 15)
}

function takeHalf(d: Dissection, half: Field<'uint'>, at: number, raw: number, mask: number, value: number): void {
  d.at(half, at, at + 1, value)
  if (!d.showing) return
  const hex = `0x${value.toString(16).padStart(2, '0')}`
  const name = half.names === null ? '' : (half.names as (value: number) => string)(value)
  d.caption(`${bitPattern(8, mask, raw)}${half.label}: ${name === '' ? hex : `${name} (${hex})`}`)
}
