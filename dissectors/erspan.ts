/** ERSPAN: frames that a switch mirrors to a far place, in GRE. Types I and II, and III with its platforms' subheaders. */
import {
  bool,
  type Dissection,
  fields,
  protocol,
  protocolField,
  uint16,
  uint32,
  uint64,
  warning,
} from '../src/dissect/index.js'
import { ethernet } from './ethernet.js'
import { GreFlag } from './shared/gre-types.js'
import { noteBelow } from './shared/note-below.js'

/** Type I is type II without a header, and told by GRE having no sequence number. */
const GRE_TYPE_1_AND_2 = 0x88be
const GRE_TYPE_3 = 0x22eb
const Version = { Two: 1, Three: 2 } as const
const SUBHEADER = 0x0001
const FrameType = { Ethernet: 0 } as const
const TITLE = 'Encapsulated Remote Switch Packet ANalysis'

const encapsulationNames = {
  0: 'Originally without VLAN tag',
  1: 'Originally ISL encapsulated',
  2: 'Originally 802.1Q encapsulated',
  3: 'VLAN tag preserved in frame',
}
const integrityNames = {
  0: 'Good or unknown integrity',
  1: 'Short frame',
  2: 'Oversized frame',
  3: 'CRC or alignment error',
}
const granularityNames = {
  0: '100 microseconds',
  1: '100 nanoseconds',
  2: 'IEEE 1588',
  3: 'Custom granularity',
}

const f = fields('erspan', {
  self: protocolField(TITLE),
  version: {
    self: uint16('Version', { mask: 0xf000, names: { 1: 'Type II', 2: 'Type III' } }),
    unknown: warning('Unknown version, please report or test to use fake ERSPAN preference', 'Undecoded'),
  },
  vlan: uint16('Vlan', { mask: 0x0fff }),
  cos: uint16('COS', { mask: 0xe000 }),
  encap: uint16('Encap', { mask: 0x1800, names: encapsulationNames }),
  bso: uint16('Bad/Short/Oversized', { mask: 0x1800, names: integrityNames }),
  truncated: uint16('Truncated', { mask: 0x0400, names: { 0: 'Not truncated', 1: 'Truncated' } }),
  spanid: uint16('SpanID', { mask: 0x03ff }),
  reserved: uint32('Reserved', { mask: 0xfff00000 }),
  index: uint32('Index', { mask: 0x000fffff }),
  timestamp: uint32('Timestamp', { mask: 0xffffffff }),
  sgt: uint16('Security Group Tag', { mask: 0xffff }),
  p: uint16('Has Ethernet PDU', { mask: 0x8000 }),
  ft: uint16('Frame Type', { mask: 0x7c00, names: { 0: 'Ethernet', 2: 'IP' } }),
  hw: uint16('Hardware ID', { mask: 0x03f0 }),
  gra: uint16('Timestamp granularity', { mask: 0x0006, names: granularityNames }),
  direction: bool('Direction', 16, { mask: 0x0008, truth: ['Egress', 'Ingress'] }),
  o: uint16('Optional Sub headers', { mask: SUBHEADER }),
  platid: uint32('Platform ID', { mask: 0xfc000000 }),
  pid1: {
    rsvd1: uint32('Reserved', { mask: 0x03fff000 }),
    vsmid: uint32('VSM Domain ID', { mask: 0x0fff }),
    port_index: uint32('Port ID/Index', { mask: 0xffffffff }),
  },
  pid3: {
    rsvd1: uint32('Reserved', { mask: 0x03ffc000 }),
    port_index: uint32('Port ID/Index', { mask: 0x3fff }),
    timestamp: uint32('Upper 32-bit Timestamp', { mask: 0xffffffff }),
  },
  pid4: {
    rsvd1: uint32('Reserved', { mask: 0x03ffc000 }),
    rsvd2: uint32('Reserved', { mask: 0x3fff }),
    rsvd3: uint32('Reserved', { mask: 0xffffffff }),
  },
  pid5: {
    switchid: uint32('Switch ID', { mask: 0x03ff0000 }),
    port_index: uint32('Port ID/Index', { mask: 0xffff }),
    timestamp: uint32('Timestamp (seconds)', { mask: 0xffffffff }),
  },
  pid7: {
    rsvd1: uint32('Reserved', { mask: 0x03f00000 }),
    source_index: uint32('Source Index', { mask: 0x000fffff }),
    timestamp: uint32('Upper 32-bit Timestamp', { mask: 0xffffffff }),
  },
  pid: { rsvd: uint64('Reserved', { mask: 0x03ffffff }) },
})

