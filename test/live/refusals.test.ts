/** Whatever stands in the way of a capture, or ends one, is a clear message; what was captured before is kept. */

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { framesIn } from '../support/frames.js'
import { describeLive, engines } from '../support/live.js'
import { ip, processesWith } from '../support/network.js'

const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']

describeLive('live capture', (net) => {
  test('an interface that there is not', async () => {
    const { err, code, out } = await net.refused(['-i', 'wire9'])
    expect(err).toBe('framewise: there is no interface wire9. Did you mean wire0?\n')
    expect([out, code]).toEqual(['', 2])
    expect((await net.refused(['-i', '99'])).err).toContain('there is no interface 99.')
  })

  test('a filter that libpcap does not understand', async () => {
    const { err, code } = await net.refused(['-i', 'wire0', '-f', 'tcp port nonsense'])
    expect(err).toMatch(/^framewise: the capture filter "tcp port nonsense" cannot be used: .*nonsense/)
    expect(code).toBe(1)
    expect((await net.refused(['-i', 'wire0', '-f', 'tcp.port == 80'])).err).toContain("as in -f 'tcp port 80")
  })

  test.each(engines)('an interface that is down, with %s', async (engine) => {
    ip('-n', net.here, 'link', 'add', `down-${engine}`, 'type', 'veth', 'peer', 'name', `up-${engine}`)
    const { err, code } = await net.refused(['-i', `down-${engine}`, '--engine', engine])
    expect(err).toContain(
      `down-${engine} is down, so nothing can be captured on it. Try: sudo ip link set down-${engine} up`,
    )
    expect(code).toBe(2)
  })

  test('no privilege reads as that, for every engine', async () => {
    const home = mkdtempSync(join('/tmp', 'framewise-nobody-'))
    execFileSync('chown', ['65534:65534', home])
    const main = join(import.meta.dirname, '../../dist/src/main.js')
    const asNobody = (args: string[]) =>
      net.start(net.here, [...nobody, process.execPath, main, ...args], { XDG_DATA_HOME: home, XDG_RUNTIME_DIR: home })
        .ended
    const { err, code } = await asNobody(['-i', 'wire0'])
    for (const engine of engines) expect(err).toContain(`${engine} may not capture on wire0 (`)
    expect(err).toContain('framewise doctor')
    expect(err).not.toMatch(/no (?:such )?(?:interface|device)/)
    expect(code).toBe(2)
    const doctor = await asNobody(['doctor'])
    expect(doctor.out).toContain('sudo usermod -a -G wireshark nobody')
    expect(doctor.out).toContain('sudo setcap cap_net_raw,cap_net_admin+eip /usr/bin/tcpdump')
    expect(doctor.code).toBe(2)
    execFileSync('rm', ['-r', home])
  })

  test('auto takes the next engine when one is refused, and says so', async () => {
    const folder = mkdtempSync(join(net.folder, 'path-'))
    const fake = '#!/bin/sh\ncase "$*" in *-D*) exit 1;; esac\necho "(socket: Operation not permitted)" >&2; exit 1\n'
    writeFileSync(join(folder, 'dumpcap'), fake, { mode: 0o755 })
    const path = { PATH: `${folder}:${process.env['PATH']}` }
    const capture = await net.framewise(['-i', 'wire0', '-n', '-c', '1'], path)
    await net.ping('10.77.0.2', 1)
    const { err, code } = await capture.ended
    expect(err).toContain('Engine tcpdump: dumpcap may not capture on wire0 (socket: Operation not permitted).')
    expect(code).toBe(0)
  })

  test('an interface that goes down and comes back', async () => {
    ip('-n', net.here, 'link', 'add', 'blink0', 'type', 'veth', 'peer', 'name', 'blink1')
    for (const name of ['blink0', 'blink1']) ip('-n', net.here, 'link', 'set', name, 'up')
    const capture = await net.framewise(['-i', 'blink0', '-n'])
    ip('-n', net.here, 'link', 'set', 'blink0', 'down')
    await capture.until(
      () => capture.err.includes('blink0 is down: no frames come until it is up again.'),
      'the notice',
    )
    ip('-n', net.here, 'link', 'set', 'blink0', 'up')
    await capture.until(() => capture.err.includes('is up again'), 'the notice')
    expect((await capture.stop()).code).toBe(0)
  })

  test.each(engines)('an interface that is removed under %s', async (engine) => {
    const [one, two] = [`gone-${engine}`, `peer-${engine}`]
    ip('-n', net.here, 'link', 'add', one, 'type', 'veth', 'peer', 'name', two)
    for (const name of [one, two]) ip('-n', net.here, 'link', 'set', name, 'up')
    ip('-n', net.here, 'addr', 'add', '10.78.0.1/24', 'dev', one)
    const file = join(net.folder, `gone-${engine}.pcapng`)
    const capture = await net.framewise(['-i', one, '-w', file, '-f', 'arp', '--engine', engine])
    await net.start(net.here, ['ping', '-c', '1', '-W', '1', '10.78.0.2']).ended
    await pause(1200)
    ip('-n', net.here, 'link', 'del', one)
    const { err, code } = await capture.ended
    expect(err).toMatch(/framewise: the capture is over: \w+ (?:says: |was ended by )/)
    expect(err).toMatch(/\n[1-9]\d* packets? captured\n/)
    expect(code).toBe(3)
    expect((await framesIn(file)).length).toBeGreaterThan(0)
  })

  test.each(engines)('%s is killed', async (engine) => {
    const file = join(net.folder, `killed-${engine}.pcapng`)
    const capture = await net.framewise(['-i', 'wire0', '-f', 'icmp', '-w', file, '--engine', engine])
    await net.ping('10.77.0.2', 4)
    await capture.until(() => statSync(file).size > 1000, 'the frames')
    const pid = processesWith(engine === 'cap' ? 'cap-helper.js' : `/${engine} `).find((p) =>
      childOf(p, capture.child.pid!),
    )
    process.kill(pid!, 'SIGKILL')
    const { err, code } = await capture.ended
    expect(err).toContain(`framewise: the capture is over: ${engine} was ended by SIGKILL.`)
    expect(err).toContain('8 packets captured')
    expect(code).toBe(3)
    expect(await framesIn(file)).toHaveLength(8)
    expect(net.captures()).toEqual([])
  })

  test.each(engines)('the disk of the temporary file fills up under %s', async (engine) => {
    const disk = net.smallDisk(2000)
    const file = join(net.folder, `full-${engine}.pcapng`)
    const capture = await net.framewise(['-i', 'wire0', '-f', 'icmp', '-w', file, '--engine', engine], {
      XDG_DATA_HOME: disk,
    })
    const flood = net.start(net.here, ['ping', '-q', '-f', '-c', '4000', '-s', '1400', '10.77.0.2'])
    const { err, code } = await capture.ended
    expect(err).toMatch(/the disk is full|no space left/)
    expect(code).toBe(3)
    const frames = await framesIn(file)
    expect(frames.length).toBeGreaterThan(500)
    expect(err).toContain(`${frames.length} packets captured`)
    await flood.ended
  })

  test('the disk of the saved file fills up', async () => {
    const disk = net.smallDisk(600)
    const file = join(disk, 'saved.pcapng')
    const capture = await net.framewise(['-i', 'wire0', '-f', 'icmp', '-w', file])
    const flood = net.start(net.here, ['ping', '-q', '-f', '-c', '1000', '-s', '1400', '10.77.0.2'])
    const { err, code } = await capture.ended
    expect(err).toContain(`framewise: ${file}: the disk is full. What was written before is whole.`)
    expect(code).toBe(2)
    const saved = await framesIn(file)
    expect(saved.length).toBeGreaterThan(200)
    // All of it is still where it was captured to.
    const kept = /what was captured is still there: framewise -r (\S+)/.exec(err)?.[1] ?? ''
    expect((await framesIn(kept)).length).toBeGreaterThan(saved.length)
    execFileSync('rm', [kept])
    await flood.ended
  })

  test('nobody reads standard output any more', async () => {
    const main = join(import.meta.dirname, '../../dist/src/main.js')
    const script = `${process.execPath} ${main} -i wire0 -f icmp -n -l | head -n 1; echo ended`
    const pipe = net.start(net.here, ['sh', '-c', script])
    await pipe.until(() => pipe.err.includes('Engine '), 'the capture')
    await net.ping('10.77.0.2', 1)
    await pipe.until(() => pipe.out.length > 0, 'the first line')
    await pause(500)
    await net.ping('10.77.0.2', 1)
    const { out, err } = await pipe.ended
    expect(out).toMatch(/Echo \(ping\) request .*\nended\n$/)
    expect(err).not.toContain('EPIPE')
    expect(net.captures()).toEqual([])
  })

  test('the terminal is closed', async () => {
    const capture = await net.framewise(['-i', 'wire0', '-n'])
    const { code } = await capture.stop('SIGHUP')
    expect(code).toBe(0)
    expect(net.captures()).toEqual([])
  })

  test.each([
    [['-i', 'wire0', 'file.pcap'], '-i and the file file.pcap do not go together'],
    [['-f', 'tcp', 'file.pcap'], '-f goes with -i'],
    [['-a', 'packets:3', 'file.pcap'], '-a goes with -i'],
    [['-i', 'wire0', '-a', 'duraton:3'], '-a duraton:3 is not known: it can be duration:, filesize:, files:, packets:'],
    [['-i', 'wire0', '-b', 'files:3'], '-b divides the file that -w names'],
    [['-i', 'wire0', '-b', 'files:3', '-w', 'x'], 'when to begin the next one'],
    [['-i', 'wire0', '-b', 'packets:3', '-w', '-'], 'several files'],
    [['-i', 'wire0', '-F', 'pcap'], '-F is the format of the file that -w names'],
    [['-i', 'wire0', '-w', 'x', '-F', 'pcpa'], 'Did you mean pcap?'],
    [['-i', 'wire0', '--engine', 'dumcap'], 'Did you mean dumpcap?'],
    [['-i', 'wire0', '-s', 'many'], '-s takes a number'],
    [['-i', 'wire0', '-2'], '-2 reads a capture twice'],
    [['-i', 'ssh://host'], 'write ssh://user@host:port/interface'],
    [['-i', 'wire0', '-Y', 'tpc'], 'tpc'],
  ] as const)('%j makes no sense', async (args, message) => {
    const { err, code } = await net.refused(args)
    expect(err).toContain(message)
    expect([1, 2]).toContain(code)
  })
})

/** Whether the process `pid` was started by `parent` or by a child of its. */
function childOf(pid: number, parent: number): boolean {
  for (let at = pid; at > 1; ) {
    if (at === parent) return true
    at = Number(spawnSync('sed', ['-n', 's/^PPid:\\t//p', `/proc/${at}/status`], { encoding: 'utf8' }).stdout || 0)
  }
  return false
}
