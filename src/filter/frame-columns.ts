/** Columns of what the capture file says of a packet: number, lengths, times, the layers' names. */
import { type Page, type PacketIndex, RowFlag } from '../store/packet-index.js'
import { type Column, lowest, type Packets, StackColumn, Verdict } from './column.js'
import { allows, type Judged } from './judge.js'

/** The column for a test of a field of the frame, null for other fields. */
export function frameColumn(test: Judged, packets: Packets): Column | null {
  const { name } = test.field
  if (name === 'frame.protocols') return layersColumn(test, packets)
  const read = numbers[name]
  if (read !== undefined) return new NumberColumn(test, read)
  const since = spans[name]
  return since === undefined ? null : new TimeColumn(test, packets.index, since)
}

/** `frame.protocols` is the stack itself. */
function layersColumn({ judge }: Judged, packets: Packets): Column {
  const { layerNames } = packets.registry
  const namesOf = (layers: Uint16Array): string =>
    Array.from(layers.subarray(1), (layer) => layerNames[layer]!).join(':')
  const ask = (layers: Uint16Array): Verdict => (judge === null || judge(namesOf(layers)) ? Verdict.Yes : Verdict.No)
  return new StackColumn(packets, ask, false)
}

const Which = { Packet: 0, Original: 1, Captured: 2 } as const
const numbers: Readonly<Record<string, number>> = {
  'frame.number': Which.Packet,
  'frame.len': Which.Original,
  'frame.cap_len': Which.Captured,
}

class NumberColumn implements Column {
  constructor(
    private readonly test: Judged,
    private readonly which: number,
  ) {}

  at(page: Page, row: number, i: number): Verdict {
    const { judge, simple } = this.test
    if (judge === null) return Verdict.Yes
    const value =
      this.which === Which.Packet ? i + 1 : this.which === Which.Original ? page.original[row]! : page.captured[row]!
    const passes =
      simple !== null && typeof simple.constant === 'number'
        ? allows(simple.order, value - simple.constant)
        : judge(value)
    return passes ? Verdict.Yes : Verdict.No
  }

  fill(page: Page, base: number, word: number, rows: number, yes: Uint32Array, known: Uint32Array): void {
    known[word]! |= rows
    for (let left = rows; left !== 0; left &= left - 1) {
      const bit = lowest(left)
      const row = word * 32 + bit
      if (this.at(page, row, base + row) === Verdict.Yes) yes[word]! |= 1 << bit
    }
  }
}

/** Since 1970, the first packet, the packet before. */
const Since = { Epoch: 0, First: 1, Previous: 2 } as const
const spans: Readonly<Record<string, number>> = {
  'frame.time': Since.Epoch,
  'frame.time_epoch': Since.Epoch,
  'frame.time_relative': Since.First,
  'frame.time_delta': Since.Previous,
}

const SECOND = 1_000_000_000n

class TimeColumn implements Column {
  /** The constant of a simple test, in whole seconds and nanoseconds. */
  private readonly seconds: number
  private readonly nanos: number
  private readonly isSimple: boolean

  constructor(
    private readonly test: Judged,
    private readonly index: PacketIndex,
    private readonly since: number,
  ) {
    const constant = test.simple?.constant
    this.isSimple = typeof constant === 'bigint'
    const nanos = typeof constant === 'bigint' ? constant : 0n
    const rest = ((nanos % SECOND) + SECOND) % SECOND
    this.seconds = Number((nanos - rest) / SECOND)
    this.nanos = Number(rest)
  }

  at(page: Page, row: number, i: number): Verdict {
    if (page.flags[row]! & RowFlag.Untimed) return Verdict.No
    const { judge, simple } = this.test
    if (judge === null) return Verdict.Yes
    let seconds = page.seconds[row]!
    let nanos = page.nanoseconds[row]!
    if (this.since !== Since.Epoch) {
      const from = this.since === Since.First ? 1 : Math.max(i, 1)
      seconds -= this.index.secondsOf(from)
      nanos -= this.index.nanosecondsOf(from)
      if (nanos < 0) {
        seconds--
        nanos += 1_000_000_000
      }
    }
    const passes = this.isSimple
      ? allows(simple!.order, seconds === this.seconds ? nanos - this.nanos : seconds - this.seconds)
      : judge(BigInt(seconds) * SECOND + BigInt(nanos))
    return passes ? Verdict.Yes : Verdict.No
  }

  fill(page: Page, base: number, word: number, rows: number, yes: Uint32Array, known: Uint32Array): void {
    known[word]! |= rows
    for (let left = rows; left !== 0; left &= left - 1) {
      const bit = lowest(left)
      const row = word * 32 + bit
      if (this.at(page, row, base + row) === Verdict.Yes) yes[word]! |= 1 << bit
    }
  }
}
