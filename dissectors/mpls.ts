/** Multiprotocol Label Switching: a stack of labels, RFC 3032, and no word about what lies below it. */
import { type Dissection, fields, group, protocol, protocolField, uint32, warning } from '../src/dissect/index.js'
import { Ethertype, ethertypes } from './shared/ethertypes.js'
import { channelHeader, heuristicPseudowire } from './pseudowire.js'

const Label = { AssociatedChannel: 13, LastReserved: 15 } as const
/** What the first four bits below the stack mean, RFC 4928 and RFC 4385. */
const Nibble = { ControlWord: 0, Channel: 1, Ipv4: 4, Ipv6: 6 } as const
const BOTTOM = 0x100
/** The sizes of headers: no packet is shorter. */
const Shortest = { Ipv4: 20, Ipv6: 40 } as const

const reservedNames: Readonly<Record<number, string>> = {
  0: 'IPv4 Explicit-Null',
  1: 'Router Alert',
  2: 'IPv6 Explicit-Null',
  3: 'Implicit-Null',
  7: 'Entropy Label Indicator (ELI)',
  13: 'Generic Associated Channel Label (GAL)',
  14: 'OAM Alert',
}

const f = fields('mpls', {
  self: protocolField('MultiProtocol Label Switching Header'),
  label: uint32('MPLS Label', { base: 'dec_hex', mask: 0xfffff000 }),
  exp: uint32('MPLS Experimental Bits', { mask: 0x0e00 }),
  bottom: uint32('MPLS Bottom Of Label Stack', { mask: BOTTOM }),
  ttl: uint32('MPLS TTL', { mask: 0xff }),
  _invalid: group('Invalid Label'),
  invalid_label: warning('Invalid Label'),
})
const special = fields('mpls', { label: uint32('MPLS Label', { mask: 0xfffff000, names: reservedNames }) }, 'mpls')

export const mpls = protocol({
  name: 'MultiProtocol Label Switching Header',
  short: 'MPLS',
  spec: 'RFC 3032',
  self: f.self,
  under: {
    'eth.type': [0x8847, 0x8848],
    'ppp.protocol': [0x0281, 0x0283],
    'gre.proto': [0x8847, 0x8848],
    'ip.proto': 137,
    'udp.port': 6635,
  },
  summary: () => ({}),

  dissect(d) {
    let label = takeLabel(d)
    while (!label.bottom) {
      if (label.number === Label.AssociatedChannel) {
        d.nextLine(f._invalid)
        d.note(f.invalid_label)
      }
      d.nextLine(f.self)
      label = takeLabel(d)
    }
    d.upperProtocol = label.number
    if (label.number === Label.AssociatedChannel) return d.nextProtocol(channelHeader)
    handOver(d, d.peek8() >> 4)
  },

  info: () => 'MPLS Label Switched Packet',
})

/** The label read last. */
const last = { number: 0, bottom: false }

function takeLabel(d: Dissection): typeof last {
  const word = d.peek32()
  const start = d.pos
  d.skip(4)
  last.number = word >>> 12
  last.bottom = (word & BOTTOM) !== 0
  if (!d.recording) return last
  if (d.showing) d.captionLayer(caption(word))
  d.at(last.number <= Label.LastReserved ? special.label : f.label, start, d.pos, word)
  d.at(f.exp, start, d.pos, word)
  d.at(f.bottom, start, d.pos, word)
  d.at(f.ttl, start, d.pos, word)
  return last
}

function caption(word: number): string {
  const label = word >>> 12
  const name = label <= Label.LastReserved ? ` (${reservedNames[label] ?? 'Reserved - Unknown'})` : ''
  const bits = `Exp: ${(word >>> 9) & 7}, S: ${(word >>> 8) & 1}, TTL: ${word & 0xff}`
  return `MultiProtocol Label Switching Header, Label: ${label}${name}, ${bits}`
}

/** What follows is told by its first four bits alone. A packet that says its length leaves the rest to the frame. */
function handOver(d: Dissection, nibble: number): void {
  switch (nibble) {
    case Nibble.Ipv4:
      if (d.left >= 4) trim(d, d.peek16(2), Shortest.Ipv4)
      return d.nextEvenEmpty(ethertypes, Ethertype.Ipv4, false)
    case Nibble.Ipv6:
      if (d.left >= 6) trim(d, Shortest.Ipv6 + d.peek16(4), Shortest.Ipv6 + 1)
      return d.nextEvenEmpty(ethertypes, Ethertype.Ipv6, false)
    case Nibble.Channel:
      return d.nextProtocol(channelHeader)
    case Nibble.ControlWord:
      return d.nextProtocol(heuristicPseudowire)
    default:
      return d.nextData()
  }
}

function trim(d: Dissection, length: number, shortest: number): void {
  if (length >= shortest) d.limit(length)
}
