/** Graphics Interchange Format, versions 87a and 89a. */
import {
  bytes,
  type Dissection,
  escapeText,
  fields,
  group,
  protocol,
  protocolField,
  text,
  uint8,
  uint16,
  utf8,
} from '../src/dissect/index.js'
import { MediaType, skipPacked } from './shared/media-types.js'

const truth = { 0: 'False', 1: 'True' } as const
const extensions = { 1: 'Plain Text', 0xf9: 'Graphics Control', 0xfe: 'Comment', 0xff: 'Application' } as const

const f = fields('image-gif', {
  self: protocolField('Compuserve GIF'),
  version: text('Version'),
  screen: { width: uint16('Screen width'), height: uint16('Screen height') },
  _global: group('Global settings'),
  global: {
    color_map: {
      self: bytes('Global color map'),
      present: uint8('Global color map is present', { mask: 0x80, names: truth }),
      ordered: uint8('Global color map is ordered', { mask: 8, names: truth }),
    },
    color_bpp: uint8('Bits per color minus 1', { mask: 0x70 }),
    bpp: uint8('Image bits per pixel minus 1', { mask: 7 }),
    pixel_aspect_ratio: uint8('Global pixel aspect ratio'),
  },
  image_background_index: uint8('Background color index'),
  extension: { self: group('Extension'), label: uint8('Extension label', { base: 'hex', names: extensions }) },
  image: {
    self: group('Image'),
    left: uint16('Image left position'),
    top: uint16('Image top position'),
    width: uint16('Image width'),
    height: uint16('Image height'),
    code_size: uint8('LZW minimum code size'),
  },
  _local: group('Local settings'),
  local: {
    color_map: {
      self: bytes('Local color map'),
      present: uint8('Local color map is present', { mask: 0x80, names: truth }),
      ordered: uint8('Local color map is ordered', { mask: 8, names: truth }),
    },
    color_bpp: uint8('Bits per color minus 1', { mask: 0x70 }),
  },
  data_block: bytes('Data block', { empty: '<none>' }),
  end: group('Trailer (End of the GIF stream)'),
})

/** Blocks beyond this are stepped over. */
const MAX_BLOCKS = 50_000

export const gif = protocol({
  name: 'Compuserve GIF',
  short: 'GIF image',
  spec: 'GIF89a',
  self: f.self,
  under: { media_type: MediaType.Gif },
  summary: () => ({ blocks: 0 }),

  dissect(d, s) {
    s.blocks = 0
    if (skipPacked(d)) return
    const version = d.take(f.version, 6)
    if (d.showing) d.captionLayer(`Compuserve GIF, Version: ${escapeText(utf8(d.bytes, version, d.pos))}`)
    d.u16le(f.screen.width)
    d.u16le(f.screen.height)
    const flags = settings(d, f._global, 'Global', f.global)
    d.u8(f.image_background_index)
    // Zero says nothing of the ratio.
    if (d.peek8() === 0) d.skip(1)
    else d.u8(f.global.pixel_aspect_ratio)
    if (flags & 0x80) d.take(f.global.color_map.self, 3 << ((flags & 7) + 1))
    while (d.reportedLeft > 0 && s.blocks < MAX_BLOCKS) {
      const kind = d.peek8()
      if (kind === 0x21) extension(d, s)
      else if (kind === 0x2c) image(d, s)
      else {
        if (kind === 0x3b) {
          const end = d.open(f.end)
          d.skip(1)
          d.close(end)
        }
        break
      }
    }
    d.pos = d.end
  },
})

/** The byte that describes a table of colours; returned as it is. */
function settings(
  d: Dissection,
  line: typeof f._global,
  where: string,
  part: typeof f.global | typeof f.local,
): number {
  const at = d.pos
  const flags = d.peek8()
  const opened = d.open(line)
  if (d.showing) {
    const bits = (n: number): string => `${n} bit${n === 1 ? '' : 's'}`
    const table = flags & 0x80 ? ` (${where} color table present)` : ''
    const color = `(${bits(((flags >>> 4) & 7) + 1)} per color)`
    d.caption(`${where} settings:${table} ${color} (${bits((flags & 7) + 1)} per pixel)`, opened)
  }
  d.at(part.color_map.present, at, at + 1, flags)
  d.at(part.color_bpp, at, at + 1, flags)
  d.at(part.color_map.ordered, at, at + 1, flags)
  // One field for both kinds of tables, as in tshark.
  d.at(f.global.bpp, at, at + 1, flags)
  d.skip(1)
  d.close(opened)
  return flags
}

function extension(d: Dissection, s: { blocks: number }): void {
  const label = d.peek8(1)
  const opened = d.open(f.extension.self)
  if (d.showing)
    d.caption(`Extension: ${extensions[label as 1] ?? `<Warning: Unknown extension 0x${label.toString(16)}>`}`, opened)
  d.skip(1)
  d.u8(f.extension.label)
  blocks(d, s)
  d.close(opened)
}

function image(d: Dissection, s: { blocks: number }): void {
  const opened = d.open(f.image.self)
  d.skip(1)
  d.u16le(f.image.left)
  d.u16le(f.image.top)
  d.u16le(f.image.width)
  d.u16le(f.image.height)
  const flags = settings(d, f._local, 'Local', f.local)
  if (flags & 0x80) d.take(f.local.color_map.self, 3 << ((flags & 7) + 1))
  d.u8(f.image.code_size)
  blocks(d, s)
  d.close(opened)
}

/** Blocks of up to 255 bytes, until one is empty. */
function blocks(d: Dissection, s: { blocks: number }): void {
  for (let size = -1; size !== 0 && s.blocks++ < MAX_BLOCKS; ) {
    size = d.peek8()
    d.skip(1)
    const at = d.take(f.data_block, size)
    if (d.showing && d.wants(f.data_block)) d.append(` (length = ${d.pos - at})`)
  }
}
