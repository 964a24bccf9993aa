/** Where storage names are found: DHCP option 83 (RFC 4174). */
import { bool, type Dissection, type Field, fields, group, ipv4, note, uint16, uint32 } from '../src/dissect/index.js'
import { faults } from './dhcp-plain-options.js'
import { showParts } from './shared/flag-list.js'
import { noteBelow } from './shared/note-below.js'

const yes = (label: string, mask: number) => bool(label, 16, { mask, truth: ['Yes', 'No'] })
const on = (label: string, mask: number) => bool(label, 16, { mask, truth: ['Enabled', 'Disabled'] })
const preferred = (label: string, mask: number) => bool(label, 16, { mask, truth: ['Preferred', 'No preference'] })
const rest = (label: string, mask: number) => uint16(label, { base: 'hex', mask })

const f = fields(
  'dhcp.option.isns',
  {
    functions: {
      self: uint16('iSNS Functions', { base: 'hex' }),
      enabled: yes('Function Fields Enabled', 0x0001),
      dd_base_authorization: bool('Discovery Domain based Authorization', 16, {
        mask: 0x0002,
        truth: ['Automatically allowed access', 'Explicitly performed'],
      }),
      sec_policy_distribution: bool('Security Policy Distribution', 16, {
        mask: 0x0004,
        truth: ['Download from iSNS server', 'By other means'],
      }),
      reserved: rest('Reserved flags', 0xfff8),
    },
    discovery_domain_access: {
      self: uint16('Discovery Domain Access flags', { base: 'hex' }),
      enabled: yes('Discovery Domain Enabled', 0x0001),
      iscsi_target: yes('iSCSI Target', 0x0004),
      iscsi_initiator: yes('iSCSI Initiator', 0x0008),
      ifcp_target_port: yes('iFCP Target Port', 0x0010),
      initiator_target_port: yes('iFCP Initiator Port', 0x0020),
      reserved: rest('Reserved Flags', 0xffc0),
    },
    discovery_domain_access_control: { node: yes('Control Node', 0x0002) },
    administrative_flags: {
      self: uint16('Administrative Flags', { base: 'hex' }),
      enabled: yes('Administrative Flags Enabled', 0x0001),
      heartbeat: yes('Heartbeat', 0x0002),
      management_scns: yes('Management SCNs', 0x0004),
      default_discovery_domain: yes('Default Discovery Domain', 0x0008),
      reserved: rest('Reserved Flags', 0xfff0),
    },
    server_security_bitmap: {
      self: uint32('iSNS Server Security Bitmap', { base: 'hex' }),
      enabled: yes('Server Security Bitmap Enabled', 0x0001),
      ike_ipsec_enabled: on('IKE/IPSec', 0x0002),
      main_mode: on('Main Mode', 0x0004),
      aggressive_mode: on('Aggressive Mode', 0x0008),
      pfs: on('PFS', 0x0010),
      transport_mode: preferred('Transport Mode', 0x0020),
      tunnel_mode: preferred('Tunnel Mode', 0x0040),
      reserved: rest('Reserved Flags', 0xff80),
    },
    primary_server_addr: ipv4('Primary Server Address'),
    heartbeat_originator_addr: ipv4('Heartbeat Originator Address'),
    _others: group('Secondary iSNS Servers'),
    secondary_server_addr: ipv4('Secondary Server Address'),
    ignored_bitfield: note('Enabled field is not set - non-zero bitmask ignored', 'Protocol'),
  },
  'dhcp',
)
const access = f.discovery_domain_access
const functionBits = Object.values(f.functions).slice(1)
const accessBits = [
  access.enabled,
  f.discovery_domain_access_control.node,
  access.iscsi_target,
  access.iscsi_initiator,
  access.ifcp_target_port,
  access.initiator_target_port,
  access.reserved,
]
const administrativeBits = Object.values(f.administrative_flags).slice(1)
const securityBits = Object.values(f.server_security_bitmap).slice(1)

const LEAST = 14

/** Option 83, of `length` bytes. */
export function takeStorageNames(d: Dissection, length: number): void {
  if (length < LEAST) return d.note(faults.bad_length, 'length must be >= 14')
  const end = d.pos + length
  flags(d, f.functions.self, functionBits, 2)
  flags(d, access.self, accessBits, 2)
  const administrative = flags(d, f.administrative_flags.self, administrativeBits, 2)
  flags(d, f.server_security_bitmap.self, securityBits, 4)
  if (administrative & HEARTBEAT) d.take(f.heartbeat_originator_addr, 4)
  d.take(f.primary_server_addr, 4)
  if (end - d.pos < 4) return
  const opened = d.open(f._others)
  while (end - d.pos >= 4) d.take(f.secondary_server_addr, 4)
  d.close(opened)
}
const HEARTBEAT = 0x0002

/** A number and the meaning of its bits, which count only where the first of them is set. */
function flags(d: Dissection, field: Field<'uint'>, parts: readonly Field[], size: number): number {
  const value = size === 2 ? d.u16(field) : d.u32(field)
  if (!d.recording) return value
  showParts(d, parts, value, size)
  if (value !== 0 && !(value & 1)) noteBelow(d, f.ignored_bitfield)
  return value
}
