/**
 * Framewise from a program: open a capture, go through its packets, read rows, trees and fields.
 *
 *     const capture = await openCaptureFile('trace.pcapng', { filter: 'dns or tcp.port == 443' })
 *     for await (const packet of capture) console.log(packet.row.info, packet.fields('ip.src'))
 *     capture.close()
 */
import { protocols } from '../dissectors/index.js'
import type { CaptureError } from './capture/damage.js'
import { openCapture, type OpenCapture } from './capture/open.js'
import { Next } from './capture/source.js'
import { DisplayFilter, filterOf } from './cli/display-filter.js'
import { fieldsNamed } from './dissect/field.js'
import { allPreferences } from './dissect/preference.js'
import { Recording } from './dissect/recording.js'
import { wantEverything } from './dissect/want-mask.js'
import { Registry } from './dissect/registry.js'
import { NodeFlag } from './dissect/tape.js'
import { type BytesOf, lineText, valueText } from './dissect/value.js'
import { namesFor } from './names/resolver.js'
import { bytesOf, originOf } from './output/bytes-of.js'
import { Columns, digitsOf } from './output/columns.js'
import type { TimeFormat } from './output/time-text.js'
import { Engine } from './session/engine.js'

export { CaptureError } from './capture/damage.js'
export type { TimeFormat } from './output/time-text.js'

export interface CaptureOptions {
  /** How `row.time` is written, in the letters of `-t`; `r` (seconds since the first packet) unless said. */
  readonly time?: TimeFormat
  /** Which kinds of names, in the letters of `-N`; '' (none) unless said. */
  readonly names?: string
  /** Values of preferences by name, as `-o` sets them. */
  readonly preferences?: Readonly<Record<string, boolean | number>>
  /** A display filter: only packets that pass it are iterated, under their own numbers; all unless said. */
  readonly filter?: string
}

/** A packet's line in the packet list. */
export interface PacketRow {
  readonly number: number
  readonly time: string
  readonly source: string
  readonly destination: string
  readonly protocol: string
  /** Bytes on the wire. */
  readonly length: number
  readonly info: string
}

/** One line of a packet's dissection and the lines inside it. */
export interface PacketNode {
  /** The display-filter name, e.g. `tcp.flags.syn`; '' for lines that no filter names. */
  readonly name: string
  /** The whole line, as Wireshark words it. */
  readonly label: string
  /** The value as `-T fields` prints it; '' for lines that only group others. */
  readonly value: string
  /** Which bytes, of source 0 (the packet) or of bytes put together from several packets. */
  readonly source: number
  readonly start: number
  readonly end: number
  /** For filters only: not part of the tree on the screen. */
  readonly hidden: boolean
  readonly children: readonly PacketNode[]
}

/** The packet at hand. Its answers are those of this packet only until the next one is asked for. */
export interface Packet {
  readonly row: PacketRow
  /** Seconds and nanoseconds since 1970-01-01 UTC. */
  readonly seconds: number
  readonly nanoseconds: number
  /** A copy of the captured bytes. */
  bytes(): Uint8Array
  /** The whole dissection: its layers in order. */
  tree(): PacketNode[]
  /** All values of a field, as `-T fields` prints them. Throws `RangeError` when there is no such field. */
  fields(name: string): string[]
}

/** A capture being read in order, once. */
export interface Capture extends AsyncIterable<Packet> {
  /** What was wrong with the capture as far as it was read, null for nothing. */
  readonly problem: CaptureError | null
  close(): void
}

/**
 * Opens a pcap or pcapng file, compressed or not, or standard input for `-`. Rejects with `CaptureError` when it cannot
 * be read or the filter makes no sense (the message marks the place), with `RangeError` for a preference that there is not.
 */
export async function openCaptureFile(path: string, options: CaptureOptions = {}): Promise<Capture> {
  const registry = new Registry(protocols)
  for (const [name, value] of Object.entries(options.preferences ?? {})) {
    const preference = allPreferences.find((p) => p.name === name)
    if (!preference) throw new RangeError(`there is no preference ${name}`)
    registry.prefer(preference, value)
  }
  const file = await openCapture(path)
  try {
    return new FileCapture(file, registry, options)
  } catch (error) {
    file.close()
    throw error
  }
}

