/** What is spoken inside TLS: by the server's port, or by what it has chosen (ALPN, RFC 7301). */
import type { Dissection } from '../src/dissect/index.js'
import { Server, type TlsState } from '../src/track/tls-sessions.js'

const HTTPS = 443

/** By port, as IANA registered it or as it is used. */
export const portApplications: Readonly<Record<number, string>> = {
  324: 'RPKI-Router Protocol',
  443: 'Hypertext Transfer Protocol',
  465: 'Simple Mail Transfer Protocol',
  636: 'Lightweight Directory Access Protocol',
  802: 'Modbus/TCP',
  853: 'Domain Name System',
  993: 'Internet Message Access Protocol',
  995: 'Post Office Protocol',
  1300: 'Q.931',
  2221: 'EtherNet/IP (Industrial Protocol)',
  2443: 'Skinny Client Control Protocol',
  3249: 'Intel Omni-Path FE Header - Omni-Path Fabric Executive Header',
  3250: 'Intel Omni-Path FE Header - Omni-Path Fabric Executive Header',
  3251: 'Intel Omni-Path FE Header - Omni-Path Fabric Executive Header',
  3252: 'Intel Omni-Path FE Header - Omni-Path Fabric Executive Header',
  3496: 'DoIP (ISO13400) Protocol',
  5061: 'Session Initiation Protocol',
  5671: 'Advanced Message Queuing Protocol',
  5684: 'Constrained Application Protocol',
  5868: 'Diameter Protocol',
  8883: 'MQ Telemetry Transport Protocol',
  11207: 'Couchbase Protocol',
  19999: 'Distributed Network Protocol 3.0',
  27017: 'Mongo Wire Protocol',
}

/** What a server may choose, and how that begins where it has a version behind it. `TlsState.application` counts from 1. */
const chosen: readonly (readonly [id: string, name: string])[] = [
  ['http/1.1', 'Hypertext Transfer Protocol'],
  ['h2', 'HyperText Transfer Protocol 2'],
  ['dot', 'Domain Name System'],
  ['stun.turn', 'TURN Channel'],
]
const chosenVersions: readonly (readonly [prefix: string, name: string])[] = [
  ['h2-', 'HyperText Transfer Protocol 2'],
  ['spdy/', 'SPDY'],
]

/** The number of what a server has chosen, 0 for what nobody knows. */
export function applicationChosen(b: Uint8Array, start: number, end: number): number {
  for (let i = 0; i < chosen.length; i++) {
    if (chosen[i]![0].length === end - start && begins(b, start, chosen[i]![0])) return i + 1
  }
  for (let i = 0; i < chosenVersions.length; i++) {
    const [prefix] = chosenVersions[i]!
    if (prefix.length <= end - start && begins(b, start, prefix)) return chosen.length + i + 1
  }
  return 0
}

/** The name of what the application data is, '' where nobody knows. */
export function applicationName(d: Dissection, state: TlsState): string {
  if (state.application > 0) {
    const i = state.application - 1
    return (chosen[i] ?? chosenVersions[i - chosen.length]!)[1]
  }
  let port = d.srcPort in portApplications ? d.srcPort : d.dstPort
  if (state.server !== Server.Unknown) port = d.forward === (state.server === Server.Forward) ? d.srcPort : d.dstPort
  return portApplications[port] ?? (isTunnelled(d) ? portApplications[HTTPS]! : '')
}

/** Does this stand behind HTTP's CONNECT? That is nearly always for the web. */
function isTunnelled(d: Dissection): boolean {
  const http = d.registry.nameOnly[d.registry.protocolIndex('http')]!
  return d.layers.subarray(0, d.layerCount).includes(http)
}

function begins(b: Uint8Array, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (b[start + i] !== text.charCodeAt(i)) return false
  return true
}
