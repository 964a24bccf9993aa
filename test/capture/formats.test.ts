/** The fixtures of the capture formats: what is on disk is what the script makes, and all of it reads as it says. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { captureFixtures } from '../../fixtures/make/capture-formats.js'
import { readFile } from '../support/capture-reading.js'
import type { ReadPacket } from '../support/capture-reading.js'

const folder = fileURLToPath(new URL('../../fixtures/capture/', import.meta.url))

const readme = [
  '# Capture formats',
  '',
  'Made byte by byte by `fixtures/make/capture-formats.ts`; write them anew with',
  '`UPDATE_FIXTURES=1 npx vitest run test/capture/formats.test.ts`.',
  '',
  '| file | packets | what it is |',
  '|---|---|---|',
  ...captureFixtures.map(({ name, packets, how }) => `| ${name} | ${packets} | ${how} |`),
  '',
].join('\n')

if (process.env.UPDATE_FIXTURES !== undefined) {
  mkdirSync(folder, { recursive: true })
  for (const { name, bytes } of captureFixtures) writeFileSync(folder + name, bytes)
  writeFileSync(`${folder}README.md`, readme)
}

const hasTshark = spawnSync('tshark', ['--version']).status === 0

/** What tshark reads before it stops: time, length and captured length of each packet. */
function askTshark(path: string): string[] {
  const fields = ['frame.time_epoch', 'frame.len', 'frame.cap_len'].flatMap((field) => ['-e', field])
  const answer = spawnSync('tshark', ['-n', '-r', path, '-T', 'fields', ...fields], { encoding: 'utf8' })
  return answer.stdout.split('\n').filter((line) => line !== '')
}

function line({ seconds, nanoseconds, timed, original, captured }: ReadPacket): string {
  const time = timed ? `${seconds}.${String(nanoseconds).padStart(9, '0')}` : ''
  return [time, original, captured].join('\t')
}

describe('the capture fixtures', () => {
  test('are exactly what the script makes', () => {
    expect(readdirSync(folder).toSorted()).toEqual([...captureFixtures.map(({ name }) => name), 'README.md'].toSorted())
    for (const { name, bytes } of captureFixtures) expect(readFileSync(folder + name).equals(bytes), name).toBe(true)
    expect(readFileSync(`${folder}README.md`, 'utf8')).toBe(readme)
  })

  test.each(captureFixtures)('$name: $how', async ({ name, packets, damage }) => {
    const read = await readFile(folder + name)
    expect(read.packets).toHaveLength(packets)
    if (damage === '') expect(read.problem).toBe('')
    else expect(read.problem).toContain(damage)
  })

  test.skipIf(!hasTshark)('have the times and lengths that tshark finds', { timeout: 120_000 }, async () => {
    for (const { name } of captureFixtures) {
      // tshark gives up a file that is cut off inside gzip earlier than we do.
      if (name === 'cut.pcap.gz') continue
      const read = await readFile(folder + name)
      expect(read.packets.map(line), name).toEqual(askTshark(folder + name))
    }
  })

  test.skipIf(!hasTshark)('are damaged for tshark where they are for us', { timeout: 120_000 }, () => {
    for (const { name, damage } of captureFixtures) {
      const run = (): string => execFileSync('tshark', ['-n', '-r', folder + name], { stdio: 'pipe', encoding: 'utf8' })
      if (damage === '') expect(run, name).not.toThrow()
      else expect(run, name).toThrow()
    }
  })
})
