/** Fragments of IPv4 and IPv6 datagrams: what follows a fragment, and the lines that say so. */
import { type Dissection, type Field, Memory } from '../../src/dissect/index.js'
import type { Fragment, Fragments } from '../../src/track/fragments.js'
import { type ReassemblyFields, reassemblyTree } from './reassembly-tree.js'

export interface FragmentFields extends ReassemblyFields {
  readonly reassembledIn: Field<'framenum'>
  /** What the assembled bytes are called: `Reassembled IPv4`. */
  readonly source: string
}

/** How a fragment goes on. */
export const Course = {
  /** It completes its datagram: the dissection now stands in the datagram's bytes. */
  Whole: 0,
  /** It cannot be put together with others, but it is the first one: what follows can be read from it. */
  First: 1,
  /** It is data. */
  Piece: 2,
} as const
export type Course = (typeof Course)[keyof typeof Course]

/** What is known of a fragment beside its header. */
export interface FragmentSummary extends Fragment {
  /** The packet that completes the datagram, 0 when it is not known. */
  reassembledIn: number
}

/** What Info adds to a fragment whose datagram was completed later. */
export const reassembledText = (s: FragmentSummary): string =>
  s.reassembledIn === 0 ? '' : ` [Reassembled in #${s.reassembledIn}]`

/**
 * Takes the fragment whose data is the rest of this layer; writes its lines at the end of the layer's subtree. Without
 * memory, and where the capture does not have the whole fragment, nothing is put together.
 */
export function followFragment(
  d: Dissection,
  f: FragmentFields,
  s: FragmentSummary,
  fragments: Fragments | null,
): Course {
  s.length = d.reportedLeft
  s.reassembledIn = 0
  if (fragments === null) return Course.Piece
  if (s.length <= 0 || d.left < s.length) return s.offset === 0 ? Course.First : Course.Piece
  const { assemblies } = fragments
  const number = d.packet.number
  const tracks = d.memory === Memory.Track
  const a = tracks ? fragments.add(d, s) : fragments.assemblyIn(number, s.id, s.offset)
  if (a === 0) return Course.Piece
  const completed = assemblies.completedIn[a]!
  if (completed !== number) {
    s.reassembledIn = completed
    if (completed !== 0) d.generated(f.reassembledIn, completed)
    return Course.Piece
  }
  const size = assemblies.size[a]!
  const bytes = assemblies.read(a, d, 0, size)
  if (bytes === null) return Course.Piece
  d.into(f.source, bytes, assemblies.origin(a))
  reassemblyTree(d, f, assemblies, a, size)
  return Course.Whole
}
