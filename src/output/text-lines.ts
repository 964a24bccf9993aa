/** One line a packet, in tshark's widths: number and time to the right, an arrow between the addresses. */
import type { Dissection } from '../dissect/dissection.js'
import { phrase } from '../dissect/text-buffer.js'
import type { Columns } from './columns.js'
import type { OutputBuffer } from './output-buffer.js'

const NUMBER_WIDTH = 5

/** Writes the summary line of the packet that `d` has just dissected, without the line feed. */
export function writeSummary(out: OutputBuffer, columns: Columns, d: Dissection): void {
  out.number(d.packet.number, NUMBER_WIDTH)
  out.byte(SPACE)
  columns.writeTime(out, d)
  out.byte(SPACE)
  columns.writeSource(out, d)
  out.phrase(ARROW)
  columns.writeDestination(out, d)
  out.byte(SPACE)
  out.line(d.protocolText())
  out.byte(SPACE)
  out.number(d.packet.original)
  out.byte(SPACE)
  columns.writeInfo(out, d)
}

const SPACE = 0x20
const ARROW = phrase(' → ')
