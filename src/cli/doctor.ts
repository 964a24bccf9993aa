/** `framewise doctor`: what live capture needs, what of it is there, and the command that mends each lack. */
import { existsSync, readdirSync, statfsSync } from 'node:fs'
import { release, type as systemName } from 'node:os'
import { CaptureError, Exit } from '../capture/damage.js'
import { checkEngines, containerKind, type Finding } from '../capture/live/engine-check.js'
import { captureFolder, runtimeFolder } from '../capture/live/folders.js'
import { listInterfaces } from '../capture/live/interfaces.js'
import { barredCapabilities, callingUser, heldCapabilities } from '../capture/live/privileges.js'
import { findProgram, runProgram } from '../capture/live/run-program.js'
import { leftovers } from '../capture/live/spools.js'
import { version } from './help.js'
import { printText } from './standard-output.js'

const HELP = `usage: framewise doctor

Tries every engine of live capture without capturing anything, and says what is missing and the command
that mends it. Exit code 0 when at least one engine may capture, 2 when none may.
`

const good = (what: string): Finding => ({ good: true, what, remedy: [] })
const bad = (what: string, ...remedy: string[]): Finding => ({ good: false, what, remedy })

/** Runs the command with the arguments behind `doctor`; resolves with the exit code. */
export async function doctorCommand(args: string[]): Promise<number> {
  if (args.length > 0) {
    const asked = args[0] === '-h' || args[0] === '--help'
    if (asked) printText(HELP)
    else process.stderr.write(`framewise doctor: it takes no arguments.\n\n${HELP}`)
    return asked ? Exit.Ok : Exit.Usage
  }
  const engines = await checkEngines()
  const first = engines.find((engine) => engine.good)
  const result =
    first === undefined
      ? 'No engine may capture here: mend one of those above. Files can be read all the same.'
      : `Live capture works, with ${first.engine}.`
  const sections = [
    section('Engines', engines),
    section('Rights', rights()),
    section('Files of programs', await fileCapabilities()),
    section('Interfaces', await interfaces()),
    section('Devices', devices()),
    section('Helpers', helpers()),
    section('Folders', folders()),
  ]
  printText(`${sections.join('')}\n${result}\n`)
  return first === undefined ? Exit.File : Exit.Ok
}

function section(title: string, findings: readonly Finding[]): string {
  if (findings.length === 0) return ''
  const lines = findings.flatMap(({ good: well, what, remedy }) => [
    `  ${well ? 'ok  ' : 'lack'}  ${what}\n`,
    ...remedy.map((command) => `          ${command}\n`),
  ])
  return `${title}\n${lines.join('')}`
}

function rights(): Finding[] {
  const system = `framewise ${version()}, Node.js ${process.versions.node}, ${systemName()} ${release()}`
  const user = callingUser()
  const uid = process.geteuid?.() ?? -1
  const who =
    user === null
      ? uid === 0
        ? 'root'
        : `user ${uid}`
      : `root for user ${user.uid}, whom it becomes once a device is open`
  const held = heldCapabilities()
  const barred = barredCapabilities()
  const container = containerKind()
  const within = container === '' ? 'no container' : `a container (${container})`
  return [
    good(`${system}; running as ${who}, in ${within}`),
    held.length > 0
      ? good(`this process itself holds ${held.join(', ')}`)
      : good('this process itself has no capabilities, and needs none when dumpcap or tcpdump has them'),
    ...(barred.length === 0
      ? []
      : [
          bad(
            `no process can get ${barred.join(', ')} here: the capability bounding set leaves it out`,
            'docker run --cap-add=NET_RAW --cap-add=NET_ADMIN … (add --network=host to see the network of the host)',
          ),
        ]),
  ]
}

async function fileCapabilities(): Promise<Finding[]> {
  const getcap = findProgram('getcap')
  if (process.platform !== 'linux') return []
  if (getcap === '')
    return [bad('getcap is not installed, so capabilities of files cannot be seen', 'sudo apt install libcap2-bin')]
  const found: Finding[] = []
  for (const name of ['dumpcap', 'tcpdump']) {
    const file = findProgram(name)
    if (file === '') continue
    const { output } = await runProgram(getcap, [file])
    const [, set = ''] = / (?:= )?(\S*cap_\S+)/.exec(output) ?? []
    found.push(
      good(set === '' ? `${file} has no capabilities of its own: it captures for root only` : `${file} has ${set}`),
    )
  }
  return found
}

async function interfaces(): Promise<Finding[]> {
  const all = await listInterfaces()
  const up = all.filter(({ state }) => state === 'up').map(({ name }) => name)
  if (all.length === 0) return [bad('no interface can be seen', 'ip link')]
  if (up.length === 0) return [bad('no interface is up', 'sudo ip link set lo up')]
  return [good(`up: ${up.join(', ')}`)]
}

/** macOS captures through /dev/bpf*; Linux needs a module for USB. */
function devices(): Finding[] {
  if (process.platform === 'darwin') {
    return existsSync('/dev/bpf0')
      ? [good('/dev/bpf* is there')]
      : [bad('there is no /dev/bpf0', 'brew install --cask wireshark-chmodbpf')]
  }
  const usb = existsSync('/dev') && readdirSync('/dev').some((name) => name.startsWith('usbmon'))
  return process.platform === 'linux' && !usb
    ? [good('no /dev/usbmon*: USB cannot be captured until sudo modprobe usbmon')]
    : []
}

function helpers(): Finding[] {
  const uses = [
    ['setpriv', 'engines end with framewise and do not run as root', 'sudo apt install util-linux'],
    ['fallocate', 'captures with -w give back the disk of their temporary file', 'sudo apt install util-linux'],
    ['ssh', '-i ssh://user@host/interface', 'sudo apt install openssh-client'],
  ] as const
  return uses.map(([name, use, remedy]) =>
    findProgram(name) === '' ? bad(`${name} is not installed: ${use}`, remedy) : good(`${name}: ${use}`),
  )
}

function folders(): Finding[] {
  try {
    const folder = captureFolder()
    const disk = statfsSync(folder)
    const free = ((disk.bavail * disk.bsize) / 2 ** 30).toFixed(1)
    const left = leftovers().map(({ path, bytes }) =>
      bad(`${path} (${bytes} bytes) was never saved`, `framewise -r ${path}`, `rm ${path}`),
    )
    return [good(`captures: ${folder}, ${free} GiB free`), good(`running captures: ${runtimeFolder()}`), ...left]
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error
    return [bad(error.message)]
  }
}
