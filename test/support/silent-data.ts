/** The protocol of what nobody else knows, which says nothing: for registries in tests. */
import { fields, protocol, protocolField } from '../../src/dissect/index.js'

export const silentData = protocol({
  name: 'Data',
  short: 'Data',
  spec: 'none',
  self: fields('data', { self: protocolField('Data') }).self,
  summary: () => ({}),
  dissect(d) {
    d.pos = d.end
  },
})
