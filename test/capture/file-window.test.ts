/** The window over a file: sliding, growing with a record, and following a file that is being written. */
import { appendFileSync, closeSync, openSync, truncateSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { FileWindow, MAX_WINDOW } from '../../src/capture/file-window.js'
import { readerFor } from '../../src/capture/reader.js'
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
import { temporaryFolder } from '../support/capture-reading.js'

const folder = temporaryFolder()
const path = folder.path('window')
const open: number[] = []

function windowOver(bytes: Uint8Array, growing = (): boolean => false, capacity = 16): FileWindow {
  writeFileSync(path, bytes)
  const fd = openSync(path, 'r')
  open.push(fd)
  return new FileWindow(fd, growing, capacity)
}

const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i & 0xff)

afterEach(() => {
  for (const fd of open.splice(0)) closeSync(fd)
})
afterAll(folder.remove)

describe('a window of 16 bytes over a file of 100', () => {
  test('reaches bytes forwards, backwards and far away', () => {
    const window = windowOver(counting(100))
    for (const offset of [0, 3, 14, 20, 90, 5, 84])
      expect(window.bytes[window.reach(offset, 10)], `${offset}`).toBe(offset)
  })

  test('grows for a longer piece, and its view with it', () => {
    const window = windowOver(counting(100))
    window.reach(8, 4)
    const at = window.reach(10, 80)
    expect(Array.from(window.bytes.subarray(at, at + 80))).toEqual(Array.from(counting(100).subarray(10, 90)))
    expect(window.view.getUint8(at)).toBe(10)
    expect(window.bytes.length).toBe(128)
  })

  test('does not grow for bytes that the file does not have', () => {
    const window = windowOver(counting(100))
    expect(window.reach(10, 91)).toBe(-1)
    expect(window.reach(0, MAX_WINDOW + 1)).toBe(-1)
    expect(window.bytes.length).toBe(16)
    expect(window.left(10)).toBe(90)
    expect(window.left(200)).toBe(0)
    expect(window.mayGrow).toBe(false)
  })

  test('tells when the system cannot read', () => {
    const fd = openSync(folder.path('.'), 'r')
    open.push(fd)
    const window = new FileWindow(fd, () => true)
    expect(window.reach(0, 1)).toBe(-1)
    expect(window).toMatchObject({ failure: 'EISDIR', mayGrow: false })
  })
})

describe.each([
  ['pcap', pcapHeader(), [1, 2, 3].map((i) => pcapRecord(arp(i)))],
  [
    'pcapng',
    sectionHeader(),
    [join(interfaceDescription(), enhancedPacket(arp(1))), enhancedPacket(arp(2)), enhancedPacket(arp(3))],
  ],
] as const)('a %s file that grows byte by byte', (_, header, packets) => {
  test('has more until it ended, and every packet as soon as its last byte is there', () => {
    let growing = true
    const window = windowOver(new Uint8Array(0), () => growing, 64)
    const whole = join(header, ...packets)
    const ends = packets.map((__, i) => join(header, ...packets.slice(0, i + 1)).length)
    const record = newRecord()
    let reader = readerFor(window, path)
    let seen = 0
    for (let length = 1; length <= whole.length; length++) {
      appendFileSync(path, whole.subarray(length - 1, length))
      reader ??= readerFor(window, path)
      expect(reader === null, `${length}`).toBe(length < header.length)
      if (reader === null) continue
      while (reader.next(record) === Next.Packet) seen++
      expect(reader.next(record)).toBe(Next.More)
      expect(seen, `${length}`).toBe(ends.filter((end) => end <= length).length)
    }
    growing = false
    expect(reader?.next(record)).toBe(Next.End)
    expect(reader?.damage).toBeNull()
  })

  test('is damaged when it ends inside a packet', () => {
    let growing = true
    const window = windowOver(join(header, ...packets).subarray(0, -3), () => growing)
    const reader = readerFor(window, path)
    const record = newRecord()
    while (reader?.next(record) === Next.Packet);
    expect(reader?.damage).toBeNull()
    growing = false
    expect(reader?.next(record)).toBe(Next.End)
    expect(reader?.damage).toMatchObject({ packet: 3 })
  })
})

test('a file that shrinks while it is read is damaged where it now ends', () => {
  const window = windowOver(
    join(pcapHeader(), ...Array.from({ length: 10 }, (_, i) => pcapRecord(arp(i)))),
    undefined,
    64,
  )
  const reader = readerFor(window, path)
  const record = newRecord()
  expect(reader?.next(record)).toBe(Next.Packet)
  truncateSync(path, 24 + 58 * 3 + 10)
  let packets = 1
  while (reader?.next(record) === Next.Packet) packets++
  expect(packets).toBe(3)
  expect(reader?.damage).toMatchObject({ offset: 198, found: 'the end of the file after 10 bytes' })
})
