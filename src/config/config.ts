/**
 * The settings of a person: macros, saved filters, preferences, columns and keys, in one JSON file. What makes no sense is
 * left out and said, with its place and what would be right; the rest counts. See docs/config.md.
 */
import { allPreferences } from '../dissect/preference.js'
import { nearestOf } from '../filter/nearest.js'
import { type ColumnChoice, ColumnError, columnPlan } from '../output/column-formats.js'
import { configPath, readText } from './files.js'
import { jsonFault } from './json-fault.js'

export interface Config {
  /** Text of each macro by its name, for `compileFilter`. */
  readonly macros: Readonly<Record<string, string>>
  /** Saved filters by name, for completion. */
  readonly filters: Readonly<Record<string, string>>
  /** As `-o` gives them. */
  readonly preferences: readonly (readonly [string, boolean | number])[]
  /** Columns of the packet list on the screen, null for the usual ones. */
  readonly columns: readonly ColumnChoice[] | null
  /** Keys of actions of the screen, as a person writes them: `Ctrl-F`. */
  readonly keys: Readonly<Record<string, readonly string[]>>
}

/** Settings, and what is wrong with their file: each problem a whole sentence that begins with the file's path. */
export interface LoadedConfig {
  readonly config: Config
  readonly problems: readonly string[]
}

const emptyConfig: Config = { macros: {}, filters: {}, preferences: [], columns: null, keys: {} }

/** As if there were no file. */
export const noSettings: LoadedConfig = { config: emptyConfig, problems: [] }

/** Reads the settings at `path`. Never fails: without a file, or with a broken one, they are the usual ones. */
export function loadConfig(path = configPath()): LoadedConfig {
  const { found, problem } = readSettings(path)
  if (problem !== '') return { config: emptyConfig, problems: [`${problem} Its settings are left out.`] }
  if (found === undefined) return noSettings
  const reader = new Reader(path)
  return { config: reader.config(found), problems: reader.problems }
}

/** What the file says, undefined when there is none; or why it says nothing, as a sentence, '' when all is well. */
export function readSettings(path: string): { readonly found?: unknown; readonly problem: string } {
  let text: string | null
  try {
    text = path === '' ? null : readText(path)
  } catch (error) {
    return { problem: `${path}: it cannot be read: ${messageOf(error)}.` }
  }
  if (text === null) return { problem: '' }
  try {
    return { found: JSON.parse(text), problem: '' }
  } catch {
    const { line, column, message } = jsonFault(text)
    return { problem: `${path}:${line}:${column}: ${message}.` }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Names of saved filters: anything that can be seen. */
export const FILTER_NAME = /^\P{C}*[^\p{C}\p{Z}]\P{C}*$/u
/** Names of macros are what the filter language takes for one word. */
const MACRO_NAME = /^[\p{L}\p{N}_.-]+$/u
const sections = ['macros', 'filters', 'preferences', 'columns', 'keys'] as const

type Entries = readonly (readonly [string, unknown])[]

class Reader {
  readonly problems: string[] = []

  constructor(private readonly path: string) {}

  config(found: unknown): Config {
    const top = Object.fromEntries(this.entries('', found))
    for (const name of Object.keys(top)) {
      if (!sections.some((section) => section === name)) {
        this.problem(name, `there is no such setting; there are ${sections.join(', ')}.${meant(name, sections)}`)
      }
    }
    return {
      macros: this.texts('macros', top['macros'], MACRO_NAME, 'letters, digits, underscores, hyphens and dots'),
      filters: this.texts('filters', top['filters'], FILTER_NAME, 'letters and signs that can be seen'),
      preferences: this.preferences(top['preferences']),
      columns: this.columns(top['columns']),
      keys: this.keys(top['keys']),
    }
  }

  private problem(at: string, message: string): void {
    this.problems.push(`${this.path}: ${at === '' ? '' : `${at}: `}${message}`)
  }

  private entries(at: string, found: unknown): Entries {
    if (found === undefined) return []
    if (typeof found === 'object' && found !== null && !Array.isArray(found)) return Object.entries(found)
    this.problem(at, 'an object is expected here: { "name": … }.')
    return []
  }

  private texts(at: string, found: unknown, names: RegExp, allowed: string): Readonly<Record<string, string>> {
    const entries = this.entries(at, found).flatMap(([name, text]) => {
      if (!names.test(name)) this.problem(`${at}.${JSON.stringify(name)}`, `a name consists of ${allowed}.`)
      else if (typeof text !== 'string' || text.trim() === '')
        this.problem(`${at}.${name}`, 'a filter in quotes is expected here.')
      else return [[name, text] as const]
      return []
    })
    return Object.fromEntries(entries)
  }

  private preferences(found: unknown): Config['preferences'] {
    return this.entries('preferences', found).flatMap(([name, value]) => {
      const known = allPreferences.find((one) => one.name === name)
      const at = `preferences.${name}`
      if (known === undefined) {
        const near = meant(
          name,
          allPreferences.map((one) => one.name),
        )
        this.problem(at, `there is no such preference.${near || ' All of them: docs/config.md.'}`)
      } else if (typeof known.fallback === 'boolean' && typeof value !== 'boolean')
        this.problem(at, 'it is true or false.')
      else if (typeof known.fallback === 'number' && !isWhole(value)) this.problem(at, 'it is a number from 0 on.')
      else return [[name, value as boolean | number] as const]
      return []
    })
  }

  private columns(found: unknown): Config['columns'] {
    const isPair = (pair: unknown): boolean => Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string'
    const entries = Array.isArray(found) && found.every(isPair) ? (found as Entries) : this.entries('columns', found)
    const columns = entries.flatMap(([title, format]) => {
      try {
        if (typeof format !== 'string') throw new ColumnError('a format in quotes is expected here: "%Cus:tcp.stream".')
        const plan = columnPlan({ title, format })
        return [{ title: plan.title, format }]
      } catch (error) {
        if (!(error instanceof ColumnError)) throw error
        this.problem(`columns.${title}`, error.message)
        return []
      }
    })
    return columns.length === 0 ? null : columns
  }

  private keys(found: unknown): Config['keys'] {
    const entries = this.entries('keys', found).flatMap(([action, keys]) => {
      const list: unknown[] = Array.isArray(keys) ? keys : [keys]
      if (list.every((key) => typeof key === 'string')) return [[action, list] as const]
      this.problem(
        `keys.${action}`,
        'a key in quotes or a list of such is expected here: "Ctrl-F" or ["Ctrl-F", "F3"].',
      )
      return []
    })
    return Object.fromEntries(entries)
  }
}

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

function meant(word: string, known: readonly string[]): string {
  const near = nearestOf(word, known)
  return near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`
}
