/** Columns that one asks for: what they are called, and that their lines are tshark's. */

import { mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { protocols } from '../../dissectors/index.js'
import { openCapture } from '../../src/capture/open.js'
import { Next } from '../../src/capture/source.js'
import { parseArguments } from '../../src/cli/arguments.js'
import { printerFor } from '../../src/cli/printers.js'
import { Registry } from '../../src/dissect/registry.js'
import { namesFor } from '../../src/names/resolver.js'
import { columnFormats, columnList, columnPlan, fieldColumn } from '../../src/output/column-formats.js'
import { OutputBuffer } from '../../src/output/output-buffer.js'
import { Engine } from '../../src/session/engine.js'
import { fixture, hasTshark, tshark } from '../support/program.js'

/** What these arguments print of a capture. */
async function printed(file: string, ...options: readonly string[]): Promise<string> {
  const args = parseArguments(['-r', file, ...options])
  const folder = mkdtempSync(join(tmpdir(), 'framewise-columns-'))
  const path = join(folder, 'out')
  const fd = openSync(path, 'w')
  const capture = await openCapture(file)
  try {
    const engine = new Engine(capture, new Registry(protocols))
    const names = namesFor(args.names, capture.reader.names)
    engine.first.names = names
    const out = new OutputBuffer(fd)
    const printer = printerFor(args, engine, names, out)
    printer.begin()
    while (engine.step() === Next.Packet) printer.packet()
    printer.end()
    out.flush()
    return readFileSync(path, 'utf8')
  } finally {
    capture.close()
    closeSync(fd)
    rmSync(folder, { recursive: true })
  }
}

const format = (...pairs: readonly (readonly [string, string])[]): readonly string[] => [
  '-o',
  `gui.column.format:${pairs.map(([title, shows]) => `"${title}","${shows}"`).join(',')}`,
]

describe('a list of columns', () => {
  it('has titles and formats in turn, in quotes or not', () => {
    const titles = columnList('"No.","%m", Who is it,%s,"a \\"quoted\\", long one","%i"').map(({ title }) => title)
    expect(titles).toEqual(['No.', 'Who is it', 'a "quoted", long one'])
    expect(() => columnList('')).toThrow('titles and formats are expected in turn')
    expect(() => columnList('"No."')).toThrow('titles and formats are expected in turn')
    expect(() => columnList('"No.,%m')).toThrow('a quote or a comma is missing')
  })

  it('says what columns can show when one shows nothing known', () => {
    for (const unknown of ['%zz', '', 'No.', 'constructor']) {
      expect(() => columnPlan({ title: 'x', format: unknown })).toThrow(/there are %m %t .* %Cus:FIELD/)
    }
    expect(columnFormats.map((one) => one.format)).toContain('%YDOYut')
  })

  it('names fields with which of their values are meant', () => {
    expect(columnPlan({ title: '', format: '%Cus:tcp.srcport' })).toMatchObject({
      title: 'Source Port',
      fields: ['tcp.srcport'],
      occurrence: 0,
      resolved: true,
    })
    const plan = columnPlan({ title: 'x', format: '%Cus:tcp.stream || udp.stream:-1:U' })
    expect(plan).toMatchObject({ fields: ['tcp.stream', 'udp.stream'], occurrence: -1, resolved: false })
    expect(columnPlan(fieldColumn('tcp')).title).toBe('tcp')
    expect(() => columnPlan({ title: 'x', format: '%Cus' })).toThrow('names no field')
    expect(() => columnPlan({ title: 'x', format: '%Cus:tcp.srcprot' })).toThrow('Did you mean tcp.srcport')
    expect(() => columnPlan({ title: 'x', format: '%Cus:tcp.srcport:last' })).toThrow('is a number')
    expect(() => columnPlan({ title: 'x', format: '%Cus:tcp.srcport:0:Q' })).toThrow('R for names')
  })
})

describe('columns of fields', () => {
  const capture = fixture('tcp/loss.pcap')

  it('have the states of both ends of a connection', async () => {
    const states = format(['Client', '%Cus:tcp.state.client:0:R'], ['Server', '%Cus:tcp.state.server'], ['No.', '%m'])
    const lines = (await printed(capture, '-n', ...states)).split('\n')
    expect(lines.slice(0, 3)).toEqual([
      'SYN-SENT LISTEN     1',
      'ESTABLISHED SYN-RECEIVED     2',
      'ESTABLISHED ESTABLISHED     3',
    ])
  })

  it('can be asked for as fields by their titles, beside the usual ones', async () => {
    const asked = ['-T', 'fields', '-e', '_ws.col.Client', '-e', '_ws.col.Protocol', '-e', 'frame.number']
    const lines = (await printed(capture, ...format(['Client', '%Cus:tcp.state.client']), ...asked)).split('\n')
    expect(lines[0]).toBe('SYN-SENT\tTCP\t1')
    expect(() => parseArguments(['-r', capture, ...asked])).toThrow('there is no field _ws.col.Client')
  })
})

const fixed = columnFormats
  .map((one) => one.format)
  .filter((one) => !one.startsWith('%Cus') && one !== '%i')
  .map((one) => [one, one] as const)
const more = [
  '%Cus:ip.addr:0:R',
  '%Cus:ip.addr:2',
  '%Cus:ip.addr:-1:U',
  '%Cus:ip.addr:3',
  '%Cus:tcp.flags:0:R',
  '%Cus:tcp.flags.syn:0:R',
  '%Cus:tcp.flags.syn:0:U',
  '%Cus:tcp.checksum.status:0:R',
  '%Cus:tcp.checksum.status:0:U',
  '%Cus:tcp.completeness',
  '%Cus:tcp.options.nop',
  '%Cus:tcp',
  '%Cus:eth.type:0:R',
  '%Cus:eth.type:0:U',
  '%Cus:ip.id',
  '%Cus:ip.id:0:U',
  '%Cus:icmp.ident',
  '%Cus:frame.len',
  '%Cus:frame.time',
  '%Cus:udp.payload',
  '%Cus:tcp.stream or udp.stream:1:R',
  '%m',
].map((one) => [one, one] as const)

test.skipIf(!hasTshark).each([
  ['all that is known of the packet', fixed, ['-n']],
  ['the same with names and dates', fixed, ['-N', 'm', '-t', 'ad']],
  ['the same the other way around', fixed.toReversed(), ['-n', '-t', 'dd']],
  ['values of fields', more, ['-n']],
] as const)('%s stands in columns as tshark puts it', async (_, columns, options) => {
  const path = fixture('sample.pcapng')
  // Behind packet 100 the two disagree on how a loss is mended.
  const args = ['-r', path, '-c', '100', ...options, ...format(...columns)]
  const expected = tshark(args).split('\n').slice(0, 100)
  const lines = (await printed(path, ...options, ...format(...columns))).split('\n')
  expect(expected.length).toBe(100)
  expect(lines.slice(0, 100)).toEqual(expected)
})
