/** Transport Layer Security, RFC 8446 and RFC 5246: records. What is encrypted is not decrypted. */
import {
  type Dissection,
  error,
  fields,
  type Framing,
  group,
  Memory,
  MORE,
  NOT_MINE,
  protocol,
  protocolField,
  uint16,
  uint8,
  warning,
} from '../src/dissect/index.js'
import { placeOf } from '../src/track/message-log.js'
import { TlsSessions, TlsState } from '../src/track/tls-sessions.js'
import { portApplications } from './tls-applications.js'
import { noteLength, readAlert, readApplication, readChangeCipher, readHeartbeat } from './tls-content.js'
import { readHandshake } from './tls-handshake-records.js'
import { agreedVersion } from './tls-hello-scan.js'
import { ContentType, MAX_SAID, say, type TlsLayer, Version, What, writeSaid } from './tls-layer.js'
import { contentTypes, handshakeTypes, shortVersions, versionName } from './tls-names.js'
import { lineWithNote } from './tls-vectors.js'
import { noteBelow } from './shared/note-below.js'

/** Type, version, length: RFC 8446 section 5.1. */
const HEADER = 5
/** Who guesses takes nothing longer for a record. */
const MAX_GUESSED = 0x4800
/** With so many letters at its beginning a segment is no record: some protocol that may go over to TLS later. */
const LETTERS = 4
const CLIENT_HELLO = 1
const SERVER_HELLO = 2
const SEPARATOR = ', '
/** What Info says of a segment in which no record ends. */
const BEGUN = '[TCP segment of a reassembled PDU]'

const f = fields('tls', {
  self: protocolField('Transport Layer Security'),
  record: {
    self: group('Record Layer'),
    content_type: uint8('Content Type', { names: contentTypes }),
    opaque_type: uint8('Opaque Type', { names: contentTypes }),
    version: uint16('Version', { base: 'hex', names: versionName }),
    length: uint16('Length'),
  },
  ignored_unknown_record: warning('Ignored Unknown Record', 'Protocol'),
  unexpected_message: error('Unexpected message', 'Protocol'),
})

const summary = (): TlsLayer => ({
  sessions: null,
  state: new TlsState(),
  before: new TlsState(),
  version: 0,
  end: 0,
  shown: 0,
  said: 0,
  whats: new Uint8Array(MAX_SAID),
  details: new Uint16Array(MAX_SAID),
})

export const tls = protocol({
  name: 'Transport Layer Security',
  short: 'TLS',
  column: (s, d) => (isBegun(s) && d.infoBefore === '' ? 'TCP' : (shortVersions[s.version] ?? 'SSL')),
  spec: 'RFC 8446',
  self: f.self,
  under: { 'tcp.port': Object.keys(portApplications).map(Number) },
  summary,
  pdu: recordsSize,
  remember: rememberVersion,
  guess: (b, start, end) =>
    end - start >= HEADER &&
    (b[start] === ContentType.Handshake || b[start] === ContentType.Application) &&
    isVersion((b[start + 1]! << 8) | b[start + 2]!) &&
    isGuessed((b[start + 3]! << 8) | b[start + 4]!),
  every: true,
  separator: SEPARATOR,
  opens: true,

  dissect(_d, s) {
    s.version = s.shown = s.said = 0
  },

  state: () => new TlsSessions(),
  follow(d, s, sessions) {
    s.sessions = sessions
    if (sessions === null) {
      s.state.clear()
      s.before.clear()
      return records(d, s)
    }
    const tracks = d.memory === Memory.Track
    const place = placeOf(d, d.layerStart)
    sessions.begin(d, place, tracks)
    s.state = sessions.state
    s.before = sessions.before
    if (!tracks) return records(d, s)
    try {
      records(d, s)
    } finally {
      sessions.keep(d, place)
    }
  },

  info(s, d, _known, line) {
    if (s.said === 0) {
      if (!isBegun(s) || d.infoBefore !== '') return ''
      return line.written > d.infoStart ? ` ${BEGUN}` : BEGUN
    }
    if (d.infoBefore !== '' || line.written > d.infoStart) line.text(SEPARATOR)
    writeSaid(line, s)
    return ''
  },
})

/** Is no record there, but the beginning of one? */
const isBegun = (s: TlsLayer): boolean => s.said === 0 && s.shown === 0

const isVersion = (version: number): boolean =>
  (version >= Version.Ssl3 && version <= Version.Tls12) || version === 0x0101
const isGuessed = (length: number): boolean => length > 0 && length < MAX_GUESSED
const isContentType = (type: number): boolean => type >= ContentType.ChangeCipher && type <= ContentType.ConnectionId

