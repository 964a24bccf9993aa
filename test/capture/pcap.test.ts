/** Classic pcap: every variant of the header and every way a record may be wrong. */
import { describe, expect, test } from 'vitest'
import { CaptureError } from '../../src/capture/damage.js'
import { arp, join, Magic, pcapHeader, pcapRecord, u32 } from '../support/capture-builder.js'
import type { PcapHeader } from '../support/capture-builder.js'
import { readBytes } from '../support/capture-reading.js'

const file = (header: PcapHeader, ...records: Uint8Array[]): Uint8Array => join(pcapHeader(header), ...records)

describe('a pcap file', () => {
  test('delivers time, lengths, place and bytes of its packets', () => {
    const { packets, reader } = readBytes(file({}, pcapRecord(arp(1), { original: 60 }), pcapRecord(arp(2))))
    expect(packets).toEqual([
      {
        seconds: 1_700_000_000,
        nanoseconds: 123_456_000,
        timed: true,
        captured: 42,
        original: 60,
        interface: 0,
        offset: 40,
        data: Buffer.from(arp(1)).toString('hex'),
      },
      expect.objectContaining({ captured: 42, original: 42, offset: 98 }),
    ])
    expect(reader).toMatchObject({ format: 'pcap', nanosecond: false, damage: null, position: 140 })
    expect(reader.interfaces).toMatchObject([{ linkType: 1, snaplen: 65_535, ticksPerSecond: 1e6, fcsLength: -1 }])
  })

  test.each(['little', 'big'] as const)('is read in %s-endian byte order', (order) => {
    const { packets, reader } = readBytes(file({ order, network: 228 }, pcapRecord(arp(), { order })))
    expect(packets).toMatchObject([{ seconds: 1_700_000_000, nanoseconds: 123_456_000, captured: 42 }])
    expect(reader.interfaces[0]?.linkType).toBe(228)
    expect(reader.sections[0]?.bigEndian).toBe(order === 'big')
  })

  test('with the nanosecond magic keeps its nanoseconds', () => {
    const { packets, reader } = readBytes(file({ magic: Magic.nano }, pcapRecord(arp(), { fraction: 999_999_999 })))
    expect(packets).toMatchObject([{ nanoseconds: 999_999_999 }])
    expect(reader.nanosecond).toBe(true)
  })

  test('carries a fraction of more than a second into the seconds', () => {
    const { packets } = readBytes(file({}, pcapRecord(arp(), { fraction: 5_000_001 })))
    expect(packets).toMatchObject([{ seconds: 1_700_000_005, nanoseconds: 1_000 }])
  })

  test('takes seconds as unsigned', () => {
    expect(readBytes(file({}, pcapRecord(arp(), { seconds: 0xffff_fff0 }))).packets).toMatchObject([
      { seconds: 4_294_967_280 },
    ])
  })

  test.each([
    ['2.2: the original length comes first', 2, 60, 42, { captured: 42, original: 60 }],
    ['2.3: the smaller length is the captured one', 3, 60, 42, { captured: 42, original: 60 }],
    ['2.3: also when it comes first', 3, 42, 60, { captured: 42, original: 60 }],
    ['2.4: the captured length comes first', 4, 42, 20, { captured: 42, original: 20 }],
  ])('of version %s', (_, minor, first, second, expected) => {
    const { packets } = readBytes(file({ minor }, pcapRecord(arp(), { captured: first, original: second })))
    expect(packets).toMatchObject([expected])
  })

  test('with the modified magic has a longer packet header', () => {
    const extra = join(u32(3), u32(0))
    const { packets } = readBytes(
      file({ magic: Magic.modified }, pcapRecord(arp(), { extra }), pcapRecord(arp(), { extra })),
    )
    expect(packets).toMatchObject([{ offset: 48 }, { offset: 48 + 66, data: Buffer.from(arp()).toString('hex') }])
  })

  test.each([
    [0x2400_0001, 4],
    [0x0400_0001, 0],
    [0x2000_0001, -1],
  ])('with link type word %i has a frame check sequence of %i bytes', (network, length) => {
    expect(readBytes(file({ network })).reader.interfaces[0]).toMatchObject({ linkType: 1, fcsLength: length })
  })

  test.each([
    [12, 101],
    [14, 101],
    [13, 109],
    [147, 147],
  ])('with link type %i of the file is of the registered type %i', (network, linkType) => {
    expect(readBytes(file({ network })).reader.interfaces[0]?.linkType).toBe(linkType)
  })

  test('of version 1 is refused with the place of the version', () => {
    expect(() => readBytes(file({ major: 1 }))).toThrow(/made: expected pcap version 2.0 or later at byte 4, found 1.4/)
  })

  test('with reserved bits in the link type is refused', () => {
    expect(() => readBytes(file({ network: 0x0001_0001 }))).toThrow(CaptureError)
  })

  test('may have no packets at all', () => {
    expect(readBytes(file({}))).toMatchObject({ packets: [], reader: { damage: null } })
  })

  test('may have packets of no bytes', () => {
    expect(readBytes(file({}, pcapRecord(new Uint8Array(0)), pcapRecord(arp()))).packets).toHaveLength(2)
  })

  test('may have a packet of the greatest length and none above', () => {
    const longest = pcapRecord(new Uint8Array(262_144))
    expect(readBytes(file({}, longest, pcapRecord(arp()))).packets).toHaveLength(2)
    const { packets, reader } = readBytes(file({}, pcapRecord(arp()), pcapRecord(new Uint8Array(262_145))))
    expect(packets).toHaveLength(1)
    expect(reader.damage).toEqual({
      offset: 82,
      packet: 2,
      expected: 'a packet of at most 262144 bytes',
      found: 'one that claims 262145 bytes',
    })
  })

  test('of USB packets may have much longer ones, which make the window grow', () => {
    const { packets, reader } = readBytes(
      file({ network: 249 }, pcapRecord(arp()), pcapRecord(new Uint8Array(3_000_000)), pcapRecord(arp())),
    )
    expect(packets.map(({ captured }) => captured)).toEqual([42, 3_000_000, 42])
    expect(reader.damage).toBeNull()
  })

  test('of USB packets that claims 100 MB it does not have is damaged, and no memory is taken for it', () => {
    const before = process.memoryUsage().arrayBuffers
    const { packets, reader } = readBytes(
      file({ network: 249 }, pcapRecord(arp()), pcapRecord(arp(), { captured: 100_000_000 })),
    )
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000)
    expect(packets).toHaveLength(1)
    expect(reader.damage).toMatchObject({ found: 'the end of the file after 58 bytes' })
  })

  test('reads the same through a window barely larger than a packet', () => {
    const records = Array.from({ length: 200 }, (_, i) => pcapRecord(arp(i), { seconds: i }))
    const bytes = file({}, ...records)
    expect(readBytes(bytes, 64).packets).toEqual(readBytes(bytes).packets)
    expect(readBytes(bytes, 16).packets).toHaveLength(200)
  })
})
