/** The name that a DHCPv6 client wants, and who tells the name servers (RFC 4704). */
import type { Dissection } from '../src/dissect/index.js'
import { emptyDomain, takeDomains } from './dhcpv6-domains.js'
import { f } from './dhcpv6-fields.js'
import type { Gist } from './dhcpv6-gist.js'
import { Message } from './dhcpv6-names.js'

const Bit = { Server: 1, Override: 2, None: 4 } as const

/** Option 39 of a message of that type, of `length` bytes. */
export function takeClientName(d: Dissection, gist: Gist, type: number, length: number): void {
  if (length < 1) return d.note(f.malformed_option, d.recording ? 'FQDN: malformed option' : '')
  const at = d.pos
  const answer = type === Message.Advertise || type === Message.Reply
  const flags = d.u8(f.client_fqdn_flags)
  if (d.recording) {
    if (d.showing) d.append(answer ? serverSays(flags) : clientSays(flags))
    const { n, s } = answer ? f.clientfqdn.server : f.clientfqdn.client
    d.enter()
    d.at(n, at, at + 1, flags)
    if (answer) d.at(f.clientfqdn.server.o, at, at + 1, flags)
    d.at(s, at, at + 1, flags)
    d.leave()
  }
  if (flags & Bit.None && flags & Bit.Server) {
    const opened = d.open(f._contradiction)
    d.note(f.s_bit_should_be_zero)
    d.closeAt(opened, at, at + 1)
  }
  if (length === 1) emptyDomain(d)
  else takeDomains(d, gist, f.client_domain, at + length)
}

function clientSays(flags: number): string {
  if (flags & Bit.None) {
    return flags & Bit.Server
      ? "  [ERROR: CLIENT prefers that the server not perform *any* DNS updates\n        In which case the 'S' bit MUST be 0]"
      : '  [CLIENT prefers that the server not perform *any* DNS updates]'
  }
  return flags & Bit.Server
    ? '  [CLIENT wants SERVER to update both its AAAA and PTR RRs]'
    : '  [CLIENT wants to update its AAAA RRs and SERVER to update its PTR RRs]'
}

function serverSays(flags: number): string {
  const what =
    flags & Bit.None
      ? 'SERVER SHALL NOT perform any DNS updates'
      : flags & Bit.Server
        ? 'SERVER SHALL update both AAAA and PTR RRs'
        : 'SERVER SHALL update PTR but not AAAA RRs'
  return `  [${what}]${flags & Bit.Override ? "\n[Server has overridden the client's S bit]" : ''}`
}
