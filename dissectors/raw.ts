/** Packets without a link layer: IPv4 or IPv6 by their version, or PPP from systems that left some of it in. */
import { type Dissection, fields, protocol, protocolField } from '../src/dissect/index.js'
import { ppp } from './ppp.js'
import { Ethertype, ethertypes } from './shared/ethertypes.js'

const PPP_ADDRESS_CONTROL = 0xff03
/** Where drivers were seen to put PPP's address and control. */
const PPP_OFFSETS = [0, 6, 1] as const
/** A driver for ISDN puts as many zeros before IPv4. */
const ISDN_HEADER = 10

const f = fields('raw', {
  self: protocolField('Raw packet data'),
})

export const raw = protocol({
  name: 'Raw packet data',
  short: 'Raw',
  column: 'N/A',
  spec: 'LINKTYPE_RAW',
  self: f.self,
  under: { 'frame.linktype': [12, 14, 101] },
  summary: () => ({}),

  dissect(d) {
    if (d.showing) d.captionLayer('Raw packet data')
    for (let i = 0; i < PPP_OFFSETS.length; i++) {
      const offset = PPP_OFFSETS[i]!
      if (d.peek16(offset) !== PPP_ADDRESS_CONTROL) continue
      d.skip(offset)
      return d.nextProtocol(ppp)
    }
    if (beginsWithZeros(d)) {
      d.skip(ISDN_HEADER)
      return d.nextEvenEmpty(ethertypes, Ethertype.Ipv4, false)
    }
    const version = d.peek8() >> 4
    if (version === 4) d.nextEvenEmpty(ethertypes, Ethertype.Ipv4, false)
    else if (version === 6) d.nextEvenEmpty(ethertypes, Ethertype.Ipv6, false)
    else d.nextData()
  },

  info: () => 'Raw packet data',
})

function beginsWithZeros(d: Dissection): boolean {
  if (d.left < ISDN_HEADER) return false
  for (let i = 0; i < ISDN_HEADER; i++) if (d.peek8(i) !== 0) return false
  return true
}
