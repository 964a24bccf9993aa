/** The options of DHCPv6 messages, one after the other: RFC 8415 section 21 and those that came later. */
import { type Dissection, type Field, hexText, ipv6Text } from '../src/dissect/index.js'
import { takeClientName } from './dhcpv6-client-name.js'
import { takeDuid } from './dhcpv6-duid.js'
import { emptyDomain, takeDomains } from './dhcpv6-domains.js'
import { failoverOptions, takeFailover } from './dhcpv6-failover.js'
import { f } from './dhcpv6-fields.js'
import { type Gist, Point } from './dhcpv6-gist.js'
import { optionNames } from './dhcpv6-names.js'
import { softwireOptions, takeSoftwire } from './dhcpv6-softwire.js'
import { takeTimeServers } from './dhcpv6-time-servers.js'

import { noteStray } from './shared/stray-characters.js'

/** Goes on with a message inside an option, at the read position and up to `d.end`. */
export type TakeRelayed = (d: Dissection, gist: Gist, depth: number) => void

/** Options in options end somewhere. */
const MAX_NESTED = 16

/** The options of a message of that type, which lies `depth` messages deep in others; what is too short for one is left. */
export function takeOptions(d: Dissection, gist: Gist, type: number, depth: number, relayed: TakeRelayed): void {
  takeNested(d, gist, type, depth, relayed, 0)
}

function takeNested(
  d: Dissection,
  gist: Gist,
  type: number,
  depth: number,
  relayed: TakeRelayed,
  nested: number,
): void {
  if (nested > MAX_NESTED) d.malformed()
  while (d.reportedLeft >= 4 && 4 + d.peek16(2) <= d.reportedLeft) takeOption(d, gist, type, depth, relayed, nested)
}

function takeOption(
  d: Dissection,
  gist: Gist,
  type: number,
  depth: number,
  relayed: TakeRelayed,
  nested: number,
): void {
  const code = d.peek16()
  const length = d.peek16(2)
  const next = d.pos + 4 + length
  if (next > d.end) d.skip(4 + length)
  const name = optionNames[code] ?? `DHCP option ${code}`
  if (d.wants(f.option.type_str)) {
    d.textAt(f.option.type_str, d.pos, next, name)
    if (d.showing) d.caption(name)
  }
  d.enter()
  d.u16(f.option.type)
  d.u16(f.option.length)
  const { end, reported } = d
  d.limit(length)
  takeValue(d, gist, type, depth, relayed, nested, code, length)
  d.end = end
  d.reported = reported
  d.seek(next)
  d.leave()
}

type AddressField = typeof f.sip_server_a
type NumberField = typeof f.lifetime
type TextField = Field<'string'>

/** Lists of addresses: the field, what Wireshark calls a bad one, and whether they are numbered. */
const addresses: Readonly<Record<number, readonly [AddressField, string, boolean]>> = {
  22: [f.sip_server_a, 'SIP servers address', false],
  23: [f.dns_server, 'DNS servers address', true],
  27: [f.nis_server, 'NIS servers address', false],
  28: [f.nisp_server, 'NISP servers address', false],
  31: [f.sntp_server, 'SNTP servers address', true],
  34: [f.bcmcs_server_a, 'BCMCS servers address', false],
  40: [f.pana_agent, 'PANA agent address', false],
  48: [f.lq_client_link, 'LQ client links address', false],
  52: [f.capwap_ac_v6, 'CAPWAP Access Controllers address', false],
}
/** Lists of names: the field and the line above them. */
const names: Readonly<Record<number, readonly [TextField, string]>> = {
  21: [f.sip_server_domain_search_fqdn, 'SIP Servers Domain Search List'],
  24: [f.search_list_entry, 'Domain name suffix search list'],
  29: [f.nis_fqdn, 'nis-domain-name'],
  30: [f.nisp_fqdn, 'nisp-domain-name'],
  33: [f.bcmcs_server_fqdn, 'BCMCS Servers Domain Search List'],
}
/** Numbers: the field, the bytes it takes, and what Wireshark calls a bad one. */
const numbers: Readonly<Record<number, readonly [NumberField, number, string]>> = {
  7: [f.option_preference, 1, 'PREFERENCE'],
  8: [f.elapsed_time, 2, 'ELAPSED-TIME'],
  19: [f.reconf_msg, 1, 'RECONF_MSG'],
  32: [f.lifetime, 4, 'LIFETIME'],
  46: [f.clt_time, 4, 'CLT_TIME'],
  135: [f.relay_port, 2, 'Relay Port'],
}
/** Texts, which some may not be without. */
const texts: Readonly<Record<number, readonly [TextField, string]>> = {
  38: [f.subscriber_id, 'SUBSCRIBER_ID'],
  41: [f.timezone, ''],
  42: [f.tzdb, ''],
  103: [f.captive_portal, ''],
  112: [f.mudurl, ''],
}

