/** Text put together as bytes: every number and letter is the one that strings would have given. */

import { describe, expect, it } from 'vitest'
import { phrase, TextBuffer } from '../../src/dissect/text-buffer.js'

/** What `write` leaves in a buffer that is small enough to have to grow. */
function written(write: (line: TextBuffer) => void): string {
  const line = new TextBuffer(8)
  line.text('>')
  write(line)
  return line.toString().slice(1)
}

const bytes = (text: string): Uint8Array => Buffer.from(text)

describe('a text buffer', () => {
  it('writes whole numbers of any size, in decimal and hexadecimal', () => {
    const powers = Array.from({ length: 10 }, (_, k) => 10 ** k)
    for (const n of [
      0,
      ...powers.flatMap((p) => [p - 1, p, p + 1, 7 * p + 3]),
      2 ** 31,
      2 ** 32 - 1,
      2 ** 32,
      2 ** 53 - 1,
      -1,
      1.5,
    ]) {
      expect(written((line) => line.number(n))).toBe(String(n))
      expect(written((line) => line.number(n, 12, 0x30))).toBe(String(n).padStart(12, '0'))
      if (n >= 0 && n < 2 ** 32)
        expect(written((line) => line.hex(n, 4))).toBe(Math.floor(n).toString(16).padStart(4, '0'))
    }
  })

  it('writes texts and phrases of any length, whatever their letters', () => {
    for (let size = 0; size <= 130; size++) {
      for (const letters of ['a', 'ü', '→', '😀', 'a\n']) {
        const text = letters.repeat(size).slice(0, size * letters.length)
        expect(written((line) => line.text(text))).toBe(text)
        if (Buffer.byteLength(text) <= 64) expect(written((line) => line.phrase(phrase(text)))).toBe(text)
      }
    }
    expect(written((line) => line.text(`${'x'.repeat(16_382)}😀 and on`.repeat(3)))).toBe(
      `${'x'.repeat(16_382)}😀 and on`.repeat(3),
    )
  })

  it('copies bytes of a packet only if all of them are printable ASCII', () => {
    const line = new TextBuffer(8)
    expect(line.printable(bytes('GET /index.html HTTP/1.1'), 4, 15)).toBe(true)
    for (const other of ['a\u001b[2J', 'tab\t', 'del\u007f', 'ü', '\u0000'])
      expect(line.printable(bytes(other), 0, Buffer.byteLength(other))).toBe(false)
    expect(line.toString()).toBe('/index.html')
    expect(line.written).toBe(11)
    expect(line.printable(bytes('x'), 1, 1)).toBe(true)
  })

  it('begins anew, and gives back the room of a text that was large', () => {
    const line = new TextBuffer(16)
    line.text('y'.repeat(200_000))
    expect(line.written).toBe(200_000)
    line.clear()
    line.ipv4(Uint8Array.of(1, 192, 0, 2, 250), 1)
    expect(line.toString()).toBe('192.0.2.250')
  })
})
