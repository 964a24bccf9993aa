/** Where the files of this package are, whether its code runs from its sources, as compiled, or in bundles. */
import { existsSync } from 'node:fs'

/** The package's folder: the nearest one above this code with a package.json. */
const root = ((): URL => {
  let folder = new URL('./', import.meta.url)
  while (!existsSync(new URL('package.json', folder)) && folder.pathname !== '/') folder = new URL('../', folder)
  return folder
})()

/** A file of the package, `path` counted from its folder: `dist/src/main.js`. */
export const packageFile = (path: string): URL => new URL(path, root)
