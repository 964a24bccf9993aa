/** Every protocol this program knows. To add one: write its file, add its line. */
import type { Protocol } from '../src/dissect/index.js'
import { arp } from './arp.js'
import { authentication } from './authentication.js'
import { ayiya } from './ayiya.js'
import { chdlc, slarp } from './chdlc.js'
import { cdp } from './cdp.js'
import { data } from './data.js'
import { dataTextLines } from './data-text-lines.js'
import { dhcp } from './dhcp.js'
import { dhcpv6 } from './dhcpv6.js'
import { dns, llmnr, mdns } from './dns.js'
import { erspan } from './erspan.js'
import { esp } from './esp.js'
import { ethernet } from './ethernet.js'
import { fddi } from './fddi.js'
import { frame } from './frame.js'
import { fabricPath } from './fabric-path.js'
import { geneve } from './geneve.js'
import { gre } from './gre.js'
import { gif } from './gif.js'
import { gtp } from './gtp.js'
import { http } from './http.js'
import { http2 } from './http2.js'
import { icmp } from './icmp.js'
import { icmpv6 } from './icmpv6.js'
import { igmp } from './igmp.js'
import { ipnet } from './ipnet.js'
import { ipv4 } from './ipv4.js'
import { ipv6 } from './ipv6.js'
import { destinationOptions, fragment, hopByHop } from './ipv6-extensions.js'
import { routing } from './ipv6-routing.js'
import { jfif } from './jfif.js'
import { json } from './json.js'
import { linuxCooked } from './linux-cooked.js'
import { llc } from './llc.js'
import { lldp } from './lldp.js'
import { media } from './media.js'
import { mpls } from './mpls.js'
import { nbdgm } from './nbdgm.js'
import { nbns } from './nbns.js'
import { ntp } from './ntp.js'
import { nullLoopback } from './null.js'
import { png } from './png.js'
import { ppp } from './ppp.js'
import { pppoeDiscovery } from './pppoe-discovery.js'
import { pppoeSession } from './pppoe.js'
import { channelHeader, controlledPseudowire, heuristicPseudowire, plainPseudowire } from './pseudowire.js'
import { raw } from './raw.js'
import { rgmp } from './rgmp.js'
import { tcp } from './tcp.js'
import { mptcp } from './tcp-multipath.js'
import { tls } from './tls.js'
import { udp } from './udp.js'
import { ssdp } from './ssdp.js'
import { stp } from './stp.js'
import { teredo } from './teredo.js'
import { urlencodedForm } from './urlencoded-form.js'
import { serviceVlan, vlan } from './vlan.js'
import { vxlan } from './vxlan.js'
import { websocket } from './websocket.js'

export const protocols: readonly Protocol[] = [
  frame,
  ethernet,
  vlan,
  serviceVlan,
  llc,
  linuxCooked,
  nullLoopback,
  fddi,
  ipnet,
  raw,
  ppp,
  pppoeSession,
  pppoeDiscovery,
  mpls,
  heuristicPseudowire,
  plainPseudowire,
  controlledPseudowire,
  channelHeader,
  gre,
  erspan,
  vxlan,
  geneve,
  gtp,
  teredo,
  ayiya,
  fabricPath,
  chdlc,
  slarp,
  stp,
  lldp,
  cdp,
  arp,
  data,
  dns,
  llmnr,
  mdns,
  http,
  http2,
  websocket,
  tls,
  dhcp,
  dhcpv6,
  nbns,
  nbdgm,
  ntp,
  ssdp,
  dataTextLines,
  json,
  urlencodedForm,
  png,
  gif,
  jfif,
  media,
  tcp,
  mptcp,
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
