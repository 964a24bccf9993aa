/** The arguments that capture, follow or save, in tshark's letters. Options behind an `-i` belong to that interface. */
import { Option } from 'commander'
import { type EngineName, engineNames } from '../capture/live/engines.js'
import { type KeepLimit, keepUnits } from '../session/keeper.js'
import { type Ring, type SaveFormat, saveFormats } from '../capture/saver.js'
import { suggestion, UsageError } from './usage-error.js'

/** An interface as it was asked for; `name` may still be a number. */
export interface InterfaceRequest {
  name: string
  filter: string
  snaplen: number
  promiscuous: boolean
  monitor: boolean
  buffer: number
  linkType: string
}

/** When to stop capturing; 0 for a limit that was not set. */
export interface StopConditions {
  readonly seconds: number
  readonly kilobytes: number
  readonly files: number
  readonly packets: number
}

export interface CaptureArguments {
  readonly interfaces: readonly InterfaceRequest[]
  readonly engine: EngineName | 'auto'
  /** `-D` and `-L`: lists instead of a capture. */
  readonly listInterfaces: boolean
  readonly listLinkTypes: boolean
  /** `--follow`: the file is still being written. */
  readonly follow: string
  readonly save: { readonly path: string; readonly format: SaveFormat; readonly ring: Ring | null } | null
  readonly stop: StopConditions
  /** `--keep`: packets beyond this are forgotten; null for none. */
  readonly keep: KeepLimit | null
}

/** One option of the command line, in its order: name without dashes, and value. */
export type Given = readonly [name: string, value: unknown]

export const captureOptions: { readonly title: string; readonly options: readonly Option[] } = {
  title: 'Capture',
  options: [
    new Option('-i, --interface <name>', 'capture on this interface: name, number, any, ssh://user@host/name; again'),
    new Option('-f <filter>', 'capture only what this filter of libpcap passes'),
    new Option('-s, --snapshot-length <bytes>', 'keep so many bytes of each packet'),
    new Option('-p, --no-promiscuous-mode', 'only what is for this machine'),
    new Option('-I, --monitor-mode', 'everything that a wireless interface hears'),
    new Option('-B, --buffer-size <mib>', 'kernel buffer in MiB'),
    new Option('-y, --linktype <type>', 'link type; -L lists them'),
    new Option('--engine <name>', `who captures: auto, ${engineNames.join(', ')}`),
    new Option('-a, --autostop <condition>', 'stop at duration:S, filesize:KB, files:N or packets:N; again'),
    new Option('--keep <limit>', 'forget all but the latest: frames:N, bytes:N or time:SECONDS'),
    new Option('--follow <file>', 'show a capture that is still being written'),
    new Option('-D, --list-interfaces', 'list the interfaces'),
    new Option('-L, --list-data-link-types', 'list the link types of an interface'),
  ],
}

export const saveOptions: { readonly title: string; readonly options: readonly Option[] } = {
  title: 'Saving',
  options: [
    new Option('-w <file>', 'save the packets; - for standard output'),
    new Option('-F <format>', `format of that file: ${saveFormats.join(', ')}`),
    new Option(
      '-b, --ring-buffer <condition>',
      'next file at duration:S, filesize:KB, packets:N, interval:S; keep files:N',
    ),
  ],
}

const STOPS = ['duration', 'filesize', 'files', 'packets'] as const
const TURNS = [...STOPS, 'interval'] as const
const MAX_SNAPLEN = 262_144

/** Understands those of `given` that are about capturing. Throws `UsageError`. */
export function captureArguments(given: readonly Given[]): CaptureArguments {
  const interfaces: InterfaceRequest[] = []
  const usual: InterfaceRequest = {
    name: '',
    filter: '',
    snaplen: 0,
    promiscuous: true,
    monitor: false,
    buffer: 0,
    linkType: '',
  }
  for (const [name, value] of given) {
    const text = String(value)
    const io = interfaces.at(-1) ?? usual
    if (name === 'interface') interfaces.push({ ...usual, name: text })
    else if (name === 'f') io.filter = text
    else if (name === 'snapshot-length') io.snaplen = Math.min(numberOf('-s', text, true), MAX_SNAPLEN)
    else if (name === 'no-promiscuous-mode') io.promiscuous = false
    else if (name === 'monitor-mode') io.monitor = true
    else if (name === 'buffer-size') io.buffer = numberOf('-B', text)
    else if (name === 'linktype') io.linkType = wordOf('-y', text)
  }
  const last = (name: string): string | null => {
    const found = given.findLast(([one]) => one === name)
    return found === undefined ? null : String(found[1])
  }
  const all = (name: string): string[] => given.filter(([one]) => one === name).map(([, value]) => String(value))
  const arguments_: CaptureArguments = {
    interfaces,
    engine: choice('--engine', last('engine') ?? 'auto', ['auto', ...engineNames] as const),
    listInterfaces: last('list-interfaces') !== null,
    listLinkTypes: last('list-data-link-types') !== null,
    follow: last('follow') ?? '',
    save: saveOf(last('w'), last('F'), all('ring-buffer')),
    stop: stopOf(all('autostop')),
    keep: keepOf(last('keep')),
  }
  check(arguments_, usual)
  return arguments_
}

