/** Where a DHCPv6 client gets the time from. */
import type { Dissection } from '../src/dissect/index.js'
import { takeDomains } from './dhcpv6-domains.js'
import { f } from './dhcpv6-fields.js'
import type { Gist } from './dhcpv6-gist.js'

/** Option 56 (RFC 5908), up to `d.end`. */
export function takeTimeServers(d: Dissection, gist: Gist): void {
  while (d.reportedLeft > 0) {
    if (d.reportedLeft < 4) return d.note(f.malformed_option, 'NTP Server: malformed option')
    const code = d.peek16()
    const size = d.peek16(2)
    if (4 + size > d.reportedLeft)
      return d.note(f.malformed_option, d.recording ? 'NTP Server: suboption too long' : '')
    const opened = d.open(f._time_server)
    if (d.showing) d.caption(serverNames[code] ?? `NTP Server suboption ${code}`, opened)
    d.u16(f.ntpserver.option.type)
    d.u16(f.ntpserver.option.length)
    const next = d.pos + size
    const { end, reported } = d
    d.limit(size)
    if (code === 1) d.take(f.ntpserver.addr, 16)
    else if (code === 2) d.take(f.ntpserver.mc_addr, 16)
    else if (code === 3) takeDomains(d, gist, f.ntpserver.fqdn, next)
    d.end = end
    d.reported = reported
    d.seek(next)
    d.close(opened)
  }
}
const serverNames = ['', 'NTP Server Address', 'NTP Multicast Address', 'NTP Server FQDN']
