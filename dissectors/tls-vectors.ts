/** Vectors of variable length, RFC 8446 section 3.4: a length, and as many bytes. */
import { type Dissection, error, fields, group, type Note, type Num, warning } from '../src/dissect/index.js'
import { noteBelow } from './shared/note-below.js'

const f = fields('tls', {
  _line: group(''),
  malformed: {
    vector_length: warning('Variable vector length is outside the permitted range', 'Protocol'),
    buffer_too_small: error('Malformed message, not enough data is available', 'Malformed'),
    trailing_data: warning('Undecoded trailing data is present', 'Protocol'),
  },
})

/** What a vector may be: bytes of its length, and the least and most that it may say. */
export interface Bounds {
  readonly size: 1 | 2 | 3
  readonly min: number
  readonly max: number
}
export const bounds = (size: 1 | 2 | 3, min = 0, max = 2 ** (8 * size) - 1): Bounds => ({ size, min, max })

/**
 * Reads the length of a vector that lies before `end`. Returns where the vector ends; -1 when that is beyond `end`, or when
 * there is no room for its length: the read position is at `end` then.
 */
export function readVector(d: Dissection, field: Num, b: Bounds, end: number): number {
  const room = end - d.pos
  if (room < b.size) {
    lineWithNote(d, f.malformed.buffer_too_small, `No more room for vector of length ${b.size}`)
    d.pos = end
    return -1
  }
  const length = b.size === 1 ? d.u8(field) : b.size === 2 ? d.u16(field) : d.u24(field)
  if (length < b.min) noteRange(d, length, 'smaller than minimum', b.min)
  else if (length > b.max) noteRange(d, length, 'larger than maximum', b.max)
  const rest = room - b.size
  if (length <= rest) return d.pos + length
  noteBelow(
    d,
    f.malformed.buffer_too_small,
    d.recording ? `Vector length ${length} is too large, truncating it to ${rest}` : '',
  )
  d.pos = end
  return -1
}

/** Ends a vector: what lies before `end` and was not read is noted, and what was read behind it. */
export function endVector(d: Dissection, end: number): void {
  const rest = end - d.pos
  if (rest > 0) {
    lineWithNote(
      d,
      f.malformed.trailing_data,
      d.recording ? `${rest} trailing byte${rest === 1 ? ' was' : 's were'} unprocessed` : '',
    )
  }
  if (rest < 0) {
    lineWithNote(
      d,
      f.malformed.buffer_too_small,
      d.recording ? `Dissector processed too much data (${-rest} byte${rest === -1 ? '' : 's'})` : '',
    )
  }
  d.pos = end
}

function noteRange(d: Dissection, length: number, how: string, limit: number): void {
  noteBelow(d, f.malformed.vector_length, d.recording ? `Vector length ${length} is ${how} ${limit}` : '')
}

/** A line that is there only for its note. */
export function lineWithNote(d: Dissection, note: Note, text: string): void {
  const opened = d.open(f._line)
  if (d.showing) d.caption(text, opened)
  d.note(note, text)
  d.close(opened)
}
