/**
 * Imports run one way. The table says which part may import which; a part is a folder of src, the folder of dissectors,
 * or one of the few files that put parts together.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

/** Part → the parts it may import, beside itself. `*` is all of them but the screens. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  capture: ['src/package-files.ts'],
  names: ['src/package-files.ts'],
  dissect: ['names'],
  track: ['dissect', 'capture'],
  store: ['dissect', 'capture'],
  filter: ['dissect', 'store', 'track'],
  follow: ['dissect', 'track'],
  stats: ['follow', 'dissect', 'track', 'output'],
  config: ['filter', 'dissect', 'capture', 'output'],
  output: ['filter', 'session', 'dissect', 'names', 'store', 'capture', 'track'],
  session: [
    'src/package-files.ts',
    'src/quick-code.ts',
    'filter',
    'follow',
    'track',
    'store',
    'capture',
    'dissect',
    'names',
    'output',
  ],
  ui: ['session', 'names'],
  dissectors: ['dissect', 'track', 'names'],
  verify: ['filter', 'session', 'output', 'dissect', 'names', 'store', 'capture'],
  cli: ['*'],
  tools: ['*'],
  'src/main.ts': ['*'],
  'src/package-files.ts': [],
  'src/quick-code.ts': ['src/package-files.ts'],
  'src/quick-thread.ts': ['src/quick-code.ts'],
  'src/index.ts': ['*'],
  'src/session/worker.ts': ['*'],
}

/** Part → the parts that it may also import once the program runs, with `import()`: nobody waits for a screen unasked. */
const mayLoad: Readonly<Record<string, readonly string[]>> = {
  cli: ['ui'],
}

/** From these parts the named one may import only this file. */
const onlyThrough: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dissectors: { dissect: 'src/dissect/index.ts' },
}

/** Package → the parts that may import it. Packages that are not listed may be imported by nobody. */
const packages: Readonly<Record<string, readonly string[]>> = {
  blessed: ['ui'],
  'blessed-contrib': ['ui'],
  cap: ['capture'],
  commander: ['cli', 'src/main.ts'],
}

/** Longer files are asking to be two: they are named, but nothing fails. */
const mostLines = 400

const root = dirname(dirname(fileURLToPath(import.meta.url)))

const sourcesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => posix.join(folder, path.replaceAll('\\', '/')))

const partOf = (path: string): string => {
  if (path in mayImport) return path
  const [top, folder] = path.split('/')
  return (top === 'src' ? folder : top) ?? path
}

const withoutComments = (text: string): string => text.replace(/^\s*(\/\*[^]*?\*\/|\/\/.*)/gm, '')

interface Import {
  readonly specifier: string
  /** With `import()`, when the program runs. */
  readonly late: boolean
}

const importsOf = (text: string): Import[] => {
  const statements = /^(?:import|export)\b[^'"]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm
  const calls = /\b(?:import|require)\(\s*['"]([^'"]+)['"]/g
  const code = withoutComments(text)
  const early = [...code.matchAll(statements)].map((found) => ({ specifier: found[1] ?? found[2] ?? '', late: false }))
  const late = [...code.matchAll(calls)].map((found) => ({ specifier: found[1] ?? '', late: true }))
  return [...early, ...late]
}

const complaint = (from: string, specifier: string, late = false): string | undefined => {
  const part = partOf(from)
  const allowed = mayImport[part] ?? []
  if (specifier.startsWith('node:')) return undefined
  if (!specifier.startsWith('.')) {
    const name = specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/')
    return packages[name]?.includes(part) ? undefined : `${from} imports the package ${name}`
  }
  const to = posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts')
  const target = partOf(to)
  if (target === part || (late && mayLoad[part]?.includes(target))) return undefined
  const all = allowed.includes('*') && target !== 'ui'
  if (!all && !allowed.includes(target)) return `${from} (${part}) imports ${to} (${target})`
  const door = onlyThrough[part]?.[target]
  return door === undefined || door === to ? undefined : `${from} imports ${to}, not ${door}`
}

const sources = ['src', 'dissectors'].flatMap(sourcesIn)

test('every part of the program has its line in the table', () => {
  const unknown = sources.filter((path) => !(partOf(path) in mayImport))
  expect(unknown).toEqual([])
})

test('no import points back', () => {
  const complaints = sources.flatMap((path) =>
    importsOf(readFileSync(join(root, path), 'utf8')).flatMap(
      ({ specifier, late }) => complaint(path, specifier, late) ?? [],
    ),
  )
  expect(complaints).toEqual([])
})

test('an import is seen in whatever form it is written', () => {
  const text = [
    "import { a } from './a.js'",
    "import type { B,\n  C } from './b.js'",
    "export * from './c.js'",
    "import './d.js'",
    "const e = await import('./e.js')",
    "// import './f.js'",
    "/* as in\nimport './g.js' */",
  ].join('\n')
  expect(importsOf(text).map((one) => one.specifier)).toEqual(['./a.js', './b.js', './c.js', './d.js', './e.js'])
  expect(importsOf(text).filter((one) => one.late)).toEqual([{ specifier: './e.js', late: true }])
})

test('arrows that point back are found', () => {
  expect(complaint('src/dissect/tape.ts', '../session/session.js')).toContain('(dissect) imports')
  expect(complaint('src/session/load.ts', '../../dissectors/index.js')).toContain('dissectors/index.ts')
  expect(complaint('src/session/worker.ts', '../../dissectors/index.js')).toBeUndefined()
  expect(complaint('dissectors/udp.ts', '../src/dissect/index.js')).toBeUndefined()
  expect(complaint('dissectors/udp.ts', '../src/dissect/tape.js')).toContain('not src/dissect/index.ts')
  expect(complaint('src/session/load.ts', 'blessed')).toContain('package blessed')
  expect(complaint('src/ui/app.ts', 'blessed')).toBeUndefined()
  expect(complaint('src/cli/run.ts', '../ui/app.js')).toContain('(cli) imports src/ui/app.ts')
  expect(complaint('src/cli/run.ts', '../ui/app.js', true)).toBeUndefined()
  expect(complaint('src/verify/oracle.ts', '../cli/run.js')).toContain('(verify) imports')
})

test('what is imported is a dependency of the package', () => {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const known = Object.keys({ ...dependencies, ...optionalDependencies })
  expect(known.toSorted()).toEqual(Object.keys(packages).toSorted())
})

afterAll(() => {
  for (const path of sources) {
    const lines = readFileSync(join(root, path), 'utf8').split('\n').length - 1
    if (lines > mostLines) process.stderr.write(`${path} has ${lines} lines: is it one thing?\n`)
  }
})
