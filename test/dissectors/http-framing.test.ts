import { describe, expect, it } from 'vitest'
import { firstLineText, messageSize, rememberRequest } from '../../dissectors/http-framing.js'
import { Framing, MORE, NOT_MINE, UNTIL_END } from '../../src/dissect/index.js'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')

function size(text: string, knows: Partial<Framing> = {}): number {
  return messageSize(bytes(text), 0, text.length, Object.assign(new Framing(), knows))
}
const remembered = (...messages: string[]): number =>
  messages.reduce((memo, text) => rememberRequest(memo, bytes(text), 0, text.length), 0)

const get = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'
const head = 'HEAD / HTTP/1.1\r\nHost: h\r\n\r\n'
const five = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'
const chunks = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n'

describe('the size of an HTTP message', () => {
  it('of a request without a body ends with its headers', () => {
    expect(size(`${get}GET /2 HTTP/1.1\r\n\r\n`)).toBe(get.length)
  })
  it('leaves a line end before the first line to the message', () => {
    expect(size(`\r\n${get}`)).toBe(get.length + 2)
  })
  it('follows Content-Length, even beyond what is there', () => {
    expect(size(`${five}abc`)).toBe(five.length + 5)
  })
  it('is not known before the headers end', () => {
    for (let cut = 10; cut < get.length; cut++) expect(size(get.slice(0, cut))).toBe(MORE)
  })
  it('of chunks ends behind the trailer', () => {
    expect(size(`${chunks}HTTP/1.1`)).toBe(chunks.length)
  })
  it('of chunks is found piece by piece, each time from where the last one ended', () => {
    const at = new Framing()
    const all = bytes(chunks)
    for (let cut = 10; cut < chunks.length; cut++) {
      const from = at.resume
      at.before = from
      const n = messageSize(all.subarray(0, cut), from, cut, at)
      expect(n === MORE || n > cut).toBe(true)
      expect(at.resume).toBeGreaterThanOrEqual(from)
    }
    expect(at.resume).toBeGreaterThan(chunks.indexOf('abc'))
    at.before = at.resume
    expect(messageSize(all, at.resume, chunks.length, at)).toBe(chunks.length)
  })
  it('of a response without a length is the rest of the stream, unless its status forbids a body', () => {
    expect(size('HTTP/1.1 200 OK\r\n\r\nabc')).toBe(UNTIL_END)
    expect(size('HTTP/1.1 304 Not Modified\r\n\r\nabc')).toBe(29)
  })
  it('is what is there when the stream ends', () => {
    expect(size(`${five}abc`, { last: true })).toBe(five.length + 3)
    expect(size('GET / HTT', { last: true })).toBe(9)
  })
  it('of an answer to HEAD is that of its headers', () => {
    const at = new Framing()
    at.memo = remembered(get, head)
    expect(messageSize(bytes(`${five}hello`), 0, five.length + 5, at)).toBe(five.length + 5)
    expect(at.consulted).toBe(false)
    at.memo = remembered(get, head, `${five}hello`)
    expect(messageSize(bytes(`${five}hello`), 0, five.length + 5, at)).toBe(five.length)
    expect(at.consulted).toBe(true)
  })
  it('is remembered through interim answers', () => {
    expect(remembered(head, 'HTTP/1.1 100 Continue\r\n\r\n')).toBe(remembered(head))
    expect(remembered(head, 'HTTP/1.1 200 OK\r\n\r\n')).toBe(0)
  })
  it('is not asked of bytes that are no HTTP before HTTP was seen', () => {
    expect(size('\x16\x03\x01')).toBe(NOT_MINE)
    expect(size('\x16\x03\x01', { spoken: true })).toBe(3)
  })
  it('does not follow a chunk size that is no number', () => {
    const wrong = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n'
    expect(size(wrong)).toBe(wrong.length)
  })
})

describe('the first line', () => {
  it('is shown as soon as it is all there', () => {
    const text = (t: string): string => firstLineText(bytes(t), 0, t.length)
    expect(text('GET / HTTP/1.1\r\nHo')).toBe('GET / HTTP/1.1 ')
    expect(text('GET / HTTP/1.1\r')).toBe('')
    expect(text('nothing\r\n')).toBe('')
  })
})
