/**
 * Spanning tree: configuration messages and topology changes of IEEE 802.1D, rapid (802.1w) and multiple (802.1s)
 * spanning trees, and Cisco's one tree for each VLAN (PVST+).
 */
import {
  bool,
  bytes,
  comment,
  type Dissection,
  double,
  error,
  ether,
  type Field,
  fields,
  group,
  protocol,
  protocolField,
  uint16,
  uint8,
  uint32,
  warning,
} from '../src/dissect/index.js'
import { bridgeText, takeBridge } from './shared/bridge-identifier.js'
import { flagList, showParts } from './shared/flag-list.js'
import { hex4 } from './shared/hex-text.js'
import { multipleTrees } from './stp-multiple.js'
import { noteBelow } from './shared/note-below.js'

const Type = { Configuration: 0x00, Rapid: 0x02, TopologyChange: 0x80 } as const
const Version = { Multiple: 3, ShortestPath: 4 } as const
const TOPOLOGY_CHANGE = 0x01
/** Where the flags, the root and the port stand in a message. */
const FLAGS = 4
const ROOT = 5
const COST = 13
const PORT = 25
/** A message with a configuration of multiple trees is no shorter. */
const MULTIPLE_SIZE = 102
/** Protocol id of PVST+ below Cisco's organization code, and where the records behind its message begin. */
const PVST = 0x010b
const PVST_RECORDS = 36
const ORIGINATING_VLAN = 0
const RECORD_HEADER = 4

const yesNo = ['Yes', 'No'] as const
const flag = (label: string, mask: number) => bool(label, 8, { mask, truth: yesNo })
const roleNames: Readonly<Record<number, string>> = { 1: 'Alternate or Backup', 2: 'Root', 3: 'Designated' }

const f = fields('stp', {
  self: protocolField('Spanning Tree Protocol'),
  protocol: uint16('Protocol Identifier', { base: 'hex', names: { 0: 'Spanning Tree Protocol' } }),
  version: uint8('Protocol Version Identifier', {
    names: {
      0: 'Spanning Tree',
      2: 'Rapid Spanning Tree',
      3: 'Multiple Spanning Tree',
      4: 'Shortest Path Tree',
    },
  }),
  type: {
    self: uint8('BPDU Type', {
      base: 'hex',
      names: { 0: 'Configuration', 2: 'Rapid/Multiple Spanning Tree', 0x80: 'Topology Change Notification' },
    }),
    unknown: warning('Unknown BPDU type data'),
  },
  flags: {
    self: uint8('BPDU flags', { base: 'hex' }),
    tcack: flag('Topology Change Acknowledgment', 0x80),
    agreement: flag('Agreement', 0x40),
    forwarding: flag('Forwarding', 0x20),
    learning: flag('Learning', 0x10),
    port_role: uint8('Port Role', { mask: 0x0c, names: roleNames }),
    proposal: flag('Proposal', 0x02),
    tc: flag('Topology Change', TOPOLOGY_CHANGE),
  },
  _root: group('Root Identifier'),
  root: {
    prio: uint16('Root Bridge Priority'),
    ext: uint16('Root Bridge System ID Extension'),
    hw: ether('Root Bridge System ID'),
    cost: uint32('Root Path Cost'),
  },
  _bridge: group('Bridge Identifier'),
  bridge: {
    prio: uint16('Bridge Priority'),
    ext: uint16('Bridge System ID Extension'),
    hw: ether('Bridge System ID'),
  },
  port: uint16('Port identifier', { base: 'hex' }),
  msg_age: double('Message Age', { about: 'In seconds, as the times that follow' }),
  max_age: double('Max Age'),
  hello: double('Hello Time'),
  forward: double('Forward Delay'),
  version_1_length: uint8('Version 1 Length'),
  _record: group('Record'),
  pvst: {
    tlvtype: uint16('Type', { base: 'hex', names: { 0: 'Originating VLAN' } }),
    tlvlen: {
      self: uint16('Length'),
      invalid: error('Indicated length is not valid for this record type', 'Malformed'),
    },
    origvlan: {
      self: uint16('Originating VLAN'),
      missing: error('Originating (PVID) VLAN TLV is missing or corrupt', 'Malformed'),
    },
    tlvval: bytes('Value'),
    tlv: {
      truncated: error('TLV record is truncated prematurely', 'Malformed'),
      unknown: comment('TLV type is unknown', 'Undecoded'),
    },
  },
})
const support = fields(
  'bpdu',
  { version_support: warning('This version of Wireshark only knows about versions 0, 2, 3 & 4') },
  'stp',
)
const rapidFlags = [
  f.flags.tcack,
  f.flags.agreement,
  f.flags.forwarding,
  f.flags.learning,
  f.flags.port_role,
  f.flags.proposal,
  f.flags.tc,
]
const plainFlags = [f.flags.tcack, f.flags.tc]

