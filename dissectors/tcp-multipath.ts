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
  /** It is as long as what it says needs. */
  readonly fits: boolean
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

const option: { -readonly [K in keyof Option]: Option[K] } = {
  kind: f.subtype,
  len: f.subtype,
  length: 0,
  fits: true,
}

/** Reads the option of `length` bytes at the read position. False when it is too short for what it says. */
export function multipath(d: Dissection, kind: Num, len: Num, length: number): boolean {
  option.kind = kind
  option.len = len
  option.length = length
  option.fits = true
  d.within(mptcp, option)
  return option.fits
}

function read(d: Dissection, kind: Num, len: Num, length: number): void {
  const end = d.pos + length
  const subtype = length > 2 ? d.peek8(2) >>> 4 : 0
  if (d.showing && length > 2) {
    d.captionLayer(`Multipath Transmission Control Protocol: ${subtypes[subtype] ?? `Unknown (${subtype})`}`)
  }
  d.u8(kind)
  d.u8(len)
  if (lacks(d, end, 1)) return
  d.at(f.subtype, d.pos, d.pos + 1, d.peek8())
  if (subtype === 0) capable(d, end, length)
  else if (subtype === 1) join(d, length)
  else if (subtype === 2) signal(d, end)
  else if (subtype === 3) addAddress(d, end)
  else if (subtype === 4) removeAddress(d, end)
  else if (subtype === 5) priority(d, length)
  else if (subtype === 6 || subtype === 7) failure(d, subtype === 6 ? f.rawdataseqno : f.recvkey, end)
  else if (subtype === 8 && !lacks(d, end, 2)) reset(d)
  d.seek(end)
}

/** Are there fewer bytes than this before the option's end? Then it is malformed. */
function lacks(d: Dissection, end: number, count: number): boolean {
  if (d.pos + count <= end) return false
  option.fits = false
  return true
}

function flagsByte(d: Dissection): number {
  const v = d.u8(f.flags)
  d.enter()
  return v
}
const bitHere = (d: Dissection, field: Num, v: number): void => d.at(field, d.pos - 1, d.pos, v)

/** Keys and what follows them are there in an option that is exactly as long as it is with them. */
function capable(d: Dissection, end: number, length: number): void {
  const version = d.u8(f.version) & 0x0f
  if (lacks(d, end, 1)) return
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
  if ((v & ALGORITHMS) === 0) d.note(m.connection.missing_algorithm)
  if ((v & ALGORITHMS) !== KNOWN_ALGORITHM) d.note(m.connection.unsupported_algorithm)
  d.leave()
  if (length !== 12 && length !== 20 && length !== 22 && length !== 24) return
  d.u64(f.sendkey)
  token(d, version)
  if (length >= 20) d.u64(f.recvkey)
  if (length >= 22) d.u16(f.datalvllen)
  if (length === 24) d.u16(f.checksum)
}

/** Flags that name algorithms; the one that there is in both versions. */
const ALGORITHMS = 0x3f
const KNOWN_ALGORITHM = 0x01

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
  if (lacks(d, end, 2)) return
  d.skip(1)
  const v = flagsByte(d)
  bitHere(d, f.datafin.flag, v)
  bitHere(d, f.dseqn8.flag, v)
  bitHere(d, f.dseqnpresent.flag, v)
  bitHere(d, f.dataack8.flag, v)
  bitHere(d, f.dataackpresent.flag, v)
  d.leave()
  if (v & 0x01) {
    if (!number(d, f.rawdataack, (v & 0x02) !== 0, end)) return
    if (d.showing && v & 0x02) d.append(' (64bits)')
  }
  if (!(v & 0x04)) return
  const wide = (v & 0x08) !== 0
  if (!number(d, f.rawdataseqno, wide, end)) return
  if (d.showing) d.append(wide ? '  (64bits version)' : '  (32bits version)')
  if (lacks(d, end, 4)) return
  d.u32(f.subflowseqno)
  if (lacks(d, end, 2)) return
  d.u16(f.datalvllen)
  // As in tshark, not where there is nothing behind it.
  if (d.pos + 4 <= end) d.u16(f.checksum)
}

/** A sequence number of 8 or 4 bytes; false when the option ends before its end. */
function number(d: Dissection, field: Num, wide: boolean, end: number): boolean {
  if (lacks(d, end, wide ? 8 : 4)) return false
  if (wide) d.u64(field)
  else d.u32(field)
  return true
}

/** Fallback, or fast close: 12 bits without a meaning and a number. */
function failure(d: Dissection, field: Num, end: number): void {
  if (lacks(d, end, 2)) return
  d.u16(f.reserved.self)
  if (!lacks(d, end, 8)) d.u64(field)
}

function addAddress(d: Dissection, end: number): void {
  const version = d.peek8() & 0x0f
  d.u8(version === 4 || version === 6 ? f.ipver : f.echo)
  if (lacks(d, end, 1)) return
  d.u8(f.addrid)
  const left = end - d.pos
  const six = holds(left, 16)
  if (!six && !holds(left, 4)) return
  if (six) d.take(f.ipv6, 16)
  else d.take(f.ipv4, 4)
  if ((end - d.pos) % 8 === 2) d.u16(f.port)
  if (end - d.pos >= 8) d.u64(f.addaddrtrunchmac)
}

/** Do so many bytes hold an address of `size` bytes, maybe with a port, maybe with an authentication code, and no more? */
function holds(count: number, size: number): boolean {
  const more = count - size
  return more === 0 || more === 2 || more === 8 || more === 10
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
