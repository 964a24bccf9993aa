/** JPEG images, ISO/IEC 10918-1, in the File Interchange Format, ISO/IEC 10918-5: markers and their segments. */
import {
  bytes,
  type Dissection,
  fields,
  group,
  protocol,
  protocolField,
  text,
  uint8,
  uint16,
} from '../src/dissect/index.js'
import { MediaType, skipPacked } from './shared/media-types.js'
import { jpegMarkerName } from './shared/jpeg-markers.js'

const f = fields('image-jfif', {
  self: protocolField('JPEG File Interchange Format'),
  marker: uint16('Marker', { base: 'hex', names: jpegMarkerName }),
  marker_segment: group('Marker segment'),
  length: uint16('Length'),
  identifier: text('Identifier'),
  version: {
    self: group('Version'),
    major: uint8('Major Version'),
    minor: uint8('Minor Version'),
  },
  units: uint8('Units', {
    names: {
      0: 'No units; Xdensity and Ydensity specify the pixel aspect ratio',
      1: 'Dots per inch',
      2: 'Dots per centimetre',
    },
  }),
  Xdensity: uint16('Xdensity'),
  Ydensity: uint16('Ydensity'),
  Xthumbnail: uint16('Xthumbnail'),
  Ythumbnail: uint16('Ythumbnail'),
  RGB: bytes('RGB values of thumbnail pixels'),
  sof: {
    self: group('Start of Frame header'),
    precision: uint8('Sample Precision (bits)'),
    lines: uint16('Lines'),
    samples_per_line: uint16('Samples per line'),
    nf: uint8('Number of image components in frame'),
    c_i: uint8('Component identifier'),
    h_i: uint8('Horizontal sampling factor', { mask: 0xf0 }),
    v_i: uint8('Vertical sampling factor', { mask: 0xf }),
    tq_i: uint8('Quantization table destination selector'),
  },
  header: { sos: group('Start of Segment header'), comment: group('Comment header') },
  sos: {
    ns: uint8('Number of image components in scan'),
    component_selector: uint8('Scan component selector'),
    dc_entropy_selector: uint8('DC entropy coding table destination selector', { mask: 0xf0 }),
    ac_entropy_selector: uint8('AC entropy coding table destination selector', { mask: 0xf }),
    ss: uint8('Start of spectral or predictor selection'),
    se: uint8('End of spectral selection'),
    ah: uint8('Successive approximation bit position high', { mask: 0xf0 }),
    al: uint8('Successive approximation bit position low or point transform', { mask: 0xf }),
  },
  comment: text('Comment'),
  remain_seg_data: bytes('Remaining segment data'),
  entropy_coded_segment: bytes('Entropy-coded segment (dissection is not yet implemented)'),
})

/** Segments beyond this are stepped over. */
const MAX_SEGMENTS = 8192
const SOS = 0xffda
const EOI = 0xffd9

export const jfif = protocol({
  name: 'JPEG File Interchange Format',
  short: 'JFIF (JPEG) image',
  spec: 'ISO/IEC 10918-5',
  self: f.self,
  under: { media_type: MediaType.Jpeg },
  summary: () => ({}),

  dissect(d) {
    if (skipPacked(d)) return
    d.u16(f.marker)
    for (let n = 0; n < MAX_SEGMENTS && d.reportedLeft > 0; n++) if (!segment(d)) break
    d.pos = d.end
  },
})