const Opt = {
  ClientId: 1,
  ServerId: 2,
  NonTemporary: 3,
  Temporary: 4,
  Address: 5,
  Request: 6,
  Relay: 9,
  Authentication: 11,
  Unicast: 12,
  Status: 13,
  UserClass: 15,
  VendorClass: 16,
  VendorOptions: 17,
  InterfaceId: 18,
  ReconfigureAccept: 20,
  Delegation: 25,
  Prefix: 26,
  RemoteId: 37,
  ClientName: 39,
  EchoRequest: 43,
  Query: 44,
  ClientData: 45,
  RelayData: 47,
  RelayId: 53,
  TimeServer: 56,
  TunnelName: 64,
  PrefixExclude: 67,
} as const
const FOREVER = 0xffffffff

function bad(d: Dissection, what: string): void {
  d.note(f.malformed_option, d.recording ? `${what}: malformed option` : '')
}

function takeValue(
  d: Dissection,
  gist: Gist,
  type: number,
  depth: number,
  relayed: TakeRelayed,
  nested: number,
  code: number,
  length: number,
): void {
  const number = numbers[code]
  if (number !== undefined) return takeNumber(d, number, length)
  const list = addresses[code]
  if (list !== undefined) return takeAddresses(d, list, length)
  const name = names[code]
  if (name !== undefined) return takeNames(d, gist, name, length)
  const words = texts[code]
  if (words !== undefined) {
    if (length > 0) noteStray(d, d.take(words[0], length), length, 3)
    else if (words[1] !== '') bad(d, words[1])
    return
  }
  if (code in failoverOptions) return takeFailover(d, code, length)
  if (code in softwireOptions) {
    if (!takeSoftwire(d, code, length)) return
  } else if (!takeOwn(d, gist, type, depth, relayed, code, length)) return
  takeNested(d, gist, type, depth, relayed, nested + 1)
}

function takeNumber(d: Dissection, [field, size, what]: (typeof numbers)[number], length: number): void {
  if (length !== size) return bad(d, what)
  if (size === 1) d.u8(field)
  else if (size === 4) d.u32(field)
  else if (field !== f.elapsed_time) d.u16(field)
  else {
    const hundredths = d.u16(field)
    if (d.showing) d.caption(`Elapsed time: ${hundredths * 10}ms`)
  }
}

function takeAddresses(d: Dissection, [field, what, numbered]: (typeof addresses)[number], length: number): void {
  if (length % 16 !== 0) return bad(d, what)
  for (let n = 1; n <= length / 16; n++) {
    const at = d.take(field, 16)
    if (numbered && d.showing) d.caption(`${String(n).padStart(2)} ${field.label}: ${ipv6Text(d.bytes, at)}`)
  }
}

function takeNames(d: Dissection, gist: Gist, [field, title]: (typeof names)[number], length: number): void {
  if (length === 0) return
  const opened = d.open(f._names)
  if (d.showing) d.caption(title, opened)
  takeDomains(d, gist, field, d.pos + length)
  d.close(opened)
}

/** What does not repeat itself elsewhere; says whether options follow inside. */
function takeOwn(
  d: Dissection,
  gist: Gist,
  type: number,
  depth: number,
  relayed: TakeRelayed,
  code: number,
  length: number,
): boolean {
  switch (code) {
    case Opt.ClientId:
      if (length > 0) gist.add(Point.Client, d.pos, length)
      takeDuid(d, length)
      return false
    case Opt.ServerId:
    case Opt.RelayId:
      takeDuid(d, length)
      return false
    case Opt.NonTemporary:
    case Opt.Delegation:
      return takeAssociation(d, length, code === Opt.NonTemporary ? 'IA_NA' : 'IA_PD')
    case Opt.Temporary:
      if (length < 4) bad(d, 'IA_TA')
      else takeHex(d, f.iata, 4)
      return length >= 4
    case Opt.Address:
      if (length < 24) bad(d, 'IA_TA')
      else takeAddress(d, gist)
      return length >= 24
    case Opt.Prefix:
      if (length < 25) bad(d, 'IAPREFIX')
      else takePrefix(d)
      return length >= 25
    case Opt.Request:
    case Opt.EchoRequest:
      while (d.reportedLeft > 0) d.u16(f.requested_option_code)
      return false
    case Opt.Relay:
      if (length === 0) bad(d, 'RELAY-MSG')
      else relayed(d, gist, depth)
      return false
    case Opt.Authentication:
      takeAuthentication(d, length)
      return false
    case Opt.Unicast:
      if (length === 16) d.take(f.unicast, 16)
      else bad(d, 'UNICAST')
      return false
    case Opt.Status:
      d.u16(f.status_code)
      if (length > 2) noteStray(d, d.take(f.status_msg, length - 2), length - 2, 1)
      return false
    case Opt.UserClass:
      takeUserClasses(d)
      return false
    case Opt.VendorClass:
      if (length < 4) bad(d, 'VENDOR_CLASS')
      else takeVendorClass(d, length)
      return false
    case Opt.VendorOptions:
      if (length < 4) bad(d, 'VENDOR_OPTS')
      else takeVendorOptions(d)
      return false
    case Opt.InterfaceId:
      if (length === 0) bad(d, 'INTERFACE_ID')
      else d.take(f.interface_id, length)
      return false
    case Opt.ReconfigureAccept:
      if (length > 0) bad(d, 'RECONF_ACCEPT')
      return false
    case Opt.RemoteId:
      if (length < 4) bad(d, 'REMOTE_ID')
      else {
        d.u32(f.remoteid.enterprise)
        d.take(f.remoteid_enterprise_id, length - 4)
      }
      return false
    case Opt.ClientName:
      takeClientName(d, gist, type, length)
      return false
    case Opt.Query:
      if (length < 17) {
        bad(d, 'LQ-QUERY')
        return false
      }
      d.u8(f.lq_query)
      d.take(f.lq_query_link_address, 16)
      return true
    case Opt.ClientData:
      return true
    case Opt.RelayData:
      if (length < 16) bad(d, 'LQ_RELAY_DATA')
      else {
        d.take(f.lq_relay_data_peer_addr, 16)
        noteStray(d, d.take(f.lq_relay_data_msg, length - 16), length - 16, 3)
      }
      return false
    case Opt.TimeServer:
      takeTimeServers(d, gist)
      return false
    case Opt.TunnelName:
      if (length === 0) emptyDomain(d)
      else takeDomains(d, gist, f.aftr_name, d.pos + length)
      return false
    case Opt.PrefixExclude:
      if (length < 2) bad(d, 'PD_EXCLUDE')
      else {
        d.u8(f.pd_exclude.pref_len)
        d.take(f.pd_exclude.subnet_id, length - 1)
      }
      return false
    default:
      return false
  }
}

