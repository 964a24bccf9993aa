/** A session in this thread: the engine, indexing in slices between questions. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { OpenCapture } from '../capture/open.js'
import { Next } from '../capture/source.js'
import type { Recording } from '../dissect/recording.js'
import type { Registry } from '../dissect/registry.js'
import { noNames, type Resolver } from '../dissect/value.js'
import type { ColumnChoice } from '../output/column-formats.js'
import type { FilterOptions } from '../filter/compile.js'
import { FilterError, type FilterWarning } from '../filter/filter-error.js'
import type { Macros } from '../filter/macros.js'
import { type CaptureInfo, captureInfo } from './capture-info.js'
import type { Displayed } from './displayed.js'
import { Engine } from './engine.js'
import { type Found, SessionFind } from './find.js'
import type { FindRequest } from './find-matcher.js'
import { type FilterInsight, filterInsight } from './filter-insight.js'
import { RefusedFilter } from './refused-filter.js'
import { type FrameFilters, frameFilters, visibleNodeFilter } from './frame-filters.js'
import { Keeper, type KeepLimit } from './keeper.js'
import { addressesOf } from './known-hosts.js'
import { forgottenRow } from './forgotten-row.js'
import { limitsMet } from './limits.js'
import { PacketViews } from './packet-views.js'
import { SessionFilter } from './session-filter.js'
import { SessionFollow } from './session-follow.js'
import type { FollowAnswers, FollowRequest } from './follow-requests.js'
import type { Detail, Row, Saved, SaveRequest, Session, Status, TimeFormat } from './session.js'
import { SessionSaver } from './session-saver.js'

/** How long indexing may keep a question waiting, in milliseconds. */
const SLICE = 8
/** The same among the first packets, while the first screen is waited for. */
const EARLY_SLICE = 1
const EARLY = 4096
/** Packets between two looks at the clock. */
const STRIDE = 64
/** Least time between two status reports, in milliseconds. */
const REPORT = 33
/** The most rows one question gets. */
const MAX_ROWS = 10_000

export interface SessionSettings {
  readonly timeFormat?: TimeFormat
  readonly names?: Resolver
  /** The capture is being made on this machine, by this program: what is forgotten goes from the disk as well. */
  readonly live?: boolean
  /** Macros that filters may call, beside those that are built in. */
  readonly macros?: Macros
  /** Saved filters by name, for completion. */
  readonly savedFilters?: Readonly<Record<string, string>>
  /** Packets beyond this are forgotten. */
  readonly keep?: KeepLimit | undefined
  /** What writes files, for their headers. */
  readonly application?: string | undefined
}

export class LocalSession implements Session {
  readonly engine: Engine
  /** Resolves when the capture was read to its end, or the session was closed. */
  readonly loaded: Promise<void>
  private readonly names: Resolver
  private readonly listeners = new Set<(status: Status) => void>()
  private readonly views: PacketViews
  private readonly saver: SessionSaver
  private readonly filters: SessionFilter
  private readonly finder: SessionFind
  private readonly follower: SessionFollow
  private readonly keeper: Keeper | null
  private closed = false
  private complete = false
  private reported = 0

  constructor(
    private readonly capture: OpenCapture,
    registry: Registry,
    private readonly settings: SessionSettings = {},
  ) {
    this.engine = new Engine(capture, registry)
    this.names = settings.names ?? noNames
    this.views = new PacketViews(this.engine, this.names)
    this.views.timeFormat = settings.timeFormat ?? 'r'
    const { live = false, keep, application = 'framewise' } = settings
    this.saver = new SessionSaver(this.engine, { live, application }, () => this.report(false))
    this.finder = new SessionFind(this.engine, this.names, () => this.report(this.finder.share === null))
    this.filters = new SessionFilter(this.engine, this.names, (always) => this.report(always))
    this.follower = new SessionFollow(this.engine, this.names, () => this.complete)
    this.keeper = keep === undefined ? null : new Keeper(this.engine, keep, live ? capture.path : '')
    this.loaded = this.load()
  }

  status(): Status {
    const { index, problems } = this.engine
    const n = index.length
    const seconds = n === 0 ? 0 : index.secondsOf(n) - index.secondsOf(1)
    const nanos = n === 0 ? 0 : index.nanosecondsOf(n) - index.nanosecondsOf(1)
    return {
      file: this.capture.path,
      packets: n,
      done: this.capture.reader.position,
      total: this.capture.growing() ? 0 : this.capture.size(),
      complete: this.complete,
      duration: seconds + nanos / 1e9,
      problems,
      limits: limitsMet(this.engine),
      error: this.complete ? (this.capture.problem()?.message ?? '') : '',
      forgotten: index.forgotten,
      saving: this.saver.share,
      finding: this.finder.share,
      ...this.filters.status(),
    }
  }

  get displayed(): Displayed {
    return this.filters.displayed
  }

  /** The bits of `displayed`, null when all packets are. */
  get displayedPages(): readonly Uint32Array[] | null {
    return this.filters.pages
  }

