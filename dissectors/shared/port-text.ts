/** Port numbers in lines of text, with the names of their services where those are asked for. */
import { type Dissection, phrase, type TextBuffer } from '../../src/dissect/index.js'

type Transport = 'tcp' | 'udp'

const ARROW = phrase(' → ')

/** For the Info column: `54321 → http(80)`. */
export function writePorts(line: TextBuffer, d: Dissection, transport: Transport, from: number, to: number): void {
  writePort(line, d, transport, from)
  line.phrase(ARROW)
  writePort(line, d, transport, to)
}

/** For a layer's line: `Src Port: 54321, Dst Port: http (80)`. */
export function portsCaption(d: Dissection, transport: Transport, source: number, destination: number): string {
  return `Src Port: ${captionPort(d, transport, source)}, Dst Port: ${captionPort(d, transport, destination)}`
}

function writePort(line: TextBuffer, d: Dissection, transport: Transport, port: number): void {
  const name = d.names.port(port, transport)
  if (name === '') return line.number(port)
  line.text(name)
  line.text('(')
  line.number(port)
  line.text(')')
}

function captionPort(d: Dissection, transport: Transport, port: number): string {
  const name = d.names.port(port, transport)
  return name === '' ? String(port) : `${name} (${port})`
}
