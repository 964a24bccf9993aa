import { describe, expect, it } from 'vitest'
import { looksLikeHttp, messageSize } from '../../dissectors/http-message.js'
import { MORE } from '../../src/dissect/index.js'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const size = (text: string): number => messageSize(bytes(text), 0, text.length)
const guess = (text: string): boolean => looksLikeHttp(bytes(text), 0, text.length)

describe('the size of an HTTP message', () => {
  it('of a request without a body ends with its headers', () => {
    const first = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'
    expect(size(`${first}GET /2 HTTP/1.1\r\n\r\n`)).toBe(first.length)
  })
  it('follows Content-Length, even beyond what is there', () => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n'
    expect(size(`${head}abc`)).toBe(head.length + 500)
  })
  it('of chunks ends behind the trailer', () => {
    const whole = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n'
    expect(size(`${whole}HTTP/1.1`)).toBe(whole.length)
    for (let cut = 20; cut < whole.length; cut++) expect(size(whole.slice(0, cut))).toBe(MORE)
  })
  it('of a response without a length is all there is, unless its status forbids a body', () => {
    expect(size('HTTP/1.1 200 OK\r\n\r\nabc')).toBe(22)
    expect(size('HTTP/1.1 304 Not Modified\r\n\r\nabc')).toBe(29)
  })
})

describe('the guess', () => {
  it('takes requests by their version and method, responses by their version', () => {
    expect(guess('GET / HTTP/1.1\r\n')).toBe(true)
    expect(guess('HTTP/1.0 200 OK\r\n')).toBe(true)
    expect(guess('NONSENSE / HTTP/1.1\r\n')).toBe(false)
    expect(guess('GET /\r\n')).toBe(false)
    expect(guess('GET / HTTP/1.1')).toBe(false)
    expect(guess('')).toBe(false)
  })
})
