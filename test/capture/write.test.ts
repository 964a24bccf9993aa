/** What the writers write is what the readers read. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Sink } from '../../src/capture/write.js'
import { PcapngWriter, PcapWriter } from '../../src/capture/write.js'
import {
  arp,
  enhancedPacket,
  interfaceDescription,
  join,
  pcapHeader,
  pcapRecord,
  sectionHeader,
} from '../support/capture-builder.js'
import { readBytes } from '../support/capture-reading.js'

/** All that `write` gives to its sink. */
function written(write: (sink: Sink) => void): Uint8Array {
  const chunks: Uint8Array[] = []
  write((chunk) => chunks.push(chunk))
  return join(...chunks)
}

const packet = { seconds: 1_700_000_000, nanoseconds: 123_456_789, bytes: arp() }

describe('the pcap writer', () => {
  test.each(['little', 'big'] as const)('writes byte for byte what the format says, %s-endian', (order) => {
    const bytes = written((sink) => {
      const writer = new PcapWriter(sink, { linkType: 1, snaplen: 65_535, bigEndian: order === 'big' })
      writer.write({ ...packet, original: 60 })
    })
    expect(bytes).toEqual(join(pcapHeader({ order }), pcapRecord(arp(), { order, captured: 42, original: 60 })))
  })

  test('keeps nanoseconds when asked to', () => {
    const bytes = written((sink) => new PcapWriter(sink, { linkType: 1, nanosecond: true }).write(packet))
    expect(readBytes(bytes).packets).toMatchObject([{ seconds: 1_700_000_000, nanoseconds: 123_456_789 }])
  })

  test('writes the nearest time there is for one that does not fit', () => {
    const bytes = written((sink) => {
      const writer = new PcapWriter(sink, { linkType: 1 })
      writer.write({ ...packet, seconds: -5 })
      writer.write({ ...packet, seconds: 2 ** 40 })
    })
    expect(readBytes(bytes).packets.map(({ seconds }) => seconds)).toEqual([0, 0xffff_ffff])
  })
})

describe('the pcapng writer', () => {
  test.each(['little', 'big'] as const)('writes byte for byte what the format says, %s-endian', (order) => {
    const bytes = written((sink) => {
      const writer = new PcapngWriter(sink, { bigEndian: order === 'big' })
      writer.addInterface({ linkType: 1, snaplen: 0 })
      writer.write({ ...packet, original: 60 })
    })
    expect(bytes).toEqual(
      join(sectionHeader({ order }), interfaceDescription({ order }), enhancedPacket(arp(), { order, original: 60 })),
    )
  })

  test('keeps everything that the reader knows', () => {
    const section = { hardware: 'x86', os: 'Linux', application: 'test', comments: ['one', 'two'] }
    const first = {
      linkType: 1,
      snaplen: 96,
      name: 'eth0',
      description: 'uplink',
      filter: 'arp',
      os: 'Linux',
      hardware: 'card',
      comments: ['remark'],
      fcsLength: 4,
    }
    const bytes = written((sink) => {
      const writer = new PcapngWriter(sink, section)
      expect(writer.addInterface(first)).toBe(0)
      expect(writer.addInterface({ linkType: 101, nanosecond: true })).toBe(1)
      writer.write({ ...packet, bytes: arp().subarray(0, 41), comments: ['größer', 'b'] })
      writer.write({ ...packet, interface: 1 })
      writer.writeStatistics(1, { received: 2 ** 40, dropped: 3, seconds: 1, nanoseconds: 0 })
    })
    const { packets, reader } = readBytes(bytes)
    expect(reader.sections).toMatchObject([section])
    expect(reader.interfaces).toMatchObject([
      first,
      { linkType: 101, ticksPerSecond: 1e9, received: 2 ** 40, dropped: 3 },
    ])
    expect(packets).toMatchObject([
      { captured: 41, nanoseconds: 123_456_000, interface: 0 },
      { captured: 42, nanoseconds: 123_456_789, interface: 1 },
    ])
    expect([...reader.comments]).toEqual([[0, ['größer', 'b']]])
  })

  test('writes any time that fits, to the nanosecond', () => {
    const seconds = fc.integer({ min: 0, max: 18_446_744_072 })
    fc.assert(
      fc.property(seconds, fc.integer({ min: 0, max: 999_999_999 }), (at, nanoseconds) => {
        const bytes = written((sink) => {
          const writer = new PcapngWriter(sink)
          writer.addInterface({ linkType: 1, nanosecond: true })
          writer.write({ seconds: at, nanoseconds, bytes: arp() })
        })
        expect(readBytes(bytes).packets).toMatchObject([{ seconds: at, nanoseconds }])
      }),
      { numRuns: 300 },
    )
  })

  test('refuses a packet of an interface that was not added', () => {
    expect(() => written((sink) => new PcapngWriter(sink).write(packet))).toThrow(RangeError)
  })
})
