/**
 * Extensions of ICMP messages: RFC 4884 with MPLS label stacks (RFC 4950), interface information (RFC 5837) and interface
 * identification (RFC 8335). ICMPv6 uses the same ones.
 */
import {
  bool,
  bytes,
  type Dissection,
  fields,
  group,
  ipv4,
  ipv6,
  sumWords,
  text,
  uint8,
  uint16,
  uint24,
  uint32,
  warning,
} from '../src/dissect/index.js'
import { addressFamilyNames } from './shared/address-families.js'
import { flagList } from './shared/flag-list.js'
import { ChecksumStatus, checksumStatusNames } from './shared/pseudo-header.js'
import { untilZero } from './shared/text-spells.js'
import { verifyChecksum } from './shared/verified-checksum.js'

const ObjectClass = { Mpls: 1, InterfaceInformation: 2, InterfaceIdentification: 3 } as const
const objectTitles = [
  '',
  'MPLS Stack Entry',
  'Interface Information Object',
  'Interface Identification Object',
] as const
const identifies = [
  '',
  'Identifies Interface By Name',
  'Identifies Interface By Index',
  'Identifies Interface By Address',
]

const present = ['Present', 'Not Present'] as const

const f = fields('icmp', {
  reserved: bytes('Reserved'),
  ext: {
    self: group('ICMP Extensions'),
    version: uint8('Version'),
    res: uint16('Reserved', { base: 'hex', mask: 0xfff }),
    checksum: {
      self: uint16('Checksum', { base: 'hex' }),
      status: uint8('Checksum Status', { base: 'none', names: checksumStatusNames }),
    },
    checksum_bad: warning('Bad checksum', 'Checksum'),
    object: group('Object', { about: 'One object of the extensions' }),
    length: uint16('Length'),
    class: uint8('Class', {
      names: { 1: 'MPLS Label Stack Class', 2: 'Interface Information Object', 3: 'Interface Identification Object' },
    }),
    ctype: uint8('C-Type'),
    data: bytes('Data'),
  },
  mpls: {
    entry: group('Label', { about: 'One entry of a label stack' }),
    label: uint24('Label', { mask: 0xfffff0 }),
    exp: uint24('Experimental', { mask: 0xe }),
    s: bool('Stack bit', 24, { mask: 1, truth: ['Set', 'Not set'] }),
    ttl: uint8('Time to live'),
    data: bytes('Data'),
  },
  int_info: {
    role: uint8('Interface Role', {
      mask: 0xc0,
      names: {
        0: 'IP interface upon which datagram arrived',
        1: 'sub-IP component of an IP interface upon which datagram arrived',
        2: 'IP interface through which datagram would be forwarded',
        3: 'IP next-hop to which datagram would be forwarded',
      },
    }),
    reserved: uint8('Reserved', { mask: 0x30 }),
    ifindex: bool('ifIndex', 8, { mask: 8 }),
    ipaddr: bool('IP Address', 8, { mask: 4, truth: present }),
    name_present: bool('Interface Name', 8, { mask: 2, truth: present }),
    mtu_present: bool('MTU', 8, { mask: 1, truth: present }),
    index: uint32('Interface Index'),
    address: group('IP Address Sub-Object', { about: 'The address of an interface' }),
    afi: uint16('Address Family Identifier'),
    ipv4: ipv4('Source'),
    ipv6: ipv6('Source'),
    ipunknown: bytes('Source'),
    interface: group('Interface Name Sub-Object', { about: 'The name of an interface' }),
    name_length: uint8('Name Length'),
    name: text('Name', { spell: untilZero }),
    mtu: uint32('Maximum Transmission Unit'),
  },
  int_ident: {
    name: text('Name', { spell: untilZero }),
    index: uint32('Interface Index'),
    afi: uint16('Address Family Identifier', { names: addressFamilyNames }),
    addr_length: uint8('Address Length'),
    reserved: bytes('Reserved'),
    ipv4: ipv4('Address'),
    ipv6: ipv6('Address'),
    address: bytes('Address'),
  },
})
const checksum = { checksum: f.ext.checksum.self, status: f.ext.checksum.status, bad: f.ext.checksum_bad }
const info = f.int_info
const infoParts = [info.role, info.reserved, info.ifindex, info.ipaddr, info.name_present, info.mtu_present]

/** Reads the extensions that fill the rest of this layer. True when they are of a version that is understood. */
export function extensions(d: Dissection): boolean {
  const opened = d.open(f.ext.self)
  if (d.showing) d.caption('ICMP Multi-Part Extensions', opened)
  const start = d.pos
  const end = d.end
  const reported = d.reported
  let understood = false
  if (d.reportedLeft >= 4) {
    understood = header(d, opened)
    if (understood) objects(d)
    d.end = end
    d.reported = reported
  }
  d.closeAt(opened, start, end)
  d.pos = end
  return understood
}

