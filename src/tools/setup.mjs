/**
 * What every npm script starts with: makes a fresh clone ready, then does the work.
 *
 *     node src/tools/setup.mjs COMMAND [ARGUMENT ...]
 *
 * Plain JavaScript without dependencies, because it has to run before there are any. What the program needs is
 * installed when package-lock.json has changed since, and built when a source has; where nothing has changed this costs
 * a few dozen milliseconds. It says nothing on standard output, which belongs to the program, and nothing at all when
 * all is well and nobody watches.
 */

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const at = (path) => join(root, path)
const typedIn = process.env.INIT_CWD ?? process.cwd()
process.chdir(root)

/** Command → what it does with the arguments; a number is an exit code. */
const commands = {
  start: (args) => {
    ready()
    // npm runs scripts in the package's folder, but names on the command line mean the folder they were typed in.
    process.chdir(typedIn)
    return program('dist/src/main.js', args.length > 0 ? args : [at('fixtures/sample.pcapng')])
  },
  test: (args) => {
    ready()
    declare()
    return tool('vitest/vitest.mjs', ['run', ...args])
  },
  'test-live': (args) => {
    ready()
    return tool('vitest/vitest.mjs', ['run', '--config', 'test/live/vitest.config.ts', ...args])
  },
  build: () => {
    ready()
    declare()
  },
  bench: (args) => {
    install()
    build('test/bench/main.ts')
    return run(process.execPath, ['--expose-gc', at('dist/test/bench/main.js'), ...args])
  },
  verify: (args) => {
    ready()
    return program('dist/src/main.js', ['verify', ...args])
  },
  new: (args) => author('new', args),
  docs: (args) => author('docs', args),
  lint: (args) => {
    install()
    return tool('oxlint/bin/oxlint', ['--type-aware', '--deny-warnings', ...args])
  },
  format: (args) => {
    install()
    return tool('@biomejs/biome/bin/biome', ['format', ...args])
  },
  typecheck: (args) => {
    install()
    return tool('typescript/bin/tsc', ['-p', 'tsconfig.json', '--noEmit', ...args])
  },
  check: () => {
    const failed = ['format', 'lint', 'typecheck', 'test'].filter((step) => commands[step]([]) !== 0)
    if (failed.length > 0) return fail(`check failed: ${failed.join(', ')}`)
    return 0
  },
  clean: () => rmSync(at('dist'), { recursive: true, force: true }),
}

const ready = () => {
  install()
  build()
}

/** Runs a compiled file in this very process, so that it has the terminal, the signals and the exit code. */
const program = async (file, args) => {
  process.argv = [process.execPath, at(file), ...args]
  await import(pathToFileURL(at(file)).href)
}

const author = (name, args) => {
  ready()
  return program(`dist/src/tools/${name}.js`, args)
}

const tool = (path, args) => run(process.execPath, [at(join('node_modules', path)), ...args])

const run = (command, args) => {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  return error === undefined ? (status ?? 1) : fail(error.message)
}

/** Installs what package-lock.json asks for, unless it is there. */
const install = () => {
  const lock = readFileSync(at('package-lock.json'), 'utf8')
  const wanted = createHash('sha256').update(`${lock}${process.platform} ${process.arch}`).digest('hex')
  const stamp = at('node_modules/.framewise-stamp')
  if (textOf(stamp) === wanted) return
  if (!isInstalled(JSON.parse(lock))) {
    say('installing dependencies …')
    npmCi()
  }
  writeFileSync(stamp, wanted)
}

/** Whether somebody has already installed all of it by hand; what is optional may have failed. */
const isInstalled = (lock) => {
  const there = textOf(at('node_modules/.package-lock.json'))
  if (there === undefined) return false
  const installed = JSON.parse(there).packages ?? {}
  return Object.entries(lock.packages).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || installed[path]?.version === version || optional === true || devOptional === true,
  )
}

