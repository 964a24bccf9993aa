/** The frame: what the capture file says of a packet, before any of its bytes are read. */
import { fields, protocol, protocolField, table } from '../src/dissect/index.js'

/** LINKTYPE_ values lead to the dissector of the link layer. */
export const linkTypes = table('frame.linktype')

const f = fields('frame', {
  self: protocolField('Frame'),
})

export const frame = protocol({
  name: 'Frame',
  short: 'Frame',
  spec: 'pcapng',
  self: f.self,
  summary: () => ({}),

  dissect(d) {
    if (d.wants(f.self)) d.append('')
    d.next(linkTypes, d.packet.linkType)
  },
})
