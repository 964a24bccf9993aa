/**
 * IPv4 options: RFC 791 section 3.1, RFC 1063 (MTU discovery), RFC 1393 (traceroute), RFC 1770 (selective directed
 * broadcast), RFC 2113 (router alert), RFC 4782 (Quick-Start). Routes: ipv4-routes.ts, labels: ipv4-security.ts and
 * ipv4-cipso.ts.
 */
import {
  bool,
  bytes,
  type Dissection,
  type Field,
  fields,
  group,
  ipv4,
  type Num,
  type Span,
  uint8,
  uint16,
  uint32,
  warning,
  word,
} from '../src/dissect/index.js'
import { dissectCipso } from './ipv4-cipso.js'
import { dissectRecordRoute, dissectSourceRoute } from './ipv4-routes.js'
import { dissectExtendedSecurity, dissectSecurity } from './ipv4-security.js'
import { Ipv4Option as Option, ipv4OptionClasses, ipv4OptionNames } from './shared/ipv4-option-kinds.js'
import {
  dissectQuickStart,
  knownQuickStart,
  quickStartFields,
  quickStartFunctionText,
  quickStartText,
} from './shared/quick-start.js'

const alertNames = (value: number): string => (value === 0 ? 'Router shall examine packet' : 'Reserved')
const stampFlags = {
  0: 'Time stamps only',
  1: 'Time stamp and address',
  3: 'Time stamps for prespecified addresses',
} as const

const option = (name: string) => bytes(`IP Option - ${name}`)

const f = fields('ip', {
  options: {
    self: group('Options'),
    eol: option('End of Options List (EOL)'),
    nop: option('No-Operation (NOP)'),
    security: option('Security'),
    route: option('Loose Source Route'),
    timestamp: option('Time Stamp'),
    ext_security: option('Extended Security'),
    cipso: option('Commercial Security'),
    record_route: option('Record Route'),
    sid: option('Stream ID'),
    source_route: option('Strict Source Route'),
    mtu_probe: option('MTU Probe'),
    mtu_reply: option('MTU Reply'),
    traceroute: option('Traceroute'),
    routeralert: option('Router Alert'),
    sdb: option('Selective Directed Broadcast'),
    qs: option('Quick-Start'),
    other: group('Other option'),
    incomplete: group('Suboption would go past end of option'),
  },
  opt: {
    type: uint8(
      'Type',
      {},
      {
        copy: bool('Copy on fragmentation', 8, { mask: 0x80, truth: ['Yes', 'No'] }),
        class: uint8('Class', { mask: 0x60, names: ipv4OptionClasses }),
        number: uint8('Number', { mask: 0x1f, names: ipv4OptionNames }),
      },
    ),
    len: { self: uint8('Length'), invalid: warning('Invalid length for option') },
    sid: uint16('Stream Identifier'),
    mtu: uint16('MTU'),
    id_number: uint16('ID Number'),
    ohc: uint16('Outbound Hop Count'),
    rhc: uint16('Return Hop Count'),
    originator: ipv4('Originator IP Address'),
    ra: uint16('Router Alert', { names: alertNames }),
    addr: ipv4('IP Address'),
    padding: bytes('Padding'),
    ...quickStartFields(),
    overflow_and_flag: word(8, {
      overflow: uint8('Overflow', { mask: 0xf0 }),
      flag: uint8('Flag', { base: 'hex', mask: 0x0f, names: stampFlags }),
    }),
    time_stamp: uint32('Time stamp'),
    time_stamp_addr: ipv4('Address'),
    ptr: {
      self: uint8('Pointer'),
      before_address: warning('Pointer points before first address'),
      middle_address: warning('Pointer points to middle of address'),
    },
  },
  subopt_too_long: warning('Suboption would go past end of option'),
  nop: warning('4 NOP in a row - a router may have removed some options'),
})
const o = f.opt
/** What the route options need of these. */
const pointerFields = { ...o.ptr, tooLong: f.subopt_too_long }

