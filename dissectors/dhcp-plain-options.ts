/** DHCP options that are one number, one text or a list of addresses: RFC 2132 and those that came later. */
import {
  bool,
  bytes,
  type Dissection,
  error,
  type Field,
  fields,
  ipv4,
  text,
  uint8,
  uint16,
  uint32,
  int32,
} from '../src/dissect/index.js'
import { durationText } from './shared/duration.js'
import { noteStray } from './shared/stray-characters.js'
import { asciiText } from './shared/text-spells.js'

/** How the value of an option is read. */
export const Shape = {
  Bytes: 0,
  Text: 1,
  Address: 2,
  Addresses: 3,
  Byte: 4,
  Word: 5,
  Words: 6,
  Long: 7,
  Seconds: 8,
  SignedSeconds: 9,
  Flag: 10,
  /** A text of which Wireshark says if it goes on behind a zero. */
  Line: 11,
  /** A number with its low byte first. */
  LittleWord: 12,
} as const
export type Shape = (typeof Shape)[keyof typeof Shape]

/** What an option holds, and the field that shows it. */
export interface Plain {
  readonly shape: Shape
  readonly field: Field
}

/** Bytes that one value of a shape takes; 0 where any number will do. */
const sizes: Readonly<Record<Shape, number>> = {
  0: 0,
  1: 0,
  2: 4,
  3: 4,
  4: 1,
  5: 2,
  6: 2,
  7: 4,
  8: 4,
  9: 4,
  10: 1,
  11: 0,
  12: 2,
}
const isList = (shape: Shape): boolean => shape === Shape.Addresses || shape === Shape.Words

export const words = (label: string): Field<'string'> => text(label, { spell: asciiText })
export const plain = (shape: Shape, field: Field): Plain => ({ shape, field })

export const faults = fields(
  'dhcp',
  {
    bad_length: error("length isn't 0", 'Protocol'),
    missing_subopt_length: error('no room left in option for suboption length', 'Protocol'),
    missing_subopt_value: error('no room left in option for suboption value', 'Protocol'),
    subopt: { unknown_type: error('ERROR, please report: Unknown subopt type handler', 'Protocol') },
  },
  'dhcp',
)

/** Is anything read of a value that has `length` bytes? */
export function fits({ shape }: Plain, length: number): boolean {
  const size = sizes[shape]
  return size === 0 ? length > 0 : isList(shape) ? length >= size : length === size
}

/** Reads a value of `length` bytes, and notes if that is no length for it. */
export function takePlain(d: Dissection, { shape, field }: Plain, length: number): void {
  const size = sizes[shape]
  const end = d.pos + length
  if (size === 0) {
    if (shape === Shape.Line) takeLine(d, field as Field<'string'>, length)
    else d.take(field as Field<'bytes'>, length)
    return
  }
  if (!isList(shape) && length !== size) {
    d.note(faults.bad_length, d.recording ? `length isn't ${size}` : '')
    return d.skip(length)
  }
  while (d.pos + size <= end) takeOne(d, shape, field)
  if (d.pos === end) return
  d.note(faults.bad_length, d.recording ? `Option length isn't a multiple of ${size}` : '')
  d.seek(end)
}

/** Takes a text, and notes if it goes on behind a zero byte. */
export function takeLine(d: Dissection, field: Field<'string'>, length: number): void {
  noteStray(d, d.take(field, length), length, 3)
}

function takeOne(d: Dissection, shape: Shape, field: Field): void {
  switch (shape) {
    case Shape.Address:
    case Shape.Addresses:
      d.take(field as Field<'ipv4'>, 4)
      break
    case Shape.Byte:
    case Shape.Flag:
      d.u8(field as Field<'uint'>)
      break
    case Shape.Word:
    case Shape.Words:
      d.u16(field as Field<'uint'>)
      break
    case Shape.LittleWord:
      d.u16le(field as Field<'uint'>)
      break
    case Shape.Long:
      d.u32(field as Field<'uint'>)
      break
    default:
      takeSeconds(d, shape, field as Field<'uint'>)
  }
}

const NEVER = 0xffffffff
const LEAST = -0x80000000

