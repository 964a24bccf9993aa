/** At the end of a run, which bounds the capture has met. */
import { type Bounded, limitsMet, limitsText } from '../session/limits.js'
import { complain } from './complain.js'

/** One line on standard error; nothing when no bound was met. */
export function tellLimits(engine: Bounded): void {
  const met = limitsMet(engine)
  if (met.length > 0) complain(`limits met: ${limitsText(met)}`)
}
