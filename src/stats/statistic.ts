/** What a statistic is: it is told of every packet and prints at the end what it found out. */
import type { Recording } from '../dissect/recording.js'
import type { OutputBuffer } from '../output/output-buffer.js'
import type { LimitMet } from '../track/limits.js'

export interface Statistic {
  /** Takes the next packet; `show` dissects it once more with what it is given. */
  packet(show: (d: Recording) => void): void
  /** Prints it all. Throws `ClosedPipe` when nobody reads any more. */
  print(out: OutputBuffer): void
  /** What it gave up for want of room. */
  limits?(): readonly LimitMet[]
}
