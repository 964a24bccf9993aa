/** The Multipath TCP option, RFC 8684 (version 1) and RFC 6824 (version 0). As in tshark it is a layer of its own. */
import { createHash } from 'node:crypto'
import {
  bool,
  bytes,
  type Dissection,
  fields,
  ipv4,
  ipv6,
  type Num,
  protocol,
  protocolField,
  uint8,
  uint16,
  uint32,
  uint64,
  warning,
} from '../src/dissect/index.js'

const subtypes: Readonly<Record<number, string>> = {
  0: 'Multipath Capable',
  1: 'Join Connection',
  2: 'Data Sequence Signal',
  3: 'Add Address',
  4: 'Remove Address',
  5: 'Change Subflow Priority',
  6: 'TCP Fallback',
  7: 'Fast Close',
  8: 'TCP Reset',
}
const resetReasons: Readonly<Record<number, string>> = {
  0: 'Unspecified error',
  1: 'MPTCP-specific error',
  2: 'Lack of resources',
  3: 'Administratively prohibited',
  4: 'Too much outstanding data',
  5: 'Unacceptable performance',
  6: 'Middlebox interference',
}

const bit = (mask: number, label: string, base: 'dec' | 'hex' = 'dec') => uint8(label, { mask, base })
const letter = (mask: number, label: string) => bool(label, 4, { mask, truth: ['Set', 'Not set'] })

const f = fields(
  'tcp.options.mptcp',
  {
    subtype: uint8('Multipath TCP subtype', { names: subtypes, mask: 0xf0 }),
    version: uint8('Multipath TCP version', { mask: 0x0f }),
    reserved: {
      self: uint16('Reserved', { base: 'hex', mask: 0x0fff }),
      flag: bit(0x3e, 'Reserved', 'hex'),
    },
    flags: uint8('Multipath TCP flags', { base: 'hex' }),
    backup: { flag: bit(0x01, 'Backup flag') },
    checksumreq: { flags: bit(0x80, 'Checksum required') },
    extensibility: { flag: bit(0x40, 'Extensibility') },
    nomoresubflows: {
      flag: bit(0x20, 'Do not attempt to establish new subflows to this address and port'),
    },
    sha1: { flag: bit(0x01, 'Use HMAC-SHA1') },
    sha256: { flag: bit(0x01, 'Use HMAC-SHA256') },
    datafin: { flag: bit(0x10, 'DATA_FIN') },
    dseqn8: { flag: bit(0x08, 'Data Sequence Number is 8 octets') },
    dseqnpresent: {
      flag: bit(0x04, 'Data Sequence Number, Subflow Sequence Number, Data-level Length, Checksum present'),
    },
    dataack8: { flag: bit(0x02, 'Data ACK is 8 octets') },
    dataackpresent: { flag: bit(0x01, 'Data ACK is present') },
    flag_U: { flag: letter(0x8, 'Flag U') },
    flag_V: { flag: letter(0x4, 'Flag V') },
    flag_W: { flag: letter(0x2, 'Flag W') },
    flag_T: { flag: letter(0x1, 'Transient') },
    rst_reason: uint8('TCPRST Reason', { base: 'hex', names: resetReasons }),
    addrid: uint8('Address ID'),
    sendkey: uint64("Sender's Key"),
    recvkey: uint64("Receiver's Key"),
    recvtok: uint32("Receiver's Token"),
    sendrand: uint32("Sender's Random Number"),
    sendtrunchmac: uint64("Sender's Truncated HMAC"),
    sendhmac: bytes("Sender's HMAC"),
    addaddrtrunchmac: uint64('Truncated HMAC'),
    rawdataack: uint64('Original MPTCP Data ACK'),
    rawdataseqno: uint64('Data Sequence Number'),
    subflowseqno: uint32('Subflow Sequence Number'),
    datalvllen: uint16('Data-level Length'),
    checksum: uint16('Checksum', { base: 'hex' }),
    ipver: uint8('IP version', { mask: 0x0f }),
    echo: uint8('Echo', { mask: 0x01 }),
    ipv4: ipv4('Advertised IPv4 Address'),
    ipv6: ipv6('Advertised IPv6 Address'),
    port: uint16('Advertised port'),
  },
  'tcp',
)

