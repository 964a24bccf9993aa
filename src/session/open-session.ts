/** Opens a session in a thread of its own; this side only asks. */
import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { CaptureError } from '../capture/damage.js'
import type { ColumnChoice } from '../output/column-formats.js'
import type { FilterWarning } from '../filter/filter-error.js'
import type { CaptureInfo } from './capture-info.js'
import type { Displayed } from './displayed.js'
import type { Found } from './find.js'
import type { FindRequest } from './find-matcher.js'
import type { FilterInsight } from './filter-insight.js'
import { RefusedFilter } from './refused-filter.js'
import type { FollowAnswers, FollowRequest } from './follow-requests.js'
import type { FrameFilters } from './frame-filters.js'
import { type ListChange, ListReceiver } from './list-changes.js'
import type { Answer, Question, WorkerStart } from './messages.js'
import type { Detail, Row, Saved, SaveRequest, Session, Status, TimeFormat } from './session.js'
import { sessionThread } from './session-thread.js'

/**
 * Opens a capture in a thread of `sessionThread` and resolves once its header was read. Rejects with `CaptureError` when it
 * cannot be.
 */
export async function openSession(start: WorkerStart, worker = threadFor(start)): Promise<Session> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
  worker.postMessage(start)
  const answer = await Promise.race([
    once(worker, 'message').then(([message]) => message as Answer),
    once(worker, 'exit').then(([code]) => Promise.reject(new Error(`the session's thread ended early (${code})`))),
  ])
  if (answer.kind === 'refused') throw new CaptureError(answer.message, answer.exit)
  if (answer.kind !== 'opened') throw new Error(`the session's thread began with ${answer.kind}`)
  return new WorkerSession(worker, answer.status, answer.list)
}

const threadFor = ({ dissectors = [] }: WorkerStart): Worker => sessionThread(dissectors.length > 0)

interface Waiting {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

/** Each member of a union without its `id`. */
type Unnumbered<Q> = Q extends { id: number } ? Omit<Q, 'id'> : never

class WorkerSession implements Session {
  private readonly waiting = new Map<number, Waiting>()
  private readonly listeners = new Set<(status: Status) => void>()
  private readonly list = new ListReceiver()
  private asked = 0
  private ended: Error | null = null

  constructor(
    private readonly worker: Worker,
    private latest: Status,
    list: ListChange,
  ) {
    this.list.take(list)
    worker.on('message', (answer: Answer) => this.hear(answer))
    worker.on('error', (error) => this.end(error))
    worker.on('exit', () => this.end(new Error('the session is closed')))
  }

  status(): Status {
    return this.latest
  }
  get displayed(): Displayed {
    return this.list.displayed
  }
  onStatus(listener: (status: Status) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  rows(first: number, count: number): Promise<Row[]> {
    return this.ask({ ask: 'rows', first, count })
  }
  detail(number: number): Promise<Detail> {
    return this.ask({ ask: 'detail', number })
  }
  async setTimeFormat(format: TimeFormat): Promise<void> {
    await this.ask({ ask: 'time', format })
  }
  captureInfo(): Promise<CaptureInfo> {
    return this.ask({ ask: 'captureInfo' })
  }
  setColumns(columns: readonly ColumnChoice[]): Promise<readonly ColumnChoice[]> {
    return this.ask({ ask: 'columns', columns })
  }
  filter(text: string, selected: number): Promise<readonly FilterWarning[]> {
    return this.ask({ ask: 'filter', text, selected })
  }
  filterInsight(text: string, cursor: number): Promise<FilterInsight> {
    return this.ask({ ask: 'filterInsight', text, cursor })
  }
  nodeFilter(number: number, node: number): Promise<string> {
    return this.ask({ ask: 'nodeFilter', number, node })
  }
  frameFilters(number: number): Promise<FrameFilters> {
    return this.ask({ ask: 'frameFilters', number })
  }
  find(request: FindRequest, from: number, direction: 1 | -1): Promise<Found | 'nowhere' | 'cancelled'> {
    return this.ask({ ask: 'find', request, from, direction })
  }
  async cancelFind(): Promise<void> {
    await this.ask({ ask: 'cancelFind' })
  }
  save(request: SaveRequest): Promise<Saved | 'exists' | null> {
    return this.ask({ ask: 'save', request })
  }
  async cancelSave(): Promise<void> {
    await this.ask({ ask: 'cancelSave' })
  }
  follow<R extends FollowRequest>(request: R): Promise<FollowAnswers[R['do']]> {
    return this.ask({ ask: 'follow', request })
  }
  async close(): Promise<void> {
    if (this.ended !== null) return
    const gone = once(this.worker, 'exit')
    await this.ask({ ask: 'close' }).catch(() => null)
    await gone
  }

  private ask<T>(question: Unnumbered<Question>): Promise<T> {
    if (this.ended !== null) return Promise.reject(this.ended)
    const id = ++this.asked
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
      this.worker.postMessage({ ...question, id })
    })
  }

  private hear(answer: Answer): void {
    if (answer.kind === 'status' || answer.kind === 'opened') {
      this.latest = answer.status
      this.list.take(answer.list)
      for (const listener of this.listeners) listener(this.latest)
    } else if (answer.kind !== 'refused') {
      const waiting = this.waiting.get(answer.id)
      this.waiting.delete(answer.id)
      if (answer.kind === 'answer') waiting?.resolve(answer.value as never)
      else waiting?.reject(errorOf(answer))
    }
  }

  private end(error: Error): void {
    this.ended ??= error
    for (const waiting of this.waiting.values()) waiting.reject(error)
    this.waiting.clear()
  }
}

function errorOf({ message, complaint }: Extract<Answer, { kind: 'failed' }>): Error {
  return complaint === undefined ? new Error(message) : new RefusedFilter(message, complaint.start, complaint.end)
}
