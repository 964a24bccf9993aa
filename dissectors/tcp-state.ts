/** The states of both ends after a segment, how a connection began and how it ended. RFC 9293, 3.3.2. */
import { type Dissection, fields, framenum, group, text, uint8, uint32, warning } from '../src/dissect/index.js'
import type { StateChanges } from '../src/track/state-changes.js'
import { Finding, nanosSince } from '../src/track/tcp-analysis.js'
import { End, Reason, State, type TcpStates } from '../src/track/tcp-state.js'

const f = fields('tcp', {
  state: {
    self: group('Connection state', { about: 'The states of both ends once this segment has arrived' }),
    client: text('State of the client'),
    server: text('State of the server'),
    reason: text('Reason for these states', { about: 'What has put them into these states' }),
    frame: framenum('In these states since frame'),
    illegal: warning('RFC 9293 does not allow this segment in this state', 'Protocol'),
  },
  connection: {
    start: text('Connection start', { about: 'How the connection began, in the packet that shows it' }),
    syn_retries: uint8('SYN retries', { about: 'How often the SYN was sent again so far' }),
    end: text('Connection end', {
      about: 'How the connection ended, in the packet that shows it or, once the capture was read, in its last one',
    }),
  },
  server: {
    half_open: uint32('Half-open connections of this server', {
      about: 'Connections that were asked for at this address and port and are neither open nor refused, with this one',
    }),
  },
  syn_flood: warning('So many half-open connections look like a SYN flood', 'Security'),
})

const stateNames = [
  'CLOSED',
  'LISTEN',
  'SYN-SENT',
  'SYN-RECEIVED',
  'ESTABLISHED',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'CLOSE-WAIT',
  'CLOSING',
  'LAST-ACK',
  'TIME-WAIT',
] as const

/** By `Reason`. */
const reasons = [
  '',
  'SYN',
  'SYN again',
  'SYNs of both ends crossed',
  'SYN, ACK in answer to the SYN',
  'ACK of the SYN, ACK',
  'the SYN was acknowledged, the SYN, ACK not captured',
  'the capture begins in the middle of the connection',
  'FIN',
  'ACK of the FIN',
  'FIN of the other end as well',
  'FINs of both ends crossed',
  'FIN again, TIME-WAIT begins anew',
  'ACK of the last FIN',
  'RST',
  'RST in answer to the SYN',
  'RST with a number that the other end does not take',
  'two maximum segment lifetimes have passed',
] as const

const UNANSWERED = 'unanswered'
const HALF_OPEN = 'half-open'
const REFUSED = 'refused'
/** By `Start`. */
const starts = [
  '',
  UNANSWERED,
  HALF_OPEN,
  'three-way',
  'Fast Open',
  'simultaneous open',
  'mid-stream',
  REFUSED,
] as const

/** By `End`, below those of resets. */
const ends = ['', 'four-way', 'three-segment', 'half-close', 'simultaneous close'] as const

/** By `Illegal`. */
const breaches = [
  '',
  'SYN and FIN in one segment',
  'SYN and RST in one segment',
  'Neither SYN, RST nor ACK',
  'SYN, ACK acknowledges no SYN',
  'A second SYN, ACK with another sequence number',
  'Data after the end of its own FIN',
  'A segment from an end that has reset the connection',
  'SYN, ACK without a SYN of the other end',
  'ACK in SYN-RECEIVED of something else than the SYN',
  'A second FIN with another sequence number',
] as const

/** What is known of the segment; packets count from 1. */
interface Segment {
  /** Row of the connection's latest change of state. */
  readonly change: number
  readonly findings: number
  /** The packet before it in the connection, and the connection's latest. */
  readonly previous: number
  readonly latest: number
}

