/** The data of resource records, RFC 1035 section 3.3 and its successors: what most zones are made of. */
import {
  bool,
  bytes,
  type Dissection,
  type Field,
  fields,
  ipv4,
  ipv6,
  note,
  text,
  uint8,
  uint16,
  uint32,
  utf8,
  warning,
} from '../src/dissect/index.js'
import { nameText, peekName, takeName } from './dns-names.js'
import { durationText } from './shared/duration.js'

/**
 * Reads the data of one record, from the read position to `end`, all of it captured. `base` is where the message
 * begins. As in Wireshark the reader may go beyond `end` when the data is too short for its type.
 */
export type RecordReader = (d: Dissection, base: number, end: number) => void

/** `300 (5 minutes)`. */
export const secondsAndWords = (v: number): string => `${v} (${durationText(v * 1000)})`
const seconds = (label: string) => uint32(label, { base: 'custom', show: secondsAndWords })

const f = fields('dns', {
  a: ipv4('Address'),
  aaaa: ipv6('AAAA Address'),
  ns: text('Name Server'),
  cname: text('CNAME'),
  dname: text('Dname'),
  ptr: { domain_name: text('Domain Name') },
  soa: {
    mname: text('Primary name server'),
    rname: text("Responsible authority's mailbox"),
    serial_number: uint32('Serial Number'),
    refresh_interval: seconds('Refresh Interval'),
    retry_interval: seconds('Retry Interval'),
    expire_limit: seconds('Expire limit'),
    minimum_ttl: seconds('Minimum TTL'),
  },
  mx: { preference: uint16('Preference'), mail_exchange: text('Mail Exchange') },
  txt: { self: text('TXT'), length: uint8('TXT Length') },
  spf: { self: text('SPF'), length: uint8('SPF Length') },
  srv: {
    priority: uint16('Priority'),
    weight: uint16('Weight'),
    port: uint16('Port'),
    target: text('Target'),
  },
  naptr: {
    order: uint16('Order'),
    preference: uint16('Preference'),
    flags_length: uint8('Flags Length'),
    flags: text('Flags'),
    service_length: uint8('Service Length'),
    service: text('Service'),
    regex_length: uint8('Regex Length'),
    regex: text('Regex'),
    replacement_length: uint8('Replacement Length'),
    replacement: text('Replacement'),
  },
  hinfo: {
    cpu_length: uint8('CPU Length'),
    cpu: text('CPU'),
    os_length: uint8('OS Length'),
    os: text('OS'),
  },
  caa: {
    flags: uint8(
      'CAA Flags',
      { base: 'hex' },
      { issuer_critical: bool('Issuer Critical', 8, { mask: 0x80, truth: ['Critical', 'Not critical'] }) },
    ),
    issue: text('Issue'),
    issuewild: text('Issue Wildcard'),
    iodef: text('Report URL'),
    unknown: text('Unknown tag'),
    tag_length: uint8('Tag length'),
    tag: text('Tag'),
    value: text('Value'),
  },
  kx: { preference: uint16('Preference'), key_exchange: text('Key Exchange') },
  data: bytes('Data'),
  undecoded: { type: note('Undecoded option', 'Undecoded') },
})

/** An embedded zero ends a text in Wireshark's eyes; this is what it says of the rest. */
export const strayCharacters = fields('_ws', {
  string: { trailing_stray_characters: warning('Trailing stray characters', 'Undecoded') },
})

/** A record that is nothing but one name. */
export const oneName =
  (field: Field<'string'>): RecordReader =>
  (d, base) => {
    takeName(d, field, base)
  }

/** A preference and a name. */
const preferredName =
  (preference: Field<'uint'>, name: Field<'string'>): RecordReader =>
  (d, base) => {
    d.u16(preference)
    takeName(d, name, base)
  }

/** Texts up to the end, each with its length before it. */
const texts =
  (length: Field<'uint'>, field: Field<'string'>): RecordReader =>
  (d, _base, end) => {
    while (d.pos < end) countedText(d, length, field)
  }

