/**
 * Bundles the program: `node src/tools/bundle.mjs [OTHER.ts ...]`. Every file that is started or imported from outside
 * becomes one module in dist, at the place of its source, and what several of them need becomes modules beside them: the
 * screen is there sooner when a dozen files are loaded and not some hundreds.
 */
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
  ...process.argv.slice(2),
]

const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(entries.map((path) => [path.replace(/\.ts$/, ''), join(root, path)])),
  platform: 'node',
  // Packages are loaded as they are.
  external: (id) => !/^[./]|^[A-Za-z]:/.test(id),
  // Modules are asked for by the names of their compiled files.
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
})
await bundle.write({
  dir: join(root, 'dist'),
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'shared/[name]-[hash].js',
})
await bundle.close()
