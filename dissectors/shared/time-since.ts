/** How long ago another packet was captured. */
import type { Dissection, Field } from '../../src/dissect/index.js'

/** Writes the time from packet `number`, counted from 1, to this one. */
export function timeSince(d: Dissection, field: Field<'reltime'>, number: number): void {
  const { packet, clock } = d
  const seconds = packet.seconds - clock.secondsOf(number)
  const nanos = packet.nanoseconds - clock.nanosecondsOf(number)
  d.generatedTime(field, nanos < 0 ? seconds - 1 : seconds, nanos < 0 ? nanos + 1e9 : nanos)
}
