/** Standard input, in a process of its own: pipes, redirected files, and a worker that must be able to stop. */
import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, symlinkSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { arp, join, pcapHeader, pcapRecord } from '../support/capture-builder.js'
import { temporaryFolder } from '../support/capture-reading.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const child = fileURLToPath(new URL('../support/capture-child.mjs', import.meta.url))
const folder = temporaryFolder()
const program = folder.path('program')
const whole = join(pcapHeader(), pcapRecord(arp(1)), pcapRecord(arp(2)), pcapRecord(arp(3)))

/** What a child prints, to be waited for. */
class Output {
  text = ''
  readonly #child: ChildProcess

  constructor(from: ChildProcess) {
    this.#child = from
    from.stdout?.on('data', (chunk: Buffer) => {
      this.text += chunk.toString()
    })
  }

  async until(part: string): Promise<void> {
    while (!this.text.includes(part)) await once(this.#child.stdout as NodeJS.ReadableStream, 'data')
  }
}

beforeAll(() => {
  const options = ['--ignoreConfig', '--target', 'es2022', '--module', 'nodenext', '--types', 'node', '--skipLibCheck']
  const files = ['open.ts', 'source.ts'].map((name) => `${root}src/capture/${name}`)
  const tsc = [`${root}node_modules/typescript/bin/tsc`, ...options, '--outDir', program, ...files]
  const made = spawnSync(process.execPath, tsc, { cwd: root, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(made.stdout + made.stderr)
  writeFileSync(folder.path('program/package.json'), '{ "type": "module" }')
  symlinkSync(`${root}node_modules`, folder.path('program/node_modules'))
})
afterAll(folder.remove)

describe('standard input', () => {
  test('shows packets before it ends', async () => {
    const reading = spawn(process.execPath, [child, program], { stdio: ['pipe', 'pipe', 'inherit'] })
    const output = new Output(reading)
    reading.stdin.write(whole.subarray(0, 30))
    reading.stdin.write(whole.subarray(30, 24 + 58 + 20))
    await output.until('packet 1')
    expect(output.text).toBe('packet 1 of 42\n')
    reading.stdin.end(whole.subarray(24 + 58 + 20))
    await once(reading, 'close')
    expect(output.text).toBe('packet 1 of 42\npacket 2 of 42\npacket 3 of 42\nend \n')
  })

  test('may be compressed', () => {
    const { stdout } = spawnSync(process.execPath, [child, program], { input: gzipSync(whole), encoding: 'utf8' })
    expect(stdout).toMatch(/packet 3 of 42\nend \n$/)
  })

  test('may be a file', () => {
    writeFileSync(folder.path('redirected'), whole)
    const fd = openSync(folder.path('redirected'), 'r')
    const { stdout } = spawnSync(process.execPath, [child, program], {
      stdio: [fd, 'pipe', 'inherit'],
      encoding: 'utf8',
    })
    closeSync(fd)
    expect(stdout).toMatch(/packet 3 of 42\nend \n$/)
  })

  test('that is cut off says where', () => {
    const { stdout } = spawnSync(process.execPath, [child, program], { input: whole.subarray(0, -3), encoding: 'utf8' })
    expect(stdout).toMatch(
      /packet 2 of 42\nend standard input: damaged at byte 140, packet 3: expected a packet header/,
    )
  })

  test('that is empty says so', () => {
    const { stdout } = spawnSync(process.execPath, [child, program], { input: '', encoding: 'utf8' })
    expect(stdout).toMatch(/^CaptureError: standard input: expected .* found nothing/)
  })

  test('is read in a worker too, which ends although the pipe stays open', async () => {
    const reading = spawn(process.execPath, [child, program, 'worker'], { stdio: ['pipe', 'pipe', 'inherit'] })
    const output = new Output(reading)
    reading.stdin.write(whole.subarray(0, 24 + 58))
    const [code] = await once(reading, 'exit')
    expect(code).toBe(0)
    expect(output.text).toBe('packet 1 of 42\n')
    reading.stdin.destroy()
  })
})
