/** Records of LLDP that organizations define: IEEE 802.1 (VLANs) and IEEE 802.3 (what the port is). */
import {
  bool,
  bytes,
  type Dissection,
  type Field,
  fields,
  group,
  text,
  uint16,
  uint24,
  uint32,
  uint8,
  warning,
} from '../src/dissect/index.js'
import { bitPattern } from './shared/bit-pattern.js'
import { mauTypeNames } from './shared/mau-types.js'
import { ouiOwner, ouiText } from './shared/oui.js'
import { noteBelow } from './shared/note-below.js'

const Organization = { Ieee8021: 0x0080c2, Ieee8023: 0x00120f } as const
const Vlan = { Port: 1, PortAndProtocol: 2, Name: 3, Protocol: 4, Aggregation: 7 } as const
const Medium = { Physical: 1, Power: 2, Aggregation: 3, FrameSize: 4 } as const
const SUBTYPE_AT = 5

const yesNo = ['Yes', 'No'] as const
const enabled = ['Enabled', 'Disabled'] as const
const supported = ['Supported', 'Not supported'] as const

const vlanNames: Readonly<Record<number, string>> = {
  1: 'Port VLAN ID',
  2: 'Port and Protocol VLAN ID',
  3: 'VLAN Name',
  4: 'Protocol Identity',
  5: 'VID Usage Digest',
  6: 'Management VID',
  7: 'Link Aggregation',
  8: 'Congestion Notification',
  9: 'ETS Configuration',
  10: 'ETS Recommendation',
  11: 'Priority Flow Control Configuration',
  12: 'Application Protocol',
  13: 'EVB',
  14: 'CDCP',
  15: 'Port extension',
  16: 'Application VLAN',
  17: 'LRP ECP Discovery',
  18: 'LRP TCP Discovery',
  19: 'Congestion Isolation',
  20: 'Topology Recognition',
}
const mediumNames: Readonly<Record<number, string>> = {
  1: 'MAC/PHY Configuration/Status',
  2: 'Power Via MDI',
  3: 'Link Aggregation',
  4: 'Maximum Frame Size',
  5: 'EEE (Energy-Efficient Ethernet)',
  7: 'IEEE 802.3br Additional Ethernet capabilities',
}
const portTypeNames: Readonly<Record<number, string>> = {
  0: 'Not specified',
  1: 'From aggregation port',
  2: 'From aggregator',
  3: 'Single instance',
}

/** As Wireshark has it, which knows the two by other names than the register. */
const organizationText = (oui: number): string =>
  oui === Organization.Ieee8021
    ? '00:80:c2 (IEEE)'
    : oui === Organization.Ieee8023
      ? '00:12:0f (Ieee 802.3)'
      : ouiText(oui)

const deviceNames: Readonly<Record<number, string>> = {
  0: 'Type 2 PSE Device',
  1: 'Type 2 PD Device',
  2: 'Type 1 PSE Device',
  3: 'Type 1 PD Device',
}
const priorityNames: Readonly<Record<number, string>> = { 0: 'Unknown', 1: 'Critical', 2: 'High', 3: 'Low' }
/** Where the power of a device comes from that takes it, and of one that gives it. */
const takerSources = ['Unknown', 'PSE', 'Local', 'PSE and Local'] as const
const giverSources = ['Unknown', 'Primary Power Source', 'Backup Power Source', 'Reserved'] as const
const TAKES_POWER = 0x40
/** Tenths of a watt. */
const watts = (value: number): string => `${Math.floor(value / 10)}.${value % 10}. Watt`

/** Kinds of links, in the order of their bits, the lowest first. */
const links = [
  ['1000base_tfd', '1000BASE-T (full duplex mode)'],
  ['1000base_t', '1000BASE-T (half duplex mode)'],
  ['1000base_xfd', '1000BASE-X (-LX, -SX, -CX full duplex mode)'],
  ['1000base_x', '1000BASE-X (-LX, -SX, -CX half duplex mode)'],
  ['fdx_bpause', 'Asymmetric and Symmetric PAUSE (for full-duplex links)'],
  ['fdx_spause', 'Symmetric PAUSE (for full-duplex links)'],
  ['fdx_apause', 'Asymmetric PAUSE (for full-duplex links)'],
  ['fdx_pause', 'PAUSE (for full-duplex links)'],
  ['100base_t2fd', '100BASE-T2 (full duplex mode)'],
  ['100base_t2', '100BASE-T2 (half duplex mode)'],
  ['100base_txfd', '100BASE-TX (full duplex mode)'],
  ['100base_tx', '100BASE-TX (half duplex mode)'],
  ['100base_t4', '100BASE-T4'],
  ['10base_tfd', '10BASE-T (full duplex mode)'],
  ['10base_t', '10BASE-T (half duplex mode)'],
  ['other', 'Other or unknown'],
] as const
const linkParts = (maskOf: (bit: number) => number): Record<string, Field<'bool'>> =>
  Object.fromEntries(
    links.map(([key, label], bit) => [key, bool(label, 16, { mask: maskOf(bit), truth: ['Capable', 'Not capable'] })]),
  )

