/** Fragments of IPv6, RFC 8200 section 4.5. */
import { bytes, fields, framenum, group, uint32 } from '../src/dissect/index.js'
import type { FragmentFields } from './shared/ip-fragments.js'
import { pieceFields } from './shared/reassembly-tree.js'

/** Seconds after which a datagram is given up, RFC 8200 section 4.5. */
export const FRAGMENT_TIMEOUT = 60

const f = fields('ipv6', {
  fragments: group('IPv6 Fragments'),
  fragment: pieceFields('Fragment', 'IPv6', {
    illegal: 'Fragments disagree on where the datagram ends',
    end: 'Goes on behind the end of the datagram',
    error: 'Defragmentation error',
  }),
  reassembled: {
    in: framenum('Reassembled IPv6 in frame'),
    length: uint32('Reassembled IPv6 length'),
    data: bytes('Reassembled IPv6 data'),
  },
})

export const fragmentFields: FragmentFields = {
  all: f.fragments,
  piece: f.fragment,
  length: f.reassembled.length,
  data: f.reassembled.data,
  title: 'IPv6 Fragments',
  reassembledIn: f.reassembled.in,
  source: 'Reassembled IPv6',
}
