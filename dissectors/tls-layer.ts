/** What the readers of TLS records share: the layer's summary, and what the Info column says of each record. */
import type { Dissection, TextBuffer } from '../src/dissect/index.js'
import { Server, type TlsSessions, type TlsState } from '../src/track/tls-sessions.js'
import { portApplications } from './tls-applications.js'
import { alertDescriptions, alertLevels, handshakeTypes, heartbeatTypes } from './tls-names.js'

export const ContentType = {
  ChangeCipher: 20,
  Alert: 21,
  Handshake: 22,
  Application: 23,
  Heartbeat: 24,
  ConnectionId: 25,
} as const

export const Version = { Ssl3: 0x0300, Tls12: 0x0303, Tls13: 0x0304 } as const

/** Records of a segment beyond these are not named in the Info column. */
export const MAX_SAID = 256

/** What a record is, for the Info column. */
export const What = {
  Message: 1,
  Fragment: 2,
  EncryptedMessage: 3,
  ChangeCipher: 4,
  Alert: 5,
  EncryptedAlert: 6,
  Application: 7,
  Heartbeat: 8,
  EncryptedHeartbeat: 9,
  Unknown: 10,
  Continuation: 11,
} as const
type What = (typeof What)[keyof typeof What]

/** In place of a handshake type: a server's hello that asks for another one of the client. */
export const RETRY = 0x100

/** The summary of the layer. */
export interface TlsLayer {
  sessions: TlsSessions | null
  /** The connection as it is, and as it was before this packet. */
  state: TlsState
  before: TlsState
  /** The version that the Protocol column shows. */
  version: number
  /** Where the record, and in it the handshake message, at work ends. */
  end: number
  /** Records that were met; and what is said of the first ones. */
  shown: number
  said: number
  readonly whats: Uint8Array
  readonly details: Uint16Array
}

export function say(s: TlsLayer, what: What, detail: number): void {
  if (s.said === MAX_SAID) return
  s.whats[s.said] = what
  s.details[s.said++] = detail
}

/** Writes what was said of the records, separated by commas. */
export function writeSaid(line: TextBuffer, s: TlsLayer): void {
  for (let i = 0; i < s.said; i++) {
    if (i > 0) line.text(', ')
    line.text(whatText(s.whats[i] as What, s.details[i]!))
  }
}

export const messageName = (type: number): string =>
  type === RETRY ? 'Hello Retry Request' : (handshakeTypes[type] ?? 'Encrypted Handshake Message')

export const alertText = (detail: number): string =>
  `Alert (Level: ${alertLevels[detail >>> 8] ?? 'Unknown'}, Description: ${alertDescriptions[detail & 0xff] ?? 'Unknown'})`

function whatText(what: What, detail: number): string {
  switch (what) {
    case What.Message:
      return messageName(detail)
    case What.Fragment:
      return `[${messageName(detail)} Fragment]`
    case What.EncryptedMessage:
      return 'Encrypted Handshake Message'
    case What.ChangeCipher:
      return 'Change Cipher Spec'
    case What.Alert:
      return alertText(detail)
    case What.EncryptedAlert:
      return 'Encrypted Alert'
    case What.Application:
      return 'Application Data'
    case What.Heartbeat:
      return `Heartbeat ${heartbeatTypes[detail]!}`
    case What.EncryptedHeartbeat:
      return 'Encrypted Heartbeat'
    case What.Unknown:
      return 'Ignored Unknown Record'
    default:
      return 'Continuation Data'
  }
}

/** Did the server send this packet? By who said hello, else by its port. */
export function isFromServer(d: Dissection, state: TlsState): boolean {
  if (state.server !== Server.Unknown) return d.forward === (state.server === Server.Forward)
  return d.srcPort in portApplications
}

/** The client, or the server, is known: by a hello. */
export function learnServer(d: Dissection, state: TlsState): void {
  state.server = d.forward ? Server.Backward : Server.Forward
}
