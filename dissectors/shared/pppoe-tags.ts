/** Tags of PPPoE discovery: RFC 2516 appendix A, RFC 4638, RFC 5578, and the Broadband Forum's of RFC 4679. */
import {
  bool,
  bytes,
  type Dissection,
  type Field,
  fields,
  group,
  text,
  uint16,
  uint32,
  uint8,
  utf8,
  warning,
} from '../../src/dissect/index.js'
import { accessLoopFields, takeVendorTags, vendorTagFields } from './pppoe-vendor-tags.js'

export const Tag = {
  End: 0x0000,
  ServiceName: 0x0101,
  ConcentratorName: 0x0102,
  HostUnique: 0x0103,
  Cookie: 0x0104,
  VendorSpecific: 0x0105,
  Credits: 0x0106,
  Metrics: 0x0107,
  SequenceNumber: 0x0108,
  CreditScale: 0x0109,
  RelaySession: 0x0110,
  Hurl: 0x0111,
  Motm: 0x0112,
  MaxPayload: 0x0120,
  IpRouteAdd: 0x0121,
  ServiceNameError: 0x0201,
  SystemError: 0x0202,
  GenericError: 0x0203,
} as const

const tagNames = {
  0x0000: 'End-Of-List',
  0x0101: 'Service-Name',
  0x0102: 'AC-Name',
  0x0103: 'Host-Uniq',
  0x0104: 'AC-Cookie',
  0x0105: 'Vendor-Specific',
  0x0106: 'Credits',
  0x0107: 'Metrics',
  0x0108: 'Sequence Number',
  0x0109: 'Credit Scale Factor',
  0x0110: 'Relay-Session-Id',
  0x0111: 'HURL',
  0x0112: 'MOTM',
  0x0120: 'PPP-Max-Payload',
  0x0121: 'IP Route Add',
  0x0201: 'Service-Name-Error',
  0x0202: 'AC-System-Error',
  0x0203: 'Generic-Error',
}

const BROADBAND_FORUM = 3561
const METRICS_SIZE = 10

const rateUnits = {
  0: 'kilobits per second',
  1: 'megabits per second',
  2: 'gigabits per second',
  3: 'terabits per second',
}
const rateUnitsShort = ['kbps', 'mbps', 'gbps', 'tbps'] as const

/** Texts end at their first zero. */
export function textOf(b: Uint8Array, start: number, end: number): string {
  const zero = b.indexOf(0, start)
  return utf8(b, start, zero >= 0 && zero < end ? zero : end)
}
const words = (label: string): Field<'string'> => text(label, { spell: textOf })

export const tagFields = fields(
  'pppoed.tags',
  {
    self: group('PPPoE Tags'),
    service_name: words('Service-Name'),
    ac_name: words('AC-Name'),
    host_uniq: bytes('Host-Uniq'),
    ac_cookie: bytes('AC-Cookie'),
    vendor_id: uint32('Vendor id'),
    vendor_unspecified: bytes('Vendor unspecified'),
    ...vendorTagFields,
    credits: { self: bytes('Credits'), fcn: uint16('FCN'), bcn: uint16('BCN') },
    metrics: {
      self: bytes('Metrics'),
      mdr_units: uint16('MDR Units', { base: 'hex', mask: 0x18, names: rateUnits }),
      cdr_units: uint16('CDR Units', { base: 'hex', mask: 0x06, names: rateUnits }),
      r: bool('Receive Only', 16, { mask: 0x01, truth: ['True', 'False'] }),
      rlq: uint8('Relative Link Quality'),
      resource: uint8('Resource'),
      latency: uint16('Latency'),
      curr_drate: uint16('Curr. datarate'),
      max_drate: uint16('Max. datarate'),
    },
    seq_num: uint16('Sequence Number', { base: 'hex' }),
    credit_scale: uint16('Credit Scale Factor'),
    relay_session_id: bytes('Relay-Session-Id'),
    hurl: bytes('HURL'),
    motm: bytes('MOTM'),
    max_payload: bytes('PPP-Max-Payload'),
    ip_route_add: bytes('IP Route Add'),
    service_name_error: words('Service-Name-Error'),
    ac_system_error: words('AC-System-Error'),
    generic_error: words('Generic-Error'),
  },
  'pppoed',
)
fields('pppoed.tags.access_loop_encap', accessLoopFields, 'pppoed')
const f = tagFields

