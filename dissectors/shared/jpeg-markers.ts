/** Names of JPEG markers, ISO/IEC 10918-1 table B.1. */

const huffman = 'Huffman coding'
const arithmetic = 'arithmetic coding'
const frame = (kind: string, coding: string, process: string): string =>
  `Start of Frame (${kind}, ${coding}) - ${process}`

const names: Readonly<Record<number, string>> = {
  0xff01: 'Reserved - For temporary private use in arithmetic coding',
  0xffc0: frame('non-differential', huffman, 'Baseline DCT'),
  0xffc1: frame('non-differential', huffman, 'Extended sequential DCT'),
  0xffc2: frame('non-differential', huffman, 'Progressive DCT'),
  0xffc3: frame('non-differential', huffman, 'Lossless (sequential)'),
  0xffc4: 'Define Huffman table(s)',
  0xffc5: frame('differential', huffman, 'Differential sequential DCT'),
  0xffc6: frame('differential', huffman, 'Differential progressive DCT'),
  0xffc7: frame('differential', huffman, 'Differential lossless (sequential)'),
  0xffc8: 'Reserved for JPEG extensions',
  0xffc9: frame('non-differential', arithmetic, 'Extended sequential DCT'),
  0xffca: frame('non-differential', arithmetic, 'Progressive DCT'),
  0xffcb: frame('non-differential', arithmetic, 'Lossless (sequential)'),
  0xffcc: 'Define arithmetic coding conditioning(s)',
  0xffcd: frame('differential', arithmetic, 'Differential sequential DCT'),
  0xffce: frame('differential', arithmetic, 'Differential progressive DCT'),
  0xffcf: frame('differential', arithmetic, 'Differential lossless (sequential)'),
  0xffd8: 'Start of Image',
  0xffd9: 'End of Image',
  0xffda: 'Start of Scan',
  0xffdb: 'Define quantization table(s)',
  0xffdc: 'Define number of lines',
  0xffdd: 'Define restart interval',
  0xffde: 'Define hierarchical progression',
  0xffdf: 'Expand reference component(s)',
  0xfffe: 'Comment',
}

/** The marker's name, '' when it has none. */
export function jpegMarkerName(marker: number): string {
  if (marker >= 0xffd0 && marker <= 0xffd7) return `Restart interval termination - ${marker - 0xffd0}`
  if (marker >= 0xffe0 && marker <= 0xffef) return `Reserved for application segments - ${marker - 0xffe0}`
  if (marker >= 0xfff0 && marker <= 0xfffd) return `Reserved for JPEG extensions - ${marker - 0xfff0}`
  return names[marker] ?? ''
}
