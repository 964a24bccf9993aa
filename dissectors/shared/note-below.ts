/** Expert items that belong to one field. */
import type { Dissection, Group, Note } from '../../src/dissect/index.js'

/** Notes something below the line written last. `text` replaces the note's own message. */
export function noteBelow(d: Dissection, n: Note, text?: string): void {
  d.enter()
  d.note(n, text)
  d.leave()
}

/** Notes something below a line that says the same, `end` bytes from `start`; `line` has no name of its own. */
export function noteLine(d: Dissection, line: Group, n: Note, text = n.label, start = d.pos, end = d.pos): void {
  const opened = d.open(line)
  if (d.showing) d.caption(text, opened)
  d.note(n, d.recording ? text : undefined)
  d.closeAt(opened, start, end)
}
