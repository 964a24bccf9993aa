/** Decides what a command line means: a command, help, a report, printing, or the screen. */
import { openSync } from 'node:fs'
import { isatty, ReadStream } from 'node:tty'
import { CaptureError, Exit } from '../capture/damage.js'
import { type Arguments, parseArguments } from './arguments.js'
import { commands } from './commands.js'
import type { WorkerStart } from '../session/messages.js'
import { UsageError } from './usage-error.js'

const STDOUT = 1

/** Runs the arguments behind the program's name; resolves with the exit code. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const [first] = args
  if (first !== undefined && Object.hasOwn(commands, first)) {
    const command = await commands[first]!.load()
    return await command(args.slice(1))
  }
  const { complain, printCapture } = await import('./print.js')
  try {
    const parsed = parseArguments(args)
    if (parsed.help || parsed.version || parsed.report !== null) return await tell(parsed)
    const { interfaces, listInterfaces, listLinkTypes, follow, save } = parsed.capture
    if (listInterfaces) return await (await import('./interfaces.js')).printInterfaces()
    if (listLinkTypes) return await (await import('./interfaces.js')).printLinkTypes(interfaces)
    const growing = interfaces.length > 0 || follow !== ''
    const screen = isatty(STDOUT) && !parsed.printing && save === null
    if ((growing && !screen) || (save !== null && parsed.file !== '')) {
      return await (await import('./live.js')).captureAndPrint(parsed)
    }
    if (growing) return await watchCapture(parsed)
    if (parsed.file === '') throw new UsageError('name a capture file: framewise FILE. All options: framewise --help')
    return screen ? await openScreen(parsed, { path: parsed.file }) : await printCapture(parsed)
  } catch (error) {
    if (error instanceof UsageError) {
      complain(error.message)
      return Exit.Usage
    }
    if (!(error instanceof CaptureError)) throw error
    complain(error.message)
    return error.exit
  }
}

/** Help, version and reports. */
async function tell(args: Arguments): Promise<number> {
  const { helpText, version } = await import('./help.js')
  const { ClosedPipe, OutputBuffer } = await import('../output/output-buffer.js')
  const out = new OutputBuffer(STDOUT)
  try {
    if (args.help) out.text(helpText())
    else if (args.version) out.text(`framewise ${version()}\n`)
    else {
      const { glossary } = await import('../output/glossary.js')
      const { protocols } = await import('../../dissectors/index.js')
      for (const line of glossary(args.report ?? 'fields', protocols)) out.text(`${line}\n`)
    }
    out.flush()
  } catch (error) {
    if (!(error instanceof ClosedPipe)) throw error
  }
  return Exit.Ok
}

/** A capture on the screen while it is being made, or a file while somebody else writes it. */
async function watchCapture(args: Arguments): Promise<number> {
  const growing = new Int32Array(new SharedArrayBuffer(4))
  Atomics.store(growing, 0, 1)
  if (args.capture.interfaces.length === 0) return await openScreen(args, { path: args.capture.follow, growing })
  const { beginCapture } = await import('./live.js')
  const live = await beginCapture(args)
  void live.ended.then(() => Atomics.store(growing, 0, 0))
  const about = live.about()
  let code: number
  try {
    code = await openScreen(args, { path: live.spool, growing, ...(about === undefined ? {} : { about }) })
  } finally {
    await live.stop()
    live.remove()
  }
  const { message } = await live.ended
  if (message !== '') throw new CaptureError(message, Exit.Damaged)
  return code
}

/** Nothing of the screen is loaded before somebody wants one. */
async function openScreen(args: Arguments, source: Pick<WorkerStart, 'path' | 'growing' | 'about'>): Promise<number> {
  const { openSession } = await import('../session/open-session.js')
  const { runApp } = await import('../ui/app.js')
  const { version } = await import('./help.js')
  const session = await openSession({
    ...source,
    timeFormat: args.time,
    names: args.names,
    preferences: args.preferences,
  })
  try {
    const color = args.color === 'never' ? 'none' : 'auto'
    return await runApp(session, { ...keyboard(args.file), color, time: args.time, program: `framewise ${version()}` })
  } finally {
    await session.close()
  }
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
