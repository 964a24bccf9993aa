/** What can be said of a whole capture: its file, times, interfaces, bounds it met, and what is in it by protocol. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { CaptureInterface, CaptureSection } from '../capture/source.js'
import { dateText } from '../dissect/date-text.js'
import { allTables } from '../dissect/protocol.js'
import type { Registry } from '../dissect/registry.js'
import { PAGE_ROWS, type PacketIndex } from '../store/packet-index.js'
import type { LimitMet } from '../track/limits.js'
import type { Engine } from './engine.js'
import { limitsMet } from './limits.js'

/** Interfaces and sections beyond these are only counted. */
const MAX_LISTED = 256
/** Packets that are counted before other questions have their turn. */
const STRIDE = 8 * PAGE_ROWS

export interface InfoInterface extends CaptureInterface {
  /** What its packets begin with, as a protocol's name; '' when nothing here reads that. */
  readonly link: string
  /** Packets that are known of it. */
  readonly packets: number
}

export interface InfoProtocol {
  readonly id: string
  readonly name: string
  /** Packets with at least one such layer, and their bytes on the wire. */
  readonly packets: number
  readonly bytes: number
}

export interface CaptureInfo {
  readonly format: 'pcap' | 'pcapng'
  readonly nanosecond: boolean
  /** Bytes of the file; of a compressed one, those that were in it. */
  readonly bytes: number
  /** Packets that were counted here: all but those that are forgotten. */
  readonly packets: number
  readonly forgotten: number
  /** Their bytes in the file, and those that were on the wire. */
  readonly captured: number
  readonly original: number
  /** When the first and the latest packet came, in local time; '' where there is none. */
  readonly began: string
  readonly ended: string
  /** Between the two. */
  readonly seconds: number
  /** How many there are, and the first of them. */
  readonly interfaceCount: number
  readonly interfaces: readonly InfoInterface[]
  readonly sectionCount: number
  readonly sections: readonly CaptureSection[]
  /** Packets with comments, addresses with names, and keys for decryption that the file has. */
  readonly comments: number
  readonly names: number
  readonly secrets: number
  readonly limits: readonly LimitMet[]
  /** By the number of packets, most first. */
  readonly protocols: readonly InfoProtocol[]
}

/** Counts what there is now. Other work goes on meanwhile; packets that come during that are not counted. */
export async function captureInfo(engine: Engine): Promise<CaptureInfo> {
  const { capture, index } = engine
  const { reader } = capture
  const end = index.length
  const forgotten = index.forgotten
  const counts = new Counts(engine)
  for (let i = forgotten; i < end; i++) {
    counts.add(i)
    if (i % STRIDE === STRIDE - 1) await nextTurn()
  }
  const time = (number: number): string =>
    end === 0 ? '' : dateText(index.secondsOf(number), index.nanosecondsOf(number), 'local')
  return {
    format: reader.format,
    nanosecond: reader.nanosecond,
    bytes: capture.size(),
    packets: end - forgotten,
    forgotten,
    captured: counts.captured,
    original: counts.original,
    began: time(1),
    ended: time(end),
    seconds: end === 0 ? 0 : between(index, 1, end),
    interfaceCount: reader.interfaces.length,
    interfaces: reader.interfaces.slice(0, MAX_LISTED).map((io, i) => ({
      ...io,
      link: linkName(engine.registry, io.linkType),
      packets: counts.ofInterface[i]!,
    })),
    sectionCount: reader.sections.length,
    sections: reader.sections.slice(0, MAX_LISTED),
    comments: reader.comments.size,
    names: reader.names.size,
    secrets: reader.secrets.length,
    limits: limitsMet(engine),
    protocols: counts.protocols(),
  }
}

const between = (index: PacketIndex, from: number, to: number): number =>
  index.secondsOf(to) - index.secondsOf(from) + (index.nanosecondsOf(to) - index.nanosecondsOf(from)) / 1e9

class Counts {
  captured = 0
  original = 0
  /** Packets by interface. */
  readonly ofInterface = new Float64Array(1 << 16)
  /** Packets and bytes by stack of layers. */
  private readonly ofStack = new Float64Array(1 << 16)
  private readonly bytesOfStack = new Float64Array(1 << 16)

  constructor(private readonly engine: Engine) {}

  /** Counts packet `i`, unless it was forgotten meanwhile. */
  add(i: number): void {
    const { index } = this.engine
    if (i < index.forgotten) return
    const page = index.page(i)
    const row = index.row(i)
    const original = page.original[row]!
    this.captured += page.captured[row]!
    this.original += original
    this.ofInterface[page.interface[row]!]!++
    this.ofStack[page.stack[row]!]!++
    this.bytesOfStack[page.stack[row]!]! += original
  }

  protocols(): InfoProtocol[] {
    const { registry, stacks } = this.engine
    const packets = new Float64Array(registry.protocols.length)
    const bytes = new Float64Array(registry.protocols.length)
    for (const [stack, layers] of stacks.all.entries()) {
      if (this.ofStack[stack] === 0) continue
      for (const layer of new Set(layers)) {
        if (layer >= packets.length) continue
        packets[layer]! += this.ofStack[stack]!
        bytes[layer]! += this.bytesOfStack[stack]!
      }
    }
    return registry.protocols
      .flatMap((p, i) =>
        p && packets[i]! > 0 ? [{ id: p.id, name: p.name, packets: packets[i]!, bytes: bytes[i]! }] : [],
      )
      .toSorted((a, b) => b.packets - a.packets)
  }
}

function linkName(registry: Registry, linkType: number): string {
  const table = allTables.find(({ name }) => name === 'frame.linktype')
  const p = table === undefined ? null : registry.protocols[registry.lookup(table, linkType)]
  return p?.name ?? ''
}
