/** Dissectors that are not part of the package: modules named on the command line. */
import { register } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CaptureError } from '../capture/damage.js'
import { Protocol } from '../dissect/protocol.js'
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
    const module: unknown = await import(pathToFileURL(resolve(file)).href).catch((error: unknown) => {
      throw new CaptureError(
        `${file}: the dissector could not be loaded: ${error instanceof Error ? error.message : String(error)}`,
      )
    })
    const exported = Object.values(module as object).filter((value) => value instanceof Protocol)
    if (exported.length === 0) throw new CaptureError(`${file}: exports no protocol; see docs/dissectors.md`)
    found.push(...exported)
  }
  return found
}

function answerForDissect(): void {
  const { href } = packageFile('dist/src/dissect/index.js')
  const hook = `export const resolve = (name, context, next) =>
    name === ${JSON.stringify(DISSECT)} ? { url: ${JSON.stringify(href)}, shortCircuit: true } : next(name, context)`
  register(`data:text/javascript,${encodeURIComponent(hook)}`)
}
