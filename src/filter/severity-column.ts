/** Tests of expert items, answered by the worst severity that the index keeps of each packet. */
import { severityNumbers } from '../dissect/engine-fields.js'
import { severityNames } from '../dissect/field.js'
import type { Page } from '../store/packet-index.js'
import { type Column, isCut, lowest, type Packets, PerStack, Verdict } from './column.js'
import type { Judged } from './judge.js'

/** The index knows of all warnings and errors; of notes and chats only some, for it does not read what makes others. */
const KNOWN = severityNames.indexOf('Warning')

/** The layer whose contents the index pass does not unpack: only the tree says that this fails. */
const PACKED = 'http'

/** The column for a test that only packets with a warning or an error pass, null for other tests. */
export function severityColumn({ field, judge }: Judged, packets: Packets): Column | null {
  if (field.name !== '_ws.expert.severity' || judge === null) return null
  const least = severityNumbers.findIndex((number) => judge(number))
  if (least >= 0 && least < KNOWN) return null
  const packed = packets.registry.protocolIndex(PACKED)
  const unknown = new PerStack(packets.stacks, (layers) => (isCut(layers) || layers.includes(packed) ? 1 : 0), 1)
  return new SeverityColumn(least, unknown)
}

/** No for packets without an expert item of at least severity `least`; for all if that is below 0. */
class SeverityColumn implements Column {
  /** `unknown` is 1 for stacks of which the index does not know all. */
  constructor(
    private readonly least: number,
    private readonly unknown: PerStack,
  ) {}

  at(page: Page, row: number): Verdict {
    if (this.least < 0) return Verdict.No
    const may = page.ending[row]! >>> 2 >= this.least || this.unknown.of(page.stack[row]!) === 1
    return may ? Verdict.Maybe : Verdict.No
  }

  fill(page: Page, _base: number, word: number, rows: number, _yes: Uint32Array, known: Uint32Array): void {
    for (let left = rows; left !== 0; left &= left - 1) {
      const bit = lowest(left)
      if (this.at(page, word * 32 + bit) === Verdict.No) known[word]! |= 1 << bit
    }
  }
}
