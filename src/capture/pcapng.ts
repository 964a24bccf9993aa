/**
 * Reads pcapng files: sections of blocks, each block with its length before and after it.
 *
 * Any number of sections, each in its own byte order and with its own interfaces. Packets come from enhanced, simple
 * and the obsolete packet blocks; names, secrets, statistics and comments are kept as far as a budget allows; blocks of
 * other types are stepped over. Format: draft-ietf-opsawg-pcapng.
 */
import type { FileWindow } from './file-window.js'
import { MAX_WINDOW } from './file-window.js'
import { maxPacketBytes } from './link-types.js'
import { Block, BLOCK_OVERHEAD, BYTE_ORDER, Option } from './pcapng-blocks.js'
import { readInterface, readNames, readSecrets, readSection } from './pcapng-metadata.js'
import { forEachOption, TextBudget, uint64 } from './pcapng-options.js'
import { Next } from './source.js'
import type { CaptureInterface, CaptureReader, CaptureSection, Damage, PacketRecord } from './source.js'
import type { TickClock } from './timestamps.js'

/** Bytes of a block before its packet data, type and length included. */
const ENHANCED_HEADER = 28
const SIMPLE_HEADER = 12
/** The least a section, interface, name and secrets block must have to say what they are for. */
const MIN_SECTION = 28
const MIN_INTERFACE = 20
const MIN_STATISTICS = 24
const MIN_SECRETS = 20

/** Blocks that are neither packets nor larger than this are read; larger ones are stepped over. */
const MAX_METADATA = 16 * 1024 * 1024
const MAX_TEXT = 64 * 1024 * 1024
const MAX_SECTIONS = 65_536
const MAX_INTERFACES = 65_536

/** What `next` does after a block that was no packet. */
const CARRY_ON = -1

export class PcapngReader implements CaptureReader {
  readonly format = 'pcapng'
  nanosecond = false
  readonly interfaces: CaptureInterface[] = []
  readonly sections: CaptureSection[] = []
  readonly names = new Map<string, string[]>()
  readonly comments = new Map<number, string[]>()
  readonly secrets: { type: number; text: string }[] = []
  position = 0
  damage: Damage | null = null

  readonly #window: FileWindow
  readonly #clocks: TickClock[] = []
  readonly #budget = new TextBudget(MAX_TEXT)
  #little = true
  /** Index of the current section's first interface. */
  #first = 0
  #packets = 0
  #ended = false

  /** `window` must have the whole first block. Whether it could be read, `damage` says. */
  constructor(window: FileWindow) {
    this.#window = window
    this.#section(window.reach(0, BLOCK_OVERHEAD))
  }

  next(record: PacketRecord): Next {
    let outcome: Next | typeof CARRY_ON = CARRY_ON
    while (outcome === CARRY_ON) outcome = this.#ended || this.damage !== null ? Next.End : this.#block(record)
    return outcome
  }

