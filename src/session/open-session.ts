/** Opens a session in a thread of its own; this side only asks. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { CaptureError } from '../capture/damage.js'
import type { Answer, Question, WorkerStart } from './messages.js'
import type { Detail, Row, Session, Status, TimeFormat } from './session.js'

/** Starts the thread and resolves once the capture's header was read. Rejects with `CaptureError` when it cannot be. */
export async function openSession(start: WorkerStart): Promise<Session> {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: start, stdin: false })
  const answer = await Promise.race([
    once(worker, 'message').then(([message]) => message as Answer),
    once(worker, 'exit').then(([code]) => Promise.reject(new Error(`the session's thread ended early (${code})`))),
  ])
  if (answer.kind === 'refused') throw new CaptureError(answer.message, answer.exit)
  if (answer.kind !== 'opened') throw new Error(`the session's thread began with ${answer.kind}`)
  return new WorkerSession(worker, answer.status)
}

interface Waiting {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

/** Each member of a union without its `id`. */
type Unnumbered<Q> = Q extends { id: number } ? Omit<Q, 'id'> : never

class WorkerSession implements Session {
  private readonly waiting = new Map<number, Waiting>()
  private readonly listeners = new Set<(status: Status) => void>()
  private asked = 0
  private ended: Error | null = null

  constructor(
    private readonly worker: Worker,
    private latest: Status,
  ) {
    worker.on('message', (answer: Answer) => this.hear(answer))
    worker.on('error', (error) => this.end(error))
    worker.on('exit', () => this.end(new Error('the session is closed')))
  }

  status(): Status {
    return this.latest
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
      this.latest = (answer as { status: Status }).status
      for (const listener of this.listeners) listener(this.latest)
    } else if (answer.kind !== 'refused') {
      const waiting = this.waiting.get(answer.id)
      this.waiting.delete(answer.id)
      if (answer.kind === 'answer') waiting?.resolve(answer.value as never)
      else waiting?.reject(new Error(answer.message))
    }
  }

  private end(error: Error): void {
    this.ended ??= error
    for (const waiting of this.waiting.values()) waiting.reject(error)
    this.waiting.clear()
  }
}
