/**
 * Where live capture keeps things between two runs: captures in the user's data folder, notes about running engines in
 * the user's runtime folder (XDG Base Directory Specification 0.8). Both are for the user's eyes only.
 */
import { accessSync, constants, lstatSync, mkdirSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { systemError } from '../damage.js'
import { callingUser, withRightsOf } from './privileges.js'

/** The folder for captures that nobody has saved yet, created if need be. Throws `CaptureError`. */
export function captureFolder(): string {
  const user = callingUser()
  const set = user === null ? (process.env['XDG_DATA_HOME'] ?? '') : ''
  const home = user?.home ?? homedir()
  const data = isAbsolute(set) ? set : home === '' ? '' : join(home, '.local', 'share')
  if (data !== '' && made(join(data, 'framewise', 'captures'))) return join(data, 'framewise', 'captures')
  return ownFolder()
}

/** The folder for what is only true while programs run, created if need be. Throws `CaptureError`. */
export function runtimeFolder(): string {
  const user = callingUser()
  const set = user === null ? (process.env['XDG_RUNTIME_DIR'] ?? '') : `/run/user/${user.uid}`
  if (isAbsolute(set) && exists(set) && made(join(set, 'framewise'))) return join(set, 'framewise')
  return ownFolder()
}

/** Where there is no home: a folder of this user's own among the temporary files, and nobody else's. */
function ownFolder(): string {
  const user = callingUser()
  const uid = user?.uid ?? process.geteuid?.() ?? userInfo().uid
  const path = join(tmpdir(), `framewise-${uid}`)
  withRightsOf(user, () => {
    try {
      mkdirSync(path, { mode: 0o700 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw systemError(path, error)
    }
  })
  const found = lstatSync(path)
  // Somebody else could have made it first, to read along or to have files written elsewhere.
  const safe = found.isDirectory() && (found.uid === uid || process.geteuid === undefined)
  if (!safe) throw systemError(path, new Error('it belongs to somebody else'))
  return path
}

function made(path: string): boolean {
  return withRightsOf(callingUser(), () => {
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 })
      accessSync(path, constants.W_OK)
      return true
    } catch {
      return false
    }
  })
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