/** How many bytes the records take that begin at `start` and are all there; what is no record goes on to the end. */
function recordsSize(b: Uint8Array, start: number, end: number, at: Framing): number {
  if (end - start >= HEADER && isText(b, start)) return NOT_MINE
  for (let p = start; p < end; ) {
    if (end - p < HEADER) return p > start ? p - start : MORE
    if (!isContentType(b[p]!)) return end - start
    if (!isVersion((b[p + 1]! << 8) | b[p + 2]!)) {
      at.consulted = true
      if (at.memo !== Spoken.Before13) return end - start
    }
    const next = p + HEADER + ((b[p + 3]! << 8) | b[p + 4]!)
    if (next > end) return p > start ? p - start : next - start
    p = next
  }
  return end - start
}

/** Which version is spoken, as far as it says what a record may look like. */
const Spoken = { Unknown: 0, Before13: 1, Since13: 2 } as const

/** What records leave for those after them: see `Spoken`. */
function rememberVersion(memo: number, b: Uint8Array, start: number, end: number): number {
  const type = b[start]!
  if (memo === Spoken.Since13 || (memo !== Spoken.Unknown && type !== ContentType.Handshake)) return memo
  if (!isContentType(type) || end - start <= HEADER || !isVersion((b[start + 1]! << 8) | b[start + 2]!)) return memo
  if (type !== ContentType.Handshake) return Spoken.Before13
  if (b[start + HEADER] !== SERVER_HELLO) return memo
  return agreedVersion(b, start + HEADER + 4, end) === Version.Tls13 ? Spoken.Since13 : Spoken.Before13
}

function isText(b: Uint8Array, start: number): boolean {
  for (let i = start; i < start + LETTERS; i++) if (b[i]! < 0x20 || b[i]! > 0x7e) return false
  return true
}

function records(d: Dissection, s: TlsLayer): void {
  const { reported } = d
  s.version = s.state.version
  while (reported - d.pos >= HEADER) {
    const { version } = s.state
    const old = version !== 0 && version !== Version.Tls13
    const type = d.peek8()
    if (!isContentType(type) || (!old && !isVersion(d.peek16(1)))) {
      unknown(d, s, old)
      break
    }
    record(d, s, type)
    d.range(d.source, d.pos, reported)
  }
  d.pos = d.end
}

/** Something that is no record: the rest is left alone. */
function unknown(d: Dissection, s: TlsLayer, old: boolean): void {
  if (old) lineWithNote(d, f.ignored_unknown_record, 'Ignored Unknown Record')
  say(s, old ? What.Unknown : What.Continuation, 0)
}

function record(d: Dissection, s: TlsLayer, type: number): void {
  const { state } = s
  const { reported } = d
  const start = d.pos
  const opened = d.open(f.record.self)
  const late = state.version === Version.Tls13
  s.shown++
  d.u8(late && type === ContentType.Application ? f.record.opaque_type : f.record.content_type)
  if (late && type === ContentType.Heartbeat)
    noteBelow(d, f.unexpected_message, 'Record type is not allowed in TLS 1.3')
  const version = d.u16(f.record.version)
  const length = d.u16(f.record.length)
  const end = d.pos + length
  const first = d.peek8()
  if (length === 0 || length > MAX_RECORD) noteLength(d, s, type, length)
  if (state.version === 0 && isVersion(version) && saysVersion(type, first)) state.version = version
  s.version = state.version || version
  s.end = end
  // Of a record that is not all there nothing is said.
  if (length > 0) d.peek8(length - 1)
  const title = d.showing ? `${shortVersions[s.version] ?? 'SSL'} Record Layer: ` : ''
  if (type === ContentType.Application) readApplication(d, s, length, title, opened)
  else if (type === ContentType.Handshake) {
    if (length > 0) readHandshake(d, s, placeOf(d, start), title, opened)
  } else if (type === ContentType.ChangeCipher) readChangeCipher(d, s, length, title, opened)
  else if (type === ContentType.Alert) readAlert(d, s, length, title, opened)
  else if (type === ContentType.Heartbeat && !late) readHeartbeat(d, s, length, title, opened)
  d.range(d.source, end, reported)
  d.close(opened)
}

/** Longer records are looked at closer. */
const MAX_RECORD = 0x4000

/** Does a record of this type, which begins with this byte, say which version was agreed on? */
const saysVersion = (type: number, first: number): boolean =>
  type !== ContentType.Handshake || (first !== CLIENT_HELLO && first in handshakeTypes)
