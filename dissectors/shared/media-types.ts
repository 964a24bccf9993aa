/** What a body is, by its media type (IANA “Media Types”): HTTP hands it over with a number of this list. */
import { type Dissection, table } from '../../src/dissect/index.js'

export const mediaTypes = table('media_type', 256)

/** Numbers in the table above. `Other` is everything that has no protocol of its own. */
export const MediaType = {
  None: 0,
  Other: 1,
  Bytes: 2,
  Text: 3,
  Json: 4,
  Form: 5,
  Png: 6,
  Gif: 7,
  Jpeg: 8,
  Xml: 9,
  Dns: 10,
} as const
export type MediaType = (typeof MediaType)[keyof typeof MediaType]

/**
 * What the layer that hands a body over says of it: the media type in lower case, and the whole text with parameters,
 * both only when lines are shown; whether its bytes are still packed, which they are where nobody wants them; and whether
 * they were, in which case what it holds may not decide on the layers, as the index does not see it; and the HTTP/2 stream
 * it is of.
 */
export const body = { type: '', described: '', packed: false, coded: false, stream: 0 }

/** Steps over a body that is still packed. Returns whether it was. */
export function skipPacked(d: Dissection): boolean {
  if (body.packed) d.skip(d.left)
  return body.packed
}

const names: Readonly<Partial<Record<keyof typeof MediaType, string>>> = {
  Bytes: 'application/octet-stream',
  Text:
    'text/plain text/html text/css text/javascript text/richtext text/enriched text/parameters ' +
    'text/vnd.sun.j2me.app-descriptor application/x-javascript application/x-ns-proxy-autoconfig',
  Json:
    'application/json application/senml+json application/sensml+json application/json-rpc application/jsonrequest ' +
    'application/dds-web+json application/problem+json application/merge-patch+json application/json-patch+json ' +
    'application/vnd.oma.lwm2m+json application/x-ndjson',
  Form: 'application/x-www-form-urlencoded',
  Png: 'image/png',
  Gif: 'image/gif',
  Jpeg: 'image/jpeg image/jpg image/jfif',
  Dns: 'application/dns-message',
}

/** The names by their lengths. */
const byLength: (readonly [string, MediaType])[][] = []
for (const [key, words] of Object.entries(names)) {
  for (const word of words.split(' ')) {
    ;(byLength[word.length] ??= []).push([word, MediaType[key as keyof typeof MediaType]])
  }
}

/** The number of the type whose name is `bytes[start…end)`, in any case; `None` when `start` is negative. */
export function mediaTypeOf(bytes: Uint8Array, start: number, end: number): MediaType {
  if (start < 0) return MediaType.None
  const same = byLength[end - start]
  if (same === undefined) return MediaType.Other
  for (let i = 0; i < same.length; i++) if (sameWord(bytes, start, end, same[i]![0])) return same[i]![1]
  return MediaType.Other
}

/** Does the type name a kind of image that must begin in a certain way? */
export const isImage = (type: MediaType): boolean =>
  type === MediaType.Png || type === MediaType.Gif || type === MediaType.Jpeg

/** What is shorter is no image. */
const SMALLEST_IMAGE = 20

/** What a body is by the bytes it begins with, where they say so more surely than its media type. */
export function imageTypeOf(named: MediaType, b: Uint8Array, start: number, end: number): MediaType {
  const jpeg = begins(b, start, end, 0xff, 0xd8)
  const png = begins(b, start, end, 0x89, 0x50) && b[start + 2] === 0x4e && b[start + 3] === 0x47
  const gif = begins(b, start, end, 0x47, 0x49) && b[start + 2] === 0x46
  if ((named === MediaType.Gif && gif) || (named === MediaType.Jpeg && jpeg)) return named
  if (named > MediaType.Bytes && !isImage(named)) return named
  if (png) return MediaType.Png
  if (jpeg) return MediaType.Jpeg
  return named > MediaType.Bytes ? MediaType.Other : named
}

const begins = (b: Uint8Array, p: number, end: number, first: number, second: number): boolean =>
  end - p >= SMALLEST_IMAGE && b[p] === first && b[p + 1] === second

/** Is `bytes[start…end)` the ASCII word `lower`, in any case? */
export function sameWord(bytes: Uint8Array, start: number, end: number, lower: string): boolean {
  if (end - start !== lower.length) return false
  for (let i = 0; i < lower.length; i++) {
    const c = bytes[start + i]!
    if ((c >= 0x41 && c <= 0x5a ? c + 32 : c) !== lower.charCodeAt(i)) return false
  }
  return true
}
