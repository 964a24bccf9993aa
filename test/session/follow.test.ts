/** Following a stream through the session: blocks, sides, search, saving. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, expect, test } from 'vitest'
import { protocols } from '../../dissectors/index.js'
import { openCapture } from '../../src/capture/open.js'
import { Registry } from '../../src/dissect/registry.js'
import { LocalSession } from '../../src/session/local-session.js'
import { join as joined, pcapHeader, pcapRecord, u16 } from '../support/capture-builder.js'

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'framewise-follow-'))
let session: LocalSession | undefined

afterEach(async () => await session?.close())
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function follow(name: string, packet: number): Promise<LocalSession> {
  session = new LocalSession(await openCapture(isAbsolute(name) ? name : fixture(name)), new Registry(protocols))
  await session.loaded
  await session.follow({ do: 'open', packet })
  while ((await session.follow({ do: 'state' }))?.complete === false) await new Promise((go) => setTimeout(go, 5))
  return session
}

test('a packet leads to its stream: both ends, and what each has said', async () => {
  const s = await follow('tcp/connection.pcap', 1)
  expect(await s.follow({ do: 'state' })).toEqual({
    transport: 'tcp',
    stream: 0,
    ends: ['192.168.10.2:39826', '10.20.0.2:7007'],
    bytes: [10, 10],
    blocks: 1,
    place: { block: 0, offset: 0 },
    refused: 0,
    complete: true,
    searched: null,
    filter: 'tcp.stream eq 0',
  })
})

test('blocks say which bytes came with which packet, and hold one side where that is asked for', async () => {
  const s = await follow('tcp/connection.pcap', 1)
  const block = await s.follow({ do: 'block', block: 0, step: 1, side: 'both' })
  expect(Buffer.from(block!.bytes).toString()).toBe('hellohelloworldworld')
  expect(block!.pieces.map(({ packet, side, start, end }) => [packet, side, start, end])).toEqual([
    [4, 0, 0, 5],
    [6, 1, 5, 10],
    [8, 0, 10, 15],
    [9, 1, 15, 20],
  ])
  const server = await s.follow({ do: 'block', block: 0, step: 1, side: 1 })
  expect(Buffer.from(server!.bytes).toString()).toBe('helloworld')
  expect(await s.follow({ do: 'block', block: -1, step: -1, side: 'both' })).toBeNull()
})

test('a stream says where the packet is that led to it: at its first byte, or where the stream stood', async () => {
  const placeOf = async (packet: number): Promise<unknown> => {
    const s = await follow('tcp/connection.pcap', packet)
    const state = await s.follow({ do: 'state' })
    await s.close()
    return state!.place
  }
  expect(await placeOf(2)).toEqual({ block: 0, offset: 0 })
  expect(await placeOf(4)).toEqual({ block: 0, offset: 0 })
  expect(await placeOf(5)).toEqual({ block: 0, offset: 4 })
  expect(await placeOf(8)).toEqual({ block: 0, offset: 10 })
  expect(await placeOf(9)).toEqual({ block: 0, offset: 15 })
})

test('bytes that are missing are a piece of their own', async () => {
  const s = await follow('tcp/analysis-lost-segment.pcap', 1)
  const block = await s.follow({ do: 'block', block: 0, step: 1, side: 'both' })
  expect(block!.pieces.filter(({ missing }) => missing > 0)).toMatchObject([{ missing: 100, side: 0 }])
})

test('words are found from a place on and back from it, across what packets carry', async () => {
  const s = await follow('tcp/connection.pcap', 1)
  const find = async (text: string, offset: number, step: 1 | -1, side: 0 | 1 | 'both' = 'both'): Promise<unknown> =>
    await s.follow({ do: 'find', bytes: Buffer.from(text), from: { block: 0, offset }, step, side })
  expect(await find('WORLD', 0, 1)).toEqual({ block: 0, offset: 10 })
  expect(await find('world', 11, 1)).toEqual({ block: 0, offset: 15 })
  expect(await find('hello', 9, -1)).toEqual({ block: 0, offset: 5 })
  expect(await find('oworl', 0, 1, 1)).toEqual({ block: 0, offset: 4 })
  expect(await find('nowhere', 0, 1)).toBeNull()
})

test('a side goes into a new file; no file is written over, the capture least of all', async () => {
  const s = await follow('tcp/connection.pcap', 1)
  const path = join(folder, 'client')
  expect(await s.follow({ do: 'save', side: 0, path })).toBe(10)
  expect(readFileSync(path, 'utf8')).toBe('helloworld')
  await expect(s.follow({ do: 'save', side: 'both', path })).rejects.toThrow('it is there already')
  const capture = fixture('tcp/connection.pcap')
  await expect(s.follow({ do: 'save', side: 'both', path: capture })).rejects.toThrow('it is there already')
  await expect(s.follow({ do: 'save', side: 0, path: join(folder, 'no', 'where') })).rejects.toThrow('ENOENT')
  expect(existsSync(join(folder, 'no'))).toBe(false)
})

test('a packet without a stream follows nothing', async () => {
  const s = await follow('sample.pcapng', 1)
  expect(await s.follow({ do: 'state' })).toBeNull()
})

/** A capture of datagrams of one side, a thousand bytes each. */
function longTalk(bytes: Buffer): string {
  const packets: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += 1000) {
    const payload = bytes.subarray(at, at + 1000)
    const ip = Buffer.from('4500000000000000401100000a0000010a000002', 'hex')
    ip.writeUInt16BE(payload.length + 28, 2)
    const udp = joined(u16(7000, 'big'), u16(7001, 'big'), u16(payload.length + 8, 'big'), u16(0, 'big'))
    packets.push(pcapRecord(joined(ip, udp, payload)))
  }
  const path = join(folder, 'long.pcap')
  writeFileSync(path, joined(pcapHeader({ network: 101 }), ...packets))
  return path
}

