/** Fragments of IPv4, RFC 791 section 3.2. */
import { bytes, fields, framenum, uint32 } from '../src/dissect/index.js'
import type { FragmentFields } from './shared/ip-fragments.js'
import { pieceFields } from './shared/reassembly-tree.js'

/** Seconds after which a datagram is given up: the most that RFC 1122 section 3.3.2 lets a host wait. */
export const FRAGMENT_TIMEOUT = 120

const f = fields('ip', {
  fragments: bytes('IPv4 Fragments'),
  fragment: pieceFields('Fragment', 'IPv4', {
    illegal: 'Fragments disagree on where the datagram ends',
    end: 'Goes on behind the end of the datagram',
    error: 'Defragmentation error',
  }),
  reassembled_in: framenum('Reassembled IPv4 in frame'),
  reassembled: { length: uint32('Reassembled IPv4 length'), data: bytes('Reassembled IPv4 data') },
})

export const fragmentFields: FragmentFields = {
  all: f.fragments,
  piece: f.fragment,
  length: f.reassembled.length,
  data: f.reassembled.data,
  title: 'IPv4 Fragments',
  reassembledIn: f.reassembled_in,
  source: 'Reassembled IPv4',
}
