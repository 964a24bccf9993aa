/** Finds and runs the programs of other people that live capture leans on: each bounded in time and in what it says. */
import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

const MAX_OUTPUT = 1 << 20
const PATIENCE = 10_000
/** Where capture programs are on systems whose users do not have these folders in their PATH. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin']

/** What a program said. `status` is null when a signal ended it or it could not be started. */
export interface ProgramResult {
  readonly status: number | null
  readonly output: string
  readonly errors: string
}

/** The path of the program called `name`, '' when there is none that may be run. */
export function findProgram(name: string): string {
  if (isAbsolute(name)) return mayRun(name) ? name : ''
  for (const folder of systemFolders()) {
    if (mayRun(join(folder, name))) return join(folder, name)
  }
  return ''
}

/** Where programs are looked for, in order. */
export function systemFolders(): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder))
  return [...new Set([...folders, ...SYSTEM_FOLDERS])]
}

/** Runs `file` to its end and resolves with what it said; never rejects. It is killed after `patience` milliseconds. */
export function runProgram(file: string, args: readonly string[], patience = PATIENCE): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const options = {
      timeout: patience,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_OUTPUT,
      env: plainEnvironment(),
    } as const
    execFile(file, args, options, (error, output, errors) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : null
      resolve({ status, output, errors: status === null && errors === '' ? (error?.message ?? '') : errors })
    }).stdin?.end()
  })
}

/** The environment with messages in English: they are looked at. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C', LANGUAGE: 'C' }
}

function mayRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