/** A text with its length in the byte before it. */
export function countedText(d: Dissection, length: Field<'uint'>, field: Field<'string'>): void {
  const size = d.u8(length)
  const at = d.take(field, size)
  noteZeros(d, at, size)
}

/** Notes a text that goes on after a zero byte. */
function noteZeros(d: Dissection, at: number, size: number): void {
  let zero = at
  while (zero < at + size && d.bytes[zero] !== 0) zero++
  if (zero >= at + size - 1) return
  d.enter()
  d.note(strayCharacters.string.trailing_stray_characters)
  d.leave()
}

function readSoa(d: Dissection, base: number): void {
  takeName(d, f.soa.mname, base)
  takeName(d, f.soa.rname, base)
  d.u32(f.soa.serial_number)
  d.u32(f.soa.refresh_interval)
  d.u32(f.soa.retry_interval)
  d.u32(f.soa.expire_limit)
  d.u32(f.soa.minimum_ttl)
}

/** RFC 2782. */
function readSrv(d: Dissection, base: number): void {
  d.u16(f.srv.priority)
  d.u16(f.srv.weight)
  d.u16(f.srv.port)
  takeName(d, f.srv.target, base)
}

/** RFC 3403. */
function readNaptr(d: Dissection, base: number): void {
  d.u16(f.naptr.order)
  d.u16(f.naptr.preference)
  countedText(d, f.naptr.flags_length, f.naptr.flags)
  countedText(d, f.naptr.service_length, f.naptr.service)
  countedText(d, f.naptr.regex_length, f.naptr.regex)
  peekName(d, 0, base)
  if (d.wants(f.naptr.replacement_length)) {
    d.generated(f.naptr.replacement_length, Buffer.byteLength(nameText(d.bytes, d.pos, d.end, base)))
  }
  takeName(d, f.naptr.replacement, base)
}

/** RFC 8659. */
function readCaa(d: Dissection, _base: number, end: number): void {
  d.u8(f.caa.flags)
  const start = d.pos
  const tagSize = d.peek8()
  if (d.left < 1 + tagSize) d.peek8(1 + tagSize)
  const valueAt = start + 1 + tagSize
  if (valueAt > end) d.malformed()
  if (d.recording) {
    const known = propertyOf(utf8(d.bytes, start + 1, valueAt))
    if (d.wants(known)) d.textAt(known, start, end, utf8(d.bytes, valueAt, end))
  }
  d.enter()
  d.u8(f.caa.tag_length)
  d.take(f.caa.tag, tagSize)
  d.take(f.caa.value, end - d.pos)
  d.leave()
}

function propertyOf(tag: string): Field<'string'> {
  switch (tag) {
    case 'issue':
      return f.caa.issue
    case 'issuewild':
      return f.caa.issuewild
    case 'iodef':
      return f.caa.iodef
    default:
      return f.caa.unknown
  }
}

/** What has no reader: Wireshark says that it does not know, and shows the bytes. */
export function readUnknown(d: Dissection, type: number, end: number): void {
  const what = `Dissector for DNS Type (${type}) code not implemented`
  d.note(f.undecoded.type, `${what}, Contact Wireshark developers if you want this supported`)
  d.take(f.data, end - d.pos)
}

export const commonReaders: Readonly<Record<number, RecordReader>> = {
  1: (d) => void d.take(f.a, 4),
  2: oneName(f.ns),
  5: oneName(f.cname),
  6: readSoa,
  12: oneName(f.ptr.domain_name),
  13: (d) => {
    countedText(d, f.hinfo.cpu_length, f.hinfo.cpu)
    countedText(d, f.hinfo.os_length, f.hinfo.os)
  },
  15: preferredName(f.mx.preference, f.mx.mail_exchange),
  16: texts(f.txt.length, f.txt.self),
  28: (d) => void d.take(f.aaaa, 16),
  33: readSrv,
  35: readNaptr,
  36: preferredName(f.kx.preference, f.kx.key_exchange),
  39: oneName(f.dname),
  99: texts(f.spf.length, f.spf.self),
  257: readCaa,
}