/** The same name with another mask, in version 1. */
const version1 = fields('tcp.options.mptcp', { reserved: { flag: bit(0x1e, 'Reserved', 'hex') } }, 'tcp')

const m = fields('mptcp', {
  self: protocolField('Multipath Transmission Control Protocol'),
  expected_token: uint32('Subflow token generated from key'),
  rm_addr: { count: uint8('Number of removed addresses') },
  connection: {
    missing_algorithm: warning('No crypto algorithm specified', 'Protocol'),
    unsupported_algorithm: warning('Unsupported algorithm', 'Protocol'),
  },
})

/** Where the option is in a TCP header, for `Dissection.within`. */
interface Option {
  readonly kind: Num
  readonly len: Num
  readonly length: number
}

export const mptcp = protocol<object, object, Option>({
  name: 'Multipath Transmission Control Protocol',
  short: 'MPTCP',
  spec: 'RFC 8684',
  self: m.self,
  writes: ['tcp.option_kind', 'tcp.option_len', 'tcp.options.mptcp'],
  summary: () => ({}),
  dissect(d, _s, option) {
    if (option !== null) read(d, option.kind, option.len, option.length)
  },
})

const option: { -readonly [K in keyof Option]: Option[K] } = { kind: f.subtype, len: f.subtype, length: 0 }

/** Reads the option of `length` bytes at the read position; what is too short for its subtype stays unread. */
export function multipath(d: Dissection, kind: Num, len: Num, length: number): void {
  option.kind = kind
  option.len = len
  option.length = length
  d.within(mptcp, option)
}

const MULTIPATH = 30

/** Is there such an option among those `start…end`, of which `captured…end` may be missing? */
export function hasMultipath(b: Uint8Array, start: number, captured: number, end: number): boolean {
  for (let p = start; p + 1 < Math.min(captured, end); ) {
    const kind = b[p]!
    const length = kind === 1 ? 1 : b[p + 1]!
    if (kind === 0 || length === 0 || (length < 2 && kind !== 1) || p + length > end) return false
    if (kind === MULTIPATH) return true
    p += length
  }
  return false
}

function read(d: Dissection, kind: Num, len: Num, length: number): void {
  const end = d.pos + length
  const subtype = length > 2 ? d.peek8(2) >>> 4 : 0
  if (d.showing && length > 2) {
    d.captionLayer(`Multipath Transmission Control Protocol: ${subtypes[subtype] ?? `Unknown (${subtype})`}`)
  }
  d.u8(kind)
  d.u8(len)
  if (length > 2) {
    d.at(f.subtype, d.pos, d.pos + 1, d.peek8())
    if (subtype === 0) capable(d, length, end)
    else if (subtype === 1) join(d, length)
    else if (subtype === 2 && length >= 4) signal(d, end)
    else if (subtype === 3 && length >= 8) addAddress(d, end)
    else if (subtype === 4) removeAddress(d, end)
    else if (subtype === 5) priority(d, length)
    else if ((subtype === 6 || subtype === 7) && length >= 12) {
      d.u16(f.reserved.self)
      d.u64(subtype === 6 ? f.rawdataseqno : f.recvkey)
    } else if (subtype === 8 && length >= 4) reset(d)
  }
  d.seek(end)
}

function flagsByte(d: Dissection): number {
  const v = d.u8(f.flags)
  d.enter()
  return v
}
const bitHere = (d: Dissection, field: Num, v: number): void => d.at(field, d.pos - 1, d.pos, v)

function capable(d: Dissection, length: number, end: number): void {
  const version = d.u8(f.version) & 0x0f
  if (length < 4) return
  const v = flagsByte(d)
  bitHere(d, f.checksumreq.flags, v)
  bitHere(d, f.extensibility.flag, v)
  if (version === 1) {
    bitHere(d, f.nomoresubflows.flag, v)
    bitHere(d, f.sha256.flag, v)
    bitHere(d, version1.reserved.flag, v)
  } else {
    bitHere(d, f.sha1.flag, v)
    bitHere(d, f.reserved.flag, v)
  }
  if ((v & 0x3f) === 0) {
    d.note(m.connection.missing_algorithm)
    d.note(m.connection.unsupported_algorithm)
  }
  d.leave()
  if (d.pos + 8 <= end) {
    d.u64(f.sendkey)
    token(d, version)
  }
  if (d.pos + 8 <= end) d.u64(f.recvkey)
  if (d.pos + 2 <= end) d.u16(f.datalvllen)
  if (d.pos + 2 <= end) d.u16(f.checksum)
}