  #block(record: PacketRecord): Next | typeof CARRY_ON {
    const window = this.#window
    const position = this.position
    let at = window.reach(position, BLOCK_OVERHEAD)
    if (at < 0) return this.#short(BLOCK_OVERHEAD)
    const type = window.view.getUint32(at, this.#little)
    // The type of a section block reads the same either way round; its byte order comes after it.
    if (type === Block.Section) return this.#section(at)
    const length = window.view.getUint32(at + 4, this.#little)
    if (length < BLOCK_OVERHEAD || (length & 3) !== 0) return this.#badLength(length)
    const isPacket = type === Block.EnhancedPacket || type === Block.SimplePacket || type === Block.Packet
    if (!isPacket && (length > MAX_METADATA || !isKnown(type))) return this.#skip(length)
    if (length > MAX_WINDOW) return this.#fail(`a block of at most ${MAX_WINDOW} bytes`, `one of ${length} bytes`)
    at = window.reach(position, length)
    if (at < 0) return this.#short(length)
    const trailer = window.view.getUint32(at + length - 4, this.#little)
    if (trailer !== length) return this.#badTrailer(length, trailer)
    if (isPacket) return this.#packet(record, type, at, length)
    const damaged = this.#metadata(type, at, length)
    if (!damaged) this.position = position + length
    return CARRY_ON
  }

  #packet(record: PacketRecord, type: number, at: number, length: number): Next {
    const view = this.#window.view
    const little = this.#little
    const simple = type === Block.SimplePacket
    const header = simple ? SIMPLE_HEADER : ENHANCED_HEADER
    if (length < header + 4) {
      return this.#fail(`a packet block of at least ${header + 4} bytes`, `one of ${length} bytes`)
    }
    const id = simple ? 0 : type === Block.Packet ? view.getUint16(at + 8, little) : view.getUint32(at + 8, little)
    const index = this.#first + id
    const from = this.interfaces[index]
    const clock = this.#clocks[index]
    if (from === undefined || clock === undefined) {
      const count = this.interfaces.length - this.#first
      return this.#fail(
        'a packet of an interface that was described before it',
        `interface ${id} of a section with ${count} interface${count === 1 ? '' : 's'}`,
      )
    }
    const original = view.getUint32(at + (simple ? 8 : 24), little)
    let captured = original
    if (!simple) captured = view.getUint32(at + 20, little)
    else if (from.snaplen !== 0 && captured > from.snaplen) captured = from.snaplen
    const room = length - header - 4
    if (captured > room) {
      return this.#fail(`${captured} bytes of packet data`, `a block of ${length} bytes, which has room for ${room}`)
    }
    const maximum = maxPacketBytes(from.linkType)
    if (captured > maximum) {
      return this.#fail(`a packet of at most ${maximum} bytes`, `one that claims ${captured} bytes`)
    }
    record.timed = !simple
    if (simple) {
      record.seconds = 0
      record.nanoseconds = 0
    } else {
      clock.stamp(record, view.getUint32(at + 12, little), view.getUint32(at + 16, little))
    }
    record.offset = this.position + header
    record.captured = captured
    record.original = original
    record.interface = index
    record.bytes = this.#window.bytes
    record.start = at + header
    const options = header + ((captured + 3) & ~3)
    if (!simple && options + 4 < length) this.#readComments(at + options, at + length - 4)
    this.position += length
    this.#packets++
    return Next.Packet
  }

  #readComments(start: number, end: number): void {
    const { view, bytes } = this.#window
    forEachOption(view, start, end, this.#little, (code, from, length) => {
      if (code !== Option.Comment) return
      const text = this.#budget.text(bytes, from, from + length)
      if (text === '') return
      const known = this.comments.get(this.#packets)
      if (known === undefined) this.comments.set(this.#packets, [text])
      else known.push(text)
    })
  }

