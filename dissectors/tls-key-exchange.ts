/** Key exchange messages of TLS up to 1.2, RFC 5246 section 7.4.3 and 7.4.7; what is in them depends on the cipher suite. */
import { bytes, type Dissection, fields, group, type Num, type Span, uint16, uint8 } from '../src/dissect/index.js'
import type { TlsState } from '../src/track/tls-sessions.js'
import { cipherSuiteName } from './tls-cipher-suites.js'
import { groupName } from './tls-groups.js'
import { Version } from './tls-layer.js'
import { curveTypes } from './tls-names.js'
import { readSignature } from './tls-signature.js'

const NAMED_CURVE = 3

const f = fields('tls', {
  handshake: {
    _params: group('Params'),
    server_curve_type: uint8('Curve Type', { base: 'hex', names: curveTypes }),
    server_named_curve: uint16('Named Curve', { base: 'hex', names: groupName }),
    server_point_len: uint8('Pubkey Length'),
    server_point: bytes('Pubkey'),
    client_point_len: uint8('Pubkey Length'),
    client_point: bytes('Pubkey'),
    p_len: uint16('p Length'),
    p: bytes('p'),
    g_len: uint16('g Length'),
    g: bytes('g'),
    ys_len: uint16('Pubkey Length'),
    ys: bytes('Pubkey'),
    yc_len: uint16('Pubkey Length'),
    yc: bytes('Pubkey'),
    modulus_len: uint16('Modulus Length'),
    modulus: bytes('Modulus'),
    exponent_len: uint16('Exponent Length'),
    exponent: bytes('Exponent'),
    epms_len: uint16('Encrypted PreMaster length'),
    epms: bytes('Encrypted PreMaster'),
    hint_len: uint16('Hint Length'),
    hint: bytes('Hint'),
    identity_len: uint16('Identity Length'),
    identity: bytes('Identity'),
    xs_len: uint8('Pubkey Length'),
    xs: bytes('Pubkey'),
    vs_len: uint8('Ephemeral Pubkey Length'),
    vs: bytes('Ephemeral Pubkey'),
    rs_len: uint8('Schnorr signature Length'),
    rs: bytes('Schnorr signature'),
    xc_len: uint8('Pubkey Length'),
    xc: bytes('Pubkey'),
    vc_len: uint8('Ephemeral Pubkey Length'),
    vc: bytes('Ephemeral Pubkey'),
    rc_len: uint8('Schnorr signature Length'),
    rc: bytes('Schnorr signature'),
  },
}).handshake

/** How keys are exchanged. */
const Exchange = {
  Other: 0,
  Rsa: 1,
  Dhe: 2,
  DhAnon: 3,
  Dh: 4,
  Ecdhe: 5,
  EcdhAnon: 6,
  Psk: 7,
  RsaPsk: 8,
  JPake: 9,
} as const

/** What is said of the keys, by exchange; '' where the message says nothing that is known. */
const serverTitles: readonly string[] = [
  '',
  'RSA-EXPORT Server Params',
  'Diffie-Hellman Server Params',
  'Diffie-Hellman Server Params',
  '',
  'EC Diffie-Hellman Server Params',
  'EC Diffie-Hellman Server Params',
  'PSK Server Params',
  'PSK Server Params',
  'EC J-PAKE Server Params',
]
const clientTitles: readonly string[] = [
  '',
  'RSA Encrypted PreMaster Secret',
  'Diffie-Hellman Client Params',
  'Diffie-Hellman Client Params',
  'Diffie-Hellman Client Params',
  'EC Diffie-Hellman Client Params',
  'EC Diffie-Hellman Client Params',
  'PSK Client Params',
  'RSA PSK Client Params',
  'EC J-PAKE Client Params',
]

/** By how the name of the cipher suite begins, the longer beginnings first. */
const exchanges: readonly (readonly [prefix: string, exchange: number])[] = [
  ['TLS_ECDHE_PSK', Exchange.Other],
  ['TLS_DHE_PSK', Exchange.Other],
  ['TLS_RSA_PSK', Exchange.RsaPsk],
  ['TLS_PSK_DHE', Exchange.Other],
  ['TLS_PSK', Exchange.Psk],
  ['TLS_ECDH_anon', Exchange.EcdhAnon],
  ['TLS_DH_anon', Exchange.DhAnon],
  ['TLS_ECDHE_', Exchange.Ecdhe],
  ['TLS_ECDH_', Exchange.Ecdhe],
  ['TLS_DHE_', Exchange.Dhe],
  ['TLS_DH_', Exchange.Dh],
  ['TLS_RSA_', Exchange.Rsa],
  ['TLS_ECJPAKE', Exchange.JPake],
]

