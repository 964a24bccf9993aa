/** Decides by a file's first bytes which reader it needs, and says what the file is when there is none. */
import { CaptureError, damageMessage, inputName, shellWord } from './damage.js'
import type { FileWindow } from './file-window.js'
import { isPcapMagic, PCAP_HEADER, PcapReader } from './pcap.js'
import { BLOCK_OVERHEAD, Block, BYTE_ORDER } from './pcapng-blocks.js'
import { PcapngReader } from './pcapng.js'
import type { CaptureReader, InterfaceTexts } from './source.js'

/** Bytes looked at to tell what a file is. */
const LOOK = 512

/** A longer first block is not waited for: the reader will say what is wrong with it. */
const MAX_FIRST_BLOCK = 16 * 1024 * 1024

interface Format {
  readonly name: string
  /** What its first bytes look like, as Latin-1 text. */
  readonly begins: RegExp
  /** What to do about it; `FILE` is the file's name, and behind a colon stands a command. */
  readonly remedy: string
  /** What to do where it comes out of gzip data, if more is needed than to pass these to the command. */
  readonly inside?: string
}

const CONVERT = 'Convert it with: editcap -F pcapng FILE converted.pcapng'
const UNKNOWN =
  'See what it is with: file FILE. If it is another capture format: editcap -F pcapng FILE converted.pcapng'

