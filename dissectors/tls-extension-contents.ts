/** Contents of TLS extensions: names, protocols, certificates, limits. */
import { abstime, bytes, type Dissection, fields, group, text, uint16, uint8, uint24 } from '../src/dissect/index.js'
import { applicationChosen } from './tls-applications.js'
import type { Extension } from './tls-extensions.js'
import type { TlsLayer } from './tls-layer.js'
import {
  certificateCompression,
  certificateTypes,
  fragmentLengths,
  heartbeatModes,
  serverNameTypes,
} from './tls-names.js'
import { readAlgorithm, readAlgorithms } from './tls-signature.js'
import { bounds, endVector, readVector } from './tls-vectors.js'

const CLIENT_HELLO = 1
const SERVER_HELLO = 2
const NEW_SESSION_TICKET = 4
const ENCRYPTED_EXTENSIONS = 8
const CERTIFICATE = 11
const CERTIFICATE_REQUEST = 13

const f = fields('tls', {
  handshake: {
    _server_name: group('Server Name Indication extension'),
    extensions_server_name_list_len: uint16('Server Name list length'),
    extensions_server_name_type: uint8('Server Name Type', { names: serverNameTypes }),
    extensions_server_name_len: uint16('Server Name length'),
    extensions_server_name: text('Server Name'),
    extensions_alpn_len: uint16('ALPN Extension Length'),
    extensions_alpn_list: group('ALPN Protocol'),
    extensions_alpn_str_len: uint8('ALPN string length'),
    extensions_alpn_str: text('ALPN Next Protocol'),
    _npn: group('Next Protocol Negotiation'),
    extensions_npn_str_len: uint8('Protocol string length'),
    extensions_npn: text('Next Protocol'),
    extensions_alps_len: uint16('ALPS Extension Length'),
    extensions_alps_alpn_list: group('Supported ALPN List'),
    extensions_alps_alpn_str_len: uint8('Supported ALPN Length'),
    extensions_alps_alpn_str: text('Supported ALPN'),
    extensions_srp_len: uint8('SRP username length'),
    extensions_srp_username: text('SRP username'),
    _renegotiation: group('Renegotiation Info extension'),
    extensions_reneg_info_len: uint8('Renegotiation info extension length'),
    extensions_reneg_info: bytes('Renegotiation info'),
    extension: { heartbeat: { mode: uint8('Mode', { names: heartbeatModes }) } },
    cred: {
      valid_time: uint16('Valid Time'),
      pubkey_len: uint24('Subject Public Key Info Length'),
      pubkey: bytes('Subject Public Key Info'),
      signature_len: uint16('Signature Length'),
      signature: bytes('Signature'),
    },
    max_fragment_length: uint8('Maximum Fragment Length', { names: fragmentLengths }),
    cert_type: {
      types_len: uint8('Certificate Type List Length'),
      types: group('Certificate Type List'),
      type: uint8('Certificate Type', { base: 'hex', names: certificateTypes }),
    },
  },
  compress_certificate: {
    algorithms_length: uint8('Algorithms Length'),
    algorithm: uint16('Algorithm', { names: certificateCompression }),
  },
  record_size_limit: uint16('Record Size Limit'),
  sct: {
    scts_length: uint16('Serialized SCT List Length'),
    _sct: group('Signed Certificate Timestamp'),
    sct_length: uint16('Serialized SCT Length'),
    sct_version: uint8('SCT Version'),
    sct_logid: bytes('Log ID'),
    sct_timestamp: abstime('Timestamp'),
    sct_extensions_length: uint16('Extensions length'),
    sct_extensions: group('Extensions'),
    sct_signature_length: uint16('Signature Length'),
    sct_signature: bytes('Signature'),
  },
})
const h = f.handshake

const NAMES = bounds(2, 1)
const STRINGS = bounds(2, 2)
const STRING = bounds(1, 1)
const MODES = bounds(1)
const LIST = bounds(2)
const KEY = bounds(3, 1)

/** RFC 6066 section 3. */
export function readServerName(d: Dissection, x: Extension): void {
  if (d.pos === x.end) return
  const opened = d.open(h._server_name)
  const last = readVector(d, h.extensions_server_name_list_len, NAMES, x.end)
  while (last >= 0 && d.pos < last) {
    d.u8(h.extensions_server_name_type)
    const next = readVector(d, h.extensions_server_name_len, NAMES, last)
    if (next < 0) break
    d.take(h.extensions_server_name, next - d.pos)
  }
  d.close(opened)
}

/** RFC 7301. What a server has chosen is what the application data is. */
export function readProtocols(d: Dissection, s: TlsLayer, x: Extension): void {
  const last = readVector(d, h.extensions_alpn_len, STRINGS, x.end)
  if (last < 0) return
  const opened = d.open(h.extensions_alpn_list)
  while (d.pos < last) {
    const next = readVector(d, h.extensions_alpn_str_len, STRING, last)
    if (next < 0) break
    const start = d.take(h.extensions_alpn_str, next - d.pos)
    if (x.message === SERVER_HELLO) s.state.application = applicationChosen(d.bytes, start, next)
  }
  d.close(opened)
}

