/** What both sides of a stream said, on the screen. */
import { expect, test } from 'vitest'
import type { FollowBlock, FollowRequest, FollowState } from '../../src/session/session.js'
import { layOut, textOf } from '../../src/ui/follow-layout.js'
import { FollowView } from '../../src/ui/follow-view.js'
import { Canvas } from '../../src/ui/canvas.js'
import { createTheme } from '../../src/ui/theme.js'
import { FakeSession } from '../support/fake-session.js'

const said = [
  { side: 0, text: 'GET / HTTP/1.1\r\nHost: a\r\n\r\n' },
  { side: 1, text: `HTTP/1.1 200 OK\r\n\r\n\x1b[31mred \u00e4 ${'x'.repeat(100)}\n` },
] as const

function blockOf(wanted: 0 | 1 | 'both' = 'both'): FollowBlock {
  const pieces = []
  let bytes = Buffer.alloc(0)
  for (const [i, { side, text }] of said.entries()) {
    if (wanted !== 'both' && wanted !== side) continue
    const start = bytes.length
    bytes = Buffer.concat([bytes, Buffer.from(text)])
    pieces.push({ packet: 4 + i * 3, side, time: 0.25 * (i + 1), start, end: bytes.length, missing: 0 })
  }
  return { block: 0, pieces, bytes, offsets: [0, 0], goesOn: false }
}

const state: FollowState = {
  transport: 'tcp',
  stream: 3,
  ends: ['192.0.2.1:5000', '192.0.2.2:80'],
  bytes: [27, 137],
  blocks: 1,
  place: { block: 0, offset: 0 },
  refused: 0,
  complete: true,
  searched: null,
  filter: 'tcp.stream eq 3',
}

