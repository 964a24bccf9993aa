import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { filtered } from '../support/until.js'
import { protocols } from '../../dissectors/index.js'
import { openCapture } from '../../src/capture/open.js'
import { Registry } from '../../src/dissect/registry.js'
import { type FindRequest, matcherOf } from '../../src/session/find-matcher.js'
import { LocalSession } from '../../src/session/local-session.js'

const path = fileURLToPath(new URL('../../fixtures/sample.pcapng', import.meta.url))
const request = (what: FindRequest['what'], where: FindRequest['where'], text: string): FindRequest => ({
  what,
  where,
  text,
  caseSensitive: false,
})
const encode = (text: string): Uint8Array => Buffer.from(text)

let session: LocalSession
beforeEach(async () => {
  session = new LocalSession(await openCapture(path), new Registry(protocols))
  await session.loaded
})
afterEach(() => session.close())

/** Numbers of the packets that are found one after the other from the first one on, until they begin again. */
async function all(wanted: FindRequest): Promise<number[]> {
  const packets: number[] = []
  for (let from = session.status().packets; ; from = packets.at(-1)!) {
    const found = await session.find(wanted, from, 1)
    if (typeof found === 'string' || packets.includes(found.packet)) return packets
    packets.push(found.packet)
  }
}

describe('finding packets', () => {
  it('finds by a filter what the filter lists', async () => {
    const packets = await all(request('filter', 'list', 'dns.flags.response == 1 && dns.qry.type == "A"'))
    await filtered(session, 'dns.flags.response == 1 && dns.qry.type == "A"')
    const rows = await session.rows(1, 10_000)
    expect(packets.length).toBeGreaterThan(0)
    expect(packets).toEqual(rows.map((row) => row.number))
  })

  it('goes on around the end of the list, both ways, and says so', async () => {
    const wanted = request('filter', 'list', 'dns')
    const packets = await all(wanted)
    const [first, last] = [packets[0]!, packets.at(-1)!]
    expect(await session.find(wanted, last, 1)).toMatchObject({ packet: first, wrapped: true })
    expect(await session.find(wanted, first, -1)).toMatchObject({ packet: last, wrapped: true })
    expect(await session.find(wanted, last, -1)).toMatchObject({ packet: packets.at(-2), wrapped: false })
    expect(await session.find(request('filter', 'list', `frame.number == ${first}`), first, 1)).toMatchObject({
      packet: first,
      wrapped: true,
    })
    expect(await session.find(request('filter', 'list', 'frame.number == 0'), 1, 1)).toBe('nowhere')
  })

  it('looks only at packets that are listed', async () => {
    await filtered(session, 'udp')
    expect(await all(request('filter', 'list', 'tcp'))).toEqual([])
    const wanted = request('filter', 'list', 'dns')
    const packets = await all(wanted)
    expect(packets.length).toBeGreaterThan(1)
    // Where one is need not be listed.
    const hidden = Array.from({ length: packets.at(-1)! }, (_, i) => i + 1).filter((p) => !session.displayed.has(p))
    for (const from of [hidden[0]!, hidden.at(-1)!, session.status().packets]) {
      const next = packets.find((p) => p > from) ?? packets[0]
      const before = packets.findLast((p) => p < from) ?? packets.at(-1)
      expect(await session.find(wanted, from, 1)).toMatchObject({ packet: next })
      expect(await session.find(wanted, from, -1)).toMatchObject({ packet: before })
    }
  })

  it('finds texts in rows, in whatever case unless asked', async () => {
    const rows = await session.rows(1, 10_000)
    const expected = rows.filter((row) => row.info.includes('GET /')).map((row) => row.number)
    expect(expected.length).toBeGreaterThan(0)
    expect(await all(request('text', 'list', 'get /'))).toEqual(expected)
    expect(await all({ ...request('text', 'list', 'get /'), caseSensitive: true })).toEqual([])
    expect(await all(request('regex', 'list', '^get /'))).toEqual(expected)
  })

  it('finds the line of the tree', async () => {
    const found = await session.find(request('text', 'tree', 'time to live: '), 1, 1)
    if (typeof found === 'string') throw new Error(found)
    const { nodes } = await session.detail(found.packet)
    expect(nodes[found.node]!.name).toBe('ip.ttl')
  })

  it('finds bytes, in the frame and in what was put together', async () => {
    const found = await session.find(request('hex', 'list', '47 45 54 20 2f'), 1, 1)
    if (typeof found === 'string') throw new Error(found)
    const { sources } = await session.detail(found.packet)
    expect(Buffer.from(sources[found.source]!.bytes.subarray(found.start, found.end)).toString()).toBe('GET /')
    expect(await session.find(request('text', 'bytes', 'get /'), 1, 1)).toEqual(found)
    const shortest = await session.find(request('regex', 'bytes', 'g[e-f]t .*H'), 1, 1)
    expect(shortest).toMatchObject({ packet: found.packet, start: found.start })
  })

  it('says what makes no sense', async () => {
    const wrong = (what: FindRequest['what'], text: string): Promise<unknown> =>
      session.find(request(what, 'bytes', text), 1, 1)
    await expect(wrong('filter', 'tcp.prt')).rejects.toThrow('did you mean tcp.port')
    await expect(wrong('hex', '0a0')).rejects.toThrow('no row of bytes')
    await expect(wrong('hex', 'xyz')).rejects.toThrow('no row of bytes')
    await expect(wrong('regex', '(a')).rejects.toThrow('the regular expression makes no sense')
    await expect(wrong('text', '')).rejects.toThrow('nothing to look for')
  })

  it('is ended by another search, and when it is cancelled, and lets others ask meanwhile', async () => {
    const slow = request('text', 'tree', 'no packet has this')
    const first = session.find(slow, 1, 1)
    const second = session.find(slow, 1, 1)
    expect(await first).toBe('cancelled')
    expect(session.status().finding).not.toBeNull()
    expect((await session.rows(1, 1))[0]!.number).toBe(1)
    await session.cancelFind()
    expect(await second).toBe('cancelled')
    expect(session.status().finding).toBeNull()
  })
})

describe('what is looked for', () => {
  it('is found at its place', () => {
    const { inText, inBytes } = matcherOf(request('text', 'list', 'Wörld'))
    expect(inText('hello WÖRLD!')).toEqual([6, 11])
    expect(inBytes(encode('hello wörlD!'))).toEqual([6, 12])
    expect(inBytes(Buffer.from('hello WöRLD', 'utf16le'))).toEqual([12, 22])
    expect(inText('İ wörld')).toEqual([0, 0])
    expect(inText('hello')).toBeNull()
  })

  it('may be bytes in any spelling', () => {
    for (const text of ['0a:0b', '0A0B', '0x0a0b', '0a 0b', '0a-0b']) {
      expect(matcherOf(request('hex', 'bytes', text)).inBytes(Uint8Array.of(1, 10, 11)), text).toEqual([1, 3])
    }
  })

  it('may be a regular expression, of which the shortest match counts', () => {
    const { inText } = matcherOf(request('regex', 'list', 'ö.*d'))
    expect(inText('äWÖd wörld')).toEqual([6, 10])
    expect(matcherOf(request('regex', 'list', 'a+$')).inText('aa ba')).toEqual([4, 5])
    const explodes = matcherOf(request('regex', 'list', '(?=(a+)+b)(a+)+c'))
    expect(() => explodes.inText('a'.repeat(60))).toThrow('takes too long')
  })
})
