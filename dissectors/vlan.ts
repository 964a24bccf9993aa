/** VLAN tags: IEEE 802.1Q, and the service tags of 802.1ad around them. */
import {
  bool,
  bytes,
  type Dissection,
  error,
  fields,
  protocol,
  protocolField,
  uint16,
  warning,
  word,
} from '../src/dissect/index.js'
import { FrameCheck, takeTrailer } from './shared/ethernet-trailer.js'
import { ethertypeNames, ethertypes, MAX_LENGTH } from './shared/ethertypes.js'
import { hex4 } from './shared/hex-text.js'
import { takeLengthAndPayload } from './shared/length-payload.js'

const SERVICE_TAG = 0x88a8
const MAX_TAGS = 20
const UNREAD = -1

const priorityNames = {
  0: 'Best Effort (default)',
  1: 'Background',
  2: 'Excellent Effort',
  3: 'Critical Applications',
  4: 'Video, < 100ms latency and jitter',
  5: 'Voice, < 10ms latency and jitter',
  6: 'Internetwork Control',
  7: 'Network Control',
}

const f = fields('vlan', {
  self: protocolField('802.1Q Virtual LAN'),
  tag: word(16, {
    priority: uint16('Priority', { mask: 0xe000, names: priorityNames }),
    dei: bool('DEI', 16, { mask: 0x1000, truth: ['Eligible', 'Ineligible'] }),
    id: uint16('ID', { mask: 0x0fff }),
  }),
  etype: uint16('Type', { base: 'hex', names: ethertypeNames }),
  len: uint16('Length'),
  trailer: bytes('Trailer'),
  too_many_tags: warning('Too many nested VLAN tags', 'Undecoded'),
})
const pastEnd = fields(
  'vlan.len',
  { past_end: error('Length field value goes past the end of the payload', 'Malformed') },
  'vlan',
)

export const vlan = protocol({
  name: '802.1Q Virtual LAN',
  short: 'VLAN',
  column: (s) => (s.stranger ? `0x${hex4(s.type)}` : 'VLAN'),
  spec: 'IEEE 802.1Q',
  self: f.self,
  writes: ['eth'],
  late: ['eth.padding', 'eth.fcs', 'vlan.trailer'],
  under: { 'eth.type': [0x8100, 0x9100, 0x9200] },
  summary: () => ({ tag: UNREAD as number, type: 0, stranger: false }),

  dissect(d, s) {
    if (d.levels > MAX_TAGS && tagsSoFar(d) > MAX_TAGS) {
      if (d.showing) d.captionLayer('802.1Q Virtual LAN')
      d.stop(f.too_many_tags)
    }
    s.tag = UNREAD
    s.stranger = false
    s.tag = d.u16(f.tag)
    if (d.showing)
      d.captionLayer(`802.1Q Virtual LAN, PRI: ${s.tag >> 13}, DEI: ${(s.tag >> 12) & 1}, ID: ${s.tag & 0xfff}`)
    s.type = d.peek16()
    if (s.type <= MAX_LENGTH) return takeLengthAndPayload(d, f.len, pastEnd.past_end)
    d.u16(f.etype)
    s.stranger = !d.knows(ethertypes, s.type)
    d.nextEvenEmpty(ethertypes, s.type)
  },

  trailer(d) {
    takeTrailer(d, f.trailer, FrameCheck.None)
  },

  info(s) {
    if (s.tag === UNREAD) return ''
    const tag = `PRI: ${s.tag >> 13}  DEI: ${(s.tag >> 12) & 1}  ID: ${s.tag & 0xfff}`
    return (s.stranger && ethertypeNames[s.type]) || tag
  },
})

/** This tag and those around it. */
function tagsSoFar(d: Dissection): number {
  const own = d.registry.protocolIndex('vlan')
  let count = 0
  for (let i = 0; i < d.levels; i++) if (d.levelProtocol[i] === own) count++
  return count
}

const tagParts = () => ({
  priority: uint16('Priority', { mask: 0xe000 }),
  dei: uint16('DEI', { mask: 0x1000 }),
})
const g = fields('ieee8021ad', {
  self: protocolField('IEEE 802.1ad'),
  outer: word(16, tagParts()),
  inner: word(16, tagParts()),
  id: uint16('ID', { mask: 0x0fff }),
  svid: uint16('ID', { mask: 0x0fff }),
  cvid: uint16('ID', { mask: 0x0fff }),
})
const following = fields(
  'ieee8021ah',
  { etype: uint16('Type', { base: 'hex', names: ethertypeNames }), trailer: bytes('Trailer') },
  'ieee8021ad',
)

export const serviceVlan = protocol({
  name: 'IEEE 802.1ad',
  short: 'IEEE 802.1AD',
  column: (s) => (s.stranger ? `0x${hex4(s.type)}` : '802.1ad'),
  spec: 'IEEE 802.1ad',
  self: g.self,
  writes: ['eth', 'vlan', 'ieee8021ah'],
  late: ['eth.padding', 'eth.fcs', 'vlan.trailer', 'ieee8021ah.trailer'],
  under: { 'eth.type': SERVICE_TAG },
  summary: () => ({ tag: UNREAD as number, inner: UNREAD as number, type: 0, stranger: false }),

  dissect(d, s) {
    s.tag = s.inner = UNREAD
    s.stranger = false
    s.tag = d.peek16()
    if (d.showing) d.captionLayer('IEEE 802.1ad')
    s.type = d.peek16(2)
    const start = d.pos
    d.at(g.outer, start, start + 1, s.tag)
    if (s.type === SERVICE_TAG) {
      s.inner = d.peek16(4)
      s.type = d.peek16(6)
      d.at(g.svid, start, start + 2, s.tag)
      d.at(g.inner, start + 4, start + 5, s.inner)
      d.at(g.cvid, start + 4, start + 6, s.inner)
      d.skip(6)
    } else {
      d.at(g.id, start, start + 2, s.tag)
      d.skip(2)
    }
    if (d.showing) d.captionLayer(`IEEE 802.1ad, ${tagText(s.tag, s.inner)}`)
    d.u16(following.etype)
    s.stranger = !d.knows(ethertypes, s.type)
    d.nextEvenEmpty(ethertypes, s.type)
  },

  trailer(d) {
    takeTrailer(d, following.trailer, FrameCheck.None)
  },

  info(s) {
    if (s.tag === UNREAD) return ''
    const tag = `PRI: ${s.tag >> 13}  DROP: ${(s.tag >> 12) & 1} ID: ${s.tag & 0xfff}`
    return (s.stranger && ethertypeNames[s.type]) || tag
  },
})

const tagText = (outer: number, inner: number): string =>
  inner < 0 ? `ID: ${outer & 0xfff}` : `S-VID: ${outer & 0xfff}, C-VID: ${inner & 0xfff}`