class FileCapture implements Capture {
  private readonly engine: Engine
  private readonly columns: Columns
  private readonly recording: Recording
  private readonly filter: DisplayFilter | null

  constructor(
    private readonly file: OpenCapture,
    registry: Registry,
    options: CaptureOptions,
  ) {
    this.engine = new Engine(file, registry)
    const letters = options.names ?? ''
    const names = namesFor(letters, file.reader.names)
    this.columns = new Columns({ time: options.time ?? 'r', names, steadyNames: !letters.includes('n') })
    this.recording = new Recording(registry, wantEverything(), true)
    this.engine.first.names = this.recording.names = names
    const { filter = '' } = options
    this.filter =
      filter.trim() === '' ? null : new DisplayFilter(this.engine, filterOf(filter, file.reader.names, {}), names)
  }

  get problem(): CaptureError | null {
    return this.file.problem()
  }

  close(): void {
    this.file.close()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Packet> {
    const { engine, file, columns } = this
    for (let next = engine.step(); next !== Next.End; next = engine.step()) {
      if (next === Next.More) {
        await file.changed()
        continue
      }
      if (this.filter?.passes() === false) continue
      const clock = file.reader.interfaces[engine.record.interface]
      columns.begin(engine.first, digitsOf(clock?.ticksPerSecond ?? 1e6))
      yield new FilePacket(engine, columns, this.recording)
    }
  }
}

class FilePacket implements Packet {
  readonly row: PacketRow
  readonly seconds: number
  readonly nanoseconds: number
  private dissected = false

  constructor(
    private readonly engine: Engine,
    columns: Columns,
    private readonly recording: Recording,
  ) {
    const d = engine.first
    this.seconds = d.packet.seconds
    this.nanoseconds = d.packet.nanoseconds
    this.row = {
      number: d.packet.number,
      time: columns.text('Time', d),
      source: columns.text('Source', d),
      destination: columns.text('Destination', d),
      protocol: d.protocolText(),
      length: d.packet.original,
      info: columns.text('Info', d),
    }
  }

  bytes(): Uint8Array {
    const { bytes, start, captured } = this.engine.record
    return bytes.slice(start, start + captured)
  }

  tree(): PacketNode[] {
    const d = this.dissection()
    const t = d.tape
    const sourceBytes: BytesOf = (source) => bytesOf(d, source)
    const top: PacketNode[] = []
    /** The children of the latest node on each depth. */
    const inside: PacketNode[][] = [top]
    for (let i = 0; i < t.length; i++) {
      const origin = originOf(d, t.source[i]!)
      const children: PacketNode[] = []
      const node = {
        name: t.fieldAt(i).name,
        label: lineText(t, i, sourceBytes, d.names),
        value: valueText(t, i, sourceBytes),
        source: t.source[i]!,
        start: t.start[i]! - origin,
        end: t.end[i]! - origin,
        hidden: (t.flags[i]! & NodeFlag.Hidden) !== 0,
        children,
      }
      const depth = Math.min(t.depth[i]!, inside.length - 1)
      inside[depth]!.push(node)
      // An alias stands between a number and its bits, which are the number's.
      if (t.flags[i]! & NodeFlag.Alias) continue
      inside.length = depth + 1
      inside.push(children)
    }
    return top
  }

  fields(name: string): string[] {
    const wanted = fieldsNamed(name)
    if (wanted.length === 0) throw new RangeError(`there is no field ${name}`)
    const d = this.dissection()
    const t = d.tape
    const sourceBytes: BytesOf = (source) => bytesOf(d, source)
    const values: string[] = []
    for (let i = 0; i < t.length; i++) {
      const f = t.fieldAt(i)
      if (wanted.includes(f)) values.push(f.kind === 'none' ? '1' : valueText(t, i, sourceBytes))
    }
    return values
  }

  private dissection(): Recording {
    if (!this.dissected) this.engine.again(this.recording)
    this.dissected = true
    return this.recording
  }
}
