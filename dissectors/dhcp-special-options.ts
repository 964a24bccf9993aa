/** DHCP options that take more than one look, by their codes. */
import {
  abstime,
  bytes,
  type Dissection,
  fields,
  group,
  ipv4,
  ipv6,
  note,
  uint8,
  uint16,
  warning,
  error,
} from '../src/dissect/index.js'
import { takeAuthentication } from './dhcp-authentication.js'
import { takeClientId, takeMachineId } from './dhcp-client-id.js'
import { takeStorageNames } from './dhcp-isns.js'
import { takeCivicLocation, takeCoordinates } from './dhcp-location.js'
import {
  type Spread,
  takeClientName,
  takeNameServerSelection,
  takeNameServices,
  takeRoutes,
  takeSearchList,
  takeSipServers,
} from './dhcp-name-options.js'
import { faults, o, takeLine, words } from './dhcp-plain-options.js'
import { takeRelayOptions } from './dhcp-relay-options.js'
import { takeVendorClass, takeVendorSpecific } from './dhcp-enterprise-options.js'
import { noteBelow } from './shared/note-below.js'

const architectures = [
  'IA x86 PC',
  'NEC/PC98',
  'IA64 PC',
  'DEC Alpha',
  'ArcX86',
  'Intel Lean Client',
  'EFI IA32',
  'EFI x64',
  'EFI Xscale',
  'EFI BC',
  'ARM 32-bit UEFI',
  'ARM 64-bit UEFI',
  'PowerPC Open Firmware',
  'PowerPC ePAPR',
  'POWER OPAL v3',
  'x86 UEFI HTTP',
  'x64 UEFI HTTP',
  'EBC UEFI HTTP',
  'ARM 32-bit UEFI HTTP',
  'ARM 64-bit UEFI HTTP',
  'PC/AT HTTP',
  'ARM 32-bit uboot',
  'ARM 64-bit uboot',
  'ARM 32-bit uboot HTTP',
  'ARM 64-bit uboot HTTP',
  'RISC-V 32-bit UEFI',
  'RISC-V 32-bit UEFI HTTP',
  'RISC-V 64-bit UEFI',
  'RISC-V 64-bit UEFI HTTP',
  'RISC-V 128-bit UEFI',
  'RISC-V 128-bit UEFI HTTP',
  's390 Basic',
  's390 Extended',
]
const EFI_BYTE_CODE = 9
const statusNames = ['Success', 'UpsecFail', 'QueryTerminated', 'MalformedQuery', 'NotAllowed']
const agentKinds = { 0: 'Dynamic Discovery', 1: 'Static Discovery', 128: 'Backwards compatibility' }

const f = fields(
  'dhcp.option',
  {
    policy_filter: { ip: ipv4('IP Address'), subnet_mask: ipv4('Subnet Mask') },
    static_route: { ip: ipv4('Destination IP Address'), router: ipv4('Destination Router') },
    user_class: {
      self: uint8('Instance of User Class'),
      length: uint8('User Class Length'),
      data: bytes('User Class Data'),
      text: words('User Class Data (Text)'),
    },
    nonstd_data: note('Non standard compliant option data', 'Protocol'),
    slp_directory_agent: { value: uint8('Value', { names: agentKinds }), slpda_address: ipv4('IP Address') },
    slp_service_scope: {
      value: uint8('Value', { names: { 0: 'Preferred Scope', 1: 'Mandatory Scope' } }),
      string: words('SLP Service Scope'),
    },
    novell_dss: { ip: ipv4('IP Address') },
    client_system_architecture: uint16('Client System Architecture', { names: { ...architectures } }),
    client_architecture: { ambiguous: warning('Client Architecture ID may be ambiguous', 'Protocol') },
    bulk_lease: {
      status_code: uint8('Status Code', { names: { ...statusNames } }),
      status_code_message: words('Status Code Message'),
      base_time: abstime('Base Time'),
      query_start_time: abstime('Query Start Time'),
      query_end_time: abstime('Query End Time'),
    },
    _pcp: group('PCP server list'),
    pcp: { list_length: uint8('List-Length'), server: ipv4('PCP Server') },
    portparams: { offset: uint8('Offset'), psid_length: uint8('PSID-Length'), psid: bytes('PSID') },
    '6RD': {
      ipv4_mask_len: uint8('6RD IPv4 Mask Length'),
      prefix_len: uint8('6RD Prefix Length'),
      prefix: ipv6('6RD Prefix'),
      border_relay_ip: ipv4('Border Relay IP'),
      malformed: error('6RD: malformed option', 'Protocol'),
    },
  },
  'dhcp',
)
const network = fields(
  'dhcp',
  { client_network_id_major: uint8('Major Version'), client_network_id_minor: uint8('Minor Version') },
  'dhcp',
)

/** Reads an option of `length` bytes, which end at `d.end`. */
type Take = (d: Dissection, length: number, spread: Spread) => void

