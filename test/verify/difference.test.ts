/** What `verify` says when a golden text and what came out are not the same. */
import { expect, test } from 'vitest'
import { difference } from '../../src/verify/difference.js'

const packet = (number: number, ...lines: string[]): string => [`# ${number}  UDP  7 → 7`, ...lines, ''].join('\n')
const before = packet(1, '  0+2  udp.srcport = 7', '  2+2  udp.dstport = 7') + packet(2, '  0+2  udp.srcport = 9')

test('equal texts have no difference', () => {
  expect(difference('a.pcap', before, before)).toEqual([])
})

test('a changed line is shown as it was expected and as it is, and only in its packet', () => {
  const after = before.replace('udp.dstport = 7', 'udp.dstport = 8')
  expect(difference('a.pcap', before, after)).toEqual([
    'a.pcap packet 1:\n  -   2+2  udp.dstport = 7\n  +   2+2  udp.dstport = 8',
  ])
})

test('a changed range alone is a difference', () => {
  expect(difference('a.pcap', before, before.replace('2+2', '2+3'))).toHaveLength(1)
})

test('lines that came in between leave the lines around them out', () => {
  const after = before.replace('  2+2', '  0+4  udp.port = 7\n  2+2')
  expect(difference('a.pcap', before, after)).toEqual(['a.pcap packet 1:\n  +   0+4  udp.port = 7'])
})

test('the same line twice is matched once', () => {
  const line = '  0+2  udp.srcport = 7\n'
  expect(difference('a.pcap', before, before.replace(line, line + line))).toEqual([
    'a.pcap packet 1:\n  +   0+2  udp.srcport = 7',
  ])
})

test('a changed heading names the packet', () => {
  const after = before.replace('# 2  UDP  7 → 7', '# 2  UDP  9 → 7')
  expect(difference('a.pcap', before, after)).toEqual(['a.pcap packet 2:\n  - # 2  UDP  7 → 7\n  + # 2  UDP  9 → 7'])
})

test('packets that are missing or too many are named', () => {
  const third = packet(3, '  0+2  udp.srcport = 1')
  expect(difference('a.pcap', before + third, before)).toEqual(['a.pcap: missing\n  - # 3  UDP  7 → 7'])
  expect(difference('a.pcap', before, before + third)).toEqual(['a.pcap: not expected\n  + # 3  UDP  7 → 7'])
})

test('how the file ended is compared like a packet', () => {
  expect(difference('a.pcap', `${before}! cut at byte 7\n`, `${before}! cut at byte 8\n`)).toEqual([
    'a.pcap packet 3:\n  - ! cut at byte 7\n  + ! cut at byte 8',
  ])
})

test('texts of many lines that have nothing in common are not compared line by line', () => {
  const lines = (what: string): string[] => Array.from({ length: 5000 }, (_, i) => `  ${what} ${i}`)
  const [said] = difference('a.pcap', packet(1, ...lines('a')), packet(1, ...lines('b')))
  expect(said).toBe('a.pcap packet 1:\n  -   a 0\n  +   b 0\n  … and more')
})
