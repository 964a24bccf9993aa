/** Fields of the options of DHCPv6 messages. */
import {
  abstime,
  bool,
  bytes,
  error,
  fields,
  group,
  ipv4,
  ipv6,
  text,
  uint8,
  uint16,
  uint32,
} from '../src/dissect/index.js'
import { duidTypes } from './dhcp-client-id.js'
import { messageNames, optionNames } from './dhcpv6-names.js'
import { enterpriseText } from './shared/enterprises.js'
import { hardwareTypeNames } from './shared/hardware-types.js'
import { asciiText } from './shared/text-spells.js'

const statusNames = [
  'Success',
  'UnspecFail',
  'NoAddrAvail',
  'NoBinding',
  'NotOnLink',
  'UseMulticast',
  'NoPrefixAvail',
  'UnknownQueryType',
  'MalformedQuery',
  'NotConfigured',
  'NotAllowed',
  'QueryTerminated',
  'DataMissing',
  'CatchUpComplete',
  'NotSupported',
  'TLSConnectionRefused',
]
const queryTypes = { 1: 'by-address', 2: 'by-clientID', 3: 'by-relayID', 4: 'by-linkAddress', 5: 'by-remoteID' }
const timeServers: Readonly<Record<number, string>> = {
  1: 'NTP Server Address',
  2: 'NTP Multicast Address',
  3: 'NTP Server FQDN',
}
const softwires = {
  0x40: 'DS-Lite',
  0x58: 'DHCPv4 over DHCPv6',
  0x5e: 'MAP-E',
  0x5f: 'MAP-T',
  0x60: 'Lightweight 4over6',
}

const should = (label: string, what: string, no: string, yes: string, mask: number) =>
  bool(label, 8, { mask, truth: [`Server ${yes} ${what}`, `Server ${no} ${what}`] })
const clientBits = () => ({
  n: should('N bit', 'perform PTR RR updates', 'SHOULD', 'SHOULD NOT', 4),
  s: should('S bit', 'perform AAAA RR updates', 'SHOULD NOT', 'SHOULD', 1),
})
const words = (label: string) => text(label, { spell: asciiText })
const enterprise = () => uint32('Enterprise ID', { base: 'custom', show: enterpriseText })
const duration = (label: string) => uint32(label)

