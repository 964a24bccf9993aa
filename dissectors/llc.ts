/** Logical link control, IEEE 802.2, with the SNAP extension of IEEE 802. */
import {
  bool,
  type Dissection,
  type Field,
  fields,
  protocol,
  protocolField,
  table,
  uint16,
  uint24,
  uint8,
} from '../src/dissect/index.js'
import { Ethertype, ethertypeNames, ethertypes } from './shared/ethertypes.js'
import { controlFields, controlText, takeControl } from './shared/llc-control.js'
import { sapNames } from './shared/llc-saps.js'
import { ouiOwner, ouiText } from './shared/oui.js'

/** Destination service access points. */
export const saps = table('llc.dsap', 256)
/** Protocol ids of Cisco. */
export const ciscoPids = table('llc.cisco_pid')
/** Protocol ids of IEEE 802.1's own organization code: bridged frames. */
export const bridgedPids = table('llc.bridged_pid')

const Sap = { Ip: 0x06, Snap: 0xaa } as const
const Organization = { Ethernet: 0, Cisco: 0x00000c, Cisco8021H: 0x0000f8, Ieee8021: 0x0080c2 } as const
const INFORMATION_MASK = 0x01
/** Bytes before a bridged frame, as RFC 2684 section 5.2 has them. */
const BRIDGE_PAD = 2
const UNNUMBERED_INFORMATION = 0x03

const sapName = (sap: number): string => sapNames[sap << 1] ?? 'Unknown'

const f = fields('llc', {
  self: protocolField('Logical-Link Control'),
  dsap: uint8(
    'DSAP',
    { base: 'hex', names: sapNames },
    {
      sap: uint8('SAP', { base: 'custom', show: sapName, mask: 0xfe }),
      ig: bool('IG Bit', 8, { mask: 0x01, truth: ['Group', 'Individual'] }),
    },
  ),
  ssap: uint8(
    'SSAP',
    { base: 'hex', names: sapNames },
    {
      sap: uint8('SAP', { base: 'custom', show: sapName, mask: 0xfe }),
      cr: bool('CR Bit', 8, { mask: 0x01, truth: ['Response', 'Command'] }),
    },
  ),
  control: controlFields,
  oui: uint24('Organization Code', { base: 'custom', show: ouiText }),
  type: uint16('Type', { base: 'hex', names: ethertypeNames }),
  pid: uint16('Protocol ID', { base: 'hex' }),
})

const pid = (names: Readonly<Record<number, string>>): Field<'uint'> => uint16('PID', { base: 'hex', names })
const p = fields(
  'llc',
  {
    foundry_pid: pid({ 0x2000: 'FDP' }),
    apple_atalk_pid: pid({ 0x809b: 'AppleTalk' }),
    wlccp_pid: pid({ 0x0000: 'WLCCP' }),
    extreme_pid: pid({ 0x00bb: 'EDP' }),
    apple_awdl_pid: pid({ 0x0800: 'AWDL' }),
    force10_pid: pid({ 0x0111: 'FEFD' }),
    bluetooth_pid: pid({
      1: 'AMP_U L2CAP ACL data',
      2: 'AMP-C Activity Report',
      3: 'AMP-C Security frames',
      4: 'AMP-C Link supervision request',
      5: 'AMP-C Link supervision reply',
    }),
    iana_pid: pid({
      1: 'MARS Data Messages (short form)',
      2: 'Reserved for future NHRP use',
      3: 'MARS/NHRP Control Messages',
      4: 'MARS Data Messages (long form)',
      5: 'SCSP',
      6: 'VRID',
      7: 'L2TP',
      8: 'VPN ID',
      9: 'MSDP-GRE-Protocol Type',
    }),
    nortel_pid: pid({ 0x01a1: 'NDP flatnet hello', 0x01a2: 'NDP segment hello', 0x01a3: 'NDP bridge hello' }),
    cisco_pid: pid({
      0x0102: 'DRIP',
      0x0104: 'PAgP',
      0x0105: 'MLS Hello',
      0x0108: 'RLQ BPDUs (request)',
      0x0109: 'RLQ BPDUs (response)',
      0x010b: 'PVSTP+',
      0x010c: 'VLAN Bridge',
      0x0111: 'UDLD',
      0x0139: 'MCP',
      0x2000: 'CDP',
      0x2001: 'CGMP',
      0x2003: 'VTP',
      0x2004: 'DTP',
      0x200a: 'STP Uplink Fast',
    }),
  },
  'llc',
)
const pidFields: Readonly<Record<number, Field<'uint'>>> = {
  [Organization.Cisco]: p.cisco_pid,
  0x00005e: p.iana_pid,
  0x000081: p.nortel_pid,
  0x0001e8: p.force10_pid,
  0x0017f2: p.apple_awdl_pid,
  0x001958: p.bluetooth_pid,
  0x004096: p.wlccp_pid,
  0x00e02b: p.extreme_pid,
  0x00e052: p.foundry_pid,
  0x080007: p.apple_atalk_pid,
}

