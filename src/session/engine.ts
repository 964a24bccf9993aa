/**
 * One open capture at work: reads its records, dissects and tracks each packet once in order, and can show any packet
 * again later. Knows no screen and no thread: a command drives it directly, the worker in slices.
 */
import type { OpenCapture } from '../capture/open.js'
import { type CaptureInterface, Next, newRecord, type PacketRecord } from '../capture/source.js'
import { Dissection, Ending, type Library, Memory } from '../dissect/dissection.js'
import type { Registry } from '../dissect/registry.js'
import { PacketIndex, RowFlag } from '../store/packet-index.js'
import { Stacks } from '../store/stacks.js'

export class Engine implements Library {
  readonly index = new PacketIndex()
  readonly stacks = new Stacks()
  /** What the protocols remember, by protocol index. */
  readonly states: readonly (object | null)[]
  /** The record that was read last; its bytes are valid until the next one. */
  readonly record: PacketRecord = newRecord()
  /** Packets with an expert item of severity warning or error. */
  problems = 0
  /** Errors inside dissectors: bugs, not captures. */
  failures = 0
  ended = false
  /** The packet (counted from 0) that was shown last, where a filter holds others back; -1 where none are held back. */
  shown = -1
  private readonly start: number

  constructor(
    readonly capture: OpenCapture,
    readonly registry: Registry,
    /** The dissection of the record that was read last: summaries and facts are still in it. */
    readonly first: Dissection = new Dissection(registry),
  ) {
    this.states = registry.protocols.map((p) => p?.state?.() ?? null)
    this.first.memory = Memory.Track
    this.first.states = this.states
    this.first.clock = this.index
    this.first.library = this
    this.start = registry.protocolIndex('frame')
  }

  /** Reads and indexes one more packet. After `Next.Packet` it is `index.length - 1`, and `record` and `first` hold it. */
  step(): Next {
    const r = this.record
    const next = this.capture.reader.next(r)
    if (next !== Next.Packet) {
      if (next === Next.End) this.ended = true
      return next
    }
    const i = this.index.add()
    const d = this.first
    this.stamp(i, r)
    this.describe(d, i, r)
    d.run(r.bytes, r.start, r.start + r.captured, r.original, this.start)
    this.store(i, r, d)
    return Next.Packet
  }

  /** Dissects the packet that `step` read with another dissection, without reading it from the file again. */
  again(d: Dissection): void {
    const r = this.record
    this.load(d, this.index.length - 1)
    d.run(r.bytes, r.start, r.start + r.captured, r.original, this.start)
  }

  /**
   * Dissects packet `i` (counted from 0), reading its bytes back from the file. Returns them. Throws `RangeError` when
   * it is forgotten.
   */
  show(d: Dissection, i: number): Uint8Array {
    if (i < this.index.forgotten) throw new RangeError(`packet ${i + 1} is forgotten`)
    const page = this.index.page(i)
    const row = this.index.row(i)
    const bytes = this.capture.readBytes(page.offset[row]!, page.captured[row]!)
    this.load(d, i)
    d.run(bytes, 0, bytes.length, page.original[row]!, this.start)
    return bytes
  }

  /** Fills `record` with packet `i` (counted from 0), reading its bytes back from the file. */
  read(i: number, record: PacketRecord): void {
    const page = this.index.page(i)
    const row = this.index.row(i)
    record.offset = page.offset[row]!
    record.seconds = page.seconds[row]!
    record.nanoseconds = page.nanoseconds[row]!
    record.timed = (page.flags[row]! & RowFlag.Untimed) === 0
    record.captured = page.captured[row]!
    record.original = page.original[row]!
    record.interface = page.interface[row]!
    record.bytes = this.capture.readBytes(record.offset, record.captured)
    record.start = 0
  }

  /** Captured bytes `start…end` of packet `number`, counted from 1; null when it does not have them. */
  bytesOf(number: number, start: number, end: number): Uint8Array | null {
    if (!(number > this.index.forgotten && number <= this.index.length && start >= 0 && start <= end)) return null
    const page = this.index.page(number - 1)
    const row = this.index.row(number - 1)
    if (end > page.captured[row]!) return null
    const offset = page.offset[row]! + start
    return this.window(offset, end - start) ?? this.capture.readBytes(offset, end - start)
  }

  /** Bytes of the file that lie around the record read last, which spares a read; null when they do not. */
  private window(offset: number, size: number): Uint8Array | null {
    const { bytes, start, offset: at } = this.record
    const from = offset - at + start
    return from >= 0 && from + size <= start ? bytes.subarray(from, from + size) : null
  }

