/** PPP over Ethernet, RFC 2516: sessions, and the header that discovery shares. */
import { fields, protocol, protocolField, uint16, uint8, warning, word } from '../src/dissect/index.js'
import { ppp } from './ppp.js'
import { noteBelow } from './shared/note-below.js'

const SHORTEST_PADDED = 46
const HEADER = 6
const FRAME_CHECK = 4

export const pppoeCodeNames: Readonly<Record<number, string>> = {
  0x00: 'Session Data',
  0x07: 'Active Discovery Offer (PADO)',
  0x09: 'Active Discovery Initiation (PADI)',
  0x0a: 'Active Discovery Session-Grant (PADG)',
  0x0b: 'Active Discovery Session-Credit Resp.(PADC)',
  0x0c: 'Active Discovery Quality (PADQ)',
  0x19: 'Active Discovery Request (PADR)',
  0x65: 'Active Discovery Session-confirmation (PADS)',
  0xa7: 'Active Discovery Terminate (PADT)',
  0xd3: 'Active Discovery Message (PADM)',
  0xd4: 'Active Discovery Network (PADN)',
}

export const pppoeFields = fields('pppoe', {
  first: word(8, { version: uint8('Version', { mask: 0xf0 }), type: uint8('Type', { mask: 0x0f }) }),
  code: uint8('Code', { base: 'hex', names: pppoeCodeNames }),
  session_id: uint16('Session ID', { base: 'hex' }),
  payload_length: uint16('Payload Length'),
})
const f = fields('pppoes', { self: protocolField('PPP-over-Ethernet Session') })
const x = fields('pppoe.payload_length', { bad: warning('Possible bad payload length', 'Malformed') }, 'pppoes')

export const pppoeSession = protocol({
  name: 'PPP-over-Ethernet Session',
  short: 'PPPoES',
  spec: 'RFC 2516',
  self: f.self,
  writes: ['pppoe'],
  under: { 'eth.type': 0x8864, 'frame.linktype': 51 },
  summary: () => ({ code: 0, read: false }),

  dissect(d, s) {
    s.read = false
    s.code = d.peek8(1)
    s.read = true
    d.peek16(4)
    d.u8(pppoeFields.first)
    d.u8(pppoeFields.code)
    d.u16(pppoeFields.session_id)
    const length = d.u16(pppoeFields.payload_length)
    const there = d.reportedLeft
    // Shorter packets were padded, longer ones may end in a frame check sequence.
    if (there + HEADER > SHORTEST_PADDED && length !== there && length + FRAME_CHECK !== there) {
      if (d.showing) d.append(` [incorrect, should be ${there}]`)
      noteBelow(d, x.bad, d.recording ? `Possible bad payload length ${length} != ${there}` : undefined)
    }
    d.limit(length)
    if (d.reportedLeft === 0) d.malformed()
    d.nextProtocol(ppp)
  },

  /** What follows the payload is not shown, here or in the Ethernet frame, as in Wireshark. */
  trailer() {},

  info: (s) => (s.read ? (pppoeCodeNames[s.code] ?? 'Unknown') : ''),
})