function takeSeconds(d: Dissection, shape: Shape, field: Field<'uint'>): void {
  const seconds = shape === Shape.SignedSeconds ? d.i32(field) : d.u32(field)
  if (!d.showing) return
  const sign = seconds < 0 ? '-' : ''
  // The least number has no opposite in 32 bits; Wireshark makes the greatest one of it.
  const size = seconds === LEAST ? NEVER : Math.abs(seconds)
  const spoken = seconds === NEVER ? 'infinity' : sign + durationText(size * 1000)
  d.caption(`${field.label}: (${seconds}s) ${spoken}`)
}

const enabled = (label: string): Field<'bool'> => bool(label, 0, { truth: ['Enabled', 'Disabled'] })
const yes = (label: string): Field<'bool'> => bool(label, 0, { truth: ['Yes', 'No'] })
const nodeTypes = { 1: 'B-node', 2: 'P-node', 4: 'M-node', 8: 'H-node' }
const autoConfiguration = { 0: 'DoNotAutoConfigure', 1: 'AutoConfigure' }
const leaseStates = ['', 'Available', 'Active', 'Expired', 'Released', 'Abandoned', 'Reset', 'Remote', 'Transitioning']

export const o = fields(
  'dhcp.option',
  {
    subnet_mask: ipv4('Subnet Mask'),
    time_offset: int32('Time Offset'),
    router: ipv4('Router'),
    time_server: ipv4('Time Server'),
    name_server: ipv4('Name Server'),
    domain_name_server: ipv4('Domain Name Server'),
    log_server: ipv4('Log Server'),
    quotes_server: ipv4('Quotes Server'),
    lpr_server: ipv4('LPR Server'),
    impress_server: ipv4('Impress Server'),
    resource_location_server: ipv4('Resource Location Server'),
    hostname: words('Host Name'),
    boot_file_size: uint16('Boot File Size'),
    merit_dump_file: words('Merit Dump File'),
    domain_name: words('Domain Name'),
    swap_server: ipv4('Swap Server'),
    root_path: words('Root Path'),
    extension_path: words('Extensions Path'),
    ip_forwarding: enabled('IP Forwarding'),
    non_local_source_routing: enabled('Non-Local Source Routing'),
    max_datagram_reassembly_size: uint16('Maximum Datagram Reassembly Size'),
    default_ip_ttl: uint8('Default IP Time-to-Live'),
    path_mtu_aging_timeout: uint32('Path MTU Aging Timeout'),
    path_mtu_plateau_table_item: uint16('Path MTU Plateau Table Item'),
    interface_mtu: uint16('Interface MTU'),
    all_subnets_are_local: yes('All Subnets are Local'),
    broadcast_address: ipv4('Broadcast Address'),
    perform_mask_discovery: enabled('Perform Mask Discovery'),
    mask_supplier: yes('Mask Supplier'),
    perform_router_discover: enabled('Perform Router Discover'),
    router_solicitation_address: ipv4('Router Solicitation Address'),
    trailer_encapsulation: enabled('Trailer Encapsulation'),
    arp_cache_timeout: uint32('ARP Cache Timeout'),
    ethernet_encapsulation: enabled('Ethernet Encapsulation'),
    tcp_default_ttl: uint8('TCP Default TTL'),
    tcp_keepalive_interval: uint32('TCP Keepalive Interval'),
    tcp_keepalive_garbage: enabled('TCP Keepalive Garbage'),
    nis_domain: words('Network Information Service Domain'),
    nis_server: ipv4('Network Information Service Server'),
    ntp_server: ipv4('Network Time Protocol Server'),
    netbios_over_tcpip_name_server: ipv4('NetBIOS over TCP/IP Name Server'),
    netbios_over_tcpip_dd_name_server: ipv4('NetBIOS over TCP/IP Datagram Distribution Name Server'),
    netbios_over_tcpip_node_type: uint8('NetBIOS over TCP/IP Node Type', { names: nodeTypes }),
    netbios_over_tcpip_scope: words('NetBIOS over TCP/IP Scope'),
    xwindows_system_font_server: ipv4('X Window System Font Server'),
    xwindows_system_display_manager: ipv4('X Window System Display Manager'),
    requested_ip_address: ipv4('Requested IP Address'),
    ip_address_lease_time: uint32('IP Address Lease Time'),
    dhcp_server_id: ipv4('DHCP Server Identifier'),
    message: words('Message'),
    dhcp_max_message_size: uint16('Maximum DHCP Message Size'),
    renewal_time_value: uint32('Renewal Time Value'),
    rebinding_time_value: uint32('Rebinding Time Value'),
    nis_plus_domain: words('Network Information Service+ Domain'),
    nis_plus_server: ipv4('Network Information Service+ Server'),
    tftp_server_name: words('TFTP Server Name'),
    bootfile_name: words('Bootfile name'),
    mobile_ip_home_agent: ipv4('Mobile IP Home Agent'),
    smtp_server: ipv4('SMTP Server'),
    pop3_server: ipv4('POP3 Server'),
    nntp_server: ipv4('NNTP Server'),
    default_www_server: ipv4('Default WWW Server'),
    default_finger_server: ipv4('Default Finger Server'),
    default_irc_server: ipv4('Default IRC Server'),
    streettalk_server: ipv4('StreetTalk Server'),
    streettalk_da_server: ipv4('StreetTalk Directory Assistance Server'),
    novell_ds_tree_name: words('Novell Directory Services Tree Name'),
    novell_ds_context: words('Novell Directory Services Context'),
    client_last_transaction_time: uint32('Client last transaction time'),
    associated_ip_option: ipv4('Associated IP option'),
    tz_pcode: words('TZ PCode'),
    tz_tcode: words('TZ TCode'),
    netinfo_parent_server_address: ipv4('NetInfo Parent Server Address'),
    netinfo_parent_server_tag: words('NetInfo Parent Server Tag'),
    captive_portal: words('Captive Portal'),
    dhcp_auto_configuration: uint8('DHCP Auto-Configuration', { names: autoConfiguration }),
    subnet_selection_option: ipv4('Subnet Selection Option'),
    pana_agent: ipv4('PAA IPv4 Address'),
    lost_server_domain_name: words('LoST Server Domain Name'),
    capwap_access_controller: ipv4('CAPWAP Access Controllers'),
    andsf_server: ipv4('ANDSF Server'),
    forcerenew_nonce: { algorithm: uint8('Algorithm', { names: { 1: 'HMAC-MD5' } }) },
    tftp_server_address: ipv4('TFTP Server Address'),
    bulk_lease: {
      start_time_of_state: uint32('Start Time Of State'),
      dhcp_state: uint8('Dhcp State', { names: { ...leaseStates } }),
      data_source: bool('Data Source', 0, { truth: ['Remote', 'Local'] }),
    },
    mudurl: words('MUDURL'),
    pxe_config_file: words('PXELINUX configuration file'),
    pxe_path_prefix: words('PXELINUX path prefix'),
    private_proxy_autodiscovery: words('Private/Proxy autodiscovery'),
    value: { self: bytes('Value') },
  },
  'dhcp',
)

