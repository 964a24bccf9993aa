/** Checksums of 16 bits that are verified: what a line, an expert item and the status say of them. */
import { type Dissection, expectedChecksum, type Field, fold, type Note } from '../../src/dissect/index.js'
import { noteBelow } from './note-below.js'
import { ChecksumStatus } from './pseudo-header.js'

/** The fields that tell of a checksum: its value, its status, and the note for a wrong one. */
export interface ChecksumFields {
  readonly checksum: Field<'uint'>
  readonly status: Field<'uint'>
  readonly bad: Note
}

/**
 * Reads a checksum that is always verified, and says whether it is right. `sum` is the running sum of all that it covers,
 * itself included; negative when it cannot be told, and then `why` (with its space) says so on the line.
 */
export function verifyChecksum(d: Dissection, f: ChecksumFields, sum: number, why = ''): void {
  const found = d.u16(f.checksum)
  if (sum < 0) {
    if (d.showing) d.append(` [unverified]${why}`)
    d.generated(f.status, ChecksumStatus.Unverified)
    return
  }
  const right = judgeChecksum(d, f.bad, sum, found)
  d.generated(f.status, statusOf(found, right))
}

/**
 * Says whether the checksum on the line written last is right: there, and below it where it is wrong; then `blame` says on
 * the line what may be the reason. `sum` as above, and not negative. Returns the checksum that belongs there.
 */
export function judgeChecksum(d: Dissection, bad: Note, sum: number, found: number, blame = ''): number {
  if (fold(sum) === 0xffff) {
    if (d.showing) d.append(' [correct]')
    return found
  }
  const right = expectedChecksum(sum, found)
  const should = `should be 0x${right.toString(16).padStart(4, '0')}`
  if (d.showing) d.append(` incorrect, ${should}${blame}`)
  noteBelow(d, bad, `Bad checksum [${should}]`)
  return right
}

/** The status of a checksum that was judged. */
export const statusOf = (found: number, right: number): number =>
  found === right ? ChecksumStatus.Good : ChecksumStatus.Bad
