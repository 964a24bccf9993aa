/** Tests of expert items, answered by the worst severity that the index keeps of each packet. */
import { severityNumbers } from '../dissect/engine-fields.js'
import { severityNames } from '../dissect/field.js'
import type { Page } from '../store/packet-index.js'
import { type Column, lowest, Verdict } from './column.js'
import type { Judged } from './judge.js'

/** The index knows of all warnings and errors; of notes and chats only some, for it does not read what makes others. */
const KNOWN = severityNames.indexOf('Warning')

/** The column for a test that only packets with a warning or an error pass, null for other tests. */
export function severityColumn({ field, judge }: Judged): Column | null {
  if (field.name !== '_ws.expert.severity' || judge === null) return null
  const least = severityNumbers.findIndex((number) => judge(number))
  return least < 0 || least >= KNOWN ? new SeverityColumn(least) : null
}

/** No for packets without an expert item of at least severity `least`; for all if that is below 0. */
class SeverityColumn implements Column {
  constructor(private readonly least: number) {}

  at(page: Page, row: number): Verdict {
    return this.least >= 0 && page.ending[row]! >>> 2 >= this.least ? Verdict.Maybe : Verdict.No
  }

  fill(page: Page, _base: number, word: number, rows: number, _yes: Uint32Array, known: Uint32Array): void {
    for (let left = rows; left !== 0; left &= left - 1) {
      const bit = lowest(left)
      if (this.at(page, word * 32 + bit) === Verdict.No) known[word]! |= 1 << bit
    }
  }
}
