/** `-z follow` and `-z conv`: what they print, beside what tshark prints, and what they refuse. */
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { protocols } from '../../dissectors/index.js'
import { openCapture } from '../../src/capture/open.js'
import { Next } from '../../src/capture/source.js'
import { parseArguments } from '../../src/cli/arguments.js'
import { Statistics, statisticOf } from '../../src/cli/statistics.js'
import { Registry } from '../../src/dissect/registry.js'
import { namesFor } from '../../src/names/resolver.js'
import { OutputBuffer } from '../../src/output/output-buffer.js'
import type { TimeFormat } from '../../src/output/time-text.js'
import { Engine } from '../../src/session/engine.js'
import { join as joined, pcapHeader, pcapRecord } from '../support/capture-builder.js'
import { fixture, framewise, hasTshark, tshark } from '../support/program.js'

const folder = mkdtempSync(join(tmpdir(), 'framewise-follow-'))
let zone: string | undefined
beforeAll(() => {
  zone = process.env['TZ']
  process.env['TZ'] = 'UTC'
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

/** What the statistics of a capture print. */
async function printed(path: string, texts: readonly string[], time: TimeFormat = 'r'): Promise<string> {
  const capture = await openCapture(path)
  const engine = new Engine(capture, new Registry(protocols))
  const statistics = new Statistics(texts.map(statisticOf), engine, { time, names: namesFor('', new Map()) }, {})
  for (let next = engine.step(); next !== Next.End; next = engine.step()) {
    if (next === Next.More) await capture.changed()
    else statistics.packet(engine.index.length - 1)
  }
  const to = join(folder, 'printed')
  const file = openSync(to, 'w')
  const out = new OutputBuffer(file)
  statistics.print(out)
  out.flush()
  closeSync(file)
  capture.close()
  return readFileSync(to, 'utf8')
}

const asked = (texts: readonly string[]): string[] => texts.flatMap((text) => ['-z', text])

test('a stream is printed as text, with the size of what each side said', async () => {
  expect(await printed(fixture('tcp/connection.pcap'), ['follow,tcp,ascii,0'])).toBe(
    '\n===================================================================\nFollow: tcp,ascii\n' +
      'Filter: tcp.stream eq 0\nNode 0: 192.168.10.2:39826\nNode 1: 10.20.0.2:7007\n' +
      '5\nhello\n\t5\nhello\n5\nworld\n\t5\nworld\n' +
      '===================================================================\n',
  )
})

test('what the capture lost, though the other side had it, is said in its place', async () => {
  const text = await printed(fixture('tcp/analysis-lost-segment.pcap'), ['follow,tcp,ascii,0'])
  expect(text).toContain('36\n[100 bytes missing in capture file].\n')
})

test('chunks are chosen by their numbers, and counted from where they lie', async () => {
  const text = await printed(fixture('tcp/connection.pcap'), ['follow,tcp,hex,0,3-4'])
  expect(text.split('\n').slice(6, 8)).toEqual([
    `00000005  77 6f 72 6c 64${' '.repeat(36)}world`,
    `\t00000005  77 6f 72 6c 64${' '.repeat(36)}world`,
  ])
})

test('utf-8 prints characters, those that two packets share too, and nothing that acts on a terminal', async () => {
  const talk = ['caf\u00e9 \u001b[31m', '\ud83d\ude00 \u202e.']
  const bytes = Buffer.from(talk.join(''))
  const path = join(folder, 'utf-8.pcap')
  const packets = [bytes.subarray(0, 4), bytes.subarray(4)].map((payload) => {
    const ip = Buffer.from('4500000000000000401100000a0000010a000002', 'hex')
    ip.writeUInt16BE(payload.length + 28, 2)
    const udp = Buffer.from('1b581b5900000000', 'hex')
    udp.writeUInt16BE(payload.length + 8, 4)
    return pcapRecord(Buffer.concat([ip, udp, payload]))
  })
  writeFileSync(path, joined(pcapHeader({ network: 101 }), ...packets))
  const text = await printed(path, ['follow,udp,utf-8,0'])
  expect(text.split('\n').slice(6, 10)).toEqual(['4', 'caf', '16', '\u00e9 .[31m\ud83d\ude00 ..'])
})

test('a stream that is not there has no ends', async () => {
  expect(await printed(fixture('tcp/connection.pcap'), ['follow,udp,raw,7'])).toContain('Node 0: :0\nNode 1: :0\n===')
})

test('fields that are printed beside it take nothing from it', () => {
  const fields = ['-r', fixture('tcp/connection.pcap'), '-T', 'fields', '-e', 'ip.src', '-z', 'follow,tcp,ascii,0']
  expect(framewise(fields).out).toContain('Node 0: 192.168.10.2:39826\nNode 1: 10.20.0.2:7007\n')
})

test('what makes no sense is refused with what would', () => {
  expect(() => statisticOf('conv,tpc')).toThrow('Did you mean conv,tcp')
  expect(() => statisticOf('follow,http2,ascii,0')).toThrow('follow,tcp, follow,udp, follow,http.')
  expect(() => statisticOf('follow,http,asci,0')).toThrow('-z follow,http,asci: a stream is printed as ascii')
  expect(() => statisticOf('follow,tcp,asci,0')).toThrow('Did you mean ascii?')
  expect(() => statisticOf('follow,tcp,ascii,x')).toThrow('the number of a stream')
  expect(() => statisticOf('follow,tcp,ascii,0,0-2')).toThrow('counted from 1')
  expect(() => statisticOf('follow,tcp,ascii,[2001:db8::1]:80,192.0.2.1:80')).toThrow('both its ends')
})

test('-q keeps packets back, but not those that another option asks for', () => {
  expect(parseArguments(['-q', '-z', 'conv,ip', 'x']).quiet).toBe(true)
  expect(parseArguments(['-q', '-V', 'x']).quiet).toBe(false)
  expect(parseArguments(['-z', 'conv,ip', 'x']).printing).toBe(true)
})

const captures = readdirSync(fixture('tcp')).filter((name) => name.endsWith('.pcap'))

test.skipIf(!hasTshark).each(captures)('the streams of %s read as tshark reads them', async (name) => {
  const path = fixture(`tcp/${name}`)
  const texts = Array.from({ length: 4 }, (_, n) => `follow,tcp,${['ascii', 'hex', 'raw', 'yaml'][n % 4]},${n}`)
  expect(await printed(path, texts)).toBe(tshark(['-r', path, '-n', '-q', ...asked(texts)]))
})

test('HTTP is followed message by message, without chunks and codings', async () => {
  const text = await printed(fixture('http/chunked-gzip.pcap'), ['follow,http,ascii,0'])
  expect(text).toContain(
    'Follow: http,ascii\nFilter: tcp.stream eq 0\nNode 0: 192.168.10.2:41132\nNode 1: 10.20.0.2:80\n',
  )
  expect(text).toContain('121\nGET /app.js HTTP/1.1\r\nHost: 10.20.0.2\r\n')
  expect(text).toContain('Content-Encoding: gzip\r\n\r\n\n\t5391\nexport const field0 = {')
})

test('what goes through a proxy that has connected is no HTTP', async () => {
  const text = await printed(fixture('http/connect.pcap'), ['follow,http,ascii,0'])
  expect(text.match(/^\t?\d+$/gm)).toEqual(['73', '\t39'])
})

/** Those with something of each kind of body and head. */
const messages = [
  'chunked-gzip',
  'chunked-trailer',
  'continue',
  'header-forms',
  'lengths',
  'no-body',
  'pipelined',
  'upgrade',
]

test.skipIf(!hasTshark).each(messages)('the messages of %s read as tshark reads them', async (name) => {
  const path = fixture(`http/${name}.pcap`)
  const texts = Array.from({ length: 4 }, (_, n) => `follow,http,${['ascii', 'hex', 'raw', 'yaml'][n % 4]},${n}`)
  expect(await printed(path, texts)).toBe(tshark(['-r', path, '-n', '-q', ...asked(texts)]))
})

const ends = 'follow,tcp,raw,10.20.0.2:80,192.168.10.2:33368'
const both = 'follow,tcp,ascii,[fd00:10::2]:38612,[fd00:20::2]:80'

test.skipIf(!hasTshark).each([
  ['follow,udp,ascii,0', 'follow,udp,hex,1', 'follow,udp,yaml,2', 'follow,udp,ebcdic,3'],
  [ends, both],
  [both.replace('tcp', 'http'), 'follow,http,raw,0'],
  ['conv,tcp', 'conv,udp', 'conv,ip', 'conv,ipv6', 'conv,eth'],
  ['conv,tcp,ip.addr==192.168.10.2', 'conv,eth,tcp', 'follow,tcp,ascii,3'],
])('%s are printed as tshark does', async (...texts) => {
  const path = fixture('sample.pcapng')
  expect(await printed(path, texts)).toBe(tshark(['-r', path, '-n', '-q', ...asked(texts)]))
})

/** With layers that end too early, addresses around another frame, and tunnels in UDP. */
const cut = ['icmp/truncated', 'gre/truncated', 'cfp/kinds', 'cfp/truncated', 'teredo/truncated', 'ayiya/kinds']

test.skipIf(!hasTshark).each(cut)('the conversations of %s are counted as tshark counts them', async (name) => {
  const path = fixture(`${name}.pcap`)
  const texts = ['conv,udp', 'conv,ip', 'conv,ipv6', 'conv,eth']
  expect(await printed(path, texts)).toBe(tshark(['-r', path, '-n', '-q', ...asked(texts)]))
})

test.skipIf(!hasTshark).each(['a', 'ad', 'u', 'ud', 'e', 'd'] as const)('-t %s dates conversations', async (time) => {
  const path = fixture('sample.pcapng')
  expect(await printed(path, ['conv,ip'], time)).toBe(tshark(['-r', path, '-n', '-q', '-t', time, '-z', 'conv,ip']))
})
