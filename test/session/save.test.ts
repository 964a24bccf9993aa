import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { protocols } from '../../dissectors/index.js'
import { openCapture } from '../../src/capture/open.js'
import { Registry } from '../../src/dissect/registry.js'
import { LocalSession } from '../../src/session/local-session.js'
import { packetRanges } from '../../src/session/packet-ranges.js'
import type { SaveRequest } from '../../src/session/session.js'
import { fixture } from '../support/program.js'

const folder = mkdtempSync(join(tmpdir(), 'framewise-save-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open = async (path: string): Promise<LocalSession> => {
  const session = new LocalSession(await openCapture(path), new Registry(protocols))
  await session.loaded
  return session
}

let files = 0
const request = (more: Partial<SaveRequest> = {}): SaveRequest => ({
  path: join(folder, `saved-${++files}.pcapng`),
  format: 'pcapng',
  packets: 'all',
  replace: false,
  ...more,
})

/** Source, destination, length and info of all packets of a file: what saving must not change. */
const summary = async (path: string): Promise<string[]> => {
  const session = await open(path)
  const rows = await session.rows(1, 10_000)
  await session.close()
  return rows.map(({ source, destination, length, protocol }) => `${source} ${destination} ${length} ${protocol}`)
}

describe('saving packets', () => {
  it('writes all of them, with their times to the last digit', async () => {
    const session = await open(fixture('sample.pcapng'))
    const wanted = request()
    const saved = await session.save(wanted)
    expect(saved).toMatchObject({ packets: session.status().packets, bytes: statSync(wanted.path).size })
    expect(await summary(wanted.path)).toEqual(await summary(fixture('sample.pcapng')))
    const copy = await open(wanted.path)
    await Promise.all([session.setTimeFormat('e'), copy.setTimeFormat('e')])
    expect((await copy.rows(1, 10_000)).map(({ time }) => time)).toEqual(
      (await session.rows(1, 10_000)).map(({ time }) => time),
    )
    await Promise.all([session.close(), copy.close()])
  })

  it('writes those that the display filter lets through, and those of a range', async () => {
    const session = await open(fixture('sample.pcapng'))
    const all = await summary(fixture('sample.pcapng'))
    const ranged = request({
      packets: [
        [2, 3],
        [5, 5],
      ],
      format: 'nsecpcap',
    })
    expect(await session.save(ranged)).toMatchObject({ packets: 3 })
    expect(await summary(ranged.path)).toEqual([all[1], all[2], all[4]])
    await session.filter('dns', 1)
    const displayed = request({ packets: 'displayed' })
    expect(await session.save(displayed)).toMatchObject({ packets: session.status().displayed })
    const copy = await summary(displayed.path)
    expect(copy.length).toBeGreaterThan(0)
    expect(copy.every((row) => row.endsWith(' DNS'))).toBe(true)
    await session.close()
  })

  it('writes the stream that a packet belongs to', async () => {
    const session = await open(fixture('sample.pcapng'))
    for (const protocol of ['tcp', 'udp']) {
      await session.filter(`${protocol}.stream eq 3`, 1)
      const { displayed } = session.status()
      const [row] = await session.rows(1, 1)
      const stream = request({ packets: { streamOf: row!.number } })
      expect(displayed).toBeGreaterThan(1)
      expect(await session.save(stream)).toMatchObject({ packets: displayed })
    }
    const arp = request({ packets: { streamOf: 1 } })
    await expect(session.save(arp)).rejects.toThrow('Packet 1 belongs to no stream of TCP or UDP.')
    expect(existsSync(arp.path)).toBe(false)
    await session.close()
  })

  it('never writes onto the file that is being read, under whatever name', async () => {
    const path = join(folder, 'open.pcapng')
    copyFileSync(fixture('sample.pcapng'), path)
    const session = await open(path)
    const before = await summary(path)
    await expect(session.save(request({ path, replace: true }))).rejects.toThrow('is the file that is being read')
    expect(await summary(path)).toEqual(before)
    await session.close()
  })

  it('asks before a file is replaced, and then replaces it whole', async () => {
    const session = await open(fixture('sample.pcapng'))
    const wanted = request()
    writeFileSync(wanted.path, 'precious')
    expect(await session.save(wanted)).toBe('exists')
    expect(statSync(wanted.path).size).toBe(8)
    expect(await session.save({ ...wanted, replace: true })).toMatchObject({ packets: session.status().packets })
    await session.close()
  })

  it('leaves nothing behind when it is given up or cannot be', async () => {
    const session = await open(fixture('sample.pcapng'))
    const before = readdirSync(folder)
    const wanted = request({ packets: [[1, session.status().packets]] })
    await expect(session.save(request({ path: join(folder, 'missing', 'x.pcap') }))).rejects.toThrow('no such folder')
    const saving = session.save(wanted)
    await session.cancelSave()
    await saving
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
    expect(before.includes('missing') || existsSync(join(folder, 'missing'))).toBe(false)
    expect(session.status().saving).toBeNull()
    await session.close()
  })
})

describe('ranges of packets', () => {
  it('come in order and without overlaps, open at either end', () => {
    expect(packetRanges('5-7, 1 6-9,11-', 12)).toEqual([
      [1, 1],
      [5, 9],
      [11, 12],
    ])
    expect(packetRanges('-3', 12)).toEqual([[1, 3]])
    expect(packetRanges('10-99', 12)).toEqual([[10, 12]])
  })

  it.each(['', 'x', '3-1', '0', '13', '-', '1-2-3'])('%o is refused with a sentence', (text) => {
    expect(packetRanges(text, 12)).toMatch(/\.$/)
  })
})
