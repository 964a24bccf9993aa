/**
 * A line of traffic, one character for each moment, in eighths of a character's height.
 *
 * It is our own, since that of `blessed-contrib` is an element of the screen: it writes a heading and its line with tags
 * into a box, where the screens here are drawn on a canvas that nothing gets onto unsanitized. It also begins at the
 * least of its values instead of at zero, so that steady traffic looks like none.
 */

const eighths = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/** The last `width` of `values` as a line; the highest of them fills a character, and nothing at all is a blank. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-Math.max(1, width))
  const highest = Math.max(...shown, 0)
  const line = shown.map((value) => {
    if (!(value > 0)) return ' '
    return eighths[Math.min(7, Math.ceil((value / highest) * 8) - 1)] ?? ' '
  })
  return line.join('').padStart(width)
}
