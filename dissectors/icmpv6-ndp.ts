/**
 * Options of neighbor discovery: RFC 4861, 3122 (address lists), 3971 (timestamp, nonce), 4191 (routes), 5175 (flags), 6275
 * (mobility), 6775 (6LoWPAN), 8106 (DNS), 8781 (PREF64), 8910 (captive portal).
 */
import { type Dissection, etherText, type Field, type Group, hexText, ipv6Text } from '../src/dissect/index.js'
import { echoPayloads } from './icmp.js'
import { notImplemented } from './icmpv6-names.js'
import {
  NdpOption,
  ndpFields as f,
  optionNames,
  preferenceNames,
  prefixSpell,
  shortPrefix,
  sourceLink,
  targetLink,
} from './icmpv6-ndp-fields.js'
import { flagList } from './shared/flag-list.js'
import { ipProtocols } from './shared/ip-protocols.js'
import { domainName, domainNameSize } from './shared/text-spells.js'
import { noteBelow } from './shared/note-below.js'

const o = f.opt

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
  const prefixTooLong = units > 3 && (type === NdpOption.Route || type === NdpOption.Context)
  if (units === 0 || prefixTooLong) {
    noteBelow(d, f.invalid_option_length, units === 0 ? 'Invalid option length (Zero)' : f.invalid_option_length.label)
  }
  const size = units * 8 - 2
  if (units === 0) {
    d.close(opened)
    return false
  }
  const end = d.end
  const reported = d.reported
  d.limit(size)
  content(d, s, type, units, opened)
  if (d.pos < start + units * 8) {
    d.take(f.unknown_data.self, start + units * 8 - d.pos)
    noteBelow(d, f.unknown_data.expert)
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
    case NdpOption.SourceLink:
      s.source = linkAddress(d, units, sourceLink, opened)
      return
    case NdpOption.TargetLink:
      s.destination = linkAddress(d, units, targetLink, opened)
      return
    case NdpOption.Prefix: {
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
    case NdpOption.Redirected:
      blank(d, o.reserved, 6)
      if (d.reportedLeft === 0) return
      d.closeAt(d.open(o.redirected_packet), d.pos, d.end)
      if (d.peek8() >>> 4 === 6) d.quote(ipProtocols, 41)
      else d.quote(echoPayloads, 0)
      return
    case NdpOption.Mtu:
      blank(d, o.reserved, 2)
      return titled(d, opened, d.u32(o.mtu))
    case NdpOption.Shortcut: {
      const limit = d.u8(o.nbma.shortcut_limit)
      blank(d, o.reserved, 1)
      blank(d, o.reserved, 3)
      return titled(d, opened, limit)
    }
    case NdpOption.Interval:
      blank(d, o.reserved, 2)
      return titled(d, opened, d.u32(o.advertisement_interval))
    case NdpOption.HomeAgent:
      blank(d, o.reserved, 2)
      d.u16(o.home_agent_preference)
      d.u16(o.home_agent_lifetime)
      return
    case NdpOption.SourceList:
    case NdpOption.TargetList:
      blank(d, o.reserved, 6)
      return addresses(d, o.ipv6_address, opened)
    case NdpOption.Timestamp: {
      blank(d, o.reserved, 6)
      const seconds = d.peek16() * 0x100000000 + d.peek32(2)
      const fraction = d.peek16(6)
      d.timeAt(o.timestamp, d.pos, d.pos + 8, seconds, Math.floor((fraction * 1e9) / 65536))
      return d.skip(8)
    }
    case NdpOption.Nonce:
      d.take(o.nonce, units * 8 - 2)
      return
    case NdpOption.Route: {
      const length = d.u8(o.prefix.length)
      const flags = d.u8(o.route_info.flag)
      if (d.showing) {
        d.append(flagList(o.route_info.flag.parts, flags))
        d.append(` : ${preferenceNames[((flags >>> 3) & 3) as 0]}`, opened)
      }
      d.u32(o.route_lifetime)
      return partOfPrefix(d, shortPrefix, units, length, opened)
    }
    case NdpOption.Rdnss:
      blank(d, o.reserved, 2)
      d.u32(o.rdnss.lifetime)
      return addresses(d, o.rdnss.self, opened)
    case NdpOption.Flags: {
      const flags = d.u16(o.efo)
      if (d.showing) d.append(flagList(o.efo.parts, flags))
      return blank(d, o.reserved, 4)
    }
    case NdpOption.Dnssl:
      blank(d, o.reserved, 2)
      d.u32(o.dnssl.lifetime)
      return searchList(d, opened)
    case NdpOption.Registration:
      return registration(d, opened)
    case NdpOption.Context: {
      const length = d.u8(o['6co'].context_length)
      const flags = d.u8(o['6co'].flag)
      if (d.showing) d.append(flagList(o['6co'].flag.parts, flags))
      blank(d, o.reserved, 2)
      d.u16(o['6co'].valid_lifetime)
      return partOfPrefix(d, o['6co'].context_prefix, units, length, opened)
    }
    case NdpOption.BorderRouter: {
      const low = d.u16(o.abro.version_low)
      const high = d.u16(o.abro.version_high)
      const valid = d.u16(o.abro.valid_lifetime)
      const address = d.take(o.abro['6lbr_address'], 16)
      if (!d.showing) return
      const router = ipv6Text(d.bytes, address)
      return d.append(` : Version ${high}.${low}, Valid Lifetime : ${valid}, 6LBR : ${router}`, opened)
    }
    case NdpOption.Capability:
      d.u16(o['6cio'].first)
      d.u32(o['6cio'].unassigned2)
      return
    case NdpOption.CaptivePortal:
      d.take(o.captive_portal, units * 8 - 2)
      return
    case NdpOption.Pref64: {
      const size = prefixBytes[d.u16(o.pref64.first) & 7]!
      d.peek8(11)
      d.spanAt(o.pref64.prefix, d.pos, d.pos + size)
      return d.skip(12)
    }
    default:
      d.note(f.undecoded.option, notImplemented('Option', type))
      d.take(f.data, units * 8 - 2)
  }
}

/** RFC 8781 section 4: how much of the prefix counts, by its length code. */
const prefixBytes = [12, 8, 7, 6, 5, 4, 0, 0]

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
  const size = units * 8 - 2
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
