/**
 * Options of neighbor discovery: RFC 4861, 3122 (address lists), 3971 (timestamp, nonce), 4191 (routes), 5175 (flags), 6275
 * (mobility), 6775 (6LoWPAN), 8106 (DNS), 8781 (PREF64), 8910 (captive portal).
 */
import {
  abstime,
  bool,
  bytes,
  type Dissection,
  error,
  etherText,
  eui64,
  type Field,
  fields,
  type Group,
  group,
  hexText,
  ipv6,
  ipv6Text,
  note,
  type Spell,
  text,
  uint8,
  uint16,
  uint32,
  word,
} from '../src/dissect/index.js'
import { echoPayloads } from './icmp.js'
import { notImplemented } from './icmpv6-names.js'
import { flagList } from './shared/flag-list.js'
import { ipProtocols } from './shared/ip-protocols.js'
import { domainName, domainNameSize, untilZero } from './shared/text-spells.js'

/** RFC 4191: how much a router or route is preferred. */
export const preferenceNames = { 0: 'Medium', 1: 'High', 2: 'Reserved', 3: 'Low' } as const

const Option = {
  SourceLink: 1,
  TargetLink: 2,
  Prefix: 3,
  Redirected: 4,
  Mtu: 5,
  Shortcut: 6,
  Interval: 7,
  HomeAgent: 8,
  SourceList: 9,
  TargetList: 10,
  Timestamp: 13,
  Nonce: 14,
  Route: 24,
  Rdnss: 25,
  Flags: 26,
  Dnssl: 31,
  Registration: 33,
  Context: 34,
  BorderRouter: 35,
  Capability: 36,
  CaptivePortal: 37,
  Pref64: 38,
} as const
const optionNames: Readonly<Record<number, string>> = {
  1: 'Source link-layer address',
  2: 'Target link-layer address',
  3: 'Prefix information',
  4: 'Redirected header',
  5: 'MTU',
  6: 'NBMA Shortcut Limit Option',
  7: 'Advertisement Interval',
  8: 'Home Agent Information',
  9: 'Source Address List',
  10: 'Target Address List',
  11: 'CGA',
  12: 'RSA Signature',
  13: 'Timestamp',
  14: 'Nonce',
  15: 'Trust Anchor',
  16: 'Certificate',
  17: 'IP Address/Prefix Option',
  18: 'New Router Prefix Information',
  19: 'Link-layer Address',
  20: 'Neighbor Advertisement Acknowledgment',
  23: 'MAP',
  24: 'Route Information',
  25: 'Recursive DNS Server',
  26: 'RA Flags Extension',
  27: 'Handover Key Request',
  28: 'Handover Key Reply',
  29: 'Handover Assist Information',
  30: 'Mobile Node Identifier Option',
  31: 'DNS Search List Option',
  32: 'Proxy Signature (PS)',
  33: 'Address Registration Option',
  34: '6LoWPAN Context Option',
  35: 'Authoritative Border Router',
  36: '6LoWPAN Capability Indication Option',
  37: 'DHCP Captive-Portal',
  38: 'PREF64 Option',
  138: 'CARD Request',
  139: 'CARD Reply',
  253: 'RFC3692-style Experiment 1',
  254: 'RFC3692-style Experiment 2',
}

const words = (special: Readonly<Record<number, string>>) => (v: number) => (special[v] ? `${special[v]} (${v})` : `${v}`)
const infinity = { base: 'custom', show: words({ 0xffffffff: 'Infinity' }) } as const
const lifetime = (nothing: string) =>
  uint32('Lifetime', { base: 'custom', show: words({ 0: nothing, 0xffffffff: 'Infinity' }) })
const flag = (label: string, width: 8 | 16, mask: number) => bool(label, width, { mask, truth: ['Set', 'Not set'] })
/** An address of which only the first bytes are written. */
const prefixSpell: Spell = (b, start, end) => {
  const whole = new Uint8Array(16)
  whole.set(b.subarray(start, Math.min(end, start + 16)))
  return ipv6Text(whole, 0)
}

