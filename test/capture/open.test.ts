/** Opening: by content, compressed, from named pipes, while being written; random access; what is left behind. */
import { spawnSync } from 'node:child_process'
import { appendFileSync, createWriteStream, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { followCapture, openCapture } from '../../src/capture/open.js'
import { newRecord, Next } from '../../src/capture/source.js'
import {
  arp,
  enhancedPacket,
  interfaceDescription,
  join,
  pcapHeader,
  pcapRecord,
  sectionHeader,
} from '../support/capture-builder.js'
import { readAll, readFile, temporaryFolder } from '../support/capture-reading.js'

const folder = temporaryFolder()
afterAll(folder.remove)

const records = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) =>
    pcapRecord(arp(i), { seconds: 1_700_000_000 + i, fraction: (i * 7_919) % 1e6 }),
  )
const pcap = (count: number): Uint8Array => Buffer.concat([pcapHeader(), ...records(count)])

function write(name: string, bytes: Uint8Array): string {
  writeFileSync(folder.path(name), bytes)
  return folder.path(name)
}

describe('a capture', () => {
  test('is what its bytes say, whatever its name', async () => {
    const pcapng = join(sectionHeader(), interfaceDescription(), enhancedPacket(arp()))
    const formats = []
    for (const bytes of [pcap(2), pcapng, gzipSync(pcap(2)), gzipSync(pcapng)]) {
      const capture = await openCapture(write('holiday.jpeg', bytes))
      formats.push([capture.reader.format, (await readAll(capture)).length, capture.problem()])
      capture.close()
    }
    expect(formats).toEqual([
      ['pcap', 2, null],
      ['pcapng', 1, null],
      ['pcap', 2, null],
      ['pcapng', 1, null],
    ])
  })

  test('tells its size, and that a file on disk does not grow', async () => {
    const capture = await openCapture(write('plain', pcap(3)))
    expect([capture.size(), capture.growing()]).toEqual([24 + 3 * 58, false])
    await capture.changed()
    capture.close()
    capture.close()
  })
})

describe('random access', () => {
  test('reads any bytes of the file, also across the blocks of its cache', async () => {
    const bytes = pcap(5_000)
    const capture = await openCapture(write('random', bytes))
    for (const [offset, length] of [
      [0, 4],
      [65_530, 12],
      [65_536, 10],
      [100_000, 150_000],
      [290_000, 24],
      [5, 0],
    ] as const) {
      expect(Buffer.from(capture.readBytes(offset, length)).equals(bytes.subarray(offset, offset + length))).toBe(true)
    }
    for (let block = 0; block < 200; block++) {
      const offset = (block * 65_521 * 7) % 289_000
      expect(Buffer.from(capture.readBytes(offset, 42)).equals(bytes.subarray(offset, offset + 42))).toBe(true)
    }
    capture.close()
  })

  test('refuses bytes that are not there', async () => {
    const capture = await openCapture(write('bounds', pcap(3)))
    for (const [offset, length] of [
      [190, 9],
      [198, 1],
      [1e12, 4],
      [-1, 4],
      [0, -1],
      [0, 1e12],
      [0.5, 1],
      [0, 100_000],
    ] as const) {
      expect(() => capture.readBytes(offset, length), `${offset}+${length}`).toThrow(RangeError)
    }
    expect(capture.readBytes(198, 0)).toHaveLength(0)
    capture.close()
    expect(() => capture.readBytes(0, 4)).toThrow(RangeError)
  })

  test('sees what was appended since it last looked', async () => {
    const path = write('appended', pcap(1))
    const capture = await followCapture(path, () => false)
    expect(() => capture.readBytes(82, 58)).toThrow(RangeError)
    appendFileSync(path, records(1)[0] ?? '')
    expect(capture.readBytes(82, 58)).toHaveLength(58)
    capture.close()
  })
})

describe('a compressed capture', () => {
  const whole = pcap(3_000)
  const compressed = gzipSync(whole)

  test('may be in several gzip members', async () => {
    const members = [0, 1, 2].map((i) => gzipSync(whole.subarray(i * 60_000, i === 2 ? undefined : (i + 1) * 60_000)))
    expect((await readFile(write('members', join(...members)))).packets).toEqual(
      (await readFile(write('one', whole))).packets,
    )
  })

  test('can be read by offset like any other', async () => {
    const capture = await openCapture(write('offsets.gz', compressed))
    const last = (await readAll(capture)).at(-1)
    expect(Buffer.from(capture.readBytes(last?.offset ?? 0, 42)).toString('hex')).toBe(last?.data)
    expect(capture.size()).toBe(whole.length)
    capture.close()
  })

  test('with a wrong checksum gives all its packets, and says so', async () => {
    const wrong = new Uint8Array(compressed)
    wrong[wrong.length - 6] = (wrong.at(-6) ?? 0) ^ 1
    const { packets, problem } = await readFile(write('checksum.gz', wrong))
    expect(packets).toHaveLength(3_000)
    expect(problem).toMatch(
      /checksum.gz: expected gzip data, found damaged data \(incorrect data check\) after 174024 /,
    )
  })

  test('cut off anywhere gives the packets before, and says so', async () => {
    let least = 0
    for (let length = 100; length < compressed.length; length += 1_777) {
      const { packets, problem } = await readFile(write('cut.gz', compressed.subarray(0, length)))
      expect(problem).toMatch(/cut.gz: expected gzip data, found the end of the file before the end of the data/)
      expect(packets.length).toBeGreaterThanOrEqual(least)
      least = packets.length
    }
    expect(least).toBeGreaterThan(2_500)
  })

  test('damaged in the middle gives the packets before', async () => {
    const wrong = new Uint8Array(compressed)
    wrong.fill(0xff, 20_000, 20_100)
    const cut = await readFile(write('until.gz', compressed.subarray(0, 20_000)))
    const { packets, problem } = await readFile(write('middle.gz', wrong))
    // Whether zlib or the reader stumbles first depends on the bytes.
    expect(problem).toMatch(
      /middle.gz: (?:expected gzip data, found damaged data|damaged at byte \d+ of the decompressed)/,
    )
    expect(packets.length).toBeGreaterThanOrEqual(cut.packets.length)
    expect(packets.slice(0, cut.packets.length)).toEqual(cut.packets)
  })

  test('twice is refused with the remedy', async () => {
    await expect(openCapture(write('twice.gz', gzipSync(compressed)))).rejects.toThrow(
      /compressed twice. Try: gzip -dc /,
    )
  })
})

