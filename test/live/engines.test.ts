/** Each engine between two hosts with real traffic, beside tcpdump: the same frames, byte for byte. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { hasCap } from '../support/cap-module.js'
import { framesIn } from '../support/frames.js'
import { describeLive, engines } from '../support/live.js'
import type { Network } from '../support/network.js'

/** Neighbours talk whenever they like: only what the test sends is compared. */
const sent = 'icmp or udp port 53 or udp port 67 or tcp port 8080 or (icmp6 and (ip6[40] = 128 or ip6[40] = 129))'

describeLive('live capture', (net) => {
  beforeAll(async () => {
    await serve(net)
  })

  /** Echoes by both protocols, a name, a lease, and a page over each protocol. */
  const traffic = async (): Promise<void> => {
    await net.ping('10.77.0.2', 5)
    await net.ping('fd77::2', 5, '-s', '1200')
    const { err, code } = await net.start(net.here, [process.execPath, '--input-type=module', '-e', CLIENT]).ended
    expect({ err, code }).toEqual({ err: '', code: 0 })
  }

  test.each(engines)('%s finds exactly what tcpdump finds', async (engine) => {
    const file = join(net.folder, `${engine}.pcapng`)
    const beside = join(net.folder, `${engine}-beside.pcap`)
    const capture = await net.framewise(['-i', 'wire0', '-f', sent, '-w', file, '--engine', engine])
    const tcpdump = await net.tcpdump('wire0', sent, beside)
    await traffic()
    await settled(file, beside)
    await tcpdump.stop()
    const { err, code } = await capture.stop()
    const frames = await framesIn(file)
    expect(frames.length).toBeGreaterThan(40)
    expect(frames).toEqual(await framesIn(beside))
    expect(err).toContain(`${frames.length} packets captured\n`)
    expect(code).toBe(0)
    expect(net.captures()).toEqual([])
  })

  test.each(engines)('%s on the loopback interface and on all of them', async (engine) => {
    for (const device of ['lo', 'any']) {
      const file = join(net.folder, `${engine}-${device}.pcapng`)
      const beside = join(net.folder, `${engine}-${device}.pcap`)
      const capture = await net.framewise(['-i', device, '-f', 'icmp', '-w', file, '--engine', engine])
      const tcpdump = await net.tcpdump('lo', 'icmp', beside)
      await net.ping('127.0.0.1', 5)
      await settled(file, beside)
      await tcpdump.stop()
      expect((await capture.stop()).code).toBe(0)
      const frames = await framesIn(file)
      const bare = (list: string[]): string[] => list.map((frame) => frame.slice(-168)).sort()
      expect(bare(frames)).toEqual(bare(await framesIn(beside)))
      expect(frames).toHaveLength(10)
    }
  })

  test.each(engines)('frames of %s are on standard output within half a second', async (engine) => {
    const capture = await net.framewise(['-i', 'wire0', '-f', 'icmp', '-n', '-l', '--engine', engine])
    const waits: number[] = []
    for (let i = 1; i <= 5; i++) {
      await net.ping('10.77.0.2', 1)
      const begun = performance.now()
      await capture.until(() => capture.out.toString().split('\n').length > 2 * i, `line ${2 * i}`)
      waits.push(performance.now() - begun)
    }
    expect((await capture.stop()).code).toBe(0)
    // The machine may be busy with other tests: the middle one counts.
    expect(waits.sort((a, b) => a - b)[2]).toBeLessThan(500)
  })

  test('two interfaces in one capture, each frame with its own', async () => {
    const fields = ['-T', 'fields', '-e', 'frame.interface_name', '-e', 'icmp.type']
    const both = ['-i', 'wire0', '-f', 'icmp[0] = 8', '-i', 'lo', '-f', 'icmp[0] = 0']
    const capture = await net.framewise([...both, '-c', '2', ...fields])
    await net.ping('10.77.0.2', 1)
    await net.ping('127.0.0.1', 1)
    expect((await capture.ended).out.split('\n').sort()).toEqual(['', 'lo\t0', 'wire0\t8'])
  })

  test('every output that there is for files is there for a capture', async () => {
    for (const [args, first] of [
      [['-T', 'json'], '[\n'],
      [['-V'], 'Frame 1: 98 bytes on wire'],
      [['-T', 'fields', '-e', 'frame.interface_name'], 'wire0\nwire0\n'],
      [['-T', 'text', '-n'], '    1 0.000000000    10.77.0.1 → 10.77.0.2    ICMP 98 Echo (ping) request'],
    ] as const) {
      const capture = await net.framewise(['-i', 'wire0', '-f', 'icmp', '-c', '2', '--engine', 'tcpdump', ...args])
      await net.ping('10.77.0.2', 1)
      const { out, err, code } = await capture.ended
      expect(out.slice(0, first.length), err).toBe(first)
      expect(err).toContain("Capturing on 'wire0'\n")
      expect(err).toContain('\n2 packets captured\n')
      expect(code).toBe(0)
    }
  })

  test.skipIf(hasCap)('without the module, cap says what is missing', async () => {
    const { err, code } = await net.refused(['-i', 'lo', '--engine', 'cap'])
    expect(err).toContain('the native module cannot be loaded')
    expect(err).toContain('framewise doctor')
    expect(code).toBe(2)
  })

  test.runIf(hasCap)('frames of cap are marked as stamped by software', async () => {
    const file = join(net.folder, 'marked.pcapng')
    const capture = await net.framewise([
      '-i',
      'wire0',
      '-c',
      '2',
      '-f',
      'icmp',
      '-w',
      file,
      '--engine',
      'cap',
      '-s',
      '60',
    ])
    await net.ping('10.77.0.2', 1)
    await capture.ended
    const { openCapture } = await import('../../src/capture/open.js')
    const { reader, close } = await openCapture(file).then((c) => ({ reader: c.reader, close: () => c.close() }))
    expect(reader.interfaces.length).toBe(0)
    const { newRecord } = await import('../../src/capture/source.js')
    const record = newRecord()
    reader.next(record)
    expect(reader.interfaces[0]?.comments[0]).toContain('software timestamps')
    expect(reader.interfaces[0]?.name).toBe('wire0')
    expect([record.captured, record.original]).toEqual([60, 98])
    close()
  })
})