const sourceLink = bytes('Source Link-layer address', { separator: ':' })
const targetLink = bytes('Target Link-layer address', { separator: ':' })
const f = fields('icmpv6', {
  opt: {
    self: group('ICMPv6 Option'),
    type: uint8('Type', { names: optionNames }),
    length: uint8('Length', { about: 'In units of eight bytes' }),
    reserved: group('Reserved'),
    padding: group('Padding'),
    linkaddr: bytes('Link-layer address', { separator: ':' }),
    src_linkaddr: sourceLink,
    target_linkaddr: targetLink,
    prefix: {
      self: ipv6('Prefix'),
      length: uint8('Prefix Length'),
      flag: uint8(
        'Flag',
        { base: 'hex' },
        {
          l: flag('On-link flag(L)', 8, 0x80),
          a: flag('Autonomous address-configuration flag(A)', 8, 0x40),
          r: flag('Router address flag(R)', 8, 0x20),
          reserved: uint8('Reserved', { mask: 0x1f }),
        },
      ),
      valid_lifetime: uint32('Valid Lifetime', infinity),
      preferred_lifetime: uint32('Preferred Lifetime', infinity),
    },
    redirected_packet: group('Redirected Packet'),
    mtu: uint32('MTU'),
    nbma: { shortcut_limit: uint8('Shortcut Limit') },
    advertisement_interval: uint32('Advertisement Interval'),
    home_agent_preference: uint16('Home Agent Preference'),
    home_agent_lifetime: uint16('Home Agent Preference', { about: 'Its lifetime, whatever the label says' }),
    ipv6_address: ipv6('IPv6 Address'),
    timestamp: abstime('Timestamp'),
    nonce: bytes('Nonce'),
    route_info: {
      flag: uint8(
        'Flag',
        { base: 'hex' },
        {
          route_preference: uint8('Route Preference', { mask: 0x18, names: preferenceNames }),
          reserved: uint8('Reserved', { mask: 0xe7 }),
        },
      ),
    },
    route_lifetime: uint32('Route Lifetime', infinity),
    rdnss: {
      self: ipv6('Recursive DNS Servers'),
      lifetime: lifetime('RDNSS address MUST no longer be used'),
    },
    efo: uint16(
      'Flags Expansion Option',
      { base: 'hex' },
      {
        m: flag('Managed address configuration', 16, 0x8000),
        o: flag('Other configuration', 16, 0x4000),
        h: flag('Home Agent', 16, 0x2000),
        prf: uint16('Prf (Default Router Preference)', { mask: 0x1800, names: preferenceNames }),
        p: flag('Proxy', 16, 0x400),
        rsv: uint16('Reserved', { mask: 0x2ff }),
      },
    ),
    dnssl: {
      self: text('Domain Names', { spell: domainName }),
      lifetime: lifetime('DNSSL domain name MUST no longer be used'),
    },
    aro: {
      status: uint8('Status', { names: { 0: 'Success', 1: 'Duplicate Exists', 2: 'Neighbor Cache Full' } }),
      registration_lifetime: uint16('Registration  Lifetime'),
      eui64: eui64('EUI-64'),
    },
    '6co': {
      context_length: uint8('Context Length'),
      flag: uint8(
        'Flag',
        { base: 'hex' },
        {
          c: flag('Compression Flag', 8, 0x10),
          cid: uint8('CID', { mask: 0x0f }),
          reserved: uint8('Reserved', { mask: 0xe0 }),
        },
      ),
      valid_lifetime: uint16('Lifetime'),
      context_prefix: ipv6('Context Prefix', { spell: prefixSpell }),
    },
    abro: {
      version_low: uint16('Version Low'),
      version_high: uint16('Version'),
      valid_lifetime: uint16('Valid Lifetime'),
      '6lbr_address': ipv6('6LBR Address'),
    },
    '6cio': {
      first: word(16, {
        unassigned1: uint16('Unassigned', { base: 'hex', mask: 0xfffe }),
        flag_g: uint16('G', { base: 'hex', mask: 1 }),
      }),
      unassigned2: uint32('Unassigned', { base: 'hex' }),
    },
    captive_portal: text('Captive Portal', { spell: untilZero }),
    pref64: {
      first: word(16, {
        scaled_lifetime: uint16('Scaled Lifetime', { mask: 0xfff8, about: 'In units of eight seconds' }),
        plc: uint16('PLC (Prefix Length Code)', {
          base: 'hex',
          mask: 7,
          names: {
            0: '96 bits prefix length',
            1: '64 bits prefix length',
            2: '56 bits prefix length',
            3: '48 bits prefix length',
            4: '40 bits prefix length',
            5: '32 bits prefix length',
          },
        }),
      }),
      prefix: ipv6('Prefix', { spell: prefixSpell }),
    },
  },
  data: bytes('Data'),
  unknown_data: {
    self: bytes('Unknown Data'),
    expert: error('Unknown Data (not interpreted)', 'Malformed'),
  },
  invalid_option_length: error('Invalid Option Length', 'Malformed'),
  undecoded: { option: note('Undecoded option', 'Undecoded') },
})
const o = f.opt
/** A prefix cut to the bytes that are needed, which shares the name of the whole one. */
const shortPrefix = fields('icmpv6.opt', { prefix: ipv6('Prefix', { spell: prefixSpell }) }, 'icmpv6').prefix

