/** Text that no protocol of its own claims, line by line. */
import { type Dissection, escapeText, fields, group, protocol, protocolField, utf8 } from '../src/dissect/index.js'
import { body, MediaType } from './shared/media-types.js'

/** More lines than anybody scrolls through; the rest is counted only. */
const MAX_LINES = 20_000

const f = fields('data-text-lines', {
  self: protocolField('Line-based text data'),
  _line: group('Line'),
})

export const dataTextLines = protocol({
  name: 'Line-based text data',
  short: 'Line-based text data',
  spec: 'RFC 2046',
  self: f.self,
  under: { media_type: MediaType.Text },
  summary: () => ({}),

  dissect(d) {
    if (!d.wants(f.self)) return
    let lines = 0
    while (d.left > 0) {
      const start = d.pos
      d.pos = lineEnd(d)
      if (lines++ < MAX_LINES && d.wants(f._line)) {
        const end = d.pos
        d.pos = start
        const line = d.open(f._line)
        if (d.showing) d.caption(escapeText(utf8(d.bytes, start, end)), line)
        d.pos = end
        d.close(line)
      }
    }
    if (d.showing) d.captionLayer(`Line-based text data${body.type === '' ? '' : `: ${body.type}`} (${lines} lines)`)
  },
})

/** Behind the next line feed, carriage return, or both. */
function lineEnd(d: Dissection): number {
  const b = d.bytes
  for (let p = d.pos; p < d.end; p++) {
    if (b[p] === 0x0a) return p + 1
    if (b[p] === 0x0d) return p + 1 < d.end && b[p + 1] === 0x0a ? p + 2 : p + 1
  }
  return d.end
}
