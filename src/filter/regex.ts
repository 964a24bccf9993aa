/** Regular expressions of `matches`: PCRE's language on bytes, in linear time wherever that can be. */
import { Automaton } from './regex-automaton.js'
import { Backtracker } from './regex-backtracker.js'
import { compileRegex } from './regex-program.js'
import { parseRegex } from './regex-syntax.js'

export { RegexBudgetError } from './regex-backtracker.js'
export { RegexError } from './regex-tree.js'

export class Regex {
  /** Whether a text of any kind takes time in proportion to its length only. */
  readonly linear: boolean
  private readonly matcher: Automaton | Backtracker

  /** Throws `RegexError` when the pattern makes no sense. */
  constructor(pattern: Uint8Array) {
    const program = compileRegex(parseRegex(pattern))
    this.linear = program.regular
    this.matcher = program.regular ? new Automaton(program) : new Backtracker(program)
  }

  /** Does it match anywhere in `bytes`? Throws `RegexBudgetError` when it explodes, which only one that is not linear can. */
  test(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    return this.matcher.search(bytes, start, end) >= 0
  }

  /** Where a match in `bytes` ends, the first that there is; -1 for none. Throws `RegexBudgetError`. */
  search(bytes: Uint8Array): number {
    return this.matcher.search(bytes, 0, bytes.length)
  }
}
