/** Every protocol this program knows. To add one: write its file, add its line. */
import type { Protocol } from '../src/dissect/index.js'
import { data } from './data.js'
import { dns, llmnr, mdns } from './dns.js'
import { frame } from './frame.js'
import { icmp } from './icmp.js'
import { icmpv6 } from './icmpv6.js'
import { igmp } from './igmp.js'
import { tcp } from './tcp.js'
import { udp } from './udp.js'

export const protocols: readonly Protocol[] = [frame, data, dns, llmnr, mdns, tcp, udp, icmp, icmpv6, igmp]
