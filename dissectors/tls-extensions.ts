/** Extensions of TLS, RFC 8446 section 4.2: their list, and what each of them holds. */
import { bytes, type Dissection, fields, uint16, group } from '../src/dissect/index.js'
import { readNames } from './tls-authorities.js'
import { readStatus, readStatusRequest, readStatusRequests } from './tls-certificate-status.js'
import {
  readApplicationSettings,
  readCertificateType,
  readCompression,
  readCredential,
  readFragmentLength,
  readHeartbeatMode,
  readNextProtocols,
  readProtocols,
  readRecordLimit,
  readRenegotiation,
  readServerName,
  readTimestamps,
  readUserName,
} from './tls-extension-contents.js'
import {
  readConnectionId,
  readCookie,
  readEarlyData,
  readKeyModes,
  readKeyShare,
  readPointFormats,
  readPsk,
  readSupportedGroups,
  readVersions,
} from './tls-key-extensions.js'
import type { TlsLayer } from './tls-layer.js'
import { extensionName } from './tls-names.js'
import { readAlgorithms } from './tls-signature.js'
import { bounds, endVector, readVector } from './tls-vectors.js'

const f = fields('tls', {
  handshake: {
    _extension: group('Extension'),
    extensions_length: uint16('Extensions Length'),
    extension: { type: uint16('Type', { names: extensionName }), len: uint16('Length'), data: bytes('Data') },
    extensions_padding_data: bytes('Padding Data'),
  },
}).handshake

const LIST = bounds(2)
const HEAD = 4

/** Reads a list of extensions that lies before `end`; `message` is the handshake message that has it. */
export function readExtensions(d: Dissection, s: TlsLayer, message: number, end: number): void {
  const last = readVector(d, f.extensions_length, LIST, end)
  if (last < 0) return
  while (last - d.pos >= HEAD) {
    const length = d.peek16(2)
    d.peek8(HEAD - 1 + length)
    const opened = d.open(f._extension)
    const start = d.pos
    const type = d.u16(f.extension.type)
    if (d.showing) d.caption(`Extension: ${extensionName(type) || `Unknown type ${type}`} (len=${length})`, opened)
    const next = readVector(d, f.extension.len, LIST, last)
    if (next >= 0) readExtension(d, s, { type, message, end: next })
    const reached = d.pos
    if (next >= 0) endVector(d, next)
    d.closeAt(opened, start, Math.max(reached, d.pos))
  }
  endVector(d, last)
}

/** An extension, the message that has it, and where it ends. */
export interface Extension {
  readonly type: number
  readonly message: number
  readonly end: number
}

function readExtension(d: Dissection, s: TlsLayer, x: Extension): void {
  const { end } = x
  switch (x.type) {
    case 0:
      return readServerName(d, x)
    case 1:
      return readFragmentLength(d)
    case 5:
      return x.message === 1 ? readStatusRequest(d, end) : x.message === 11 ? readStatus(d, end) : undefined
    case 9:
    case 19:
    case 20:
      return readCertificateType(d, x)
    case 10:
      return readSupportedGroups(d, end)
    case 11:
      return readPointFormats(d)
    case 12:
      return readUserName(d, end)
    case 13:
    case 50:
      return readAlgorithms(d, end)
    case 15:
      return readHeartbeatMode(d)
    case 16:
      return readProtocols(d, s, x)
    case 17:
      return x.message === 1 ? readStatusRequests(d, end) : undefined
    case 18:
      return readTimestamps(d, x)
    case 21:
      return void d.take(f.extensions_padding_data, end - d.pos)
    case 14:
    case 22:
    case 23:
    case 49:
      return
    case 27:
      return readCompression(d, x)
    case 28:
      return readRecordLimit(d)
    case 34:
      return readCredential(d, x)
    case 35:
      return sessionTicket(d, end)
    case 40:
    case 51:
      return readKeyShare(d, x)
    case 41:
      return readPsk(d, x)
    case 42:
    case 46:
      return readEarlyData(d, s, x)
    case 43:
      return readVersions(d, x)
    case 44:
      return readCookie(d, end)
    case 45:
      return readKeyModes(d, end)
    case 47:
      return readNames(d, end)
    case 53:
    case 54:
      return readConnectionId(d, x)
    case 13172:
      return readNextProtocols(d, end)
    case 17513:
      return readApplicationSettings(d, x)
    case 65281:
      return readRenegotiation(d, end)
    default:
      d.take(f.extension.data, end - d.pos)
  }
}

/** RFC 5077. */
function sessionTicket(d: Dissection, end: number): void {
  const size = end - d.pos
  d.take(f.extension.data, size)
  if (d.showing) d.caption(`Data (${size} byte${size === 1 ? '' : 's'})`)
}
