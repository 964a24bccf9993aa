/** The lines at the end of a DNS message that name the packet with its question, or with its answer. */
import { bool, type Dissection, fields, framenum, Memory, reltime, warning } from '../src/dissect/index.js'
import type { DnsExchange, DnsTransactions } from '../src/track/dns-transactions.js'
import { placeOf } from '../src/track/message-log.js'
import { timeSince } from './shared/time-since.js'

const f = fields('dns', {
  response_in: framenum('Response In'),
  response_to: framenum('Request In'),
  time: reltime('Time', { about: 'From the question to this answer' }),
  retransmission: bool('Retransmission'),
  retransmit_request_in: framenum('Retransmitted request. Original request in'),
  retransmit_response_in: framenum('Retransmitted response. Original response in'),
  retransmit_request: warning('DNS query retransmission', 'Protocol'),
  retransmit_response: warning('DNS response retransmission', 'Protocol'),
  unsolicited: bool('Unsolicited'),
})

/** Takes or recalls the message that begins at `place` and has transaction number `id`; null for one that is unknown. */
export function exchangeOf(
  d: Dissection,
  transactions: DnsTransactions,
  stream: boolean,
  place: number,
  id: number,
  response: boolean,
): DnsExchange | null {
  const at = placeOf(d, place)
  return d.memory === Memory.Track ? transactions.take(d, stream, id, response) : transactions.recall(d, at)
}

/** Notes below the number of a message that it was sent before. */
export function againNote(d: Dissection, x: DnsExchange | null, response: boolean): void {
  if (x === null || !x.again) return
  const note = response ? f.retransmit_response : f.retransmit_request
  const what = response ? 'response' : 'request'
  d.enter()
  if (d.recording) d.note(note, `${note.label}. Original ${what} in frame ${x[what]}`)
  else d.note(note)
  d.leave()
}

/** Says what the message belongs to. */
export function exchangeLines(d: Dissection, x: DnsExchange | null, response: boolean): void {
  if (x === null) {
    if (d.quoted && response) d.generated(f.unsolicited, 1)
  } else if (x.again) {
    d.generated(response ? f.retransmit_response_in : f.retransmit_request_in, response ? x.response : x.request)
    d.generated(f.retransmission, 1)
  } else if (!response) {
    if (x.response !== 0) d.generated(f.response_in, x.response)
  } else if (x.request === 0) d.generated(f.unsolicited, 1)
  else {
    d.generated(f.response_to, x.request)
    timeSince(d, f.time, x.request)
  }
}
