/** The status of certificates: what a client asks for and what a server answers with, RFC 6066 section 8 and RFC 6961. */
import { type Dissection, fields, group, note, type Num, uint16, uint24, uint8 } from '../src/dissect/index.js'
import { statusTypes } from './tls-names.js'
import { bounds, lineWithNote, readVector } from './tls-vectors.js'

const f = fields('tls', {
  handshake: {
    extensions_status_request_type: uint8('Certificate Status Type', { names: statusTypes }),
    extensions_status_request_len: uint16('Certificate Status Length'),
    extensions_status_request_responder_ids_len: uint16('Responder ID list Length'),
    extensions_status_request_exts_len: uint16('Request Extensions Length'),
    extensions_status_request_list_len: uint16('Certificate Status List Length'),
    ocsp_response_list_len: uint24('OCSP Response List Length'),
    ocsp_response_len: uint24('OCSP Response Length'),
    _response: group('OCSP Response'),
    status_request: {
      undecoded: note(
        'Responder ID list or Request Extensions are not implemented, contact Wireshark developers if you want this to be supported',
        'Undecoded',
      ),
    },
  },
}).handshake

const OCSP = 1
const OCSP_MULTI = 2
const LIST = bounds(2)
const RESPONSE = bounds(3, 1)

/** What a client asks for, up to `end`. */
export function readStatusRequest(d: Dissection, end: number): void {
  const type = d.u8(f.extensions_status_request_type)
  if (type === OCSP || type === OCSP_MULTI) readOcspRequest(d, end)
}

/** The second version: a list of requests, each with its length. */
export function readStatusRequests(d: Dissection, end: number): void {
  const last = readVector(d, f.extensions_status_request_list_len, LIST, end)
  if (last < 0) return
  while (d.pos < last) {
    const type = d.u8(f.extensions_status_request_type)
    d.u16(f.extensions_status_request_len)
    if (type === OCSP || type === OCSP_MULTI) readOcspRequest(d, last)
  }
}

function readOcspRequest(d: Dissection, end: number): void {
  if (readOpaque(d, f.extensions_status_request_responder_ids_len, 'Responder ID list is', end))
    readOpaque(d, f.extensions_status_request_exts_len, 'Request Extensions are', end)
}

/** Bytes that are not looked into. False when there is no room for them. */
function readOpaque(d: Dissection, length: Num, what: string, end: number): boolean {
  const last = readVector(d, length, LIST, end)
  if (last < 0) return false
  const rest = f.status_request.undecoded
  if (last > d.pos)
    lineWithNote(d, rest, `${what} not implemented, contact Wireshark developers if you want this to be supported`)
  d.skip(last - d.pos)
  return true
}

/** A server's answer, up to `end`. */
export function readStatus(d: Dissection, end: number): void {
  const type = d.u8(f.extensions_status_request_type)
  if (type === OCSP) return readResponse(d, end)
  if (type !== OCSP_MULTI) return
  const last = readVector(d, f.ocsp_response_list_len, RESPONSE, end)
  while (last >= 0 && d.pos < last) readResponse(d, last)
}

function readResponse(d: Dissection, end: number): void {
  const last = readVector(d, f.ocsp_response_len, RESPONSE, end)
  if (last < 0) return
  const opened = d.open(f._response)
  d.skip(last - d.pos)
  d.close(opened)
}
