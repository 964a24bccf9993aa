import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { protocols } from '../../dissectors/index.js'
import { followCapture, openCapture } from '../../src/capture/open.js'
import { Registry } from '../../src/dissect/registry.js'
import { Bitmap } from '../../src/filter/bitmap.js'
import { Displayed } from '../../src/session/displayed.js'
import { LocalSession } from '../../src/session/local-session.js'
import type { openSession as open } from '../../src/session/open-session.js'
import { PAGE_ROWS } from '../../src/store/packet-index.js'
import { filtered, until } from '../support/until.js'
import { arp, join, pcapHeader, pcapRecord } from '../support/capture-builder.js'

/** The session's thread runs compiled code: npm test builds first. */
const compiled = new URL('../../dist/src/session/open-session.js', import.meta.url).href
const { openSession } = (await import(compiled)) as { openSession: typeof open }

const sample = fileURLToPath(new URL('../../fixtures/sample.pcapng', import.meta.url))
const cleanUp: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const each of cleanUp.splice(0).reverse()) await each()
})

async function opened(path = sample): Promise<LocalSession> {
  const session = new LocalSession(await openCapture(path), new Registry(protocols))
  cleanUp.push(() => session.close())
  return session
}

function folder(): string {
  const path = mkdtempSync(joinPath(tmpdir(), 'framewise-filter-'))
  cleanUp.push(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** `count` ARP requests; request `n` of all, from `first` on, asks for 192.0.2.(n % 200). */
const requests = (first: number, count: number): Uint8Array =>
  join(...Array.from({ length: count }, (_, i) => pcapRecord(arp((first + i) % 200), { seconds: first + i })))

describe('a list of some packets', () => {
  it('finds packets by place and places by packet, across pages', () => {
    const bits = new Bitmap()
    const listed = [1, 2, 33, 64, PAGE_ROWS - 1, PAGE_ROWS, PAGE_ROWS + 1, 2 * PAGE_ROWS + 77, 3 * PAGE_ROWS + 5]
    for (const packet of listed) bits.set(packet - 1)
    const displayed = new Displayed(bits.pages)
    displayed.update(4 * PAGE_ROWS, listed.length)
    expect(listed.map((_, i) => displayed.packetAt(i + 1))).toEqual(listed)
    expect(listed.map((packet) => displayed.placeOf(packet))).toEqual(listed.map((_, i) => i + 1))
    expect([0, -1, listed.length + 1, Number.NaN].map((place) => displayed.packetAt(place))).toEqual([0, 0, 0, 0])
  })

  it('knows the next listed packet for one that is not listed, and the last behind all', () => {
    const bits = new Bitmap()
    for (const packet of [10, 20, 30]) bits.set(packet - 1)
    const displayed = new Displayed(bits.pages)
    displayed.update(100, 3)
    expect([1, 10, 11, 20, 29, 31, 99, 100, 5000].map((packet) => displayed.placeOf(packet))).toEqual([
      1, 1, 2, 2, 3, 3, 3, 3, 3,
    ])
    expect([9, 10, 11, 30, 31, 101].map((packet) => displayed.has(packet))).toEqual([
      false,
      true,
      false,
      true,
      false,
      false,
    ])
  })

  it('counts nothing that is not decided yet', () => {
    const bits = new Bitmap()
    for (const packet of [5, 50]) bits.set(packet - 1)
    const displayed = new Displayed(bits.pages)
    displayed.update(32, 1)
    expect([displayed.packetAt(1), displayed.packetAt(2), displayed.placeOf(50), displayed.has(50)]).toEqual([
      5,
      0,
      1,
      false,
    ])
  })

  it('has no places when nothing is listed', () => {
    const displayed = new Displayed(new Bitmap().pages)
    displayed.update(0, 0)
    expect([displayed.placeOf(1), displayed.packetAt(1), displayed.has(1)]).toEqual([0, 0, false])
  })
})

describe('a display filter of a session', () => {
  it('lists only the packets that pass, by their places, and all of them when it is cleared', async () => {
    const session = await opened()
    await session.loaded
    const all = await session.rows(1, 10_000)
    const dns = all.filter((row) => row.layer === 'dns').map((row) => row.number)
    await filtered(session, 'dns')
    expect(session.status()).toMatchObject({
      filter: 'dns',
      displayed: dns.length,
      filterError: '',
      packets: all.length,
    })
    expect((await session.rows(1, 10_000)).map((row) => row.number)).toEqual(dns)
    expect((await session.rows(2, 1)).map((row) => row.number)).toEqual([dns[1]])
    expect(session.displayed.placeOf(dns[2]!)).toBe(3)
    await session.filter('', 1)
    expect(session.status()).toMatchObject({ filter: '', displayed: all.length, filtering: null })
    expect(await session.rows(1, 10_000)).toEqual(all)
  })

  it('is refused with the place of what is wrong, and the list stays', async () => {
    const session = await opened()
    await session.loaded
    await filtered(session, 'udp')
    const before = session.status()
    await expect(session.filter('tcp && tcp.srcprot == 80', 1)).rejects.toMatchObject({
      name: 'RefusedFilter',
      message: 'tcp.srcprot is neither a field nor a protocol; did you mean tcp.srcport?',
      start: 7,
      end: 18,
    })
    expect(session.status()).toEqual(before)
  })

  it('warns of what is likely not meant', async () => {
    const session = await opened()
    const warnings = await session.filter('tcp.port != 80', 1)
    expect(warnings).toMatchObject([{ start: 0 }])
  })

  it('takes the fields of the selected packet for ${field}', async () => {
    const session = await opened()
    await session.loaded
    const rows = await session.rows(1, 10_000)
    const request = rows.find((row) => row.layer === 'http')!
    await filtered(session, 'tcp.stream == ${tcp.stream}', request.number)
    expect(session.displayed.has(request.number)).toBe(true)
    expect(session.status().displayed).toBeLessThan(rows.length)
    await filtered(session, 'tcp.stream == ${tcp.stream}', rows.find((row) => row.layer === 'arp')!.number)
    expect(session.status().displayed).toBe(0)
  })

  it('measures times against the packet that is listed before', async () => {
    const path = joinPath(folder(), 'a.pcap')
    writeFileSync(path, join(pcapHeader(), requests(1, 60)))
    const session = await opened(path)
    await session.loaded
    await session.setTimeFormat('dd')
    await filtered(session, 'frame.number in {10, 25, 26}')
    expect((await session.rows(1, 9)).map((row) => row.time)).toEqual(['0.000000', '15.000000', '1.000000'])
    const detail = await session.detail(25)
    const delta = (name: string): string => detail.nodes.find((node) => node.name === name)?.label ?? ''
    expect(delta('frame.time_delta_displayed')).toContain('15.000000000 seconds')
    expect(delta('frame.time_delta')).toContain('1.000000000 seconds')
    // Packets 1, 6, 11, … : each is the first that comes five seconds after the one that is listed before.
    await filtered(session, 'frame.number == 1 || frame.time_delta_displayed >= 5')
    expect((await session.rows(1, 3)).map((row) => row.number)).toEqual([1, 6, 11])
  })

  it('begins while the file is read and has all matches in the end', async () => {
    const path = joinPath(folder(), 'a.pcap')
    writeFileSync(path, join(pcapHeader(), requests(0, 40_000)))
    const session = await opened(path)
    const seen: number[] = []
    session.onStatus((status) => seen.push(status.displayed))
    await session.filter('arp.dst.proto_ipv4 == 192.0.2.7', 1)
    expect(session.status().packets).toBeLessThan(40_000)
    await session.loaded
    await until(() => session.status().filtering === null)
    expect(session.status().displayed).toBe(200)
    expect(seen.some((count) => count > 0 && count < 200)).toBe(true)
    expect((await session.rows(200, 2)).map((row) => row.number)).toEqual([39_808])
  })

  it('can be replaced while it runs, and answers questions all the while', async () => {
    const path = joinPath(folder(), 'a.pcap')
    writeFileSync(path, join(pcapHeader(), requests(0, 40_000)))
    const session = await opened(path)
    await session.loaded
    await session.filter('frame contains "nowhere" || arp.hw.type == 2', 1)
    const before = session.status().filtering
    expect(before).not.toBeNull()
    expect((await session.detail(39_000)).number).toBe(39_000)
    expect(session.status().filtering).not.toBeNull()
    await filtered(session, 'frame.number > 39990')
    expect(session.status()).toMatchObject({ filter: 'frame.number > 39990', displayed: 10 })
    await session.filter('', 1)
    expect(session.status()).toMatchObject({ filtering: null, displayed: 40_000 })
  })

  it('goes on as a growing file gets packets', async () => {
    const path = joinPath(folder(), 'a.pcap')
    writeFileSync(path, join(pcapHeader(), requests(0, 400)))
    let growing = true
    const session = new LocalSession(await followCapture(path, () => growing), new Registry(protocols))
    cleanUp.push(() => session.close())
    await session.filter('arp.dst.proto_ipv4 == 192.0.2.7', 1)
    await until(() => session.status().displayed === 2)
    appendFileSync(path, requests(400, 400))
    await until(() => session.status().displayed === 4)
    growing = false
    appendFileSync(path, requests(800, 200))
    await until(() => session.status().complete && session.status().filtering === null)
    expect((await session.rows(1, 10)).map((row) => row.number)).toEqual([8, 208, 408, 608, 808])
  })

  it('is asked again when everything is known, as some facts come late', async () => {
    const session = await opened()
    await session.filter('tcp.completeness == 31 || http.response_in', 1)
    await session.loaded
    await until(() => session.status().filtering === null)
    const late = session.status().displayed
    const fresh = await opened()
    await fresh.loaded
    await filtered(fresh, 'tcp.completeness == 31 || http.response_in')
    expect(late).toBeGreaterThan(0)
    expect(late).toBe(fresh.status().displayed)
  })

  it('stops with a sentence at a regular expression that explodes', async () => {
    const path = joinPath(folder(), 'a.pcap')
    const evil = join(arp(), new TextEncoder().encode('a'.repeat(4000)))
    writeFileSync(path, join(pcapHeader(), requests(0, 3), pcapRecord(evil), requests(4, 3)))
    const session = await opened(path)
    await session.loaded
    await session.filter('frame matches r"(a+)+\\1b" || frame.number == 2', 1)
    await until(() => session.status().filterError !== '')
    expect(session.status().filterError).toContain('takes too long on frame 4')
    expect(session.status().filtering).toBeNull()
    await filtered(session, 'frame.number == 2')
    expect(session.status()).toMatchObject({ filterError: '', displayed: 1 })
  })
})

describe('filters that a session suggests', () => {
  it('says of a filter that is being typed what its parts are, what is wrong and how it may go on', async () => {
    const session = await opened()
    const insight = await session.filterInsight('tcp.srcp == 1', 8)
    expect(insight.parts[0]).toMatchObject({ start: 0, end: 8 })
    expect(insight.complaint).toMatchObject({ start: 0, end: 8 })
    expect(insight.completions.items.map((item) => item.text)).toContain('tcp.srcport')
    expect((await session.filterInsight('  ', 0)).complaint).toBeNull()
    expect((await session.filterInsight('tcp.port != 80', 14)).warnings).toHaveLength(1)
  })

  it('makes filters of lines of the tree that list the packet', async () => {
    const session = await opened()
    await session.loaded
    const request = (await session.rows(1, 10_000)).find((row) => row.layer === 'http')!
    const { nodes } = await session.detail(request.number)
    const at = (name: string): number => nodes.findIndex((node) => node.name === name)
    for (const name of ['tcp', 'tcp.dstport', 'ipv6.src', 'http.request.method', 'frame.time', 'tcp.flags.ack']) {
      const filter = await session.nodeFilter(request.number, at(name))
      expect(filter).toMatch(name)
      await filtered(session, filter)
      expect(session.displayed.has(request.number), filter).toBe(true)
    }
    expect(await session.nodeFilter(request.number, at('tcp.dstport'))).toBe('tcp.dstport == 80')
    expect(await session.nodeFilter(request.number, 100_000)).toBe('')
  })

  it('names the cells of a row and the conversations of a packet, which both list it', async () => {
    const session = await opened()
    await session.loaded
    for (const layer of ['http', 'arp', 'dns', 'icmp']) {
      const { number } = (await session.rows(1, 10_000)).find((row) => row.layer === layer)!
      const { cells, conversations } = await session.frameFilters(number)
      expect(cells.map((cell) => cell.name)).toContain('Protocol')
      for (const { name, filter } of [...cells, ...conversations]) {
        await filtered(session, filter)
        expect(session.displayed.has(number), `${name}: ${filter}`).toBe(true)
      }
      const names = conversations.map((each) => each.name)
      if (layer === 'http') expect(names).toEqual(['TCP', 'IPv6', 'Ethernet'])
      if (layer === 'arp') expect(names).toEqual(['Ethernet'])
    }
  })
})

describe('a display filter across the thread', () => {
  it('lists what the session in this thread lists', async () => {
    const here = await opened()
    await here.loaded
    const there = await openSession({ path: sample, timeFormat: 'r', names: '', preferences: [], macros: {} })
    cleanUp.push(() => there.close())
    await there.filter('tcp', 1)
    await here.filter('tcp', 1)
    await until(() => there.status().complete && there.status().filtering === null)
    await until(() => here.status().filtering === null)
    expect(there.displayed.length).toBe(here.displayed.length)
    expect(await there.rows(1, 1000)).toEqual(await here.rows(1, 1000))
    for (let place = 0; place <= here.displayed.length + 1; place++) {
      expect(there.displayed.packetAt(place)).toBe(here.displayed.packetAt(place))
    }
    await expect(there.filter('tcp.port ==', 1)).rejects.toMatchObject({ name: 'RefusedFilter', start: 11 })
    await there.filter('', 1)
    expect(there.displayed.length).toBe(there.status().packets)
  })
})