const f = fields(
  'lldp',
  {
    orgtlv: { oui: uint24('Organization Unique Code', { base: 'custom', show: organizationText }) },
    _unknown: bytes('Unknown Subtype Content'),
    ieee: {
      '802_1': {
        subtype: uint8('IEEE 802.1 Subtype', { base: 'hex', names: vlanNames }),
        port_vlan: { id: uint16('Port VLAN Identifier', { base: 'dec_hex' }) },
        port_and_vlan_id_flag: uint8(
          'Flags',
          { base: 'hex' },
          {
            supported: bool('Port and Protocol VLAN', 8, { mask: 0x02, truth: supported }),
            enabled: bool('Port and Protocol VLAN', 8, { mask: 0x04, truth: enabled }),
          },
        ),
        port_proto_vlan: { id: uint16('Port and Protocol VLAN Identifier', { base: 'dec_hex' }) },
        vlan: {
          id: uint16('VLAN Identifier', { base: 'dec_hex' }),
          name_len: uint8('VLAN Name Length'),
          name: text('VLAN Name'),
        },
        proto: { id_length: uint8('Protocol Identity Length'), id: bytes('Protocol Identity') },
        aggregation_status: uint8(
          'Aggregation Status',
          { base: 'hex' },
          {
            cap: bool('Aggregation Capability', 8, { mask: 0x01, truth: yesNo }),
            enabled: bool('Aggregation Status', 8, { mask: 0x02, truth: enabled }),
            porttype: uint8('Aggregation Status', { mask: 0x0c, names: portTypeNames }),
          },
        ),
        aggregated_port_id: uint32('Aggregated Port Id'),
      },
      '802_3': {
        subtype: uint8('IEEE 802.3 Subtype', { base: 'hex', names: mediumNames }),
        mac_phy_auto_neg_status: uint8(
          'Auto-Negotiation Support/Status',
          { base: 'hex' },
          {
            supported: bool('Auto-Negotiation', 8, { mask: 0x01, truth: supported }),
            enabled: bool('Auto-Negotiation', 8, { mask: 0x02, truth: enabled }),
          },
        ),
        pmd_auto_neg_advertised_caps: uint16(
          'PMD Auto-Negotiation Advertised Capability',
          { base: 'hex' },
          linkParts((bit) => 1 << bit),
        ),
        _inverse: group('Same in inverse (wrong) bitorder'),
        pmd_auto_neg_advertised_caps_inv: linkParts((bit) => 0x8000 >> bit),
        pmd_mau_type: uint16('Operational MAU Type', { base: 'hex', names: mauTypeNames }),
        mdi_power_support: uint8(
          'MDI Power Support',
          { base: 'hex' },
          {
            port_class: bool('Port Class', 8, { mask: 0x01, truth: ['PSE', 'PD'] }),
            supported: bool('PSE MDI Power', 8, { mask: 0x02, truth: supported }),
            enabled: bool('PSE MDI Power', 8, { mask: 0x04, truth: enabled }),
            pse_pairs: bool('PSE Pairs Control Ability', 8, { mask: 0x08, truth: yesNo }),
          },
        ),
        mdi_pse_pair: uint8('PSE Power Pair'),
        mdi_power_class: uint8('Power Class', { names: { 1: '0', 2: '1', 3: '2', 4: '3', 5: '4' } }),
        mdi_power_type: uint8('Power Type', { mask: 0xc0, names: deviceNames }),
        mdi_power_source: uint8('Power Source', { mask: 0x30 }),
        mdi_power_priority: uint8('Power Priority', { mask: 0x0f, names: priorityNames }),
        mdi_pde_requested: uint16('PD Requested Power Value', { base: 'custom', show: watts }),
        mdi_pse_allocated: uint16('PSE Allocated Power Value', { base: 'custom', show: watts }),
        aggregation_status: uint8(
          'Aggregation Status',
          { base: 'hex' },
          {
            cap: bool('Aggregation Capability', 8, { mask: 0x01, truth: yesNo }),
            enabled: bool('Aggregation Status', 8, { mask: 0x02, truth: enabled }),
          },
        ),
        aggregated_port_id: uint32('Aggregated Port Id'),
        max_frame_size: uint16('Maximum Frame Size'),
      },
    },
    tlv_deprecated: warning('TLV has been deprecated', 'Protocol'),
  },
  'lldp',
)
const vlan = f.ieee['802_1']
const medium = f.ieee['802_3']
const inverse = Object.values(medium.pmd_auto_neg_advertised_caps_inv)

