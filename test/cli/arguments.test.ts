/** What a command line asks for, without running it. */

import { expect, test } from 'vitest'
import { protocols } from '../../dissectors/index.js'
import { parseArguments } from '../../src/cli/arguments.js'
import { UsageError } from '../../src/cli/usage-error.js'

test('a file alone asks for the screen', () => {
  expect(protocols.length).toBeGreaterThan(0)
  expect(parseArguments(['a.pcap'])).toMatchObject({ file: 'a.pcap', printing: false, names: 'mNd', time: 'r' })
  expect(parseArguments(['-n', '-t', 'ad', 'a.pcap'])).toMatchObject({ printing: false, names: '', time: 'ad' })
})

test.each([['-V'], ['-x'], ['-P'], ['-q'], ['-l'], ['-T', 'json'], ['-O', 'ip'], ['-c', '3']])(
  '%s asks for print',
  (...args) => {
    expect(parseArguments([...args, 'a.pcap']).printing).toBe(true)
  },
)

test('summary lines give way to the tree and the bytes unless -P asks for them', () => {
  expect(parseArguments(['a'])).toMatchObject({ summary: true, tree: false, hex: false })
  expect(parseArguments(['-V', 'a'])).toMatchObject({ summary: false, tree: true })
  expect(parseArguments(['-x', 'a'])).toMatchObject({ summary: false, hex: true })
  expect(parseArguments(['-PVx', 'a'])).toMatchObject({ summary: true, tree: true, hex: true })
  expect(parseArguments(['-O', 'ip, tcp', 'a']).only).toEqual(new Set(['ip', 'tcp']))
})

test('-N after -n switches single kinds of names on again', () => {
  expect(parseArguments(['-n', '-N', 'm', '-N', 't', 'a']).names).toBe('mt')
})

test('preferences are read as what they are', () => {
  const args = ['-o', 'udp.check_checksum:TRUE', '-o', 'tcp.check_checksum: false', 'a']
  expect(parseArguments(args).preferences).toEqual([
    ['udp.check_checksum', true],
    ['tcp.check_checksum', false],
  ])
})

test('the last -E of a name counts, and /t and /s have their names', () => {
  const { fieldOptions } = parseArguments([
    '-T',
    'fields',
    '-e',
    'ip.src',
    '-E',
    'separator=/t',
    '-E',
    'separator=/s',
    'a',
  ])
  expect(fieldOptions).toMatchObject({ separator: ' ', aggregator: ',', header: false })
})

test('-r, -G and - are understood', () => {
  expect(parseArguments(['-r', '-']).file).toBe('-')
  expect(parseArguments(['-G']).report).toBe('fields')
  expect(parseArguments(['-Gvalues']).report).toBe('values')
})

test('all fields that do not exist are named at once', () => {
  expect(() => parseArguments(['-T', 'fields', '-e', 'ip.scr', '-e', 'nonsense.at.all', 'a'])).toThrow(UsageError)
  expect(() => parseArguments(['-T', 'fields', '-e', 'ip.scr', '-e', 'nonsense.at.all', 'a'])).toThrow(
    'there is no field ip.scr. Did you mean ip.src?\nthere is no field nonsense.at.all.',
  )
})

test('--keep takes one limit, and goes with a capture that grows', () => {
  expect(parseArguments(['-i', 'lo', '--keep', 'frames:1000']).capture.keep).toEqual({ unit: 'frames', most: 1000 })
  expect(parseArguments(['--follow', 'x', '--keep', 'time:60']).capture.keep).toEqual({ unit: 'time', most: 60 })
  expect(parseArguments(['-i', 'lo']).capture.keep).toBeNull()
  expect(() => parseArguments(['--keep', 'frames:9', 'a'])).toThrow('--keep goes with -i')
  expect(() => parseArguments(['-i', 'lo', '--keep', 'frame:9'])).toThrow('Did you mean frames?')
  expect(() => parseArguments(['-i', 'lo', '--keep', 'bytes:0'])).toThrow('--keep bytes: takes a number')
})
