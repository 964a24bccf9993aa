/**
 * The one table of colours.
 *
 * Meaning comes first: protocol families have a hue, the same one in the list, the tree and the bytes; problems have
 * the loud colours. The tones are middle ones, readable on dark and on light terminals, and nothing is said by colour
 * alone.
 *
 * A style is a number, laid out as the cells of the screen library: flags in the bits from 18, foreground in 9 to 17,
 * background in 0 to 8; colour 0x1ff is the terminal's own. The library draws at most 256 colours, so `truecolor` looks
 * like `256`.
 */

import type { Severity } from '../session/session.js'

export type ColorMode = 'none' | '16' | '256' | 'truecolor'

const own = 0x1ff
const flag = { bold: 1 << 18, underline: 2 << 18, reverse: 8 << 18 } as const

/** What a text is, apart from its protocol. */
export type Role = 'text' | 'quiet' | 'strong' | 'accent' | 'rule' | 'key' | 'good' | 'literal'

/** Colour numbers in the palette of 256 and in that of 16. -1: the terminal's own. */
type Tone = readonly [many: number, few: number]

const roles: Record<Role, Tone> = {
  text: [-1, -1],
  quiet: [244, 8],
  strong: [-1, -1],
  accent: [68, 12],
  rule: [240, 8],
  key: [68, 12],
  good: [71, 2],
  literal: [137, 3],
}

const severities: Record<Severity, Tone> = { 0: [-1, -1], 1: [37, 6], 2: [178, 3], 3: [167, 1] }

/** Severity marks, in the order of `Severity`. */
export const severityMarks = [' ', '·', '!', '✗'] as const

const families = {
  frame: [245, 8],
  link: [137, 7],
  network: [67, 4],
  control: [133, 5],
  tcp: [71, 2],
  udp: [73, 12],
  names: [68, 12],
  web: [107, 10],
  secure: [140, 13],
  mail: [174, 5],
  local: [110, 14],
  other: [-1, -1],
} satisfies Record<string, Tone>

type Family = keyof typeof families

const members: Record<Exclude<Family, 'other'>, string> = {
  frame: 'frame data _ws.malformed _ws.short _ws.unreassembled',
  link:
    'eth ethertype llc snap vlan ieee8021ad sll null loop ppp pppoe pppoed pppoes wlan wlan_radio radiotap mpls stp ' +
    'lldp cdp lacp macsec',
  network: 'ip ipv6 gre vxlan geneve esp ah l2tp ipcomp teredo ayiya rip rsvp ospf eigrp vrrp hsrp bgp pim',
  control: 'arp rarp icmp icmpv6 igmp mld',
  tcp: 'tcp mptcp sctp',
  udp: 'udp udplite',
  names: 'dns mdns llmnr nbns nbdgm wins',
  web:
    'http http2 http3 websocket json xml urlencoded-form media data-text-lines mime_multipart grpc protobuf ' +
    'ftp ftp-data tftp',
  secure: 'tls ssl dtls ssh quic isakmp x509sat x509ce kerberos wg eapol eap radius',
  mail: 'smtp pop imap imf irc telnet sip sdp rtp rtcp mqtt rtsp',
  local: 'dhcp dhcpv6 bootp ntp snmp ssdp syslog ldap smb smb2 nfs rpc mysql pgsql redis modbus coap',
}

const familyOf = new Map<string, Family>()
for (const [family, ids] of Object.entries(members)) {
  for (const id of ids.split(' ')) familyOf.set(id, family as Family)
}

/** All styles of one way of colouring. */
export interface Theme {
  style(role: Role): number
  /** The hue of a protocol, by its id (`tcp`, `dns`, …). */
  layer(id: string): number
  severity(severity: Severity): number
  /** The selected row, in the pane that has the keys and in the others. */
  selection(focused: boolean): number
}

/** Builds the styles for a number of colours. */
export function createTheme(mode: ColorMode): Theme {
  const color = (tone: Tone): number => {
    const index = mode === 'none' ? -1 : mode === '16' ? tone[1] : tone[0]
    return ((index < 0 ? own : index) << 9) | own
  }
  return {
    style: (role) => color(roles[role]) | (role === 'strong' || role === 'key' ? flag.bold : 0),
    layer: (id) => color(families[familyOf.get(id) ?? 'other']),
    severity: (severity) => color(severities[severity]) | (severity >= 2 ? flag.bold : 0),
    selection: (focused) => {
      if (mode === 'none') return color(roles.text) | (focused ? flag.reverse : flag.underline)
      return focused ? color(roles.accent) | flag.reverse | flag.bold : color(roles.rule) | flag.reverse
    },
  }
}

export function bold(style: number): number {
  return style | flag.bold
}

export function underline(style: number): number {
  return style | flag.underline
}

export function isUnderlined(style: number): boolean {
  return (style & flag.underline) !== 0
}

/** Foreground and background exchanged: the selected row of the pane that has the keys. */
export function reverse(style: number): number {
  return style ^ flag.reverse
}

/** How many colours the terminal has, from the environment (NO_COLOR, COLORTERM, TERM). */
export function detectColors(env: Readonly<Record<string, string | undefined>>): ColorMode {
  const term = env['TERM'] ?? ''
  if (env['NO_COLOR'] || term === 'dumb' || /^vt(100|102|220)$/.test(term)) return 'none'
  if (/truecolor|24bit/.test(env['COLORTERM'] ?? '')) return 'truecolor'
  return /256|kitty|ghostty|alacritty|foot|wezterm|iterm|direct/.test(term) ? '256' : '16'
}
