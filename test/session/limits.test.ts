/** Bounds that were met are said: which, and how often. */
import { expect, it } from 'vitest'
import { protocols } from '../../dissectors/index.js'
import { openCapture } from '../../src/capture/open.js'
import { Registry } from '../../src/dissect/registry.js'
import { captureInfo } from '../../src/session/capture-info.js'
import { limitsMet, limitsText } from '../../src/session/limits.js'
import { LocalSession } from '../../src/session/local-session.js'
import { isLimited } from '../../src/track/limits.js'

const fixture = (name: string): string => new URL(`../../fixtures/${name}`, import.meta.url).pathname

async function open(path: string): Promise<LocalSession> {
  const session = new LocalSession(await openCapture(path), new Registry(protocols))
  await session.loaded
  return session
}

it('are none in an ordinary capture', async () => {
  const session = await open(fixture('sample.pcapng'))
  expect(session.status().limits).toEqual([])
  await session.close()
})

it('are named with their protocol and counted', async () => {
  const session = await open(fixture('ipv4/fragments-wrong.pcap'))
  expect(session.status().limits).toEqual([['ip: datagrams whose fragments took too long', 2]])
  expect(limitsText(limitsMet(session.engine))).toBe('ip: datagrams whose fragments took too long (2)')
  await session.close()
})

it('can be told by every state that has a table', () => {
  const unlimited = protocols.filter((p) => p.state !== null && !isLimited(p.state() as object))
  expect(unlimited.map(({ id }) => id)).toEqual([])
})

it('stand in what is known of the whole capture, with its interfaces and protocols', async () => {
  const session = await open(fixture('sample.pcapng'))
  const info = await session.captureInfo()
  expect(info).toMatchObject({
    format: 'pcapng',
    packets: 494,
    forgotten: 0,
    comments: 2,
    interfaceCount: 1,
    limits: [],
  })
  expect(info.interfaces[0]).toMatchObject({ name: 'eth0', link: 'Ethernet', packets: 494 })
  expect(info.protocols[0]).toMatchObject({ id: 'frame', packets: 494, bytes: info.original })
  const count = (id: string): number => info.protocols.find((p) => p.id === id)?.packets ?? 0
  expect(count('ip') + count('ipv6') + count('arp')).toBe(494)
  await session.close()
})

it('are counted for the packets that are left, where the oldest were forgotten', async () => {
  const session = await open(fixture('sample.pcapng'))
  session.engine.index.forget(100)
  const info = await captureInfo(session.engine)
  expect([info.packets, info.forgotten, info.interfaces[0]!.packets]).toEqual([394, 100, 394])
  await session.close()
})
