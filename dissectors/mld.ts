/** Multicast Listener Discovery: ICMPv6 messages of version 1 (RFC 2710) and version 2 (RFC 3810). */
import { bool, bytes, type Dissection, fields, group, ipv6, ipv6Text, uint8, uint16 } from '../src/dissect/index.js'
import { flagList } from './shared/flag-list.js'

/** RFC 3810 section 8.1: queries of this size and more are of version 2. */
const QUERY2_SIZE = 28
const recordNames: Readonly<Record<number, string>> = {
  1: 'Include',
  2: 'Exclude',
  3: 'Changed to include',
  4: 'Changed to exclude',
  5: 'Allow new sources',
  6: 'Block old sources',
}

const f = fields('icmpv6', {
  reserved: bytes('Reserved'),
  mld: {
    maximum_response_delay: uint16('Maximum Response Delay [ms]'),
    maximum_response_code: uint16('Maximum Response Code', { about: 'The longest wait before an answer, in ms' }),
    multicast_address: ipv6('Multicast Address'),
    flag: uint8(
      'Flags',
      { base: 'hex' },
      {
        s: bool('Suppress Router-Side Processing', 8, { mask: 8 }),
        qrv: uint8("QRV (Querier's Robustness Variable)", { mask: 7 }),
        reserved: uint8('Reserved', { mask: 0xf0 }),
      },
    ),
    qqi: uint8("QQIC (Querier's Query Interval Code)", { about: 'The time between queries, in seconds' }),
    nb_sources: uint16('Number of Sources'),
    source_address: ipv6('Source Address'),
  },
  mldr: {
    nb_mcast_records: uint16('Number of Multicast Address Records'),
    mar: {
      self: group('Multicast Address Record'),
      record_type: uint8('Record Type', { names: recordNames }),
      aux_data_len: uint8('Aux Data Len', { about: 'Length of the auxiliary data in units of four bytes' }),
      nb_sources: uint16('Number of Sources'),
      multicast_address: ipv6('Multicast Address'),
      source_address: ipv6('Source Address'),
      auxiliary_data: bytes('Auxiliary Data'),
    },
  },
})
const m = f.mld
const mar = f.mldr.mar

/** A message of version 1, after its checksum. */
export function mld1(d: Dissection): void {
  d.u16(m.maximum_response_delay)
  d.take(f.reserved, 2)
  d.take(m.multicast_address, 16)
}

/** A query of either version, after its checksum. */
export function mldQuery(d: Dissection): void {
  if (d.reportedLeft < QUERY2_SIZE - 4) return mld1(d)
  const code = d.peek16()
  d.at(m.maximum_response_code, d.pos, d.pos + 2, code < 0x8000 ? code : floating(code, 12))
  d.skip(2)
  d.take(f.reserved, 2)
  d.take(m.multicast_address, 16)
  const flags = d.u8(m.flag)
  if (d.showing) d.append(flagList(m.flag.parts, flags))
  const interval = d.peek8()
  d.at(m.qqi, d.pos, d.pos + 1, interval < 0x80 ? interval : floating(interval, 4))
  d.skip(1)
  const sources = d.u16(m.nb_sources)
  for (let i = 0; i < sources; i++) d.take(m.source_address, 16)
}

/** RFC 3810 section 5.1.3: a set highest bit, three bits of exponent, the rest is the mantissa without its leading 1. */
const floating = (code: number, mantissaBits: number): number => {
  const one = 1 << mantissaBits
  return ((code & (one - 1)) | one) << (((code >>> mantissaBits) & 7) + 3)
}

/** A report of version 2, after its checksum. */
export function mldReport(d: Dissection): void {
  d.take(f.reserved, 2)
  const records = d.u16(f.mldr.nb_mcast_records)
  for (let i = 0; i < records && d.reportedLeft > 0; i++) addressRecord(d)
}

function addressRecord(d: Dissection): void {
  const opened = d.open(mar.self)
  const type = d.u8(mar.record_type)
  const auxiliary = d.u8(mar.aux_data_len)
  const sources = d.u16(mar.nb_sources)
  const address = d.take(mar.multicast_address, 16)
  if (d.showing) {
    d.append(` ${recordNames[type] ?? `Unknown Record Type (${type})`}: ${ipv6Text(d.bytes, address)}`, opened)
  }
  for (let i = 0; i < sources; i++) d.take(mar.source_address, 16)
  if (auxiliary > 0) d.take(mar.auxiliary_data, auxiliary * 4)
  d.close(opened)
}
