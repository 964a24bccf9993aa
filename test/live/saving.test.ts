/** `-w` while capturing, following and reading: formats, rings of files, limits, and what is never overwritten. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { openCapture } from '../../src/capture/open.js'
import { framesIn } from '../support/frames.js'
import { describeLive } from '../support/live.js'
import { fixture, framewise } from '../support/program.js'

const folder = mkdtempSync(join(tmpdir(), 'framewise-saving-'))
const place = (name: string): string => join(folder, name)
const sample = fixture('sample.pcapng')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('saving what was read', () => {
  test('every frame, and what is known of the interfaces, in pcapng', async () => {
    expect(framewise(['-r', sample, '-w', place('all.pcapng')])).toEqual({ out: '', err: '', code: 0 })
    expect(await framesIn(place('all.pcapng'))).toEqual(await framesIn(sample))
    const [before, after] = [await openCapture(sample), await openCapture(place('all.pcapng'))]
    expect(framewise(['-r', place('all.pcapng'), '-V']).out).toBe(framewise(['-r', sample, '-V']).out)
    before.close()
    after.close()
  })

  test('times to the microsecond in pcap, to the nanosecond in nsecpcap', () => {
    const magic = (path: string): string => readFileSync(path).subarray(0, 4).toString('hex')
    framewise(['-r', fixture('udp/lengths.pcap'), '-w', place('a.pcap'), '-F', 'pcap'])
    framewise(['-r', fixture('udp/lengths.pcap'), '-w', place('b.pcap'), '-F', 'nsecpcap'])
    expect([magic(place('a.pcap')), magic(place('b.pcap'))]).toEqual(['d4c3b2a1', '4d3cb2a1'])
  })

  test('only some of them', async () => {
    framewise(['-r', sample, '-w', place('three.pcapng'), '-c', '3'])
    expect(await framesIn(place('three.pcapng'))).toHaveLength(3)
    framewise(['-r', sample, '-w', place('udp.pcapng'), '-Y', 'udp'])
    const udp = framewise(['-r', sample, '-Y', 'udp', '-T', 'fields', '-e', 'frame.number']).out.trim().split('\n')
    expect(await framesIn(place('udp.pcapng'))).toHaveLength(udp.length)
  })

  test('packets are printed as well when that is asked for', () => {
    expect(framewise(['-r', sample, '-w', place('p.pcapng'), '-c', '2', '-P']).out.split('\n')).toHaveLength(3)
  })

  test('never onto the file that is being read, by whatever name', () => {
    const copy = place('copy.pcapng')
    writeFileSync(copy, readFileSync(sample))
    symlinkSync(copy, place('link.pcapng'))
    for (const name of [copy, place('link.pcapng'), join(folder, '.', 'copy.pcapng')]) {
      const { err, code } = framewise(['-r', copy, '-w', name])
      expect(err).toContain('is the file that is being read: save under another name.')
      expect(code).toBe(1)
    }
    expect(readFileSync(copy).equals(readFileSync(sample))).toBe(true)
  })

  test('a file is either the old one or the whole new one', () => {
    writeFileSync(place('old'), 'old')
    const damaged = place('damaged.pcapng')
    writeFileSync(damaged, readFileSync(sample).subarray(0, 20))
    expect(framewise(['-r', damaged, '-w', place('old')]).code).toBe(2)
    expect(readFileSync(place('old'), 'utf8')).toBe('old')
    symlinkSync(place('old'), place('to-old'))
    expect(framewise(['-r', sample, '-w', place('to-old')]).code).toBe(0)
    expect(readFileSync(place('old')).readUInt32BE(0)).toBe(0x0a0d0d0a)
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  test('what cannot be written is said', () => {
    const check = (path: string): string => framewise(['-r', sample, '-w', path]).err
    expect(check(place('no/such/folder'))).toContain('there is no such folder.')
    expect(check(folder)).toContain('this is a folder.')
    chmodSync(folder, 0o700)
  })

  test('standard output and devices', () => {
    const { out, code } = framewise(['-r', fixture('udp/lengths.pcap'), '-w', '-'])
    expect(code).toBe(0)
    expect(out.slice(0, 4)).toBe('\n\r\r\n')
    expect(framewise(['-r', sample, '-w', '/dev/null']).code).toBe(0)
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  test('frames of two link types do not fit into one pcap file', () => {
    const two = place('two.pcapng')
    writeFileSync(two, twoLinkTypes())
    const { err, code } = framewise(['-r', two, '-w', place('two.pcap'), '-F', 'pcap'])
    expect(err).toContain('a pcap file holds frames of one link type, and this capture has 1 and 101.')
    expect(code).toBe(1)
  })
})

describe('following a file that another program writes', () => {
  test('frames are printed as they are written, and a frame in two halves is waited for', async () => {
    const whole = readFileSync(fixture('udp/lengths.pcap'))
    const file = place('growing.pcap')
    writeFileSync(file, whole.subarray(0, 10))
    const main = join(import.meta.dirname, '../../dist/src/main.js')
    const child = spawn(process.execPath, [main, '--follow', file, '-n', '-l'], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    child.stdout.on('data', (more: Buffer) => (out += more.toString()))
    await pause(600)
    appendFileSync(file, whole.subarray(10, 60))
    await pause(300)
    expect(out).toBe('')
    appendFileSync(file, whole.subarray(60, 110))
    for (let i = 0; i < 100 && out === ''; i++) await pause(50)
    expect(out).toMatch(/^ {4}1 [^\n]*\n$/)
    child.kill('SIGINT')
    expect(await once(child, 'close')).toEqual([0, null])
  })
})

describeLive('saving a capture', (net) => {
  const echoes = ['-i', 'wire0', '-f', 'icmp']

  test('a ring of files', async () => {
    const capture = await net.framewise([...echoes, '-w', place('ring.pcapng'), '-b', 'packets:4', '-b', 'files:2'])
    await net.ping('10.77.0.2', 7)
    await pause(600)
    const { err, code } = await capture.stop()
    expect(code).toBe(0)
    expect(err).toContain('14 packets captured')
    const files = readdirSync(folder).filter((name) => name.startsWith('ring'))
    expect(files).toHaveLength(2)
    expect(files[0]).toMatch(/^ring_00003_\d{14}\.pcapng$/)
    const frames = await Promise.all(files.map((name) => framesIn(place(name))))
    expect(frames.map((list) => list.length)).toEqual([4, 2])
  })

  test.each([
    [['-c', '3'], 3],
    [['-a', 'packets:5'], 5],
    [['-b', 'packets:2', '-a', 'files:2'], 4],
  ] as const)('%j stops after exactly so many packets', async (limits, packets) => {
    const capture = await net.framewise([...echoes, '-w', place('limit.pcapng'), ...limits])
    await net.ping('10.77.0.2', 5)
    const { err, code } = await capture.ended
    expect(err).toContain(`${packets} packets captured`)
    expect(code).toBe(0)
  })

  test('so many kilobytes, so many seconds', async () => {
    const capture = await net.framewise([...echoes, '-w', place('kilobytes.pcapng'), '-a', 'filesize:2'])
    await net.ping('10.77.0.2', 20)
    expect((await capture.ended).code).toBe(0)
    const { size } = statSync(place('kilobytes.pcapng'))
    expect(size).toBeGreaterThanOrEqual(2000)
    expect(size).toBeLessThan(2300)

    const begun = performance.now()
    const timed = await net.framewise([...echoes, '-a', 'duration:1'])
    expect((await timed.ended).code).toBe(0)
    expect(performance.now() - begun).toBeGreaterThan(1000)
  })

  test('the file can be read while it grows', async () => {
    const file = place('open.pcap')
    const capture = await net.framewise([...echoes, '-w', file, '-F', 'pcap'])
    await net.ping('10.77.0.2', 2)
    await capture.until(() => statSync(file).size > 400, 'the frames')
    expect(await framesIn(file)).toHaveLength(4)
    await capture.stop()
  })

  test('an interface of another machine, through ssh', async () => {
    // A stand-in for ssh that runs the command here, as the other machine would.
    const bin = mkdtempSync(join(folder, 'bin-'))
    const ssh =
      '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\necho "$2" >&2\nshift 2\nSSH_CONNECTION="10.77.0.9 1 10.77.0.1 22" exec sh -c "$*"\n'
    writeFileSync(join(bin, 'ssh'), ssh, { mode: 0o755 })
    const path = { PATH: `${bin}:${process.env['PATH']}` }
    const fields = ['-T', 'fields', '-e', 'frame.interface_name', '-e', 'icmp.type']
    const capture = await net.framewise(
      ['-i', 'ssh://me@far:2222/wire0', '-f', 'icmp or port 7', '-c', '2', ...fields],
      path,
    )
    await net.ping('10.77.0.2', 1)
    const { out, err, code } = await capture.ended
    expect(out).toBe('ssh://me@far:2222/wire0\t8\nssh://me@far:2222/wire0\t0\n')
    expect(err).toContain("Capturing on 'ssh://me@far:2222/wire0'")
    expect(code).toBe(0)
    const refused = await net.refused(['-i', 'ssh://me@far/none'], path)
    expect(refused.err).toContain('there is no interface')
    expect(refused.code).toBe(2)
  })
})

/** A pcapng file with an Ethernet frame and a bare IP packet, byte by byte. */
function twoLinkTypes(): Buffer {
  const block = (type: number, body: Buffer): Buffer => {
    const out = Buffer.alloc(body.length + 12)
    out.writeUInt32LE(type, 0)
    out.writeUInt32LE(out.length, 4)
    body.copy(out, 8)
    out.writeUInt32LE(out.length, out.length - 4)
    return out
  }
  const section = Buffer.from('4d3c2b1a01000000ffffffffffffffff', 'hex')
  const io = (linkType: number): Buffer => block(1, Buffer.from([linkType, 0, 0, 0, 0, 0, 4, 0]))
  const packet = (id: number): Buffer => {
    const body = Buffer.alloc(40)
    body.writeUInt32LE(id, 0)
    body.writeUInt32LE(20, 12)
    body.writeUInt32LE(20, 16)
    return block(6, body)
  }
  return Buffer.concat([block(0x0a0d0d0a, section), io(1), io(101), packet(0), packet(1)])
}
