/** Virtual eXtensible Local Area Network, RFC 7348, with the group policy extension. */
import { bool, fields, protocol, protocolField, uint16, uint24, uint8 } from '../src/dissect/index.js'
import { flagList } from './shared/flag-list.js'
import { GreType, greTypes } from './shared/gre-types.js'

const truth = ['True', 'False'] as const
const flagParts = {
  flag_g: bool('GBP Extension', 16, { mask: 0x8000, truth: ['Defined', 'Not defined'] }),
  flag_i: bool('VXLAN Network ID (VNI)', 16, { mask: 0x0800, truth }),
  flag_d: bool("Don't Learn", 16, { mask: 0x0040, truth }),
  flag_a: bool('Policy Applied', 16, { mask: 0x0008, truth }),
  flags_reserved: uint16('Reserved(R)', { base: 'hex', mask: 0x77b7 }),
}
const f = fields('vxlan', {
  self: protocolField('Virtual eXtensible Local Area Network'),
  flags: uint16('Flags', { base: 'hex' }),
  ...flagParts,
  gbp: uint16('Group Policy ID'),
  vni: uint24('VXLAN Network Identifier (VNI)'),
  reserved8: uint8('Reserved'),
})
const parts = Object.values(flagParts)

export const vxlan = protocol({
  name: 'Virtual eXtensible Local Area Network',
  short: 'VXLAN',
  column: 'VxLAN',
  spec: 'RFC 7348',
  self: f.self,
  under: { 'udp.port': 4789 },
  summary: () => ({}),

  dissect(d) {
    const start = d.pos
    const flags = d.u16(f.flags)
    if (d.showing) d.append(flagList(parts, flags))
    d.enter()
    for (let i = 0; i < parts.length; i++) d.at(parts[i]!, start, start + 2, flags)
    d.leave()
    d.u16(f.gbp)
    d.u24(f.vni)
    d.u8(f.reserved8)
    d.nextEvenEmpty(greTypes, GreType.Ethernet)
  },

  info: () => '',
})
