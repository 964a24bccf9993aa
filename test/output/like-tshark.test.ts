/** Every way to print, byte for byte as tshark prints: with the real one where it is installed. */

import { expect, test } from 'vitest'
import { fixture, framewise, hasTshark, tshark } from '../support/program.js'

const captures = ['udp/lengths.pcap', 'data/unknown-payloads.pcap', 'arp/live.pcap', 'ipv6/addresses.pcap']

const common = ['frame.number', 'frame.time', 'frame.time_epoch', 'frame.len', 'eth.src', 'eth.type', 'ip.src', 'ip.id']
const more = ['ip.flags', 'ip.flags.df', 'ip.ttl', 'udp.length', 'tcp.flags', 'tcp.options', 'udp', 'udp.length.bad']
const expert = ['_ws.expert', '_ws.expert.message', '_ws.expert.severity', '_ws.expert.group']
const columns = ['No.', 'Time', 'Source', 'Destination', 'Protocol', 'Length', 'Info'].map((name) => `_ws.col.${name}`)
const asked = [...common, ...more, ...expert, ...columns].flatMap((name) => ['-e', name])

const ways: Readonly<Record<string, readonly string[]>> = {
  'summary lines': ['-n'],
  'summary lines with names': [],
  'dates in the time column': ['-n', '-t', 'ad'],
  bytes: ['-n', '-x'],
  'bytes behind the summary line': ['-n', '-x', '-P'],
  'bytes with a line between packets': ['-n', '-x', '-S', '----'],
  fields: ['-n', '-T', 'fields', ...asked],
  'fields with a header and quotes': ['-n', '-T', 'fields', '-E', 'header=y', '-E', 'quote=d', ...asked],
  'the last of each field': ['-n', '-T', 'fields', '-E', 'occurrence=l', '-E', 'separator=/s', ...asked],
  'fields as JSON': ['-n', '-T', 'json', ...asked],
  'fields for Elasticsearch': ['-n', '-T', 'ek', ...asked],
}

for (const [name, args] of Object.entries(ways)) {
  test.skipIf(!hasTshark).each(captures)(`${name} of %s are what tshark prints`, (capture) => {
    const path = fixture(capture)
    expect(framewise(['-r', path, ...args]).out).toBe(tshark(['-r', path, ...args]))
  })
}

test.skipIf(!hasTshark).each([
  ['-V', ['-n', '-V']],
  ['-V -x', ['-n', '-V', '-x']],
  ['-T json', ['-n', '-T', 'json']],
  ['-T json -x', ['-n', '-T', 'json', '-x']],
  ['-T jsonraw', ['-n', '-T', 'jsonraw']],
  ['-T ek', ['-n', '-T', 'ek']],
  ['-T ek -x', ['-n', '-T', 'ek', '-x']],
])('a whole dissection with %s is what tshark prints', (_, args) => {
  const path = fixture('arp/live.pcap')
  expect(framewise(['-r', path, ...args]).out).toBe(tshark(['-r', path, ...args]))
})

test.skipIf(!hasTshark)('a glossary has the columns of tshark’s', () => {
  const layout = (report: string, field: string, lines: string): string => {
    const found = lines.split('\n').find((line) => line.split('\t').includes(field))
    return `${report} ${found?.split('\t').length} ${found?.split('\t')[0]}`
  }
  for (const [report, name] of [
    ['fields', 'udp.length'],
    ['values', 'ip.flags.df'],
  ] as const) {
    expect(layout(report, name, framewise(['-G', report]).out)).toBe(layout(report, name, tshark(['-G', report])))
  }
  expect(framewise(['-G', 'protocols']).out).toContain('User Datagram Protocol\tUDP\tudp\n')
  expect(framewise(['-G', 'fields']).out).toContain('\tudp.length\tFT_UINT16\tudp\tBASE_DEC\t0x0\t')
})