const { Text, Line, Address, Addresses, Byte, Word, Words, Seconds, SignedSeconds, Flag } = Shape

/** What options hold, by their codes, where that takes no more words. */
export const plainOptions: Readonly<Record<number, Plain>> = {
  1: plain(Address, o.subnet_mask),
  2: plain(SignedSeconds, o.time_offset),
  3: plain(Addresses, o.router),
  4: plain(Addresses, o.time_server),
  5: plain(Addresses, o.name_server),
  6: plain(Addresses, o.domain_name_server),
  7: plain(Addresses, o.log_server),
  8: plain(Addresses, o.quotes_server),
  9: plain(Addresses, o.lpr_server),
  10: plain(Addresses, o.impress_server),
  11: plain(Addresses, o.resource_location_server),
  12: plain(Text, o.hostname),
  13: plain(Word, o.boot_file_size),
  14: plain(Text, o.merit_dump_file),
  15: plain(Text, o.domain_name),
  16: plain(Address, o.swap_server),
  17: plain(Text, o.root_path),
  18: plain(Text, o.extension_path),
  19: plain(Flag, o.ip_forwarding),
  20: plain(Flag, o.non_local_source_routing),
  22: plain(Word, o.max_datagram_reassembly_size),
  23: plain(Byte, o.default_ip_ttl),
  24: plain(Seconds, o.path_mtu_aging_timeout),
  25: plain(Words, o.path_mtu_plateau_table_item),
  26: plain(Word, o.interface_mtu),
  27: plain(Flag, o.all_subnets_are_local),
  28: plain(Address, o.broadcast_address),
  29: plain(Flag, o.perform_mask_discovery),
  30: plain(Flag, o.mask_supplier),
  31: plain(Flag, o.perform_router_discover),
  32: plain(Address, o.router_solicitation_address),
  34: plain(Flag, o.trailer_encapsulation),
  35: plain(Seconds, o.arp_cache_timeout),
  36: plain(Flag, o.ethernet_encapsulation),
  37: plain(Byte, o.tcp_default_ttl),
  38: plain(Seconds, o.tcp_keepalive_interval),
  39: plain(Flag, o.tcp_keepalive_garbage),
  40: plain(Text, o.nis_domain),
  41: plain(Addresses, o.nis_server),
  42: plain(Addresses, o.ntp_server),
  44: plain(Addresses, o.netbios_over_tcpip_name_server),
  45: plain(Addresses, o.netbios_over_tcpip_dd_name_server),
  46: plain(Byte, o.netbios_over_tcpip_node_type),
  47: plain(Text, o.netbios_over_tcpip_scope),
  48: plain(Addresses, o.xwindows_system_font_server),
  49: plain(Addresses, o.xwindows_system_display_manager),
  50: plain(Address, o.requested_ip_address),
  51: plain(Seconds, o.ip_address_lease_time),
  54: plain(Address, o.dhcp_server_id),
  56: plain(Text, o.message),
  57: plain(Word, o.dhcp_max_message_size),
  58: plain(Seconds, o.renewal_time_value),
  59: plain(Seconds, o.rebinding_time_value),
  64: plain(Text, o.nis_plus_domain),
  65: plain(Addresses, o.nis_plus_server),
  66: plain(Text, o.tftp_server_name),
  67: plain(Text, o.bootfile_name),
  68: plain(Addresses, o.mobile_ip_home_agent),
  69: plain(Addresses, o.smtp_server),
  70: plain(Addresses, o.pop3_server),
  71: plain(Addresses, o.nntp_server),
  72: plain(Addresses, o.default_www_server),
  73: plain(Addresses, o.default_finger_server),
  74: plain(Addresses, o.default_irc_server),
  75: plain(Addresses, o.streettalk_server),
  76: plain(Addresses, o.streettalk_da_server),
  86: plain(Text, o.novell_ds_tree_name),
  87: plain(Text, o.novell_ds_context),
  91: plain(Seconds, o.client_last_transaction_time),
  92: plain(Addresses, o.associated_ip_option),
  100: plain(Line, o.tz_pcode),
  101: plain(Line, o.tz_tcode),
  112: plain(Addresses, o.netinfo_parent_server_address),
  113: plain(Text, o.netinfo_parent_server_tag),
  114: plain(Line, o.captive_portal),
  116: plain(Byte, o.dhcp_auto_configuration),
  118: plain(Addresses, o.subnet_selection_option),
  136: plain(Addresses, o.pana_agent),
  137: plain(Text, o.lost_server_domain_name),
  138: plain(Addresses, o.capwap_access_controller),
  142: plain(Addresses, o.andsf_server),
  150: plain(Addresses, o.tftp_server_address),
  153: plain(Seconds, o.bulk_lease.start_time_of_state),
  156: plain(Byte, o.bulk_lease.dhcp_state),
  157: plain(Flag, o.bulk_lease.data_source),
  160: plain(Line, o.captive_portal),
  161: plain(Line, o.mudurl),
  209: plain(Line, o.pxe_config_file),
  210: plain(Line, o.pxe_path_prefix),
  252: plain(Text, o.private_proxy_autodiscovery),
}
