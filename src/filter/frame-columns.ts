/** Columns of what the capture file says of a packet: number, lengths, times, the layers' names. */
import { type Page, RowFlag } from '../store/packet-index.js'
import { type Column, isCut, type Packets, PerStack, Verdict } from './column.js'
import type { Judged } from './judge.js'
import type { Value } from './values.js'

/** The column for a test of a field of the frame, null for other fields. */
export function frameColumn(test: Judged, packets: Packets): Column | null {
  const { name } = test.field
  if (name === 'frame.protocols') return layersColumn(test, packets)
  const read = readers[name]
  if (read !== undefined) return numberColumn(test, read)
  const since = spans[name]
  return since === undefined ? null : timeColumn(test, packets, since)
}

type Read = (page: Page, row: number, i: number) => number
const readers: Readonly<Record<string, Read>> = {
  'frame.number': (_page, _row, i) => i + 1,
  'frame.len': (page, row) => page.original[row]!,
  'frame.cap_len': (page, row) => page.captured[row]!,
}

const yes: Column = { at: () => Verdict.Yes }

function numberColumn({ judge }: Judged, read: Read): Column {
  if (judge === null) return yes
  return { at: (page, row, i) => (judge(read(page, row, i)) ? Verdict.Yes : Verdict.No) }
}

/** Since when: 1970, the first packet, the packet before. */
const spans: Readonly<Record<string, 'epoch' | 'first' | 'previous'>> = {
  'frame.time': 'epoch',
  'frame.time_epoch': 'epoch',
  'frame.time_relative': 'first',
  'frame.time_delta': 'previous',
}

function timeColumn({ judge }: Judged, { index }: Packets, since: 'epoch' | 'first' | 'previous'): Column {
  const nanosOf = (page: Page, row: number): bigint => BigInt(page.seconds[row]!) * 1_000_000_000n + BigInt(page.nanoseconds[row]!)
  const from = (i: number): bigint => {
    if (since === 'epoch') return 0n
    const at = since === 'first' ? 0 : Math.max(i - 1, 0)
    return nanosOf(index.page(at), index.row(at))
  }
  return {
    at(page, row, i) {
      if (page.flags[row]! & RowFlag.Untimed) return Verdict.No
      if (judge === null) return Verdict.Yes
      return judge(nanosOf(page, row) - from(i)) ? Verdict.Yes : Verdict.No
    },
  }
}

/** `frame.protocols` is the stack itself. */
function layersColumn({ judge }: Judged, { registry, stacks }: Packets): Column {
  if (judge === null) return yes
  const ask = (layers: Uint16Array): Verdict => {
    if (isCut(layers)) return Verdict.Maybe
    const names: Value = [...layers.subarray(1)].map((layer) => registry.layerNames[layer]!).join(':')
    return judge(names) ? Verdict.Yes : Verdict.No
  }
  const verdicts = new PerStack(stacks, ask, Verdict.Maybe as Verdict)
  return { at: (page, row) => verdicts.of(page.stack[row]!) }
}
