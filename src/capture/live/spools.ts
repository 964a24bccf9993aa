/**
 * The files that engines write to, one for each capture, and the notes about who writes and who reads them.
 *
 * A note is a small JSON file in the runtime folder. While its owner lives, the capture is being looked at. When the
 * owner is gone, an engine that still runs is an orphan and is ended; a spool without an owner is what a crash left
 * behind, and is offered.
 */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CaptureError, Exit, printable } from '../damage.js'
import { captureFolder, runtimeFolder } from './folders.js'
import { callingUser, withRightsOf } from './privileges.js'
import { markOf, type ProcessMark, runs } from './processes.js'
import { mendSpool, removeBeginning } from './trimmed-spool.js'

const SPOOL = /^(capture|saving)-\d{8}-\d{6}-[0-9a-f]{8}\.(?:pcap|pcapng)$/
const NOTE = /^engine-[0-9a-f]{8}\.json$/
/** How long an orphan may take to end cleanly, in milliseconds. */
const GRACE = 2000
const STEP = 50
/** A spool is a moment older than its note. */
const YOUNG = 1000

/** A new file for an engine to write to. */
export interface Spool {
  readonly path: string
  /** Open for writing; for the engine, and to be closed here once it has it. */
  readonly fd: number
  /** Where its note is. */
  readonly note: string
}

/** What a crash left behind. */
export interface Leftover {
  readonly path: string
  readonly bytes: number
  /** When its last frame was written, in milliseconds since 1970. */
  readonly modified: number
}

interface Note {
  readonly owner: ProcessMark
  readonly engine: ProcessMark
  readonly program: string
  readonly spool: string
}

/**
 * Creates a spool in the user's data folder, readable by nobody else; `saved` when its frames are saved elsewhere as
 * they come. Throws `CaptureError`.
 */
export function createSpool(format: 'pcap' | 'pcapng', saved = false, now = new Date()): Spool {
  const id = randomBytes(4).toString('hex')
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  const path = join(captureFolder(), `${saved ? 'saving' : 'capture'}-${stamp}-${id}.${format}`)
  const note = join(runtimeFolder(), `engine-${id}.json`)
  return withRightsOf(callingUser(), () => {
    try {
      return { path, fd: openSync(path, 'wx', 0o600), note }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new CaptureError(`${printable(path)}: the capture cannot be written here: ${reason}.`, Exit.File, {
        cause: error,
      })
    }
  })
}

/** Writes down that `engine` writes to the spool for this process. */
export function noteEngine(spool: Spool, engine: number, program: string): void {
  const note: Note = { owner: markOf(process.pid), engine: markOf(engine), program, spool: spool.path }
  withRightsOf(callingUser(), () => writeFileSync(spool.note, JSON.stringify(note), { mode: 0o600 }))
}

/** Removes the note, and the spool as well unless it is to be kept; answers where it is then, '' when it is gone. */
export function removeSpool(spool: { readonly path: string; readonly note: string }, keep = false): string {
  remove(spool.note)
  if (!keep) {
    remove(spool.path)
    removeBeginning(spool.path)
    return ''
  }
  mendSpool(spool.path)
  const path = join(dirname(spool.path), basename(spool.path).replace(/^saving-/, 'capture-'))
  renameSync(spool.path, path)
  return path
}

/**
 * Ends engines whose program is gone; resolves with what they were called. Does nothing for root on behalf of somebody
 * else: their notes could name any process.
 */
export async function endOrphans(): Promise<string[]> {
  if (callingUser() !== null) return []
  const ended: string[] = []
  for (const { path, note } of notes()) {
    if (note !== null && runs(note.owner)) continue
    if (note !== null && runs(note.engine) && (await end(note.engine))) ended.push(note.program)
    remove(path)
  }
  return ended
}

/** Captures that nobody looks at any more and nobody has saved, the latest first. What is saved elsewhere is removed. */
export function leftovers(): Leftover[] {
  const owned = new Set(notes().flatMap(({ note }) => (note !== null && runs(note.owner) ? [note.spool] : [])))
  const folder = captureFolder()
  const found: Leftover[] = []
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const kind = SPOOL.exec(name)?.[1]
    const stats = kind === undefined || owned.has(path) ? undefined : statSync(path, { throwIfNoEntry: false })
    if (stats === undefined || !stats.isFile() || Date.now() - stats.mtimeMs < YOUNG) continue
    if (kind === 'saving') remove(path)
    else {
      mendSpool(path)
      found.push({ path, bytes: statSync(path).size, modified: stats.mtimeMs })
    }
  }
  return found.sort((a, b) => b.modified - a.modified)
}

/** Moves what a crash left behind to `to`, where there must be nothing yet. Throws `CaptureError`. */
export function saveLeftover({ path }: Pick<Leftover, 'path'>, to: string): void {
  const complaint = (reason: string, cause?: unknown): CaptureError =>
    new CaptureError(`${printable(to)}: the capture cannot be saved here: ${reason}.`, Exit.File, { cause })
  if (existsSync(to)) throw complaint('there is such a file already')
  const part = join(dirname(to), `.${basename(to)}.${process.pid}.part`)
  try {
    // It may be another disk.
    copyFileSync(path, part, constants.COPYFILE_FICLONE)
    renameSync(part, to)
  } catch (error) {
    rmSync(part, { force: true })
    throw complaint(error instanceof Error ? error.message : String(error), error)
  }
  remove(path)
}

/** Deletes what a crash left behind. */
export function deleteLeftover({ path }: Pick<Leftover, 'path'>): void {
  remove(path)
  removeBeginning(path)
}

/** Gives back descriptor and files of a spool that no engine got. */
export function discardSpool(spool: Spool): void {
  closeSync(spool.fd)
  removeSpool(spool)
}

async function end(engine: ProcessMark): Promise<boolean> {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    try {
      process.kill(engine.pid, signal)
    } catch {
      return false
    }
    for (let waited = 0; waited < GRACE; waited += STEP) {
      await pause(STEP)
      if (!runs(engine)) return true
    }
  }
  return false
}

function notes(): { path: string; note: Note | null }[] {
  const folder = runtimeFolder()
  return readdirSync(folder)
    .filter((name) => NOTE.test(name))
    .map((name) => ({ path: join(folder, name), note: readNote(join(folder, name)) }))
}

function readNote(path: string): Note | null {
  try {
    const note = JSON.parse(readFileSync(path, 'utf8')) as Note
    const sound = [note.owner.pid, note.engine.pid].every((pid) => Number.isSafeInteger(pid) && pid > 1)
    return sound && typeof note.program === 'string' && typeof note.spool === 'string' ? note : null
  } catch {
    return null
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // It is gone already, or its folder is: either way nothing is left to do.
  }
}
