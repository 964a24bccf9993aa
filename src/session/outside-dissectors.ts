/** Dissectors that are not part of the package: modules that export protocols, named with `--dissector`. */
import { register } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CaptureError, printable, shellWord } from '../capture/damage.js'
import { allPreferences } from '../dissect/preference.js'
import { Protocol } from '../dissect/protocol.js'
import { Registry } from '../dissect/registry.js'
import { packageFile } from '../package-files.js'

/** What such a module imports. */
const DISSECT = 'framewise/dissect'

/**
 * The protocols that these modules export. Wherever a module lies, and whatever is installed beside it, `framewise/dissect`
 * is this program's own: fields that another copy declares would be unknown here. Throws `CaptureError` for a module that
 * cannot be loaded or exports no protocol.
 */
export async function outsideDissectors(files: readonly string[]): Promise<Protocol[]> {
  if (files.length > 0) answerForDissect()
  const found: Protocol[] = []
  for (const file of files) {
    const module: unknown = await import(urlOf(file)).catch((error: unknown) => {
      throw new CaptureError(`${printable(file)}: the dissector could not be loaded: ${reason(error, file)}`)
    })
    const exported = Object.values(module as object).filter((value) => value instanceof Protocol)
    if (exported.length === 0) throw new CaptureError(`${printable(file)}: exports no protocol; see docs/dissectors.md`)
    found.push(...exported)
  }
  return found
}

/** What a session's registry is made of, beside the protocols of the package. */
export interface RegistrySettings {
  /** Modules with dissectors that are not part of the package. */
  readonly dissectors?: readonly string[]
  /** Preferences as `-o` gives them: name and value. */
  readonly preferences?: readonly (readonly [string, boolean | number])[]
}

/**
 * A registry of `protocols` and those that modules export, with what is preferred. Throws `CaptureError` when the
 * protocols do not go together.
 */
export async function registryWith(
  protocols: readonly Protocol[],
  { dissectors = [], preferences = [] }: RegistrySettings,
): Promise<Registry> {
  const registry = together(protocols, await outsideDissectors(dissectors), dissectors)
  for (const [name, value] of preferences) {
    const preference = allPreferences.find((p) => p.name === name)
    if (preference) registry.prefer(preference, value)
  }
  return registry
}

function together(protocols: readonly Protocol[], outside: readonly Protocol[], files: readonly string[]): Registry {
  try {
    return new Registry([...protocols, ...outside])
  } catch (error) {
    if (outside.length === 0) throw error
    const names = files.map((file) => printable(file)).join(', ')
    const message = `${names}: the dissector finds no place: ${reason(error, '')}`
    throw new CaptureError(message, undefined, { cause: error })
  }
}

let answering = false

function answerForDissect(): void {
  if (answering) return
  answering = true
  const { href } = packageFile('dist/src/dissect/index.js')
  const hook = `export const resolve = (name, context, next) =>
    name === ${JSON.stringify(DISSECT)} ? { url: ${JSON.stringify(href)}, shortCircuit: true } : next(name, context)`
  register(`data:text/javascript,${encodeURIComponent(hook)}`)
}

/** Why the module in `file` was not loaded or has no place, in one line. */
function reason(error: unknown, file: string): string {
  if (!(error instanceof Error)) return printable(String(error))
  const { code, url } = error as { code?: unknown; url?: unknown }
  if (code === 'ERR_MODULE_NOT_FOUND' && url === urlOf(file)) return 'there is no such file'
  if (code === 'ERR_UNSUPPORTED_DIR_IMPORT') return 'this is a folder'
  const [message = ''] = error.message.split('\n', 1)
  // Only a run of its own says where.
  return printable(message) + (error instanceof SyntaxError ? `. Try: node --check ${shellWord(file)}` : '')
}

const urlOf = (file: string): string => pathToFileURL(resolve(file)).href
