/**
 * What people get from the registry: packed from the build as it stands, installed into an empty folder, run.
 *
 * The dependencies are packed from node_modules and installed from those files, so no registry is asked. Nothing is
 * built here, because other tests run the same build meanwhile.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

interface Packed {
  filename: string
  size: number
  files: { path: string }[]
}

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
  dependencies: Record<string, string>
}
const folder = mkdtempSync(join(tmpdir(), 'framewise-package-'))
const installed = join(folder, 'node_modules/framewise')

const npm = (args: string[], cwd: string): string =>
  execFileSync('npm', [...args, '--ignore-scripts', '--loglevel=error'], { cwd, encoding: 'utf8' })

const pack = (path: string): Packed => {
  const [packed] = JSON.parse(npm(['pack', '--json', '--pack-destination', folder], path)) as Packed[]
  if (packed === undefined) throw new Error(`nothing was packed in ${path}`)
  return packed
}

const paths: string[] = []
let packed: Packed

beforeAll(() => {
  if (!existsSync(join(root, 'dist/src/main.js'))) throw new Error('there is no build: run "npm run build" first')
  packed = pack(root)
  paths.push(...packed.files.map(({ path }) => path))
  const others = Object.keys(manifest.dependencies).map((name) => pack(join(root, 'node_modules', name)))
  writeFileSync(join(folder, 'package.json'), '{ "name": "somebody", "private": true }')
  const files = [packed, ...others].map(({ filename }) => `./${filename}`)
  npm(['install', '--offline', '--omit=optional', '--no-audit', '--no-fund', ...files], folder)
}, 180_000)

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

test('the package is below 8 MB', () => {
  expect(packed.size).toBeLessThan(8_000_000)
})

test('the package holds the program, the tables of names and the sample', () => {
  for (const path of [
    'LICENSE',
    'dist/src/main.js',
    'dist/src/names/vendors.bin',
    'dist/src/names/services.bin',
    'fixtures/sample.pcapng',
  ]) {
    expect(paths).toContain(path)
  }
})

test('the package holds neither sources nor tests', () => {
  expect(paths.filter((path) => /(^|\/)test\/|^src\/|^dissectors\/|(?<!\.d)\.ts$/.test(path))).toEqual([])
})

test('every module and every type has a source, so nothing old is packed', () => {
  const compiled = paths.filter((path) => /^dist\/(src|dissectors)\/.*\.(js|d\.ts)$/.test(path))
  const stale = compiled.filter(
    (path) => !existsSync(join(root, path.replace('dist/', '').replace(/\.(js|d\.ts)$/, '.ts'))),
  )
  expect(stale).toEqual([])
})

test('what is exported is there', () => {
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    exports: Record<string, Record<string, string>>
  }
  for (const path of Object.values(exports).flatMap((entry) => Object.values(entry))) {
    expect(existsSync(join(installed, path)), path).toBe(true)
  }
})

test('the installed command runs without a build and says its version', () => {
  const command = join(folder, 'node_modules/.bin/framewise')
  const said = execFileSync(command, ['--version'], { cwd: folder, encoding: 'utf8' })
  expect(said).toContain(manifest.version)
})
