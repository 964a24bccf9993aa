/** Which protocol a TCP segment carries: by its ports, by how its bytes look, or by what the conversation has gone over to. */
import { type Dissection, NOT_MINE, table } from '../src/dissect/index.js'
import type { Streams } from '../src/track/streams.js'

export const tcpPorts = table('tcp.port')

/** Segments of a connection in which a protocol is guessed, after which it stays unknown. */
const MAX_GUESSES = 64
/** What this needs to know of a segment, and of its stream. */
interface Carrier {
  readonly srcport: number
  readonly dstport: number
  readonly payload: number
}
interface Stream {
  readonly streams: Streams
  /** The segment was found to be sent again. */
  readonly again: boolean
}

/** The protocol of the payload: by port, as was guessed before, or as is guessed now. */
export function payloadProtocol(d: Dissection, s: Carrier, c: Stream, tracks: boolean): number {
  const byPort = d.byPort(tcpPorts, s.srcport, s.dstport)
  const { streams } = c
  if (byPort !== 0) {
    const p = d.registry.protocols[byPort]!
    const other = tracks && p.yields !== null && s.payload > 0 && !c.again ? p.yields(d.bytes, d.pos, d.end) : ''
    if (other !== '') goOver(d, streams, d.registry.protocolIndex(other))
    return p.opens ? guessBesides(d, s, c, tracks, byPort) : byPort
  }
  return guessOf(d, s, c, tracks)
}

/** The protocol of the port `known` unless the payload is not of it, and another one may be guessed or was before. */
function guessBesides(d: Dissection, s: Carrier, c: Stream, tracks: boolean, known: number): number {
  const { streams } = c
  const guessed = streams.protocols.guessOf(d.conversation, d.packet.number)
  if (guessed !== 0 || !tracks || s.payload === 0) return guessed || known
  const at = streams.messages.framing
  at.begin()
  if (d.registry.protocols[known]!.pdu!(d.bytes, d.pos, d.end, at) !== NOT_MINE) return known
  return guessOf(d, s, c, tracks) || known
}

/** The protocol that was guessed before, or is guessed now; 0 for none. */
function guessOf(d: Dissection, s: Carrier, c: Stream, tracks: boolean): number {
  const { streams } = c
  const guesses = d.registry.guesses[tcpPorts.index]!
  if (guesses.length === 0) return 0
  const guessed = streams.protocols.guessOf(d.conversation, d.packet.number)
  if (
    guessed !== 0 ||
    !tracks ||
    s.payload === 0 ||
    c.again ||
    !streams.protocols.mayGuess(d.conversation, MAX_GUESSES)
  )
    return guessed
  for (let i = 0; i < guesses.length; i++) {
    const id = guesses[i]!
    if (!d.registry.protocols[id]!.guess!(d.bytes, d.pos, d.end)) continue
    streams.protocols.guess(d.conversation, id, d.packet.number)
    return id
  }
  return 0
}

/** This conversation speaks the protocol `other` from this packet on. */
function goOver(d: Dissection, streams: Streams, other: number): void {
  if (streams.protocols.upgradeOf(d.conversation, d.packet.number) === 0)
    streams.protocols.upgrade(d.conversation, other, d.packet.number - 1)
}