/** Options that mean nothing without an interface are not passed over in silence. */
function check(args: CaptureArguments, usual: InterfaceRequest): void {
  if (args.interfaces.length > 0) return
  const { filter, snaplen, promiscuous, monitor, buffer, linkType } = usual
  const vain = [
    filter !== '' && '-f',
    snaplen > 0 && '-s',
    !promiscuous && '-p',
    monitor && '-I',
    buffer > 0 && '-B',
    linkType !== '' && '-y',
    Object.values(args.stop).some((limit) => limit > 0) && args.follow === '' && '-a',
    args.save?.ring && args.follow === '' && '-b',
    args.keep !== null && args.follow === '' && '--keep',
    args.listLinkTypes && '-L',
  ].find((flag) => typeof flag === 'string')
  if (vain !== undefined) throw new UsageError(`${vain} goes with -i: name an interface. All there are: framewise -D`)
}

function saveOf(path: string | null, format: string | null, turns: readonly string[]): CaptureArguments['save'] {
  if (path === null) {
    if (format !== null) throw new UsageError('-F is the format of the file that -w names.')
    if (turns.length > 0) throw new UsageError('-b divides the file that -w names.')
    return null
  }
  const ring = turns.length === 0 ? null : ringOf(turns)
  if (ring !== null && path === '-') throw new UsageError('-b makes several files, and -w - is one.')
  return { path, format: choice('-F', format ?? 'pcapng', saveFormats), ring }
}

function ringOf(turns: readonly string[]): Ring {
  const set = conditions('-b', turns, TURNS)
  const ring = {
    seconds: set['duration'] ?? 0,
    kilobytes: set['filesize'] ?? 0,
    packets: set['packets'] ?? 0,
    interval: set['interval'] ?? 0,
    files: set['files'] ?? 0,
  }
  if (ring.seconds + ring.kilobytes + ring.packets + ring.interval === 0) {
    throw new UsageError(
      '-b files: says how many to keep; when to begin the next one says duration:, filesize:, packets: or interval:',
    )
  }
  return ring
}

function stopOf(stops: readonly string[]): StopConditions {
  const set = conditions('-a', stops, STOPS)
  return {
    seconds: set['duration'] ?? 0,
    kilobytes: set['filesize'] ?? 0,
    files: set['files'] ?? 0,
    packets: set['packets'] ?? 0,
  }
}

function keepOf(text: string | null): KeepLimit | null {
  if (text === null) return null
  const [[unit, most] = ['', 0]] = Object.entries(conditions('--keep', [text], keepUnits))
  return { unit: unit as KeepLimit['unit'], most }
}

function conditions(flag: string, texts: readonly string[], known: readonly string[]): Record<string, number> {
  const set: Record<string, number> = {}
  for (const text of texts) {
    const [, name = text, number = ''] = /^(\w+):(.*)$/.exec(text) ?? []
    if (!known.includes(name)) {
      throw new UsageError(`${flag} ${text} is not known: it can be ${known.join(':, ')}:${suggestion(name, known)}`)
    }
    set[name] = numberOf(`${flag} ${name}:`, number)
  }
  return set
}

function numberOf(flag: string, text: string, zero = false): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : -1
  if (number < 0 || (number === 0 && !zero)) throw new UsageError(`${flag} takes a number, not ${text || 'nothing'}.`)
  return number
}

function wordOf(flag: string, text: string): string {
  if (!/^\w[\w-]*$/.test(text))
    throw new UsageError(`${flag} ${text} is no link type: framewise -L -i NAME lists them.`)
  return text
}

function choice<T extends string>(flag: string, value: string, known: readonly T[]): T {
  const found = known.find((one) => one === value)
  if (found !== undefined) return found
  throw new UsageError(`${flag} ${value} is not known: it can be ${known.join(', ')}.${suggestion(value, known)}`)
}
