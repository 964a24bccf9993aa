/** TLS records other than handshake: changes of cipher, alerts, application data, heartbeats (RFC 6520). */
import { bytes, type Dissection, error, fields, group, note, text, uint16, uint8 } from '../src/dissect/index.js'
import { noteBelow } from './shared/note-below.js'
import { applicationName } from './tls-applications.js'
import { alertText, ContentType, isFromServer, say, type TlsLayer, Version, What } from './tls-layer.js'
import { alertDescriptions, alertLevels, contentTypes, heartbeatTypes } from './tls-names.js'

/** Bytes behind a heartbeat's payload, at least. */
const PADDING = 16
const CLOSED = 'Record fragment length is too small or too large'

const f = fields('tls', {
  app_data: bytes('Encrypted Application Data'),
  app_data_proto: text('Application Data Protocol'),
  change_cipher_spec: group('Change Cipher Spec Message'),
  resumed: note('This session reuses previously negotiated keys (Session resumption)', 'Sequence'),
  alert_message: {
    self: group('Alert Message'),
    level: uint8('Level', { names: alertLevels }),
    desc: uint8('Description', { names: alertDescriptions }),
  },
  heartbeat_message: {
    self: group('Heartbeat Message'),
    type: uint8('Type', { names: heartbeatTypes }),
    payload_length: {
      self: uint16('Payload Length'),
      invalid: error('Invalid heartbeat payload length', 'Malformed'),
    },
    payload: bytes('Payload Length'),
    padding: bytes('Payload Length'),
  },
  record: { length: { invalid: error(CLOSED, 'Protocol') } },
})

/** Notes a length that no record may have, below the line of it. Returns whether the record ends with that. */
export function noteLength(d: Dissection, s: TlsLayer, type: number, length: number): void {
  const most = 0x4000 + (s.state.version === Version.Tls13 ? 256 : 2048)
  if (length === 0) {
    if (type > ContentType.Handshake) return
    noteBelow(d, f.record.length.invalid, `Zero-length ${contentTypes[type]} fragments are not allowed`)
  } else if (length > most)
    noteBelow(d, f.record.length.invalid, `TLSCiphertext length MUST NOT exceed 2^14 + ${most - 0x4000}`)
}

/** Application data, of which nothing can be seen. */
export function readApplication(d: Dissection, s: TlsLayer, length: number, title: string, opened: number): void {
  say(s, What.Application, 0)
  if (!d.recording) return d.skip(length)
  const name = applicationName(d, s.state)
  if (d.showing) d.caption(`${title}Application Data Protocol: ${name || 'Application Data'}`, opened)
  d.take(f.app_data, length)
  if (name !== '') d.generatedText(f.app_data_proto, name)
}

/** RFC 5246 section 7.1. */
export function readChangeCipher(d: Dissection, s: TlsLayer, length: number, title: string, opened: number): void {
  const { state } = s
  say(s, What.ChangeCipher, 0)
  if (d.showing) d.caption(`${title}Change Cipher Spec Protocol: Change Cipher Spec`, opened)
  const start = d.pos
  d.closeAt(d.open(f.change_cipher_spec), start, start + Math.min(length, 1))
  const server = isFromServer(d, state)
  if (server && state.resumed && !state.serverChanged && state.version !== Version.Tls13) noteBelow(d, f.resumed)
  if (server) state.serverChanged = true
  else state.clientChanged = true
}

/** RFC 8446 section 6. Alerts of any other size are encrypted. */
export function readAlert(d: Dissection, s: TlsLayer, length: number, title: string, opened: number): void {
  const message = d.open(f.alert_message.self)
  if (length !== 2) {
    if (d.showing) {
      d.caption(`${title}Encrypted Alert`, opened)
      d.caption('Alert Message: Encrypted Alert', message)
    }
    say(s, What.EncryptedAlert, 0)
    d.skip(length)
    return d.close(message)
  }
  const detail = d.peek16()
  if (d.showing) d.caption(title + alertText(detail), opened)
  say(s, What.Alert, detail)
  d.u8(f.alert_message.level)
  d.u8(f.alert_message.desc)
  d.close(message)
}

/** RFC 6520 section 4. */
export function readHeartbeat(d: Dissection, s: TlsLayer, length: number, title: string, opened: number): void {
  const message = d.open(f.heartbeat_message.self)
  const type = length > 0 ? d.peek8() : 0
  if (type !== 1 && type !== 2) {
    if (d.showing) {
      d.caption(`${title}Encrypted Heartbeat`, opened)
      d.caption('Encrypted Heartbeat Message', message)
    }
    say(s, What.EncryptedHeartbeat, 0)
    d.skip(length)
    return d.close(message)
  }
  const size = d.peek16(1)
  if (d.showing) d.caption(`${title}Heartbeat ${heartbeatTypes[type]}`, opened)
  say(s, What.Heartbeat, type)
  d.u8(f.heartbeat_message.type)
  d.u16(f.heartbeat_message.payload_length.self)
  const room = length - 3
  const valid = size + PADDING <= room
  if (!valid) {
    if (d.showing) d.append(` (invalid, using ${room} to decode payload)`)
    noteBelow(d, f.heartbeat_message.payload_length.invalid, `Invalid heartbeat payload length (${size})`)
  }
  const used = valid ? size : room
  d.take(f.heartbeat_message.payload, used)
  if (d.showing) d.caption(`Payload (${used} byte${used === 1 ? '' : 's'})`)
  if (valid) {
    d.take(f.heartbeat_message.padding, room - used)
    if (d.showing) d.caption(`Padding and HMAC (${room - used} byte${room - used === 1 ? '' : 's'})`)
  }
  d.close(message)
}
