/** The states of both ends after a segment, how a connection began and how it ended. RFC 9293, 3.3.2. */
import { type Dissection, fields, framenum, group, text, warning } from '../src/dissect/index.js'
import { End, type TcpStates } from '../src/track/tcp-state.js'

const f = fields('tcp', {
  state: {
    self: group('Connection state', { about: 'The states of both ends once this segment has arrived' }),
    client: text('State of the client'),
    server: text('State of the server'),
    reason: text('Reason', { about: 'What has put them into these states' }),
    frame: framenum('Since frame'),
    illegal: warning('RFC 9293 does not allow this segment in this state', 'Protocol'),
  },
  connection: {
    start: text('Connection start', { about: 'How the connection began, in the packet that shows it' }),
    end: text('Connection end', { about: 'How the connection ended, in the packet that shows it' }),
  },
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

/** By `Start`. */
const starts = [
  '',
  'unanswered',
  'half-open',
  'three-way',
  'Fast Open',
  'simultaneous open',
  'mid-stream',
  'refused',
] as const
const UNANSWERED = 'unanswered'

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
] as const

/** Writes the states after the segment whose connection changed last in `row`. */
export function showState(d: Dissection, states: TcpStates, row: number): void {
  if (row === 0 || !d.wants(f.state.self)) return
  const now = states.states(row)
  const changed = states.packetOf(row) === d.packet.number
  const client = stateNames[now & 15]!
  const server = stateNames[now >>> 4]!
  const opened = d.open(f.state.self)
  d.caption(`Client: ${client}, Server: ${server}`, opened)
  d.markGenerated()
  d.generatedText(f.state.client, client)
  if (changed) was(d, states.earlier(row) & 15, now & 15)
  d.generatedText(f.state.server, server)
  if (changed) was(d, states.earlier(row) >>> 4, now >>> 4)
  if (states.reasonOf(row) !== 0) d.generatedText(f.state.reason, reasons[states.reasonOf(row)]!)
  d.generated(f.state.frame, states.packetOf(row))
  if (changed) showEnds(d, states, row)
  d.closeAt(opened, d.layerStart, d.layerStart)
}

function was(d: Dissection, before: number, now: number): void {
  if (d.showing && before !== now) d.append(` (was ${stateNames[before]})`)
}

function showEnds(d: Dissection, states: TcpStates, row: number): void {
  const start = starts[states.startOf(row)]!
  const syns = states.syns(row)
  if (start === UNANSWERED) d.generatedText(f.connection.start, `${start} (${syns} SYN${syns === 1 ? '' : 's'})`)
  else if (start !== '') d.generatedText(f.connection.start, start)
  const end = states.endOf(row)
  if (end >= End.Reset) {
    const who = end & 16 ? 'server' : 'client'
    d.generatedText(f.connection.end, `reset by ${who} in ${stateNames[end & 15]}`)
  } else if (end !== 0) d.generatedText(f.connection.end, ends[end]!)
  if (states.illegalOf(row) !== 0) d.note(f.state.illegal, breaches[states.illegalOf(row)])
}
