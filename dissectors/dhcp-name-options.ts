/** DHCP options with domain names and routes: RFC 4702, 2937, 3397, 3361, 3442, 6731. */
import {
  bool,
  bytes,
  type Dissection,
  error,
  type Field,
  fields,
  ipv4,
  ipv4Text,
  text,
  uint8,
} from '../src/dissect/index.js'
import { faults, takeLine, words } from './dhcp-plain-options.js'
import { nameSize, nameText } from './dns-names.js'
import { showParts } from './shared/flag-list.js'

const nameServices: Readonly<Record<number, string>> = {
  0: 'Local naming information (e.g., an /etc/hosts file on a UNIX machine)',
  6: 'Domain Name Server Option',
  41: 'Network Information Servers Option',
  44: 'NetBIOS over TCP/IP Name Server Option',
  65: 'Network Information Service+ Servers Option',
}

const f = fields(
  'dhcp.option',
  {
    dhcp_name_service_search_option: text('Name Service'),
    dhcp_name_service: { invalid: error('Invalid Name Service', 'Protocol') },
    dhcp_dns_domain_search_list_rfc_3396_detected: text('Encoding Long Options detected (RFC 3396)'),
    dhcp_dns_domain_search_list_refer_last_option: text('For the data, please refer to last option 119'),
    dhcp_dns_domain_search_list_fqdn: text('FQDN'),
    sip_server: {
      rfc_3396_detected: text('Encoding Long Options detected (RFC 3396)'),
      refer_last_option: text('For the data, please refer to last option 120'),
      encoding: uint8('SIP Server Encoding', { names: { 0: 'Fully Qualified Domain Name', 1: 'IPv4 Address' } }),
      name: text('SIP Server Name'),
      address: ipv4('SIP Server Address'),
    },
    sip_server_address: { encoding: error('RFC 3361 defines only 0 and 1 for Encoding byte', 'Protocol') },
    classless_static_route: bytes('Subnet/MaskWidth-Router'),
    classless_static: { route: error('Mask width > 32', 'Protocol') },
    rdnss: {
      reserved: uint8('Reserved', { base: 'hex', mask: 0xfc }),
      preference: uint8('Preference', { mask: 0x03, names: { 0: 'Medium', 1: 'High', 2: 'Reserved', 3: 'Low' } }),
      primary_dns: ipv4('Primary DNS'),
      secondary_dns: ipv4('Secondary DNS'),
      domain: text('Domains and networks'),
    },
  },
  'dhcp',
)
const flagParts = {
  mbz: uint8('Reserved flags', { base: 'hex', mask: 0xf0 }),
  n: bool('Server DDNS', 8, { mask: 0x08, truth: ['No server updates', 'Some server updates'] }),
  e: bool('Encoding', 8, { mask: 0x04, truth: ['Binary encoding', 'ASCII encoding'] }),
  o: bool('Server overrides', 8, { mask: 0x02, truth: ['Override', 'No override'] }),
  s: bool('Server', 8, { mask: 0x01, truth: ['Server', 'Client'] }),
}
const flagFields = Object.values(flagParts)
const fqdn = fields(
  'dhcp.fqdn',
  {
    ...flagParts,
    flags: uint8('Flags', { base: 'hex' }),
    rcode1: uint8('A-RR result'),
    rcode2: uint8('PTR-RR result'),
    name: words('Client name'),
  },
  'dhcp',
)
const BINARY = 0x04

/** Option 81: RFC 4702. */
export function takeClientName(d: Dissection, length: number): void {
  if (length < 3) return tooShort(d, "length isn't >= 3")
  const at = d.pos
  const flags = d.u8(fqdn.flags)
  showParts(d, flagFields, flags, 1)
  d.u8(fqdn.rcode1)
  d.u8(fqdn.rcode2)
  const end = at + length
  if (length === 3) return
  if (flags & BINARY) takeName(d, fqdn.name, d.pos, end)
  else takeLine(d, fqdn.name, length - 3)
}

/** Option 117: RFC 2937. */
export function takeNameServices(d: Dissection, length: number): void {
  if (length < 2) return tooShort(d, "length isn't >= 2")
  if (length % 2 === 1) return tooShort(d, d.recording ? `length (${length}) isn't even number` : '')
  for (const end = d.pos + length; d.pos < end; d.skip(2)) {
    const code = d.peek16()
    const name = nameServices[code]
    if (name === undefined) {
      const allowed = 'RFC 2937 defines only 0, 6, 41, 44, and 65 as possible values.'
      d.note(f.dhcp_name_service.invalid, d.recording ? `Invalid Name Service (${code}). ${allowed}` : '')
    } else if (d.wants(f.dhcp_name_service_search_option))
      d.textAt(f.dhcp_name_service_search_option, d.pos, d.pos + 2, `${name} (${code})`)
  }
}

/** An option that one message may spread over several (RFC 3396): which one of how many, and all their bytes. */
export interface Spread {
  part: number
  parts: number
  bytes: Uint8Array | null
}

