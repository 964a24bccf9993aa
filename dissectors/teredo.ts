/** Teredo, RFC 4380: IPv6 in UDP datagrams that pass through NATs. */
import {
  bytes,
  type Dissection,
  fields,
  group,
  ipv4,
  protocol,
  protocolField,
  uint16,
  uint8,
} from '../src/dissect/index.js'
import { ipv6 } from './ipv6.js'

/** The number that each of the two headers in front of the IPv6 packet begins with. */
const Indicator = { Origin: 0, Authentication: 1 } as const
const NONCE_LENGTH = 8

const f = fields('teredo', {
  self: protocolField('Teredo IPv6 over UDP tunneling'),
  auth: {
    self: group('Teredo Authentication header'),
    idlen: uint8('Client identifier length'),
    aulen: uint8('Authentication value length'),
    id: bytes('Client identifier'),
    value: bytes('Authentication value'),
    nonce: bytes('Nonce value', { about: 'Shows that an answer belongs to a request' }),
    conf: bytes('Confirmation byte', { about: 'Zero after a successful authentication' }),
  },
  orig: {
    self: group('Teredo Origin Indication header'),
    port: uint16('Origin UDP port'),
    addr: ipv4('Origin IPv4 address'),
  },
})

export const teredo = protocol({
  name: 'Teredo IPv6 over UDP tunneling',
  short: 'Teredo',
  spec: 'RFC 4380',
  self: f.self,
  under: { 'udp.port': 3544 },
  summary: () => ({ authenticated: false, hasOrigin: false }),

  dissect(d, s) {
    s.authenticated = s.hasOrigin = false
    d.appendLayer('')
    let indicator = d.peek16()
    if (indicator === Indicator.Authentication) {
      s.authenticated = true
      takeAuthentication(d)
      indicator = d.peek16()
    }
    if (indicator === Indicator.Origin) {
      s.hasOrigin = true
      takeOrigin(d)
    }
    d.peek8()
    d.nextProtocol(ipv6)
  },

  info(s) {
    const authentication = s.authenticated ? 'Authentication header' : ''
    if (!s.hasOrigin) return authentication
    return authentication === '' ? 'Origin indication' : `${authentication}, Origin indication`
  },
})

/** RFC 4380 section 5.1.1, the first of the two. */
function takeAuthentication(d: Dissection): void {
  const { auth } = f
  const opened = d.open(auth.self)
  d.skip(2)
  const idLength = d.u8(auth.idlen)
  const valueLength = d.u8(auth.aulen)
  if (idLength > 0) d.take(auth.id, idLength)
  if (valueLength > 0) d.take(auth.value, valueLength)
  d.take(auth.nonce, NONCE_LENGTH)
  d.take(auth.conf, 1)
  d.close(opened)
}

/** The second: what the NAT has made of the sender's port and address, hidden from NATs that rewrite what they see. */
function takeOrigin(d: Dissection): void {
  const { orig } = f
  const opened = d.open(orig.self)
  d.skip(2)
  const port = d.peek16() ^ 0xffff
  d.at(orig.port, d.pos, d.pos + 2, port)
  d.skip(2)
  const from = d.pos
  d.skip(4)
  if (d.wants(orig.addr))
    d.bytesAt(
      orig.addr,
      from,
      d.pos,
      d.bytes.subarray(from, d.pos).map((byte) => ~byte),
    )
  d.close(opened)
}
