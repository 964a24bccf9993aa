/** The command line makes no sense: what is wrong with it, and the nearest right spelling. */
import { editDistance } from '../filter/nearest.js'

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** ` Did you mean A?` for the one or two of `known` that look most like `word`; '' when none comes near. */
export function suggestion(word: string, known: Iterable<string>): string {
  const limit = Math.max(1, Math.floor(word.length / 3))
  const near: { name: string; distance: number }[] = []
  for (const name of known) {
    if (Math.abs(name.length - word.length) > limit) continue
    const distance = editDistance(word.toLowerCase(), name.toLowerCase())
    if (distance <= limit) near.push({ name, distance })
  }
  near.sort((a, b) => a.distance - b.distance || a.name.length - b.name.length)
  const best = near.filter((one) => one.distance === near[0]!.distance).slice(0, 2)
  return best.length === 0 ? '' : ` Did you mean ${best.map(({ name }) => name).join(' or ')}?`
}
