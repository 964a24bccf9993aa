/** What follows the packet in an Ethernet frame: padding, what somebody appended, and the frame check sequence. */
import {
  bytes,
  type Dissection,
  error,
  type Field,
  fields,
  note,
  preference,
  uint32,
  uint8,
} from '../../src/dissect/index.js'
import { crc32 } from './crc32.js'
import { ChecksumStatus, checksumStatusNames } from './pseudo-header.js'
import { noteBelow } from './note-below.js'

/** How many bytes of frame check sequence a frame ends with. */
export const FrameCheck = { Unknown: -1, None: 0, Four: 4 } as const

/** A frame is at least this long, without its frame check sequence. */
const MINIMUM = 60
const CHECK_SIZE = 4

const checkFrames = preference(
  'eth.check_fcs',
  false,
  'Whether to validate the frame check sequence of Ethernet frames.',
)

const f = fields(
  'eth',
  {
    padding: bytes('Padding'),
    fcs: uint32('Frame check sequence', { base: 'hex' }),
    'fcs.status': uint8('FCS Status', { base: 'none', names: checksumStatusNames }),
    fcs_bad: error('Bad checksum', 'Checksum'),
    padding_bad: note(
      "Didn't find padding of zeros, and an undecoded trailer exists. There may be padding of non-zeros.",
    ),
  },
  'eth',
)

/**
 * Describes the bytes from the read position to the end of the layer as padding, `trailer` and frame check sequence,
 * of which `check` says whether there is one. As Wireshark's heuristics have it: padding is zeros up to the minimum
 * length of a frame; the last four bytes of a frame of 64 or more are a frame check sequence unless known otherwise.
 */
export function takeTrailer(d: Dissection, trailer: Field<'bytes'>, check: number): void {
  const padding = paddingLength(d)
  let rest = d.reportedLeft - Math.abs(padding)
  if (padding > d.left) return
  if (padding > 0) d.take(f.padding, padding)
  else rest -= padding
  const hasCheck =
    check === FrameCheck.Four || (check !== FrameCheck.None && d.reported - d.layerStart >= 64 && rest >= CHECK_SIZE)
  const extra = Math.min(hasCheck ? rest - CHECK_SIZE : rest, d.left)
  if (extra > 0) {
    d.take(trailer, extra)
    if (padding < 0) {
      noteBelow(d, f.padding_bad)
    }
  }
  if (hasCheck && d.left >= CHECK_SIZE) takeCheck(d)
}

/** How many zeros fill the frame up; negative when there should be zeros but are not. */
function paddingLength(d: Dissection): number {
  const frame = d.packet.original
  const length = frame < MINIMUM ? 0 : MINIMUM - (frame - d.reportedLeft)
  if (length <= 0) return 0
  const end = Math.min(d.pos + length, d.end)
  for (let p = d.pos; p < end; p++) if (d.bytes[p] !== 0) return -length
  return length
}

function takeCheck(d: Dissection): void {
  const end = d.pos
  const found = d.u32(f.fcs)
  if (d.prefers(checkFrames) === 0) {
    if (d.showing) d.append(' [unverified]')
    return status(d, end, ChecksumStatus.Unverified)
  }
  const expected = crc32(d.bytes, d.layerStart, end)
  if (found === expected) {
    if (d.showing) d.append(' [correct]')
    return status(d, end, ChecksumStatus.Good)
  }
  const should = `should be 0x${expected.toString(16).padStart(8, '0')}`
  if (d.showing) d.append(` incorrect, ${should}`)
  noteBelow(d, f.fcs_bad, `Bad checksum [${should}]`)
  status(d, end, ChecksumStatus.Bad)
}

function status(d: Dissection, at: number, value: number): void {
  d.at(f['fcs.status'], at, at, value)
  d.markGenerated()
}
