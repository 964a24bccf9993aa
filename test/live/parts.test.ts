/** The parts of live capture that need no privilege. */

import { expect, test } from 'vitest'
import { filterProblem } from '../../src/capture/live/capture-filter.js'
import { dropsOf, failureOf, saying } from '../../src/capture/live/engine-messages.js'
import { engineCommand, type InterfaceSettings, remoteCommand } from '../../src/capture/live/engines.js'
import { listInterfaces, stateOf, trafficOf, usualLinkType } from '../../src/capture/live/interfaces.js'
import { markOf, runs } from '../../src/capture/live/processes.js'
import { isRemote, remoteOf } from '../../src/capture/live/remote.js'
import { findProgram } from '../../src/capture/live/run-program.js'
import { framewise, hasTshark, tshark } from '../support/program.js'

const io: InterfaceSettings = {
  name: 'eth0',
  title: 'eth0',
  description: '',
  filter: "host 192.0.2.1 and not (port 22 or 'x')",
  snaplen: 96,
  promiscuous: false,
  monitor: true,
  buffer: 8,
  linkType: 'EN10MB',
}

test('interfaces of other machines are taken apart', () => {
  expect(remoteOf('ssh://me@box.example:2222/eth0')).toEqual({
    user: 'me',
    host: 'box.example',
    port: 2222,
    device: 'eth0',
  })
  expect(remoteOf('ssh://box/any')).toEqual({ user: '', host: 'box', port: 0, device: 'any' })
  expect(remoteOf('SSH://[fd00::1]/lo')).toEqual({ user: '', host: 'fd00::1', port: 0, device: 'lo' })
  const wrong = [
    'ssh://box',
    'ssh:///eth0',
    'ssh://-oProxyCommand=x/eth0',
    'ssh://box/-w',
    'ssh://box:70000/lo',
    'ssh://box/a b',
    'ssh://me@-x/lo',
  ]
  for (const name of wrong) expect(remoteOf(name), name).toBeNull()
  expect([isRemote('ssh://x'), isRemote('eth0')]).toEqual([true, false])
})

test.skipIf(findProgram('ssh') === '')('a filter reaches the other machine as one argument', () => {
  const command = remoteCommand({ user: 'me', host: 'box', port: 22, device: 'eth0' }, io)
  if ('unfit' in command) throw new Error(command.unfit)
  expect(command.args.slice(0, 4)).toEqual(['-p', '22', '--', 'me@box'])
  expect(command.args[4]).toContain('kill -TERM')
  expect(command.args).toHaveLength(5)
})

test.skipIf(findProgram('dumpcap') === '')('what is asked for is passed on to dumpcap for its interface', () => {
  const command = engineCommand(
    'dumpcap',
    [io, { ...io, name: 'lo', filter: '', snaplen: 0, monitor: false, promiscuous: true, linkType: '' }],
    false,
  )
  if ('unfit' in command) throw new Error(command.unfit)
  const text = command.args.join(' ')
  expect(text).toContain(`-i eth0 -f ${io.filter} -s 96 -p -I -B 8 -y EN10MB -i lo -B 8`)
})

test('engines that cannot do something say so', () => {
  expect(engineCommand('cap', [io], false)).toEqual({ unfit: 'has no monitor mode' })
  expect(engineCommand('cap', [{ ...io, monitor: false }], false)).toEqual({ unfit: 'cannot choose a link type' })
  if (findProgram('tcpdump') !== '') {
    expect(engineCommand('tcpdump', [io, io], false)).toEqual({
      unfit: 'captures on one interface only; -i any is all',
    })
  }
})

test('what engines say is understood', () => {
  const refused =
    'Capturing on \'lo\'\ndumpcap: You do not have permission to capture on device "lo".\n(socket: Operation not permitted)\nPlease check'
  expect(failureOf('dumpcap', refused, [io])).toEqual({
    kind: 'refused',
    message: 'dumpcap may not capture on eth0 (socket: Operation not permitted).',
  })
  const nameless =
    "tcpdump: eth0: You don't have permission to capture on that device\n(socket: Operation not permitted)\n"
  expect(failureOf('tcpdump', nameless, [io]).kind).toBe('refused')
  expect(failureOf('dumpcap', 'dumpcap: There is no device named "eth0".\n(No such device exists)', [io]).kind).toBe(
    'device',
  )
  expect(failureOf('tcpdump', 'tcpdump: eth0: That device is not up\n', [io]).kind).toBe('down')
  expect(failureOf('tcpdump', "tcpdump: can't parse filter expression: syntax error", [io]).kind).toBe('filter')
  expect(failureOf('cap', 'cap: the native module cannot be loaded (x)', [io]).kind).toBe('missing')
  expect(failureOf('dumpcap', '', [io]).message).toBe('dumpcap ended without saying why.')
  expect(
    saying(
      'tcpdump: listening on lo, link-type EN10MB\ntcpdump: pcap_loop: The interface disappeared\n0 packets captured\n',
    ),
  ).toBe('pcap_loop: The interface disappeared.')
  // Names of interfaces and files are somebody else's text.
  expect(saying('dumpcap: no \x1b[31mred\n')).toBe('no \\x1b[31mred.')
})

