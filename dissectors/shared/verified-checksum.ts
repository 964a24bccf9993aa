/** A checksum that is always verified, as ICMP, ICMPv6 and IGMP do. */
import { type Dissection, expectedChecksum, type Field, fold, type Note } from '../../src/dissect/index.js'
import { ChecksumStatus } from './pseudo-header.js'

/** The fields that tell of a checksum: its value, its status, and the note for a wrong one. */
export interface ChecksumFields {
  readonly checksum: Field<'uint'>
  readonly status: Field<'uint'>
  readonly bad: Note
}

/**
 * Reads a 16-bit checksum and says whether it is right. `sum` is the running sum of all that it covers, itself included;
 * negative when it cannot be told, and then `why` (with its space) says so on the line.
 */
export function verifyChecksum(d: Dissection, f: ChecksumFields, sum: number, why = ''): void {
  const found = d.u16(f.checksum)
  if (sum < 0) {
    if (d.showing) d.append(` [unverified]${why}`)
    d.generated(f.status, ChecksumStatus.Unverified)
    return
  }
  if (fold(sum) === 0xffff) {
    if (d.showing) d.append(' [correct]')
    d.generated(f.status, ChecksumStatus.Good)
    return
  }
  const should = `should be 0x${expectedChecksum(sum, found).toString(16).padStart(4, '0')}`
  if (d.showing) d.append(` incorrect, ${should}`)
  d.enter()
  d.note(f.bad, `Bad checksum [${should}]`)
  d.leave()
  d.generated(f.status, ChecksumStatus.Bad)
}