function takeHex(d: Dissection, field: TextField, size: number): void {
  const at = d.pos
  d.skip(size)
  if (d.wants(field)) d.textAt(field, at, d.pos, hexText(d.bytes, at, d.pos))
}

/** Seconds, of which the greatest number means for ever. */
function takeLifetime(d: Dissection, field: NumberField, label = field.label): void {
  if (d.u32(field) === FOREVER && d.showing) d.caption(`${label}: infinity`)
}

function takeAssociation(d: Dissection, length: number, what: string): boolean {
  if (length < 12) {
    bad(d, what)
    return false
  }
  takeHex(d, f.iaid.self, 4)
  takeLifetime(d, f.iaid.t1)
  takeLifetime(d, f.iaid.t2)
  return true
}

function takeAddress(d: Dissection, gist: Gist): void {
  gist.add(Point.Address, d.pos, 16)
  d.take(f.iaaddr.ip, 16)
  takeLifetime(d, f.iaaddr.pref_lifetime)
  // Wireshark's word for a valid lifetime without end.
  takeLifetime(d, f.iaaddr.valid_lifetime, 'Preferred lifetime')
}

function takePrefix(d: Dissection): void {
  takeLifetime(d, f.iaprefix.pref_lifetime)
  takeLifetime(d, f.iaprefix.valid_lifetime)
  d.u8(f.iaprefix.pref_len)
  d.take(f.iaprefix.pref_addr, 16)
}

const DELAYED = 2
const HMAC_MD5 = 1
const HASH_SIZE = 16

function takeAuthentication(d: Dissection, length: number): void {
  if (length < 11) return bad(d, 'AUTH')
  const protocol = d.u8(f.auth.protocol)
  const algorithm = d.u8(f.auth.algorithm)
  d.u8(f.auth.rdm)
  d.take(f.auth.replay_detection, 8)
  const realm = length - 11 - 4 - HASH_SIZE
  if (protocol !== DELAYED || algorithm !== HMAC_MD5 || realm < 0) return void d.take(f.auth.info, length - 11)
  d.take(f.auth.realm, realm)
  d.u32(f.auth.key_id)
  d.take(f.auth.md5_data, HASH_SIZE)
}

function takeUserClasses(d: Dissection): void {
  while (d.reportedLeft > 0) {
    const size = d.peek16()
    if (size + 2 > d.reportedLeft)
      return d.note(f.malformed_option, d.recording ? 'User Class: suboption too long' : '')
    const opened = d.open(f._user_class)
    d.u16(f.userclass.length)
    d.take(f.userclass.opaque_data, size)
    d.close(opened)
  }
}

function takeVendorClass(d: Dissection, length: number): void {
  d.u32(f.vendorclass.enterprise)
  if (length < 6) return
  d.skip(2)
  d.take(f.vendorclass.data, length - 6)
}

function takeVendorOptions(d: Dissection): void {
  d.u32(f.vendoropts.enterprise.self)
  while (d.reportedLeft > 0) {
    const size = 4 + d.peek16(2)
    if (size > d.left) d.skip(size)
    const opened = d.open(f._vendor_option)
    d.u16(f.vendoropts.enterprise.option_code)
    d.take(f.vendoropts.enterprise.option_data, d.u16(f.vendoropts.enterprise.option_length))
    d.close(opened)
  }
}
