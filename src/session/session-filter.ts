/**
 * The display filter of a session: runs in slices over what is indexed, goes on as the capture grows, and can be
 * replaced at any time. What it found out is kept for the next filter.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Recording } from '../dissect/recording.js'
import type { Resolver } from '../dissect/value.js'
import { type CompiledFilter, compileFilter, type FilterOptions } from '../filter/compile.js'
import { FilterError, type FilterWarning } from '../filter/filter-error.js'
import { FilterResults, type FilterRun } from '../filter/run.js'
import { Displayed } from './displayed.js'
import type { Engine } from './engine.js'

/** How long it may keep a question waiting, in milliseconds. */
const SLICE = 8

/** What a session says of its display filter. */
export interface FilterStatus {
  /** The display filter, '' for none. */
  readonly filter: string
  /** Packets that it lets through, as far as it has come; all packets when there is none. */
  readonly displayed: number
  /** How far it has come, 0 to 1; null when it is not at work. */
  readonly filtering: number | null
  /** Milliseconds of work that it took. */
  readonly filterTime: number
  /** Why it stopped before the end, '' when it did not. */
  readonly filterError: string
}

export class SessionFilter {
  /** Changes when the filter does: another object is another list. */
  displayed = new Displayed(null)
  readonly results: FilterResults
  /** Changes with `displayed`: the bits that it reads, null when all packets are listed. */
  pages: readonly Uint32Array[] | null = null
  private text = ''
  private filter: CompiledFilter | null = null
  private run: FilterRun | null = null
  /** Begun anew once all is known of the packets; takes the place of `run` when it has come as far. */
  private again: FilterRun | null = null
  private time = 0
  private error = ''
  private working = false
  private going = Promise.resolve()
  private closed = false

  /** `changed` is called after every slice, and with true when the list is another one or complete. */
  constructor(
    private readonly engine: Engine,
    names: Resolver,
    private readonly changed: (always: boolean) => void,
  ) {
    this.results = new FilterResults(engine, names)
  }

  /**
   * Lists only packets that pass, '' lists all. `refer` records the selected packet, whose values `${field}` stands for.
   * A filter that is done at once is done when this returns. Throws `FilterError`; then the list stays as it is.
   */
  set(text: string, options: FilterOptions, refer: () => Recording | null): readonly FilterWarning[] {
    const filter = text.trim() === '' ? null : compileFilter(text, options)
    const selected = filter?.refers === true ? refer() : null
    if (filter !== null && selected !== null) filter.refer(selected)
    this.text = filter === null ? '' : text
    this.filter = filter
    this.again = null
    this.time = 0
    this.error = ''
    this.show(filter === null ? null : this.results.begin(filter))
    this.work()
    this.changed(true)
    this.wake()
    return filter?.warnings ?? []
  }

  /** There are more packets, or everything is known of them now: what is found out from here on holds for good. */
  wake(complete = false): void {
    if (this.filter === null) this.displayed.update(this.engine.index.length, this.engine.index.length)
    if (complete) {
      this.results.clear()
      if (this.filter !== null && this.error === '') this.again = this.results.begin(this.filter)
    }
    if (!this.working && this.isBehind()) this.going = this.goOn()
  }

  /** Once the filter has seen all packets there are. */
  settled(): Promise<void> {
    return this.going
  }

  close(): void {
    this.closed = true
  }

  status(): FilterStatus {
    const { text: filter, time: filterTime, error: filterError } = this
    const done = this.again?.position ?? this.displayed.decided
    const filtering = this.isBehind() ? done / this.engine.index.length : null
    return { filter, displayed: this.displayed.length, filtering, filterTime, filterError }
  }

  /** The packet, counted from 0, that is listed before `place`; the one at `place` itself when that is the first. */
  before(place: number): number {
    return this.displayed.packetAt(Math.max(place - 1, 1)) - 1
  }

  private isBehind(): boolean {
    if (this.closed || this.error !== '' || this.run === null) return false
    return this.again !== null || this.run.position < this.engine.index.length
  }

  private show(run: FilterRun | null): void {
    this.run = run
    this.pages = run === null ? null : run.bits.pages
    this.displayed = new Displayed(this.pages)
    const { length } = this.engine.index
    if (run === null) this.displayed.update(length, length)
    else this.displayed.update(run.position, run.matches)
  }

  private async goOn(): Promise<void> {
    this.working = true
    while (this.isBehind()) {
      this.work()
      this.changed(!this.isBehind())
      await nextTurn()
    }
    this.working = false
  }

  /** One slice. */
  private work(): void {
    const run = this.again ?? this.run
    if (run === null) return
    const shown = run === this.run
    const began = performance.now()
    try {
      run.slice(SLICE)
      if (!shown && run.position >= this.displayed.decided) {
        this.again = null
        this.show(run)
      }
    } catch (error) {
      if (!(error instanceof FilterError)) throw error
      this.again = null
      this.error = error.sentence
    }
    if (!shown) return
    this.displayed.update(run.position, run.matches)
    this.time += performance.now() - began
  }
}
