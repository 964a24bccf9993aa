/** The command as people type it: what it prints, what it complains about, how it ends. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { fixture, framewise } from '../support/program.js'

const folder = mkdtempSync(join(tmpdir(), 'framewise-command-'))
const capture = fixture('udp/lengths.pcap')

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

test('the version and the help go to standard output', () => {
  expect(framewise(['--version']).out).toMatch(/^framewise \d+\.\d+\.\d+\n$/)
  const { out, code } = framewise(['-h'])
  expect(out).toContain('usage: framewise [options] FILE')
  expect(out).toContain('framewise verify')
  expect(code).toBe(0)
})

test('packets are printed where there is no terminal', () => {
  const { out, err, code } = framewise([capture, '-n', '-c', '2'])
  expect(out).toBe(
    '    1   0.000000    192.0.2.1 → 192.0.2.2    UDP 58 50001 → 50002 [BAD UDP LENGTH 7 < 8]\n' +
      '    2   0.001000    192.0.2.1 → 192.0.2.2    UDP 58 50001 → 50002 [BAD UDP LENGTH 0 < 8]\n',
  )
  expect(err).toBe('')
  expect(code).toBe(0)
})

test('letters may stand together and values be glued to them', () => {
  const apart = framewise(['-n', '-r', capture, '-c', '1', '-T', 'fields', '-e', 'ip.src', '-E', 'header=y'])
  const together = framewise(['-nr', capture, '-c1', '-Tfields', '-eip.src', '-Eheader=y'])
  expect(together).toEqual(apart)
  expect(together.out).toBe('ip.src\n192.0.2.1\n')
})

test.each([
  [['-g', capture], 'option -g is not known. Did you mean -G?'],
  [['--colr', capture], 'option --colr is not known. Did you mean --color?'],
  [['-c'], 'needs a value'],
  [['-c', '0', capture], '-c 0 is not a number of packets'],
  [['-T', 'jsn', capture], 'Did you mean json?'],
  [['-T', 'fields', capture], 'name them with -e'],
  [['-T', 'fields', '-e', 'ip.scr', capture], 'there is no field ip.scr. Did you mean ip.src?'],
  [['-e', 'ip.src', capture], '-e goes with -T fields'],
  [['-T', 'fields', '-e', 'ip.src', '-E', 'quotes=d', capture], 'Did you mean quote?'],
  [['-o', 'udp.check_checksm:TRUE', capture], 'Did you mean udp.check_checksum?'],
  [['-o', 'udp.check_checksum:perhaps', capture], 'is TRUE or FALSE'],
  [['-t', 'x', capture], '-t x is not known'],
  [['-N', 'q', capture], 'kinds of names are'],
  [['-O', 'upd', capture], 'Did you mean udp?'],
  [['-G', 'field'], 'Did you mean fields?'],
  [[capture, capture], 'one capture at a time'],
  [[], 'name a capture file'],
  [['verfy'], 'verfy is neither a file nor a command. Did you mean verify?'],
  [['-o', 'nothing.like.it:1', capture], 'There are eth.check_fcs, '],
])('wrong usage %j says what is wrong and ends with 1', (args, message) => {
  const { out, err, code } = framewise(args)
  expect(err).toContain(message)
  expect(err.startsWith('framewise: ')).toBe(true)
  expect(out).toBe('')
  expect(code).toBe(1)
})

test('a file that is not there ends with 2', () => {
  const { err, code } = framewise([join(folder, 'nowhere.pcap')])
  expect(err).toContain('there is no such file')
  expect(code).toBe(2)
})

test('everything before damage is printed, then one message, and it ends with 3', () => {
  const path = join(folder, 'cut.pcap')
  writeFileSync(path, readFileSync(capture).subarray(0, 300))
  const { out, err, code } = framewise(['-n', path])
  expect(out.split('\n')).toHaveLength(4)
  expect(err).toMatch(/^framewise: .*damaged at byte 246, packet 4: .*\n$/)
  expect(code).toBe(3)
})

test('damage behind the packets that were asked for does not matter', () => {
  const path = join(folder, 'cut-later.pcap')
  writeFileSync(path, readFileSync(capture).subarray(0, 300))
  expect(framewise(['-n', path, '-c', '3'])).toMatchObject({ err: '', code: 0 })
})

test('a capture may come through standard input', () => {
  const { out, code } = framewise(['-n', '-r', '-'], readFileSync(capture))
  expect(out).toBe(framewise(['-n', capture]).out)
  expect(code).toBe(0)
})

test('whoever stops reading ends the program quietly', async () => {
  const main = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url))
  const child = spawn(process.execPath, [main, '-T', 'json', fixture('sample.pcapng')])
  let complaint = ''
  child.stderr.on('data', (data: Buffer) => {
    complaint += data.toString()
  })
  child.stdout.once('data', () => child.stdout.destroy())
  const [code] = (await once(child, 'close')) as [number]
  expect(complaint).toBe('')
  expect(code).toBe(0)
})

test('-q prints nothing', () => {
  expect(framewise(['-q', capture])).toEqual({ out: '', err: '', code: 0 })
})

test('--color colours lines unless NO_COLOR forbids it', () => {
  const { out } = framewise(['--color', '-c', '1', capture])
  expect(out.startsWith('\u001b[31m')).toBe(true)
  expect(out.endsWith('\u001b[0m\n')).toBe(true)
  expect(framewise(['--color', '-c', '1', capture], undefined, { NO_COLOR: '1' }).out).not.toContain('\u001b')
})

test('-E decides how fields are printed', () => {
  const fields = ['-T', 'fields', '-e', 'frame.number', '-e', 'ip.addr']
  const print = (...options: string[]): string =>
    framewise([...fields, ...options.flatMap((o) => ['-E', o]), '-c', '1', capture]).out
  expect(print()).toBe('1\t192.0.2.1,192.0.2.2\n')
  expect(print('separator=;', 'aggregator=/s', 'quote=d')).toBe('"1";"192.0.2.1 192.0.2.2"\n')
  expect(print('occurrence=f')).toBe('1\t192.0.2.1\n')
  expect(print('occurrence=l', 'separator=/s')).toBe('1 192.0.2.2\n')
  expect(print('bom=y', 'header=y')).toBe('\uFEFFframe.number\tip.addr\n1\t192.0.2.1,192.0.2.2\n')
})

test('a field may be asked for twice, and columns like fields', () => {
  const asked = ['ip.src', '_ws.col.Protocol', 'ip.src', '_ws.col.No.', '_ws.col.Length'].flatMap((f) => ['-e', f])
  expect(framewise(['-T', 'fields', ...asked, '-c', '1', capture]).out).toBe('192.0.2.1\tUDP\t192.0.2.1\t1\t58\n')
})

test('-t writes the time in every format', () => {
  const time = (format: string): string =>
    framewise(['-t', format, '-T', 'fields', '-e', '_ws.col.Time', '-c', '2', capture]).out.split('\n')[1] ?? ''
  expect(time('r')).toBe('0.001000')
  expect(time('d')).toBe('0.001000')
  expect(time('e')).toBe('1767225600.001000')
  expect(time('u')).toBe('00:00:00.001000')
  expect(time('ud')).toBe('2026-01-01 00:00:00.001000')
  expect(time('ad.3')).toBe('2026-01-01 00:00:00.001')
})
