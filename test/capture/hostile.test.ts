/** Files cut at every byte and files with bytes changed: whatever comes, packets before the damage are delivered. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { captureFixtures } from '../../fixtures/make/capture-formats.js'
import { CaptureError } from '../../src/capture/damage.js'
import {
  arp,
  enhancedPacket,
  interfaceDescription,
  join,
  option,
  pcapHeader,
  pcapRecord,
  sectionHeader,
  simplePacket,
  text,
} from '../support/capture-builder.js'
import { readBytes } from '../support/capture-reading.js'

const pieces = {
  pcap: [pcapHeader(), pcapRecord(arp(1)), pcapRecord(arp(2)), pcapRecord(new Uint8Array(0)), pcapRecord(arp(3))],
  pcapng: [
    sectionHeader({ options: [option(4, text('by hand'))] }),
    interfaceDescription(),
    enhancedPacket(arp(1), { options: [option(1, text('a remark'))] }),
    simplePacket(arp(2)),
    sectionHeader({ order: 'big' }),
    interfaceDescription({ order: 'big' }),
    enhancedPacket(arp(3), { order: 'big' }),
  ],
}

describe.each(['pcap', 'pcapng'] as const)('a %s file cut after any byte', (format) => {
  const whole = join(...pieces[format])
  const all = readBytes(whole).packets
  const boundaries = pieces[format].map((_, i) => join(...pieces[format].slice(0, i + 1)).length)

  const header = boundaries[0] ?? 0

  test('is no capture while its header is not whole', () => {
    for (let length = 0; length < header; length++) {
      expect(() => readBytes(whole.subarray(0, length)), `${length}`).toThrow(CaptureError)
    }
  })

  test('delivers every whole packet, and one damage unless it ends between two', () => {
    for (let length = header; length < whole.length; length++) {
      const { packets, reader } = readBytes(whole.subarray(0, length))
      const complete = all.filter(({ offset, captured }) => endOf(offset + captured, boundaries) <= length)
      expect(packets, `${length}`).toEqual(complete)
      const expected = boundaries.includes(length) ? undefined : packets.length + 1
      expect(reader.damage?.packet, `${length}`).toBe(expected)
    }
  })
})

/** Where the piece ends that has its last data byte before `offset`. */
function endOf(offset: number, boundaries: readonly number[]): number {
  return boundaries.find((boundary) => boundary >= offset) ?? Number.POSITIVE_INFINITY
}

describe('a corrupted file', () => {
  const originals = captureFixtures.filter(({ name }) => !name.endsWith('.gz')).map(({ bytes }) => bytes)

  test('never throws anything but CaptureError, never delivers bytes that are not there', () => {
    const change = fc.record({ at: fc.nat(2_000), value: fc.nat(255) })
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        fc.array(change, { minLength: 1, maxLength: 8 }),
        (original, changes) => {
          const bytes = original.slice()
          for (const { at, value } of changes) bytes[at % bytes.length] = value
          try {
            const { packets } = readBytes(bytes, 4096)
            for (const { offset, captured, nanoseconds, data } of packets) {
              expect(offset + captured).toBeLessThanOrEqual(bytes.length)
              expect(nanoseconds >= 0 && nanoseconds < 1e9 && Number.isInteger(nanoseconds)).toBe(true)
              expect(data).toBe(Buffer.from(bytes.subarray(offset, offset + captured)).toString('hex'))
            }
          } catch (error) {
            if (!(error instanceof CaptureError)) throw error
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('of random bytes after a right beginning ends', () => {
    const starts = [pcapHeader(), join(sectionHeader(), interfaceDescription())]
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 400 }), (start, rest) => {
        expect(readBytes(join(start, rest)).packets.length).toBeLessThan(400)
      }),
      { numRuns: 500 },
    )
  })
})