/** A draft that came before ALPN. */
export function readNextProtocols(d: Dissection, end: number): void {
  if (d.pos === end) return
  const opened = d.open(h._npn)
  while (d.pos < end) {
    const next = readVector(d, h.extensions_npn_str_len, MODES, end)
    if (next < 0) break
    d.take(h.extensions_npn, next - d.pos)
  }
  d.close(opened)
}

/** A draft: settings of the protocols that ALPN names. */
export function readApplicationSettings(d: Dissection, x: Extension): void {
  if (x.message !== CLIENT_HELLO) {
    d.pos = x.end
    return
  }
  const last = readVector(d, h.extensions_alps_len, STRINGS, x.end)
  if (last < 0) return
  const opened = d.open(h.extensions_alps_alpn_list)
  while (d.pos < last) {
    const next = readVector(d, h.extensions_alps_alpn_str_len, STRING, last)
    if (next < 0) break
    d.take(h.extensions_alps_alpn_str, next - d.pos)
  }
  d.close(opened)
}

/** RFC 5746. */
export function readRenegotiation(d: Dissection, end: number): void {
  const opened = d.open(h._renegotiation)
  const last = readVector(d, h.extensions_reneg_info_len, MODES, end)
  if (last > d.pos) d.take(h.extensions_reneg_info, last - d.pos)
  d.close(opened)
}

/** RFC 6520. */
export function readHeartbeatMode(d: Dissection): void {
  d.u8(h.extension.heartbeat.mode)
}

/** RFC 5054. */
export function readUserName(d: Dissection, end: number): void {
  const last = readVector(d, h.extensions_srp_len, STRING, end)
  if (last >= 0) d.take(h.extensions_srp_username, last - d.pos)
}

/** RFC 6066 section 4. */
export function readFragmentLength(d: Dissection): void {
  d.u8(h.max_fragment_length)
}

/** RFC 8449. */
export function readRecordLimit(d: Dissection): void {
  d.u16(f.record_size_limit)
}

/** RFC 7250: a client lists what it takes, a server names one. */
export function readCertificateType(d: Dissection, x: Extension): void {
  if (x.message === SERVER_HELLO || x.message === ENCRYPTED_EXTENSIONS || x.message === CERTIFICATE) {
    d.u8(h.cert_type.type)
    return
  }
  if (x.message !== CLIENT_HELLO) return
  const n = d.u8(h.cert_type.types_len)
  if (n > x.end - d.pos) return
  const opened = d.open(h.cert_type.types)
  if (d.showing) d.caption(`Certificate Type List (${n})`, opened)
  for (let i = 0; i < n; i++) d.u8(h.cert_type.type)
  d.close(opened)
}

/** RFC 8879. */
export function readCompression(d: Dissection, x: Extension): void {
  if (x.message !== CLIENT_HELLO && x.message !== CERTIFICATE_REQUEST) return
  const last = readVector(d, f.compress_certificate.algorithms_length, STRING, x.end)
  while (d.pos < last) d.u16(f.compress_certificate.algorithm)
}

/** RFC 9345: a client says how it may be signed. */
export function readCredential(d: Dissection, x: Extension): void {
  if (x.message === CLIENT_HELLO) return readAlgorithms(d, x.end)
  d.at(h.cred.valid_time, d.pos, d.pos + 4, d.peek32())
  d.skip(4)
  readAlgorithm(d)
  const keyEnd = readVector(d, h.cred.pubkey_len, KEY, x.end)
  if (keyEnd < 0) return
  d.take(h.cred.pubkey, keyEnd - d.pos)
  readAlgorithm(d)
  const last = readVector(d, h.cred.signature_len, LIST, x.end)
  if (last >= 0) d.take(h.cred.signature, last - d.pos)
}

/** RFC 6962 section 3.3. */
export function readTimestamps(d: Dissection, x: Extension): void {
  if (x.message === CLIENT_HELLO || x.message === NEW_SESSION_TICKET) return
  const last = readVector(d, f.sct.scts_length, NAMES, x.end)
  if (last < 0) return
  while (d.pos < last) {
    const opened = d.open(f.sct._sct)
    const next = readVector(d, f.sct.sct_length, NAMES, last)
    if (next >= 0) {
      if (readTimestamp(d, next) && d.showing) d.caption('Signed Certificate Timestamp (Unknown Log)', opened)
      endVector(d, next)
    }
    d.close(opened)
  }
}

/** False where the version is another one, with contents that nobody knows. */
function readTimestamp(d: Dissection, end: number): boolean {
  const { sct } = f
  if (d.u8(sct.sct_version) !== 0) return false
  d.take(sct.sct_logid, 32)
  const milliseconds = d.peek32() * 0x100000000 + d.peek32(4)
  const seconds = Math.floor(milliseconds / 1000)
  d.timeAt(sct.sct_timestamp, d.pos, d.pos + 8, seconds, (milliseconds - seconds * 1000) * 1e6)
  d.skip(8)
  const last = readVector(d, sct.sct_extensions_length, LIST, end)
  if (last < 0) return true
  if (last > d.pos) {
    const opened = d.open(sct.sct_extensions)
    d.skip(last - d.pos)
    d.close(opened)
  }
  readAlgorithm(d)
  const behind = readVector(d, sct.sct_signature_length, LIST, end)
  if (behind >= 0) d.take(sct.sct_signature, behind - d.pos)
  return true
}
