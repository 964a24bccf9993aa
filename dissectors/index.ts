/** Every protocol this program knows. To add one: write its file, add its line. */
import type { Protocol } from '../src/dissect/index.js'
import { arp } from './arp.js'
import { authentication } from './authentication.js'
import { data } from './data.js'
import { dataTextLines } from './data-text-lines.js'
import { dns, llmnr, mdns } from './dns.js'
import { esp } from './esp.js'
import { ethernet } from './ethernet.js'
import { frame } from './frame.js'
import { http } from './http.js'
import { icmp } from './icmp.js'
import { icmpv6 } from './icmpv6.js'
import { igmp } from './igmp.js'
import { ipv4 } from './ipv4.js'
import { ipv6 } from './ipv6.js'
import { destinationOptions, fragment, hopByHop } from './ipv6-extensions.js'
import { routing } from './ipv6-routing.js'
import { linuxCooked } from './linux-cooked.js'
import { llc } from './llc.js'
import { media } from './media.js'
import { nullLoopback } from './null.js'
import { ppp } from './ppp.js'
import { pppoeDiscovery } from './pppoe-discovery.js'
import { pppoeSession } from './pppoe.js'
import { raw } from './raw.js'
import { rgmp } from './rgmp.js'
import { tcp } from './tcp.js'
import { udp } from './udp.js'
import { serviceVlan, vlan } from './vlan.js'

export const protocols: readonly Protocol[] = [
  frame,
  ethernet,
  vlan,
  serviceVlan,
  llc,
  linuxCooked,
  nullLoopback,
  raw,
  ppp,
  pppoeSession,
  pppoeDiscovery,
  arp,
  data,
  dns,
  llmnr,
  mdns,
  http,
  dataTextLines,
  media,
  tcp,
  udp,
  icmp,
  icmpv6,
  igmp,
  rgmp,
  ipv4,
  ipv6,
  hopByHop,
  destinationOptions,
  routing,
  fragment,
  authentication,
  esp,
]
