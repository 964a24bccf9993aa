/** Finds out which engines may capture here, and the exact command that mends what is in the way of the others. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { shellWord } from '../damage.js'
import { saying } from './engine-messages.js'
import { type EngineName, engineCommand, engineNames, type InterfaceSettings } from './engines.js'
import { listInterfaces } from './interfaces.js'
import { barredCapabilities } from './privileges.js'
import { findProgram, runProgram, systemFolders } from './run-program.js'

/** One thing that was looked at. */
export interface Finding {
  readonly good: boolean
  readonly what: string
  /** Commands that mend it, in order; none when nothing is to be mended or nothing can be. */
  readonly remedy: readonly string[]
}

export interface EngineFinding extends Finding {
  readonly engine: EngineName
}

const FILE_CAPABILITIES = 'cap_net_raw,cap_net_admin+eip'

/** Tries each engine on an interface that is up, without capturing anything. */
export async function checkEngines(): Promise<EngineFinding[]> {
  const all = await listInterfaces()
  const { name } = all.find(({ state, loopback }) => loopback && state === 'up') ??
    all.find(({ state }) => state === 'up') ?? { name: 'any' }
  const io = {
    name,
    title: name,
    description: '',
    filter: '',
    snaplen: 0,
    promiscuous: false,
    monitor: false,
    buffer: 0,
    linkType: '',
  }
  return await Promise.all(engineNames.map(async (engine) => ({ engine, ...(await check(engine, io)) })))
}

/** In which kind of container this process runs, '' for none that shows. */
export function containerKind(): string {
  if (existsSync('/run/.containerenv')) return 'Podman'
  if (existsSync('/.dockerenv')) return 'Docker'
  if ((process.env['KUBERNETES_SERVICE_HOST'] ?? '') !== '') return 'Kubernetes'
  const [, kind = ''] = /\b(docker|containerd|lxc|kubepods|podman)\b/.exec(textOf('/proc/1/cgroup')) ?? []
  return kind
}

async function check(engine: EngineName, io: InterfaceSettings): Promise<Finding> {
  const hidden = engine === 'cap' ? '' : forbiddenProgram(engine)
  if (hidden !== '')
    return { good: false, what: `${hidden} is there, but you may not run it`, remedy: groupRemedy(hidden) }
  const command = engineCommand(engine, [io], false)
  if ('unfit' in command) {
    const [what = '', remedy] = command.unfit.split(/\. [^:]*: /)
    return { good: false, what: `${engine} ${what}`, remedy: remedy === undefined ? [] : [remedy] }
  }
  const args = engine === 'cap' ? command.args : ['-i', io.name, '-L']
  const { status, output, errors } = await runProgram(command.file, args)
  const place = engine === 'cap' ? 'the native module cap' : `${engine} (${command.file})`
  if (status === 0) return { good: true, what: `${place} may capture`, remedy: [] }
  const said = saying(errors || output)
  if (/cannot be loaded/.test(said)) {
    return {
      good: false,
      what: said,
      remedy: ['sudo apt install g++ make python3 libpcap-dev', 'npm install --allow-scripts=cap cap'],
    }
  }
  if (!/permi/i.test(errors)) return { good: false, what: `${place}: ${said}`, remedy: [] }
  return { good: false, what: `${place} may not capture for you`, remedy: privilegeRemedy(engine, command.file) }
}

function privilegeRemedy(engine: EngineName, file: string): string[] {
  if (barredCapabilities().length > 0) {
    return [
      'docker run --cap-add=NET_RAW --cap-add=NET_ADMIN … (the same for podman; Kubernetes: securityContext.capabilities.add)',
    ]
  }
  if (engine === 'cap') return ['sudo framewise -i NAME --engine cap']
  if (/^NoNewPrivs:\s*1/m.test(textOf('/proc/self/status'))) {
    return ['start framewise outside the sandbox it is in: no program can gain privileges there (no_new_privs)']
  }
  const install = `sudo setcap ${FILE_CAPABILITIES} ${shellWord(file)}`
  if (engine === 'dumpcap' && existsSync('/var/lib/dpkg/info/wireshark-common.list')) {
    return [
      'sudo dpkg-reconfigure wireshark-common',
      `sudo usermod -a -G wireshark ${userName()}`,
      'log out and in again',
    ]
  }
  return [install]
}

/** The program called `name` when it is installed for others only; '' otherwise. */
function forbiddenProgram(name: string): string {
  if (findProgram(name) !== '') return ''
  return (
    systemFolders()
      .map((folder) => join(folder, name))
      .find((path) => existsSync(path)) ?? ''
  )
}

function groupRemedy(file: string): string[] {
  const { gid } = statSync(file)
  const line = textOf('/etc/group')
    .split('\n')
    .find((one) => one.split(':')[2] === String(gid))
  const group = line?.split(':')[0] ?? String(gid)
  return group === 'root'
    ? [`sudo chmod a+x ${shellWord(file)}`]
    : [`sudo usermod -a -G ${group} ${userName()}`, 'log out and in again']
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? '$USER')
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
