/** Generic Network Virtualization Encapsulation, RFC 8926. */
import {
  bool,
  bytes,
  type Dissection,
  fields,
  group,
  protocol,
  protocolField,
  uint16,
  uint24,
  uint8,
  warning,
} from '../src/dissect/index.js'
import { Ethertype, ethertypeNames, ethertypes } from './shared/ethertypes.js'
import { flagList } from './shared/flag-list.js'
import { GreType, greTypes } from './shared/gre-types.js'
import { hex4 } from './shared/hex-text.js'
import { noteLine } from './shared/note-below.js'

const OAM = 0x80
const CRITICAL = 0x80
const OPTION_HEADER = 4
const truth = ['True', 'False'] as const

/** Who assigned an option its type; the last number of each range, and the name. */
const classRanges: readonly (readonly [number, string])[] = [
  [0x00ff, 'Standard'],
  [0x0100, 'Linux'],
  [0x0101, 'Open vSwitch'],
  [0x0102, 'Open Virtual Networking (OVN)'],
  [0x0103, 'In-band Network Telemetry (INT)'],
  [0x0104, 'VMware'],
  [0x0105, 'Amazon.com, Inc.'],
  [0x0106, 'Cisco Systems, Inc.'],
  [0x0107, 'Oracle Corporation'],
  [0x0110, 'Amazon.com, Inc.'],
  [0x0118, 'IBM'],
  [0x0128, 'Ericsson'],
  [0x0129, 'Oxide Computer Company'],
  [0x012f, ''],
  [0x0131, 'Cisco Systems, Inc.'],
  [0x0135, 'Google LLC'],
  [0x0136, 'InfoQuick Global Connection Tech Ltd.'],
  [0xfeff, 'Unassigned'],
  [0xffef, ''],
  [0xffff, 'Experimental'],
]
const className = (number: number): string => classRanges.find(([last]) => number <= last)![1]

const f = fields('geneve', {
  self: protocolField('Generic Network Virtualization Encapsulation'),
  _noted: group('Something is wrong'),
  version: { self: uint8('Version'), unknown: warning('Unknown version') },
  flags: uint8(
    'Flags',
    { base: 'hex' },
    {
      oam: bool('Operations, Administration and Management Frame', 8, { mask: OAM, truth }),
      critical: bool('Critical Options Present', 8, { mask: 0x40, truth }),
      reserved: bool('Reserved', 8, { mask: 0x3f, truth }),
    },
  ),
  proto_type: uint16('Protocol Type', { base: 'hex', names: ethertypeNames }),
  vni: uint24('Virtual Network Identifier (VNI)', { base: 'hex_dec' }),
  reserved: uint8('Reserved', { base: 'hex' }),
  options: bytes('Geneve Options'),
  option: {
    self: bytes('Option'),
    class: uint16('Class', { base: 'hex', names: className }),
    type: { self: uint8('Type', { base: 'hex' }), critical: bool('Critical Option', 8, { mask: CRITICAL, truth }) },
    flags: { self: uint8('Flags', { base: 'hex' }), reserved: bool('Reserved', 8, { mask: 0xe0, truth }) },
    length: { self: uint8('Length', { unit: ' bytes' }), invalid: warning('Invalid length for option') },
    unknown: { data: bytes('Unknown Option Data') },
  },
})
const flagParts = f.flags.parts

export const geneve = protocol({
  name: 'Generic Network Virtualization Encapsulation',
  short: 'Geneve',
  spec: 'RFC 8926',
  self: f.self,
  under: { 'udp.port': 6081 },
  summary: () => ({ type: 0, read: false }),

  dissect(d, s) {
    s.read = false
    const start = d.pos
    const first = d.peek8()
    const version = first >> 6
    const size = 4 * (first & 0x3f)
    d.skip(1)
    d.at(f.version.self, start, start + 1, version)
    if (version !== 0) noteLine(d, f._noted, f.version.unknown, `Unknown version ${version}`)
    d.at(f.option.length.self, start, start + 1, size)
    const flags = d.u8(f.flags)
    if (d.showing) d.append(flagList(flagParts, flags))
    s.type = d.u16(f.proto_type)
    s.read = true
    const network = d.u24(f.vni)
    if (d.showing) {
      const digits = network.toString(16).padStart(6, '0')
      const title = `Generic Network Virtualization Encapsulation, VNI: 0x${digits}`
      d.captionLayer((flags & OAM) === 0 ? title : `${title}, OAM`)
    }
    if (d.u8(f.reserved) === 0) d.hide()
    if (size > 0) takeOptions(d, size)
    if (s.type === GreType.Ethernet) d.nextEvenEmpty(greTypes, s.type)
    else if (s.type === Ethertype.Ipv4 || s.type === Ethertype.Ipv6) d.nextEvenEmpty(ethertypes, s.type, false)
    else d.next(ethertypes, s.type, false)
  },

  info: (s) => (s.read ? `Encapsulated ${ethertypeNames[s.type] ?? `0x${hex4(s.type)} (unknown)`}` : ''),
})

function takeOptions(d: Dissection, size: number): void {
  const end = d.take(f.options, size) + size
  if (d.showing) d.caption(`Options: (${size} bytes)`)
  d.enter()
  let at = end - size
  while (at + OPTION_HEADER <= end) at += option(d, at, end)
  d.leave()
}

const optionName = (owner: number, type: number): string =>
  `Unknown, Class: ${className(owner) || 'Unknown'} (0x${hex4(owner)}) Type: 0x${type.toString(16).padStart(2, '0')}`

/** Describes the option that begins at `at`, and returns its size. One that is too long ends them all. */
function option(d: Dissection, at: number, end: number): number {
  const b = d.bytes
  const owner = (b[at]! << 8) | b[at + 1]!
  const type = b[at + 2]!
  const last = b[at + 3]!
  const size = OPTION_HEADER + 4 * (last & 0x1f)
  const name = d.recording ? optionName(owner, type) : ''
  if (at + size > end) {
    noteLine(d, f._noted, f.option.length.invalid, `${name} (length of ${size} is past end of options)`)
    return end - at
  }
  const weight = ` (${(type & CRITICAL) === 0 ? 'Non-critical' : 'Critical'})`
  d.spanAt(f.option.self, at, at + size)
  if (d.showing) d.caption(name + weight)
  d.enter()
  d.at(f.option.class, at, at + 2, owner)
  d.at(f.option.type.self, at + 2, at + 3, type)
  if (d.showing) d.append(weight)
  d.at(f.option.type.critical, at + 2, at + 3, type)
  d.hide()
  d.at(f.option.flags.self, at + 3, at + 4, last >> 5)
  if (last >> 5 === 0) d.hide()
  else if (d.showing) d.append(' (RSVD)')
  d.enter()
  d.at(f.option.flags.reserved, at + 3, at + 4, last)
  d.leave()
  d.at(f.option.length.self, at + 3, at + 4, size)
  d.spanAt(f.option.unknown.data, at + OPTION_HEADER, at + size)
  d.leave()
  return size
}
