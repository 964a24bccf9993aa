/** Decides what a command line means: a command, help, a report, printing, or the screen. */
import { existsSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { Worker } from 'node:worker_threads'
import { CaptureError, Exit } from '../capture/damage.js'
import { type Arguments, parseArguments } from './arguments.js'
import { commands } from './commands.js'
import { complain } from './complain.js'
import { loadConfig } from '../config/config.js'
import { configPath } from '../config/files.js'
import { suggestion, UsageError } from './usage-error.js'

const STDOUT = 1

/**
 * Runs the arguments behind the program's name; resolves with the exit code. `thread` is the session's thread where it was
 * started already.
 */
export async function runCommandLine(args: readonly string[], thread: Worker | null = null): Promise<number> {
  const [first] = args
  if (first !== undefined && Object.hasOwn(commands, first)) {
    const command = await commands[first]!.load()
    return await command(args.slice(1))
  }
  const outside = dissectorsIn(args)
  if (outside.length > 0 || namesProtocols(args)) await import('./print.js')
  try {
    if (outside.length > 0) await (await import('../session/outside-dissectors.js')).outsideDissectors(outside)
    if (first !== undefined) checkCommand(first)
    const parsed = parseArguments(args, loadConfig())
    if (parsed.help || parsed.version || parsed.report !== null) return await tell(parsed)
    const { interfaces, listInterfaces, listLinkTypes, follow, save } = parsed.capture
    if (listInterfaces) return await (await import('./interfaces.js')).printInterfaces()
    if (listLinkTypes) return await (await import('./interfaces.js')).printLinkTypes(interfaces)
    if (parsed.statistics.length > 0) (await import('./statistics.js')).checkStatistics(parsed.statistics)
    const growing = interfaces.length > 0 || follow !== ''
    const screen = isatty(STDOUT) && !parsed.printing && save === null
    if (!screen) for (const problem of parsed.configProblems) complain(problem)
    if ((growing && !screen) || (save !== null && parsed.file !== '')) {
      return await (await import('./live.js')).captureAndPrint(parsed)
    }
    if (screen) return await (await import('./screens.js')).showScreens(parsed, thread)
    if (parsed.file === '') throw new UsageError('name a capture file: framewise FILE. All options: framewise --help')
    return await (await import('./print.js')).printCapture(parsed)
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

/** Throws `UsageError` when a bare word that names no file is nearly a command. */
function checkCommand(word: string): void {
  if (!/^[a-z]+$/.test(word) || existsSync(word)) return
  const hint = word === 'help' ? ' Did you mean --help?' : suggestion(word, Object.keys(commands))
  if (hint !== '') throw new UsageError(`${word} is neither a file nor a command.${hint}`)
}

/**
 * Must all that declares fields be loaded before the arguments are understood? Fields, protocols and preferences are
 * known by name only then; opening a capture on the screen does not wait for them.
 */
const namesProtocols = (args: readonly string[]): boolean =>
  args.some((arg) => /^-[^-]*[eoOG]/.test(arg)) || existsSync(configPath())

/** The modules behind `--dissector`: what they declare, other arguments may name. */
const dissectorsIn = (args: readonly string[]): string[] =>
  args.flatMap((arg, i) => {
    if (arg.startsWith(`${DISSECTOR}=`)) return [arg.slice(DISSECTOR.length + 1)]
    return arg === DISSECTOR ? args.slice(i + 1, i + 2) : []
  })
const DISSECTOR = '--dissector'

/** Help, version and reports. */
async function tell(args: Arguments): Promise<number> {
  const { helpText, version } = await import('./help.js')
  const { printText } = await import('./standard-output.js')
  if (args.help) printText(helpText())
  else if (args.version) printText(`framewise ${version()}\n`)
  else {
    const { glossary } = await import('../output/glossary.js')
    const { protocols } = await import('../../dissectors/index.js')
    const { outsideDissectors } = await import('../session/outside-dissectors.js')
    const all = [...protocols, ...(await outsideDissectors(args.dissectors))]
    printText([...glossary(args.report ?? 'fields', all), ''].join('\n'))
  }
  return Exit.Ok
}
