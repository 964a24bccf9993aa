/** The package from a program. */

import { expect, test } from 'vitest'
import { CaptureError, openCaptureFile, type PacketNode } from '../src/index.js'
import { fixture } from './support/program.js'

test('packets come one after the other with row, fields, tree and bytes', async () => {
  const capture = await openCaptureFile(fixture('arp/live.pcap'))
  const rows: string[] = []
  for await (const packet of capture) {
    rows.push(`${packet.row.number} ${packet.row.source} ${packet.row.protocol} ${packet.row.info}`)
    expect(packet.fields('arp.opcode')).toHaveLength(1)
    expect(packet.bytes()).toHaveLength(packet.row.length)
    expect(packet.tree().map((node) => node.name)).toEqual(['frame', 'eth', 'arp'])
  }
  capture.close()
  expect(rows[0]).toBe('1 00:00:5e:00:53:01 ARP Who has 192.168.10.1? Tell 192.168.10.2')
  expect(rows).toHaveLength(10)
  expect(capture.problem).toBeNull()
})

test('the tree has bits below their number and ranges that count from the packet’s first byte', async () => {
  const capture = await openCaptureFile(fixture('udp/lengths.pcap'))
  for await (const packet of capture) {
    const find = (nodes: readonly PacketNode[], name: string): PacketNode | undefined =>
      nodes.map((node) => (node.name === name ? node : find(node.children, name))).find((node) => node !== undefined)
    const flags = find(packet.tree(), 'ip.flags')
    expect(flags).toMatchObject({ value: '0x02', start: 20, end: 21 })
    expect(flags?.children.map((node) => node.name)).toEqual(['ip.flags.rb', 'ip.flags.df', 'ip.flags.mf'])
    break
  }
  capture.close()
})

test('what cannot be is refused', async () => {
  await expect(openCaptureFile(fixture('nowhere.pcap'))).rejects.toThrow(CaptureError)
  await expect(openCaptureFile(fixture('arp/live.pcap'), { preferences: { 'no.such': true } })).rejects.toThrow(
    RangeError,
  )
  const capture = await openCaptureFile(fixture('arp/live.pcap'))
  for await (const packet of capture) {
    expect(() => packet.fields('no.such')).toThrow('there is no field no.such')
    break
  }
  capture.close()
})