export const stp = protocol({
  name: 'Spanning Tree Protocol',
  short: 'STP',
  spec: 'IEEE 802.1D',
  self: f.self,
  writes: ['mstp', 'bpdu'],
  under: { 'llc.dsap': 0x42, 'llc.cisco_pid': [0x0108, 0x0109, PVST, 0x010c], 'eth.type': 0x8181 },
  summary: () => ({ type: -1, version: 0, flags: 0, root: 0, cost: 0, port: 0 }),

  dissect(d, s) {
    s.type = -1
    const start = d.pos
    const type = d.peek8(3)
    s.version = d.peek8(2)
    const isConfiguration = type === Type.Configuration || type === Type.Rapid
    if (isConfiguration) {
      s.flags = d.peek8(FLAGS)
      s.port = d.peek16(PORT)
      s.cost = d.peek32(COST)
      s.root = start + ROOT
    }
    s.type = type
    d.u16(f.protocol)
    d.u8(f.version)
    if (s.version > Version.ShortestPath || s.version === 1) noteBelow(d, support.version_support)
    d.u8(f.type.self)
    if (!isConfiguration) {
      if (type !== Type.TopologyChange) noteBelow(d, f.type.unknown)
      return
    }
    takeFlags(d, f.flags.self, type === Type.Rapid ? rapidFlags : plainFlags)
    takeBridge(d, f._root, f.root)
    d.u32(f.root.cost)
    takeBridge(d, f._bridge, f.bridge)
    d.u16(f.port)
    takeTime(d, f.msg_age)
    takeTime(d, f.max_age)
    takeTime(d, f.hello)
    takeTime(d, f.forward)
    const length = type === Type.Rapid ? d.u8(f.version_1_length) : 0
    if (type === Type.Rapid && length === 0 && s.version >= Version.Multiple && d.reported - start >= MULTIPLE_SIZE)
      multipleTrees(d, takeTreeFlags)
    else if (isPvst(d, start)) takeRecords(d, start)
  },

  info(s, d) {
    if (s.type < 0) return ''
    if (s.type === Type.TopologyChange) return 'Topology Change Notification'
    if (s.type !== Type.Configuration && s.type !== Type.Rapid) return `Unknown BPDU type (${s.type})`
    const kind =
      s.type === Type.Configuration
        ? 'Conf'
        : s.version === Version.ShortestPath
          ? 'SPT'
          : s.version === Version.Multiple
            ? 'MST'
            : 'RST'
    const changes = (s.flags & TOPOLOGY_CHANGE) !== 0 ? 'TC + ' : ''
    const root = bridgeText(d.bytes, s.root, '/')
    return `${kind}. ${changes}Root = ${root}  Cost = ${s.cost}  Port = 0x${hex4(s.port)}`
  },
})

/** A byte of flags, with the ones that are shown of it. */
function takeFlags(d: Dissection, whole: Field<'uint'>, parts: readonly (Field<'uint'> | Field<'bool'>)[]): void {
  const flags = d.u8(whole)
  showParts(d, parts, flags, 1, d.showing ? flagList(parts, flags).replace(/Unknown \(\d\)/, 'Unknown') : '')
}

const takeTreeFlags = (d: Dissection, whole: Field<'uint'>): void => takeFlags(d, whole, rapidFlags)

/** A time is counted in parts of 256 of a second. */
function takeTime(d: Dissection, field: Field<'double'>): void {
  const start = d.pos
  const value = d.peek16()
  d.skip(2)
  d.at(field, start, start + 2, value / 256)
}

/** The protocol id stands right before the message. */
const isPvst = (d: Dissection, start: number): boolean =>
  start >= 2 && ((d.bytes[start - 2]! << 8) | d.bytes[start - 1]!) === PVST

/** What PVST+ adds: for which VLAN the message was sent. */
function takeRecords(d: Dissection, start: number): void {
  let isKnown = false
  if (d.reported >= start + PVST_RECORDS) d.seek(start + PVST_RECORDS)
  const records = d.pos
  while (d.reportedLeft >= RECORD_HEADER) if (takeRecord(d, d.peek16(), d.peek16(2))) isKnown = true
  if (d.reportedLeft > 0 || d.pos === records) d.note(f.pvst.tlv.truncated)
  if (!isKnown) d.note(f.pvst.origvlan.missing)
}

/** Takes one record if all of it is there; says whether it is the VLAN. */
function takeRecord(d: Dissection, type: number, length: number): boolean {
  d.peek8(RECORD_HEADER + length - 1)
  const opened = d.open(f._record)
  const isVlan = type === ORIGINATING_VLAN
  if (d.showing) d.caption(isVlan ? 'Originating VLAN' : `Unknown TLV type: 0x${hex4(type)}`, opened)
  d.u16(f.pvst.tlvtype)
  d.u16(f.pvst.tlvlen.self)
  const isRight = isVlan && length === 2
  if (isRight) {
    const vlan = d.u16(f.pvst.origvlan.self)
    if (d.showing) d.append(` (PVID): ${vlan}`, opened)
  } else if (isVlan) {
    noteBelow(d, f.pvst.tlvlen.invalid)
    d.skip(length)
  } else {
    d.take(f.pvst.tlvval, length)
    d.note(f.pvst.tlv.unknown)
  }
  d.close(opened)
  return isRight
}
