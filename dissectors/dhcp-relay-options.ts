/** What relay agents add to DHCP messages, option 82: RFC 3046 and those that added to it, and Cisco's own. */
import {
  bytes,
  type Dissection,
  error,
  ether,
  fields,
  ipv4,
  uint8,
  uint16,
  uint24,
  uint32,
} from '../src/dissect/index.js'
import { fits, faults, type Plain, plain, Shape, takeLine, takePlain, words } from './dhcp-plain-options.js'
import { enterpriseText } from './shared/enterprises.js'

const Sub = { VendorSpecific: 9, AccessTechnology: 13, Bssid: 16, SourcePort: 19, Vrf: 151 } as const
const names: Readonly<Record<number, string>> = {
  0: 'Padding',
  1: 'Agent Circuit ID',
  2: 'Agent Remote ID',
  3: 'Reserved',
  4: 'DOCSIS Device Class',
  5: 'Link selection',
  6: 'Subscriber ID',
  7: 'RADIUS Attributes',
  8: 'Authentication',
  9: 'Vendor-Specific Information',
  10: 'Flags',
  11: 'Server ID Override',
  12: 'Relay Agent Identifier',
  13: 'Access Technology Type',
  14: 'Access Network Name',
  15: 'Access Point Name',
  16: 'Access Point BSSID',
  17: 'Access Network Operator ID',
  18: 'Access Network Operator Realm',
  19: 'Source Port',
  150: 'Link selection (Cisco proprietary)',
  151: 'VRF name/VPN ID',
  152: 'Server ID Override (Cisco proprietary)',
}

const version = (v: number): string => `${v >>> 8}.${v & 0xff}`
const f = fields(
  'dhcp.option.agent_information_option',
  {
    suboption: uint8('Option 82 Suboption', { names }),
    value: bytes('Value'),
    agent_circuit_id: bytes('Agent Circuit ID'),
    agent_remote_id: bytes('Agent Remote ID'),
    reserved: bytes('Reserved'),
    docsis_device_class: uint32('DOCSIS Device Class', { base: 'hex' }),
    link_selection: ipv4('Link selection'),
    subscriber_id: words('Subscriber ID'),
    radius_attributes: bytes('RADIUS Attributes'),
    authentication: bytes('Authentication'),
    vi: {
      enterprise: uint32('Enterprise', { base: 'custom', show: enterpriseText }),
      data_length: uint8('Data Length'),
      cl: {
        docsis_version: uint16('DOCSIS Version Number', { base: 'hex' }),
        dpoe_system_version: uint16('DPoE System Version Number', { base: 'hex' }),
        dpoe_system_pbb_service: bytes('DPoE System PBB Service'),
        service_class_name: words('Service Class Name'),
        mso_defined_text: words('MSO Defined Text'),
        secure_file_transfer_uri: words('Secure File Transfer URI'),
      },
    },
    flags: uint8('Flags', { base: 'hex' }),
    server_id_override: ipv4('Server ID Override'),
    relay_agent_id: bytes('Relay Agent Identifier'),
    ani_att: uint8('Access Technology Type'),
    ani_network_name: words('Access Network Name'),
    ani_ap_name: words('Access Point Name'),
    ani_ap_bssid: ether('Access Point BSSID'),
    ani_operator_id: bytes('Access Network Operator ID'),
    ani_operator_realm: words('Access Network Operator Realm'),
    link_selection_cisco: ipv4('Link selection (Cisco proprietary)'),
    vrf_name: {
      self: words('VRF name'),
      global: uint8('Global, default VPN'),
      vpn_id: {
        oui: uint24('VRF name/VPN ID OUI', { base: 'hex' }),
        index: uint32('VRF name/VPN ID Index', { base: 'hex' }),
      },
    },
    server_id_override_cisco: ipv4('Server ID Override (Cisco proprietary)'),
  },
  'dhcp',
)
const unknown = fields(
  'dhcp.option',
  { option: { vi: { cl: { tag_unknown: error('Unknown tag', 'Protocol') } } } },
  'dhcp',
)
export const sub = fields('dhcp.option', { suboption_length: uint8('Length') }, 'dhcp')

const { Bytes, Text, Line, Address, Byte, Long } = Shape
const plainSubs: Readonly<Record<number, Plain>> = {
  1: plain(Bytes, f.agent_circuit_id),
  2: plain(Bytes, f.agent_remote_id),
  3: plain(Bytes, f.reserved),
  4: plain(Long, f.docsis_device_class),
  5: plain(Address, f.link_selection),
  6: plain(Text, f.subscriber_id),
  7: plain(Bytes, f.radius_attributes),
  8: plain(Bytes, f.authentication),
  10: plain(Byte, f.flags),
  11: plain(Address, f.server_id_override),
  12: plain(Bytes, f.relay_agent_id),
  14: plain(Line, f.ani_network_name),
  15: plain(Line, f.ani_ap_name),
  17: plain(Bytes, f.ani_operator_id),
  18: plain(Line, f.ani_operator_realm),
  150: plain(Address, f.link_selection_cisco),
  152: plain(Address, f.server_id_override_cisco),
}

