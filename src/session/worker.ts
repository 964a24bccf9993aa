/** The session's thread: reads, indexes and dissects, so that the screen only draws. */
import { parentPort, workerData } from 'node:worker_threads'
import { protocols } from '../../dissectors/index.js'
import { CaptureError, Exit } from '../capture/damage.js'
import { followCapture, openCapture } from '../capture/open.js'
import { allPreferences } from '../dissect/preference.js'
import { Registry } from '../dissect/registry.js'
import { namesFor } from '../names/resolver.js'
import { LocalSession } from './local-session.js'
import type { Answer, Question, WorkerStart } from './messages.js'
import type { Detail, Row } from './session.js'

const port = parentPort
if (port === null) throw new Error('this file is the body of a worker thread')
const say = (answer: Answer): void => port.postMessage(answer)

async function start(settings: WorkerStart): Promise<void> {
  const registry = new Registry(protocols)
  for (const p of allPreferences) {
    const value = settings.preferences.find(([name]) => name === p.name)
    if (value) registry.prefer(p, value[1])
  }
  const { path, growing, about } = settings
  const more = (): boolean => growing !== undefined && Atomics.load(growing, 0) !== 0
  const capture = growing === undefined ? await openCapture(path) : await followCapture(path, more, about)
  const names = namesFor(settings.names, capture.reader.names)
  const session = new LocalSession(capture, registry, { timeFormat: settings.timeFormat, names })
  session.onStatus((status) => say({ kind: 'status', status }))
  port!.on('message', (question: Question) => void reply(session, question))
  say({ kind: 'opened', status: session.status() })
}

async function reply(session: LocalSession, question: Question): Promise<void> {
  const { id } = question
  try {
    say({ kind: 'answer', id, value: await ask(session, question) })
  } catch (error) {
    say({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) })
  }
  if (question.ask === 'close') port!.close()
}

async function ask(session: LocalSession, question: Question): Promise<Row[] | Detail | null> {
  switch (question.ask) {
    case 'rows':
      return await session.rows(question.first, question.count)
    case 'detail':
      return await session.detail(question.number)
    case 'time':
      await session.setTimeFormat(question.format)
      return null
    case 'close':
      await session.close()
      return null
  }
}

await start(workerData as WorkerStart).catch((error: unknown) => {
  const known = error instanceof CaptureError
  say({
    kind: 'refused',
    message: error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error),
    exit: known ? error.exit : Exit.File,
  })
  port.close()
})