const plain = fields(
  'pppoed',
  {
    tag: uint16('Tag', { base: 'hex', names: tagNames }),
    tag_length: uint16('Tag Length'),
    'tag.unknown_data': bytes('Unknown Data'),
    wrong: group('Wrong length'),
  },
  'pppoed',
)
const wrongLength = fields('pppoed.tag_length', { invalid: warning('Wrong length', 'Malformed') }, 'pppoed')

const spans: Readonly<Record<number, Field<'string'> | Field<'bytes'>>> = {
  [Tag.ConcentratorName]: f.ac_name,
  [Tag.HostUnique]: f.host_uniq,
  [Tag.Cookie]: f.ac_cookie,
  [Tag.RelaySession]: f.relay_session_id,
  [Tag.Hurl]: f.hurl,
  [Tag.Motm]: f.motm,
  [Tag.MaxPayload]: f.max_payload,
  [Tag.IpRouteAdd]: f.ip_route_add,
  [Tag.ServiceNameError]: f.service_name_error,
  [Tag.SystemError]: f.ac_system_error,
  [Tag.GenericError]: f.generic_error,
}

/** Tags that are taken otherwise than as a span of bytes. */
const named: ReadonlySet<number> = new Set([
  Tag.ServiceName,
  Tag.VendorSpecific,
  Tag.Credits,
  Tag.Metrics,
  Tag.SequenceNumber,
  Tag.CreditScale,
])

/** Writes the tag whose `size` bytes of value begin at the read position; all of them were captured. */
export function takeTag(d: Dissection, type: number, size: number): void {
  const span = spans[type]
  if (span !== undefined) {
    d.take(span, size)
    return
  }
  switch (type) {
    case Tag.ServiceName:
      if (size > 0) d.take(f.service_name, size)
      return
    case Tag.VendorSpecific:
      return takeVendor(d, size)
    case Tag.Credits:
      if (size !== 4) {
        d.take(f.credits.self, size)
        return
      }
      d.u16(f.credits.fcn)
      d.u16(f.credits.bcn)
      return
    case Tag.Metrics:
      if (size === METRICS_SIZE) takeMetrics(d)
      else d.take(f.metrics.self, size)
      return
    case Tag.SequenceNumber:
      return takeNumber(d, f.seq_num, 'Sequence Number', size)
    case Tag.CreditScale:
      return takeNumber(d, f.credit_scale, 'Credit Scale Factor', size)
    default:
      return takeUnknown(d, type, size)
  }
}

function takeVendor(d: Dissection, size: number): void {
  if (size < 4) return
  const vendor = d.u32(f.vendor_id)
  if (vendor === BROADBAND_FORUM) takeVendorTags(d, wrongLength.invalid, size - 4)
  else d.take(f.vendor_unspecified, size - 4)
}

/** RFC 5578 section 6: link metrics. */
function takeMetrics(d: Dissection): void {
  const start = d.pos
  const flags = d.peek16()
  const rate = rateUnitsShort
  d.at(f.metrics.mdr_units, start, start + 2, flags)
  d.at(f.metrics.cdr_units, start, start + 2, flags)
  d.at(f.metrics.r, start, start + 2, flags)
  d.skip(2)
  d.u8(f.metrics.rlq)
  d.u8(f.metrics.resource)
  d.u16(f.metrics.latency)
  d.u16(f.metrics.curr_drate)
  d.append(` ${rate[(flags >> 1) & 3]}`)
  d.u16(f.metrics.max_drate)
  d.append(` ${rate[(flags >> 3) & 3]}`)
}

function takeNumber(d: Dissection, field: Field<'uint'>, name: string, size: number): void {
  if (size === 2) {
    d.u16(field)
    return
  }
  const message = `${name} tag: Wrong length: ${size} (expected 2)`
  const opened = d.open(plain.wrong)
  d.caption(message)
  d.note(wrongLength.invalid, message)
  d.closeAt(opened, d.pos, d.pos + size)
}

/** How far a tag that ends at `next` is read. Of one without a name, tshark reads as much as it has, but from its length on. */
export const readTo = (type: number, next: number, size: number): number =>
  type in spans || named.has(type) ? next : size === 0 ? 0 : next - 2

/** It is not shown when it is empty. */
function takeUnknown(d: Dissection, type: number, size: number): void {
  if (size === 0) return
  const start = d.pos - 4
  d.at(plain.tag, start, start + 2, type)
  d.at(plain.tag_length, start + 2, start + 4, size)
  d.seek(start + 2 + size)
  d.spanAt(plain['tag.unknown_data'], start + 2, start + 2 + size)
}
