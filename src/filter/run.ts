/**
 * Filters over all packets of a capture, in slices: columns first, a page at a time; then only the packets of which they
 * cannot say enough are dissected, and only for the fields that the filter names.
 *
 * What is found out is kept for each part of a filter that is not made of others, so that another filter with the same
 * part, or the same one when the capture has grown, costs only what is new.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Recording } from '../dissect/recording.js'
import type { Resolver } from '../dissect/value.js'
import { PAGE_ROWS } from '../store/packet-index.js'
import { Bitmap, bitCount, PAGE_WORDS } from './bitmap.js'
import type { Column, Packets } from './column.js'
import { columnOf } from './columns.js'
import type { CompiledFilter, Leaf } from './compile.js'
import type { Test } from './plan.js'

/** Packets that can be dissected again. An engine is that. */
export interface Dissectable extends Packets {
  /** Dissects packet `i`, counted from 0. */
  show(d: Recording, i: number): void
  /** The packet that is listed before the one that is dissected, counted from 0; -1 where none are held back. */
  shown: number
}

/** Parts of filters whose results are kept. */
const MAX_KEPT = 64
/** The field whose value depends on the filter itself. */
const LISTED_BEFORE = 'frame.time_delta_displayed'
/** Packets dissected between two looks at the clock. */
const STRIDE = 32
/** Milliseconds that a slice of `runFilter` takes. */
const SLICE = 8

/** What is known of one part of a filter: `yes` counts where `known` is set. */
class Answers {
  readonly known = new Bitmap()
  readonly yes = new Bitmap()
  /** Packets that the column was asked about. */
  private readonly asked = new Bitmap()

  constructor(private readonly column: Column) {}

  /** Asks the column about those packets of page `n` whose bits are set in `needed` and that it was not asked about. */
  ask({ index }: Packets, n: number, needed: Uint32Array): void {
    const page = index.page(n * PAGE_ROWS)
    const known = this.known.page(n)
    const yes = this.yes.page(n)
    const asked = this.asked.page(n)
    const { column } = this
    for (let word = 0; word < PAGE_WORDS; word++) {
      const rows = needed[word]! & ~asked[word]!
      if (rows === 0) continue
      column.fill(page, n * PAGE_ROWS, word, rows, yes, known)
      asked[word]! |= rows
    }
  }
}

/** Results of filters over one capture. */
export class FilterResults {
  private readonly kept = new Map<string, Answers>()

  constructor(
    readonly packets: Dissectable,
    readonly names: Resolver,
  ) {}

  /** Begins to run a filter. Nothing is done before the first slice. */
  begin(filter: CompiledFilter): FilterRun {
    const answers = new Map(filter.leaves.map((leaf) => [leaf.text, this.answersOf(leaf)] as const))
    return new FilterRun(filter, this, answers)
  }

  /** Forgets everything, as when preferences change what packets mean. */
  clear(): void {
    this.kept.clear()
  }

  private answersOf(leaf: Leaf): Answers {
    const before = this.kept.get(leaf.text)
    this.kept.delete(leaf.text)
    const answers = before ?? new Answers(columnOf(leaf.test, this.packets))
    // What speaks of the selected packet is true only as long as that one is selected, and what speaks of the packet
    // listed before only in this list.
    if (leaf.text.includes('${') || leaf.fields.some(({ name }) => name === LISTED_BEFORE)) return answers
    this.kept.set(leaf.text, answers)
    if (this.kept.size > MAX_KEPT) this.kept.delete(this.kept.keys().next().value!)
    return answers
  }
}

/** Yes and known of some test for one page: views that the caller reads and does not keep. */
interface Words {
  readonly yes: Uint32Array
  readonly known: Uint32Array
}

/** One filter at work. */
export class FilterRun {
  /** The packets that pass, of those before `position`. */
  readonly bits = new Bitmap()
  /** How many pass. */
  matches = 0
  /** Packets that were decided, from the first on. */
  position = 0
  /** Packets that had to be dissected. */
  dissected = 0
  private readonly recording: Recording
  /** The packet that passed last, -1 for none. */
  private latest = -1
  /** The page that `words` are of, up to which packet. */
  private words: Words | null = null
  private wordsEnd = 0

  /** Use `FilterResults.begin`. */
  constructor(
    readonly filter: CompiledFilter,
    private readonly results: FilterResults,
    private readonly answers: ReadonlyMap<string, Answers>,
  ) {
    this.recording = new Recording(results.packets.registry, filter.want(), false)
    this.recording.names = results.names
  }

  /**
   * Goes on for about so many milliseconds. Returns whether every packet is decided that the index has by now; when it
   * has grown, the next slice goes on. Throws `FilterError` when a regular expression explodes.
   */
  slice(milliseconds: number): boolean {
    const until = performance.now() + milliseconds
    const { index } = this.results.packets
    if (this.position < index.forgotten) this.skip(index.forgotten)
    while (this.position < index.length) {
      const n = Math.floor(this.position / PAGE_ROWS)
      const end = Math.min(index.length, (n + 1) * PAGE_ROWS)
      if (this.words === null || this.wordsEnd !== end) {
        this.words = this.evaluate(this.filter.test, n, rowsOf(this.position, end))
        this.wordsEnd = end
      }
      if (!this.decide(n, end, this.words, until)) return false
      this.words = null
      if (performance.now() >= until) break
    }
    return this.position >= index.length
  }

  /** Packets that are forgotten pass no filter. */
  private skip(to: number): void {
    this.bits.page(Math.floor(to / PAGE_ROWS))
    this.position = to
  }

