/**
 * What is on the screen: the start screen, a file, or a capture that is being made, one in place of the other. Nothing
 * of the screen is loaded before somebody wants one.
 */
import { openSync } from 'node:fs'
import { resolve } from 'node:path'
import { ReadStream } from 'node:tty'
import type { Worker } from 'node:worker_threads'
import { CaptureError, Exit } from '../capture/damage.js'
import type { CaptureSettings, LiveCapture } from '../capture/live/live-capture.js'
import { configPath } from '../config/files.js'
import { history } from '../config/history.js'
import { complaintText } from '../filter/filter-error.js'
import type { WorkerStart } from '../session/messages.js'
import { openSession } from '../session/open-session.js'
import { RefusedFilter } from '../session/refused-filter.js'
import type { ColumnChoice, Session } from '../session/session.js'
import type { Arguments } from './arguments.js'
import { say } from './complain.js'
import { version } from './help.js'
import type { LiveDesk } from './live-desk.js'

/** When all that a file needs to be shown is surely done, in ms. */
const SETTLED = 300

const loadUi = () => import('../ui/screens.js')
type Ui = Awaited<ReturnType<typeof loadUi>>
type Host = Parameters<Parameters<Ui['runScreens']>[0]>[0]
type Screen = ReturnType<Parameters<Ui['runScreens']>[0]>
type Source = Pick<WorkerStart, 'path' | 'growing' | 'about' | 'live'>

/**
 * Shows what `args` asks for, or the start screen; resolves with the exit code. Rejects with `CaptureError`. `thread` is the
 * thread of the first session where it was started already.
 */
export async function showScreens(args: Arguments, thread: Worker | null): Promise<number> {
  const { interfaces, follow } = args.capture
  // What cannot be used is said before anything is captured.
  if (interfaces.length > 0 && args.displayFilter !== '') {
    const { filterOf } = await import('./display-filter.js')
    filterOf(args.displayFilter, new Map(), args.config.macros)
  }
  // A capture begins before the program that shows it is loaded.
  const live = interfaces.length === 0 ? null : await (await import('./live.js')).beginCapture(args)
  const shown = new Shown(args, thread)
  let code: number
  try {
    let first: (host: Host) => Screen
    if (live !== null) first = await shown.capture(live)
    else if (follow !== '') first = await shown.growing(follow)
    else if (args.file !== '') first = await shown.file(args.file)
    else first = await shown.start()
    const ui = await loadUi()
    const wrongKeys = ui.applyKeys(args.config.keys).map((problem) => `${configPath()}: ${problem}`)
    shown.problems = [...args.configProblems, ...wrongKeys]
    const color = args.color === 'never' ? 'none' : 'auto'
    code = await ui.runScreens(first, { ...keyboard(args.file), color, program: `framewise ${version()}` })
  } finally {
    await shown.close()
  }
  if (shown.ending !== '') throw new CaptureError(shown.ending, Exit.Damaged)
  return code
}

/** What is on the screen now, and what it takes to show something else. */
class Shown {
  /** What is to be said of the settings. */
  problems: readonly string[] = []
  /** Why the capture that was shown last ended without having been asked to. */
  ending = ''
  readonly #args: Arguments
  readonly #history = history('display')
  /** A file that is open and not in the history yet. */
  #opened = ''
  /** The thread of the next session, where it was started already. */
  #thread: Worker | null
  #session: Session | null = null
  #desk: LiveDesk | null = null
  /** The terminal, once something is shown there. */
  #host: Host | null = null

  constructor(args: Arguments, thread: Worker | null) {
    this.#args = args
    this.#thread = thread
  }

  async start(): Promise<(host: Host) => Screen> {
    const { StartScreen } = await loadUi()
    const { startSources } = await import('./start-sources.js')
    const sources = startSources({
      begin: (settings) => this.#begin(settings),
      open: (path) => this.#replace(() => this.file(path)),
      engine: this.#args.capture.engine,
    })
    return (host) => {
      this.#host = host
      return new StartScreen(host, sources, this.problems)
    }
  }