const FORMATS: readonly Format[] = [
  { name: 'xz data', begins: /^\xfd7zXZ\0/, remedy: 'Try: xz -dc FILE | framewise -r -' },
  { name: 'Zstandard data', begins: /^\x28\xb5\x2f\xfd/, remedy: 'Try: zstd -dc FILE | framewise -r -' },
  { name: 'LZ4 data', begins: /^\x04\x22\x4d\x18/, remedy: 'Try: lz4 -dc FILE | framewise -r -' },
  { name: 'bzip2 data', begins: /^BZh[1-9]/, remedy: 'Try: bzip2 -dc FILE | framewise -r -' },
  {
    name: 'gzip data',
    begins: /^\x1f\x8b/,
    remedy: 'Try: gzip -dc FILE | framewise -r -',
    inside: 'It is compressed twice. Try: gzip -dc FILE | framewise -r -',
  },
  {
    name: 'a zip archive',
    begins: /^PK\x03\x04/,
    remedy: 'Try: unzip -p FILE | framewise -r -',
    inside: 'Try: gzip -dc FILE > inside.zip; unzip -p inside.zip | framewise -r -',
  },
  {
    name: 'a 7-Zip archive',
    begins: /^7z\xbc\xaf\x27\x1c/,
    remedy: 'Try: 7z x -so FILE | framewise -r -',
    inside: 'Try: gzip -dc FILE > inside.7z; 7z x -so inside.7z | framewise -r -',
  },
  { name: 'a tar archive', begins: /^[^]{257}ustar/, remedy: 'Try: tar -xOf FILE | framewise -r -' },
  { name: 'a snoop capture', begins: /^snoop\0\0\0/, remedy: CONVERT },
  { name: 'a btsnoop capture', begins: /^btsnoop\0/, remedy: CONVERT },
  { name: 'a Microsoft Network Monitor capture', begins: /^(?:RTSS|GMBU)/, remedy: CONVERT },
  { name: 'a Sniffer capture', begins: /^TRSNIFF data/, remedy: CONVERT },
  { name: 'an iptrace capture', begins: /^iptrace [12]\.0/, remedy: CONVERT },
  { name: 'an IxVeriWave or Ixia capture', begins: /^(?:\x1c\0\x01[\xab\xac]|[\xab\xac]\x01\0\x1c)/, remedy: CONVERT },
  { name: 'an Observer capture', begins: /^ObserverPktBuffer/, remedy: CONVERT },
  {
    name: 'a TLS key log',
    begins: /^(?:#[^\n]*\n)*CLIENT_[A-Z_0-9]+ /,
    remedy: 'Name the capture that belongs to it.',
  },
  {
    name: 'text',
    begins: /^(?:\xef\xbb\xbf)?[\t\n\r\x1b-\x7e\x80-\xff]{4,}$/,
    remedy: 'If it is a hex dump: text2pcap FILE converted.pcapng',
  },
  // It has no magic: a time after 1999, a known type and a moderate length will do. So it comes last.
  { name: 'an ERF capture, it seems', begins: /^[^]{7}[\x38-\x7f][\x01-\x30][^][\0-\x40][^]{5}/, remedy: CONVERT },
]

/**
 * The reader for the file in `window`, or null when the file is still growing and too short to tell. Throws
 * `CaptureError`, naming `path`, when it is no capture or its file header is damaged. `about` describes the interface of
 * a pcap file; `unpacked` says that the bytes come out of a gzip file.
 */
export function readerFor(
  window: FileWindow,
  path: string,
  about?: InterfaceTexts,
  unpacked = false,
): CaptureReader | null {
  let at = window.reach(0, 4)
  if (at < 0) return window.mayGrow ? null : tooShort(window, path, unpacked)
  const magic = window.view.getUint32(at)
  if (isPcapMagic(magic) || isPcapMagic(window.view.getUint32(at, true))) {
    if (window.reach(0, PCAP_HEADER) >= 0) return new PcapReader(window, path, about)
    return window.mayGrow ? null : cutHeader(window, path, `a pcap file header of ${PCAP_HEADER} bytes`)
  }
  if (magic !== Block.Section) throw new CaptureError(unknownFormat(window, path, unpacked))
  at = window.reach(0, BLOCK_OVERHEAD)
  if (at < 0) return window.mayGrow ? null : cutHeader(window, path, 'a pcapng section header block')
  const length = window.view.getUint32(at + 4, window.view.getUint32(at + 8, true) === BYTE_ORDER)
  if (length <= MAX_FIRST_BLOCK && window.reach(0, length) < 0) {
    return window.mayGrow ? null : cutHeader(window, path, `a pcapng section header block of ${length} bytes`)
  }
  const reader = new PcapngReader(window)
  if (reader.damage !== null) throw new CaptureError(damageMessage(path, reader.damage))
  return reader
}

function tooShort(window: FileWindow, path: string, unpacked: boolean): never {
  const left = window.left(0)
  if (window.failure !== '')
    throw new CaptureError(`${inputName(path)}: the system could not read it (${window.failure}).`)
  if (left > 0) return cutHeader(window, path, 'a pcap or pcapng file header')
  if (unpacked) {
    const message = `${inputName(path)}: expected a capture in this gzip file, found nothing: what is compressed is empty.`
    throw new CaptureError(`${message} The capture must be made again.`)
  }
  const remedy =
    path === '-'
      ? 'The program before the pipe wrote nothing; see what it says.'
      : 'If it is still being written, wait for its first bytes; otherwise the capture must be made again.'
  throw new CaptureError(
    `${inputName(path)}: expected a pcap or pcapng file header at byte 0, found nothing: ` +
      `the file is empty. ${remedy}`,
  )
}

function cutHeader(window: FileWindow, path: string, expected: string): never {
  throw new CaptureError(
    `${inputName(path)}: expected ${expected} at byte 0, found the end of the file after ` +
      `${window.left(0)} bytes. The file was cut off before its first packet; copy or capture it again.`,
  )
}

/** A sentence for a file, or what a gzip file holds, whose first bytes are those of no capture. */
function unknownFormat(window: FileWindow, path: string, unpacked: boolean): string {
  const size = Math.min(LOOK, window.left(0))
  const at = window.reach(0, size)
  const start = Buffer.from(window.bytes.subarray(at, at + size))
  const text = start.toString('latin1')
  const known = FORMATS.find((format) => format.begins.test(text))
  const first = start
    .subarray(0, 8)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')
  const found = known === undefined ? `the bytes ${first}` : `${known.name} (${first})`
  const own = known?.remedy ?? UNKNOWN
  const advice = unpacked ? (known?.inside ?? own.replace(/: ([^:]*?)FILE/g, ': gzip -dc FILE | $1-')) : own
  const expected = unpacked ? 'a pcap or pcapng file in this gzip file' : 'a pcap or pcapng file at byte 0'
  const remedy = advice.replaceAll('FILE', () => shellWord(path))
  return `${inputName(path)}: expected ${expected}, found ${found}. ${remedy}`
}
