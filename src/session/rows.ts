/** The packet list's row of a packet, from its dissection. */
import type { Dissection } from '../dissect/dissection.js'
import type { Resolver } from '../dissect/value.js'
import { addressText } from '../output/columns.js'
import { timeText } from '../output/time-text.js'
import type { Row, Severity, TimeFormat } from './session.js'

/** How rows are written. */
export interface RowStyle {
  readonly time: TimeFormat
  /** Digits of a second's fraction. */
  readonly digits: number
  readonly names: Resolver
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
