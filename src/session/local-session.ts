/** A session in this thread: the engine, indexing in slices between questions. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { OpenCapture } from '../capture/open.js'
import { Next } from '../capture/source.js'
import { Dissection } from '../dissect/dissection.js'
import { Recording } from '../dissect/recording.js'
import { wantEverything, wantFields } from '../dissect/want-mask.js'
import type { Registry } from '../dissect/registry.js'
import { NodeFlag } from '../dissect/tape.js'
import { lineText, noNames, type Resolver } from '../dissect/value.js'
import { type ColumnChoice, columnPlan, usualColumns } from '../output/column-formats.js'
import { ColumnTexts } from '../output/column-texts.js'
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
import { cellsOf, rowOf } from './rows.js'
import { SessionFilter } from './session-filter.js'
import { SessionFollow } from './session-follow.js'
import type { FollowAnswers, FollowRequest } from './follow-requests.js'
import type {
  ByteSource,
  Detail,
  Row,
  Saved,
  SaveRequest,
  Session,
  Severity,
  Status,
  TimeFormat,
  TreeNode,
} from './session.js'
import { SessionSaver } from './session-saver.js'

/** How long indexing may keep a question waiting, in milliseconds. */
const SLICE = 8
/** Packets between two looks at the clock. */
const STRIDE = 256
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
  private timeFormat: TimeFormat
  private readonly listeners = new Set<(status: Status) => void>()
  private readonly row: Dissection
  /** What the columns want beyond what all rows have, null for nothing. */
  private cells: { readonly texts: ColumnTexts; readonly recording: Recording } | null = null
  private readonly tree: Recording
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
    this.row = new Dissection(registry)
    this.tree = new Recording(registry, wantEverything(), true)
    this.names = this.row.names = this.tree.names = settings.names ?? noNames
    this.timeFormat = settings.timeFormat ?? 'r'
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
    const style = { time: this.timeFormat, digits: this.capture.reader.nanosecond ? 9 : 6, names: this.names }
    const last = Math.min(first + Math.min(count, MAX_ROWS) - 1, filters.displayed.length)
    for (let place = Math.max(first, 1); place <= last; place++) {
      const number = filters.displayed.packetAt(place)
      if (number <= index.forgotten) {
        rows.push(forgottenRow(number))
        continue
      }
      engine.shown = filters.before(place)
      // Rows whose columns are fields are recorded, with lines, so that no layer is left out.
      const d = this.cells?.recording ?? this.row
      engine.show(d, number - 1)
      const row = rowOf(d, index.page(number - 1).ending[index.row(number - 1)]! >>> 2, style)
      rows.push(this.cells === null ? row : { ...row, cells: cellsOf(this.cells.texts, this.cells.recording, style) })
    }
    engine.shown = -1
    return rows
  }

  async detail(number: number): Promise<Detail> {
    const bytes = this.record(number)
    const d = this.tree
    const size = `${bytes.length} byte${bytes.length === 1 ? '' : 's'}`
    const sources: ByteSource[] = [{ name: `Frame (${size})`, bytes: bytes.slice() }]
    for (const s of d.sources) {
      sources.push({
        name: `${s.name} (${s.bytes.length} byte${s.bytes.length === 1 ? '' : 's'})`,
        bytes: s.bytes.slice(),
      })
    }
    return { number, nodes: this.nodes(d, sources), sources }
  }

  async setTimeFormat(format: TimeFormat): Promise<void> {
    this.timeFormat = format
  }

  async captureInfo(): Promise<CaptureInfo> {
    this.alive()
    return await captureInfo(this.engine)
  }

  async setColumns(columns: readonly ColumnChoice[]): Promise<readonly ColumnChoice[]> {
    this.alive()
    const texts = new ColumnTexts(columns.map(columnPlan), this.names)
    const isUsual = texts.plans.every(({ format }) => usualColumns.some((usual) => usual.format === format))
    const recording = new Recording(this.engine.registry, wantFields(texts.wanted), true)
    recording.names = this.names
    this.cells = isUsual ? null : { texts, recording }
    return texts.plans.map(({ title, format }) => ({ title, format }))
  }

  async filter(text: string, selected: number): Promise<readonly FilterWarning[]> {
    this.alive()
    const isKnown = selected > this.engine.index.forgotten && selected <= this.engine.index.length
    const refer = (): Recording | null => {
      if (!isKnown) return null
      this.record(selected)
      return this.tree
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
    return visibleNodeFilter(this.tree, node)
  }

  async frameFilters(number: number): Promise<FrameFilters> {
    this.record(number)
    return frameFilters(this.tree)
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

  /** Dissects a packet whole, as it stands in the list. Returns its bytes. Throws `RangeError` when there is none. */
  private record(number: number): Uint8Array {
    this.alive()
    if (!(number >= 1 && number <= this.engine.index.length)) {
      throw new RangeError(`there is no packet ${number}: the capture has ${this.engine.index.length}`)
    }
    if (number <= this.engine.index.forgotten) {
      throw new RangeError('it is forgotten: only the latest packets are kept (--keep)')
    }
    const { engine, filters } = this
    if (filters.displayed.has(number)) engine.shown = filters.before(filters.displayed.placeOf(number))
    const bytes = engine.show(this.tree, number - 1)
    engine.shown = -1
    return bytes
  }

  private alive(): void {
    if (this.closed) throw new Error('the session is closed')
  }

  private filterOptions(): FilterOptions {
    const { names } = this.capture.reader
    return { macros: this.settings.macros ?? {}, hosts: (name) => addressesOf(name, names) }
  }

  private nodes(d: Recording, sources: readonly ByteSource[]): TreeNode[] {
    const t = d.tape
    const bytesOf = (source: number): Uint8Array => sources[source]!.bytes
    const nodes: TreeNode[] = []
    let layer = ''
    for (let i = 0; i < t.length; i++) {
      const flags = t.flags[i]!
      const f = t.fieldAt(i)
      if (f.kind === 'protocol') layer = f.name
      if (flags & NodeFlag.Hidden) continue
      nodes.push({
        depth: t.depth[i]!,
        name: f.name,
        label: lineText(t, i, bytesOf, this.names),
        source: t.source[i]!,
        start: t.start[i]!,
        end: t.end[i]!,
        mask: f.mask,
        generated: (flags & NodeFlag.Generated) !== 0,
        link: f.kind === 'framenum' ? t.value[i]! : 0,
        severity: Math.max(f.severity - 1, 0) as Severity,
        layer,
      })
    }
    return nodes
  }

  private async load(): Promise<void> {
    while (!this.closed) {
      const next = this.slice()
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

  /** Indexes for at most `SLICE` milliseconds. */
  private slice(): Next {
    const until = performance.now() + SLICE
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
