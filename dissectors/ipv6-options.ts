/** Options of IPv6 hop-by-hop and destination headers, RFC 8200 section 4.2. What they carry: ipv6-option-contents.ts. */
import {
  bool,
  bytes,
  comment,
  type Dissection,
  error,
  fields,
  group,
  note,
  uint8,
  warning,
} from '../src/dissect/index.js'
import { LEAST_JUMBO, noteUndecoded, type OptionPacket, readContents } from './ipv6-option-contents.js'
import { Ipv6Option as Option, ipv6OptionNames } from './shared/ipv6-option-kinds.js'
import { noteBelow } from './shared/note-below.js'

const actionNames = {
  0: 'Skip and continue',
  1: 'Discard',
  2: 'Discard and send ICMP Parameter Problem',
  3: 'Discard and send ICMP if not multicast',
} as const

const f = fields('ipv6', {
  opt: {
    self: group('IPv6 Option'),
    type: {
      self: uint8('Type', { base: 'hex', names: ipv6OptionNames }),
      action: uint8('Action', { mask: 0xc0, names: actionNames }),
      change: bool('May Change', 8, { mask: 0x20, truth: ['Yes', 'No'] }),
      rest: uint8('Low-Order Bits', { base: 'hex', mask: 0x1f }),
    },
    length: uint8('Length'),
    pad1: group('Pad1'),
    mpl: { ipv6_src_seed_id: comment('Seed ID is the IPv6 Source Address') },
    invalid_len: error('Invalid IPv6 option length', 'Malformed'),
    header_mismatch: warning('Wrong options extension header for type'),
    deprecated: note('Option type is deprecated', 'Deprecated'),
  },
  opt_unknown_data: bytes('Unknown Data'),
})
const o = f.opt

interface Rule {
  /** The one header that may carry it. */
  readonly header: 'hop' | 'destination'
  /** How the note of a wrong length begins, and what the length must be: exactly, or at least. */
  readonly invalid: string
  readonly length: number
  readonly orMore: boolean
}
const rule = (header: 'hop' | 'destination', invalid = '', length = 0, orMore = invalid === ''): Rule => ({
  header,
  invalid,
  length,
  orMore,
})
const rules: Readonly<Record<number, Rule>> = {
  [Option.TunnelLimit]: rule('destination', 'Tunnel Encapsulation Limit: Invalid length', 1),
  [Option.RouterAlert]: rule('hop', 'Router alert: Invalid Length', 2),
  [Option.Calipso]: rule('hop', 'CALIPSO: Invalid Length', 8, true),
  [Option.SmfDpd]: rule('hop'),
  [Option.Metrics]: rule('destination', 'PDM: Invalid length', 10),
  [Option.QuickStart]: rule('hop', 'Quick-Start: Invalid Length', 6),
  [Option.PathMtu]: rule('hop', 'PMTU Option: Invalid Length', 4),
  [Option.Ioam]: rule('hop', 'IOAM Option: Invalid length', 2, true),
  [Option.TunnelForwarding]: rule('destination', 'TPF: Invalid Length', 4),
  [Option.Rpl]: rule('hop', 'RPL Option: Invalid length', 4, true),
  [Option.Mpl]: rule('hop'),
  [Option.IlnpNonce]: rule('destination'),
  [Option.LineId]: rule('destination'),
  [Option.Jumbo]: rule('hop', 'Jumbo Payload: Invalid length', 4),
  [Option.HomeAddress]: rule('destination', 'Home Address: Invalid length', 16),
  [Option.Dff]: rule('hop', 'IPv6 DFF: Invalid length', 3),
}

/** What the jumbo option of the hop-by-hop header at `start` says of the payload's length, 0 without a valid one. */
export function jumboLength(d: Dissection, start: number): number {
  if (start + 2 > d.end) return 0
  const b = d.bytes
  const end = Math.min(start + (b[start + 1]! + 1) * 8, d.end)
  let p = start + 2
  while (p + 1 < end) {
    if (b[p] === Option.Jumbo && b[p + 1] === 4 && p + 6 <= end) {
      const length = ((b[p + 2]! << 24) | (b[p + 3]! << 16) | (b[p + 4]! << 8) | b[p + 5]!) >>> 0
      return length >= LEAST_JUMBO ? length : 0
    }
    p += b[p] === Option.Pad1 ? 1 : b[p + 1]! + 2
  }
  return 0
}

/**
 * Reads the options of a hop-by-hop (`hop`) or destination header, up to `end`. An option that is longer than its
 * header is shown as long as it says it is; the header ends where it says.
 */
export function readOptions(d: Dissection, end: number, hop: boolean, packet: OptionPacket | null): void {
  while (d.pos < end) readOption(d, hop, packet)
  d.seek(end)
}

function readOption(d: Dissection, hop: boolean, packet: OptionPacket | null): void {
  const type = d.peek8()
  if (type !== Option.Pad1) d.peek8(1)
  const opened = d.open(o.self)
  if (d.showing) d.caption(ipv6OptionNames[type] ?? `Unknown IPv6 Option (${type})`, opened)
  if (type === Option.Pad1) {
    d.u8(o.type.self)
    const pad = d.open(o.pad1)
    d.closeAt(pad, d.pos - 1, d.pos)
  } else {
    readType(d, hop)
    const length = d.u8(o.length)
    noteLength(d, type, length)
    const end = d.pos + length
    readContents(d, type, length, opened, packet)
    if (d.pos < end) {
      d.take(f.opt_unknown_data, end - d.pos)
      noteUndecoded(d)
    }
  }
  d.close(opened)
}

/** Reads the type: which bits it has, and whether it may be in this header. */
function readType(d: Dissection, hop: boolean): void {
  const at = d.pos
  const type = d.u8(o.type.self)
  d.enter()
  noteHeader(d, type, hop)
  d.at(o.type.action, at, at + 1, type)
  d.at(o.type.change, at, at + 1, type)
  d.at(o.type.rest, at, at + 1, type)
  if (type === Option.Endpoint) d.note(o.deprecated)
  if (type === Option.Mpl && d.left > 1 && d.peek8(1) >>> 6 === 0) d.note(o.mpl.ipv6_src_seed_id)
  d.leave()
}

function noteHeader(d: Dissection, type: number, hop: boolean): void {
  const right = rules[type]?.header
  if (right === undefined || (right === 'hop') === hop) return
  const header = right === 'hop' ? 'hop-by-hop' : 'destination'
  d.note(
    o.header_mismatch,
    d.wants(o.self) ? `${ipv6OptionNames[type]} must use a ${header} options header` : undefined,
  )
}

function noteLength(d: Dissection, type: number, length: number): void {
  const r = rules[type]
  if (r === undefined || (r.orMore ? length >= r.length : length === r.length)) return
  noteBelow(d, o.invalid_len, d.wants(o.self) ? `${r.invalid} (${length} bytes)` : undefined)
}
