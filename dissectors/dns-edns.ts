/** The OPT pseudo-record: EDNS, RFC 6891, and its options. */
import {
  bool,
  bytes,
  type Dissection,
  error,
  fields,
  group,
  ipv4,
  ipv4Text,
  ipv6,
  ipv6Text,
  text,
  uint8,
  uint16,
  warning,
} from '../src/dissect/index.js'
import { asciiText, takeRest, takeText } from './dns-records.js'
import { addressFamilyNames, algorithmNames, digestNames, nsec3HashNames } from './shared/dns-types.js'
import { noteBelow } from './shared/note-below.js'

const f = fields('dns', {
  rr: {
    udp_payload_size: uint16('UDP payload size'),
    opt: { bad_length: error('Length too long for any type of IP address.', 'Malformed') },
  },
  resp: {
    ext_rcode: uint8('Higher bits in extended RCODE', { base: 'hex' }),
    edns0_version: uint8('EDNS0 version'),
    z: uint16(
      'Z',
      { base: 'hex' },
      {
        do: bool('DO bit', 16, {
          mask: 0x8000,
          truth: ['Accepts DNSSEC security RRs', 'Cannot handle DNSSEC security RRs'],
        }),
        reserved: uint16('Reserved', { base: 'hex', mask: 0x7fff }),
      },
    ),
  },
  opt: {
    self: group('Option'),
    code: uint16('Option Code', { names: optionName }),
    len: uint16('Option Length'),
    data: bytes('Option Data'),
    dau: uint8('DAU', { names: algorithmNames }),
    dhu: uint8('DHU', { names: digestNames }),
    n3u: uint8('N3U', { names: nsec3HashNames }),
    client: {
      family: uint16('Family', { names: addressFamilyNames }),
      netmask: uint8('Source Netmask'),
      scope: uint8('Scope Netmask'),
      addr: bytes('Client Subnet'),
      addr4: ipv4('Client Subnet', { spell: (b, start, end) => ipv4Text(padded(b, start, end, 4), 0) }),
      addr6: ipv6('Client Subnet', { spell: (b, start, end) => ipv6Text(padded(b, start, end, 16), 0) }),
    },
    cookie: { client: bytes('Client Cookie'), server: bytes('Server Cookie') },
    edns_tcp_keepalive: { timeout: uint16('Timeout') },
    padding: bytes('Padding'),
    chain: { fqdn: asciiText('Closest Trust Point') },
    ext_error: { info_code: uint16('Info Code', { names: extendedErrorName }), extra_text: text('Extra Text') },
  },
  depr: { opc: warning('Deprecated opcode', 'Protocol') },
})
/** In mDNS the size has a bit less: the highest says “flush your cache” in every record. */
const multicast = fields('dns', {
  rr: { udp_payload_size: uint16('UDP payload size', { base: 'hex', mask: 0x7fff }) },
  resp: { cache_flush: bool('Cache flush', 16, { mask: 0x8000 }) },
})

/** Reads what stands in place of class and time to live; the read position is behind the type. */
export function readOptHead(d: Dissection, multicastDns: boolean): void {
  if (multicastDns) {
    d.at(multicast.rr.udp_payload_size, d.pos, d.pos + 2, d.peek16())
    d.u16(multicast.resp.cache_flush)
  } else d.u16(f.rr.udp_payload_size)
  d.u8(f.resp.ext_rcode)
  d.u8(f.resp.edns0_version)
  d.u16(f.resp.z)
}

/** Reads the options up to `end`. */
export function readOptions(d: Dissection, _base: number, end: number): void {
  while (d.pos < end) {
    const start = d.pos
    const code = d.peek16()
    const size = d.peek16(2)
    const option = d.open(f.opt.self)
    if (d.showing) d.caption(`Option: ${optionName(code) || `Unknown (${code})`}`, option)
    d.u16(f.opt.code)
    if (code === Option.ExperimentalSubnet) {
      noteBelow(d, f.depr.opc, 'Deprecated opcode. Client subnet OPT assigned as 8.')
    }
    d.u16(f.opt.len)
    if (size > 0) d.peek8(size - 1)
    if ((code === Option.ClientSubnet || code === Option.ExperimentalSubnet) && isNoAddress(size - 4)) {
      noteBelow(d, f.rr.opt.bad_length)
    }
    d.take(f.opt.data, size)
    const dataEnd = d.pos
    // As in Wireshark, what is too short to be an error has another option in it.
    const next = code === Option.ExtendedError && size < 2 ? start + 4 : dataEnd
    d.pos = start + 4
    readOption(d, code, next)
    // Some options have more fields than their length says.
    d.pos = Math.max(d.pos, dataEnd)
    d.close(option)
    d.pos = next
  }
}

