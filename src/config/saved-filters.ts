/** Changes the saved filters in the file of the settings; everything else in it stays. */
import { CaptureError, Exit } from '../capture/damage.js'
import { FILTER_NAME, loadConfig, readSettings } from './config.js'
import { configPath, replaceText } from './files.js'

/** Saves `filter` under `name`, in place of what may be there. Throws `CaptureError`. */
export function saveFilter(name: string, filter: string, path = configPath()): void {
  if (!FILTER_NAME.test(name)) {
    throw new CaptureError('the name of a filter consists of letters and signs that can be seen.', Exit.Usage)
  }
  change(path, (filters) => [...filters.filter(([other]) => other !== name), [name, filter]])
}

/** Removes the filter of that name. Returns whether there was one. Throws `CaptureError`. */
export function removeFilter(name: string, path = configPath()): boolean {
  if (!Object.hasOwn(loadConfig(path).config.filters, name)) return false
  change(path, (filters) => filters.filter(([other]) => other !== name))
  return true
}

type Entries = (readonly [string, unknown])[]

function change(path: string, changed: (filters: Entries) => Entries): void {
  if (path === '')
    throw new CaptureError('there is no home folder to keep settings in: set XDG_CONFIG_HOME.', Exit.Usage)
  // A file that is not understood is not overwritten.
  const { found: settings = {}, problem } = readSettings(path)
  if (problem !== '') throw new CaptureError(problem, Exit.File)
  try {
    if (!isObject(settings)) throw new Error('an object is expected in it')
    const before = Object.entries(settings)
    const own = before.find(([name]) => name === 'filters')?.[1] ?? {}
    if (!isObject(own)) throw new Error('"filters" in it is no object')
    const filters = Object.fromEntries(changed(Object.entries(own)))
    const after = Object.fromEntries([...before.filter(([name]) => name !== 'filters'), ['filters', filters]])
    replaceText(path, `${JSON.stringify(after, null, 2)}\n`, true)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CaptureError(`${path}: it cannot be changed: ${why}.`, Exit.File, { cause: error })
  }
}

const isObject = (found: unknown): found is object =>
  typeof found === 'object' && found !== null && !Array.isArray(found)
