/** The packet list's row of a packet, from its dissection. */
import type { Dissection } from '../dissect/dissection.js'
import type { Recording } from '../dissect/recording.js'
import type { Resolver } from '../dissect/value.js'
import { usualColumns } from '../output/column-formats.js'
import type { ColumnTexts } from '../output/column-texts.js'
import { addressText } from '../output/address-texts.js'
import { timeText } from '../output/time-text.js'
import type { Row, Severity, TimeFormat } from './session.js'

/** How rows are written. */
export interface RowStyle {
  readonly time: TimeFormat
  /** Digits of a second's fraction. */
  readonly digits: number
  readonly names: Resolver
}

/** Columns whose texts every row has anyway. */
const usual: ReadonlySet<string> = new Set(usualColumns.map(({ format }) => format))

/** The texts of the columns that were asked for, '' for the usual ones; `recording` has just dissected the packet. */
export function cellsOf(texts: ColumnTexts, recording: Recording, style: RowStyle): string[] {
  texts.take({ d: recording, recording, digits: style.digits })
  return texts.plans.map(({ format }, i) => (usual.has(format) ? '' : texts.text(i, style.time)))
}

/** The row of the packet that `d` has just dissected; `worst` is the severity that the index keeps of it. */
export function rowOf(d: Dissection, worst: number, style: RowStyle): Row {
  const p = d.packet
  return {
    number: p.number,
    time: timeText(p, style.time, style.digits),
    source: addressText(d.addressKind, d.addressBytes, d.src, style.names),
    destination: addressText(d.addressKind, d.addressBytes, d.dst, style.names),
    protocol: d.protocolText(),
    length: p.original,
    info: d.infoText(),
    layer: d.innermost,
    severity: Math.max(worst - 1, 0) as Severity,
  }
}
