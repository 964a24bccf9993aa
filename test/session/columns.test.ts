/** Columns of the session's rows. */

import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { protocols } from '../../dissectors/index.js'
import { openCapture } from '../../src/capture/open.js'
import { Registry } from '../../src/dissect/registry.js'
import { fieldColumn, usualColumns } from '../../src/session/session.js'
import { LocalSession } from '../../src/session/local-session.js'

const open = async (name: string): Promise<LocalSession> => {
  const path = fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))
  const session = new LocalSession(await openCapture(path), new Registry(protocols))
  await session.loaded
  return session
}

it('adds the values of fields to the rows, and changes nothing else in them', async () => {
  const session = await open('sample.pcapng')
  const before = await session.rows(1, 10_000)
  const columns = [...usualColumns, fieldColumn('tcp.state.client'), { title: 'Hop', format: '%Cus:ip.ttl:0:U' }]
  const titled = await session.setColumns(columns)
  expect(titled.map(({ title }) => title).slice(-2)).toEqual(['State of the client', 'Hop'])
  const rows = await session.rows(1, 10_000)
  expect(rows).toEqual(before.map((row, i) => ({ ...row, cells: rows[i]!.cells })))
  expect(rows[15]!.cells).toEqual(['', '', '', '', '', '', '', 'SYN-SENT', ''])
  expect(rows[2]!.cells?.at(-1)).toBe('64')
  await session.setColumns(usualColumns)
  expect(await session.rows(1, 10_000)).toEqual(before)
  await session.close()
})

it('refuses columns that show nothing known, and keeps those it has', async () => {
  const session = await open('arp/live.pcap')
  await session.setColumns([{ title: 'Op', format: '%Cus:arp.opcode' }])
  await expect(session.setColumns([{ title: 'x', format: '%zz' }])).rejects.toThrow('no column shows %zz')
  const [row] = await session.rows(1, 1)
  expect(row!.cells).toEqual(['request'])
  await session.close()
})
