/** Before the tests: the tables of names, should nobody have built them yet. */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { vendorsFile } from '../../src/names/vendors.js'
import { writeNames } from '../../src/tools/names.js'

export const setup = (): void => {
  const folder = fileURLToPath(new URL('../../dist/src/names', import.meta.url))
  if (!existsSync(`${folder}/${vendorsFile}`)) writeNames(folder)
}
