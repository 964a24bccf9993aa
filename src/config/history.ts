/**
 * What was typed and opened before, newest first: display filters, capture filters, files. One small file keeps it, which
 * several programs may add to at the same time: each reads it anew before it adds, and replaces it whole.
 */
import { historyPath, readText, replaceText } from './files.js'

export type HistoryKind = 'display' | 'capture' | 'files'

export interface History {
  /** Newest first, each once. */
  list(): readonly string[]
  /** Puts `text` in front. Never fails: what cannot be written is remembered until the program ends. */
  add(text: string): void
}

/** How many of each are kept. */
const MOST: Readonly<Record<HistoryKind, number>> = { display: 200, capture: 100, files: 30 }
/** Longer ones are not kept. */
const MAX_LENGTH = 4096

type Lists = Readonly<Record<HistoryKind, readonly string[]>>

/** The history of that kind, in the file at `path`; '' for none. */
export function history(kind: HistoryKind, path = historyPath()): History {
  let known: readonly string[] = read(path)[kind]
  return {
    list: () => known,
    add(text) {
      if (text.trim() === '' || text.length > MAX_LENGTH) return
      const lists = read(path)
      known = bounded([text, ...lists[kind], ...known], kind)
      write(path, { ...lists, [kind]: known })
    },
  }
}

/** What the file says; a file that says nothing sensible is like an empty one. */
function read(path: string): Lists {
  let found: unknown = null
  try {
    found = path === '' ? null : JSON.parse(readText(path) ?? 'null')
  } catch {
    found = null
  }
  const listOf = (kind: HistoryKind): string[] => {
    const list: unknown = typeof found === 'object' && found !== null ? (found as Partial<Lists>)[kind] : null
    return bounded(Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [], kind)
  }
  return { display: listOf('display'), capture: listOf('capture'), files: listOf('files') }
}

function write(path: string, lists: Lists): void {
  if (path === '') return
  try {
    // Nobody waits for a disk to open a file; what a power failure takes was only a convenience.
    replaceText(path, `${JSON.stringify(lists, null, 2)}\n`, false)
  } catch {
    // A full disk or a folder that nobody may write to is no reason to stop looking at packets.
  }
}

const bounded = (texts: readonly string[], kind: HistoryKind): string[] =>
  [...new Set(texts)].filter((text) => text.length <= MAX_LENGTH).slice(0, MOST[kind])
