/** ICMP router advertisements, RFC 1256, with what mobility agents add to them, RFC 5944. */
import { bool, bytes, type Dissection, fields, group, int32, ipv4, uint8, uint16 } from '../src/dissect/index.js'
import { durationText } from './shared/duration.js'
import { flagList } from './shared/flag-list.js'

const Extension = { Padding: 0, MobilityAgent: 16, PrefixLengths: 19, Challenge: 24 } as const
const extensionNames: Readonly<Record<number, string>> = {
  0: 'One byte padding extension',
  16: 'Mobility Agent Advertisement Extension',
  19: 'Prefix Lengths Extension',
  24: 'Challenge Extension',
}

const flag = (label: string, mask: number) => bool(label, 16, { mask })
const f = fields('icmp', {
  num_addrs: uint8('Number of addresses'),
  addr_entry_size: uint8('Address entry size'),
  lifetime: uint16('Lifetime'),
  router_address: ipv4('Router address'),
  pref_level: int32('Preference level'),
  mip: {
    self: group('Ext', { about: 'An extension of a mobility agent' }),
    type: uint8('Extension Type', { names: extensionNames }),
    length: uint8('Length'),
    prefixlength: uint8('Prefix Length'),
    seq: uint16('Sequence Number'),
    life: uint16('Registration Lifetime'),
    flags: uint16('Flags', { base: 'hex' }),
    r: flag('Registration Required', 0x8000),
    b: flag('Busy', 0x4000),
    h: flag('Home Agent', 0x2000),
    f: flag('Foreign Agent', 0x1000),
    m: flag('Minimal Encapsulation', 0x800),
    g: flag('GRE', 0x400),
    v: flag('VJ Comp', 0x200),
    rt: flag('Reverse tunneling', 0x100),
    u: flag('UDP tunneling', 0x80),
    x: flag('Revocation support', 0x40),
    reserved: uint16('Reserved', { base: 'hex', mask: 0x3f }),
    coa: ipv4('Care-Of-Address'),
    challenge: bytes('Challenge'),
    content: bytes('Content'),
  },
})
const m = f.mip
const flags = [m.r, m.b, m.h, m.f, m.m, m.g, m.v, m.rt, m.u, m.x, m.reserved]

/** Reads an advertisement after its checksum. True when there are bytes left that are nobody's. */
export function routerAdvertisement(d: Dissection, agent: boolean): boolean {
  const addresses = d.u8(f.num_addrs)
  const entrySize = d.u8(f.addr_entry_size)
  const lifetime = d.u16(f.lifetime)
  if (d.showing) d.append(` (${durationText(lifetime * 1000)})`)
  if (entrySize !== 2) return d.left > 0
  for (let i = 0; i < addresses; i++) {
    d.take(f.router_address, 4)
    d.i32(f.pref_level)
  }
  if (agent) while (d.reportedLeft > 0) agentExtension(d)
  return false
}

function agentExtension(d: Dissection): void {
  const type = d.peek8()
  const length = type === Extension.Padding ? 0 : d.peek8(1)
  const opened = d.open(m.self)
  if (d.showing) d.caption(`Ext: ${extensionNames[type] ?? `Unknown ext ${type}`}`, opened)
  d.u8(m.type)
  if (type !== Extension.Padding) {
    d.u8(m.length)
    if (type === Extension.MobilityAgent) mobilityAgent(d, length)
    else if (type === Extension.PrefixLengths) for (let i = 0; i < length; i++) d.u8(m.prefixlength)
    else d.take(type === Extension.Challenge ? m.challenge : m.content, length)
  }
  d.close(opened)
}

/** RFC 5944 section 2.1.1: as many care-of addresses as the length has room for. */
function mobilityAgent(d: Dissection, length: number): void {
  d.u16(m.seq)
  d.u16(m.life)
  const at = d.pos
  const set = d.u16(m.flags)
  if (d.showing) d.append(flagList(flags, set))
  d.enter()
  for (let i = 0; i < flags.length; i++) d.at(flags[i]!, at, at + 2, set)
  d.leave()
  for (let rest = length - 6; rest >= 4; rest -= 4) d.take(m.coa, 4)
}
