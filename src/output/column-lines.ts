/** One line a packet of whichever columns were asked for, in tshark's widths, which count bytes. */
import type { ColumnPlan } from './column-formats.js'
import type { ColumnTexts } from './column-texts.js'
import type { OutputBuffer } from './output-buffer.js'
import type { TimeFormat } from './time-text.js'

const NUMBER_WIDTH = 5
const TIME_WIDTH = 10
const ADDRESS_WIDTH = 12

/** Writes the columns of the packet that `texts` speaks of, without the line feed. */
export function writeColumns(out: OutputBuffer, texts: ColumnTexts, time: TimeFormat): void {
  const { plans } = texts
  for (let i = 0; i < plans.length; i++) {
    const { place } = plans[i]!
    const text = texts.text(i, time)
    const missing = widthOf(place) - Buffer.byteLength(text)
    const toTheLeft = place.endsWith('dst')
    if (!toTheLeft) out.spaces(missing)
    out.line(text)
    if (toTheLeft) out.spaces(missing)
    const next = plans[i + 1]
    if (next !== undefined) out.text(between(place, next.place))
  }
}

function widthOf(place: ColumnPlan['place']): number {
  if (place === 'plain') return 0
  return place === 'number' ? NUMBER_WIDTH : place === 'time' ? TIME_WIDTH : ADDRESS_WIDTH
}

function between(place: ColumnPlan['place'], next: ColumnPlan['place']): string {
  return arrows[`${place} ${next}`] ?? ' '
}

/** What stands between the two ends of one layer. */
const arrows: Readonly<Record<string, string>> = Object.fromEntries(
  ['any', 'hardware', 'network'].flatMap((layer) => [
    [`${layer} src ${layer} dst`, ' → '],
    [`${layer} dst ${layer} src`, ' ← '],
  ]),
)
