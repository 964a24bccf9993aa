import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { filtered } from '../support/until.js'
import { protocols } from '../../dissectors/index.js'
import { openCapture } from '../../src/capture/open.js'
import { PcapngWriter } from '../../src/capture/write.js'
import { Registry } from '../../src/dissect/registry.js'
import type { KeepLimit } from '../../src/session/keeper.js'
import { LocalSession } from '../../src/session/local-session.js'
import { PAGE_ROWS, PacketIndex, ROW_BYTES } from '../../src/store/packet-index.js'
import { arp } from '../support/capture-builder.js'

const folder = mkdtempSync(join(tmpdir(), 'framewise-keep-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A capture of `count` ARP requests of 42 bytes, one a second. */
function capture(count: number): string {
  const pieces: Uint8Array[] = []
  const writer = new PcapngWriter((piece) => pieces.push(piece))
  writer.addInterface({ linkType: 1 })
  for (let i = 0; i < count; i++) writer.write({ seconds: 1_000_000 + i, nanoseconds: 0, bytes: arp(i % 250) })
  const path = join(folder, `${count}.pcapng`)
  writeFileSync(path, Buffer.concat(pieces))
  return path
}

async function kept(count: number, keep: KeepLimit): Promise<LocalSession> {
  const session = new LocalSession(await openCapture(capture(count)), new Registry(protocols), { keep })
  await session.loaded
  return session
}

describe('a session that keeps only the latest packets', () => {
  it.each([
    [{ unit: 'frames', most: 30 }, 70],
    [{ unit: 'bytes', most: 42 * 10 + 1 }, 90],
    [{ unit: 'time', most: 20 }, 79],
    [{ unit: 'bytes', most: 1 }, 99],
  ] as const)('forgets those beyond %o', async (keep, forgotten) => {
    const session = await kept(100, keep)
    expect(session.status()).toMatchObject({ packets: 100, forgotten })
    await session.close()
  })

  it('goes on counting, says what is forgotten, and still knows when it all began', async () => {
    const session = await kept(PAGE_ROWS + 100, { unit: 'frames', most: 50 })
    const [gone, first] = await session.rows(PAGE_ROWS + 50, 2)
    expect(gone).toMatchObject({ number: PAGE_ROWS + 50, info: expect.stringContaining('forgotten') })
    expect(first).toMatchObject({ number: PAGE_ROWS + 51, protocol: 'ARP', time: `${PAGE_ROWS + 50}.000000` })
    await expect(session.detail(1)).rejects.toThrow('it is forgotten')
    expect((await session.detail(PAGE_ROWS + 51)).nodes.length).toBeGreaterThan(0)
    expect(session.status().duration).toBe(PAGE_ROWS + 99)
    await session.close()
  })

  it('filters and saves what is left', async () => {
    const session = await kept(100, { unit: 'frames', most: 30 })
    await filtered(session, 'arp', 100)
    expect(session.status().displayed).toBe(30)
    const saved = await session.save({ path: join(folder, 'left'), format: 'pcap', packets: 'all', replace: false })
    expect(saved).toMatchObject({ packets: 30 })
    await session.close()
  })
})

describe('a packet index that forgets', () => {
  it('gives its pages back and keeps the numbers', () => {
    const index = new PacketIndex()
    for (let i = 0; i < 3 * PAGE_ROWS; i++) index.page(index.add()).seconds[i & (PAGE_ROWS - 1)] = 10 + i
    index.more.set(5, [])
    index.forget(2 * PAGE_ROWS + 7)
    expect(index.forgotten).toBe(2 * PAGE_ROWS + 7)
    expect(index.length).toBe(3 * PAGE_ROWS)
    expect(index.bytes).toBe(PAGE_ROWS * ROW_BYTES)
    expect(index.more.size).toBe(0)
    expect(index.secondsOf(1)).toBe(10)
    expect(index.secondsOf(3 * PAGE_ROWS)).toBe(9 + 3 * PAGE_ROWS)
    expect(index.secondsOf(2)).toBe(10 + 2 * PAGE_ROWS)
    index.forget(3)
    expect(index.forgotten).toBe(2 * PAGE_ROWS + 7)
    index.forget(Infinity)
    expect(index.forgotten).toBe(3 * PAGE_ROWS - 1)
  })
})
