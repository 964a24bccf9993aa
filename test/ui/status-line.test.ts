import { describe, expect, it } from 'vitest'
import type { Status, TreeNode } from '../../src/session/session.js'
import { resolvePacket } from '../../src/ui/go-to.js'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatNumber,
  formatProgress,
  formatRange,
} from '../../src/ui/status-line.js'
import { detectColors } from '../../src/ui/theme.js'

const status: Status = {
  file: 'a.pcap',
  packets: 1204,
  done: 0,
  total: 0,
  complete: true,
  duration: 0,
  problems: 0,
  limits: [],
  error: '',
  forgotten: 0,
  filter: '',
  displayed: 1204,
  filtering: null,
  filterTime: 0,
  filterError: '',
  finding: null,
  saving: null,
}
const field: TreeNode = {
  depth: 0,
  name: 'tcp.flags',
  label: '',
  source: 0,
  start: 46,
  end: 48,
  mask: 0,
  generated: false,
  link: 0,
  severity: 0,
  layer: 'tcp',
}

describe('numbers on the screen', () => {
  it('have separators and units', () => {
    expect([0, 999, 1204, 12345678].map(formatCount)).toEqual(['0', '999', '1,204', '12,345,678'])
    expect([formatNumber(1, 'packet'), formatNumber(2000, 'packet')]).toEqual(['1 packet', '2,000 packets'])
    expect([0, 512, 27_100_000, 999_999].map(formatBytes)).toEqual(['0 B', '512 B', '27.1 MB', '1.0 MB'])
  })

  it.each([
    [0, '0 s'],
    [-3, '0 s'],
    [Number.NaN, '0 s'],
    [0.0012, '1.2 ms'],
    [0.431, '431 ms'],
    [12.41, '12.4 s'],
    [252, '4 min 12 s'],
    [12_000, '3 h 20 min'],
    [187_200, '2 d 4 h'],
  ])('write %d seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })

  it('tell how far reading is, in bytes when the end is not known', () => {
    expect(formatProgress(status)).toBe('')
    expect(formatProgress({ ...status, complete: false, done: 45, total: 100 })).toBe('reading ━━━━╌╌╌╌╌╌ 45 %')
    expect(formatProgress({ ...status, complete: false, done: 2_000_000 })).toBe('reading · 2.0 MB')
  })

  it('tell where a field is', () => {
    expect(formatRange(field, '')).toBe('2 bytes at 46–47')
    expect(formatRange({ ...field, mask: 0x10, start: 47 }, '')).toBe('1 bit at 47')
    expect(formatRange({ ...field, mask: 0xe00 }, 'Reassembled TCP')).toBe('3 bits at 46–47 of Reassembled TCP')
    expect(formatRange({ ...field, end: 46 }, '')).toBe('')
  })
})

describe('which packet is meant', () => {
  it.each([
    ['60', 60],
    ['1,204', 1204],
    [' 7 ', 7],
    ['+10', 110],
    ['-10', 90],
    ['0', 'The first packet is 1.'],
    ['-500', 'The first packet is 1.'],
    ['5000', 'The last packet is 1,204.'],
    ['abc', 'A number, please: 60, +10 or -10.'],
    [',', 'A number, please: 60, +10 or -10.'],
  ])('%j, seen from packet 100, is %j', (answer, wanted) => {
    expect(resolvePacket(answer, 100, status)).toBe(wanted)
  })
})

describe('the number of colours', () => {
  it.each([
    [{ TERM: 'xterm-256color' }, '256'],
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 'truecolor'],
    [{ TERM: 'xterm-256color', NO_COLOR: '1' }, 'none'],
    [{ TERM: 'xterm-256color', NO_COLOR: '' }, '256'],
    [{ TERM: 'linux' }, '16'],
    [{ TERM: 'dumb' }, 'none'],
    [{ TERM: 'xterm-kitty' }, '256'],
  ])('in %j is %s', (env, mode) => {
    expect(detectColors(env)).toBe(mode)
  })
})
