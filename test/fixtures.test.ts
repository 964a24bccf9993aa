/** Every fixture: its golden text, and the properties that every dissector must have. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { protocols } from '../dissectors/index.js'
import { Registry } from '../src/dissect/registry.js'
import { capturesAt, goldenPath, verifyFixture } from '../src/verify/fixture.js'

const root = fileURLToPath(new URL('../fixtures', import.meta.url))
const captures = capturesAt(root)
const registry = new Registry(protocols)

describe('every fixture', () => {
  it.each(captures.map((path) => [path.slice(root.length + 1), path]))(
    '%s',
    { timeout: 60_000 },
    async (_name, path) => {
      const report = await verifyFixture(path, { registry, update: false, properties: true })
      expect([...report.differences, ...report.failures]).toEqual([])
    },
  )
})

describe('the fixtures as a whole', () => {
  it('have a golden text for each capture and a capture for each golden text', () => {
    const wanted = new Set(captures.map(goldenPath))
    const texts = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.txt'))
    expect(texts.map((name) => join(root, name)).filter((path) => !wanted.has(path))).toEqual([])
    expect([...wanted].filter((path) => !existsSync(path))).toEqual([])
  })
})
