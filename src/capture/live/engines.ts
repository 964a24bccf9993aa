/**
 * The programs that capture. Each is a child process that appends frames to the file it has as standard output; where
 * its standard output is a file, dumpcap and tcpdump write every batch out at once, and nothing that JavaScript does
 * can make them lose one.
 */
import { fileURLToPath } from 'node:url'
import { packageFile } from '../../package-files.js'
import type { RemoteHost } from './remote.js'
import { findProgram } from './run-program.js'

export const engineNames = ['dumpcap', 'tcpdump', 'cap'] as const
export type EngineName = (typeof engineNames)[number]

/** What is captured on one interface, and how. */
export interface InterfaceSettings {
  readonly name: string
  /** What messages call it. */
  readonly title: string
  readonly description: string
  /** Capture filter; '' for everything. */
  readonly filter: string
  /** The most bytes of a frame to keep, 0 for all. */
  readonly snaplen: number
  readonly promiscuous: boolean
  readonly monitor: boolean
  /** Kernel buffer in MiB, 0 for the engine's own choice. */
  readonly buffer: number
  /** libpcap's name of a link type, '' for the interface's usual one. */
  readonly linkType: string
}

export interface EngineCommand {
  /** What messages call it. */
  readonly program: string
  readonly file: string
  readonly args: readonly string[]
  /** What it writes. */
  readonly format: 'pcap' | 'pcapng'
}

/** Why an engine is not even tried: what it lacks, as the end of a sentence. */
export interface Unfit {
  readonly unfit: string
}

/** MiB of kernel buffer where frames lie close together: a second of a busy line. */
const BUFFER = 32
/**
 * MiB where each frame has a slot for the largest there may be, because every frame is handed over at once: `cap` does
 * that always, tcpdump when it can be fast enough. Otherwise tcpdump gets them by the second.
 */
const SLOT_BUFFER = 128

/** The command that captures on `interfaces`, or why that engine cannot. `first`: nothing else will get in its way. */
export function engineCommand(
  engine: EngineName,
  interfaces: readonly InterfaceSettings[],
  first: boolean,
): EngineCommand | Unfit {
  return commands[engine](interfaces, first)
}

/** The command that captures on an interface of another machine. */
export function remoteCommand(remote: RemoteHost, io: InterfaceSettings): EngineCommand | Unfit {
  const file = findProgram('ssh')
  if (file === '') return { unfit: 'is not installed. Debian: sudo apt install openssh-client' }
  const options = tcpdumpOptions({ ...io, name: remote.device })
    .map(quoted)
    .join(' ')
  const wanted = io.filter === '' ? '' : quoted(` and (${io.filter})`)
  // What carries the capture must not be captured again, without end: the connection as ssh describes it.
  const script =
    'PATH=$PATH:/usr/sbin:/sbin; own="tcp port 0"; [ -z "$SSH_CONNECTION" ] || ' +
    'own="host ${SSH_CONNECTION%% *} and tcp port ${SSH_CONNECTION##* }"; ' +
    // It must not outlive the connection on a network where no frame tells it that nobody listens.
    `exec 3<&0; tcpdump ${options} -- "not ($own)"${wanted} & p=$!; ` +
    '(cat <&3 >/dev/null; kill -TERM $p) 2>/dev/null & wait $p; s=$?; kill $! 2>/dev/null; exit $s'
  const port = remote.port === 0 ? [] : ['-p', String(remote.port)]
  const host = remote.user === '' ? remote.host : `${remote.user}@${remote.host}`
  return { program: 'ssh', file, args: [...port, '--', host, `sh -c ${quoted(script)}`], format: 'pcap' }
}

type CommandMaker = (interfaces: readonly InterfaceSettings[], first: boolean) => EngineCommand | Unfit

const commands: Readonly<Record<EngineName, CommandMaker>> = {
  dumpcap: (interfaces) => {
    const file = findProgram('dumpcap')
    if (file === '') return { unfit: 'is not installed. Debian: sudo apt install wireshark-common' }
    const args = ['-q', '-n', '-w', '-', ...interfaces.flatMap(dumpcapOptions)]
    return { program: 'dumpcap', file, args, format: 'pcapng' }
  },
  tcpdump: (interfaces, first) => {
    const [io] = interfaces
    const file = findProgram('tcpdump')
    if (file === '') return { unfit: 'is not installed. Debian: sudo apt install tcpdump' }
    if (io === undefined || interfaces.length > 1) return { unfit: 'captures on one interface only; -i any is all' }
    const prompt = first && (io.buffer === 0 || io.buffer >= SLOT_BUFFER)
    const buffer = io.buffer > 0 ? io.buffer : prompt ? SLOT_BUFFER : BUFFER
    const args = [...tcpdumpOptions({ ...io, buffer }), '--time-stamp-precision=nano']
    if (prompt) args.push('--immediate-mode')
    return { program: 'tcpdump', file, args: [...args, ...(io.filter === '' ? [] : ['--', io.filter])], format: 'pcap' }
  },
  cap: (interfaces) => {
    if (interfaces.some(({ monitor }) => monitor)) return { unfit: 'has no monitor mode' }
    if (interfaces.some(({ linkType }) => linkType !== '')) return { unfit: 'cannot choose a link type' }
    const settings = interfaces.map(({ name, description, filter, snaplen, buffer }) => ({
      name,
      description,
      filter,
      snaplen,
      buffer: buffer > 0 ? buffer : SLOT_BUFFER,
    }))
    const helper = fileURLToPath(packageFile('dist/src/capture/live/cap-helper.js'))
    return { program: 'cap', file: process.execPath, args: [helper, JSON.stringify(settings)], format: 'pcapng' }
  },
}

function dumpcapOptions(io: InterfaceSettings): string[] {
  const options = ['-i', io.name]
  if (io.filter !== '') options.push('-f', io.filter)
  if (io.snaplen > 0) options.push('-s', String(io.snaplen))
  if (!io.promiscuous) options.push('-p')
  if (io.monitor) options.push('-I')
  options.push('-B', String(io.buffer > 0 ? io.buffer : BUFFER))
  if (io.linkType !== '') options.push('-y', io.linkType)
  return options
}

function tcpdumpOptions(io: InterfaceSettings): string[] {
  const options = ['-i', io.name, '-U', '-w', '-']
  if (io.snaplen > 0) options.push('-s', String(io.snaplen))
  if (!io.promiscuous) options.push('-p')
  if (io.monitor) options.push('-I')
  // It counts in KiB.
  if (io.buffer > 0) options.push('-B', String(io.buffer * 1024))
  if (io.linkType !== '') options.push('-y', io.linkType)
  return options
}

const quoted = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`
