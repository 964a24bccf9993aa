/** A body whose media type has no protocol of its own. */
import { bytes, fields, protocol, protocolField } from '../src/dissect/index.js'
import { body, MediaType } from './shared/media-types.js'

const f = fields('media', {
  self: protocolField('Media Type'),
  type: bytes('Media type'),
})

export const media = protocol({
  name: 'Media Type',
  short: 'Media',
  spec: 'RFC 2046',
  self: f.self,
  under: { media_type: MediaType.Other },
  summary: () => ({}),

  dissect(d) {
    const size = d.left
    d.take(f.type, size)
    if (d.showing) d.caption(`Media type: ${body.described} (${size} byte${size === 1 ? '' : 's'})`)
  },
})