export const f = fields(
  'dhcpv6',
  {
    option: { type: uint16('Option', { names: optionNames }), length: uint16('Length'), type_str: text('Option') },
    client_fqdn_flags: uint8('Flags', { base: 'hex' }),
    clientfqdn: {
      client: clientBits(),
      server: {
        n: should('N bit', 'perform PTR RR updates', 'SHOULD', 'SHOULD NOT', 4),
        o: bool('O bit', 8, {
          mask: 2,
          truth: [
            "Server HAS overridden client's S bit preference",
            "Server has NOT overridden client's S bit preference",
          ],
        }),
        s: should('S bit', 'perform AAAA RR updates', 'SHOULD NOT', 'SHOULD', 1),
      },
    },
    _contradiction: group('ERROR: When the N-bit is set, the S-bit must be reset'),
    s_bit_should_be_zero: error('ERROR: When the N-bit is set, the S-bit must be reset', 'Protocol'),
    client_domain: text('Client Domain Name'),
    duid: {
      bytes: bytes('DUID'),
      type: uint16('DUID Type', { names: { ...duidTypes, 4: 'Universally Unique IDentifier (UUID)' } }),
    },
    duidllt: {
      hwtype: uint16('Hardware type', { names: hardwareTypeNames }),
      time: abstime('DUID Time'),
      link_layer_addr: text('Link-layer address'),
    },
    duidll: {
      hwtype: uint16('Hardware type', { names: hardwareTypeNames }),
      link_layer_addr: text('Link-layer address'),
    },
    duiden: { enterprise: enterprise(), identifier: bytes('Identifier') },
    duiduuid: { bytes: bytes('UUID') },
    iaid: { self: text('IAID'), t1: duration('T1'), t2: duration('T2') },
    iata: text('IATA'),
    iaaddr: {
      ip: ipv6('IPv6 address'),
      pref_lifetime: duration('Preferred lifetime'),
      valid_lifetime: duration('Valid lifetime'),
    },
    iaprefix: {
      pref_lifetime: duration('Preferred lifetime'),
      valid_lifetime: duration('Valid lifetime'),
      pref_len: uint8('Prefix length'),
      pref_addr: ipv6('Prefix address'),
    },
    requested_option_code: uint16('Requested Option code', { names: optionNames }),
    option_preference: uint8('Pref-value'),
    elapsed_time: uint16('Elapsed time'),
    auth: {
      protocol: uint8('Protocol'),
      algorithm: uint8('Algorithm'),
      rdm: uint8('RDM'),
      replay_detection: bytes('Replay Detection'),
      info: bytes('Authentication Information'),
      realm: words('DHCP realm'),
      key_id: uint32('Key ID'),
      md5_data: bytes('HMAC-MD5 data'),
    },
    unicast: ipv6('IPv6 address'),
    status_code: uint16('Status Code', { names: { ...statusNames } }),
    status_msg: text('Status Message'),
    _user_class: group('User Class suboption'),
    userclass: { length: uint16('Length'), opaque_data: bytes('Suboption') },
    vendorclass: { enterprise: enterprise(), data: words('vendor-class-data') },
    _vendor_option: group('option'),
    vendoropts: {
      enterprise: {
        self: enterprise(),
        option_code: uint16('Option code'),
        option_length: uint16('Option length'),
        option_data: bytes('Option data'),
      },
    },
    interface_id: bytes('Interface-ID'),
    reconf_msg: uint8('Reconfigure message type', { names: messageNames }),
    _names: group('Names'),
    sip_server_domain_search_fqdn: text('SIP Server Domain Search FQDN'),
    sip_server_a: ipv6('SIP server address'),
    dns_server: ipv6('DNS server address'),
    search_list_entry: text('List entry'),
    nis_server: ipv6('NIS server address'),
    nisp_server: ipv6('NISP server address'),
    nis_fqdn: text('NIS FQDN'),
    nisp_fqdn: text('NISP FQDN'),
    sntp_server: ipv6('SNTP server address'),
    lifetime: uint32('Lifetime'),
    bcmcs_server_fqdn: text('BCMCS server FQDN'),
    bcmcs_server_a: ipv6('BCMCS server address'),
    remoteid: { enterprise: enterprise() },
    remoteid_enterprise_id: bytes('Remote-ID'),
    subscriber_id: words('Subscriber-ID'),
    pana_agent: ipv6('PANA agents address'),
    timezone: words('Time-zone'),
    tzdb: words('TZ-database'),
    lq_query: uint8('Query-type', { names: queryTypes }),
    lq_query_link_address: ipv6('Link address'),
    clt_time: uint32('Clt_time'),
    lq_relay_data_peer_addr: ipv6('Peer address'),
    lq_relay_data_msg: words('DHCPv6 relay message'),
    lq_client_link: ipv6('LQ client links address'),
    capwap_ac_v6: ipv6('CAPWAP Access Controllers address'),
    aftr_name: text('DS-Lite AFTR Name'),
    _time_server: group('NTP Server suboption'),
    ntpserver: {
      option: { type: uint16('Suboption', { names: timeServers }), length: uint16('Length') },
      addr: ipv6('NTP Server Address'),
      mc_addr: ipv6('NTP Multicast Address'),
      fqdn: text('NTP Server FQDN'),
    },
    pd_exclude: { pref_len: uint8('Prefix length'), subnet_id: bytes('IPv6 subnet ID') },
    s46_rule: {
      flags: uint8(
        'Flags',
        { base: 'hex' },
        {
          reserved: bool('Reserved', 8, { mask: 0xfe }),
          fmr: bool('Forwarding Mapping Rule', 8, { mask: 0x01 }),
        },
      ),
      ea_len: uint8('EA-bit length'),
      ipv4_pref_len: uint8('IPv4 prefix length'),
      ipv4_prefix: ipv4('IPv4 prefix'),
      ipv6_prefix_len: uint8('IPv6 prefix length'),
      ipv6_prefix: ipv6('IPv6 prefix'),
    },
    s46_br: { address: ipv6('BR address') },
    s46_dmr: { dmr_pref_len: uint8('IPv6 prefix length'), dmr_prefix: ipv6('IPv6 prefix') },
    s46_v4v6bind: {
      ipv4_address: ipv4('IPv4 Address'),
      ipv6_pref_len: uint8('IPv6 prefix length'),
      ipv6_prefix: ipv6('IPv6 prefix'),
    },
    s46_portparam: { offset: uint8('Offset'), psid_len: uint8('PSID length'), psid: uint16('PSID') },
    option_code: uint16('S46 Option code', { base: 'hex', names: softwires }),
    captive_portal: words('Captive Portal'),
    mudurl: words('MUDURL'),
    relay_port: uint16('Downstream Source Port'),
    malformed_option: error('Malformed option', 'Malformed'),
  },
  'dhcpv6',
)
