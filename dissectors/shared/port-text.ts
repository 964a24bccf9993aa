/** Port numbers in lines of text, with the names of their services where those are asked for. */
import type { Dissection } from '../../src/dissect/index.js'

type Transport = 'tcp' | 'udp'

/** For the Info column: `54321 → http(80)`. */
export function portsInfo(d: Dissection, transport: Transport, source: number, destination: number): string {
  return `${infoPort(d, transport, source)} → ${infoPort(d, transport, destination)}`
}

/** For a layer's line: `Src Port: 54321, Dst Port: http (80)`. */
export function portsCaption(d: Dissection, transport: Transport, source: number, destination: number): string {
  return `Src Port: ${captionPort(d, transport, source)}, Dst Port: ${captionPort(d, transport, destination)}`
}

function infoPort(d: Dissection, transport: Transport, port: number): string {
  const name = d.names.port(port, transport)
  return name === '' ? String(port) : `${name}(${port})`
}

function captionPort(d: Dissection, transport: Transport, port: number): string {
  const name = d.names.port(port, transport)
  return name === '' ? String(port) : `${name} (${port})`
}
