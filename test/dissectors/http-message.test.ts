import { describe, expect, it } from 'vitest'
import { looksLikeHttp } from '../../dissectors/http-message.js'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const guess = (text: string): boolean => looksLikeHttp(bytes(text), 0, text.length)

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
