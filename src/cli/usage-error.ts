/** The command line makes no sense: what is wrong with it, and the nearest right spelling. */
import { nearestOf } from '../filter/nearest.js'

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** ` Did you mean A?` for the one or two of `known` that look most like `word`; '' when none comes near. */
export function suggestion(word: string, known: Iterable<string>): string {
  const near = nearestOf(word, known)
  return near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`
}
