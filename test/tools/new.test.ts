/** `npm run new`: what it writes compiles, takes its place, and is met by packets. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readRequest, registryText } from '../../src/tools/new.js'
import { fixture } from '../support/program.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const words = ['parrot', "Polly's Protocol", 'RFC 9999', 'udp.port=7007'] as const

describe('the request', () => {
  test('is read', () => {
    expect(readRequest(words)).toEqual({
      id: 'parrot',
      name: "Polly's Protocol",
      spec: 'RFC 9999',
      table: 'udp.port',
      key: 7007,
    })
    expect(readRequest(['parrot', 'Parrot', 'RFC 9999', 'eth.type=0x88b5']).key).toBe(0x88b5)
  })

  test.each([
    [['parrot'], 'usage: npm run new'],
    [['Parrot', 'Parrot', 'RFC 9999', 'udp.port=1'], 'Parrot is no id'],
    [['dns', 'Parrot', 'RFC 9999', 'udp.port=1'], 'there is a protocol dns already'],
    [['parrot', 'Parrot', 'RFC 9999', 'udp.prot=1'], 'there is no table udp.prot; there are: '],
    [['parrot', 'Parrot', 'RFC 9999', 'udp.port'], 'what follows = must be a number'],
    [['parrot', 'Parrot', 'RFC 9999', 'udp.port=-1'], 'what follows = must be a number'],
  ])('%j is refused with a reason', (args, reason) => {
    expect(() => readRequest(args)).toThrow(reason)
  })
})

describe('the registry', () => {
  const before = `import type { Protocol } from './protocol.js'
import { arp } from './arp.js'
import { udp } from './udp.js'

export const protocols: readonly Protocol[] = [arp, udp]
`

  test('gets the import in its place and the protocol at the end', () => {
    const after = registryText(before, 'parrot')
    expect(after).toContain("'./arp.js'\nimport { parrot } from './parrot.js'\nimport { udp }")
    expect(after).toContain('Protocol[] = [arp, udp, parrot]\n')
    expect(registryText(before, 'zebra')).toContain("'./udp.js'\nimport { zebra } from './zebra.js'\n\n")
  })

  test('keeps one protocol a line where it is written so', () => {
    const tall = before.replace('[arp, udp]', '[\n  arp,\n  udp,\n]')
    expect(registryText(tall, 'parrot')).toContain('= [\n  arp,\n  udp,\n  parrot,\n]\n')
  })
})

describe('in a copy of the project', () => {
  let folder = ''
  const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  const types = () => run(join(root, 'node_modules/typescript/bin/tsc'), '-p', 'src/tools/tsconfig.build.json')
  const build = () => run('src/tools/bundle.mjs')

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'framewise-new-'))
    for (const name of ['src', 'dissectors', 'tsconfig.json', 'package.json']) {
      cpSync(join(root, name), join(folder, name), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('it writes a dissector that compiles and that packets come to', { timeout: 120_000 }, () => {
    build()
    const made = run('dist/src/tools/new.js', ...words)
    expect(made).toMatchObject({ status: 0, stderr: '' })
    expect(made.stdout).toContain('wrote dissectors/parrot.ts\nwrote dissectors/index.ts')
    expect(existsSync(join(folder, 'fixtures/parrot'))).toBe(true)

    expect(types()).toMatchObject({ status: 0, stdout: '' })
    expect(build()).toMatchObject({ status: 0, stdout: '' })
    const shown = run('dist/src/main.js', '-r', fixture('udp/echo.pcap'), '-c', '1')
    expect(shown.stderr).toBe('')
    expect(shown.stdout).toMatch(/PARROT 47 Len=5\n$/)

    const again = run('dist/src/tools/new.js', ...words)
    expect(again.stderr).toBe('there is a protocol parrot already\n')
    expect(again.status).toBe(1)
  })
})