  async file(path: string): Promise<(host: Host) => Screen> {
    // The session's thread starts while the screen is being loaded.
    const [session] = await Promise.all([this.#open({ path }), loadUi()])
    if (path !== '-') this.#opened = resolve(path)
    // Nobody waits for a disk before the first screen.
    setTimeout(() => this.#remember(), SETTLED)
    return await this.#browser(session, path === '-' ? 'asked' : 'never')
  }

  async growing(path: string): Promise<(host: Host) => Screen> {
    const growing = flag()
    return await this.#browser(await this.#open({ path, growing }), 'always')
  }

  async capture(live: LiveCapture): Promise<(host: Host) => Screen> {
    const growing = flag()
    void live.ended.then(() => Atomics.store(growing, 0, 0))
    const about = live.about()
    try {
      const source = { path: live.spool, growing, live: true, ...(about === undefined ? {} : { about }) }
      const session = await this.#open(source)
      const { LiveDesk } = await import('./live-desk.js')
      const desk = new LiveDesk(live, session, this.#args.capture.keep, (settings) => this.#begin(settings))
      this.#desk = desk
      return await this.#browser(session, 'always', desk)
    } catch (error) {
      await live.stop()
      live.remove(true)
      throw error
    }
  }

  /** Puts the file that was opened into the history. */
  #remember(): void {
    if (this.#opened !== '') history('files').add(this.#opened)
    this.#opened = ''
  }

  /** Ends what is shown, and says where frames are that nobody has saved. */
  async close(): Promise<void> {
    this.#remember()
    const session = this.#session
    const desk = this.#desk
    this.#session = null
    this.#desk = null
    await session?.close()
    if (desk === null) return
    const { path, ending } = await desk.close()
    this.ending = ending
    if (path !== '') say(`framewise: what was captured is still there: framewise -r ${path}`)
  }

  /** Begins a capture in place of what is shown. */
  #begin(settings: CaptureSettings): Promise<string> {
    return this.#replace(async () => {
      const { startCapture } = await import('../capture/live/live-capture.js')
      return await this.capture(await startCapture(settings))
    })
  }

  /** Makes another screen, and only then ends what was shown. Resolves with what stands in the way. */
  async #replace(make: () => Promise<(host: Host) => Screen>): Promise<string> {
    const before = { session: this.#session, desk: this.#desk }
    this.#desk = null
    try {
      const screen = await make()
      const host = this.#host
      if (host !== null) host.show(screen(host))
    } catch (error) {
      this.#session = before.session
      this.#desk = before.desk
      if (!(error instanceof CaptureError)) throw error
      return error.message.replaceAll('\n', ' ')
    }
    await before.session?.close()
    before.desk?.settle()
    await before.desk?.close()
    return ''
  }

  async #open(source: Source): Promise<Session> {
    const { time, names, preferences, dissectors, config, capture } = this.#args
    const columns = listed(this.#args)
    const thread = this.#thread ?? undefined
    this.#thread = null
    const start: WorkerStart = {
      ...source,
      ...(capture.keep === null ? {} : { keep: capture.keep }),
      timeFormat: time,
      names,
      preferences,
      dissectors,
      ...(columns === null ? {} : { columns }),
      macros: config.macros,
      savedFilters: config.filters,
      application: `framewise ${version()}`,
    }
    const session = await openSession(start, thread)
    this.#session = session
    await applied(this.#args.displayFilter, session)
    return session
  }

  async #browser(
    session: Session,
    tail: 'never' | 'asked' | 'always',
    live?: LiveDesk,
  ): Promise<(host: Host) => Screen> {
    const { Browser } = await loadUi()
    return (host) => {
      this.#host = host
      const { time } = this.#args
      const columns = listed(this.#args)
      const more = { ...(live === undefined ? {} : { live }), ...(columns === null ? {} : { columns }) }
      return new Browser({
        ...host,
        session,
        tail,
        time,
        problems: this.problems,
        history: this.#history,
        ...more,
      })
    }
  }
}

/** Applies the display filter of the command line. Rejects with `CaptureError` when it makes no sense. */
async function applied(filter: string, session: Session): Promise<void> {
  if (filter === '') return
  try {
    await session.filter(filter, 1)
  } catch (error) {
    throw error instanceof RefusedFilter ? new CaptureError(complaintText(filter, error), Exit.File) : error
  }
}

/** The columns of the list: those of the command line, else those of the settings, null for the usual ones. */
const listed = ({ columns, config }: Arguments): readonly ColumnChoice[] | null =>
  columns?.map(({ title, format }) => ({ title, format })) ?? config.columns

/** A number that both threads see: 1 while more may come. */
function flag(): Int32Array<SharedArrayBuffer> {
  const growing = new Int32Array(new SharedArrayBuffer(4))
  Atomics.store(growing, 0, 1)
  return growing
}

/** When the capture comes through standard input, keys come from the terminal itself. */
function keyboard(file: string): { readonly input?: ReadStream } {
  if (file !== '-') return {}
  try {
    return { input: new ReadStream(openSync('/dev/tty', 'r')) }
  } catch (error) {
    const message = 'standard input: the capture comes through it, and there is no terminal for keys. Try: -T text'
    throw new CaptureError(message, Exit.Usage, { cause: error })
  }
}
