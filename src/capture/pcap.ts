/**
 * Reads classic pcap files: a header of 24 bytes, then packets with a header of 16 bytes each.
 *
 * Microsecond and nanosecond variants in both byte orders, the variant with a longer packet header that Linux
 * distributions shipped around 1999, and link types that carry the length of the frame check sequence. Format:
 * draft-ietf-opsawg-pcap.
 */
import { CaptureError, inputName } from './damage.js'
import type { FileWindow } from './file-window.js'
import { maxPacketBytes, registeredLinkType } from './link-types.js'
import { Next } from './source.js'
import type { CaptureInterface, CaptureReader, CaptureSection, Damage, InterfaceTexts, PacketRecord } from './source.js'

/** The first four bytes of a file, read as a big-endian number when the file is big-endian. */
export const PcapMagic = { Micro: 0xa1b2c3d4, Nano: 0xa1b23c4d, Modified: 0xa1b2cd34 } as const

export const PCAP_HEADER = 24

const RECORD_HEADER = 16
const MODIFIED_RECORD_HEADER = 24

/** In which order the two lengths stand: before version 2.3 the original came first, in 2.3 either may. */
const Lengths = { CapturedFirst: 0, OriginalFirst: 1, SmallerFirst: 2 } as const

/** Whether four bytes, read big-endian, begin a pcap file; then its byte order is that of the number. */
export const isPcapMagic = (magic: number): boolean =>
  magic === PcapMagic.Micro || magic === PcapMagic.Nano || magic === PcapMagic.Modified

export class PcapReader implements CaptureReader {
  readonly format = 'pcap'
  readonly nanosecond: boolean
  readonly interfaces: readonly CaptureInterface[]
  readonly sections: readonly CaptureSection[]
  readonly names: ReadonlyMap<string, readonly string[]> = new Map()
  readonly comments: ReadonlyMap<number, readonly string[]> = new Map()
  readonly secrets: readonly { readonly type: number; readonly text: string }[] = []
  position = PCAP_HEADER
  damage: Damage | null = null

  readonly #window: FileWindow
  readonly #little: boolean
  readonly #header: number
  readonly #lengths: number
  readonly #maximum: number
  readonly #perSecond: number
  readonly #nanosPerTick: number
  #packets = 0
  #ended = false

  /**
   * `window` must have the 24 bytes of the file's header, beginning with a pcap magic. Throws `CaptureError`, naming
   * `path`, for a version or link type that cannot be read. `about` is what the file has no room for.
   */
  constructor(window: FileWindow, path: string, about: InterfaceTexts = { name: '', description: '', filter: '' }) {
    const at = window.reach(0, PCAP_HEADER)
    const view = window.view
    this.#window = window
    this.#little = !isPcapMagic(view.getUint32(at))
    const magic = view.getUint32(at, this.#little)
    this.nanosecond = magic === PcapMagic.Nano
    this.#perSecond = this.nanosecond ? 1e9 : 1e6
    this.#nanosPerTick = this.nanosecond ? 1 : 1000
    this.#header = magic === PcapMagic.Modified ? MODIFIED_RECORD_HEADER : RECORD_HEADER
    this.#lengths = lengthsOf(view.getUint16(at + 4, this.#little), view.getUint16(at + 6, this.#little), path)
    const network = view.getUint32(at + 20, this.#little)
    if ((network & 0x03ff_0000) !== 0) {
      throw new CaptureError(
        `${inputName(path)}: expected a link type at byte 20, found 0x${network
          .toString(16)
          .padStart(8, '0')}, whose reserved bits are not zero. The file header is damaged.`,
      )
    }
    const linkType = registeredLinkType(network & 0xffff)
    this.#maximum = maxPacketBytes(linkType)
    this.interfaces = [
      {
        linkType,
        snaplen: view.getUint32(at + 16, this.#little),
        section: 0,
        id: 0,
        ...about,
        os: '',
        hardware: '',
        comments: [],
        ticksPerSecond: this.#perSecond,
        // Bit 26 says that the length is known; it is counted in units of 16 bits.
        fcsLength: (network & 0x0400_0000) === 0 ? -1 : (network >>> 28) * 2,
        received: -1,
        dropped: -1,
      },
    ]
    this.sections = [{ offset: 0, bigEndian: !this.#little, hardware: '', os: '', application: '', comments: [] }]
  }

  next(record: PacketRecord): Next {
    if (this.#ended) return Next.End
    const window = this.#window
    const position = this.position
    const header = this.#header
    let at = window.reach(position, header)
    if (at < 0) return this.#short(header)
    const little = this.#little
    let captured = window.view.getUint32(at + 8, little)
    let original = window.view.getUint32(at + 12, little)
    if (this.#lengths !== Lengths.CapturedFirst) {
      if (this.#lengths === Lengths.OriginalFirst || captured > original) {
        const first = captured
        captured = original
        original = first
      }
    }
    if (captured > this.#maximum) return this.#tooLong(captured)
    at = window.reach(position, header + captured)
    if (at < 0) return this.#short(header + captured)
    let seconds = window.view.getUint32(at, little)
    let fraction = window.view.getUint32(at + 4, little)
    if (fraction >= this.#perSecond) {
      const whole = Math.floor(fraction / this.#perSecond)
      seconds += whole
      fraction -= whole * this.#perSecond
    }
    record.offset = position + header
    record.seconds = seconds
    record.nanoseconds = fraction * this.#nanosPerTick
    record.timed = true
    record.captured = captured
    record.original = original
    record.interface = 0
    record.bytes = window.bytes
    record.start = at + header
    this.position = position + header + captured
    this.#packets++
    return Next.Packet
  }

  /** The file does not have the `count` bytes of the next packet: not yet, at its end, or it was cut off. */
  #short(count: number): Next {
    const window = this.#window
    if (window.mayGrow) return Next.More
    const left = window.left(this.position)
    if (left === 0 && window.failure === '') return this.#stop(null)
    return this.#stop({
      offset: this.position,
      packet: this.#packets + 1,
      expected:
        left < this.#header
          ? `a packet header of ${this.#header} bytes`
          : `a packet header of ${this.#header} bytes and ${count - this.#header} bytes of data`,
      found:
        window.failure === ''
          ? `the end of the file after ${left} bytes`
          : `that the system could not read on (${window.failure})`,
    })
  }

  #tooLong(captured: number): Next {
    return this.#stop({
      offset: this.position,
      packet: this.#packets + 1,
      expected: `a packet of at most ${this.#maximum} bytes`,
      found: `one that claims ${captured} bytes`,
    })
  }

  #stop(damage: Damage | null): Next {
    this.#ended = true
    this.damage = damage
    return Next.End
  }
}

function lengthsOf(major: number, minor: number, path: string): number {
  if (major < 2) {
    throw new CaptureError(
      `${inputName(path)}: expected pcap version 2.0 or later at byte 4, found ${major}.${minor}. ` +
        'The file header is damaged, or the file is older than 1990.',
    )
  }
  // 543.0 is what tcpdump of DG/UX wrote, with the lengths in the old order.
  if ((major === 2 && minor < 3) || major === 543) return Lengths.OriginalFirst
  return major === 2 && minor === 3 ? Lengths.SmallerFirst : Lengths.CapturedFirst
}
