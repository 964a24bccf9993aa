/** What is found out about every segment of the TCP fixtures, beside what tshark says. */
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { protocols } from '../../dissectors/index.js'
import { allFields } from '../../src/dissect/field.js'
import { Registry } from '../../src/dissect/registry.js'
import { ourLines } from '../../src/verify/oracle.js'
import { fixture, hasTshark, tshark } from '../support/program.js'

const registry = new Registry(protocols)
const analysis = allFields.map((f) => f.name).filter((name) => name.startsWith('tcp.analysis'))
const names = [
  ...['stream', 'completeness', 'len', 'seq', 'ack', 'nxtseq', 'window_size', 'window_size_scalefactor'],
  ...['time_relative', 'time_delta', 'connection.fin_active', 'connection.fin_passive'],
].map((name) => `tcp.${name}`)
const asked = [...new Set([...names, ...analysis])]

/** Captures whose options are so wrong that tshark gives the segment up. */
const wrongOptions = ['option-lengths.pcap']
const captures = readdirSync(fixture('tcp')).filter((name) => name.endsWith('.pcap') && !wrongOptions.includes(name))

test.skipIf(!hasTshark).each(captures)('%s is analysed as tshark does', async (name) => {
  const path = fixture(`tcp/${name}`)
  const theirs = tshark(['-r', path, '-n', '-T', 'fields', ...asked.flatMap((f) => ['-e', f])]).split('\n')
  const mine = await ourLines(path, registry, asked)
  const wrong: string[] = []
  mine.forEach((line, i) => {
    const a = line.split('\t')
    const b = (theirs[i] ?? '').split('\t')
    asked.forEach((field, c) => {
      if ((a[c] ?? '') !== (b[c] ?? '')) wrong.push(`packet ${i + 1} ${field}: ours ${a[c]}, tshark ${b[c]}`)
    })
  })
  expect(wrong).toEqual([])
})