test('a line that goes on in the next block stands whole in that where it begins', async () => {
  const lines = Array.from({ length: 6000 }, (_, n) => `this is line ${n} of a long talk, ${'x'.repeat(n % 40)}\n`)
  const bytes = Buffer.from(lines.join(''))
  const s = await follow(longTalk(bytes), 1)
  const { blocks } = (await s.follow({ do: 'state' }))!
  expect(blocks).toBeGreaterThan(2)
  const parts: Buffer[] = []
  for (let block = 0, at = 0; block < blocks; block++) {
    const found = (await s.follow({ do: 'block', block, step: 1, side: 0 }))!
    expect(found).toMatchObject({ block, offsets: [at, 0], goesOn: block > 0 })
    expect(found.bytes.at(-1)).toBe(0x0a)
    expect(found.pieces.at(-1)!.end).toBe(found.bytes.length)
    at += found.bytes.length
    parts.push(Buffer.from(found.bytes))
  }
  expect(Buffer.concat(parts).equals(bytes)).toBe(true)
  const first = parts[0]!.toString().split('\n').at(-2)!
  const found = { block: 0, offset: parts[0]!.lastIndexOf(first) }
  const from = { block: 0, offset: 0 }
  expect(await s.follow({ do: 'find', bytes: Buffer.from(first), from, step: 1, side: 'both' })).toEqual(found)
})

test('the place of a packet far behind is in the block where its line begins', async () => {
  const lines = Array.from({ length: 6000 }, (_, n) => `this is line ${n} of a long talk, ${'x'.repeat(n % 40)}\n`)
  const bytes = Buffer.from(lines.join(''))
  const path = longTalk(bytes)
  for (const packet of [1, 131, 132, 133, 134, 200, 264, 300]) {
    const s = await follow(path, packet)
    const { place } = (await s.follow({ do: 'state' }))!
    const block = (await s.follow({ do: 'block', block: place!.block, step: 1, side: 'both' }))!
    expect(block.offsets[0] + place!.offset).toBe((packet - 1) * 1000)
    expect(Buffer.from(block.bytes.subarray(place!.offset, place!.offset + 8))).toEqual(
      bytes.subarray((packet - 1) * 1000, (packet - 1) * 1000 + 8),
    )
    await s.close()
  }
})

test('a search can be given up and says how far it is', async () => {
  const s = await follow(longTalk(Buffer.alloc(4_000_000, 'a')), 1)
  const from = { block: 0, offset: 0 }
  const search = s.follow({ do: 'find', bytes: Buffer.from('z'), from, step: 1, side: 'both' })
  await new Promise((go) => setImmediate(go))
  expect((await s.follow({ do: 'state' }))!.searched).toBeGreaterThan(0)
  await s.follow({ do: 'cancel' })
  expect(await search).toBeNull()
  expect((await s.follow({ do: 'state' }))!.searched).toBeNull()
})
