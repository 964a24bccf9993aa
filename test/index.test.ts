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

test('a display filter leaves the packets that pass it, under their own numbers', async () => {
  const numbersOf = async (filter: string): Promise<number[]> => {
    const numbers: number[] = []
    const capture = await openCaptureFile(fixture('arp/live.pcap'), { filter })
    for await (const packet of capture) {
      numbers.push(packet.row.number)
      expect(packet.fields('arp.opcode')).toEqual(['2'])
    }
    capture.close()
    return numbers
  }
  const all = await openCaptureFile(fixture('arp/live.pcap'))
  const replies: number[] = []
  for await (const packet of all) if (packet.fields('arp.opcode')[0] === '2') replies.push(packet.row.number)
  all.close()
  expect(replies.length).toBeGreaterThan(1)
  expect(await numbersOf('arp.opcode == 2')).toEqual(replies)
  expect(await numbersOf('frame.number <= 4 && arp.opcode == reply')).toEqual(replies.filter((n) => n <= 4))
  await expect(numbersOf('arp.opcod == 2')).rejects.toThrow(/did you mean arp.opcode\?\n +arp.opcod == 2\n +\^~/)
})

test('ports have names in the row and in the tree when these are asked for', async () => {
  const capture = await openCaptureFile(fixture('sample.pcapng'), { names: 't', filter: 'tcp.flags.syn == 1' })
  for await (const packet of capture) {
    expect(packet.row.info).toMatch(/^\d+ → http\(80\) \[SYN\] Seq=0 /)
    expect(packet.tree().find((node) => node.name === 'tcp')?.label).toMatch(
      /, Src Port: \d+, Dst Port: http \(80\), Seq: 0/,
    )
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
