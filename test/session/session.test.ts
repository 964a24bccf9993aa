import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { protocols } from '../../dissectors/index.js'
import { openCapture } from '../../src/capture/open.js'
import { Registry } from '../../src/dissect/registry.js'
import { noNames } from '../../src/dissect/value.js'
import { LocalSession } from '../../src/session/local-session.js'
import type { openSession as open } from '../../src/session/open-session.js'

/** The session's thread runs compiled code: npm test builds first. */
const compiled = new URL('../../dist/src/session/open-session.js', import.meta.url).href
const { openSession } = (await import(compiled)) as { openSession: typeof open }

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))
const settings = { timeFormat: 'r', names: '', preferences: [], macros: {} } as const

async function local(name: string): Promise<LocalSession> {
  return new LocalSession(await openCapture(fixture(name)), new Registry(protocols))
}

describe('a session in this thread', () => {
  it('lists every packet, makes trees whose ranges lie in their bytes, and says when it is complete', async () => {
    const session = await local('sample.pcapng')
    expect(session.status().complete).toBe(false)
    await session.loaded
    const status = session.status()
    expect(status.complete).toBe(true)
    const rows = await session.rows(1, 10_000)
    expect(rows.map((r) => r.number)).toEqual(Array.from({ length: status.packets }, (_, i) => i + 1))
    for (const row of rows) {
      const detail = await session.detail(row.number)
      expect(detail.sources[0]!.bytes.length).toBeGreaterThan(0)
      for (const node of detail.nodes) {
        expect(node.end).toBeLessThanOrEqual(detail.sources[node.source]!.bytes.length)
        expect(node.start).toBeLessThanOrEqual(node.end)
      }
    }
    await session.close()
  })

  it('gives addresses the same names in list, tree and field', async () => {
    const names = { ...noNames, ether: () => 'Printer' }
    const session = new LocalSession(await openCapture(fixture('arp/live.pcap')), new Registry(protocols), { names })
    await session.loaded
    const [row] = await session.rows(1, 1)
    expect(row!.source).toBe('Printer')
    const { nodes } = await session.detail(1)
    expect(nodes.find((node) => node.name === 'eth')!.label).toMatch(/Src: Printer \(00:00:5e:00:53:01\), Dst: Printer/)
    expect(nodes.find((node) => node.name === 'eth.src')!.label).toBe('Source: Printer (00:00:5e:00:53:01)')
    await session.close()
  })

  it('answers nothing for packets that there are not', async () => {
    const session = await local('sample.pcapng')
    await session.loaded
    const { packets } = session.status()
    expect(await session.rows(packets + 1, 10)).toEqual([])
    await expect(session.detail(packets + 1)).rejects.toThrow(`there is no packet ${packets + 1}`)
    await expect(session.detail(Number.NaN)).rejects.toThrow('there is no packet')
    await session.close()
    await expect(session.rows(1, 1)).rejects.toThrow('closed')
  })
})

describe('a session across the thread', () => {
  it('answers what the one in this thread answers', async () => {
    const here = await local('sample.pcapng')
    await here.loaded
    const there = await openSession({ ...settings, path: fixture('sample.pcapng') })
    await new Promise<void>((resolve) => {
      if (there.status().complete) resolve()
      there.onStatus((status) => status.complete && resolve())
    })
    expect(await there.rows(1, 1000)).toEqual(await here.rows(1, 1000))
    expect(await there.detail(20)).toEqual(await here.detail(20))
    await there.setTimeFormat('e')
    expect((await there.rows(1, 1))[0]!.time).toMatch(/^\d{10}\.\d{6}/)
    await expect(there.detail(0)).rejects.toThrow('there is no packet 0')
    await there.close()
    await here.close()
  })

  it('is refused with the sentence and the exit code of the file', async () => {
    const refused = openSession({ ...settings, path: fixture('no-such-file.pcap') })
    await expect(refused).rejects.toMatchObject({ name: 'CaptureError', exit: 2 })
  })

  it('can be closed while it is loading', async () => {
    const session = await openSession({ ...settings, path: fixture('sample.pcapng') })
    await session.close()
    await expect(session.rows(1, 1)).rejects.toThrow('closed')
  })
})
