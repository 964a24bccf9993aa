/**
 * What can be wrong with a capture file, said so that one knows what to do: which file, where in it, what was expected
 * there, what was found, and the remedy.
 */
import { lstatSync, readdirSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import type { Damage } from './source.js'

/** How the program ends. */
export const Exit = {
  Ok: 0,
  /** The command line makes no sense. */
  Usage: 1,
  /** A file could not be opened or is no capture file. */
  File: 2,
  /** A file is damaged; everything before the damage was shown. */
  Damaged: 3,
} as const
export type Exit = (typeof Exit)[keyof typeof Exit]

/** Anything that stands between the user and a capture. The message is a whole sentence. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError'

  constructor(
    message: string,
    readonly exit: Exit = Exit.File,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** The sentence for a file that was readable only up to `damage`; `unpacked` when its bytes are of compressed data. */
export function damageMessage(path: string, damage: Damage, unpacked = false): string {
  const before = damage.packet - 1
  const place = unpacked ? `${damage.offset} of the decompressed data` : `${damage.offset}`
  const read =
    before === 0
      ? 'No packet precedes it.'
      : before === 1
        ? 'The packet before it was read.'
        : `The ${before} packets before it were read.`
  const remedy = before === 0 || path === '-' ? '' : ` To keep only these: editcap ${shellWord(path)} repaired.pcapng`
  return (
    `${inputName(path)}: damaged at byte ${place}, packet ${damage.packet}: ` +
    `expected ${damage.expected}, found ${damage.found}. ${read}${remedy}`
  )
}

/** The error for a path the system would not open or read; `cause` is what it threw. */
export function systemError(path: string, cause: unknown): CaptureError {
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  return new CaptureError(`${inputName(path)}: ${systemSentence(path, code, cause)}`, Exit.File, { cause })
}

/** `path` as it may be shown in a terminal: a file's name may contain control characters. */
export function printable(path: string): string {
  return path.replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/** What messages call the capture at `path`. */
export const inputName = (path: string): string => (path === '-' ? 'standard input' : printable(path))

/** `path` as one word of a shell command. */
export function shellWord(path: string): string {
  return /^[\w./:@%+,-]+$/.test(path) ? path : `'${printable(path).replace(/'/g, `'\\''`)}'`
}

function systemSentence(path: string, code: string, cause: unknown): string {
  switch (code) {
    case 'ENOENT': {
      const near = nearestName(path)
      return near === '' ? 'there is no such file.' : `there is no such file. Did you mean ${printable(near)}?`
    }
    case 'ENOTDIR':
      return 'a part of this path is not a folder.'
    case 'EISDIR':
      return 'this is a folder. Name a capture file in it.'
    case 'EACCES':
    case 'EPERM': {
      const folder = closedFolder(resolve(path))
      if (folder === '') return `you may not read this file. Try: sudo chmod a+r ${shellWord(path)}`
      return `you may not enter the folder ${printable(folder)} on the way to it. Try: sudo cat ${shellWord(path)} | framewise -r -`
    }
    case 'ENXIO':
      return 'this is a socket or device that cannot be read as a file. Pipe a capture into framewise -r - instead.'
    case 'EMFILE':
    case 'ENFILE':
      return 'too many files are open. Raise the limit with: ulimit -n 4096'
    default:
      return `the system could not read it: ${cause instanceof Error ? cause.message : String(cause)}`
  }
}

/** The first folder on the way to `path` that may not be entered; '' when the way is open. */
function closedFolder(path: string): string {
  const folder = dirname(path)
  if (folder === path) return ''
  return closedFolder(folder) || (isHidden(path) ? folder : '')
}

function isHidden(path: string): boolean {
  try {
    lstatSync(path)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES'
  }
}

/** The name in the folder of `path` that looks most like it, with its folder; empty when none comes near. */
function nearestName(path: string): string {
  const wanted = basename(path)
  let names: string[]
  try {
    names = readdirSync(dirname(path)).slice(0, 10_000)
  } catch {
    return ''
  }
  let best = ''
  let bestDistance = Math.min(wanted.length, Math.max(1, Math.floor(wanted.length / 3)) + 1)
  for (const name of names) {
    if (Math.abs(name.length - wanted.length) >= bestDistance) continue
    const distance = editDistance(wanted.toLowerCase(), name.toLowerCase())
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return best === '' ? '' : path.slice(0, path.length - wanted.length) + best
}

/** Letters to insert, remove or change to get from `a` to `b` (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