interface Known {
  readonly name: string
  readonly field: Span
  /** The length that it must have, 0 where it may have several. */
  readonly length: number
}
const known: readonly (Known | undefined)[] = knownOptions([
  [Option.Security, 'Security', f.options.security, 0],
  [Option.LooseSourceRoute, 'Loose Source Route', f.options.route, 0],
  [Option.TimeStamp, 'Time Stamp', f.options.timestamp, 0],
  [Option.ExtendedSecurity, 'Extended Security', f.options.ext_security, 0],
  [Option.Cipso, 'Commercial Security', f.options.cipso, 0],
  [Option.RecordRoute, 'Record Route', f.options.record_route, 0],
  [Option.StreamId, 'Stream ID', f.options.sid, 4],
  [Option.StrictSourceRoute, 'Strict Source Route', f.options.source_route, 0],
  [Option.MtuProbe, 'MTU Probe', f.options.mtu_probe, 4],
  [Option.MtuReply, 'MTU Reply', f.options.mtu_reply, 4],
  [Option.Traceroute, 'Traceroute', f.options.traceroute, 12],
  [Option.RouterAlert, 'Router Alert', f.options.routeralert, 4],
  [Option.SelectiveBroadcast, 'Selective Directed Broadcast', f.options.sdb, 0],
  [Option.QuickStart, 'Quick-Start', f.options.qs, 8],
])
function knownOptions(list: readonly (readonly [number, string, Span, number])[]): readonly (Known | undefined)[] {
  const all = new Array<Known | undefined>(256).fill(undefined)
  for (const [type, name, field, length] of list) all[type] = { name, field, length }
  return all
}

/**
 * Reads the options from the read position to `end`. `ttl` is the packet's, which Quick-Start compares. Stops at the
 * first option whose length cannot be right. Nothing is shown of options that are not all there.
 */
export function readOptions(d: Dissection, end: number, ttl: number): void {
  const start = d.pos
  d.seek(end)
  d.seek(start)
  const opened = d.open(f.options.self)
  if (d.showing) d.caption(`Options: (${end - start} bytes)`, opened)
  let nops = 0
  let type = -1
  while (d.pos < end && type !== Option.End) {
    type = d.peek8()
    if (type === Option.End) readBare(d, f.options.eol)
    else if (type === Option.NoOperation) {
      if (++nops === 4) d.note(f.nop)
      readBare(d, f.options.nop)
    } else if (!readOption(d, type, end, ttl, opened)) break
  }
  d.seek(end)
  d.close(opened)
}

/** End of options and no operation are nothing but their type. */
function readBare(d: Dissection, self: Span): void {
  if (d.wants(self)) d.spanAt(self, d.pos, d.pos + 1)
  if (d.showing) d.caption(self.label)
  d.enter()
  d.u8(o.type)
  d.leave()
}

/** Returns false when the option's length cannot be right. */
function readOption(d: Dissection, type: number, end: number, ttl: number, list: number): boolean {
  const start = d.pos
  const room = end - start
  const length = room < 2 ? 0 : d.peek8(1)
  if (length < 2 || length > room) {
    noteLength(d, type, length, room)
    return false
  }
  const one = known[type]
  if (one === undefined) {
    d.skip(length)
    otherOption(d, start, `${nameOf(type)} (${length} bytes)`)
    return true
  }
  const within = d.end
  const reported = d.reported
  if (d.wants(one.field)) d.spanAt(one.field, start, start + length)
  if (d.showing) d.caption(captionOf(d, one, type, length, ttl))
  d.enter()
  d.limit(length)
  d.u8(o.type)
  d.u8(o.len.self)
  if (one.length !== 0 && length !== one.length) {
    d.enter()
    d.note(
      o.len.invalid,
      d.recording ? `${one.name} (with option length = ${length} bytes; should be ${one.length})` : '',
    )
    d.leave()
  }
  try {
    readBody(d, type, ttl)
  } finally {
    // What follows the packet must be found even if the option is wrong.
    d.end = within
    d.reported = reported
  }
  d.leave()
  d.seek(start + length)
  if (d.showing) d.append(`, ${one.name}`, list)
  return true
}

const nameOf = (type: number): string => known[type]?.name ?? `Unknown (0x${type.toString(16).padStart(2, '0')})`

/** Shows an option of which nothing is known but its length. */
function otherOption(d: Dissection, start: number, caption: string): void {
  const opened = d.open(f.options.other)
  if (d.showing) d.caption(caption, opened)
  d.closeAt(opened, start, d.pos)
}

