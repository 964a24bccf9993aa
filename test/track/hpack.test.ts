/** Header compression: the examples of RFC 7541, appendix C, and what hostile senders make of it. */
import { expect, test } from 'vitest'
import { BlockFlag, HeaderBlocks, HeaderForm } from '../../src/track/header-blocks.js'
import { HeaderTexts } from '../../src/track/header-texts.js'
import { HeaderDecoder } from '../../src/track/hpack.js'
import { huffmanDecode } from '../../src/track/hpack-huffman.js'

class Direction {
  readonly texts = new HeaderTexts()
  readonly blocks = new HeaderBlocks()
  readonly decoder = new HeaderDecoder(this.texts, this.blocks)

  /** Decodes a fragment; answers with its lines as `name: value`. */
  take(fragment: Uint8Array | string, last = true): string[] {
    const bytes = typeof fragment === 'string' ? Buffer.from(fragment.replaceAll(' ', ''), 'hex') : fragment
    const block = this.blocks.begin()
    this.decoder.decode(bytes, 0, bytes.length, last)
    const first = this.blocks.first[block]!
    return Array.from({ length: this.blocks.count[block]! }, (_, i) => this.line(first + i))
  }

  get flags(): number {
    return this.blocks.flags[this.blocks.begin() - 1]!
  }

  private line(i: number): string {
    if (this.blocks.form[i] === HeaderForm.TableSize) return `size ${this.blocks.number[i]}`
    const { bytes, nameStart, nameEnd, valueStart, valueEnd } = this.texts
    const f = this.blocks.field[i]!
    const name = Buffer.from(bytes.subarray(nameStart[f], nameEnd[f])).toString()
    return `${name}: ${Buffer.from(bytes.subarray(valueStart[f], valueEnd[f])).toString()}`
  }
}

const request = [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com']

test('requests of one connection are decoded with and without the Huffman code', () => {
  for (const [first, second] of [
    ['8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d', '8286 84be 5808 6e6f 2d63 6163 6865'],
    ['8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff', '8286 84be 5886 a8eb 1064 9cbf'],
  ] as const) {
    const d = new Direction()
    expect(d.take(first)).toEqual(request)
    expect(d.take(second)).toEqual([...request, 'cache-control: no-cache'])
  }
})

test('entries leave a table of 256 bytes in the order in which they came', () => {
  const d = new Direction()
  d.take('3fe101')
  const first = d.take(
    '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
  )
  expect(first).toEqual([
    ':status: 302',
    'cache-control: private',
    'date: Mon, 21 Oct 2013 20:13:21 GMT',
    'location: https://www.example.com',
  ])
  expect(d.take('4883 640e ffc1 c0bf')[0]).toBe(':status: 307')
  expect(d.take('c1')).toEqual(['cache-control: private'])
})

test('a header that is cut anywhere goes on in the next fragment', () => {
  const whole = Buffer.from('400a637573746f6d2d6b65790d637573746f6d2d686561646572', 'hex')
  for (let cut = 1; cut < whole.length; cut++) {
    const d = new Direction()
    expect(d.take(whole.subarray(0, cut), false)).toEqual([])
    expect(d.take(whole.subarray(cut))).toEqual(['custom-key: custom-header'])
    expect(d.take('be')).toEqual(['custom-key: custom-header'])
  }
})

test.each([
  ['an index that leads nowhere', 'ff8001'],
  ['index 0', '80'],
  ['a number that never ends', 'ffffffffffffffff01'],
  ['a Huffman code that is cut', '4084fffffffe0161'],
  ['a table beyond the bound', '3fe2ff07'],
  ['a value that is not there', '4101'],
])('%s ends the direction and harms nothing', (_what, hex) => {
  const d = new Direction()
  expect(d.take(hex)).toEqual([])
  expect(d.decoder.broken).toBe(true)
  expect(d.take('82')).toEqual([])
})

test('codes longer than a byte are found, and padding longer than seven bits is refused', () => {
  const out = new Uint8Array(16)
  expect(huffmanDecode(Buffer.from('ffc7', 'hex'), 0, 2, out, 0)).toBe(1)
  expect(out[0]).toBe(0)
  expect(huffmanDecode(Buffer.from('1fff', 'hex'), 0, 2, out, 0)).toBe(-1)
  expect(huffmanDecode(Buffer.from('ffffffff', 'hex'), 0, 4, out, 0)).toBe(-1)
})

test('a frame that names one long header thousands of times is cut off by its text', () => {
  const d = new Direction()
  d.take('3fe1ff03')
  const value = Buffer.alloc(60_000, 0x61)
  const head = Buffer.from([0x40, 1, 0x6e, 0x7f, 0xe1, 0xd3, 0x03])
  expect(d.take(Buffer.concat([head, value]))).toHaveLength(1)
  const before = process.hrtime.bigint()
  expect(d.take(Buffer.alloc(65_000, 0xbe)).length).toBeLessThan(10)
  expect(d.flags & BlockFlag.Size).not.toBe(0)
  expect(Number(process.hrtime.bigint() - before) / 1e6).toBeLessThan(50)
  expect(d.texts.end).toBeLessThan(70_000)
})

test('lines beyond 200 of a frame are not kept, but the table goes on', () => {
  const d = new Direction()
  expect(d.take(Buffer.alloc(5000, 0x82))).toHaveLength(200)
  expect(d.flags & BlockFlag.Lines).not.toBe(0)
  expect(d.take('84')).toEqual([':path: /'])
})
