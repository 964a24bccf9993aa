/** `-D`, `-L`, and from what `-i` says to an interface. */
import { CaptureError, Exit, printable } from '../capture/damage.js'
import { failureOf, saying } from '../capture/live/engine-messages.js'
import type { InterfaceSettings } from '../capture/live/engines.js'
import { interfaceTitle, listInterfaces, type LiveInterface } from '../capture/live/interfaces.js'
import { isRemote } from '../capture/live/remote.js'
import { findProgram, runProgram } from '../capture/live/run-program.js'
import type { InterfaceRequest } from './capture-options.js'
import { printText } from './standard-output.js'
import { suggestion } from './usage-error.js'

/** Prints the interfaces, one a line. */
export async function printInterfaces(): Promise<number> {
  const lines = (await listInterfaces()).map(
    ({ number, name, description }) => `${number}. ${name}${description === '' ? '' : ` (${description})`}\n`,
  )
  if (lines.length === 0) throw new CaptureError('no interface can be seen here. Why: framewise doctor')
  printText(lines.join(''))
  return Exit.Ok
}

/** Prints the link types that each interface may be captured with. Throws `CaptureError` when it may not be opened. */
export async function printLinkTypes(requests: readonly InterfaceRequest[]): Promise<number> {
  for (const io of await interfaceSettings(requests)) {
    const program = findProgram('dumpcap') === '' ? 'tcpdump' : 'dumpcap'
    const file = findProgram(program)
    if (file === '') throw new CaptureError('link types are listed by dumpcap or tcpdump, and neither is installed.')
    const monitor = io.monitor ? ['-I'] : []
    const { status, output, errors } = await runProgram(file, ['-i', io.name, '-L', ...monitor])
    if (status !== 0) throw new CaptureError(failureOf(program, errors || saying(output), [io]).message)
    // Older versions of both write the list to standard error.
    const types = (output.includes('link types') ? output : errors).match(/^ {2}\S.*$/gm) ?? []
    const head = `Data link types of interface ${io.name}${io.monitor ? ' when in monitor mode' : ''} (use option -y to set):`
    printText(`${[head, ...types].join('\n')}\n`)
  }
  return Exit.Ok
}

/** The interfaces that were asked for by name or number. Throws `CaptureError` naming the nearest for one there is not. */
export async function interfaceSettings(requests: readonly InterfaceRequest[]): Promise<InterfaceSettings[]> {
  const all = requests.every(({ name }) => isRemote(name)) ? [] : await listInterfaces()
  return requests.map((request) => {
    const io = isRemote(request.name) ? null : found(request.name, all)
    const name = io?.name ?? request.name
    const title = io === null ? name : interfaceTitle(io)
    return { ...request, name, title, description: io?.description ?? '' }
  })
}

function found(wanted: string, all: readonly LiveInterface[]): LiveInterface {
  const named = all.find(({ name }) => name === wanted)
  if (named !== undefined) return named
  const numbered = /^\d+$/.test(wanted) ? all.find(({ number }) => number === Number(wanted)) : undefined
  if (numbered !== undefined) return numbered
  const names = all.map(({ name }) => name)
  const near = suggestion(wanted, names)
  const known =
    near !== '' ? near : ` There ${names.length === 1 ? 'is' : 'are'} ${names.slice(0, 12).join(', ') || 'none'}.`
  const complaint =
    wanted === '-'
      ? 'a capture from standard input is read with -r -'
      : `there is no interface ${printable(wanted)}.${known}`
  throw new CaptureError(complaint)
}
