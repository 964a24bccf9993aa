/** Paths on a line of the screen. */
import { sanitize, shorten } from './sanitize.js'
import { textWidth } from './width.js'

/**
 * `path`, sanitized, in at most `width` columns. The file's name says most: folders in front of it give way first, as in
 * `…/fixtures/sample.pcapng`, and a name that has no room alone is shortened in the middle.
 */
export function shortenPath(path: string, width: number): string {
  const clean = sanitize(path)
  if (textWidth(clean) <= width) return clean
  const parts = clean.split('/')
  for (let from = 1; from < parts.length; from++) {
    const text = `…/${parts.slice(from).join('/')}`
    if (textWidth(text) <= width) return text
  }
  return shorten(parts.at(-1) || clean, width)
}
