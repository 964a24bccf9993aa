/** The Time column of a line is written digit by digit; it says what the same column says as text. */

import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Dissection } from '../../src/dissect/dissection.js'
import { PacketInfo } from '../../src/dissect/packet-info.js'
import { noNames } from '../../src/dissect/value.js'
import { Columns } from '../../src/output/columns.js'
import { OutputBuffer } from '../../src/output/output-buffer.js'
import type { TimeFormat } from '../../src/output/time-text.js'

/** Seconds and nanoseconds of packets one after the other: forward, backward, in one second, long ago, beyond all calendars. */
const moments = [
  [1_700_000_000, 999_999_999],
  [1_700_000_001, 0],
  [1_700_000_001, 123_456_789],
  [1_699_999_999, 500_000_000],
  [0, 1],
  [4_294_967_295, 7],
  [1e15, 5],
] as const

test.each<TimeFormat>(['r', 'a', 'ad', 'u', 'ud', 'e', 'd', 'dd'])('-t %s', (time) => {
  const folder = mkdtempSync(join(tmpdir(), 'framewise-time-'))
  const path = join(folder, 'out')
  const fd = openSync(path, 'w')
  try {
    const out = new OutputBuffer(fd)
    const columns = new Columns({ time, names: noNames, steadyNames: true })
    const expected: string[] = []
    const d = { packet: new PacketInfo() } as Dissection
    for (const digits of [0, 3, 6, 9]) {
      for (const [seconds, nanoseconds] of moments) {
        Object.assign(d.packet, { seconds, nanoseconds })
        columns.begin(d, digits)
        columns.writeTime(out, d)
        out.endLine()
        expected.push(columns.text('Time', d).padStart(10))
      }
    }
    out.flush()
    expect(readFileSync(path, 'utf8').split('\n')).toEqual([...expected, ''])
  } finally {
    closeSync(fd)
    rmSync(folder, { recursive: true })
  }
})
