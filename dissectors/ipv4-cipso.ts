/** Commercial IP Security Option, FIPS 188 (draft-ietf-cipso-ipsecurity): labels of a datagram's secrecy. */
import { bytes, type Dissection, error, fields, text, uint8, uint32 } from '../src/dissect/index.js'
import { noteBelow } from './shared/note-below.js'

const Tag = { Padding: 0, Bitmap: 1, Enumerated: 2, Ranges: 5, Permissive: 6, FreeForm: 7 } as const
const tagNames = {
  0: 'Padding',
  1: 'Restrictive Category Bitmap',
  2: 'Enumerated Categories',
  5: 'Ranged Categories',
  6: 'Permissive Categories',
  7: 'Free Form',
} as const

const f = fields('ip', {
  cipso: {
    doi: uint32('DOI'),
    tag_type: uint8('Tag Type', { names: tagNames }),
    sensitivity_level: uint8('Sensitivity Level'),
    categories: text('Categories'),
    tag_data: bytes('Tag data'),
    malformed: error('Malformed CIPSO tag', 'Sequence'),
  },
})
const c = f.cipso

/** Reads the option from after its length to the end of this layer, which its length has set. */
export function dissectCipso(d: Dissection): void {
  d.u32(c.doi)
  while (d.reportedLeft > 0) {
    const start = d.pos
    const type = d.u8(c.tag_type)
    if (type === Tag.Padding) continue
    const known = type in tagNames
    const length = d.reportedLeft === 0 && known ? 0 : d.peek8()
    const room = d.reported - start
    if (length < (type <= Tag.Ranges && known ? 4 : 2) || length > room) {
      noteBelow(d, c.malformed)
      return
    }
    if (!known && d.showing) d.append(` (${length} bytes)`)
    dissectTag(d, type, start + length)
  }
}

function dissectTag(d: Dissection, type: number, end: number): void {
  d.skip(1)
  if (type === Tag.Bitmap || type === Tag.Enumerated || type === Tag.Ranges) {
    d.skip(1)
    d.u8(c.sensitivity_level)
    const size = end - d.pos
    if (size === 0) return
    const used = type === Tag.Bitmap ? size : size & ~1
    if (d.wants(c.categories)) d.textAt(c.categories, d.pos, d.pos + used, categories(d, type, used))
    d.skip(used)
  } else if (type === Tag.Permissive || type === Tag.FreeForm) d.take(c.tag_data, end - d.pos)
  else d.skip(end - d.pos)
}

/** The categories of `size` bytes as numbers: set bits, words, or pairs of words of which the last may be missing. */
function categories(d: Dissection, type: number, size: number): string {
  const numbers: string[] = []
  if (type === Tag.Bitmap) {
    for (let bit = 0; bit < size * 8; bit++) if (d.peek8(bit >>> 3) & (0x80 >>> (bit & 7))) numbers.push(String(bit))
  } else if (type === Tag.Enumerated) {
    for (let i = 0; i < size; i += 2) numbers.push(String(d.peek16(i)))
  } else for (let i = 0; i < size; i += 4) numbers.push(`${d.peek16(i)}-${i + 2 < size ? d.peek16(i + 2) : 0}`)
  return numbers.join(',')
}