/** How far the header was read: what the Info column may speak of. */
const Read = { Nothing: 0, Control: 1, Snap: 2, Complete: 3 } as const

export const llc = protocol({
  name: 'Logical-Link Control',
  short: 'LLC',
  spec: 'IEEE 802.2',
  self: f.self,
  under: { 'frame.linktype': 100, 'sll.ltype': 4 },
  summary: () => ({ dsap: 0, ssap: 0, control: 0, oui: 0, pid: 0, read: Read.Nothing as number }),

  dissect(d, s) {
    s.read = Read.Nothing
    s.dsap = d.u8(f.dsap)
    s.ssap = d.u8(f.ssap)
    s.control = takeControl(d, isResponse(s.ssap))
    s.read = Read.Control
    if (s.dsap === Sap.Snap && s.ssap === Sap.Snap) {
      s.oui = (d.peek16() << 8) | d.peek8(2)
      s.pid = d.peek16(3)
      s.read = Read.Snap
      snap(d, s.oui, s.pid)
      return
    }
    s.read = Read.Complete
    const carries = (s.control & INFORMATION_MASK) === 0 || s.control === UNNUMBERED_INFORMATION
    if (!carries || s.dsap !== Sap.Ip) d.next(saps, carries ? s.dsap : 0)
    else d.nextEvenEmpty(ethertypes, Ethertype.Ipv4, false)
  },

  info(s) {
    if (s.read === Read.Nothing) return ''
    const control = controlText(s.control, isResponse(s.ssap))
    if (s.read === Read.Control) return control
    if (s.read === Read.Snap) {
      return `${control}; SNAP, OUI 0x${hex(s.oui, 6)} (${ouiOwner(s.oui) || 'Unknown'}), PID 0x${hex(s.pid, 4)}`
    }
    const to = `${sapText(s.dsap)} ${(s.dsap & 1) !== 0 ? 'Group' : 'Individual'}`
    return `${control}; DSAP ${to}, SSAP ${sapText(s.ssap)} ${isResponse(s.ssap) ? 'Response' : 'Command'}`
  },
})

const isResponse = (ssap: number): boolean => (ssap & 1) !== 0
const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0')
const sapText = (sap: number): string => sapNames[sap & 0xfe] ?? `0x${(sap & 0xfe).toString(16).padStart(2, '0')}`

function snap(d: Dissection, oui: number, id: number): void {
  d.u24(f.oui)
  if (oui === Organization.Ethernet || oui === Organization.Cisco8021H) {
    d.u16(f.type)
    d.nextEvenEmpty(ethertypes, id, false)
    return
  }
  d.u16(pidFields[oui] ?? f.pid)
  if (oui === Organization.Ieee8021) {
    if (d.knows(bridgedPids, id)) d.skip(BRIDGE_PAD)
    d.next(bridgedPids, id)
  } else if (oui === Organization.Cisco) d.next(ciscoPids, id)
  else d.nextData()
}