/** Writes the states after the segment, and what it says of the connection. */
export function showState(d: Dissection, states: TcpStates, known: Segment): void {
  const row = known.change
  if (row === 0 || !d.wants(f.state.self)) return
  const { changes } = states
  const now = changes.states(row)
  const changed = changes.packetOf(row) === d.packet.number
  const client = stateNames[now & 15]!
  const server = stateNames[now >>> 4]!
  const opened = d.open(f.state.self)
  d.caption(`Client: ${client}, Server: ${server}`, opened)
  d.markGenerated()
  d.generatedText(f.state.client, client)
  if (changed) was(d, changes.earlier(row) & 15, now & 15)
  d.generatedText(f.state.server, server)
  if (changed) was(d, changes.earlier(row) >>> 4, now >>> 4)
  if (changes.reasonOf(row) !== 0) d.generatedText(f.state.reason, reasons[changes.reasonOf(row)]!)
  d.generated(f.state.frame, changes.packetOf(row))
  if (changed) {
    showEnds(d, changes, row)
    showFlood(d, states)
  }
  if (d.packet.number === known.latest && d.captureLength > 0) {
    showLast(d, now, changed && !repeating.includes(changes.reasonOf(row)) ? 0 : known.findings, known.previous)
  }
  d.closeAt(opened, d.layerStart, d.layerStart)
}

function was(d: Dissection, before: number, now: number): void {
  if (d.showing && before !== now) d.append(` (was ${stateNames[before]})`)
}

function showEnds(d: Dissection, states: StateChanges, row: number): void {
  const start = starts[states.startOf(row)]!
  const syns = states.syns(row)
  if (start === UNANSWERED) d.generatedText(f.connection.start, `${start} (${syns} SYN${syns === 1 ? '' : 's'})`)
  else if (start !== '') d.generatedText(f.connection.start, start)
  if (syns > 1 && (start === UNANSWERED || start === HALF_OPEN || start === REFUSED)) {
    d.generated(f.connection.syn_retries, syns - 1)
  }
  const end = states.endOf(row)
  if (end >= End.Reset) {
    const who = end & 16 ? 'server' : 'client'
    d.generatedText(f.connection.end, `reset by ${who} in ${stateNames[end & 15]}`)
  } else if (end !== 0) d.generatedText(f.connection.end, ends[end]!)
  if (states.illegalOf(row) !== 0) d.note(f.state.illegal, breaches[states.illegalOf(row)])
}

function showFlood(d: Dissection, states: TcpStates): void {
  const count = states.flood.countAt(d.packet.number)
  if (count === 0) return
  d.generated(f.server.half_open, count)
  if (states.flood.crossedAt(d.packet.number)) {
    d.note(f.syn_flood, `${f.syn_flood.label}: ${count} of this server`)
  }
}

/** Changes that a segment can make which is sent again: the SYN, or data with a FIN behind it. */
const repeating: readonly number[] = [Reason.SynAgain, Reason.Fin, Reason.FinAgain, Reason.FinBoth]

/** The findings that say that a segment was sent because another one was not answered. */
const PERSISTING =
  Finding.Retransmission |
  Finding.FastRetransmission |
  Finding.SpuriousRetransmission |
  Finding.KeepAlive |
  Finding.ZeroWindowProbe

/**
 * What became of a connection that nothing has ended, in its last segment. `now` are the states after it, `findings` what
 * is known of a segment that brings nothing but what was sent before, `previous` is the packet before it.
 */
function showLast(d: Dissection, now: number, findings: number, previous: number): void {
  const open = (state: number): boolean => state >= State.SynSent && state <= State.LastAck
  const client = now & 15
  const server = now >>> 4
  if (client === State.TimeWait || server === State.TimeWait || !(open(client) || open(server))) return
  d.generatedText(f.connection.end, gaveUp(d, findings, previous) ? 'timed out' : 'still open')
}

/**
 * Has the sender of the connection's last segment given up? It had sent that before, nobody answered, and it let more
 * than twice its wait pass without trying again, although the capture goes on.
 */
function gaveUp(d: Dissection, findings: number, previous: number): boolean {
  if ((findings & PERSISTING) === 0 || previous === 0) return false
  const { clock, packet } = d
  const seconds = clock.secondsOf(d.captureLength) - packet.seconds
  const nanos = clock.nanosecondsOf(d.captureLength) - packet.nanoseconds
  return seconds * 1e9 + nanos > 2 * nanosSince(d, previous)
}
