/** Expert items that belong to one field. */
import type { Dissection, Note } from '../../src/dissect/index.js'

/** Notes something below the line written last. `text` replaces the note's own message. */
export function noteBelow(d: Dissection, n: Note, text?: string): void {
  d.enter()
  d.note(n, text)
  d.leave()
}