const Option = {
  Dau: 5,
  Dhu: 6,
  N3u: 7,
  ClientSubnet: 8,
  Cookie: 10,
  TcpKeepalive: 11,
  Padding: 12,
  Chain: 13,
  ExtendedError: 15,
  ExperimentalSubnet: 20730,
} as const

function readOption(d: Dissection, code: number, end: number): void {
  switch (code) {
    case Option.Dau:
      while (d.pos < end) d.u8(f.opt.dau)
      break
    case Option.Dhu:
      while (d.pos < end) d.u8(f.opt.dhu)
      break
    case Option.N3u:
      while (d.pos < end) d.u8(f.opt.n3u)
      break
    case Option.ClientSubnet:
    case Option.ExperimentalSubnet:
      readClientSubnet(d, end)
      break
    case Option.Cookie:
      d.take(f.opt.cookie.client, 8)
      d.take(f.opt.cookie.server, end - d.pos)
      break
    case Option.TcpKeepalive:
      if (end - d.pos === 2) d.u16(f.opt.edns_tcp_keepalive.timeout)
      break
    case Option.Padding:
      d.take(f.opt.padding, end - d.pos)
      break
    case Option.Chain:
      if (d.pos < end) takeText(d, f.opt.chain.fqdn, end - d.pos)
      break
    case Option.ExtendedError:
      if (end - d.pos < 2) break
      d.u16(f.opt.ext_error.info_code)
      if (d.pos < end) takeText(d, f.opt.ext_error.extra_text, end - d.pos)
      break
  }
}

/** RFC 7871: the address goes on only as far as its mask. */
function readClientSubnet(d: Dissection, end: number): void {
  const family = d.u16(f.opt.client.family)
  d.u8(f.opt.client.netmask)
  d.u8(f.opt.client.scope)
  const size = isNoAddress(end - d.pos) ? LONGEST : end - d.pos
  const at = d.pos
  d.skip(size)
  if (family === 1) d.spanAt(f.opt.client.addr4, at, d.pos)
  else if (family === 2) d.spanAt(f.opt.client.addr6, at, d.pos)
  else {
    d.pos = at
    takeRest(d, f.opt.client.addr, end)
  }
}

/** Bytes of the longest address. As in Wireshark an option of a wrong length is read as if it had one. */
const LONGEST = 16
const isNoAddress = (size: number): boolean => size < 0 || size > LONGEST

const addressBytes = new Uint8Array(16)
function padded(b: Uint8Array, start: number, end: number, width: number): Uint8Array {
  addressBytes.fill(0)
  addressBytes.set(b.subarray(start, Math.min(end, start + width)))
  return addressBytes
}

function optionName(code: number): string {
  return optionNames[code] ?? ''
}
const optionNames: Readonly<Record<number, string>> = {
  0: 'Reserved',
  1: 'LLQ - Long-lived query',
  2: 'UL - Update lease',
  3: 'NSID - Name Server Identifier',
  4: 'Owner (reserved)',
  5: 'DAU - DNSSEC Algorithm Understood (RFC6975)',
  6: 'DHU - DS Hash Understood (RFC6975)',
  7: 'N3U - NSEC3 Hash Understood (RFC6975)',
  8: 'CSUBNET - Client subnet',
  9: 'EDNS EXPIRE (RFC7314)',
  10: 'COOKIE',
  11: 'EDNS TCP Keepalive',
  12: 'PADDING',
  13: 'CHAIN',
  15: 'Extended DNS Error',
  20730: 'Experimental - CSUBNET - Client subnet',
}

/** RFC 8914 and the registry it began. */
function extendedErrorName(code: number): string {
  return extendedErrors[code] ?? (code < 49152 ? 'Unassigned' : 'Reserved for Private Use')
}
const extendedErrors = [
  'Other Error',
  'Unsupported DNSKEY Algorithm',
  'Unsupported DS Digest Type',
  'Stale Answer',
  'Forged Answer',
  'DNSSEC Indeterminate',
  'DNSSEC Bogus',
  'Signature Expired',
  'Signature Not Yet Valid',
  'DNSKEY Missing',
  'RRSIGs Missing',
  'No Zone Key Bit Set',
  'NSEC Missing',
  'Cached Error',
  'Not Ready',
  'Blocked',
  'Censored',
  'Filtered',
  'Prohibited',
  'Stale NXDomain Answer',
  'Not Authoritative',
  'Not Supported',
  'No Reachable Authority',
  'Network Error',
  'Invalid Data',
  'Signature Expired before Valid',
  'Too Early',
  'Unsupported NSEC3 Iterations Value',
  'Unable to conform to policy',
  'Synthesized',
] as const
