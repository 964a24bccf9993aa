/** Where the bytes lie that a node's range refers to: the frame itself or what was put together from several. */
import type { Dissection } from '../dissect/dissection.js'

/** The bytes of source `source` of `d`; node offsets are indices into them. */
export const bytesOf = (d: Dissection, source: number): Uint8Array =>
  source === 0 ? d.frameBytes : d.sources[source - 1]!.bytes

/** What an index into the bytes of a source has to be lessened by to count from the source's beginning. */
export const originOf = (d: Dissection, source: number): number => (source === 0 ? d.frameStart : 0)
