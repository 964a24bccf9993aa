/** `--color`: a colour for each summary line, by what the packet is and whether something is wrong with it. */
import { type Dissection, Ending } from '../dissect/dissection.js'

export const RESET = '\u001b[0m'

const code = (n: number): string => `\u001b[${n}m`
const RED = code(31)
const YELLOW = code(33)
const DEFAULT = code(39)

/** Colours by protocol; those of one family share theirs. */
const colors = new Map<string, string>(
  Object.entries({
    36: ['tcp', 'sctp'],
    34: ['udp', 'quic'],
    35: ['dns', 'mdns', 'llmnr', 'nbns', 'dhcp', 'dhcpv6', 'bootp'],
    32: ['http', 'http2', 'tls'],
    33: ['icmp', 'icmpv6', 'igmp'],
    37: ['arp', 'stp', 'llc', 'eth'],
  }).flatMap(([color, ids]) => ids.map((id): [string, string] => [id, code(Number(color))])),
)

/** The escape sequence that begins the line of the packet that `d` has just dissected. */
export function lineColor(d: Dissection): string {
  if (d.ending === Ending.Malformed || d.ending === Ending.Failed || d.worst >= 4) return RED
  if (d.worst === 3) return YELLOW
  return colors.get(d.innermost) ?? DEFAULT
}