describe('the temporary file', () => {
  const spools = (): string[] => readdirSync(folder.path('spools'))
  mkdirSync(folder.path('spools'))

  test('leaves nothing behind', async () => {
    const capture = await openCapture(write('spooled.gz', gzipSync(pcap(100))), { folder: folder.path('spools') })
    expect(await readAll(capture)).toHaveLength(100)
    capture.close()
    expect(spools()).toEqual([])
    await expect(
      openCapture(write('no.gz', gzipSync('no capture')), { folder: folder.path('spools') }),
    ).rejects.toThrow(/no.gz: expected a pcap or pcapng file in this gzip file, found text/)
    expect(spools()).toEqual([])
  })

  test('that may not become larger ends the capture with a sentence', async () => {
    const limit = 24 + 58 * 10
    const capture = await openCapture(write('limited.gz', gzipSync(pcap(100))), { limit })
    expect(await readAll(capture)).toHaveLength(10)
    expect(capture.problem()?.message).toMatch(/the temporary file is full after 604 bytes.*TMPDIR/)
    capture.close()
  })

  test('that cannot be made is an error, not a crash', async () => {
    const options = { folder: folder.path('missing') }
    await expect(openCapture(write('a.gz', gzipSync(pcap(1))), options)).rejects.toThrow(/there is no such file/)
  })
})

test('a capture that is closed while it is decompressed ends quietly', async () => {
  const capture = await openCapture(write('closed.gz', gzipSync(pcap(200_000), { level: 1 })))
  capture.close()
  await capture.changed()
  expect(capture.growing()).toBe(false)
  await new Promise((resolve) => {
    setTimeout(resolve, 50)
  })
})

test('a pipe is no longer stored after the damage in it', async () => {
  const damaged = Buffer.concat([pcap(2), pcapRecord(arp(), { captured: 1e9 }), pcap(400_000)])
  const capture = await openCapture(write('damaged.gz', gzipSync(damaged, { level: 1 })))
  expect(await readAll(capture)).toHaveLength(2)
  while (capture.growing()) await capture.changed()
  expect(capture.size()).toBeLessThan(damaged.length / 2)
  expect(capture.problem()?.message).toMatch(/damaged at byte 140 of the decompressed data, packet 3/)
  capture.close()
})

describe.skipIf(process.platform === 'win32')('a named pipe', () => {
  const path = folder.path('pipe')
  spawnSync('mkfifo', [path])

  test('shows packets before its writer is done', async () => {
    const opening = openCapture(path)
    const writer = createWriteStream(path)
    writer.write(pcap(1).subarray(0, 50))
    const capture = await opening
    const record = newRecord()
    expect(capture.reader.next(record)).toBe(Next.More)
    writer.write(pcap(1).subarray(50))
    while (capture.reader.next(record) === Next.More) await capture.changed()
    expect(record).toMatchObject({ seconds: 1_700_000_000, captured: 42 })
    expect(capture.growing()).toBe(true)
    writer.end(records(2)[1])
    expect((await readAll(capture)).map(({ seconds }) => seconds)).toEqual([1_700_000_001])
    expect([capture.growing(), capture.problem()]).toEqual([false, null])
    capture.close()
  })

  test('may carry gzip', async () => {
    const opening = openCapture(path)
    createWriteStream(path).end(gzipSync(pcap(1_000)))
    const capture = await opening
    expect(await readAll(capture)).toHaveLength(1_000)
    capture.close()
  })

  test('can be closed while its writer is still there', async () => {
    const opening = openCapture(path)
    const writer = createWriteStream(path)
    writer.on('error', () => {})
    writer.write(pcap(1))
    const capture = await opening
    const waiting = capture.changed().then(() => capture.changed())
    capture.close()
    await waiting
    expect(capture.growing()).toBe(false)
    writer.destroy()
  })
})

test('a file that another program still writes is followed until that ends', async () => {
  const path = write('followed', pcapHeader().subarray(0, 10))
  let running = true
  const steps = [pcapHeader().subarray(10), ...records(3)]
  const timer = setInterval(() => {
    const step = steps.shift()
    if (step === undefined) running = false
    else appendFileSync(path, step)
  }, 30)
  const capture = await followCapture(path, () => running)
  expect(await readAll(capture)).toHaveLength(3)
  expect(capture.size()).toBe(readFileSync(path).length)
  capture.close()
  clearInterval(timer)
})

test('following a file ends when it is closed', async () => {
  const capture = await followCapture(write('abandoned', pcap(1)), () => true)
  await capture.changed()
  const waiting = capture.changed()
  capture.close()
  await waiting
  expect([capture.growing(), capture.size()]).toEqual([false, 82])
})