/** What the other end is going to call this connection: the beginning of the hash of the key read last. */
function token(d: Dissection, version: number): void {
  if (!d.wants(m.expected_token)) return
  const key = d.bytes.subarray(d.pos - 8, d.pos)
  const hash = createHash(version === 0 ? 'sha1' : 'sha256')
    .update(key)
    .digest()
  d.generated(m.expected_token, hash.readUInt32BE(0))
}

function join(d: Dissection, length: number): void {
  if (length === 12 || length === 16) {
    const v = flagsByte(d)
    bitHere(d, f.backup.flag, v)
    d.leave()
    d.u8(f.addrid)
    if (length === 12) d.u32(f.recvtok)
    else d.u64(f.sendtrunchmac)
    d.u32(f.sendrand)
  } else if (length === 24) {
    d.u16(f.reserved.self)
    d.take(f.sendhmac, 20)
  }
}

function signal(d: Dissection, end: number): void {
  d.skip(1)
  const v = flagsByte(d)
  bitHere(d, f.datafin.flag, v)
  bitHere(d, f.dseqn8.flag, v)
  bitHere(d, f.dseqnpresent.flag, v)
  bitHere(d, f.dataack8.flag, v)
  bitHere(d, f.dataackpresent.flag, v)
  d.leave()
  if (v & 0x01) {
    number(d, f.rawdataack, (v & 0x02) !== 0, end)
    if (d.showing && v & 0x02) d.append(' (64bits)')
  }
  if (!(v & 0x04)) return
  const wide = (v & 0x08) !== 0
  number(d, f.rawdataseqno, wide, end)
  if (d.showing) d.append(wide ? '  (64bits version)' : '  (32bits version)')
  if (d.pos + 6 > end) return
  d.u32(f.subflowseqno)
  d.u16(f.datalvllen)
  if (d.pos + 2 <= end) d.skip(2)
}

/** A sequence number of 8 or 4 bytes. */
function number(d: Dissection, field: Num, wide: boolean, end: number): void {
  if (d.pos + (wide ? 8 : 4) > end) d.pos = end
  else if (wide) d.u64(field)
  else d.u32(field)
}

function addAddress(d: Dissection, end: number): void {
  const low = d.peek8() & 0x0f
  const version = low === 4 || low === 6 ? low : 0
  if (version !== 0) d.u8(f.ipver)
  else d.u8(f.echo)
  d.u8(f.addrid)
  const left = end - d.pos
  const six = version === 6 || (version === 0 && (left === 16 || left === 18 || left === 24 || left === 26))
  if (left < (six ? 16 : 4)) return
  if (six) d.take(f.ipv6, 16)
  else d.take(f.ipv4, 4)
  if ((end - d.pos) % 8 === 2) d.u16(f.port)
  if (end - d.pos >= 8) d.u64(f.addaddrtrunchmac)
}

function removeAddress(d: Dissection, end: number): void {
  d.at(m.rm_addr.count, d.pos, d.pos + 1, end - d.pos - 1)
  d.markGenerated()
  d.skip(1)
  while (d.pos < end) d.u8(f.addrid)
}

function priority(d: Dissection, length: number): void {
  const v = flagsByte(d)
  bitHere(d, f.backup.flag, v)
  d.leave()
  if (length === 4) d.u8(f.addrid)
}

function reset(d: Dissection): void {
  const v = flagsByte(d)
  bitHere(d, f.flag_U.flag, v)
  bitHere(d, f.flag_V.flag, v)
  bitHere(d, f.flag_W.flag, v)
  bitHere(d, f.flag_T.flag, v)
  d.leave()
  d.u8(f.rst_reason)
}
