/**
 * Where settings and history lie (XDG Base Directory Specification 0.8), and how a file of these is read and replaced.
 * Behind sudo they are those of the calling user, and are read and written with the rights of that user.
 */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { callingUser, withRightsOf } from '../capture/live/privileges.js'

/** No file of a person's settings is larger. */
const MAX_SIZE = 4 * 2 ** 20

export const configPath = (): string => pathOf('XDG_CONFIG_HOME', '.config', 'config.json')
export const historyPath = (): string => pathOf('XDG_STATE_HOME', '.local/state', 'history.json')

/** '' where there is no home. */
function pathOf(variable: string, fallback: string, file: string): string {
  const user = callingUser()
  const set = user === null ? (process.env[variable] ?? '') : ''
  const home = user?.home ?? homedir()
  const base = isAbsolute(set) ? set : home === '' ? '' : join(home, fallback)
  return base === '' ? '' : join(base, 'framewise', file)
}

/** The text of the file at `path`, null when there is none. Throws what the system says, or that it is no such file. */
export function readText(path: string): string | null {
  return withRightsOf(callingUser(), () => {
    let file: number
    try {
      file = openSync(path, 'r')
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR') return null
      throw error
    }
    try {
      const found = fstatSync(file)
      if (!found.isFile()) throw new Error('it is no file')
      if (found.size > MAX_SIZE) throw new Error(`it has more than ${MAX_SIZE} bytes`)
      return readFileSync(file, 'utf8')
    } finally {
      closeSync(file)
    }
  })
}

/**
 * Puts `text` in the place of the file at `path`, whole or not at all, for the user's eyes only. Where a link leads
 * elsewhere, the file that it leads to is replaced. `lasting`: it waits until the disk has it, which may take long.
 * Throws what the system says.
 */
export function replaceText(path: string, text: string, lasting: boolean): void {
  withRightsOf(callingUser(), () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const target = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? realpathSync(path) : path
    const draft = `${target}.${randomBytes(6).toString('hex')}`
    const file = openSync(draft, 'wx', 0o600)
    try {
      try {
        const bytes = Buffer.from(text)
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
        if (lasting) fsyncSync(file)
      } finally {
        closeSync(file)
      }
      renameSync(draft, target)
    } catch (error) {
      unlinkSync(draft)
      throw error
    }
  })
}
