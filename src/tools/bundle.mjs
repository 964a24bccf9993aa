/**
 * Bundles the program: `node src/tools/bundle.mjs [OTHER.ts ...]`. Every file that is started or imported from outside
 * becomes one module in dist, at the place of its source, and what several of them need becomes modules beside them: the
 * screen is there sooner when a dozen files are loaded and not some hundreds.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const entries = [
  'src/main.ts',
  'src/index.ts',
  'src/dissect/index.ts',
  'src/session/open-session.ts',
  'src/session/worker.ts',
  'src/capture/live/cap-helper.ts',
  'src/tools/docs.ts',
  'src/tools/names.ts',
  'src/tools/new.ts',
  'src/tools/warm.ts',
  ...process.argv.slice(2),
]

const common = {
  cwd: root,
  platform: 'node',
  // Packages are loaded as they are.
  external: (id) => !/^[./]|^[A-Za-z]:/.test(id),
  // Modules are asked for by the names of their compiled files.
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
}

const bundle = await rolldown({
  ...common,
  input: Object.fromEntries(entries.map((path) => [path.replace(/\.ts$/, ''), join(root, path)])),
})
await bundle.write({
  dir: join(root, 'dist'),
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'shared/[name]-[hash].js',
})
await bundle.close()

// What is started most is beside that one file each. Nothing that was compiled of an earlier one may stay.
const quick = join(root, 'dist/quick')
rmSync(quick, { recursive: true, force: true })
for (const name of ['cli/run', 'session/worker', 'quick-thread']) {
  const single = await rolldown({ ...common, input: join(root, `src/${name}.ts`) })
  const { output } = await single.generate({ format: 'cjs', codeSplitting: false })
  await single.close()
  const file = join(quick, `${name}.cjs`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, inAscii(output[0].code))
}

/** Code that need not be decoded: characters beyond ASCII are in strings, patterns and comments only. */
function inAscii(code) {
  if (/\\[^\0-\x7f]/.test(code)) throw new Error('a character beyond ASCII is escaped: it cannot be written otherwise')
  return code.replace(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
