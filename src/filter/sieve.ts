/**
 * What a filter says of packets that nobody dissects again: from columns and layer stacks alone, in three values. What
 * stays `Maybe` has to be recorded and asked.
 */
import type { CompiledFilter } from './compile.js'
import { columnOf } from './columns.js'
import type { Test } from './plan.js'
import type { Column, Packets } from './column.js'
import { Verdict } from './column.js'

export { type Packets, Verdict } from './column.js'

export class Sieve {
  private readonly columns = new Map<string, Column>()

  constructor(
    private readonly filter: CompiledFilter,
    private readonly packets: Packets,
  ) {
    for (const leaf of filter.leaves) this.columns.set(leaf.text, columnOf(leaf.test, packets))
  }

  /** Of packet `i`, counted from 0. */
  verdict(i: number): Verdict {
    return this.of(this.filter.test, i)
  }

  private of(t: Test, i: number): Verdict {
    switch (t.kind) {
      case 'not': {
        const of = this.of(t.of, i)
        return of === Verdict.Maybe ? of : of === Verdict.Yes ? Verdict.No : Verdict.Yes
      }
      case 'and':
        return this.until(t.parts, i, Verdict.No)
      case 'or':
        return this.until(t.parts, i, Verdict.Yes)
      case 'xor': {
        let sum: Verdict = Verdict.No
        for (const part of t.parts) {
          const one = this.of(part, i)
          if (one === Verdict.Maybe) return one
          sum = sum === one ? Verdict.No : Verdict.Yes
        }
        return sum
      }
      default: {
        const { index } = this.packets
        return this.columns.get(t.text)!.at(index.page(i), index.row(i), i)
      }
    }
  }

  /** `decisive` when any part says so; else whatever is left when one may still. */
  private until(parts: readonly Test[], i: number, decisive: Verdict): Verdict {
    let sum: Verdict = decisive === Verdict.No ? Verdict.Yes : Verdict.No
    for (const part of parts) {
      const one = this.of(part, i)
      if (one === decisive) return one
      if (one === Verdict.Maybe) sum = one
    }
    return sum
  }
}
