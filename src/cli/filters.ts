/** `framewise filters`: lists saved filters and macros, saves and removes filters. */
import { parseArgs } from 'node:util'
// Preferences and fields exist once the dissectors are loaded.
import '../../dissectors/index.js'
import { CaptureError, Exit, printable } from '../capture/damage.js'
import { type Config, loadConfig } from '../config/config.js'
import { configPath } from '../config/files.js'
import { removeFilter, saveFilter } from '../config/saved-filters.js'
import { builtInMacros } from '../filter/macros.js'
import { filterOf } from './display-filter.js'
import { printText } from './standard-output.js'
import { suggestion } from './usage-error.js'

const HELP = `usage: framewise filters                    list saved filters and macros
       framewise filters save NAME FILTER   save a display filter, in place of one with that name
       framewise filters remove NAME        remove it

Saved filters are offered in the filter bar of the screen. Macros can be called in every filter,
as $name(arguments) or \${name:arguments}; they are written in the file of the settings.
`

/** Runs the command with the arguments behind `filters`; resolves with the exit code. */
export async function filtersCommand(args: string[]): Promise<number> {
  const { config, problems } = loadConfig()
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h', default: false } },
    })
    if (values.help) return write(HELP)
    for (const problem of problems) complain(problem)
    const [verb, name, filter, more] = positionals
    if (verb === undefined) return write(listed(config))
    if (verb === 'save' && name !== undefined && filter !== undefined && more === undefined) {
      // What makes no sense is not saved.
      filterOf(filter, new Map(), config.macros)
      saveFilter(name, filter)
      return Exit.Ok
    }
    if (verb === 'remove' && name !== undefined && filter === undefined) {
      if (removeFilter(name)) return Exit.Ok
      complain(`no filter is called ${printable(name)}.${suggestion(name, Object.keys(config.filters))}`)
      return Exit.Usage
    }
    throw new Error(`${positionals.map(printable).join(' ')} makes no sense`)
  } catch (error) {
    if (error instanceof CaptureError) {
      complain(error.message)
      return error.exit
    }
    complain(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
    return Exit.Usage
  }
}

function complain(message: string): void {
  process.stderr.write(`framewise filters: ${message}\n`)
}

function listed({ filters, macros }: Config): string {
  const none = `  none; to save one: framewise filters save NAME FILTER\n`
  return [
    'saved filters\n',
    table(filters) || none,
    'macros\n',
    table({ ...builtInMacros, ...macros }),
    `settings: ${configPath()}\n`,
  ].join('')
}

const MOST_WIDTH = 32

function table(texts: Readonly<Record<string, string>>): string {
  const width = Math.min(MOST_WIDTH, Math.max(0, ...Object.keys(texts).map((name) => name.length)))
  return Object.entries(texts)
    .map(([name, text]) => `  ${printable(name).padEnd(width)}  ${printable(text)}\n`)
    .join('')
}

function write(text: string): number {
  printText(text)
  return Exit.Ok
}