  onStatus(listener: (status: Status) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async rows(first: number, count: number): Promise<Row[]> {
    this.alive()
    const rows: Row[] = []
    const { engine, filters } = this
    const { index } = engine
    const last = Math.min(first + Math.min(count, MAX_ROWS) - 1, filters.displayed.length)
    for (let place = Math.max(first, 1); place <= last; place++) {
      const number = filters.displayed.packetAt(place)
      if (number <= index.forgotten) rows.push(forgottenRow(number))
      else {
        engine.shown = filters.before(place)
        rows.push(this.views.rowOf(number))
      }
    }
    engine.shown = -1
    return rows
  }

  async detail(number: number): Promise<Detail> {
    this.check(number)
    return this.shownAs(number, () => this.views.detailOf(number))
  }

  async setTimeFormat(format: TimeFormat): Promise<void> {
    this.views.timeFormat = format
  }

  async captureInfo(): Promise<CaptureInfo> {
    this.alive()
    return await captureInfo(this.engine)
  }

  async setColumns(columns: readonly ColumnChoice[]): Promise<readonly ColumnChoice[]> {
    this.alive()
    return this.views.setColumns(columns)
  }

  async filter(text: string, selected: number): Promise<readonly FilterWarning[]> {
    this.alive()
    const isKnown = selected > this.engine.index.forgotten && selected <= this.engine.index.length
    const refer = (): Recording | null => {
      if (!isKnown) return null
      this.record(selected)
      return this.views.tree
    }
    // What was listed is no longer what is looked at.
    this.finder.cancel()
    try {
      return this.filters.set(text, this.filterOptions(), refer)
    } catch (error) {
      throw error instanceof FilterError ? new RefusedFilter(error.sentence, error.start, error.end) : error
    }
  }

  async filterInsight(text: string, cursor: number): Promise<FilterInsight> {
    return filterInsight(text, cursor, { ...this.filterOptions(), saved: this.settings.savedFilters ?? {} })
  }

  async nodeFilter(number: number, node: number): Promise<string> {
    this.record(number)
    return visibleNodeFilter(this.views.tree, node)
  }

  async frameFilters(number: number): Promise<FrameFilters> {
    this.record(number)
    return frameFilters(this.views.tree)
  }

  async find(request: FindRequest, from: number, direction: 1 | -1): Promise<Found | 'nowhere' | 'cancelled'> {
    this.alive()
    return await this.finder.find(request, from, direction, this.displayed, this.filterOptions())
  }

  async cancelFind(): Promise<void> {
    this.finder.cancel()
  }

  async save(request: SaveRequest): Promise<Saved | 'exists' | null> {
    this.alive()
    return await this.saver.save(request, this.filters)
  }

  async cancelSave(): Promise<void> {
    this.saver.cancel()
  }

  async follow<R extends FollowRequest>(request: R): Promise<FollowAnswers[R['do']]> {
    this.alive()
    return (await this.follower.answer(request)) as FollowAnswers[R['do']]
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.follower.close()
    this.filters.close()
    this.finder.cancel()
    this.saver.cancel()
    this.listeners.clear()
    this.capture.close()
    await this.loaded
  }

  /** Dissects packet `number` whole, as it stands in the list, into `views.tree`. Throws `RangeError` when there is none. */
  private record(number: number): void {
    this.check(number)
    this.shownAs(number, () => this.engine.show(this.views.tree, number - 1))
  }

  /** Throws `RangeError` when there is no packet `number`. */
  private check(number: number): void {
    this.alive()
    if (!(number >= 1 && number <= this.engine.index.length)) {
      throw new RangeError(`there is no packet ${number}: the capture has ${this.engine.index.length}`)
    }
    if (number <= this.engine.index.forgotten) {
      throw new RangeError('it is forgotten: only the latest packets are kept (--keep)')
    }
  }

  /** Shows packet `number` as the one that it is in the list. */
  private shownAs<T>(number: number, show: () => T): T {
    const { engine, filters } = this
    if (filters.displayed.has(number)) engine.shown = filters.before(filters.displayed.placeOf(number))
    const shown = show()
    engine.shown = -1
    return shown
  }

  private alive(): void {
    if (this.closed) throw new Error('the session is closed')
  }

  private filterOptions(): FilterOptions {
    const { names } = this.capture.reader
    return { macros: this.settings.macros ?? {}, hosts: (name) => addressesOf(name, names) }
  }

  private async load(): Promise<void> {
    while (!this.closed) {
      const next = this.slice(this.engine.index.length < EARLY ? EARLY_SLICE : SLICE)
      this.keeper?.forget()
      this.filters.wake()
      if (next === Next.End) break
      this.report(false)
      if (next === Next.More) await this.capture.changed()
      else await nextTurn()
    }
    this.complete = true
    this.filters.wake(true)
    this.report(true)
  }

  /** Indexes for about `time` milliseconds. */
  private slice(time: number): Next {
    const until = performance.now() + time
    do {
      for (let i = 0; i < STRIDE; i++) {
        const next = this.engine.step()
        if (next !== Next.Packet) return next
      }
    } while (performance.now() < until)
    return Next.Packet
  }

  private report(always: boolean): void {
    if (this.listeners.size === 0) return
    const now = performance.now()
    if (!always && now - this.reported < REPORT) return
    this.reported = now
    const status = this.status()
    for (const listener of this.listeners) listener(status)
  }
}
