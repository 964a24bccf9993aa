/** Every capture among the fixtures, read by us and by others: pcap-parser, and tshark where it is installed. */
import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'pcap-parser'
import type { ParsedPacket } from 'pcap-parser'
import { expect, test } from 'vitest'
import { readFile } from '../support/capture-reading.js'
import type { ReadPacket } from '../support/capture-reading.js'

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url))
const captures = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.pcap(?:ng)?$/.test(name))
  .toSorted()

/** Captures that tshark is asked about; more would take too long. */
const ASKED = 12

/** Classic pcap in microseconds without a speciality of the packet header: what pcap-parser can read. */
function isPlain(path: string): boolean {
  const start = Buffer.alloc(8)
  const fd = openSync(path, 'r')
  readSync(fd, start, 0, 8, 0)
  closeSync(fd)
  return /^(?:d4c3b2a102000400|a1b2c3d400020004)$/.test(start.toString('hex'))
}

function parsed(path: string): Promise<ParsedPacket[]> {
  return new Promise((resolve, reject) => {
    const packets: ParsedPacket[] = []
    const parser = parse(path)
    parser.on('packet', (packet: ParsedPacket) => packets.push(packet))
    parser.on('end', () => resolve(packets))
    parser.on('error', reject)
  })
}

function asParsed({ header, data }: ParsedPacket): Partial<ReadPacket> {
  return {
    seconds: header.timestampSeconds,
    nanoseconds: header.timestampMicroseconds * 1000,
    captured: header.capturedLength,
    original: header.originalLength,
    data: data.toString('hex'),
  }
}

test('pcap-parser finds the same packets in every microsecond pcap', async () => {
  const plain = captures.filter((name) => isPlain(fixtures + name))
  expect(plain.length).toBeGreaterThan(5)
  for (const name of plain) {
    const ours = await readFile(fixtures + name)
    // It takes a record that claims more than there is for the end.
    const theirs = await parsed(fixtures + name)
    expect(
      ours.packets.map(({ seconds, nanoseconds, captured, original, data }) => ({
        seconds,
        nanoseconds,
        captured,
        original,
        data,
      })),
      name,
    ).toEqual(theirs.map(asParsed))
  }
})

const hasTshark = spawnSync('tshark', ['--version']).status === 0

test.skipIf(!hasTshark)('tshark finds the same times and lengths', { timeout: 120_000 }, async () => {
  const others = captures.filter((name) => !name.startsWith('capture/'))
  const step = Math.max(1, Math.floor(others.length / ASKED))
  for (const name of others.filter((_, i) => i % step === 0)) {
    const fields = ['frame.time_epoch', 'frame.len', 'frame.cap_len'].flatMap((field) => ['-e', field])
    const { stdout } = spawnSync('tshark', ['-n', '-r', fixtures + name, '-T', 'fields', ...fields], {
      encoding: 'utf8',
    })
    const { packets } = await readFile(fixtures + name)
    const lines = packets.map(
      ({ seconds, nanoseconds, original, captured }) =>
        `${seconds}.${String(nanoseconds).padStart(9, '0')}\t${original}\t${captured}\n`,
    )
    expect(lines.join(''), name).toBe(stdout)
  }
})
