/** Handshake messages of TLS, RFC 8446 section 4 and RFC 5246 section 7.4. */
import { bytes, type Dissection, fields, group, text, uint16, uint24, uint32, uint8 } from '../src/dissect/index.js'
import { readStatus } from './tls-certificate-status.js'
import { readCertificateRequest, readCertificates } from './tls-certificates.js'
import { readExtensions } from './tls-extensions.js'
import { readClientHello, readOldRetry, readServerHello } from './tls-hellos.js'
import { readClientKeys, readServerKeys } from './tls-key-exchange.js'
import { type TlsLayer, Version } from './tls-layer.js'
import { certificateCompression } from './tls-names.js'
import { readAlgorithm } from './tls-signature.js'
import { bounds, readVector } from './tls-vectors.js'
import { durationText } from './shared/duration.js'

const f = fields('tls', {
  handshake: {
    _ticket: group('TLS Session Ticket'),
    session_ticket_lifetime_hint: uint32('Session Ticket Lifetime Hint'),
    session_ticket_age_add: uint32('Session Ticket Age Add'),
    session_ticket_nonce_length: uint8('Session Ticket Nonce Length'),
    session_ticket_nonce: bytes('Session Ticket Nonce'),
    session_ticket_length: uint16('Session Ticket Length'),
    session_ticket: bytes('Session Ticket'),
    verify_data: group('Verify Data'),
    md5_hash: group('MD5 Hash'),
    sha_hash: group('SHA-1 Hash'),
    client_cert_vrfy: { sig_len: uint16('Signature length'), sig: bytes('Signature') },
    npn_selected_protocol_len: uint8('Selected Protocol Length'),
    npn_selected_protocol: text('Selected Protocol'),
    npn_padding_len: uint8('Padding Length'),
    npn_padding: bytes('Padding'),
  },
  compress_certificate: {
    algorithm: uint16('Algorithm', { names: certificateCompression }),
    uncompressed_length: uint24('Uncompressed Length'),
    compressed_certificate_message: {
      self: bytes('Compressed Certificate Message'),
      length: uint24('Length'),
    },
  },
})
const h = f.handshake
const c = f.compress_certificate

const MD5 = 16
const SHA1 = 20
const COMPRESSED = bounds(3, 1)
const TICKET = bounds(2)
const NONCE = bounds(1)

/** Reads the body of a message, which goes on to `s.end`. */
export function readMessage(d: Dissection, s: TlsLayer, type: number): void {
  const { state } = s
  const { end } = s
  switch (type) {
    case 1:
      return readClientHello(d, s)
    case 2:
      return readServerHello(d, s)
    case 4:
      return readTicket(d, s)
    case 6:
      return readOldRetry(d, s)
    case 8:
      return readExtensions(d, s, type, end)
    case 11:
      return readCertificates(d, s)
    case 12:
      return readServerKeys(d, state, end)
    case 13:
      return readCertificateRequest(d, s)
    case 14:
      state.resumed = false
      return
    case 15:
      return readVerify(d, s)
    case 16:
      return readClientKeys(d, state, end)
    case 20:
      return readFinished(d, s)
    case 22:
      return readStatus(d, end)
    case 25:
      return readCompressed(d, end)
    case 67:
      return readSelected(d)
    default:
      d.skip(end - d.pos)
  }
}

/** RFC 8446 section 4.6.1, RFC 5077 section 3.3. */
function readTicket(d: Dissection, s: TlsLayer): void {
  const { end } = s
  const late = s.state.version === Version.Tls13
  const opened = d.open(h._ticket)
  const start = d.pos
  const seconds = d.u32(h.session_ticket_lifetime_hint)
  if (d.showing) {
    d.append(` second${seconds === 1 ? '' : 's'}`)
    if (seconds >= 60) d.append(` (${durationText(seconds * 1000)})`)
  }
  if (late) {
    d.u32(h.session_ticket_age_add)
    const nonceEnd = readVector(d, h.session_ticket_nonce_length, NONCE, end)
    if (nonceEnd < 0) return d.closeAt(opened, start, Math.max(d.pos, end))
    d.take(h.session_ticket_nonce, nonceEnd - d.pos)
  }
  const ticketEnd = readVector(d, h.session_ticket_length, TICKET, end)
  if (ticketEnd < 0) return d.closeAt(opened, start, Math.max(d.pos, end))
  d.take(h.session_ticket, ticketEnd - d.pos)
  if (late) readExtensions(d, s, 4, end)
  d.closeAt(opened, start, Math.max(d.pos, end))
}

/** RFC 8446 section 4.4.3. */
function readVerify(d: Dissection, s: TlsLayer): void {
  const { end } = s
  if (s.state.version === Version.Tls12 || s.state.version === Version.Tls13) readAlgorithm(d)
  const last = readVector(d, h.client_cert_vrfy.sig_len, TICKET, end)
  if (last >= 0) d.take(h.client_cert_vrfy.sig, last - d.pos)
}

function readFinished(d: Dissection, s: TlsLayer): void {
  if (s.state.version === Version.Ssl3) {
    span(d, h.md5_hash, MD5)
    span(d, h.sha_hash, SHA1)
  } else span(d, h.verify_data, s.end - d.pos)
}

function span(d: Dissection, field: typeof h.verify_data, size: number): void {
  const opened = d.open(field)
  d.skip(size)
  d.close(opened)
}

/** RFC 8879. */
function readCompressed(d: Dissection, end: number): void {
  d.u16(c.algorithm)
  d.u24(c.uncompressed_length)
  const last = readVector(d, c.compressed_certificate_message.length, COMPRESSED, end)
  if (last >= 0) d.take(c.compressed_certificate_message.self, last - d.pos)
}

/** The protocol that a client has chosen, by a draft that came before ALPN. */
function readSelected(d: Dissection): void {
  d.take(h.npn_selected_protocol, d.u8(h.npn_selected_protocol_len))
  d.take(h.npn_padding, d.u8(h.npn_padding_len))
}
