/** What a client of HTTP/2 sends first: RFC 9113 section 3.4. */

export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

/** Do the bytes begin with the preface? Three of them are enough when no more are there. */
export function isPreface(b: Uint8Array, start: number, end: number): boolean {
  const size = Math.min(end - start, PREFACE.length)
  if (size < 3) return false
  for (let i = 0; i < size; i++) if (b[start + i] !== PREFACE.charCodeAt(i)) return false
  return true
}
