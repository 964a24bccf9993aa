/** A session in this thread: the engine, indexing in slices between questions. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { OpenCapture } from '../capture/open.js'
import { Next } from '../capture/source.js'
import { Dissection } from '../dissect/dissection.js'
import { Recording, wantEverything } from '../dissect/recording.js'
import type { Registry } from '../dissect/registry.js'
import { NodeFlag } from '../dissect/tape.js'
import { lineText, noNames, type Resolver } from '../dissect/value.js'
import { Engine } from './engine.js'
import { rowOf } from './rows.js'
import type { ByteSource, Detail, Row, Session, Severity, Status, TimeFormat, TreeNode } from './session.js'

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
}

export class LocalSession implements Session {
  readonly engine: Engine
  /** Resolves when the capture was read to its end, or the session was closed. */
  readonly loaded: Promise<void>
  private readonly names: Resolver
  private timeFormat: TimeFormat
  private readonly listeners = new Set<(status: Status) => void>()
  private readonly row: Dissection
  private readonly tree: Recording
  private closed = false
  private complete = false
  private reported = 0

  constructor(
    private readonly capture: OpenCapture,
    registry: Registry,
    settings: SessionSettings = {},
  ) {
    this.engine = new Engine(capture, registry)
    this.row = new Dissection(registry)
    this.tree = new Recording(registry, wantEverything(), true)
    this.names = settings.names ?? noNames
    this.timeFormat = settings.timeFormat ?? 'r'
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
      error: this.complete ? (this.capture.problem()?.message ?? '') : '',
    }
  }

  onStatus(listener: (status: Status) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async rows(first: number, count: number): Promise<Row[]> {
    this.alive()
    const rows: Row[] = []
    const { index } = this.engine
    const style = { time: this.timeFormat, digits: this.capture.reader.nanosecond ? 9 : 6, names: this.names }
    const last = Math.min(first + Math.min(count, MAX_ROWS) - 1, index.length)
    for (let number = Math.max(first, 1); number <= last; number++) {
      this.engine.show(this.row, number - 1)
      rows.push(rowOf(this.row, index.page(number - 1).ending[index.row(number - 1)]! >>> 2, style))
    }
    return rows
  }

  async detail(number: number): Promise<Detail> {
    this.alive()
    if (!(number >= 1 && number <= this.engine.index.length)) {
      throw new RangeError(`there is no packet ${number}: the capture has ${this.engine.index.length}`)
    }
    const d = this.tree
    const bytes = this.engine.show(d, number - 1)
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

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.listeners.clear()
    this.capture.close()
    await this.loaded
  }

  private alive(): void {
    if (this.closed) throw new Error('the session is closed')
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
        severity: Math.max(f.severity - 1, 0) as Severity,
        layer,
      })
    }
    return nodes
  }

  private async load(): Promise<void> {
    while (!this.closed) {
      const next = this.slice()
      if (next === Next.End) break
      this.report(false)
      if (next === Next.More) await this.capture.changed()
      else await nextTurn()
    }
    this.complete = true
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