function open(answer: (request: FollowRequest) => unknown = () => undefined, first = state) {
  const asked: FollowRequest[] = []
  const gone: (number | string)[] = []
  const stream = (request: FollowRequest): unknown => {
    asked.push(request)
    const own = answer(request)
    if (own !== undefined) return own
    if (request.do === 'block') return request.block === 0 ? blockOf(request.side) : null
    if (request.do === 'find') return { block: 0, offset: 16 }
    return request.do === 'save' ? 27 : null
  }
  const view = new FollowView({
    session: new FakeSession({ stream }),
    state: first,
    changed: () => undefined,
    goTo: (packet) => gone.push(packet),
    filter: (text) => gone.push(text),
  })
  const lines = async (width = 80, height = 24): Promise<string[]> => {
    for (let i = 0; i < 4; i++) {
      view.draw(new Canvas(width, height), { x: 0, y: 0, width, height }, createTheme('none'))
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    const canvas = new Canvas(width, height)
    view.draw(canvas, { x: 0, y: 0, width, height }, createTheme('none'))
    return canvas.lines()
  }
  return { view, lines, asked, gone }
}

test('both sides stand under headings with who and when, and nothing of a packet acts on the terminal', async () => {
  const { lines } = open()
  const shown = await lines()
  expect(shown.slice(0, 9)).toEqual([
    ' tcp.stream 3 · 192.0.2.1:5000 → 192.0.2.2:80           text · 27 B → · ← 137 B',
    '▸→ 192.0.2.1:5000 · frame 4 · 0.250000 s',
    ' GET / HTTP/1.1',
    ' Host: a',
    '',
    ' ← 192.0.2.2:80 · frame 7 · 0.500000 s',
    ' HTTP/1.1 200 OK',
    '',
    ` .[31mred ä ${'x'.repeat(66)}`,
  ])
  expect(shown.at(-1)).toContain('Esc leaves')
})

test('one side, hex and raw are a key away', async () => {
  const { view, lines } = open()
  await lines()
  view.key('s')
  expect((await lines()).slice(1, 4)).toEqual([
    '▸→ 192.0.2.1:5000 · frame 4 · 0.250000 s',
    ' GET / HTTP/1.1',
    ' Host: a',
  ])
  view.key('m')
  expect(await lines()).toContain(` 00000010  48 6f 73 74 3a 20 61 0d  0a 0d 0a${' '.repeat(17)}Host: a....`)
  view.key('m')
  expect((await lines()).some((line) => line.includes('474554202f20'))).toBe(true)
})

test('Enter leads to the packet of the marked line, the slash to the filter of the stream', async () => {
  const { view, lines, gone } = open()
  await lines()
  for (let i = 0; i < 5; i++) view.key('down')
  expect(view.key('enter')).toBe(true)
  expect(view.key('/')).toBe(true)
  expect(gone).toEqual([7, 'tcp.stream eq 3'])
})

test('what is found is marked; what is saved is said', async () => {
  const { view, lines, asked } = open()
  await lines()
  view.key('C-f')
  view.insert('host')
  view.key('enter')
  expect((await lines())[3]).toBe('▸Host: a')
  expect(asked.find((request) => request.do === 'find')).toMatchObject({ bytes: Buffer.from('host'), step: 1 })
  view.key('w')
  view.insert('out.bin')
  view.key('enter')
  expect((await lines()).at(-1)).toContain('27 B saved to out.bin')
})

test('Esc gives up a search that is at work, and stays', async () => {
  const { view, asked, lines } = open((request) => (request.do === 'find' ? new Promise(() => undefined) : undefined))
  await lines()
  view.key('C-f')
  view.insert('x')
  view.key('enter')
  expect((await lines()).at(-1)).toContain('Searching')
  expect(view.key('escape')).toBe(false)
  expect(asked.at(-1)).toEqual({ do: 'cancel' })
  expect((await lines()).at(-1)).toContain('Esc leaves')
  expect(view.key('escape')).toBe(true)
})

test('End goes to the last line, and on with it while the stream is still being read', async () => {
  let blocks = 1
  const { view, lines } = open(
    (request) => {
      if (request.do === 'state') return { ...state, blocks, bytes: [27, 137 * blocks], complete: blocks > 1 }
      if (request.do !== 'block') return undefined
      return request.block < 0 ? null : { ...blockOf(), block: Math.min(request.block, blocks - 1) }
    },
    { ...state, complete: false },
  )
  await lines()
  view.key('end')
  const marked = async (): Promise<number> => (await lines(80, 40)).findIndex((line) => line.startsWith('▸'))
  expect(await marked()).toBe(9)
  blocks = 2
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(await marked()).toBeGreaterThan(12)
  view.stop()
})

test('the stream opens at the bytes of the packet that led to it; g goes to its beginning', async () => {
  const { view, lines } = open(() => undefined, { ...state, place: { block: 0, offset: 47 } })
  expect((await lines())[8]).toMatch(/^▸\.\[31mred/)
  view.key('g')
  expect((await lines())[1]).toMatch(/^▸→ 192\.0\.2\.1/)
})

test('a packet whose place is still to come is waited for until somebody moves', async () => {
  const place = { block: 0, offset: 27 }
  const later = (request: FollowRequest): unknown => (request.do === 'state' ? { ...state, place } : undefined)
  const first = { ...state, complete: false, place: null }
  const waiting = open(later, first)
  expect((await waiting.lines()).at(-1)).toContain('looking for the packet … ')
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect((await waiting.lines())[6]).toBe('▸HTTP/1.1 200 OK')
  const moved = open(later, first)
  await moved.lines()
  moved.view.key('down')
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect((await moved.lines())[2]).toBe('▸GET / HTTP/1.1')
})

test('what found no room is said at the foot', async () => {
  const { lines } = open(() => undefined, { ...state, refused: 1234 })
  expect((await lines()).at(-1)).toContain(' ! 1,234 later pieces left out  Esc leaves')
})

test('lines of text end at line feeds or where they are full, and cut no character', () => {
  const bytes = Buffer.from(`${'a'.repeat(9)}\u00e4b\n\ncd`)
  const block = { ...blockOf(), bytes, pieces: [{ ...blockOf().pieces[0]!, start: 0, end: bytes.length }] }
  const lines = layOut(block, 'text', 10).filter(({ kind }) => kind === 'bytes')
  expect(lines.map(({ start, end }) => textOf(bytes, start, end))).toEqual(['aaaaaaaaa', 'äb', '', 'cd'])
})
