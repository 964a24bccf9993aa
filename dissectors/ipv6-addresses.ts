/** Addresses of an IPv6 packet, and the addresses that transition techniques and autoconfiguration put inside them. */
import {
  bytes,
  type Dissection,
  ether,
  type Field,
  fields,
  ipv4,
  ipv6,
  ipv6Text,
  text,
  uint16,
} from '../src/dissect/index.js'
import { ipv6Meaning } from './shared/address-meaning.js'

const named = { spell: ipv6Text } as const
const addr = ipv6('Source or Destination Address')
const host = text('Source or Destination Host', named)
const slaac_mac = ether('SLAAC MAC')
const isatap_ipv4 = ipv4('ISATAP IPv4')
const gateway = ipv4('6to4 Gateway IPv4')
const sla = uint16('6to4 SLA ID')
const ts_ipv4 = ipv4('Teredo Server IPv4')
const tc_port = uint16('Teredo Port')
const tc_ipv4 = ipv4('Teredo Client IPv4')

export const addressFields = fields('ipv6', {
  addr,
  host,
  src: { self: ipv6('Source Address', { also: [addr] }), meaning: text('Source Meaning') },
  src_host: text('Source Host', { ...named, also: [host] }),
  dst: { self: ipv6('Destination Address', { also: [addr] }), meaning: text('Destination Meaning') },
  dst_host: text('Destination Host', { ...named, also: [host] }),
  src_slaac_mac: ether('Source SLAAC MAC', { also: [slaac_mac] }),
  src_isatap_ipv4: ipv4('Source ISATAP IPv4', { also: [isatap_ipv4] }),
  src_6to4_gw_ipv4: ipv4('Source 6to4 Gateway IPv4'),
  src_6to4_sla_id: uint16('Source 6to4 SLA ID'),
  src_ts_ipv4: ipv4('Source Teredo Server IPv4'),
  src_tc_port: uint16('Source Teredo Port'),
  src_tc_ipv4: ipv4('Source Teredo Client IPv4'),
  src_embed_ipv4: ipv4('Source Embedded IPv4'),
  dst_slaac_mac: ether('Destination SLAAC MAC', { also: [slaac_mac] }),
  dst_isatap_ipv4: ipv4('Destination ISATAP IPv4', { also: [isatap_ipv4] }),
  dst_6to4_gw_ipv4: ipv4('Destination 6to4 Gateway IPv4'),
  dst_6to4_sla_id: uint16('Destination 6to4 SLA ID'),
  dst_ts_ipv4: ipv4('Destination Teredo Server IPv4'),
  dst_tc_port: uint16('Destination Teredo Port'),
  dst_tc_ipv4: ipv4('Destination Teredo Client IPv4'),
  dst_embed_ipv4: ipv4('Destination Embedded IPv4'),
  slaac_mac,
  isatap_ipv4,
  '6to4_gw_ipv4': gateway,
  '6to4_sla_id': sla,
  ts_ipv4,
  tc_port,
  tc_ipv4,
  embed_ipv4_prefix: bytes('Embedded IPv4 Prefix'),
  embed_ipv4: ipv4('Embedded IPv4'),
})
const a = addressFields

/** Takes an address, once more as the name of its host for filters. */
export function takeAddress(d: Dissection, address: Field<'ipv6'>, name: Field<'string'>): number {
  const start = d.take(address, 16)
  if (d.wants(name)) {
    d.spanAt(name, start, start + 16)
    d.hide()
  }
  return start
}

/** Adds what the addresses at `src` and `dst` are known for and what is inside them. Only a recording needs it. */
export function addAddressDetails(d: Dissection, src: number, dst: number): void {
  addMeaning(d, a.src.meaning, src)
  addMeaning(d, a.dst.meaning, dst)
  for (const technique of techniques) {
    technique(d, sourceFields, src)
    technique(d, destinationFields, dst)
  }
}

function addMeaning(d: Dissection, f: Field<'string'>, start: number): void {
  if (!d.wants(f)) return
  const meaning = ipv6Meaning(d.bytes, start)
  if (meaning === '') return
  d.textAt(f, start, start + 16, meaning)
  d.markGenerated()
}

/** What one end calls the things that may be inside its address. */
interface EndFields {
  readonly gateway: Field<'ipv4'>
  readonly sla: Field<'uint'>
  readonly server: Field<'ipv4'>
  readonly port: Field<'uint'>
  readonly client: Field<'ipv4'>
  readonly mac: Field<'ether'>
  readonly isatap: Field<'ipv4'>
  readonly embedded: Field<'ipv4'>
}
const sourceFields: EndFields = {
  gateway: a.src_6to4_gw_ipv4,
  sla: a.src_6to4_sla_id,
  server: a.src_ts_ipv4,
  port: a.src_tc_port,
  client: a.src_tc_ipv4,
  mac: a.src_slaac_mac,
  isatap: a.src_isatap_ipv4,
  embedded: a.src_embed_ipv4,
}
const destinationFields: EndFields = {
  gateway: a.dst_6to4_gw_ipv4,
  sla: a.dst_6to4_sla_id,
  server: a.dst_ts_ipv4,
  port: a.dst_tc_port,
  client: a.dst_tc_ipv4,
  mac: a.dst_slaac_mac,
  isatap: a.dst_isatap_ipv4,
  embedded: a.dst_embed_ipv4,
}