  /** Begins a section. Everything said before it about interfaces no longer holds. */
  #section(at: number): Next | typeof CARRY_ON {
    const window = this.#window
    const mark = window.view.getUint32(at + 8)
    const little = window.view.getUint32(at + 8, true) === BYTE_ORDER
    if (mark !== BYTE_ORDER && !little) {
      return this.#fail(
        `the byte-order mark 0x${BYTE_ORDER.toString(16)} in a section header block`,
        `0x${mark.toString(16).padStart(8, '0')}`,
      )
    }
    const length = window.view.getUint32(at + 4, little)
    if (length < MIN_SECTION || (length & 3) !== 0 || length > MAX_METADATA) return this.#badLength(length)
    const start = window.reach(this.position, length)
    if (start < 0) return this.#short(length)
    const view = window.view
    const trailer = view.getUint32(start + length - 4, little)
    if (trailer !== length) return this.#badTrailer(length, trailer)
    const major = view.getUint16(start + 12, little)
    const minor = view.getUint16(start + 14, little)
    // 1.2 is written by some programs and differs in nothing.
    if (major !== 1 || (minor !== 0 && minor !== 2)) {
      return this.#fail('pcapng version 1.0 in a section header block', `${major}.${minor}`)
    }
    if (this.sections.length >= MAX_SECTIONS) return this.#fail(`at most ${MAX_SECTIONS} sections`, 'one more')
    this.#little = little
    this.#first = this.interfaces.length
    this.sections.push(readSection(window, start, length, little, this.position, this.#budget))
    this.position += length
    return CARRY_ON
  }

  /** Reads a block that tells something about packets. True when that ended in damage. */
  #metadata(type: number, at: number, length: number): boolean {
    const window = this.#window
    const little = this.#little
    if (type === Block.Interface) {
      if (length < MIN_INTERFACE) {
        this.#fail(`an interface description of at least ${MIN_INTERFACE} bytes`, `one of ${length} bytes`)
      } else if (this.interfaces.length >= MAX_INTERFACES) {
        this.#fail(`at most ${MAX_INTERFACES} interfaces`, 'one more')
      } else {
        const id = this.interfaces.length - this.#first
        const made = readInterface(window, at, length, little, this.sections.length - 1, id, this.#budget)
        this.interfaces.push(made.interface)
        this.#clocks.push(made.clock)
        if (made.interface.ticksPerSecond > 1e6) this.nanosecond = true
      }
    } else if (type === Block.NameResolution) {
      readNames(window, at, length, little, this.names, this.#budget)
    } else if (type === Block.Secrets && length >= MIN_SECRETS) {
      const secret = readSecrets(window, at, length, little, this.#budget)
      if (secret !== null) this.secrets.push(secret)
    } else if (type === Block.Statistics && length >= MIN_STATISTICS) {
      this.#statistics(at, length)
    }
    return this.damage !== null
  }

  #statistics(at: number, length: number): void {
    const view = this.#window.view
    const about = this.interfaces[this.#first + view.getUint32(at + 8, this.#little)]
    if (about === undefined) return
    forEachOption(view, at + 20, at + length - 4, this.#little, (code, from, size) => {
      if (size !== 8) return
      if (code === Option.StatisticsReceived) about.received = uint64(view, from, this.#little)
      else if (code === Option.StatisticsDropped) about.dropped = uint64(view, from, this.#little)
    })
  }

  /** Steps over a block without reading it; only that its length is repeated after it is checked. */
  #skip(length: number): Next | typeof CARRY_ON {
    const window = this.#window
    const at = window.reach(this.position + length - 4, 4)
    if (at < 0) return this.#short(length)
    const trailer = window.view.getUint32(at, this.#little)
    if (trailer !== length) return this.#badTrailer(length, trailer)
    this.position += length
    return CARRY_ON
  }

  /** The file does not have the `count` bytes of the next block: not yet, at its end, or it was cut off. */
  #short(count: number): Next {
    const window = this.#window
    if (window.mayGrow) return Next.More
    const left = window.left(this.position)
    if (left === 0 && window.failure === '') {
      this.#ended = true
      return Next.End
    }
    return this.#fail(
      left < BLOCK_OVERHEAD ? `a block of at least ${count} bytes` : `a block of ${count} bytes`,
      window.failure === ''
        ? `the end of the file after ${left} bytes`
        : `that the system could not read on (${window.failure})`,
    )
  }

  #badLength(length: number): Next {
    return this.#fail('a block length that is a multiple of 4 and at least 12', `${length}`)
  }

  #badTrailer(length: number, trailer: number): Next {
    return this.#fail(`the block length ${length} again after the block`, `${trailer}`)
  }

  #fail(expected: string, found: string): Next {
    this.damage = { offset: this.position, packet: this.#packets + 1, expected, found }
    return Next.End
  }
}

const isKnown = (type: number): boolean =>
  type === Block.Interface || type === Block.NameResolution || type === Block.Statistics || type === Block.Secrets
