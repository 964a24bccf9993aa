/** The text of a module with a dissector from outside: it takes UDP port 7007 and labels what it finds as `words`. */
export const outsideDissector = (words: string): string => `
import { fields, protocol, protocolField, text } from 'framewise/dissect'
const f = fields('echoed', { self: protocolField('Echoed'), words: text('${words}') })
export const echoed = protocol({
  name: 'Echoed', short: 'ECHOED', spec: 'none', self: f.self, under: { 'udp.port': 7007 },
  summary: () => ({ length: 0 }),
  dissect(d, s) {
    s.length = d.left
    d.take(f.words, d.left)
  },
  info: (s) => s.length + ' bytes of words',
})
`
