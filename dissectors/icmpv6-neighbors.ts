/** Neighbor discovery: ICMPv6 messages of RFC 4861 and RFC 3122. Their options lie in icmpv6-ndp.ts. */
import {
  bool,
  bytes,
  type Dissection,
  etherText,
  fields,
  ipv6,
  ipv6Text,
  uint8,
  uint16,
  uint32,
} from '../src/dissect/index.js'
import { Icmpv6Type } from './icmpv6-names.js'
import { neighborOptions } from './icmpv6-ndp.js'
import { preferenceNames } from './icmpv6-ndp-fields.js'
import { flagList } from './shared/flag-list.js'

const flag = (label: string, width: 8 | 32, mask: number) => bool(label, width, { mask, truth: ['Set', 'Not set'] })
const f = fields('icmpv6', {
  reserved: bytes('Reserved'),
  nd: {
    ra: {
      cur_hop_limit: uint8('Cur hop limit'),
      flag: uint8(
        'Flags',
        { base: 'hex' },
        {
          m: flag('Managed address configuration', 8, 0x80),
          o: flag('Other configuration', 8, 0x40),
          h: flag('Home Agent', 8, 0x20),
          prf: uint8('Prf (Default Router Preference)', { mask: 0x18, names: preferenceNames }),
          p: flag('Proxy', 8, 4),
          rsv: uint8('Reserved', { mask: 3 }),
        },
      ),
      router_lifetime: uint16('Router lifetime (s)'),
      reachable_time: uint32('Reachable time (ms)'),
      retrans_timer: uint32('Retrans timer (ms)'),
    },
    ns: { target_address: ipv6('Target Address') },
    na: {
      flag: uint32(
        'Flags',
        { base: 'hex' },
        {
          r: flag('Router', 32, 0x80000000),
          s: flag('Solicited', 32, 0x40000000),
          o: flag('Override', 32, 0x20000000),
          rsv: uint32('Reserved', { mask: 0x1fffffff }),
        },
      ),
      target_address: ipv6('Target Address'),
    },
    rd: { target_address: ipv6('Target Address') },
  },
  rd: { na: { destination_address: ipv6('Destination Address') } },
})
const nd = f.nd

/** What the Info column says of a message: offsets of addresses, -1 for none, and the flags of an advertisement. */
export const noNeighbors = () => ({ target: -1, source: -1, destination: -1, flags: 0 })
export type Neighbors = ReturnType<typeof noNeighbors>

/** Reads a message after its checksum. */
export function neighborMessage(d: Dissection, s: Neighbors, type: number): void {
  switch (type) {
    case Icmpv6Type.RouterAdvertisement: {
      d.u8(nd.ra.cur_hop_limit)
      const flags = d.u8(nd.ra.flag)
      if (d.showing) d.append(flagList(nd.ra.flag.parts, flags))
      d.u16(nd.ra.router_lifetime)
      d.u32(nd.ra.reachable_time)
      d.u32(nd.ra.retrans_timer)
      break
    }
    case Icmpv6Type.NeighborSolicitation:
      d.take(f.reserved, 4)
      s.target = d.take(nd.ns.target_address, 16)
      break
    case Icmpv6Type.NeighborAdvertisement: {
      const flags = d.u32(nd.na.flag)
      if (d.showing) d.append(flagList(nd.na.flag.parts, flags))
      s.flags = flags >>> 29
      s.target = d.take(nd.na.target_address, 16)
      break
    }
    case Icmpv6Type.Redirect:
      d.take(f.reserved, 4)
      d.take(nd.rd.target_address, 16)
      d.take(f.rd.na.destination_address, 16)
      break
    default:
      d.take(f.reserved, 4)
  }
  neighborOptions(d, s)
}

const flagWords = ['none', 'ovr', 'sol', 'sol, ovr', 'rtr', 'rtr, ovr', 'rtr, sol', 'rtr, sol, ovr'] as const

/** ` for 2001:db8::2 from 00:00:5e:00:53:01`: what follows the message's name. */
export function neighborInfo(d: Dissection, s: Neighbors, type: number): string {
  let out = ''
  if (s.target >= 0) {
    const target = ipv6Text(d.bytes, s.target)
    out = type === Icmpv6Type.NeighborAdvertisement ? ` ${target} (${flagWords[s.flags]})` : ` for ${target}`
  }
  if (s.source >= 0) out += ` from ${etherText(d.bytes, s.source)}`
  if (s.destination >= 0) out += ` is at ${etherText(d.bytes, s.destination)}`
  return out
}
