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
} from '../src/dissect/index.js'
import { nameLength, peekName, takeName } from './dns-names.js'
import { durationText } from './shared/duration.js'
import { noteStray } from './shared/stray-characters.js'
import { asciiText as asciiOnly } from './shared/text-spells.js'

/**
 * Reads the data of one record, from the read position to `end`, all of it captured. `base` is where the message
 * begins. As in Wireshark the reader may go beyond `end` when the data is too short for its type.
 */
export type RecordReader = (d: Dissection, base: number, end: number) => void

/** `300 (5 minutes)`. */
export const secondsAndWords = (v: number): string => `${v} (${durationText(v * 1000)})`
/** A text in ASCII. */
export const asciiText = (label: string) => text(label, { spell: asciiOnly })
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
  txt: { self: asciiText('TXT'), length: uint8('TXT Length') },
  spf: { self: asciiText('SPF'), length: uint8('SPF Length') },
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
    flags: asciiText('Flags'),
    service_length: uint8('Service Length'),
    service: asciiText('Service'),
    regex_length: uint8('Regex Length'),
    regex: asciiText('Regex'),
    replacement_length: uint8('Replacement Length'),
    replacement: text('Replacement'),
  },
  hinfo: {
    cpu_length: uint8('CPU Length'),
    cpu: asciiText('CPU'),
    os_length: uint8('OS Length'),
    os: asciiText('OS'),
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
    tag: asciiText('Tag'),
    value: text('Value'),
  },
  kx: { preference: uint16('Preference'), key_exchange: text('Key Exchange') },
  data: bytes('Data'),
  undecoded: { type: note('Undecoded option', 'Undecoded') },
})

/** A record that is nothing but one name. */
export const oneName =
  (field: Field<'string'>): RecordReader =>
  (d, base) => {
    takeName(d, field, base)
  }

/** A preference and a name, of which nothing is shown unless both are whole. */
export const preferredName =
  (preference: Field<'uint'>, name: Field<'string'>): RecordReader =>
  (d, base) => {
    peekName(d, 2, base)
    d.u16(preference)
    takeName(d, name, base)
  }

/** Texts up to the end, each with its length before it. */
const texts =
  (length: Field<'uint'>, field: Field<'string'>): RecordReader =>
  (d, _base, end) => {
    while (d.pos !== end) countedText(d, length, field)
  }

/** A text with its length in the byte before it. */
export function countedText(d: Dissection, length: Field<'uint'>, field: Field<'string'>): void {
  const size = d.u8(length)
  takeText(d, field, size)
}

/** A text, with a note when it goes on behind a zero byte. Returns where it begins. */
export function takeText(d: Dissection, field: Field<'string'>, size: number): number {
  const at = d.take(field, size)
  noteStray(d, at, size, field.spell === null ? 1 : 3)
  return at
}

/**
 * The rest of a record's data, up to `end`. When that lies one byte back, it is all that follows: a length of -1 stands for
 * that in Wireshark.
 */
export function takeRest(d: Dissection, field: Field<'bytes'> | Field<'string'>, end: number): void {
  const size = end - d.pos
  if (size === -1) d.peek8()
  d.take(field, size === -1 ? d.left : size)
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
    d.generated(f.naptr.replacement_length, nameLength(d.bytes, d.pos, d.end, base))
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
    const words = valueText(d.bytes, valueAt, end)
    d.textAt(known, start, end, words)
    d.enter()
    d.u8(f.caa.tag_length)
    d.take(f.caa.tag, tagSize)
    d.textAt(f.caa.value, valueAt, end, words)
    d.leave()
  }
  d.pos = end
}

/** In Wireshark, bytes that are not ASCII make the text longer, and it is cut to the length that it had before. */
function valueText(b: Uint8Array, start: number, end: number): string {
  let ascii = ''
  for (let i = start; i < end; i++) ascii += b[i]! < 0x80 ? String.fromCharCode(b[i]!) : '\ufffd'
  return Buffer.from(ascii).toString('utf8', 0, end - start)
}

/** As in Wireshark, the beginning of a property's name is enough, even nothing of it. */
function propertyOf(tag: string): Field<'string'> {
  const [word, ...behindZero] = tag.split('\0')
  const is = (name: string): boolean => (behindZero.length > 0 ? name === word : name.startsWith(word!))
  if (is('issue')) return f.caa.issue
  if (is('issuewild')) return f.caa.issuewild
  return is('iodef') ? f.caa.iodef : f.caa.unknown
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
    const cpu = d.peek8()
    const os = d.peek8(1 + cpu)
    if (os > 0) d.peek8(1 + cpu + os)
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
