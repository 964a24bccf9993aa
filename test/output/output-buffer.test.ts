/** Bytes on their way out: numbers, texts, and nothing that could take over a terminal. */

import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { JsonWriter } from '../../src/output/json-writer.js'
import { OutputBuffer } from '../../src/output/output-buffer.js'

const folder = mkdtempSync(join(tmpdir(), 'framewise-output-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** What `write` leaves in a file. */
function written(write: (out: OutputBuffer) => void): string {
  const path = join(folder, 'out')
  const fd = openSync(path, 'w')
  try {
    const out = new OutputBuffer(fd)
    write(out)
    out.flush()
  } finally {
    closeSync(fd)
  }
  return readFileSync(path, 'utf8')
}

test('whole numbers are written digit by digit, padded to a width', () => {
  const numbers = [0, 7, 10, 99, 100, 9999, 10_000, 10_001, 99_999_999, 100_000_000, 2 ** 31, 2 ** 32 - 1]
  for (const n of numbers) expect(written((out) => out.number(n))).toBe(String(n))
  for (const n of [2 ** 32, 2 ** 40, -5]) expect(written((out) => out.number(n))).toBe(String(n))
  expect(written((out) => out.number(42, 5))).toBe('   42')
  expect(written((out) => out.number(1000, 9, 0x30))).toBe('000001000')
  expect(written((out) => out.number(123_456, 3))).toBe('123456')
})

test('hexadecimal numbers have at least the digits asked for', () => {
  expect(written((out) => out.hex(0x2f, 4))).toBe('002f')
  expect(written((out) => out.hex(0xdeadbeef, 4))).toBe('deadbeef')
  expect(written((out) => out.hexBytes(Uint8Array.of(1, 0xab, 0xff), 0, 3, 0x3a))).toBe('01:ab:ff')
})

test('texts keep their letters whatever their length', () => {
  for (const text of ['', 'a', 'ü', '→', '😀', 'plain', `${'x'.repeat(16_383)}😀 and on`, 'ü→😀'.repeat(40_000)]) {
    expect(written((out) => out.text(text))).toBe(text)
    expect(written((out) => out.line(text))).toBe(text)
  }
  expect(written((out) => out.text('\ud800'))).toBe('\uFFFD')
})

test('control characters of packets are escaped in lines', () => {
  expect(written((out) => out.line('a\u001b[2Jb\r\n\u007f\u0085'))).toBe('a\\033[2Jb\\r\\n\\177\\u0085')
  const long = `${'y'.repeat(100_000)}\u0007`
  expect(written((out) => out.line(long))).toBe(`${'y'.repeat(100_000)}\\a`)
})

test('what others write as part of a line is escaped and cut as a whole', () => {
  const part = (most: number, ...texts: readonly string[]): string =>
    written((out) => {
      out.text('<\n')
      out.begin()
      for (const text of texts) out.text(text)
      out.end(most)
      out.text('>\n')
    })
  expect(part(100, 'a', '\u001b', 'b\u0085', '→')).toBe('<\na\\033b\\u0085→>\n')
  expect(part(3, 'abcdef')).toBe('<\nabc>\n')
  expect(part(3, 'äöü', 'ß')).toBe('<\näöü>\n')
  expect(part(2, 'a\n', 'b')).toBe('<\na\\n>\n')
  expect(part(4095, 'é'.repeat(3000))).toBe(`<\n${'é'.repeat(3000)}>\n`)
  const large = Array.from({ length: 50 }, () => 'x'.repeat(20_000))
  expect(part(Number.POSITIVE_INFINITY, ...large, '\u0007')).toBe(`<\n${large.join('')}\\a>\n`)
})

test('more than the buffer holds comes out in order', () => {
  const lines = written((out) => {
    for (let i = 0; i < 100_000; i++) {
      out.number(i)
      out.endLine()
    }
  }).split('\n')
  expect(lines).toHaveLength(100_001)
  expect(lines[99_999]).toBe('99999')
})

test('JSON is written piece by piece with its escapes', () => {
  const value = { a: 'say "\\"\n\u0001', b: [1, null], c: {}, d: { e: 'ü' }, f: [] }
  const write = (json: JsonWriter, v: unknown): void => {
    if (Array.isArray(v)) {
      json.beginList()
      for (const one of v) write(json, one)
      json.endList()
    } else if (typeof v === 'object' && v !== null) {
      json.beginObject()
      for (const [name, one] of Object.entries(v)) {
        json.name(name)
        write(json, one)
      }
      json.endObject()
    } else if (typeof v === 'string') json.string(v)
    else json.raw(String(v))
  }
  expect(written((out) => write(new JsonWriter(out, true), value))).toBe(JSON.stringify(value, null, 2))
  expect(written((out) => write(new JsonWriter(out, false), value))).toBe(JSON.stringify(value))
  expect(written((out) => new JsonWriter(out, false).string('</script>'))).toBe('"<\\/script>"')
})
