/** The session's thread: reads, indexes and dissects, so that the screen only draws. */
import { parentPort } from 'node:worker_threads'
import { protocols } from '../../dissectors/index.js'
import { CaptureError, Exit } from '../capture/damage.js'
import { followCapture, openCapture } from '../capture/open.js'
import { namesFor } from '../names/resolver.js'
import { RefusedFilter } from './refused-filter.js'
import { type ListChange, ListSender } from './list-changes.js'
import { LocalSession } from './local-session.js'
import type { Answer, Question, Value, WorkerStart } from './messages.js'
import { registryWith } from './outside-dissectors.js'

const port = parentPort
if (port === null) throw new Error('this file is the body of a worker thread')
const say = (answer: Answer): void => port.postMessage(answer)

async function start(settings: WorkerStart): Promise<void> {
  const registry = await registryWith(protocols, settings)
  const { path, growing, about, live = false, keep, application } = settings
  const more = (): boolean => growing !== undefined && Atomics.load(growing, 0) !== 0
  const capture = growing === undefined ? await openCapture(path) : await followCapture(path, more, about)
  const filters = { macros: settings.macros, savedFilters: settings.savedFilters ?? {} }
  const names = namesFor(settings.names, capture.reader.names)
  const { timeFormat } = settings
  const session = new LocalSession(capture, registry, { timeFormat, names, live, keep, application, ...filters })
  const list = new ListSender()
  const change = (): ListChange => list.next(session.displayed, session.displayedPages)
  session.onStatus((status) => say({ kind: 'status', status, list: change() }))
  port!.on('message', (question: Question) => void reply(session, question))
  if (settings.columns !== undefined) await session.setColumns(settings.columns)
  say({ kind: 'opened', status: session.status(), list: change() })
}

async function reply(session: LocalSession, question: Question): Promise<void> {
  const { id } = question
  try {
    say({ kind: 'answer', id, value: await ask(session, question) })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (!(error instanceof RefusedFilter)) return say({ kind: 'failed', id, message })
    const complaint = { sentence: error.sentence, start: error.start, end: error.end }
    say({ kind: 'failed', id, message, complaint })
  }
  if (question.ask === 'close') port!.close()
}

async function ask(session: LocalSession, question: Question): Promise<Value> {
  switch (question.ask) {
    case 'rows':
      return await session.rows(question.first, question.count)
    case 'detail':
      return await session.detail(question.number)
    case 'time':
      await session.setTimeFormat(question.format)
      return null
    case 'captureInfo':
      return await session.captureInfo()
    case 'columns':
      return await session.setColumns(question.columns)
    case 'filter':
      return await session.filter(question.text, question.selected)
    case 'filterInsight':
      return await session.filterInsight(question.text, question.cursor)
    case 'nodeFilter':
      return await session.nodeFilter(question.number, question.node)
    case 'frameFilters':
      return await session.frameFilters(question.number)
    case 'find':
      return await session.find(question.request, question.from, question.direction)
    case 'cancelFind':
      await session.cancelFind()
      return null
    case 'save':
      return await session.save(question.request)
    case 'cancelSave':
      await session.cancelSave()
      return null
    case 'follow':
      return await session.follow(question.request)
    case 'close':
      await session.close()
      return null
  }
}

// What to open is said once it is known, maybe long after this thread was started.
port.once('message', (settings: WorkerStart) => void start(settings).catch(refuse))

function refuse(error: unknown): void {
  const known = error instanceof CaptureError
  say({
    kind: 'refused',
    message: error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error),
    exit: known ? error.exit : Exit.File,
  })
  port!.close()
}