/** Option 119: RFC 3397. */
export function takeSearchList(d: Dissection, length: number, spread: Spread): void {
  const end = d.pos + length
  if (spread.parts > 1) {
    const what = f.dhcp_dns_domain_search_list_rfc_3396_detected
    const whole = gathered(d, what, f.dhcp_dns_domain_search_list_refer_last_option, end, spread)
    if (whole !== null) namesOf(d, f.dhcp_dns_domain_search_list_fqdn, whole, 0)
    return
  }
  const start = d.pos
  while (d.pos < end) takeName(d, f.dhcp_dns_domain_search_list_fqdn, start, end)
}

/** Option 120: RFC 3361. */
export function takeSipServers(d: Dissection, length: number, spread: Spread): void {
  const start = d.pos
  const end = start + length
  if (spread.parts > 1) {
    const whole = gathered(d, f.sip_server.rfc_3396_detected, f.sip_server.refer_last_option, end, spread)
    if (whole === null) return
    d.at(f.sip_server.encoding, d.pos, d.pos, whole[0]!)
    if (whole[0] === 0) namesOf(d, f.sip_server.name, whole, 1)
    else if (whole[0] === 1)
      for (let p = 1; p + 4 <= whole.length; p += 4)
        d.bytesAt(f.sip_server.address, d.pos, d.pos, whole.subarray(p, p + 4))
    return
  }
  const encoding = d.u8(f.sip_server.encoding)
  if (encoding === 0) {
    if (length < 3) return tooShort(d, d.recording ? `length isn't >= 3 (len = ${length})` : '')
    while (d.pos < end) takeName(d, f.sip_server.name, start, end)
  } else if (encoding === 1) {
    if (length < 5) return tooShort(d, d.recording ? `length isn't >= 5 (len = ${length})` : '')
    if ((length - 1) % 4 !== 0)
      return tooShort(d, d.recording ? `length isn't a multiple of 4 plus 1 (len = ${length}).` : '')
    while (d.pos < end) d.take(f.sip_server.address, 4)
  } else {
    const said = 'RFC 3361 defines only 0 and 1 for Encoding byte'
    d.note(f.sip_server_address.encoding, d.recording ? `${said} (Encoding = ${encoding}).` : '')
  }
}

/** Says which part this is; the last one gets the bytes of all. */
function gathered(
  d: Dissection,
  which: Field<'string'>,
  refer: Field<'string'>,
  end: number,
  { part, parts, bytes: whole }: Spread,
): Uint8Array | null {
  if (d.wants(which)) d.textAt(which, d.pos, end, `${part}/${parts}`)
  if (part === parts) return whole
  if (d.wants(refer)) d.textAt(refer, d.pos, end, `${parts}/${parts}`)
  return null
}

function namesOf(d: Dissection, field: Field<'string'>, b: Uint8Array, from: number): void {
  for (let p = from; p < b.length; ) {
    const size = nameSize(b, p, b.length, 0)
    if (size <= 0) d.malformed()
    if (d.wants(field)) d.textAt(field, d.pos, d.pos, nameText(b, p, b.length, 0))
    p += size
  }
}

/** A domain name in the option that begins at `base`; the last one needs no end of its own. */
function takeName(d: Dissection, field: Field<'string'>, base: number, end: number): void {
  const at = d.pos
  const size = nameSize(d.bytes, at, end, base)
  if (size > 0) {
    if (d.wants(field)) d.textAt(field, at, at + size, nameText(d.bytes, at, end, base))
    return d.skip(size)
  }
  const ended = Buffer.concat([d.bytes.subarray(base, end), END_OF_NAME])
  if (nameSize(ended, at - base, ended.length, 0) !== ended.length - (at - base)) d.malformed()
  if (d.wants(field)) d.textAt(field, at, end, nameText(ended, at - base, ended.length, 0))
  d.seek(end)
}
const END_OF_NAME = Uint8Array.of(0)

/** Options 121 and 249: RFC 3442. */
export function takeRoutes(d: Dissection, length: number): void {
  if (length < 5) return tooShort(d, "length isn't >= 5")
  for (const end = d.pos + length; d.pos < end; ) {
    const width = d.peek8()
    if (width > 32) return d.note(f.classless_static.route, d.recording ? `Mask width (${width}) > 32` : '')
    const significant = Math.ceil(width / 8)
    const at = d.pos
    d.skip(1 + significant + 4)
    d.spanAt(f.classless_static_route, at, d.pos)
    if (d.showing) d.caption(` ${routeText(d.bytes, at + 1, width, significant)}-${ipv4Text(d.bytes, d.pos - 4)}`)
  }
}

function routeText(b: Uint8Array, at: number, width: number, significant: number): string {
  if (width === 0) return 'default'
  const subnet = [0, 0, 0, 0].map((_, i) => (i < significant ? b[at + i]! : 0))
  return `${subnet.join('.')}/${width}`
}

/** Option 146: RFC 6731. */
export function takeNameServerSelection(d: Dissection, length: number): void {
  if (length < 10) return tooShort(d, 'length must be >= 10')
  const end = d.pos + length
  const flags = d.peek8()
  d.at(f.rdnss.reserved, d.pos, d.pos + 1, flags)
  d.at(f.rdnss.preference, d.pos, d.pos + 1, flags)
  d.skip(1)
  d.take(f.rdnss.primary_dns, 4)
  d.take(f.rdnss.secondary_dns, 4)
  takeName(d, f.rdnss.domain, d.pos, end)
}

function tooShort(d: Dissection, why: string): void {
  d.note(faults.bad_length, why)
}