  /** Decides the packets of page `n` up to `end`. Returns false when time is up before. */
  private decide(n: number, end: number, { yes, known }: Words, until: number): boolean {
    const base = n * PAGE_ROWS
    const bits = this.bits.page(n)
    let dissected = 0
    while (this.position < end) {
      const row = this.position - base
      const word = row >>> 5
      const from = row & 31
      const to = Math.min(32, end - base - word * 32)
      const asked = rangeMask(from, to)
      let found = yes[word]! & known[word]! & asked
      let open = ~known[word]! & asked
      while (open !== 0) {
        const bit = 31 - Math.clz32(open & -open)
        open &= open - 1
        const i = base + word * 32 + bit
        const before = found & ((1 << bit) - 1)
        if (this.ask(i, before === 0 ? this.latest : i - bit + 31 - Math.clz32(before))) found |= 1 << bit
        dissected++
      }
      bits[word]! |= found
      if (found !== 0) this.latest = base + word * 32 + 31 - Math.clz32(found)
      this.matches += bitCount(found)
      this.position = base + word * 32 + to
      if (dissected >= STRIDE) {
        if (performance.now() >= until) return this.position >= end
        dissected = 0
      }
    }
    return true
  }

  /** Dissects packet `i`, before which `before` passed, and keeps what it says of all parts that were open. */
  private ask(i: number, before: number): boolean {
    const { packets } = this.results
    this.dissected++
    packets.shown = before < 0 ? i : before
    packets.show(this.recording, i)
    packets.shown = -1
    return this.holds(this.filter.test, i)
  }

  private holds(t: Test, i: number): boolean {
    switch (t.kind) {
      case 'not':
        return !this.holds(t.of, i)
      case 'and':
        return t.parts.every((part) => this.holds(part, i))
      case 'or':
        return t.parts.some((part) => this.holds(part, i))
      case 'xor':
        return t.parts.reduce((sum, part) => sum !== this.holds(part, i), false)
      default: {
        const answers = this.answers.get(t.text)!
        if (answers.known.has(i)) return answers.yes.has(i)
        const holds = this.leaf(t.text).holds(this.recording)
        answers.known.set(i)
        if (holds) answers.yes.set(i)
        return holds
      }
    }
  }

  private leaf(text: string): Leaf {
    return this.filter.leaves.find((leaf) => leaf.text === text)!
  }

  /** What columns and earlier results say of those packets of page `n` whose bits are set in `needed`. */
  private evaluate(t: Test, n: number, needed: Uint32Array): Words {
    switch (t.kind) {
      case 'not': {
        const { yes, known } = this.evaluate(t.of, n, needed)
        for (let i = 0; i < PAGE_WORDS; i++) yes[i] = ~yes[i]!
        return { yes, known }
      }
      case 'and':
      case 'or':
      case 'xor':
        return this.join(t.kind, t.parts, n, needed)
      default: {
        const answers = this.answers.get(t.text)!
        answers.ask(this.results.packets, n, needed)
        return { yes: answers.yes.page(n).slice(), known: answers.known.page(n).slice() }
      }
    }
  }

  /** Several results as one. A part is asked only about packets that those before it leave open. */
  private join(kind: 'and' | 'or' | 'xor', parts: readonly Test[], n: number, needed: Uint32Array): Words {
    const open = needed.slice()
    const sum = this.evaluate(parts[0]!, n, open)
    for (const part of parts.slice(1)) {
      for (let i = 0; i < PAGE_WORDS; i++) {
        if (kind === 'and') open[i]! &= ~(sum.known[i]! & ~sum.yes[i]!)
        else if (kind === 'or') open[i]! &= ~(sum.known[i]! & sum.yes[i]!)
      }
      merge(kind, sum, this.evaluate(part, n, open))
    }
    return sum
  }
}

/** Two results as one in three values, into the first. */
function merge(kind: 'and' | 'or' | 'xor', a: Words, b: Words): void {
  for (let i = 0; i < PAGE_WORDS; i++) {
    const ak = a.known[i]!
    const bk = b.known[i]!
    const ay = a.yes[i]! & ak
    const by = b.yes[i]! & bk
    if (kind === 'and') {
      a.known[i] = (ak & bk) | (ak & ~ay) | (bk & ~by)
      a.yes[i] = ay & by
    } else if (kind === 'or') {
      a.known[i] = (ak & bk) | ay | by
      a.yes[i] = ay | by
    } else {
      a.known[i] = ak & bk
      a.yes[i] = ay ^ by
    }
  }
}

/** The rows of a page that hold packets `from…end`, which are all in it. */
function rowsOf(from: number, end: number): Uint32Array {
  const rows = new Uint32Array(PAGE_WORDS)
  const first = from % PAGE_ROWS
  const last = first + end - from
  for (let word = first >>> 5; word * 32 < last; word++) {
    rows[word] = rangeMask(Math.max(first - word * 32, 0), Math.min(last - word * 32, 32))
  }
  return rows
}

const rangeMask = (from: number, to: number): number =>
  (to === 32 ? -1 : (1 << to) - 1) & ~(from === 0 ? 0 : (1 << from) - 1)

export interface RunOptions {
  /** Called after every slice. */
  readonly onProgress?: (run: FilterRun) => void
  /** Asked after every slice. */
  readonly cancelled?: () => boolean
}

/**
 * Runs a filter over the packets that are indexed by now, without keeping the thread for longer than a slice. Resolves
 * with the run: complete, or not when it was cancelled. Rejects with `FilterError`.
 */
export async function runFilter(
  results: FilterResults,
  filter: CompiledFilter,
  options: RunOptions = {},
): Promise<FilterRun> {
  const run = results.begin(filter)
  while (!run.slice(SLICE)) {
    options.onProgress?.(run)
    if (options.cancelled?.()) return run
    await nextTurn()
  }
  options.onProgress?.(run)
  return run
}
