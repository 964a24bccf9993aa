/**
 * Every line of a golden text is a filter that its packet passes: the tree, the filter language, the columns, and what is
 * recorded for a filter alone, say the same.
 */
import { Recording } from '../dissect/recording.js'
import { wantEverything } from '../dissect/want-mask.js'
import type { Registry } from '../dissect/registry.js'
import { NodeFlag } from '../dissect/tape.js'
import { compileFilter } from '../filter/compile.js'
import { FilterError } from '../filter/filter-error.js'
import { filterOfNode } from '../filter/from-node.js'
import { Sieve, Verdict } from '../filter/sieve.js'
import type { Engine } from '../session/engine.js'

/** Filters of a capture that are remembered, so that each is tried once. */
const MAX_TRIED = 100_000

/** Checks the packets of one capture; calls `fail` with a sentence when a filter does not find its packet. */
export class FilterProperty {
  private readonly tree: Recording
  private readonly alone: Recording
  private readonly tried = new Set<string>()
  /** Packets dissected. */
  runs = 0

  constructor(
    registry: Registry,
    private readonly fail: (message: string) => void,
  ) {
    this.tree = new Recording(registry, wantEverything(), false)
    this.alone = new Recording(registry, wantEverything(), false)
  }

  /** Tries the filters of packet `i`, counted from 0, that no packet before it had. */
  packet(engine: Engine, i: number): void {
    engine.show(this.tree, i)
    this.runs++
    const { tape } = this.tree
    for (let node = 0; node < tape.length; node++) {
      if (tape.flags[node]! & NodeFlag.Alias) continue
      const filter = filterOfNode(this.tree, node)
      if (filter === '' || this.tried.has(filter)) continue
      if (this.tried.size < MAX_TRIED) this.tried.add(filter)
      this.attempt(filter, engine, i)
    }
  }

  private attempt(text: string, engine: Engine, i: number): void {
    try {
      const filter = compileFilter(text)
      if (!filter.matches(this.tree)) return this.fail(`the filter ${text} does not find its packet`)
      const verdict = new Sieve(filter, engine).verdict(i)
      if (verdict === Verdict.No) this.fail(`the filter ${text} does not find its packet in the columns`)
      if (verdict !== Verdict.Maybe) return
      this.alone.wantOnly(filter.want())
      engine.show(this.alone, i)
      this.runs++
      if (!filter.matches(this.alone)) this.fail(`the filter ${text} does not find its packet by its fields alone`)
    } catch (error) {
      if (!(error instanceof FilterError)) throw error
      this.fail(`the filter ${text} is refused: ${error.sentence}`)
    }
  }
}
