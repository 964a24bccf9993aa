/** What a body is, by its media type (IANA “Media Types”): HTTP hands it over with a number of this list. */
import { table } from '../../src/dissect/index.js'

export const mediaTypes = table('media_type', 256)

/** Numbers in the table above. `Other` is everything that has no protocol of its own. */
export const MediaType = { None: 0, Other: 1, Bytes: 2, Text: 3 } as const
export type MediaType = (typeof MediaType)[keyof typeof MediaType]

/**
 * What the layer that hands a body over says of it: the media type in lower case, and the whole text with parameters.
 * Set right before handing over, and only when lines are shown.
 */
export const body = { type: '', described: '' }

/** The types that are lines of text. */
const texts = [
  'text/plain',
  'text/html',
  'text/css',
  'text/javascript',
  'text/richtext',
  'text/enriched',
  'text/parameters',
  'text/vnd.sun.j2me.app-descriptor',
  'application/x-javascript',
  'application/x-ns-proxy-autoconfig',
] as const

/** The number of the type whose name is `bytes[start…end)`, in any case; `None` when `start` is negative. */
export function mediaTypeOf(bytes: Uint8Array, start: number, end: number): MediaType {
  if (start < 0) return MediaType.None
  for (const text of texts) if (sameWord(bytes, start, end, text)) return MediaType.Text
  return sameWord(bytes, start, end, 'application/octet-stream') ? MediaType.Bytes : MediaType.Other
}

/** Is `bytes[start…end)` the ASCII word `lower`, in any case? */
export function sameWord(bytes: Uint8Array, start: number, end: number, lower: string): boolean {
  if (end - start !== lower.length) return false
  for (let i = 0; i < lower.length; i++) {
    const c = bytes[start + i]!
    if ((c >= 0x41 && c <= 0x5a ? c + 32 : c) !== lower.charCodeAt(i)) return false
  }
  return true
}
