/** Contents of TLS extensions that are about versions and keys, RFC 8446 section 4.2. */
import { bytes, type Dissection, fields, group, uint16, uint32, uint8 } from '../src/dissect/index.js'
import type { Extension } from './tls-extensions.js'
import { groupName } from './tls-groups.js'
import { type TlsLayer, Version } from './tls-layer.js'
import { keyExchangeModes, pointFormats, versionName } from './tls-names.js'
import { bounds, endVector, readVector } from './tls-vectors.js'

const Message = { ClientHello: 1, ServerHello: 2, NewSessionTicket: 4, HelloRetryRequest: 6 } as const

const f = fields('tls', {
  handshake: {
    extensions_supported_groups_length: uint16('Supported Groups List Length'),
    extensions_supported_groups: group('Supported Groups List'),
    extensions_supported_group: uint16('Supported Group', { base: 'hex', names: groupName }),
    extensions_ec_point_formats_length: uint8('EC point formats Length'),
    extensions_ec_point_formats: group('EC point formats'),
    extensions_ec_point_format: uint8('EC point format', { names: pointFormats }),
    _key_share: group('Key Share extension'),
    _key_share_entry: group('Key Share Entry'),
    extensions_key_share_client_length: uint16('Client Key Share Length'),
    extensions_key_share_group: uint16('Group', { names: groupName }),
    extensions_key_share_selected_group: uint16('Selected Group', { names: groupName }),
    extensions_key_share_key_exchange_length: uint16('Key Exchange Length'),
    extensions_key_share_key_exchange: bytes('Key Exchange'),
    _psk: group('Pre-Shared Key extension'),
    _psk_identity: group('PSK Identity'),
    extensions: {
      psk: {
        identities: { length: uint16('Identities Length') },
        identity: {
          identity_length: uint16('Identity Length'),
          identity: bytes('Identity'),
          obfuscated_ticket_age: uint32('Obfuscated Ticket Age'),
          selected: uint16('Selected Identity'),
        },
        binders_len: uint16('PSK Binders length'),
        binders: group('PSK Binders'),
      },
      supported_versions_len: uint8('Supported Versions length'),
      supported_version: uint16('Supported Version', { base: 'hex', names: versionName }),
      cookie_len: uint16('Cookie length'),
      cookie: bytes('Cookie'),
    },
  },
  extension: {
    psk_ke_modes_length: uint8('PSK Key Exchange Modes Length'),
    psk_ke_mode: uint8('PSK Key Exchange Mode', { names: keyExchangeModes }),
  },
  early_data: { max_early_data_size: uint32('Maximum Early Data Size') },
  connection_id_length: uint8('Connection ID length'),
  connection_id: bytes('Connection ID'),
})
const h = f.handshake
const { psk } = h.extensions

const GROUPS = bounds(2, 2)
const FORMATS = bounds(1, 1)
const SHARES = bounds(2)
const KEY = bounds(2, 1)
const VERSIONS = bounds(1, 2, 254)
const COOKIE = bounds(2, 1)
const IDENTITIES = bounds(2, 7)
const BINDERS = bounds(2, 33)
const CONNECTION = bounds(1)

/** RFC 8446 section 4.2.7. */
export function readSupportedGroups(d: Dissection, end: number): void {
  const last = readVector(d, h.extensions_supported_groups_length, GROUPS, end)
  if (last < 0) return
  const opened = d.open(h.extensions_supported_groups)
  const n = (last - d.pos) >>> 1
  if (d.showing) d.caption(`Supported Groups (${n} group${n === 1 ? '' : 's'})`, opened)
  while (last - d.pos >= 2) d.u16(h.extensions_supported_group)
  endVector(d, last)
  d.close(opened)
}

/** RFC 8422 section 5.1.2. */
export function readPointFormats(d: Dissection): void {
  const n = d.u8(h.extensions_ec_point_formats_length)
  const opened = d.open(h.extensions_ec_point_formats)
  if (d.showing) d.caption(`Elliptic curves point formats (${n})`, opened)
  for (let i = 0; i < n; i++) d.u8(h.extensions_ec_point_format)
  d.close(opened)
}

