/** The lines of an HTTP message that name the packets of its request, its response and their neighbours. */
import { type Dissection, type Field, fields, framenum, Memory, reltime, text, uint32 } from '../src/dissect/index.js'
import type { HttpExchange, HttpTransactions } from '../src/track/http-transactions.js'
import { placeOf } from '../src/track/message-log.js'
import { headerColon, type Head, Kind, lineTextEnd, nextLine, trimEnd, valueStart, wordEnd } from './http-message.js'
import { timeSince } from './shared/time-since.js'
import { sameWord } from './shared/media-types.js'
import { asciiText, untilZero } from './shared/text-spells.js'

/** Requests that are looked through for one that names a host. */
const MAX_BACK = 16

const f = fields('http', {
  request_number: uint32('Request number'),
  response_number: uint32('Response number'),
  request_in: framenum('Request in frame'),
  response_in: framenum('Response in frame'),
  next_request_in: framenum('Next request in frame'),
  next_response_in: framenum('Next response in frame'),
  prev_request_in: framenum('Prev request in frame'),
  prev_response_in: framenum('Prev response in frame'),
  time: reltime('Time since request'),
  response_for: { uri: text('Request URI') },
})

/** Takes or recalls the message with this head, and says what it belongs to. */
export function readExchange(d: Dissection, h: Head, transactions: HttpTransactions): void {
  if (h.kind !== Kind.Request && h.kind !== Kind.Response) return
  const place = placeOf(d, d.layerStart)
  if (d.memory === Memory.Track) {
    if (h.kind === Kind.Request) transactions.request(d, place, h.line, h.bodyStart)
    else transactions.response(d, place)
  }
  if (!d.recording) return
  const x = transactions.recall(d, place)
  if (x === null) return
  if (h.kind === Kind.Request) requestLines(d, x)
  else responseLines(d, x, transactions)
}

/** Does the target name its scheme? */
export const isAbsolute = (b: Uint8Array, start: number, end: number): boolean =>
  (end - start >= 7 && sameWord(b, start, start + 7, 'http://')) ||
  (end - start >= 8 && sameWord(b, start, start + 8, 'https://'))

function requestLines(d: Dissection, x: HttpExchange): void {
  d.generated(f.request_number, x.number)
  if (d.showing) d.caption(`HTTP request ${x.number}/${x.total}`)
  packet(d, f.prev_request_in, x.previousRequest)
  packet(d, f.response_in, x.response)
  packet(d, f.next_request_in, x.nextRequest)
}

function responseLines(d: Dissection, x: HttpExchange, transactions: HttpTransactions): void {
  d.generated(f.response_number, x.number)
  if (d.showing) d.caption(`HTTP response ${x.number}/${x.total}`)
  if (x.request !== 0) timeSince(d, f.time, x.request)
  packet(d, f.prev_request_in, x.previousRequest)
  packet(d, f.prev_response_in, x.previousResponse)
  packet(d, f.request_in, x.request)
  packet(d, f.next_request_in, x.nextRequest)
  packet(d, f.next_response_in, x.nextResponse)
  if (x.asked !== 0 && d.wants(f.response_for.uri)) asked(d, x.asked, transactions)
}

function packet(d: Dissection, field: Field<'framenum'>, number: number): void {
  if (number !== 0) d.generated(field, number)
}

/**
 * What was asked for last, with the host: that of an earlier request where the last one names none, as tshark has it.
 */
function asked(d: Dissection, exchange: number, transactions: HttpTransactions): void {
  let uri = ''
  let whole = ''
  for (let i = exchange, n = 0; i !== 0 && n < MAX_BACK && whole === ''; i = transactions.before(i), n++) {
    const head = transactions.heads.read(d, i)
    if (head === null) continue
    target.read(head)
    whole = target.whole
    uri ||= target.uri
  }
  const words = whole || uri
  if (words === '') return
  d.generatedText(f.response_for.uri, words)
}

/** What a request line and a Host header ask for. */
const target = {
  uri: '',
  /** With scheme and host; '' when there is no host. */
  whole: '',

  read(b: Uint8Array): void {
    const end = b.length
    let next = nextLine(b, 0, end)
    const lineEnd = lineTextEnd(b, 0, next)
    const method = wordEnd(b, 0, lineEnd)
    const start = Math.min(method + 1, lineEnd)
    const uriEnd = wordEnd(b, start, lineEnd)
    this.uri = asciiText(b, start, uriEnd)
    this.whole = ''
    for (let p = next; p < end; p = next) {
      next = nextLine(b, p, end)
      const textEnd = lineTextEnd(b, p, next)
      const colon = headerColon(b, p, textEnd)
      if (colon < 0 || !sameWord(b, p, colon, 'host')) continue
      const value = valueStart(b, colon, textEnd)
      this.whole = `http://${untilZero(b, value, trimEnd(b, value, textEnd), 0)}${this.uri}`
    }
    if (this.whole !== '' && (isAbsolute(b, start, uriEnd) || sameWord(b, 0, method, 'connect'))) this.whole = this.uri
  },
}