function noteLength(d: Dissection, type: number, length: number, room: number): void {
  let text = ''
  if (d.recording) {
    const size = `${length} byte${length === 1 ? '' : 's'}`
    if (room < 2) text = `${nameOf(type)} (length byte past end of options)`
    else if (length < 2) text = `${nameOf(type)} (with too-short option length = ${size})`
    else text = `${nameOf(type)} (option length = ${size} says option goes past end of options)`
  }
  const opened = d.open(f.options.other)
  if (d.showing) d.caption(text, opened)
  d.note(o.len.invalid, text)
  d.closeAt(opened, d.pos, d.pos + Math.min(room, 2))
}

/** The option's line; some say there what they carry. */
function captionOf(d: Dissection, one: Known, type: number, length: number, ttl: number): string {
  const line = `${one.field.label} (${one.length || length} bytes)`
  if (type === Option.RouterAlert && length >= 4 && d.left >= 4) {
    const value = d.peek16(2)
    return `${line}: ${alertNames(value)} (${value})`
  }
  if (type === Option.QuickStart && length >= 4 && d.left >= 4) {
    const octet = d.peek8(2)
    const rest = knownQuickStart(octet) ? quickStartText(octet, d.peek8(3), ttl) : ''
    return `${line}: ${quickStartFunctionText(octet)}${rest}`
  }
  return line
}

/** Reads what follows type and length, up to the end of the layer, which the option's length has set. */
function readBody(d: Dissection, type: number, ttl: number): void {
  switch (type) {
    case Option.Security:
      return dissectSecurity(d, o.len.invalid)
    case Option.ExtendedSecurity:
      return dissectExtendedSecurity(d)
    case Option.Cipso:
      return dissectCipso(d)
    case Option.LooseSourceRoute:
    case Option.StrictSourceRoute:
      return dissectSourceRoute(d, pointerFields)
    case Option.RecordRoute:
      return dissectRecordRoute(d, pointerFields)
    case Option.TimeStamp:
      return readTimeStamps(d)
    case Option.SelectiveBroadcast:
      while (d.reportedLeft >= 4) d.take(o.addr, 4)
      if (d.reportedLeft > 0) d.take(o.padding, d.reportedLeft)
      return
    case Option.QuickStart:
      if (knownQuickStart(d.peek8())) dissectQuickStart(d, o, ttl)
      else d.at(o.qs_func, d.pos, d.pos + 1, d.peek8())
      return
    case Option.Traceroute:
      d.u16(o.id_number)
      d.u16(o.ohc)
      d.u16(o.rhc)
      d.take(o.originator, 4)
      return
    default:
      d.u16(numbers[type]!)
  }
}
/** Options that are one number. */
const numbers: Readonly<Record<number, Num>> = {
  [Option.StreamId]: o.sid,
  [Option.MtuProbe]: o.mtu,
  [Option.MtuReply]: o.mtu,
  [Option.RouterAlert]: o.ra,
}

const StampFlag = { WithAddress: 1, Prespecified: 3 } as const

/** Time stamps, milliseconds since midnight UTC, alone or each after the address of its router (RFC 791). */
function readTimeStamps(d: Dissection): void {
  const pointer = d.u8(o.ptr.self)
  if (d.showing) d.append(pointerText(pointer))
  const flag = d.peek8() & 0x0f
  d.u8(o.overflow_and_flag)
  const withAddress = flag === StampFlag.WithAddress || flag === StampFlag.Prespecified
  const size = withAddress ? 8 : 4
  while (d.reportedLeft >= size) {
    if (withAddress) takeStampAddress(d, o.time_stamp_addr)
    d.u32(o.time_stamp)
  }
  if (d.reportedLeft === 0) return
  const opened = d.open(f.options.incomplete)
  d.note(f.subopt_too_long)
  d.skip(d.reportedLeft)
  d.close(opened)
}
function takeStampAddress(d: Dissection, field: Field<'ipv4'>): void {
  const empty = d.peek32() === 0
  d.take(field, 4)
  if (empty && d.showing) d.caption('Address: -')
}
function pointerText(pointer: number): string {
  if (pointer === 1) return ' (header is full)'
  if (pointer < 5) return ' (points before first address)'
  return (pointer - 1) & 3 ? ' (points to middle of field)' : ''
}
