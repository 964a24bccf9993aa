/** At the end of a run, which bounds the capture has met. */
import { type Bounded, limitsMet, limitsText } from '../session/limits.js'
import type { LimitMet } from '../track/limits.js'
import { complain } from './complain.js'

/** One line on standard error; nothing when no bound was met. */
export function tellLimits(engine: Bounded): void {
  tellMet(limitsMet(engine))
}

/** The same of bounds that somebody else has met; those that are counted 0 times were not. */
export function tellMet(limits: readonly LimitMet[]): void {
  const met = limits.filter(([, count]) => count > 0)
  if (met.length > 0) complain(`limits met: ${limitsText(met)}`)
}
