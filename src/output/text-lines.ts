/** One line a packet, in tshark's widths: number and time to the right, an arrow between the addresses. */
import type { Dissection } from '../dissect/dissection.js'
import type { Columns } from './columns.js'
import type { OutputBuffer } from './output-buffer.js'

const NUMBER_WIDTH = 5
const ADDRESS_WIDTH = 12

/** Writes the summary line of the packet that `d` has just dissected, without the line feed. */
export function writeSummary(out: OutputBuffer, columns: Columns, d: Dissection): void {
  out.number(d.packet.number, NUMBER_WIDTH)
  out.byte(SPACE)
  columns.writeTime(out, d)
  out.byte(SPACE)
  const source = columns.address(d, d.src)
  out.spaces(ADDRESS_WIDTH - widthOf(source))
  out.line(source)
  out.text(ARROW)
  const destination = columns.address(d, d.dst)
  out.line(destination)
  out.spaces(ADDRESS_WIDTH - widthOf(destination) + 1)
  out.line(d.protocolText())
  out.byte(SPACE)
  out.number(d.packet.original)
  out.byte(SPACE)
  out.line(columns.info(d))
}

const SPACE = 0x20
const ARROW = ' → '

/** tshark pads by bytes: a name with letters beyond ASCII gets fewer spaces. */
const widthOf = (text: string): number => (text.length >= ADDRESS_WIDTH ? text.length : Buffer.byteLength(text))
