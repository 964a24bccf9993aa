/**
 * Code that was bundled as one file, with what V8 has compiled of it beside it (src/tools/warm.ts): it starts in a
 * third of the time that modules take, which have to be found, read and compiled one by one.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'
import { packageFile } from './package-files.js'

type Require = (name: string) => unknown
type Code = (exports: object, require: Require, filename: string) => void

/** Where the bundle of `src/NAME.ts` is; null where the program was not bundled. */
export function quickFile(name: string): URL | null {
  const file = packageFile(`dist/quick/${name}.cjs`)
  return existsSync(file) ? file : null
}

/** Where what V8 has compiled of `code` is kept. */
export const compiledFile = (code: URL): URL => new URL(code.href.replace(/cjs$/, 'bin'))

/**
 * Loads a bundle. What another version of V8 has compiled is refused by V8, which then compiles anew, as it does when there
 * is nothing. `run` returns what the code exports; `script` can say what is compiled by now.
 */
export function loadCode(code: URL): { readonly script: Script; readonly run: (require?: Require) => object } {
  const filename = fileURLToPath(code)
  const source = `(function (exports, require, __filename) {${readFileSync(filename, 'latin1')}\n})`
  const cachedData = compiledOf(code)
  const script = new Script(source, {
    filename,
    ...(cachedData === undefined ? {} : { cachedData }),
    importModuleDynamically: ((name: string) => import(name)) as never,
  })
  const begin = script.runInThisContext() as Code
  const run = (require: Require = createRequire(code)): object => {
    const exports = {}
    begin(exports, require, filename)
    return exports
  }
  return { script, run }
}

function compiledOf(code: URL): Buffer | undefined {
  try {
    return readFileSync(compiledFile(code))
  } catch {
    return undefined
  }
}