/** One marker with its segment; behind that of a scan, the scan. False at the end. */
function segment(d: Dissection): boolean {
  const marker = d.peek16()
  if (marker === EOI || marker < 0xff01 || (marker >= 0xffd0 && marker <= 0xffd7)) {
    d.u16(f.marker)
    return false
  }
  const size = d.peek16(2)
  const frame = marker >= 0xffc0 && marker <= 0xffcf && marker !== 0xffc4 && marker !== 0xffc8 && marker !== 0xffcc
  const line = frame
    ? f.sof.self
    : marker === SOS
      ? f.header.sos
      : marker === 0xfffe
        ? f.header.comment
        : f.marker_segment
  const opened = d.open(line)
  const start = d.pos
  if (d.showing) d.caption(`${line.label}: ${jpegMarkerName(marker)} (0x${marker.toString(16).toUpperCase()})`, opened)
  d.u16(f.marker)
  d.u16(f.length)
  const end = start + 2 + size
  if (size > 2) d.peek8(size - 3)
  if (frame && size >= 8) frameHeader(d, end)
  else if (marker === SOS) scanHeader(d, end)
  else if (marker === 0xffe0) identified(d, end)
  else if (marker === 0xfffe && size > 2) d.take(f.comment, size - 2)
  rest(d, end)
  d.pos = Math.max(end, start + 4)
  d.close(opened)
  if (marker !== SOS) return true
  const last = scanEnd(d)
  if (last > d.pos) d.take(f.entropy_coded_segment, last - d.pos)
  return true
}

function rest(d: Dissection, end: number): void {
  if (d.pos >= end) return
  d.spanAt(f.remain_seg_data, d.pos, end)
  if (d.showing) d.caption(`Remaining segment data: ${end - d.pos} byte${end - d.pos === 1 ? '' : 's'}`)
}

function frameHeader(d: Dissection, end: number): void {
  d.u8(f.sof.precision)
  d.u16(f.sof.lines)
  d.u16(f.sof.samples_per_line)
  const count = d.u8(f.sof.nf)
  for (let i = 0; i < count && d.pos + 3 <= end; i++) {
    d.u8(f.sof.c_i)
    const factors = d.peek8()
    d.at(f.sof.h_i, d.pos, d.pos + 1, factors)
    d.u8(f.sof.v_i)
    d.u8(f.sof.tq_i)
  }
}

function scanHeader(d: Dissection, end: number): void {
  const count = d.u8(f.sos.ns)
  for (let i = 0; i < count && d.pos + 2 <= end; i++) {
    d.u8(f.sos.component_selector)
    d.at(f.sos.dc_entropy_selector, d.pos, d.pos + 1, d.peek8())
    d.u8(f.sos.ac_entropy_selector)
  }
  if (d.pos + 3 > end) return
  d.u8(f.sos.ss)
  d.u8(f.sos.se)
  d.at(f.sos.ah, d.pos, d.pos + 1, d.peek8())
  d.u8(f.sos.al)
}

/** An application segment that begins with a name. */
function identified(d: Dissection, end: number): void {
  const length = d.bytes.subarray(d.pos, end).indexOf(0)
  if (length < 0) return
  const jfifName = length === 4 && d.peek32() === 0x4a464946
  d.take(f.identifier, length)
  d.skip(1)
  if (!jfifName || d.pos + 9 > end) return
  const version = d.open(f.version.self)
  if (d.showing) d.caption(`Version: ${d.peek8()}.${d.peek8(1)}`, version)
  d.u8(f.version.major)
  d.u8(f.version.minor)
  d.close(version)
  d.u8(f.units)
  d.u16(f.Xdensity)
  d.u16(f.Ydensity)
  const across = d.peek8()
  d.at(f.Xthumbnail, d.pos, d.pos + 1, across)
  d.skip(1)
  const down = d.peek8()
  d.at(f.Ythumbnail, d.pos, d.pos + 1, down)
  d.skip(1)
  const pixels = across * down * 3
  if (pixels > 0 && d.pos + pixels <= end) d.take(f.RGB, pixels)
}

/** Where the next marker is that does not belong to the scan, or the end. */
function scanEnd(d: Dissection): number {
  const b = d.bytes
  for (let p = b.indexOf(0xff, d.pos); p >= 0 && p + 1 < d.end; p = b.indexOf(0xff, p + 1)) {
    const c = b[p + 1]!
    if (c !== 0 && c !== 0xff && (c < 0xd0 || c > 0xd7)) return p
  }
  return d.end
}