/** Option 82: suboptions up to `d.end`. */
export function takeRelayOptions(d: Dissection, length: number): void {
  const end = d.pos + length
  while (d.pos < end) {
    const code = d.peek8()
    if (!hasLength(d, code, end)) return
    const size = d.peek8(1)
    const at = d.pos
    const room = at + 2 + size <= end
    d.at(f.suboption, at, room ? at + 2 + size : end, code)
    if (d.showing) captionSub(d, code, size, room, at + 2)
    d.enter()
    d.skip(1)
    d.u8(sub.suboption_length)
    if (!room) {
      noRoom(d, code)
      d.leave()
      return
    }
    takeSub(d, code, size)
    d.leave()
  }
}

/** Notes that a suboption's length does not fit in its option, if so. */
export function hasLength(d: Dissection, code: number, end: number): boolean {
  if (d.pos + 1 < end) return true
  d.note(
    faults.missing_subopt_length,
    d.recording ? `Suboption ${code}: no room left in option for suboption length` : '',
  )
  return false
}
/** Notes that a suboption is longer than its option. */
export function noRoom(d: Dissection, code: number): void {
  d.note(
    faults.missing_subopt_value,
    d.recording ? `Suboption ${code}: no room left in option for suboption value` : '',
  )
}
/** Notes that a suboption could not be read. */
export function unreadable(d: Dissection, code: number): void {
  d.note(faults.subopt.unknown_type, d.recording ? `ERROR, please report: Unknown subopt type handler ${code}` : '')
}

function captionSub(d: Dissection, code: number, size: number, room: boolean, at: number): void {
  d.caption(`Option 82 Suboption: (${code}) ${names[code] ?? 'Unknown'}`)
  if (room && size === 4 && plainSubs[code]?.shape === Address) d.append(` (${d.bytes.subarray(at, at + 4).join('.')})`)
}

function takeSub(d: Dissection, code: number, size: number): void {
  const at = d.pos
  const end = at + size
  if (end > d.end) d.skip(size)
  const known = plainSubs[code]
  d.spanAt(f.value, at, end)
  if (code in names && code !== 0) d.hide()
  if (known !== undefined) {
    takePlain(d, known, size)
    if (!fits(known, size)) unreadable(d, code)
  } else if (code === Sub.VendorSpecific) takeVendor(d, end)
  else if (code === Sub.AccessTechnology) takeTechnology(d, size)
  else if (code === Sub.Bssid) d.take(f.ani_ap_bssid, 6)
  else if (code === Sub.SourcePort) unreadable(d, code)
  else if (code === Sub.Vrf) takeVrf(d, size)
  d.seek(end)
}

function takeTechnology(d: Dissection, size: number): void {
  let value = 0
  for (let i = 0; i < Math.min(size, 4); i++) value = value * 256 + d.peek8(i)
  d.at(f.ani_att, d.pos, d.pos + size, value)
}

/** RFC 4243; what CableLabs puts there is tagged. */
function takeVendor(d: Dissection, end: number): void {
  while (d.pos < end) {
    const enterprise = d.peek32()
    const whole = d.left > 4 && enterprise === CABLELABS ? 5 + d.peek8(4) : 5
    d.at(f.vi.enterprise, d.pos, Math.min(d.pos + whole, d.end), enterprise)
    d.enter()
    d.skip(4)
    const size = d.u8(f.vi.data_length)
    if (enterprise === CABLELABS) takeCableLabs(d, d.pos + size)
    d.leave()
    if (enterprise !== CABLELABS) d.take(f.value, size)
  }
}
const CABLELABS = 4491
const VPN_ID_SIZE = 7

function takeCableLabs(d: Dissection, end: number): void {
  while (d.pos < end) {
    const tag = d.peek8()
    const size = d.peek8(1)
    d.skip(2)
    const at = d.pos
    if (tag === 3 || tag > 7) d.skip(Math.min(size, d.end - at))
    else d.skip(size)
    const stop = Math.min(d.pos, end)
    switch (tag) {
      case 1:
      case 2: {
        const field = tag === 1 ? f.vi.cl.docsis_version : f.vi.cl.dpoe_system_version
        const value = (d.bytes[at]! << 8) | d.bytes[at + 1]!
        d.at(field, at, Math.min(at + 2, stop), value)
        if (d.showing) d.caption(`${field.label}: ${version(value)}`)
        break
      }
      case 4:
        d.spanAt(f.vi.cl.dpoe_system_pbb_service, at, stop)
        break
      case 5:
        d.spanAt(f.vi.cl.service_class_name, at, stop)
        break
      case 6:
        d.spanAt(f.vi.cl.mso_defined_text, at, stop)
        break
      case 7:
        d.spanAt(f.vi.cl.secure_file_transfer_uri, at, stop)
        break
      default:
        d.note(unknown.option.vi.cl.tag_unknown, d.recording ? `Unknown tag ${tag} (${size} bytes)` : '')
    }
  }
}

/** The name of a VPN, its identifier (RFC 2685), or that it is the global one. */
function takeVrf(d: Dissection, size: number): void {
  if (size === 1) d.u8(f.vrf_name.global)
  else if (size === VPN_ID_SIZE) {
    d.u24(f.vrf_name.vpn_id.oui)
    d.u32(f.vrf_name.vpn_id.index)
  } else takeLine(d, f.vrf_name.self, size)
}
