/** What options of neighbor discovery can say; icmpv6-ndp.ts reads them. */
import {
  abstime,
  bool,
  bytes,
  error,
  eui64,
  fields,
  group,
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
import { domainName, untilZero } from './shared/text-spells.js'

/** RFC 4191: how much a router or route is preferred. */
export const preferenceNames = { 0: 'Medium', 1: 'High', 2: 'Reserved', 3: 'Low' } as const

export const NdpOption = {
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
export const optionNames: Readonly<Record<number, string>> = {
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

const words = (special: Readonly<Record<number, string>>) => (v: number) =>
  special[v] ? `${special[v]} (${v})` : `${v}`
const infinity = { base: 'custom', show: words({ 0xffffffff: 'Infinity' }) } as const
const lifetime = (nothing: string) =>
  uint32('Lifetime', { base: 'custom', show: words({ 0: nothing, 0xffffffff: 'Infinity' }) })
const flag = (label: string, width: 8 | 16, mask: number) => bool(label, width, { mask, truth: ['Set', 'Not set'] })
/** An address of which only the first bytes are written. */
export const prefixSpell: Spell = (b, start, end) => {
  const whole = new Uint8Array(16)
  whole.set(b.subarray(start, Math.min(end, start + 16)))
  return ipv6Text(whole, 0)
}

export const sourceLink = bytes('Source Link-layer address', { separator: ':' })
export const targetLink = bytes('Target Link-layer address', { separator: ':' })
export const ndpFields = fields('icmpv6', {
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
/** A prefix cut to the bytes that are needed, which shares the name of the whole one. */
export const shortPrefix = fields('icmpv6.opt', { prefix: ipv6('Prefix', { spell: prefixSpell }) }, 'icmpv6').prefix
