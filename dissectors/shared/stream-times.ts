/** The `Timestamps` lines of a stream: how long ago its first packet came, and the one before this. */
import type { Dissection, Field, Group } from '../../src/dissect/index.js'
import { timeSince } from './time-since.js'

/** Writes both below `group`; packet numbers count from 1, 0 stands for this packet itself. */
export function streamTimes(
  d: Dissection,
  group: Group,
  relative: Field<'reltime'>,
  delta: Field<'reltime'>,
  first: number,
  previous: number,
): void {
  const opened = d.open(group)
  timeSince(d, relative, first || d.packet.number)
  timeSince(d, delta, previous || d.packet.number)
  d.closeAt(opened, d.layerStart, d.layerStart)
  d.markGenerated()
}