/** Suites of the Chinese standards are not told apart by their names. */
const FOREIGN = 0xe000
const FOREIGN_END = 0xe100

function exchangeOf(suite: number): number {
  if (suite >= FOREIGN && suite < FOREIGN_END) return Exchange.Other
  const name = cipherSuiteName(suite)
  for (let i = 0; i < exchanges.length; i++) if (name.startsWith(exchanges[i]![0])) return exchanges[i]![1]
  return Exchange.Other
}

/** The server's part, up to `end`. */
export function readServerKeys(d: Dissection, state: TlsState, end: number): void {
  const exchange = exchangeOf(state.cipher)
  const title = serverTitles[exchange]!
  if (title === '' || (isPreShared(exchange) && d.peek16() + 2 !== end - d.pos)) return
  const start = d.pos
  const opened = d.open(f._params)
  if (d.showing) d.caption(title, opened)
  switch (exchange) {
    case Exchange.Ecdhe:
    case Exchange.EcdhAnon:
      if (!namedCurve(d)) break
      sized8(d, f.server_point_len, f.server_point)
      if (exchange === Exchange.Ecdhe) readSignature(d, state.version, end)
      break
    case Exchange.Dhe:
    case Exchange.DhAnon:
      sized16(d, f.p_len, f.p)
      sized16(d, f.g_len, f.g)
      sized16(d, f.ys_len, f.ys)
      if (exchange === Exchange.Dhe) readSignature(d, state.version, end)
      break
    case Exchange.Rsa:
      sized16(d, f.modulus_len, f.modulus)
      sized16(d, f.exponent_len, f.exponent)
      readSignature(d, state.version, end)
      break
    case Exchange.JPake:
      if (!namedCurve(d)) break
      sized8(d, f.xs_len, f.xs)
      sized8(d, f.vs_len, f.vs)
      sized8(d, f.rs_len, f.rs)
      break
    default:
      sized16(d, f.hint_len, f.hint)
  }
  d.closeAt(opened, start, Math.max(d.pos, end))
}

/** The client's part, up to `end`. */
export function readClientKeys(d: Dissection, state: TlsState, end: number): void {
  const exchange = exchangeOf(state.cipher)
  const title = clientTitles[exchange]!
  if (title === '') return
  const start = d.pos
  const opened = d.open(f._params)
  if (d.showing) d.caption(title, opened)
  switch (exchange) {
    case Exchange.Ecdhe:
    case Exchange.EcdhAnon:
      sized8(d, f.client_point_len, f.client_point)
      break
    case Exchange.Rsa:
      // In SSL 3.0 its length is that of the message.
      if (state.version === Version.Ssl3) d.take(f.epms, end - d.pos)
      else sized16(d, f.epms_len, f.epms)
      break
    case Exchange.Psk:
    case Exchange.RsaPsk:
      sized16(d, f.identity_len, f.identity)
      if (exchange === Exchange.RsaPsk) sized16(d, f.epms_len, f.epms)
      break
    case Exchange.JPake:
      sized8(d, f.xc_len, f.xc)
      sized8(d, f.vc_len, f.vc)
      sized8(d, f.rc_len, f.rc)
      break
    default:
      sized16(d, f.yc_len, f.yc)
  }
  d.closeAt(opened, start, Math.max(d.pos, end))
}

const isPreShared = (exchange: number): boolean => exchange === Exchange.Psk || exchange === Exchange.RsaPsk

function namedCurve(d: Dissection): boolean {
  if (d.u8(f.server_curve_type) !== NAMED_CURVE) return false
  d.u16(f.server_named_curve)
  return true
}

function sized8(d: Dissection, length: Num, value: Span): void {
  const size = d.u8(length)
  d.take(value, size)
}
function sized16(d: Dissection, length: Num, value: Span): void {
  const size = d.u16(length)
  d.take(value, size)
}