/** Reads the options that fill the rest of a message and notes where the link-layer addresses in them are. */
export function neighborOptions(d: Dissection, s: { source: number; destination: number }): void {
  while (d.reportedLeft > 0) if (!option(d, s)) return
}

/** Reads one option; false when its length leaves no way to the next one. */
function option(d: Dissection, s: { source: number; destination: number }): boolean {
  const start = d.pos
  const type = d.peek8()
  const units = d.peek8(1)
  const opened = d.open(o.self)
  if (d.showing) d.append(` (${optionNames[type] ?? `Unknown ${type}`}`, opened)
  d.u8(o.type)
  d.u8(o.length)
  if (d.showing) d.append(` (${units * 8} bytes)`)
  const prefixTooLong = units > 3 && (type === Option.Route || type === Option.Context)
  if (units === 0 || prefixTooLong) {
    d.enter()
    d.note(f.invalid_option_length, units === 0 ? 'Invalid option length (Zero)' : f.invalid_option_length.label)
    d.leave()
  }
  const size = units * 8 - 2
  if (units === 0) {
    d.close(opened)
    return false
  }
  if (size > d.reportedLeft) d.malformed()
  const end = d.end
  const reported = d.reported
  d.limit(size)
  content(d, s, type, units, opened)
  if (d.left > 0) {
    d.take(f.unknown_data.self, d.left)
    d.enter()
    d.note(f.unknown_data.expert)
    d.leave()
  }
  d.end = end
  d.reported = reported
  if (d.showing) d.append(')', opened)
  d.seek(start + units * 8)
  d.close(opened)
  return true
}

function content(
  d: Dissection,
  s: { source: number; destination: number },
  type: number,
  units: number,
  opened: number,
): void {
  switch (type) {
    case Option.SourceLink:
      s.source = linkAddress(d, units, sourceLink, opened)
      return
    case Option.TargetLink:
      s.destination = linkAddress(d, units, targetLink, opened)
      return
    case Option.Prefix: {
      const length = d.u8(o.prefix.length)
      const flags = d.u8(o.prefix.flag)
      if (d.showing) d.append(flagList(o.prefix.flag.parts, flags))
      d.u32(o.prefix.valid_lifetime)
      d.u32(o.prefix.preferred_lifetime)
      blank(d, o.reserved, 4)
      const address = d.take(o.prefix.self, 16)
      if (d.showing) d.append(` : ${ipv6Text(d.bytes, address)}/${length}`, opened)
      return
    }
    case Option.Redirected:
      blank(d, o.reserved, 6)
      if (d.reportedLeft === 0) return
      d.closeAt(d.open(o.redirected_packet), d.pos, d.end)
      if (d.peek8() >>> 4 === 6) d.quote(ipProtocols, 41)
      else d.quote(echoPayloads, 0)
      return
    case Option.Mtu:
      blank(d, o.reserved, 2)
      return titled(d, opened, d.u32(o.mtu))
    case Option.Shortcut: {
      const limit = d.u8(o.nbma.shortcut_limit)
      blank(d, o.reserved, 1)
      blank(d, o.reserved, 3)
      return titled(d, opened, limit)
    }
    case Option.Interval:
      blank(d, o.reserved, 2)
      return titled(d, opened, d.u32(o.advertisement_interval))
    case Option.HomeAgent:
      blank(d, o.reserved, 2)
      d.u16(o.home_agent_preference)
      d.u16(o.home_agent_lifetime)
      return
    case Option.SourceList:
    case Option.TargetList:
      blank(d, o.reserved, 6)
      return addresses(d, o.ipv6_address, opened)
    case Option.Timestamp: {
      blank(d, o.reserved, 6)
      const seconds = d.peek16() * 0x100000000 + d.peek32(2)
      const fraction = d.peek16(6)
      d.timeAt(o.timestamp, d.pos, d.pos + 8, seconds, Math.floor((fraction * 1e9) / 65536))
      return d.skip(8)
    }
    case Option.Nonce:
      d.take(o.nonce, d.left)
      return
    case Option.Route: {
      const length = d.u8(o.prefix.length)
      const flags = d.u8(o.route_info.flag)
      if (d.showing) {
        d.append(flagList(o.route_info.flag.parts, flags))
        d.append(` : ${preferenceNames[((flags >>> 3) & 3) as 0]}`, opened)
      }
      d.u32(o.route_lifetime)
      return partOfPrefix(d, shortPrefix, units, length, opened)
    }
    case Option.Rdnss:
      blank(d, o.reserved, 2)
      d.u32(o.rdnss.lifetime)
      return addresses(d, o.rdnss.self, opened)
    case Option.Flags: {
      const flags = d.u16(o.efo)
      if (d.showing) d.append(flagList(o.efo.parts, flags))
      return blank(d, o.reserved, 4)
    }
    case Option.Dnssl:
      blank(d, o.reserved, 2)
      d.u32(o.dnssl.lifetime)
      return searchList(d, opened)
    case Option.Registration:
      return registration(d, opened)
    case Option.Context: {
      const length = d.u8(o['6co'].context_length)
      const flags = d.u8(o['6co'].flag)
      if (d.showing) d.append(flagList(o['6co'].flag.parts, flags))
      blank(d, o.reserved, 2)
      d.u16(o['6co'].valid_lifetime)
      return partOfPrefix(d, o['6co'].context_prefix, units, length, opened)
    }
    case Option.BorderRouter: {
      const low = d.u16(o.abro.version_low)
      const high = d.u16(o.abro.version_high)
      const valid = d.u16(o.abro.valid_lifetime)
      const address = d.take(o.abro['6lbr_address'], 16)
      if (!d.showing) return
      const router = ipv6Text(d.bytes, address)
      return d.append(` : Version ${high}.${low}, Valid Lifetime : ${valid}, 6LBR : ${router}`, opened)
    }
    case Option.Capability:
      d.u16(o['6cio'].first)
      d.u32(o['6cio'].unassigned2)
      return
    case Option.CaptivePortal:
      d.take(o.captive_portal, d.left)
      return
    case Option.Pref64:
      d.u16(o.pref64.first)
      d.take(o.pref64.prefix, 12)
      return
    default:
      d.note(f.undecoded.option, notImplemented('Option', type))
      d.take(f.data, d.left)
  }
}