/** A web server and a name server on the second host; addresses of the neighbours are known from then on. */
async function serve(net: Network): Promise<void> {
  const web = join(net.folder, 'web.mjs')
  writeFileSync(
    web,
    `import { createServer } from 'node:http'
    createServer((_, response) => response.end('x'.repeat(5000))).listen(8080, '::', () => console.log('listening'))`,
  )
  const dns = [
    'dnsmasq',
    '--keep-in-foreground',
    '--no-resolv',
    '--no-hosts',
    '--conf-file=/dev/null',
    '--log-facility=-',
  ]
  const names = [
    '--address=/example.test/192.0.2.80',
    '--interface=wire1',
    '--bind-interfaces',
    '--user=root',
    '--pid-file=',
  ]
  const leases = ['--dhcp-range=10.77.0.100,10.77.0.120,2m', `--dhcp-leasefile=${join(net.folder, 'leases')}`]
  const pages = net.start(net.there, [process.execPath, web])
  const addresses = net.start(net.there, [...dns, ...names, ...leases])
  await pages.until(() => pages.out.includes('listening'), 'the web server')
  await addresses.until(() => addresses.err.includes('started'), 'the name server')
  await net.ping('fd77::2')
}

/** Waits until both captures have stopped growing. */
async function settled(...files: string[]): Promise<void> {
  const count = async (): Promise<string> =>
    (await Promise.all(files.map(async (file) => (await framesIn(file).catch(() => [])).length))).join()
  const { setTimeout: pause } = await import('node:timers/promises')
  for (let before = '', now = await count(), i = 0; i < 20 && (before !== now || i < 2); i++) {
    await pause(400)
    before = now
    now = await count()
  }
}

/** Runs in the first host: a name, a lease, a page over each protocol. */
const CLIENT = `
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
const ask = async (bytes, from, port, address) => {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  await new Promise((done) => socket.bind(from, done))
  socket.setBroadcast(true)
  const answer = once(socket, 'message')
  socket.send(bytes, port, address)
  await answer
  socket.close()
}
await ask(Buffer.from('123401000001000000000000076578616d706c6504746573740000010001', 'hex'), 0, 53, '10.77.0.2')
const lease = Buffer.alloc(300)
lease.set([1, 1, 6, 0, 1, 2, 3, 4, 0, 0, 0x80])
lease.set([2, 0, 0, 0, 0, 1], 28)
lease.set([0x63, 0x82, 0x53, 0x63, 53, 1, 1, 255], 236)
await ask(lease, 68, 67, '255.255.255.255')
for (const host of ['10.77.0.2', '[fd77::2]']) {
  const text = await (await fetch('http://' + host + ':8080/', { headers: { connection: 'close' } })).text()
  if (text.length !== 5000) throw new Error('got ' + text.length)
}
`