/** What reads an option that holds something. */
export const specialOptions: Readonly<Record<number, Take>> = {
  21: (d, length) => takePairs(d, length, f.policy_filter.ip, f.policy_filter.subnet_mask),
  33: (d, length) => takePairs(d, length, f.static_route.ip, f.static_route.router),
  61: takeClientId,
  77: takeUserClasses,
  78: takeDirectoryAgents,
  79: (d, length) => {
    d.u8(f.slp_service_scope.value)
    d.take(f.slp_service_scope.string, length - 1)
  },
  81: takeClientName,
  82: takeRelayOptions,
  83: takeStorageNames,
  85: (d, length) => takeAddresses(d, length, f.novell_dss.ip),
  90: takeAuthentication,
  93: takeArchitectures,
  94: (d) => {
    if (d.peek8() !== UNDI) return
    d.skip(1)
    d.u8(network.client_network_id_major)
    d.u8(network.client_network_id_minor)
  },
  97: takeMachineId,
  99: takeCivicLocation,
  117: takeNameServices,
  119: takeSearchList,
  120: takeSipServers,
  121: takeRoutes,
  123: takeCoordinates,
  124: takeVendorClass,
  125: takeVendorSpecific,
  145: (d, length) => {
    for (let i = 0; i < length; i++) d.u8(o.forcerenew_nonce.algorithm)
  },
  146: takeNameServerSelection,
  151: (d, length) => {
    if (length < 1) return d.note(faults.bad_length, 'length must >= 1')
    d.u8(f.bulk_lease.status_code)
    if (length > 1) takeLine(d, f.bulk_lease.status_code_message, length - 1)
  },
  152: (d, length) => takeTime(d, length, f.bulk_lease.base_time),
  154: (d, length) => takeTime(d, length, f.bulk_lease.query_start_time),
  155: (d, length) => takeTime(d, length, f.bulk_lease.query_end_time),
  158: takePortControl,
  159: (d, length) => {
    if (length !== 4) return d.note(faults.bad_length, 'length must be 4')
    d.u8(f.portparams.offset)
    d.u8(f.portparams.psid_length)
    d.take(f.portparams.psid, 2)
  },
  212: takeRapidDeployment,
  249: takeRoutes,
}
const UNDI = 1

/** Options that are something even without a byte. */
export const readEmpty: ReadonlySet<number> = new Set([
  77, 78, 79, 81, 83, 90, 94, 117, 121, 123, 151, 152, 154, 155, 158, 159, 212, 249,
])

type AddressField = (typeof f.novell_dss)['ip']

function takePairs(d: Dissection, length: number, first: AddressField, second: AddressField): void {
  const end = d.pos + length
  while (d.pos + 8 <= end) {
    d.take(first, 4)
    d.take(second, 4)
  }
  if (d.pos < end) d.note(faults.bad_length, "Option length isn't a multiple of 8")
}

function takeAddresses(d: Dissection, length: number, field: AddressField): void {
  const end = d.pos + length
  while (d.pos + 4 <= end) d.take(field, 4)
  if (d.pos < end) d.note(faults.bad_length, "Option length isn't a multiple of 4")
}

/** Classes, each behind its length (RFC 3004); what many clients send instead is a plain text. */
function takeUserClasses(d: Dissection, length: number): void {
  if (length < 2) return d.note(faults.bad_length, "length isn't >= 2")
  const end = d.pos + length
  for (let i = 0; d.pos < end; i++) {
    const at = d.pos
    const size = d.peek8()
    if (at + 1 + size > end) {
      takeLine(d, f.user_class.text, end - at)
      return noteBelow(d, f.nonstd_data)
    }
    d.at(f.user_class.self, at, at + 1 + size, i)
    if (d.showing) d.caption(`Instance of User Class: [${i}]`)
    d.enter()
    d.u8(f.user_class.length)
    if (size === 0) {
      noteBelow(d, faults.bad_length, d.recording ? `UC_Len_${i} isn't >= 1 (UC_Len_${i} = 0)` : '')
      d.leave()
      return
    }
    d.take(f.user_class.data, size)
    d.leave()
  }
}

function takeDirectoryAgents(d: Dissection, length: number): void {
  if (length < 1) return d.note(faults.bad_length, "length isn't >= 1")
  d.u8(f.slp_directory_agent.value)
  takeAddresses(d, length - 1, f.slp_directory_agent.slpda_address)
}

function takeArchitectures(d: Dissection, length: number): void {
  const end = d.pos + length
  while (d.pos + 2 <= end) {
    if (d.u16(f.client_system_architecture) !== EFI_BYTE_CODE) continue
    noteBelow(d, f.client_architecture.ambiguous, 'Client Architecture ID 9 is often incorrectly used for EFI x64')
  }
  if (d.pos < end) d.note(faults.bad_length, "Option length isn't a multiple of 2")
}

function takeTime(d: Dissection, length: number, field: (typeof f.bulk_lease)['base_time']): void {
  if (length !== 4) return d.note(faults.bad_length, 'length must be 4')
  const seconds = d.peek32()
  d.timeAt(field, d.pos, d.pos + 4, seconds - SECONDS_TO_1970 + (seconds < HALF ? 2 * HALF : 0), 0)
}

/** As in the Network Time Protocol the seconds count from 1900, and small numbers from 2036 (RFC 5905 section 6). */
const SECONDS_TO_1970 = 2_208_988_800
const HALF = 0x80000000

/** RFC 7291. */
function takePortControl(d: Dissection, length: number): void {
  if (length < 5) return d.note(faults.bad_length, 'length must >= 5')
  for (const end = d.pos + length; end - d.pos > 4; ) {
    const opened = d.open(f._pcp)
    const list = d.u8(f.pcp.list_length)
    const stop = d.pos + list
    while (d.pos + 4 <= stop) d.take(f.pcp.server, 4)
    d.close(opened)
    if (list === 0) return
  }
}

/** RFC 5969. */
function takeRapidDeployment(d: Dissection, length: number): void {
  if (length < 22) return d.note(f['6RD'].malformed)
  const end = d.pos + length
  d.u8(f['6RD'].ipv4_mask_len)
  d.u8(f['6RD'].prefix_len)
  d.take(f['6RD'].prefix, 16)
  while (d.pos + 4 <= end) d.take(f['6RD'].border_relay_ip, 4)
}