/** Bytes that mean nothing. */
function blank(d: Dissection, field: Group, size: number): void {
  const opened = d.open(field)
  d.skip(size)
  d.close(opened)
}

function titled(d: Dissection, opened: number, value: number): void {
  if (d.showing) d.append(` : ${value}`, opened)
}

/** Returns where the address is when it is an Ethernet address, else -1. */
function linkAddress(d: Dissection, units: number, own: Field<'bytes'>, opened: number): number {
  const size = d.left
  const p = d.take(o.linkaddr, size)
  d.spanAt(own, p, p + size)
  d.hide()
  if (units !== 1) return -1
  if (d.showing) d.append(` : ${etherText(d.bytes, p)}`, opened)
  return p
}

function addresses(d: Dissection, field: Field<'ipv6'>, opened: number): void {
  while (d.reportedLeft > 0) {
    const p = d.take(field, 16)
    if (d.showing) d.append(` ${ipv6Text(d.bytes, p)}`, opened)
  }
}

/** The prefix of an option of 1, 2 or 3 units: none of it, eight bytes or all of it. */
function partOfPrefix(d: Dissection, field: Field<'ipv6'>, units: number, length: number, opened: number): void {
  if (units > 3) return
  const p = d.pos
  if (units > 1) d.take(field, (units - 1) * 8)
  if (!d.showing) return
  d.append(` ${units === 1 ? '::' : prefixSpell(d.bytes, p, d.pos, 0)}/${length}`, opened)
}

/** RFC 8106 section 5.2: names without compression, then zero bytes up to the end. */
function searchList(d: Dissection, opened: number): void {
  while (d.left > 0 && d.peek8() !== 0) {
    const size = domainNameSize(d.bytes, d.pos, d.end)
    if (size < 0) d.malformed()
    const p = d.take(o.dnssl.self, size)
    if (d.showing) d.append(` ${domainName(d.bytes, p, p + size, 0)}`, opened)
  }
  if (d.left > 0) blank(d, o.padding, d.left)
}

function registration(d: Dissection, opened: number): void {
  const status = d.u8(o.aro.status)
  blank(d, o.reserved, 3)
  d.u16(o.aro.registration_lifetime)
  const p = d.take(o.aro.eui64, 8)
  if (!d.showing) return
  const id = hexText(d.bytes, p, p + 8, ':')
  d.append(` (${id})`)
  const names = o.aro.status.names as Readonly<Record<number, string>>
  d.append(` : Register ${id} ${names[status] ?? `Unknown ${status}`}`, opened)
}
