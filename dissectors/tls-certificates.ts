/** Certificates of TLS as bytes, and the requests for them: RFC 8446 section 4.4.2 and 4.3.2, RFC 5246 section 7.4.2 and 7.4.4. */
import { bytes, type Dissection, fields, group, uint24, uint8 } from '../src/dissect/index.js'
import { readNames } from './tls-authorities.js'
import { readExtensions } from './tls-extensions.js'
import { type TlsLayer, Version } from './tls-layer.js'
import { clientCertificateTypes } from './tls-names.js'
import { readAlgorithms } from './tls-signature.js'
import { bounds, endVector, readVector } from './tls-vectors.js'

const f = fields('tls', {
  handshake: {
    certificate_request_context_length: uint8('Certificate Request Context Length'),
    certificate_request_context: bytes('Certificate Request Context'),
    certificates_length: uint24('Certificates Length'),
    certificates: group('Certificates'),
    certificate_length: uint24('Certificate Length'),
    certificate: bytes('Certificate'),
    cert_types_count: uint8('Certificate types count'),
    cert_types: group('Certificate types'),
    cert_type: uint8('Certificate type', { names: clientCertificateTypes }),
  },
}).handshake

const CONTEXT = bounds(1)
const CERTIFICATES = bounds(3)
const CERTIFICATE = bounds(3, 1)
const TYPES = bounds(1, 1)

export function readCertificates(d: Dissection, s: TlsLayer): void {
  const { end } = s
  const late = s.state.version === Version.Tls13
  if (late && !readContext(d, end)) return
  const last = readVector(d, f.certificates_length, CERTIFICATES, end)
  if (last < 0) return
  const size = last - d.pos
  if (size > 0) {
    const opened = d.open(f.certificates)
    if (d.showing) d.caption(`Certificates (${size} byte${size === 1 ? '' : 's'})`, opened)
    while (d.pos < last) {
      const next = readVector(d, f.certificate_length, CERTIFICATE, last)
      if (next < 0) break
      d.take(f.certificate, next - d.pos)
      if (late) readExtensions(d, s, 11, last)
    }
    d.close(opened)
  }
  endVector(d, last)
}

function readContext(d: Dissection, end: number): boolean {
  const last = readVector(d, f.certificate_request_context_length, CONTEXT, end)
  if (last < 0) return false
  if (last > d.pos) d.take(f.certificate_request_context, last - d.pos)
  return true
}

export function readCertificateRequest(d: Dissection, s: TlsLayer): void {
  const { end } = s
  if (s.state.version === Version.Tls13) {
    if (readContext(d, end)) readExtensions(d, s, 13, end)
    return
  }
  const typesEnd = readVector(d, f.cert_types_count, TYPES, end)
  if (typesEnd < 0) return
  const opened = d.open(f.cert_types)
  const n = typesEnd - d.pos
  if (d.showing) d.caption(`Certificate types (${n} type${n === 1 ? '' : 's'})`, opened)
  while (d.pos < typesEnd) d.u8(f.cert_type)
  d.close(opened)
  if (s.state.version === Version.Tls12) readAlgorithms(d, end)
  readNames(d, end)
}
