/** The `Timestamps` lines of a stream: how long ago its first packet came, and the one before this. */
import type { Dissection, Field, Group } from '../../src/dissect/index.js'

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
  since(d, relative, first)
  since(d, delta, previous)
  d.closeAt(opened, d.layerStart, d.layerStart)
  d.markGenerated()
}

function since(d: Dissection, field: Field<'reltime'>, number: number): void {
  const { packet, clock } = d
  const from = number === 0 ? packet.number : number
  const seconds = packet.seconds - clock.secondsOf(from)
  const nanos = packet.nanoseconds - clock.nanosecondsOf(from)
  d.generatedTime(field, nanos < 0 ? seconds - 1 : seconds, nanos < 0 ? nanos + 1e9 : nanos)
}
