/** The names that a field's values have, and the numbers that they stand for. */
import type { Field } from '../dissect/field.js'

/** A function is asked for the names of so many values. */
const MOST_ASKED = 0xffff

interface Named {
  /** As the field shows them. */
  readonly names: readonly string[]
  /** In lower case, whole and in short. */
  readonly numbers: ReadonlyMap<string, number>
}

const known = new Map<Field, Named>()

/** Names of values in the order of their numbers, none for a field without. */
export const namesOfValues = (f: Field): readonly string[] => named(f).names

/** The number called `name`, in any case; also its short form, which ends before ` (`. Undefined when there is none. */
export const numberNamed = (f: Field, name: string): number | undefined => named(f).numbers.get(name.toLowerCase())

/** Every way to write these names: whole, and what stands before ` (`. */
export const spellings = (names: readonly string[]): string[] => [
  ...names,
  ...names.map(shortForm).filter((s) => s !== ''),
]

/** What stands before ` (` in a name; '' when nothing does. */
const shortForm = (name: string): string => /^(.+?) \(/.exec(name)?.[1] ?? ''

function named(f: Field): Named {
  let found = known.get(f)
  if (found === undefined) known.set(f, (found = collect(f)))
  return found
}

function collect(f: Field): Named {
  const pairs = pairsOf(f)
  const numbers = new Map<string, number>()
  for (const [value, name] of pairs) if (!numbers.has(name.toLowerCase())) numbers.set(name.toLowerCase(), value)
  for (const [value, name] of pairs) {
    const short = shortForm(name).toLowerCase()
    if (short !== '' && !numbers.has(short)) numbers.set(short, value)
  }
  return { names: pairs.map(([, name]) => name), numbers }
}

function pairsOf(f: Field): (readonly [number, string])[] {
  if (f.kind === 'bool') {
    const [yes, no] = f.truth ?? ['True', 'False']
    return [[1, yes] as const, [0, no] as const]
  }
  const { names } = f
  if (names === null) return []
  if (typeof names !== 'function') return Object.entries(names).map(([value, name]) => [Number(value), name] as const)
  const largest = f.mask === 0 ? 2 ** f.width - 1 : f.mask >>> f.shift
  if (largest > MOST_ASKED) return []
  const pairs: (readonly [number, string])[] = []
  for (let value = 0; value <= largest; value++) {
    const name = names(value)
    if (name !== '') pairs.push([value, name])
  }
  return pairs
}
