/** IPv6 node information queries, RFC 4620. */
import {
  bool,
  type Dissection,
  type Field,
  fields,
  ipv4,
  ipv6,
  text,
  uint16,
  uint32,
  uint64,
} from '../src/dissect/index.js'
import { Icmpv6Type } from './icmpv6-names.js'
import { flagList } from './shared/flag-list.js'
import { domainName, domainNameSize } from './shared/text-spells.js'

const Subject = { Ipv6: 0, Name: 1, Ipv4: 2 } as const
const Question = { Name: 2, Addresses: 3, Ipv4Addresses: 4 } as const

const flag = (label: string, mask: number) => bool(label, 16, { mask, truth: ['Set', 'Not set'] })
const f = fields(
  'icmpv6.ni',
  {
    qtype: uint16('Qtype', {
      names: {
        0: 'NOOP',
        1: 'Supported query types (Obsolete)',
        2: 'Node Name',
        3: 'Node addresses',
        4: 'IPv4 node addresses',
      },
    }),
    flag: uint16(
      'Flags',
      { base: 'hex' },
      {
        g: flag('Global-scope addresses', 0x20),
        s: flag('Site-local addresses', 0x10),
        l: flag('Link-local addresses', 8),
        c: flag('Compression', 4),
        a: bool('Unicast Addresses', 16, {
          mask: 2,
          truth: ['All unicast address', 'Unicast addresses on the queried interface'],
        }),
        t: flag('Truncated', 1),
        rsv: uint16('Reserved', { base: 'hex', mask: 0xffc0 }),
      },
    ),
    nonce: uint64('Nonce', { base: 'hex' }),
    query: {
      subject_ipv6: ipv6('IPv6 subject address'),
      subject_fqdn: text('FQDN subject', { spell: domainName }),
      subject_ipv4: ipv4('IPv4 subject address'),
    },
    reply: {
      node_ttl: uint32('TTL'),
      node_name: text('Name Node', { spell: domainName }),
      node_address: ipv6('IPv6 Node address'),
      ipv4_address: ipv4('IPv4 Node address'),
    },
  },
  'icmpv6',
)

/** Reads a query or reply after its checksum. */
export function nodeInformation(d: Dissection, type: number, code: number): void {
  const question = d.u16(f.qtype)
  const flags = d.u16(f.flag)
  if (d.showing) d.append(flagList(f.flag.parts, flags))
  d.u64(f.nonce)
  if (type === Icmpv6Type.NodeQuery) {
    if (code === Subject.Ipv6) d.take(f.query.subject_ipv6, 16)
    else if (code === Subject.Ipv4) d.take(f.query.subject_ipv4, 4)
    else if (code === Subject.Name) names(d, f.query.subject_fqdn)
  } else if (question === Question.Name && d.reportedLeft > 0) {
    d.u32(f.reply.node_ttl)
    names(d, f.reply.node_name)
  } else if (question === Question.Addresses) {
    while (d.reportedLeft > 0) {
      d.u32(f.reply.node_ttl)
      d.take(f.reply.node_address, 16)
    }
  } else if (question === Question.Ipv4Addresses) {
    while (d.reportedLeft > 0) {
      d.u32(f.reply.node_ttl)
      d.take(f.reply.ipv4_address, 4)
    }
  }
}

/** Domain names up to an empty one: a name that is not fully qualified has one after it (RFC 4620 section 6.3). */
function names(d: Dissection, field: Field<'string'>): void {
  while (d.left > 0 && d.peek8() !== 0) {
    const size = domainNameSize(d.bytes, d.pos, d.end)
    if (size < 0) d.malformed()
    d.take(field, size)
  }
}
