/** Names of authorities whose certificates are taken, RFC 5246 section 7.4.4 and RFC 8446 section 4.2.4. */
import { type Dissection, fields, group, uint16 } from '../src/dissect/index.js'
import { bounds, endVector, readVector } from './tls-vectors.js'

const f = fields('tls', {
  handshake: {
    dnames_len: uint16('Distinguished Names Length'),
    dnames: group('Distinguished Names'),
    dname_len: uint16('Distinguished Name Length'),
    dname: group('Distinguished Name'),
  },
}).handshake

const NAMES = bounds(2)
const NAME = bounds(2, 1)

/** Names of authorities, up to `end`. */
export function readNames(d: Dissection, end: number): void {
  const last = readVector(d, f.dnames_len, NAMES, end)
  if (last < 0) return
  const size = last - d.pos
  if (size > 0) {
    const opened = d.open(f.dnames)
    if (d.showing) d.caption(`Distinguished Names (${size} byte${size === 1 ? '' : 's'})`, opened)
    while (d.pos < last) {
      const next = readVector(d, f.dname_len, NAME, last)
      if (next < 0) break
      const name = d.open(f.dname)
      d.skip(next - d.pos)
      d.close(name)
    }
    d.close(opened)
  }
  endVector(d, last)
}
