/** The page about the settings names everything that can be set. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import '../../dissectors/index.js'
import { allPreferences } from '../../src/dissect/preference.js'
import { bindings } from '../../src/ui/keys.js'

const page = readFileSync(new URL('../../docs/config.md', import.meta.url), 'utf8')

it('names every preference with its value', () => {
  const missing = allPreferences.filter(({ name, fallback }) => !page.includes(`| \`${name}\` | \`${fallback}\` |`))
  expect(missing.map(({ name }) => name)).toEqual([])
})

it('names every action', () => {
  expect(bindings.map(({ action }) => action).filter((action) => !page.includes(`\`${action}\``))).toEqual([])
})
