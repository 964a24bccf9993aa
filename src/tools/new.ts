/**
 * `npm run new -- ID "Name" "RFC" TABLE=KEY`: writes a dissector that compiles, its line in the registry and its fixture
 * folder. What is left is the protocol.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { protocols } from '../../dissectors/index.js'
import { allTables } from '../dissect/protocol.js'

const USAGE =
  'usage: npm run new -- ID "Name" "RFC 1234" TABLE=KEY     e.g. tftp "Trivial File Transfer Protocol" "RFC 1350" udp.port=69'

/** What is to be made. */
export interface NewProtocol {
  readonly id: string
  readonly name: string
  readonly spec: string
  readonly table: string
  readonly key: number
}

/** Reads the arguments; throws with a sentence that says what is wrong. */
export function readRequest(args: readonly string[]): NewProtocol {
  const [id, name, spec, under] = args
  if (id === undefined || name === undefined || spec === undefined || under === undefined) throw new Error(USAGE)
  if (!/^[a-z][a-z0-9]*$/.test(id)) throw new Error(`${id} is no id: lower-case letters and digits, a letter first`)
  if (protocols.some((p) => p.id === id)) throw new Error(`there is a protocol ${id} already`)
  const [table = '', key = ''] = under.split('=')
  const known = allTables.map((t) => t.name).sort()
  if (!known.includes(table)) throw new Error(`there is no table ${table}; there are: ${known.join(' ')}`)
  const number = key === '' ? Number.NaN : Number(key)
  if (!Number.isInteger(number) || number < 0) throw new Error(`${under}: what follows = must be a number`)
  return { id, name, spec, table, key: number }
}

/** The text of the new file in dissectors/. */
export const dissectorText = (p: NewProtocol): string => `/** ${p.name}, ${p.spec}. */
import { bytes, fields, protocol, protocolField } from '../src/dissect/index.js'

const f = fields('${p.id}', {
  self: protocolField('${p.name.replaceAll("'", "\\'")}'),
  payload: bytes('Payload'),
})

export const ${p.id} = protocol({
  name: '${p.name.replaceAll("'", "\\'")}',
  short: '${p.id.toUpperCase()}',
  spec: '${p.spec.replaceAll("'", "\\'")}',
  self: f.self,
  under: { '${p.table}': ${p.key} },
  summary: () => ({ length: 0 }),

  dissect(d, s) {
    s.length = d.reportedLeft
    d.take(f.payload, d.left)
  },

  info: (s) => \`Len=\${s.length}\`,
})
`

/** The registry's text with the new protocol in it: its import and its place in the list, both in order. */
export function registryText(before: string, id: string): string {
  const line = `import { ${id} } from './${id}.js'`
  const imports = before.split('\n').filter((l) => l.startsWith('import {'))
  const next = imports.find((l) => l.split("'")[1]! > `./${id}.js`)
  const withImport =
    next === undefined
      ? before.replace(imports.at(-1)!, `${imports.at(-1)!}\n${line}`)
      : before.replace(next, `${line}\n${next}`)
  return withImport.replace(/(export const protocols[^=]*= \[)([^\]]*)\]/, (_all, head: string, list: string) => {
    const inside = list.trimEnd()
    const comma = inside.endsWith(',') ? '' : ','
    return list.includes('\n') ? `${head}${inside}${comma}\n  ${id},\n]` : `${head}${inside}${comma} ${id}]`
  })
}

function main(): void {
  const root = fileURLToPath(new URL('../../../', import.meta.url))
  const p = readRequest(process.argv.slice(2))
  const file = join(root, 'dissectors', `${p.id}.ts`)
  const registry = join(root, 'dissectors', 'index.ts')
  const folder = join(root, 'fixtures', p.id)
  if (existsSync(file)) throw new Error(`dissectors/${p.id}.ts is there already`)
  writeFileSync(file, dissectorText(p))
  writeFileSync(registry, registryText(readFileSync(registry, 'utf8'), p.id))
  mkdirSync(folder, { recursive: true })
  process.stdout.write(
    `wrote dissectors/${p.id}.ts\nwrote dissectors/index.ts      + ${p.id}\nmade  fixtures/${p.id}/   put a capture here, then: npm run verify -- fixtures/${p.id} --watch\n`,
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
