/** The fixtures of the capture formats: what is on disk is what the script makes, and all of it reads as it says. */
import { spawnSync } from 'node:child_process'
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

/** What tshark reads before it stops: time, length and captured length of each packet; and whether it complains. */
function askTshark(path: string): { packets: string[]; complains: boolean } {
  const fields = ['frame.time_epoch', 'frame.len', 'frame.cap_len'].flatMap((field) => ['-e', field])
  const answer = spawnSync('tshark', ['-n', '-r', path, '-T', 'fields', ...fields], { encoding: 'utf8' })
  return { packets: answer.stdout.split('\n').filter((row) => row !== ''), complains: answer.status !== 0 }
}

/**
 * Where tshark answers otherwise: it numbers custom blocks as if they were packets, and it gives up a file that is cut
 * off inside gzip one packet earlier.
 */
const unlikeTshark = new Set(['other-blocks.pcapng', 'cut.pcap.gz'])

function line({ seconds, nanoseconds, timed, original, captured }: ReadPacket): string {
  const time = timed ? `${seconds}.${String(nanoseconds).padStart(9, '0')}` : ''
  return [time, original, captured].join('\t')
}

describe('the capture fixtures', () => {
  test('are exactly what the script makes', () => {
    const captures = readdirSync(folder).filter((name) => !name.endsWith('.txt'))
    expect(captures.toSorted()).toEqual([...captureFixtures.map(({ name }) => name), 'README.md'].toSorted())
    for (const { name, bytes } of captureFixtures) expect(readFileSync(folder + name).equals(bytes), name).toBe(true)
    expect(readFileSync(`${folder}README.md`, 'utf8')).toBe(readme)
  })

  test.each(captureFixtures)('$name: $how', async ({ name, packets, damage }) => {
    const read = await readFile(folder + name)
    expect(read.packets).toHaveLength(packets)
    expect(read.problem === '').toBe(damage === '')
    expect(read.problem).toContain(damage)
  })

  test.skipIf(!hasTshark)('have the packets that tshark finds, and its complaints', { timeout: 120_000 }, async () => {
    for (const { name, damage } of captureFixtures) {
      const { packets, complains } = askTshark(folder + name)
      expect(complains, name).toBe(damage !== '')
      if (unlikeTshark.has(name)) continue
      const read = await readFile(folder + name)
      expect(read.packets.map(line), name).toEqual(packets)
    }
  })
})