/** RFC 3056: 2002, then the gateway's IPv4 address and a subnet. */
function add6to4(d: Dissection, end: EndFields, p: number): void {
  const b = d.bytes
  if (b[p] !== 0x20 || b[p + 1] !== 0x02) return
  const subnet = (b[p + 6]! << 8) | b[p + 7]!
  addSpan(d, end.gateway, p + 2, p + 6)
  addNumber(d, end.sla, p + 6, p + 8, subnet)
  addSpan(d, gateway, p + 2, p + 6, true)
  addNumber(d, sla, p + 6, p + 8, subnet, true)
}

/** RFC 4380 section 4: 2001:0, the server, flags, then port and address of the client with all bits turned over. */
function addTeredo(d: Dissection, end: EndFields, p: number): void {
  const b = d.bytes
  if (b[p] !== 0x20 || b[p + 1] !== 0x01 || b[p + 2] !== 0 || b[p + 3] !== 0) return
  const port = ~((b[p + 10]! << 8) | b[p + 11]!) & 0xffff
  const client = b.subarray(p + 12, p + 16).map((octet) => ~octet)
  addSpan(d, end.server, p + 4, p + 8)
  addNumber(d, end.port, p + 10, p + 12, port)
  addBytes(d, end.client, p + 12, p + 16, client)
  addSpan(d, ts_ipv4, p + 4, p + 8, true)
  addNumber(d, tc_port, p + 10, p + 12, port, true)
  addBytes(d, tc_ipv4, p + 12, p + 16, client, true)
}

/** RFC 4291 appendix A: a MAC address with its universal bit turned over and ff:fe in its middle. */
function addMac(d: Dissection, end: EndFields, p: number): void {
  const b = d.bytes
  if (!(b[p + 8]! & 0x02) || b[p + 11] !== 0xff || b[p + 12] !== 0xfe) return
  const mac = Uint8Array.of(b[p + 8]! ^ 0x02, b[p + 9]!, b[p + 10]!, b[p + 13]!, b[p + 14]!, b[p + 15]!)
  addBytes(d, end.mac, p + 8, p + 16, mac)
}

/** RFC 5214 section 6.1: an interface identifier of 0000:5efe, u and g bits aside, and the IPv4 address. */
function addIsatap(d: Dissection, end: EndFields, p: number): void {
  const b = d.bytes
  if (b[p + 8]! & ~0x03 || b[p + 9] !== 0 || b[p + 10] !== 0x5e || b[p + 11] !== 0xfe) return
  addSpan(d, end.isatap, p + 12, p + 16)
}

/** RFC 6052 section 2.1: the well-known prefix 64:ff9b::/96, then the IPv4 address. */
function addEmbedded(d: Dissection, end: EndFields, p: number): void {
  const b = d.bytes
  if (b[p] !== 0 || b[p + 1] !== 0x64 || b[p + 2] !== 0xff || b[p + 3] !== 0x9b) return
  for (let i = 4; i < 12; i++) if (b[p + i] !== 0) return
  addSpan(d, a.embed_ipv4_prefix, p, p + 12)
  addSpan(d, end.embedded, p + 12, p + 16)
  addSpan(d, a.embed_ipv4, p + 12, p + 16)
}

const techniques = [add6to4, addTeredo, addMac, addIsatap, addEmbedded] as const

function addSpan(d: Dissection, f: Field<'ipv4'> | Field<'bytes'>, start: number, end: number, hidden = false): void {
  if (!d.wants(f)) return
  d.spanAt(f, start, end)
  finish(d, hidden)
}
function addNumber(d: Dissection, f: Field<'uint'>, start: number, end: number, value: number, hidden = false): void {
  if (!d.wants(f)) return
  d.at(f, start, end, value)
  finish(d, hidden)
}
function addBytes(
  d: Dissection,
  f: Field<'ipv4'> | Field<'ether'>,
  start: number,
  end: number,
  value: Uint8Array,
  hidden = false,
): void {
  if (!d.wants(f)) return
  d.bytesAt(f, start, end, value)
  finish(d, hidden)
}
function finish(d: Dissection, hidden: boolean): void {
  d.markGenerated()
  if (hidden) d.hide()
}
