/** Addresses in CDP: each says of which protocol it is. */
import {
  bytes,
  type Dissection,
  fields,
  group,
  hexText,
  ipv4,
  ipv4Text,
  ipv6,
  ipv6Text,
  uint16,
  uint32,
  uint8,
} from '../src/dissect/index.js'

const Kind = { Nlpid: 1, Llc: 2 } as const
const NLPID_IP = 0xcc
/** IPv6 below LLC with SNAP. */
const IPV6 = 'aaaa0300000086dd'
const nlpidNames: Readonly<Record<number, string>> = {
  0x81: 'CLNP',
  0x82: 'ES-IS',
  0x83: 'IS-IS',
  0x8e: 'IPv6',
  0xcc: 'IP',
}

const f = fields(
  'cdp',
  {
    number_of_addresses: uint32('Number of addresses'),
    _address: group('Address'),
    protocol_type: uint8('Protocol type', { base: 'hex', names: { 1: 'NLPID', 2: '802.2' } }),
    protocol_length: uint8('Protocol length'),
    protocol: bytes('Protocol'),
    address_length: uint16('Address length'),
    address: bytes('Address'),
    nrgyz: { ip_address: ipv4('IP Address'), ipv6_address: ipv6('IPv6 Address') },
  },
  'cdp',
)

/** Takes addresses, as many as are said and there, up to the end of the record. */
export function takeAddresses(d: Dissection): void {
  let count = d.u32(f.number_of_addresses)
  while (count-- > 0 && d.reportedLeft > 0) takeAddress(d)
}

function takeAddress(d: Dissection): void {
  const kind = d.peek8()
  const size = d.peek8(1)
  const length = d.peek16(2 + size)
  d.peek8(3 + size + length)
  const opened = d.open(f._address)
  d.u8(f.protocol_type)
  d.u8(f.protocol_length)
  const at = size > 0 ? d.take(f.protocol, size) : d.pos
  const isIpv4 = kind === Kind.Nlpid && size === 1 && d.bytes[at] === NLPID_IP && length === 4
  const isIpv6 = kind === Kind.Llc && size === 8 && length === 16 && hexText(d.bytes, at, at + size) === IPV6
  if (d.showing && size > 0) d.caption(`Protocol: ${protocolText(d.bytes, at, size, kind, isIpv6)}`)
  d.u16(f.address_length)
  const start = d.pos
  if (isIpv4) d.take(f.nrgyz.ip_address, length)
  else if (isIpv6) d.take(f.nrgyz.ipv6_address, length)
  else if (length > 0) d.take(f.address, length)
  if (d.showing) {
    const b = d.bytes
    const title = isIpv4
      ? `IP address: ${ipv4Text(b, start)}`
      : isIpv6
        ? `IPv6 address: ${ipv6Text(b, start)}`
        : `Address: ${hexText(b, start, start + length)}`
    d.caption(title, opened)
  }
  d.close(opened)
}

function protocolText(b: Uint8Array, at: number, size: number, kind: number, isIpv6: boolean): string {
  if (isIpv6) return 'IPv6'
  const name = kind === Kind.Nlpid && size === 1 ? nlpidNames[b[at]!] : undefined
  return name ?? hexText(b, at, at + size)
}