/** Takes a record that ends at `end`, with its subtree `g`; `takeHeader` takes its type and length. */
export function organizationRecord(
  d: Dissection,
  g: Field<'none'>,
  takeHeader: (d: Dissection) => void,
  end: number,
): void {
  const oui = (d.peek16(2) << 8) | d.peek8(4)
  const subtype = d.peek8(SUBTYPE_AT)
  const opened = d.open(g)
  if (d.showing) d.caption(captionOf(oui, subtype), opened)
  takeHeader(d)
  d.u24(f.orgtlv.oui)
  if (oui === Organization.Ieee8021) takeVlan(d, d.u8(vlan.subtype))
  else if (oui === Organization.Ieee8023) takeMedium(d, d.u8(medium.subtype))
  else if (end > d.pos) d.take(f._unknown, end - d.pos)
  d.seek(end)
  d.close(opened)
}

function captionOf(oui: number, subtype: number): string {
  const names = oui === Organization.Ieee8021 ? vlanNames : oui === Organization.Ieee8023 ? mediumNames : null
  const hex = subtype.toString(16)
  if (names === null) return `${ouiOwner(oui) || 'Unknown'} - Unknown subtype (0x${hex})`
  return `${oui === Organization.Ieee8021 ? 'IEEE' : 'Ieee 802.3'} - ${names[subtype] ?? `Unknown subtype 0x${hex}`}`
}

function takeVlan(d: Dissection, subtype: number): void {
  switch (subtype) {
    case Vlan.Port:
      d.u16(vlan.port_vlan.id)
      return
    case Vlan.PortAndProtocol:
      d.u8(vlan.port_and_vlan_id_flag)
      d.u16(vlan.port_proto_vlan.id)
      return
    case Vlan.Name:
      d.u16(vlan.vlan.id)
      d.take(vlan.vlan.name, d.u8(vlan.vlan.name_len))
      return
    case Vlan.Protocol: {
      const length = d.u8(vlan.proto.id_length)
      if (length > 0) d.take(vlan.proto.id, length)
      return
    }
    case Vlan.Aggregation:
      d.u8(vlan.aggregation_status)
      d.u32(vlan.aggregated_port_id)
  }
}

function takeMedium(d: Dissection, subtype: number): void {
  switch (subtype) {
    case Medium.Physical:
      return takePhysical(d)
    case Medium.Power:
      return takePower(d)
    case Medium.Aggregation:
      noteBelow(d, f.tlv_deprecated)
      d.u8(medium.aggregation_status)
      d.u32(medium.aggregated_port_id)
      return
    case Medium.FrameSize:
      d.u16(medium.max_frame_size)
  }
}

/** Power over Ethernet; what later versions have added may be missing. */
function takePower(d: Dissection): void {
  d.u8(medium.mdi_power_support)
  d.u8(medium.mdi_pse_pair)
  d.u8(medium.mdi_power_class)
  if (d.reportedLeft === 0) return
  const start = d.pos
  const device = d.peek8()
  d.skip(1)
  d.at(medium.mdi_power_type, start, start + 1, device)
  d.at(medium.mdi_power_source, start, start + 1, device)
  if (d.showing) {
    const source = (device >> 4) & 3
    const sources = (device & TAKES_POWER) !== 0 ? takerSources : giverSources
    d.caption(`${bitPattern(8, 0x30, device)}Power Source: ${source} ${sources[source]}`)
  }
  d.at(medium.mdi_power_priority, start, start + 1, device)
  d.u16(medium.mdi_pde_requested)
  d.u16(medium.mdi_pse_allocated)
}

/** Some devices send the bits of what they can do the wrong way round: both readings are shown. */
function takePhysical(d: Dissection): void {
  d.u8(medium.mac_phy_auto_neg_status)
  const start = d.pos
  const able = d.u16(medium.pmd_auto_neg_advertised_caps)
  const opened = d.open(medium._inverse)
  for (const part of inverse) d.at(part, start, start + 2, able)
  d.closeAt(opened, start, start + 2)
  d.u16(medium.pmd_mau_type)
}
