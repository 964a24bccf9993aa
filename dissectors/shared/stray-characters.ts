/** Texts of which an embedded zero ends what is shown. */
import { type Dissection, fields, warning } from '../../src/dissect/index.js'
import { noteBelow } from './note-below.js'

/** An embedded zero ends a text in Wireshark's eyes; this is what it says of the rest. */
const f = fields('_ws', {
  string: { trailing_stray_characters: warning('Trailing stray characters', 'Undecoded') },
})

/**
 * Notes below the line written last that its text, `size` bytes at `at`, goes on behind a zero byte. Wireshark looks at as
 * many bytes as the text had before its foreign bytes became `wide` bytes each: 3 for ASCII, 1 for UTF-8.
 */
export function noteStray(d: Dissection, at: number, size: number, wide: number): void {
  const b = d.bytes
  let zero = false
  for (let i = at, place = 0; place < size; place += b[i++]! < 0x80 ? 1 : wide) {
    if (b[i] === 0) zero = true
    else if (zero) return noteBelow(d, f.string.trailing_stray_characters)
  }
}
