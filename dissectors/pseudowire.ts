/** Pseudowires over MPLS: Ethernet with and without its control word, RFC 4448, and associated channels, RFC 4385. */
import {
  bool,
  type Dissection,
  error,
  fields,
  group,
  protocol,
  protocolField,
  uint16,
  uint8,
  warning,
} from '../src/dissect/index.js'
import { vendorLongOf } from '../src/names/vendors.js'
import { ethernet } from './ethernet.js'
import { Ethertype, ethertypes } from './shared/ethertypes.js'
import { noteBelow } from './shared/note-below.js'

const ADDRESS = 6
const ETHERNET_HEADER = 14
const WORD = 4
/** The label below which a channel is not of a pseudowire. */
const GENERIC_CHANNEL_LABEL = 13
const ChannelType = { Ipv4: 0x0021, Ipv6: 0x0057 } as const

const channelTypeNames: Readonly<Record<number, string>> = {
  0x0000: 'Reserved',
  0x0001: 'Management Communication Channel (MCC)',
  0x0002: 'Signaling Communication Channel (SCC)',
  0x0007: 'BFD Control, PW-ACH-encapsulated (BFD Without IP/UDP Headers)',
  0x000a: 'MPLS Direct Loss Measurement (DLM)',
  0x000b: 'MPLS Inferred Loss Measurement (ILM)',
  0x000c: 'MPLS Delay Measurement (DM)',
  0x000d: 'MPLS Direct Loss and Delay Measurement (DLM+DM)',
  0x000e: 'MPLS Inferred Loss and Delay Measurement (ILM+DM)',
  0x0021: 'IPv4 packet',
  0x0022: 'MPLS-TP CC message',
  0x0023: 'MPLS-TP CV message',
  0x0024: 'Protection State Coordination Protocol (PSC)',
  0x0025: 'On-Demand CV',
  0x0026: 'LI',
  0x0027: 'Pseudo-Wire OAM',
  0x0028: 'MAC Withdraw OAM Msg',
  0x0057: 'IPv6 packet',
  0x0058: 'Fault OAM',
  0x7ff8: 'Reserved for Experimental Use',
  0x7ff9: 'Reserved for Experimental Use',
  0x7ffa: 'Reserved for Experimental Use',
  0x7ffb: 'Reserved for Experimental Use',
  0x7ffc: 'Reserved for Experimental Use',
  0x7ffd: 'Reserved for Experimental Use',
  0x7ffe: 'Reserved for Experimental Use',
  0x7fff: 'Reserved for Experimental Use',
  0x8902: 'MPLS-TP OAM',
}

const h = fields('pwethheuristic', { self: protocolField('Ethernet PW (CW heuristic)') })
const n = fields('pwethnocw', { self: protocolField('Ethernet PW (no CW)') })
const c = fields('pwethcw', { self: protocolField('PW Ethernet Control Word') })
const plain = fields('pweth', { self: bool('PW (ethernet)') }, 'pwethnocw')
const controlled = fields(
  'pweth.cw',
  { self: bool('PW Control Word (ethernet)'), sequence_number: uint16('PW sequence number (ethernet)') },
  'pwethcw',
)
const a = fields('pwach', {
  self: protocolField('PW Associated Channel Header'),
  ver: uint8('Channel Version', { mask: 0x0f }),
  res: { self: uint8('Reserved', { base: 'hex' }), not_zero: warning('Error: this byte is reserved and must be 0') },
  channel_type: uint16('Channel Type', { base: 'hex', names: channelTypeNames }),
  _wrong: group('Error processing Message'),
  error_processing_message: error('Error processing Message', 'Malformed'),
})

/** Ethernet whose frames stand below the label as they are. */
export const plainPseudowire = protocol({
  name: 'Ethernet PW (no CW)',
  short: 'Ethernet PW (no CW)',
  spec: 'RFC 4448',
  self: n.self,
  silent: true,
  writes: ['pweth'],
  summary: () => ({}),

  dissect(d) {
    d.omitLayer()
    hidden(d, plain.self)
    d.nextProtocol(ethernet)
  },
})

/** Ethernet with a control word before each frame. */
export const controlledPseudowire = protocol({
  name: 'PW Ethernet Control Word',
  short: 'Ethernet PW (with CW)',
  spec: 'RFC 4448',
  self: c.self,
  writes: ['pweth'],
  summary: () => ({}),

  dissect(d) {
    hidden(d, controlled.self)
    d.skip(2)
    d.u16(controlled.sequence_number)
    if (d.showing) d.caption(`Sequence Number: ${(d.bytes[d.pos - 2]! << 8) | d.bytes[d.pos - 1]!}`)
    d.nextProtocol(ethernet)
  },
})

/** Ethernet, if both addresses are of vendors that are known; else with a control word, which begins with zeros. */
export const heuristicPseudowire = protocol({
  name: 'Ethernet PW (CW heuristic)',
  short: 'Ethernet PW (CW heuristic)',
  spec: 'RFC 4448',
  self: h.self,
  silent: true,
  summary: () => ({}),

  dissect(d) {
    d.omitLayer()
    if (
      d.left >= ETHERNET_HEADER &&
      vendorLongOf(d.bytes, d.pos) !== '' &&
      vendorLongOf(d.bytes, d.pos + ADDRESS) !== ''
    )
      d.nextProtocol(plainPseudowire)
    else if (d.reportedLeft >= WORD) d.nextProtocol(controlledPseudowire)
    else d.nextData()
  },
})

/** What the ends of a pseudowire, or of any path, say to each other beside its traffic: RFC 4385, RFC 5586. */
export const channelHeader = protocol({
  name: 'PW Associated Channel Header',
  short: 'PW Associated Channel',
  spec: 'RFC 4385',
  self: a.self,
  summary: () => ({}),

  dissect(d) {
    if (d.reportedLeft < WORD) {
      d.omitLayer()
      d.nextLine(a._wrong)
      d.note(a.error_processing_message)
      return d.skip(d.left)
    }
    if (d.showing && d.upperProtocol === GENERIC_CHANNEL_LABEL) d.captionLayer('Generic Associated Channel Header')
    d.u8(a.ver)
    const reserved = d.u8(a.res.self)
    if (reserved !== 0) {
      noteBelow(d, a.res.not_zero)
    }
    const type = d.u16(a.channel_type)
    if (type === ChannelType.Ipv4) d.nextEvenEmpty(ethertypes, Ethertype.Ipv4, false)
    else if (type === ChannelType.Ipv6) d.nextEvenEmpty(ethertypes, Ethertype.Ipv6, false)
    else d.nextData()
  },
})

function hidden(d: Dissection, field: typeof plain.self): void {
  d.at(field, d.pos, d.pos, 1)
  d.hide()
}
