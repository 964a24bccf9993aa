/** Portable Network Graphics, ISO/IEC 15948: a signature and chunks. */
import {
  bool,
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
  uint32,
  utf8,
  warning,
} from '../src/dissect/index.js'
import { MediaType, skipPacked } from './shared/media-types.js'

const f = fields('png', {
  self: protocolField('Portable Network Graphics'),
  signature: bytes('PNG Signature'),
  _chunk: group('Chunk'),
  chunk: {
    len: uint32('Len'),
    type: text('Chunk'),
    flag: {
      ancillary: bool('Ancillary', 32, {
        mask: 0x20000000,
        truth: ['This is an ANCILLARY chunk', 'This is a CRITICAL chunk'],
      }),
      private: bool('Private', 32, { mask: 0x200000, truth: ['This is a PRIVATE chunk', 'This is a PUBLIC chunk'] }),
      stc: bool('Safe To Copy', 32, {
        mask: 0x20,
        truth: ['This chunk is SAFE TO COPY', 'This chunk is NOT safe to copy'],
      }),
    },
    data: group('Data'),
    crc: uint32('CRC', { base: 'hex' }),
  },
  chunk_too_large: warning('chunk size too large, dissection of this chunk is not supported', 'Protocol'),
  ihdr: {
    width: uint32('Width'),
    height: uint32('Height'),
    bitdepth: uint8('Bit Depth'),
    colour_type: uint8('Colour Type', {
      names: {
        0: 'Greyscale',
        2: 'Truecolour',
        3: 'Indexed-colour',
        4: 'Greyscale with alpha',
        6: 'Truecolour with alpha',
      },
    }),
    compression_method: uint8('Compression Method', { names: { 0: 'Deflate' } }),
    filter_method: uint8('Filter Method', { names: { 0: 'Adaptive' } }),
    interlace_method: uint8('Interlace Method', { names: { 0: 'No interlace', 1: 'Adam7' } }),
  },
  srgb: {
    intent: uint8('Intent', {
      names: { 0: 'Perceptual', 1: 'Relative colorimetric', 2: 'Saturation', 3: 'Absolute colorimetric' },
    }),
  },
  text: { keyword: text('Keyword'), string: text('String') },
  time: {
    year: uint16('Year'),
    month: uint8('Month'),
    day: uint8('Day'),
    hour: uint8('Hour'),
    minute: uint8('Minute'),
    second: uint8('Second'),
  },
  phys: {
    horiz: uint32('Horizontal pixels per unit'),
    vert: uint32('Vertical pixels per unit'),
    unit: uint8('Unit', { names: { 0: 'Unit is unknown', 1: 'Unit is METRE' } }),
  },
  bkgd: {
    palette_index: uint8('Palette Index'),
    greyscale: uint16('Greyscale', { base: 'hex' }),
    red: uint16('Red', { base: 'hex' }),
    green: uint16('Green', { base: 'hex' }),
    blue: uint16('Blue', { base: 'hex' }),
  },
})

/** Chunks beyond this are not listed one by one. */
const MAX_CHUNKS = 4096
/** A chunk that says to be longer is not believed. */
const MAX_LENGTH = 0x40000000

export const png = protocol({
  name: 'Portable Network Graphics',
  short: 'PNG',
  spec: 'ISO/IEC 15948',
  self: f.self,
  under: { media_type: MediaType.Png },
  summary: () => ({}),

  dissect(d) {
    if (skipPacked(d)) return
    d.take(f.signature, 8)
    for (let n = 0; n < MAX_CHUNKS && d.reportedLeft > 0; n++) if (!readChunk(d)) return
    d.pos = d.end
  },
})

/** One chunk. False when its length cannot be. */
function readChunk(d: Dissection): boolean {
  const size = d.peek32()
  const type = d.peek32(4)
  const opened = d.open(f._chunk)
  if (d.showing) {
    const name = escapeText(utf8(d.bytes, d.pos + 4, d.pos + 8))
    d.caption(names[name] === undefined ? name : `${names[name]} (${name})`, opened)
  }
  d.u32(f.chunk.len)
  if (size > MAX_LENGTH) {
    d.note(f.chunk_too_large)
    d.close(opened)
    return false
  }
  const at = d.take(f.chunk.type, 4)
  d.at(f.chunk.flag.ancillary, at, at + 4, type)
  d.at(f.chunk.flag.private, at, at + 4, type)
  d.at(f.chunk.flag.stc, at, at + 4, type)
  if (size > 0) {
    const start = d.pos
    d.skip(size)
    const end = d.pos
    d.pos = start
    if (d.wants(f.self)) content(d, type, end)
    d.pos = end
  }
  d.u32(f.chunk.crc)
  d.close(opened)
  return true
}

/** What the chunk with this type holds, up to `end`. */
function content(d: Dissection, type: number, end: number): void {
  const size = end - d.pos
  if (type === 0x49484452 && size >= 13) {
    d.u32(f.ihdr.width)
    d.u32(f.ihdr.height)
    d.u8(f.ihdr.bitdepth)
    d.u8(f.ihdr.colour_type)
    d.u8(f.ihdr.compression_method)
    d.u8(f.ihdr.filter_method)
    d.u8(f.ihdr.interlace_method)
  } else if (type === 0x73524742) d.u8(f.srgb.intent)
  else if (type === 0x74455874) {
    const length = d.bytes.subarray(d.pos, end).indexOf(0)
    if (length < 0) return
    d.take(f.text.keyword, length)
    d.skip(1)
    if (d.pos < end) d.take(f.text.string, end - d.pos)
  } else if (type === 0x74494d45 && size >= 7) {
    d.u16(f.time.year)
    d.u8(f.time.month)
    d.u8(f.time.day)
    d.u8(f.time.hour)
    d.u8(f.time.minute)
    d.u8(f.time.second)
  } else if (type === 0x70485973 && size >= 9) {
    d.u32(f.phys.horiz)
    d.u32(f.phys.vert)
    d.u8(f.phys.unit)
  } else if (type === 0x624b4744) background(d, size)
  else d.closeAt(d.open(f.chunk.data), d.pos, end)
}

/** How long a background colour is says what it is. */
function background(d: Dissection, size: number): void {
  if (size === 1) d.u8(f.bkgd.palette_index)
  else if (size === 2) d.u16(f.bkgd.greyscale)
  else if (size >= 6) {
    d.u16(f.bkgd.red)
    d.u16(f.bkgd.green)
    d.u16(f.bkgd.blue)
  }
}

const names: Readonly<Record<string, string>> = {
  IHDR: 'Image Header',
  bKGD: 'Background colour',
  gAMA: 'Image gamma',
  cHRM: 'Primary chromaticities and white point',
  IDAT: 'Image data chunk',
  IEND: 'Image Trailer',
  pHYs: 'Physical pixel dimensions',
  sRGB: 'Standard RGB colour space',
  tEXt: 'Textual data',
  tIME: 'Image last-modification time',
}