  /** Fills what the file says of packet `i` and what tracking found out into `d`. */
  private load(d: Dissection, i: number): void {
    const page = this.index.page(i)
    const row = this.index.row(i)
    const p = d.packet
    const io = this.interfaceOf(page.interface[row]!)
    p.number = i + 1
    p.seconds = page.seconds[row]!
    p.nanoseconds = page.nanoseconds[row]!
    p.captured = page.captured[row]!
    p.original = page.original[row]!
    this.describeInterface(d, page.interface[row]!, io)
    p.timed = (page.flags[row]! & RowFlag.Untimed) === 0
    p.comments = page.flags[row]! & RowFlag.Comment ? (this.capture.reader.comments.get(i) ?? NONE) : NONE
    this.times(d, i)
    const stack = page.stack[row]!
    d.expect(this.stacks.all[stack]!, stack)
    d.memory = Memory.Recall
    d.clock = this.index
    d.library = this
    d.captureLength = this.ended ? this.index.length : 0
    d.states = this.states
    d.hasQuoted = (page.flags[row]! & RowFlag.Quotes) !== 0 && this.index.quoted.find(i, d.quotedLayer)
    let n = 0
    if (page.flags[row]! & RowFlag.More) {
      for (const t of this.index.more.get(i) ?? NONE) {
        d.trackedConversation[n] = t.conversation
        d.trackedFacts[n] = t.facts
        d.trackedPrevious[n] = t.previous
        d.trackedForward[n++] = t.forward ? 1 : 0
      }
    }
    d.trackedStored = page.conversation[row]! === 0 ? 0 : n + 1
    d.trackedConversation[n] = Math.max(page.conversation[row]! - 1, 0)
    d.trackedFacts[n] = page.facts[row]!
    d.trackedForward[n] = page.flags[row]! & RowFlag.Forward
    d.trackedPrevious[n] = page.previous[row]!
  }

  /** Keeps when packet `i` was captured: dissectors may ask for the time of any packet, this one too. */
  private stamp(i: number, r: PacketRecord): void {
    const page = this.index.page(i)
    const row = this.index.row(i)
    page.seconds[row] = r.seconds
    page.nanoseconds[row] = r.nanoseconds
  }

  private describe(d: Dissection, i: number, r: PacketRecord): void {
    const p = d.packet
    p.number = i + 1
    p.seconds = r.seconds
    p.nanoseconds = r.nanoseconds
    p.captured = r.captured
    p.original = r.original
    if (p.interface !== r.interface) this.describeInterface(d, r.interface, this.interfaceOf(r.interface))
    if (!d.recording) return
    p.timed = r.timed
    p.comments = this.capture.reader.comments.get(i) ?? NONE
    this.times(d, i)
  }

  private describeInterface(d: Dissection, number: number, io: CaptureInterface | undefined): void {
    const p = d.packet
    p.interface = number
    p.interfaceId = io?.id ?? 0
    p.linkType = io?.linkType ?? 0
    p.interfaceName = io?.name ?? ''
    p.interfaceDescription = io?.description ?? ''
    // A pcap file names no interface; one that is being captured may be known all the same.
    p.section = this.capture.reader.format === 'pcapng' || p.interfaceName !== '' ? (io?.section ?? 0) : -1
    p.fcsLength = io?.fcsLength ?? -1
  }

  private interfaceOf(number: number): CaptureInterface | undefined {
    return this.capture.reader.interfaces[number]
  }

  private times(d: Dissection, i: number): void {
    const p = d.packet
    p.firstSeconds = this.index.secondsOf(1)
    p.firstNanoseconds = this.index.nanosecondsOf(1)
    const before = Math.max(i - 1, 0)
    p.previousSeconds = this.index.secondsOf(before + 1)
    p.previousNanoseconds = this.index.nanosecondsOf(before + 1)
    const shown = this.shown < 0 ? before : this.shown
    p.shownSeconds = this.index.secondsOf(shown + 1)
    p.shownNanoseconds = this.index.nanosecondsOf(shown + 1)
  }

  private store(i: number, r: PacketRecord, d: Dissection): void {
    const page = this.index.page(i)
    const row = this.index.row(i)
    page.offset[row] = r.offset
    page.captured[row] = r.captured
    page.original[row] = r.original
    page.interface[row] = r.interface
    page.stack[row] = this.stacks.find(d.layers, d.layerCount)
    page.ending[row] = d.ending | (d.worst << 2)
    if (d.worst >= 3) this.problems++
    if (d.ending === Ending.Failed) this.failures++
    let flags = this.capture.reader.comments.size > 0 && this.capture.reader.comments.has(i) ? RowFlag.Comment : 0
    if (!r.timed) flags |= RowFlag.Untimed
    if (d.hasQuoted) {
      flags |= RowFlag.Quotes
      this.index.quoted.add(i, d.quotedLayer)
    }
    const n = d.trackedCount
    if (n > 0) {
      const at = n - 1
      if (d.trackedForward[at] === 1) flags |= RowFlag.Forward
      page.conversation[row] = d.trackedConversation[at]! + 1
      page.facts[row] = d.trackedFacts[at]!
      page.previous[row] = d.trackedPrevious[at]!
      if (n > 1) {
        flags |= RowFlag.More
        this.keepMore(i, d, n - 1)
      }
    }
    page.flags[row] = flags
  }

  private keepMore(i: number, d: Dissection, count: number): void {
    const list = []
    for (let k = 0; k < count; k++) {
      list.push({
        conversation: d.trackedConversation[k]!,
        facts: d.trackedFacts[k]!,
        forward: d.trackedForward[k] === 1,
        previous: d.trackedPrevious[k]!,
      })
    }
    this.index.more.set(i, list)
  }
}
const NONE: readonly never[] = Object.freeze([])