const npmCi = () => {
  const npm = process.env.npm_execpath
  const [command, before] = npm === undefined ? ['npm', []] : [process.execPath, [npm]]
  const args = [...before, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
  // Headers that came with Node spare the one native module a download.
  const prefix = dirname(dirname(process.execPath))
  const headers = existsSync(join(prefix, 'include/node/node.h')) ? { npm_config_nodedir: prefix } : {}
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    env: { ...headers, ...process.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
  if (status === 0) return
  const said = error?.message ?? `${stdout}${stderr}`.trim().split('\n').slice(0, 15).join('\n')
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED/.test(said)
  const remedy = offline
    ? 'The npm registry cannot be reached: connect this machine, then run the same command again.'
    : 'Mend that, then run the same command again.'
  stop(`${said}\nframewise: the dependencies could not be installed ("npm ci" failed). ${remedy}`)
}

/**
 * Bundles the program if a source has changed, makes the tables of names, and keeps what V8 compiles of the bundles.
 * `others` are modules beside it. The stamp keeps size and time of every source.
 */
const build = (...others) => {
  const stamp = at(others.length > 0 ? 'dist/.stamp-others' : 'dist/.stamp')
  const now = sourcesNow('src', 'dissectors', ...others.map(dirname))
  if (textOf(stamp) === now) return
  say('building …')
  rmSync(at('dist'), { recursive: true, force: true })
  compile([at('src/tools/bundle.mjs'), ...others], 'The sources do not compile.')
  compile([at('dist/src/tools/names.js')], 'The tables of names could not be made.')
  // It only saves time: without it the program starts a little later.
  const { status, stderr } = node([at('dist/src/tools/warm.js')])
  if (status !== 0) say(`what V8 compiles could not be kept, so starting takes longer.\n${stderr}`)
  writeFileSync(at('dist/.stamp'), sourcesNow('src', 'dissectors'))
  writeFileSync(stamp, now)
}

/** Writes the types of what the package exports, for programs that import it. */
const declare = () => {
  const stamp = at('dist/.stamp-types')
  const now = sourcesNow('src', 'dissectors')
  if (textOf(stamp) === now) return
  compile([at('node_modules/typescript/bin/tsc'), '-p', at('src/tools/tsconfig.build.json')], 'The types are wrong.')
  writeFileSync(stamp, now)
}

/** What shows whether a source in these folders, or how they are built, has changed. */
const sourcesNow = (...folders) => {
  const sources = {}
  for (const path of ['tsconfig.json', 'src/tools/tsconfig.build.json', 'src/tools/bundle.mjs', 'package-lock.json']) {
    note(sources, path)
  }
  for (const folder of folders) collect(sources, folder)
  return JSON.stringify(sources)
}

const compile = (args, complaint) => {
  const { status, stdout, stderr } = node(args)
  if (status !== 0) stop(`${stdout}${stderr}framewise: ${complaint}`)
}

const node = (args) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })

const collect = (sources, folder) => {
  if (!existsSync(at(folder))) return
  for (const entry of readdirSync(at(folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) collect(sources, path)
    else if (entry.name.endsWith('.ts')) note(sources, path)
  }
}

const note = (sources, path) => {
  const found = statSync(at(path), { throwIfNoEntry: false })
  if (found !== undefined) sources[path] = `${found.size} ${found.mtimeMs}`
}

const textOf = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)

const say = (text) => {
  if (process.stderr.isTTY) process.stderr.write(`framewise: ${text}\n`)
}

const fail = (text) => {
  process.stderr.write(`framewise: ${text}\n`)
  return 1
}

const stop = (text) => {
  process.stderr.write(`${text}\n`)
  process.exit(1)
}

const [name = '', ...args] = process.argv.slice(2)
const oldest = 20
if (Number(process.versions.node.split('.')[0]) < oldest) {
  stop(`framewise: Node.js ${oldest} or newer is needed, this is ${process.versions.node}.`)
}
if (!Object.hasOwn(commands, name))
  stop(`framewise: no command "${name}"; there are ${Object.keys(commands).join(', ')}`)
const code = await commands[name](args)
if (typeof code === 'number') process.exitCode = code
