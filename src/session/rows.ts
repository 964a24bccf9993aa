/** The packet list's row of a packet, from its dissection. */
import { Address, type Dissection } from '../dissect/dissection.js'
import { etherText, ipv4Text, ipv6Text } from '../dissect/address.js'
import type { Resolver } from '../dissect/value.js'
import { timeText } from '../output/time-text.js'
import type { PacketIndex } from '../store/packet-index.js'
import type { Row, Severity, TimeFormat } from './session.js'

/** The row of the packet that `d` has just dissected. */
export function rowOf(d: Dissection, index: PacketIndex, format: TimeFormat, names: Resolver): Row {
  const p = d.packet
  const ending = index.page(p.number - 1).ending[index.row(p.number - 1)]!
  return {
    number: p.number,
    time: timeText(p, format),
    source: addressText(d, d.src, names),
    destination: addressText(d, d.dst, names),
    protocol: d.protocolText(),
    length: p.original,
    info: d.infoText(),
    layer: d.innermost,
    severity: Math.max((ending >>> 2) - 1, 0) as Severity,
  }
}

/** An endpoint as the Source and Destination columns show it, '' when the packet has none. */
export function addressText(d: Dissection, at: number, names: Resolver): string {
  const b = d.addressBytes
  switch (d.addressKind) {
    case Address.Ether:
      return names.ether(b, at) || etherText(b, at)
    case Address.IPv4: {
      const text = ipv4Text(b, at)
      return names.ip(text) || text
    }
    case Address.IPv6: {
      const text = ipv6Text(b, at)
      return names.ip(text) || text
    }
    default:
      return ''
  }
}