/** RFC 8446 section 4.2.8. */
export function readKeyShare(d: Dissection, x: Extension): void {
  if (d.pos === x.end) return
  const opened = d.open(h._key_share)
  const start = d.pos
  if (x.message === Message.ClientHello) {
    const last = readVector(d, h.extensions_key_share_client_length, SHARES, x.end)
    while (last >= 0 && last - d.pos >= 4) readShare(d, last)
  } else if (x.message === Message.ServerHello) readShare(d, x.end)
  else if (x.message === Message.HelloRetryRequest) d.u16(h.extensions_key_share_selected_group)
  d.closeAt(opened, start, Math.max(d.pos, x.end))
}

function readShare(d: Dissection, end: number): void {
  const id = d.peek16()
  const length = d.peek16(2)
  const opened = d.open(h._key_share_entry)
  if (d.showing)
    d.caption(`Key Share Entry: Group: ${groupName(id) || `Unknown (${id})`}, Key Exchange length: ${length}`, opened)
  d.u16(h.extensions_key_share_group)
  const last = readVector(d, h.extensions_key_share_key_exchange_length, KEY, end)
  if (last >= 0) d.take(h.extensions_key_share_key_exchange, last - d.pos)
  d.close(opened)
}

/** RFC 8446 section 4.2.1: a client lists what it speaks, a server names one. */
export function readVersions(d: Dissection, x: Extension): void {
  if (x.message === Message.ServerHello || x.message === Message.HelloRetryRequest)
    d.u16(h.extensions.supported_version)
  if (x.message !== Message.ClientHello) return
  const last = readVector(d, h.extensions.supported_versions_len, VERSIONS, x.end)
  while (last >= 0 && last - d.pos >= 2) d.u16(h.extensions.supported_version)
}

/** RFC 8446 section 4.2.2. */
export function readCookie(d: Dissection, end: number): void {
  const last = readVector(d, h.extensions.cookie_len, COOKIE, end)
  if (last >= 0) d.take(h.extensions.cookie, last - d.pos)
}

/** RFC 8446 section 4.2.9. */
export function readKeyModes(d: Dissection, end: number): void {
  const last = readVector(d, f.extension.psk_ke_modes_length, FORMATS, end)
  while (last >= 0 && d.pos < last) d.u8(f.extension.psk_ke_mode)
}

/** RFC 8446 section 4.2.10. Only TLS 1.3 has it: data behind the client's hello is of that version. */
export function readEarlyData(d: Dissection, s: TlsLayer, x: Extension): void {
  if (x.message === Message.ClientHello) s.state.version = Version.Tls13
  if (x.message === Message.NewSessionTicket) d.u32(f.early_data.max_early_data_size)
}

/** RFC 8446 section 4.2.11. */
export function readPsk(d: Dissection, x: Extension): void {
  const opened = d.open(h._psk)
  const start = d.pos
  if (x.message === Message.ServerHello) d.u16(psk.identity.selected)
  else if (x.message === Message.ClientHello) readIdentities(d, x.end)
  d.closeAt(opened, start, Math.max(d.pos, x.end))
}

function readIdentities(d: Dissection, end: number): void {
  const last = readVector(d, psk.identities.length, IDENTITIES, end)
  if (last < 0) return
  while (d.pos < last) {
    const length = d.peek16()
    const opened = d.open(h._psk_identity)
    if (d.showing) d.caption(`PSK Identity (length: ${length})`, opened)
    const next = readVector(d, psk.identity.identity_length, KEY, last)
    if (next < 0) return d.close(opened)
    d.take(psk.identity.identity, next - d.pos)
    d.u32(psk.identity.obfuscated_ticket_age)
    d.close(opened)
  }
  const binders = readVector(d, psk.binders_len, BINDERS, end)
  if (binders < 0) return
  const opened = d.open(psk.binders)
  d.skip(binders - d.pos)
  d.close(opened)
}

/** RFC 9146. */
export function readConnectionId(d: Dissection, x: Extension): void {
  if (x.message !== Message.ClientHello && x.message !== Message.ServerHello) return
  const last = readVector(d, f.connection_id_length, CONNECTION, x.end)
  if (last > d.pos) d.take(f.connection_id, last - d.pos)
}