test('losses are counted as each engine words them', () => {
  const dumpcap = (numbers: string): string => `Packets received/dropped on interface 'x': 9/7 (${numbers}) (56.2%)\n`
  expect(
    dropsOf(dumpcap('pcap:1/dumpcap:2/flushed:3/ps_ifdrop:4') + dumpcap('pcap:10/dumpcap:0/flushed:0/ps_ifdrop:0')),
  ).toEqual({
    kernel: 11,
    interface: 4,
    engine: 5,
  })
  expect(
    dropsOf(
      '9 packets captured\n9 packets received by filter\n1 packet dropped by kernel\n2 packets dropped by interface\n',
    ),
  ).toEqual({
    kernel: 1,
    interface: 2,
    engine: -1,
  })
  const asked = (packets: number): string =>
    `tcpdump: 9 packets captured, 9 packets received by filter, ${packets} packets dropped by kernel\n`
  expect(dropsOf(asked(1) + asked(7)).kernel).toBe(7)
  expect(dropsOf('')).toEqual({ kernel: -1, interface: -1, engine: -1 })
})

test('a process is told from a later one with its number', () => {
  const mine = markOf(process.pid)
  expect(runs(mine)).toBe(true)
  expect(runs({ ...mine, began: '1' })).toBe(mine.began === '')
  expect(runs({ pid: 0x3fffffff, began: '' })).toBe(false)
})

test('interfaces are listed with what is known of them', async () => {
  const all = await listInterfaces()
  const lo = all.find(({ loopback }) => loopback)
  expect(lo).toMatchObject({ description: 'Loopback' })
  expect(lo?.addresses).toContain('127.0.0.1')
  expect(all.map(({ number }) => number)).toEqual(all.map((_, i) => i + 1))
  expect(stateOf('../../etc/passwd')).toBe('unknown')
  expect(trafficOf('../../etc/passwd')).toBeNull()
})

test.runIf(process.platform === 'linux')('states, counters and link types come from the system', () => {
  expect(stateOf('lo')).not.toBe('unknown')
  expect(stateOf('any')).toBe('unknown')
  expect(trafficOf('lo')?.packets).toBeGreaterThanOrEqual(0)
  const before = trafficOf('lo')?.packets ?? 0
  expect(trafficOf('any')?.packets).toBeGreaterThanOrEqual(before)
  expect([usualLinkType('lo'), usualLinkType('any'), usualLinkType('usbmon1')]).toEqual([
    'EN10MB',
    'LINUX_SLL2',
    'USB_LINUX_MMAPPED',
  ])
})

test.skipIf(findProgram('tcpdump') === '')('filters are compiled by libpcap', async () => {
  expect(await filterProblem('tcp port 80 and host 192.0.2.1', 'EN10MB')).toBe('')
  expect(await filterProblem('', 'EN10MB')).toBe('')
  expect(await filterProblem('tcp port', 'EN10MB')).toMatch(/syntax error/)
  expect(await filterProblem('ether host 1', 'RAW')).not.toBe('')
  expect(await filterProblem('-w /tmp/never', 'EN10MB')).not.toBe('')
})

test.skipIf(!hasTshark)('-D lists what tshark lists', () => {
  // tshark also lists programs of its own that stand in for interfaces.
  const programs = /\b(?:ciscodump|dpauxmon|randpkt|sdjournal|sshdump|udpdump|wifidump|etwdump|androiddump)\b/
  const theirs = tshark(['-D'])
    .split('\n')
    .filter((line) => !programs.test(line))
  expect(framewise(['-D']).out.split('\n')).toEqual(theirs)
})
