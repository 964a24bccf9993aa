import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, expect, it } from 'vitest'
import { mendSpool, noteBeginning } from '../../src/capture/live/trimmed-spool.js'
import {
  arp,
  enhancedPacket,
  interfaceDescription,
  join,
  type Order,
  pcapHeader,
  pcapRecord,
  sectionHeader,
} from '../support/capture-builder.js'
import { readBytes, temporaryFolder } from '../support/capture-reading.js'

const folder = temporaryFolder()
afterAll(folder.remove)

/** A capture of five packets, of which the bytes between the first and the fourth were given back to the disk. */
function trimmed(name: string, head: Uint8Array, packet: (data: Uint8Array) => Uint8Array): string {
  const path = folder.path(name)
  const whole = join(head, ...[1, 2, 3, 4, 5].map((n) => packet(arp(n))))
  const [, second, , fourth] = readBytes(whole).packets
  writeFileSync(path, whole.fill(0, second!.offset - 20, fourth!.offset - 40))
  noteBeginning(path, fourth!.offset)
  return path
}
const kept = [4, 5].map((n) => Buffer.from(arp(n)).toString('hex'))

it.each<Order>(['little', 'big'])('a trimmed spool is a whole capture again: pcapng, %s endian', (order) => {
  const head = join(sectionHeader({ order }), interfaceDescription({ order }), interfaceDescription({ order }))
  const path = trimmed(`spool-${order}.pcapng`, head, (data) => enhancedPacket(data, { order }))
  mendSpool(path)
  const { packets, reader } = readBytes(readFileSync(path))
  expect(packets.map(({ data }) => data)).toEqual(kept)
  expect([reader.interfaces.length, reader.damage]).toEqual([2, null])
  expect(existsSync(`${path}.from`)).toBe(false)
})

it('a trimmed spool is a whole capture again: pcap', () => {
  const path = trimmed('spool.pcap', pcapHeader(), (data) => pcapRecord(data))
  mendSpool(path)
  const { packets, reader } = readBytes(readFileSync(path))
  expect(packets.map(({ data }) => data)).toEqual(kept)
  expect(reader.damage).toBeNull()
})

it('a spool that was not trimmed, or that cannot be mended, stays as it is', () => {
  const path = folder.path('whole.pcap')
  const whole = join(pcapHeader(), pcapRecord(arp()))
  writeFileSync(path, whole)
  mendSpool(path)
  expect(new Uint8Array(readFileSync(path))).toEqual(whole)
  const gone = folder.path('gone.pcap')
  noteBeginning(gone, 40)
  expect(() => mendSpool(gone)).not.toThrow()
})
