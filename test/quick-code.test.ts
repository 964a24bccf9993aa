/** Bundles run the same with and without what V8 has compiled of them before. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { compiledFile, loadCode, quickFile } from '../src/quick-code.js'

let folder = ''
let code: URL
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewise-'))
  code = pathToFileURL(join(folder, 'code.cjs'))
  writeFileSync(code, "exports.twice = (n) => 2 * n\nexports.name = require('node:path').basename(__filename)\n")
})
afterEach(() => rmSync(folder, { recursive: true }))

const exported = (): { twice: (n: number) => number; name: string } => loadCode(code).run() as never

test('code that was never compiled is compiled', () => {
  expect(exported().twice(21)).toBe(42)
  expect(exported().name).toBe('code.cjs')
})

test('what was compiled is used', () => {
  const { script, run } = loadCode(code)
  run()
  writeFileSync(compiledFile(code), script.createCachedData())
  expect(loadCode(code).script.cachedDataRejected).toBe(false)
  expect(exported().twice(4)).toBe(8)
})

test('what another V8 has compiled, or nobody, is left alone', () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('not compiled at all'), Buffer.alloc(4096, 0xff)]) {
    writeFileSync(compiledFile(code), bytes)
    expect(exported().twice(21)).toBe(42)
  }
})

test('code may be given other modules than its own', () => {
  const exports = loadCode(code).run((name) => ({ basename: () => `${name}?` })) as { name: string }
  expect(exports.name).toBe('node:path?')
})

test('there is no bundle of what is not bundled', () => {
  expect(quickFile('session/nothing-of-that-name')).toBeNull()
})
