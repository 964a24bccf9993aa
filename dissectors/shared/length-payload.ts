/** IEEE 802.3 frames: a length where Ethernet II has a type, then LLC, or Novell's IPX without it. */
import type { Dissection, Field, Note } from '../../src/dissect/index.js'
import { llc } from '../llc.js'
import { noteBelow } from './note-below.js'

/** IPX without LLC begins with a checksum that nobody computes. */
const NO_CHECKSUM = 0xffff

/** Is what follows the type field at `ahead` bytes from here IPX without LLC? */
export const isRaw = (d: Dissection, ahead: number): boolean => d.left >= ahead + 2 && d.peek16(ahead) === NO_CHECKSUM

/** Takes the length as `field` and hands on as many bytes, or those that there are, which `pastEnd` notes. */
export function takeLengthAndPayload(d: Dissection, field: Field<'uint'>, pastEnd: Note): void {
  const length = d.u16(field)
  if (length > d.reportedLeft) {
    noteBelow(d, pastEnd)
  }
  const raw = isRaw(d, 0)
  d.limit(length)
  if (raw) d.nextData()
  else d.nextProtocol(llc)
}
