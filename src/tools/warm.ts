/**
 * Keeps what V8 compiles of the program's bundles, so that it need not be compiled at every start: the last step of the
 * build. Runs each on the sample capture and does with it what a person does first.
 *
 *     node dist/src/tools/warm.js
 */
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { MessageChannel } from 'node:worker_threads'
import type * as CommandLine from '../cli/run.js'
import { packageFile } from '../package-files.js'
import { compiledFile, loadCode, quickFile } from '../quick-code.js'
import type { Answer, Question, WorkerStart } from '../session/messages.js'

const sample = fileURLToPath(packageFile('fixtures/sample.pcapng'))

/** The session's thread: rows, trees, and a filter while it is typed. */
async function warmThread(): Promise<void> {
  const { port1: here, port2: parentPort } = new MessageChannel()
  const { keep } = load('session/worker', { 'node:worker_threads': { parentPort } })
  const start: WorkerStart = { path: sample, timeFormat: 'r', names: 'mnt', preferences: [], macros: {} }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
  const say = (text: WorkerStart | Question): void => here.postMessage(text)
  say(start)
  await once(here, 'message')
  const questions: readonly Question[] = [
    { id: 1, ask: 'rows', first: 1, count: 1000 },
    ...Array.from({ length: 100 }, (_, i): Question => ({ id: 2, ask: 'detail', number: i + 1 })),
    { id: 3, ask: 'filterInsight', text: 'tcp.port == 80', cursor: 14 },
    { id: 4, ask: 'filter', text: 'tcp.port == 80', selected: 1 },
    { id: 5, ask: 'rows', first: 1, count: 1000 },
  ]
  for (const question of questions) {
    say(question)
    let answer: Answer
    do [answer] = (await once(here, 'message')) as [Answer]
    while (answer.kind === 'status')
  }
  here.close()
  keep()
}

/** The program on a terminal that nobody sees. */
async function warmScreen(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'framewise-'))
  Object.assign(process.env, { XDG_CONFIG_HOME: folder, XDG_STATE_HOME: folder })
  const keys = new PassThrough()
  const screen = Object.assign(new PassThrough(), { columns: 120, rows: 40, isTTY: true })
  screen.resume()
  Object.defineProperty(process, 'stdin', { value: keys })
  Object.defineProperty(process, 'stdout', { value: screen })
  const { exports, keep } = load('cli/run', {
    'node:tty': { ...createRequire(import.meta.url)('node:tty'), isatty: () => true },
  })
  const ended = (exports as typeof CommandLine).runCommandLine([sample])
  for (const key of ['', 'j', '\t', 'j', '\x1b[6~', '/', '\x1b', 'q']) {
    await pause(KEY_TIME)
    keys.write(key)
  }
  await ended
  rmSync(folder, { recursive: true })
  keep()
}
/** How long a picture may take, in ms. */
const KEY_TIME = 100

/** Runs a bundle with other modules in place of these. `keep` writes what is compiled of it by now. */
function load(name: string, instead: Readonly<Record<string, object>>): { exports: object; keep: () => void } {
  const code = quickFile(name)
  if (code === null) throw new Error(`there is no bundle of ${name}`)
  const require = createRequire(code)
  const { script, run } = loadCode(code)
  const exports = run((module) => instead[module] ?? require(module))
  return { exports, keep: () => writeFileSync(compiledFile(code), script.createCachedData()) }
}

await warmThread()
await warmScreen()
process.exit()