function header(d: Dissection, opened: number): boolean {
  const start = d.pos
  const first = d.peek16()
  const version = first >>> 12
  const understood = version === 1 || version === 2
  if (!understood && d.showing) d.append(' (unsupported version)', opened)
  d.at(f.ext.version, start, start + 1, version)
  d.at(f.ext.res, start, start + 2, first)
  d.skip(2)
  if (d.peek16() === 0) {
    d.u16(f.ext.checksum.self)
    if (d.showing) d.caption('Checksum: [missing]')
    d.markGenerated()
    d.generated(f.ext.checksum.status, ChecksumStatus.NotPresent)
  } else verifyChecksum(d, checksum, d.end < d.reported ? -1 : sumWords(d.bytes, start, d.end))
  return understood
}

function objects(d: Dissection): void {
  const end = d.end
  const reported = d.reported
  while (d.reportedLeft >= 4 && object(d)) {
    d.end = end
    d.reported = reported
  }
}

/** Reads one object; false when its length leaves no way to the next one. */
function object(d: Dissection): boolean {
  const start = d.pos
  const opened = d.open(f.ext.object)
  const length = d.u16(f.ext.length)
  const kind = d.u8(f.ext.class)
  if (length < 4) {
    if (d.showing) d.caption('Object with bad length', opened)
    d.close(opened)
    return false
  }
  const type = d.peek8()
  const whole = length - 3 <= d.reportedLeft
  const known =
    (kind === ObjectClass.Mpls && type === 1) ||
    kind === ObjectClass.InterfaceInformation ||
    (kind === ObjectClass.InterfaceIdentification && length > 4)
  if (d.showing) {
    d.caption(
      `${known ? objectTitles[kind] : `Unknown object (${kind}/${type})`}${whole ? '' : ' (truncated)'}`,
      opened,
    )
  }
  d.limit(length - 3)
  if (!known) {
    d.u8(f.ext.ctype)
    if (d.left > 0) d.take(f.ext.data, d.left)
  } else if (kind === ObjectClass.Mpls) labels(d)
  else if (kind === ObjectClass.InterfaceInformation) interfaceInformation(d)
  else interfaceIdentification(d, type)
  d.seek(d.end)
  d.closeAt(opened, start, d.pos)
  return whole
}

/** RFC 4950: a label stack as in RFC 3032. */
function labels(d: Dissection): void {
  d.u8(f.ext.ctype)
  while (d.reportedLeft >= 4) {
    const start = d.pos
    const entry = d.peek32()
    const opened = d.open(f.mpls.entry)
    if (d.showing) {
      const [label, experimental, bottom] = [entry >>> 12, (entry >>> 9) & 7, (entry >>> 8) & 1]
      d.caption(`Label: ${label}, Exp: ${experimental}, S: ${bottom}, TTL: ${entry & 0xff}`, opened)
    }
    d.at(f.mpls.label, start, start + 3, entry >>> 8)
    d.at(f.mpls.exp, start, start + 3, entry >>> 8)
    d.at(f.mpls.s, start, start + 3, entry >>> 8)
    d.skip(3)
    d.u8(f.mpls.ttl)
    d.close(opened)
  }
  if (d.left > 0) d.take(f.mpls.data, d.left)
}

/** RFC 5837: the C-Type says in bits what follows. */
function interfaceInformation(d: Dissection): void {
  const at = d.pos
  const has = d.u8(f.ext.ctype)
  if (d.showing) d.append(flagList(infoParts, has))
  d.enter()
  for (let i = 0; i < infoParts.length; i++) d.at(infoParts[i]!, at, at + 1, has)
  d.leave()
  if (has & 8) d.u32(info.index)
  if (has & 4) {
    const family = d.peek16()
    d.peek32()
    const opened = d.open(info.address)
    d.u16(info.afi)
    d.take(f.reserved, 2)
    if (family === 1) d.take(info.ipv4, 4)
    else if (family === 2) d.take(info.ipv6, 16)
    else d.take(info.ipunknown, d.left)
    d.close(opened)
  }
  if (has & 2) {
    const length = d.peek8()
    if (Math.max(length, 1) > d.reportedLeft) d.malformed()
    const opened = d.open(info.interface)
    d.u8(info.name_length)
    d.take(info.name, Math.max(length, 1) - 1)
    d.close(opened)
  }
  if (has & 1) d.u32(info.mtu)
}

/** RFC 8335: which interface is asked for. */
function interfaceIdentification(d: Dissection, type: number): void {
  const id = f.int_ident
  d.u8(f.ext.ctype)
  if (d.showing) d.append(` (${identifies[type] || `Unknown C-Type ${type}`})`)
  if (type === 1) d.take(id.name, d.left)
  else if (type === 2) d.u32(id.index)
  else if (type === 3) {
    const family = d.u16(id.afi)
    d.u8(id.addr_length)
    d.take(id.reserved, 1)
    if (family === 1) d.take(id.ipv4, 4)
    else if (family === 2) d.take(id.ipv6, 16)
    else d.take(id.address, d.left)
  }
}
