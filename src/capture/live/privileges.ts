/**
 * Nothing runs as root longer than it must. Started through sudo, the engine gets the calling user's identity and only
 * the two capabilities that opening a device takes, and this program becomes the calling user as soon as the engine has
 * opened it.
 */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { findProgram, runProgram } from './run-program.js'

/** The user behind sudo. */
export interface CallingUser {
  readonly uid: number
  readonly gid: number
  /** '' when the system does not know the number. */
  readonly name: string
  readonly home: string
}

/** Part of Node.js that its type declarations leave out. */
interface Initgroups {
  initgroups?: (user: string, group: number) => void
}

/** What an engine needs to open a device and to make it promiscuous, with their numbers in capability sets. */
const CAPABILITIES = [
  { name: 'net_raw', bit: 13 },
  { name: 'net_admin', bit: 12 },
] as const

/** Who called this program through sudo; null when nobody did, or when it does not run as root. */
export function callingUser(): CallingUser | null {
  if (process.geteuid?.() !== 0) return null
  const uid = idOf(process.env['SUDO_UID'])
  const gid = idOf(process.env['SUDO_GID'])
  if (uid <= 0 || gid < 0) return null
  const entry = passwords().find((line) => Number(line[2]) === uid)
  return { uid, gid, name: entry?.[0] ?? '', home: entry?.[5] ?? '' }
}

/** Does `work`, which may not wait for anything, with the rights of `user`: what it creates belongs to them. */
export function withRightsOf<T>(user: CallingUser | null, work: () => T): T {
  if (user === null) return work()
  process.setegid?.(user.gid)
  process.seteuid?.(user.uid)
  try {
    return work()
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
  }
}

let left = false
/** Whether this process was root and has become somebody else for good. */
export const callingUserLeft = (): boolean => left

/** Becomes `user` for good. */
export function becomeUser(user: CallingUser): void {
  left = true
  if (user.name === '') process.setgroups?.([user.gid])
  else (process as Initgroups).initgroups?.(user.name, user.gid)
  process.setgid?.(user.gid)
  process.setuid?.(user.uid)
  if (user.home !== '') process.env['HOME'] = user.home
}

/**
 * Whether an engine may run before everything else on this machine. Then it loses no frame because something else is
 * busy; on a single processor it would keep everything else from running, so there it may not.
 */
export async function mayGoFirst(): Promise<boolean> {
  const chrt = process.geteuid?.() === 0 && availableParallelism() > 1 ? findProgram('chrt') : ''
  return chrt !== '' && (await runProgram(chrt, [...FIRST, findProgram('true')])).status === 0
}
/** The lowest of the priorities that come before all usual ones. */
const FIRST = ['--rr', '1'] as const

/** How an engine is to be run. */
export interface Guard {
  /** Whose rights it gets; null for those of this process. */
  readonly user: CallingUser | null
  /** What `mayGoFirst` said. */
  readonly first: boolean
}

/**
 * The command that runs `file` so that it ends with this program, however that ends, and as `guard` says.
 * `handedOver` is false when it has to keep our rights, where the system's `setpriv` cannot do better.
 */
export async function guarded(
  file: string,
  args: readonly string[],
  { user, first }: Guard,
): Promise<{ readonly file: string; readonly args: readonly string[]; readonly handedOver: boolean }> {
  const setpriv = findProgram('setpriv')
  const help = setpriv === '' ? '' : (await runProgram(setpriv, ['--help'])).output
  const handedOver = user !== null && help.includes('--pdeathsig') && help.includes('--ambient-caps')
  const command = help.includes('--pdeathsig') ? [setpriv, '--pdeathsig', 'INT'] : []
  if (handedOver) {
    const kept = ['-all', ...heldCapabilities().map((name) => `+${name}`)].join(',')
    command.push('--reuid', String(user.uid), '--regid', String(user.gid))
    command.push(...(user.name === '' ? ['--clear-groups'] : ['--init-groups']))
    command.push('--inh-caps', kept, '--ambient-caps', kept)
  }
  if (first) command.unshift(findProgram('chrt'), ...FIRST)
  const [run = file, ...rest] = [...command, file, ...args]
  return { file: run, args: rest, handedOver }
}

/** Those of the capabilities for capturing that this process holds. A container may lack one. */
export function heldCapabilities(): string[] {
  return CAPABILITIES.filter(({ bit }) => hasCapability('CapEff', bit)).map(({ name }) => name)
}

/** Those that no process here can get, whatever is done inside the container. */
export function barredCapabilities(): string[] {
  return CAPABILITIES.filter(({ bit }) => !hasCapability('CapBnd', bit)).map(({ name }) => name)
}

/** Without `/proc` (no Linux) root has everything, as far as anybody can tell. */
function hasCapability(set: 'CapEff' | 'CapBnd', bit: number): boolean {
  try {
    const line = new RegExp(`^${set}:\\s*([0-9a-f]+)`, 'm').exec(readFileSync('/proc/self/status', 'latin1'))
    return line === null || ((BigInt(`0x${line[1]}`) >> BigInt(bit)) & 1n) === 1n
  } catch {
    return set === 'CapBnd' || process.geteuid?.() === 0
  }
}

function passwords(): string[][] {
  try {
    return readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
  } catch {
    return []
  }
}

const idOf = (text: string | undefined): number => (text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : -1)
