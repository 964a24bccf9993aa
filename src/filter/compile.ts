/** From a filter's text to something that says yes or no to packets. */
import type { Field } from '../dissect/field.js'
import type { Recording } from '../dissect/recording.js'
import { wantFields } from '../dissect/want-mask.js'
import { check } from './check.js'
import { eachReference, predicateOf, type Predicate, type References } from './evaluate.js'
import { FilterError, type FilterWarning } from './filter-error.js'
import type { Hosts } from './literal.js'
import { builtInMacros, type Macros } from './macros.js'
import { parse } from './parse.js'
import { eachField, eachLeaf, sourcesOf, type Test } from './plan.js'
import { print } from './print.js'
import { RegexBudgetError } from './regex.js'
import type { Value } from './values.js'

export interface FilterOptions {
  /** Beside those that are built in. */
  readonly macros?: Macros
  /** Addresses of hosts that literals may name. */
  readonly hosts?: Hosts
}

/** A test that is not made of others: what results are kept of. */
export interface Leaf {
  readonly test: Test
  /** Its one spelling. */
  readonly text: string
  /** What must be recorded for it. */
  readonly fields: readonly Field[]
  /** Is it true of the packet that was recorded? Throws `FilterError` when a regular expression explodes. */
  readonly holds: Predicate
}

export class CompiledFilter {
  readonly leaves: readonly Leaf[]
  /** Every field that must be recorded. */
  readonly fields: readonly Field[]
  /** It speaks of the selected packet, so that its results are of today. */
  readonly refers: boolean
  /** In its one spelling. */
  readonly text: string
  private readonly whole: Predicate
  private references: References = new Map()

  /** Use `compileFilter`. */
  constructor(
    readonly source: string,
    readonly test: Test,
    readonly warnings: readonly FilterWarning[],
  ) {
    const leaves = new Map<string, Leaf>()
    eachLeaf(test, (leaf) => leaves.set(leaf.text, leaves.get(leaf.text) ?? this.leaf(leaf)))
    this.leaves = [...leaves.values()]
    this.fields = [...new Set(this.leaves.flatMap((leaf) => leaf.fields))]
    this.refers = this.leaves.some(({ text }) => text.includes('${'))
    this.text = test.text
    this.whole = combined(test, leaves)
  }

  /** The mask of what a recording has to write for this filter. */
  want(): Uint8Array {
    return wantFields(this.fields)
  }

  /** Does the packet pass that was recorded? Throws `FilterError` when a regular expression explodes. */
  matches(d: Recording): boolean {
    return this.whole(d)
  }

  /** Takes the values that `${field}` stands for from a recording of the selected packet that wanted everything. */
  refer(d: Recording): void {
    const references = new Map<string, readonly Value[]>()
    for (const { test } of this.leaves) {
      for (const s of sourcesOf(test)) eachReference(s, (text, take) => references.set(text, take(d)))
    }
    this.references = references
  }

  private leaf(test: Test): Leaf {
    const fields = new Set<Field>()
    for (const s of sourcesOf(test)) {
      eachField(s, (source) => {
        for (const f of source.fields) fields.add(f)
        if (source.layers !== null && source.owner !== null) fields.add(source.owner)
      })
    }
    const run = predicateOf(test, () => this.references)
    const holds = test.kind === 'matches' ? guarded(run, test.place, test.text) : run
    return { test, text: test.text, fields: [...fields], holds }
  }
}

/** Understands a filter. Throws `FilterError` with the place of what is wrong. */
export function compileFilter(source: string, options: FilterOptions = {}): CompiledFilter {
  const tree = parse(source, { ...builtInMacros, ...options.macros })
  const { test, warnings } = check(tree, options.hosts ?? (() => []))
  return new CompiledFilter(source, test, warnings)
}

/** The one spelling of a filter that makes sense. Throws `FilterError`. */
export const canonical = (source: string, macros: Macros = {}): string =>
  print(parse(source, { ...builtInMacros, ...macros }))

function guarded(run: Predicate, place: number, text: string): Predicate {
  return (d) => {
    try {
      return run(d)
    } catch (error) {
      if (!(error instanceof RegexBudgetError)) throw error
      const message = `${text}: the regular expression takes too long on frame ${d.packet.number}`
      throw new FilterError(message, place, place + 1, 'one with fewer ways to match')
    }
  }
}

function combined(test: Test, leaves: ReadonlyMap<string, Leaf>): Predicate {
  switch (test.kind) {
    case 'not': {
      const of = combined(test.of, leaves)
      return (d) => !of(d)
    }
    case 'and': {
      const parts = test.parts.map((part) => combined(part, leaves))
      return (d) => parts.every((part) => part(d))
    }
    case 'or': {
      const parts = test.parts.map((part) => combined(part, leaves))
      return (d) => parts.some((part) => part(d))
    }
    case 'xor': {
      const parts = test.parts.map((part) => combined(part, leaves))
      return (d) => parts.reduce((sum, part) => sum !== part(d), false)
    }
    default:
      return leaves.get(test.text)!.holds
  }
}
