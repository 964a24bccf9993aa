/** What follows HTTP/1 in a connection: another protocol, RFC 9110 section 7.8; HTTP/2 at once, RFC 9113 section 3.3. */
import { tunnelsTls } from './http-framing.js'
import { headerColon, lineTextEnd, nextLine, trimEnd, valueStart } from './http-message.js'
import { isPreface, PREFACE } from './shared/http2-preface.js'
import { sameWord } from './shared/media-types.js'

/** `HTTP/1.1 101` */
const STATUS = 9

/**
 * The protocol that a message with status 101, or the answer to CONNECT, goes over to; '' when it is none of those. `memo`
 * is what `rememberRequest` has made of the messages before it.
 */
export function upgradedTo(b: Uint8Array, start: number, end: number, memo: number): string {
  if (tunnelsTls(memo, b, start, end)) return 'tls'
  if (end - start < 16 || !sameWord(b, start + STATUS, start + STATUS + 3, '101')) return ''
  if (!sameWord(b, start, start + 7, 'http/1.')) return ''
  for (let p = nextLine(b, start, end), next = p; p < end; p = next) {
    next = nextLine(b, p, end)
    const lineEnd = lineTextEnd(b, p, next)
    const colon = headerColon(b, p, lineEnd)
    if (colon < 0) return ''
    if (!sameWord(b, p, colon, 'upgrade')) continue
    const value = valueStart(b, colon, lineEnd)
    const valueEnd = trimEnd(b, value, lineEnd)
    if (sameWord(b, value, valueEnd, 'websocket')) return 'websocket'
    return sameWord(b, value, valueEnd, 'h2c') ? 'http2' : ''
  }
  return ''
}

/** A client that knows that its server speaks HTTP/2 begins with the preface. */
export const yieldsTo = (b: Uint8Array, start: number, end: number): string =>
  end - start >= PREFACE.length && isPreface(b, start, end) ? 'http2' : ''