/** Two fields of a subheader's first word, and the one of its second. */
const platforms = {
  1: [f.pid1.rsvd1, f.pid1.vsmid, f.pid1.port_index],
  3: [f.pid3.rsvd1, f.pid3.port_index, f.pid3.timestamp],
  4: [f.pid4.rsvd1, f.pid4.rsvd2, f.pid4.rsvd3],
  5: [f.pid5.switchid, f.pid5.port_index, f.pid5.timestamp],
  6: [f.pid5.switchid, f.pid5.port_index, f.pid5.timestamp],
  7: [f.pid7.rsvd1, f.pid7.source_index, f.pid7.timestamp],
} as const

export const erspan = protocol({
  name: TITLE,
  short: 'ERSPAN',
  spec: 'draft-foschiano-erspan-03',
  self: f.self,
  under: { 'gre.proto': [GRE_TYPE_3, GRE_TYPE_1_AND_2] },
  summary: () => ({}),

  dissect(d) {
    const carrier = d.upperProtocol >>> 0
    if ((carrier & 0xffff) === GRE_TYPE_1_AND_2 && ((carrier >>> 16) & GreFlag.Sequence) === 0) {
      if (d.showing) d.captionLayer(`${TITLE} Type I`)
      return d.nextProtocol(ethernet)
    }
    const start = d.pos
    const first = d.peek16()
    const version = first >>> 12
    const known = version === Version.Two || version === Version.Three
    if (d.showing) d.captionLayer(`${TITLE} ${known ? (version === Version.Two ? 'Type II' : 'Type III') : 'Unknown'}`)
    d.at(f.version.self, start, start + 2, first)
    if (!known) {
      d.at(f.version.self, start, start + 2, first)
      noteBelow(d, f.version.unknown)
      return d.skip(d.left)
    }
    d.u16(f.vlan)
    takeSession(d, version)
    if (version === Version.Two) takeIndex(d)
    else if (takeTypeThree(d) !== FrameType.Ethernet) return d.nextData()
    d.nextProtocol(ethernet)
  },

  info: () => 'ERSPAN:',
})

function takeSession(d: Dissection, version: number): void {
  const start = d.pos
  const word = d.peek16()
  d.skip(2)
  d.at(f.cos, start, d.pos, word)
  d.at(version === Version.Two ? f.encap : f.bso, start, d.pos, word)
  d.at(f.truncated, start, d.pos, word)
  d.at(f.spanid, start, d.pos, word)
}

function takeIndex(d: Dissection): void {
  const start = d.pos
  const word = d.peek32()
  d.skip(4)
  d.at(f.reserved, start, d.pos, word)
  d.at(f.index, start, d.pos, word)
}

/** Takes what is special to type III, and returns the type of the frame. */
function takeTypeThree(d: Dissection): number {
  d.u32(f.timestamp)
  d.u16(f.sgt)
  const start = d.pos
  const word = d.peek16()
  d.skip(2)
  d.at(f.p, start, d.pos, word)
  d.at(f.ft, start, d.pos, word)
  d.at(f.hw, start, d.pos, word)
  d.at(f.direction, start, d.pos, word)
  d.at(f.gra, start, d.pos, word)
  d.at(f.o, start, d.pos, word)
  if ((word & SUBHEADER) !== 0) takeSubheader(d)
  return (word >>> 10) & 0x1f
}

function takeSubheader(d: Dissection): void {
  const start = d.pos
  const word = d.peek32()
  const platform = word >>> 26
  d.at(f.platid, start, start + 4, word)
  const parts = platforms[platform as keyof typeof platforms]
  if (parts === undefined) {
    d.skip(4)
    d.at(f.pid.rsvd, d.pos, d.pos + 4, d.peek32())
    return d.skip(4)
  }
  d.at(parts[0], start, start + 4, word)
  d.at(parts[1], start, start + 4, word)
  d.skip(4)
  d.u32(parts[2])
}
