/** Ethernet: Ethernet II with a type, IEEE 802.3 with a length. */
import {
  Address,
  bytes,
  type Dissection,
  error,
  fields,
  NOWHERE,
  protocol,
  protocolField,
  table,
  uint16,
  warning,
} from '../src/dissect/index.js'
import { captionAddress, takeDestination, takeSource } from './shared/ethernet-address.js'
import { FrameCheck, takeTrailer } from './shared/ethernet-trailer.js'
import { ethertypeNames, ethertypes, MAX_LENGTH, MIN_ETHERTYPE } from './shared/ethertypes.js'
import { hex4 } from './shared/hex-text.js'
import { isRaw, takeLengthAndPayload } from './shared/length-payload.js'
import { noteBelow } from './shared/note-below.js'

const ADDRESS = 6
const HEADER = 14
const FABRIC_PATH = 0x8903
const SERVICE_TAG = 0x88a8
/** Frames that only look like Ethernet, addresses and all, by the EtherType that tells. */
export const wholeFrames = table('eth.whole')

const f = fields('eth', {
  self: protocolField('Ethernet'),
  len: uint16('Length'),
  type: uint16('Type', { base: 'hex', names: ethertypeNames }),
  invalid_lentype: uint16('Invalid length/type', { base: 'hex_dec' }),
  trailer: bytes('Trailer'),
})
const x = fields(
  'eth',
  {
    'len.past_end': error('Length field value goes past the end of the payload', 'Malformed'),
    'invalid_lentype.expert': warning('Invalid length/type'),
  },
  'eth',
)

const Form = { Unread: -1, Typed: 0, Length: 1, RawLength: 2, Invalid: 3 } as const

export const ethernet = protocol({
  name: 'Ethernet',
  short: 'Ethernet',
  column: (s) => (s.stranger ? `0x${hex4(s.type)}` : 'Ethernet'),
  spec: 'IEEE 802.3',
  self: f.self,
  late: ['eth.padding', 'eth.trailer', 'eth.fcs'],
  under: { 'frame.linktype': 1, 'sll.ltype': 3, 'llc.bridged_pid': [1, 7], 'gre.proto': 0x6558 },
  summary: () => ({ type: 0, form: Form.Unread as number, stranger: false }),

  dissect(d, s) {
    s.type = 0
    s.form = Form.Unread
    s.stranger = false
    const start = d.pos
    if (d.left >= ADDRESS) d.endpoints(Address.Ether, d.left < 2 * ADDRESS ? NOWHERE : start + ADDRESS, start)
    s.type = d.peek16(2 * ADDRESS)
    if (isFabricPath(d, s.type)) {
      d.hideLayer()
      return d.next(wholeFrames, FABRIC_PATH)
    }
    s.form = formOf(d, s.type)
    if (d.showing) d.captionLayer(caption(d, s.form, start))
    takeDestination(d)
    takeSource(d)
    const check = checkLength(d)
    if (check === FrameCheck.Four && d.reportedLeft >= 2 + check) d.limit(d.reportedLeft - check)

    if (s.form === Form.Invalid) {
      d.u16(f.invalid_lentype)
      noteBelow(d, x['invalid_lentype.expert'], d.recording ? invalidText(s.type) : undefined)
      d.nextData()
    } else if (s.form === Form.Typed) {
      d.u16(f.type)
      s.stranger = !d.knows(ethertypes, s.type)
      d.nextEvenEmpty(ethertypes, s.type)
    } else {
      takeLengthAndPayload(d, f.len, x['len.past_end'])
    }
  },

  trailer(d) {
    takeTrailer(d, f.trailer, checkLength(d))
  },

  info(s) {
    if (s.form === Form.Unread) return ''
    if (s.form === Form.Invalid) return `Ethernet Unknown: ${invalidText(s.type)}`
    if (s.form === Form.Typed) return (s.stranger && ethertypeNames[s.type]) || 'Ethernet II'
    return lengthTitle(s.form)
  },
})

/** What stands before a frame that is bridged with its frame check sequence (RFC 2684 section 5.2): SNAP and padding. */
const BRIDGED_WITH_CHECK = [0x00, 0x80, 0xc2, 0x00, 0x01, 0, 0] as const

/** How long the frame check sequence is: only of the frame as it was captured is nothing known, tunnels carry none. */
function checkLength(d: Dissection): number {
  const start = d.layerStart
  if (d.source === 0 && start === d.frameStart) return d.packet.fcsLength
  const before = start - BRIDGED_WITH_CHECK.length
  for (let i = 0; i < BRIDGED_WITH_CHECK.length; i++) {
    if (d.bytes[before + i] !== BRIDGED_WITH_CHECK[i]) return FrameCheck.None
  }
  return FrameCheck.Four
}

/** Its tag may have a service tag before it. */
const isFabricPath = (d: Dissection, type: number): boolean =>
  type === FABRIC_PATH || (type === SERVICE_TAG && d.left >= HEADER + 4 && d.peek16(HEADER + 2) === FABRIC_PATH)

function formOf(d: Dissection, type: number): number {
  if (type >= MIN_ETHERTYPE || type === 0) return Form.Typed
  if (type > MAX_LENGTH) return Form.Invalid
  return isRaw(d, HEADER) ? Form.RawLength : Form.Length
}

const lengthTitle = (form: number): string => `IEEE 802.3 Ethernet ${form === Form.RawLength ? 'Raw ' : ''}`
const invalidText = (type: number): string => `Invalid length/type: 0x${hex4(type)} (${type})`

function caption(d: Dissection, form: number, start: number): string {
  if (form === Form.Length || form === Form.RawLength) return lengthTitle(form)
  const title = form === Form.Typed ? 'Ethernet II' : 'Ethernet Unknown'
  return `${title}, Src: ${captionAddress(d, start + ADDRESS)}, Dst: ${captionAddress(d, start)}`
}
