/**
 * TCP options: RFC 9293 section 3.2, RFC 7323 (window scale, timestamps), RFC 2018 and 2883 (SACK), RFC 7413 (Fast
 * Open), RFC 5482 (user timeout), RFC 2385 (MD5), RFC 5925 (AO), RFC 6994 (experiments).
 */
import {
  bool,
  bytes,
  type Dissection,
  error,
  fields,
  group,
  note,
  type Num,
  type Span,
  uint8,
  uint16,
  uint32,
  warning,
} from '../src/dissect/index.js'
import { multipath } from './tcp-multipath.js'
import { Kind, kindNames, optionNames } from './shared/tcp-option-kinds.js'

const experiments = {
  0x00ac: 'TCP ACK Rate Request',
  0x0348: 'Host ID',
  0x0a0d: 'Autonomous System Compensation',
  0x0ca0: 'Capability Option',
  0x0ed0: 'Extended Data Offset',
  0x454e: 'Encryption Negotiation',
  0x5323: 'Service Number',
  0x75ec: 'Timestamp Interval',
  0xacc0: 'Accurate ECN - Order 0',
  0xacc1: 'Accurate ECN - Order 1',
  0xacce: 'Accurate ECN',
  0xe2d4: 'Shared Memory communications over RMDA protocol',
  0xf989: 'Fast Open',
  0xf990: 'Low Latency',
} as const
const FAST_OPEN = 0xf989

const option = (name: string) => bytes(`TCP Option - ${name}`)

const f = fields('tcp', {
  option_kind: uint8('Kind', { names: kindNames }),
  option_len: uint8('Length'),
  option: { len: { invalid: note('Invalid length for option', 'Sequence') } },
  suboption_malformed: error('suboption would go past end of option', 'Malformed'),
  nop: warning('4 NOP in a row - a router may have removed some options'),
  non_zero_bytes_after_eol: error('Non zero bytes in option space after EOL option'),
  analysis: { tfo_syn: note('TCP SYN with TFO Cookie', 'Sequence') },
  options: {
    self: bytes('TCP Options'),
    nop: option('No-Operation (NOP)'),
    eol: option('End of Option List (EOL)'),
    mss: {
      self: option('Maximum segment size'),
      absent: note('The SYN packet does not contain a MSS option'),
      present: warning('The non-SYN packet does contain a MSS option'),
    },
    mss_val: uint16('MSS Value'),
    wscale: {
      self: option('Window scale'),
      shift: { self: uint8('Shift count'), invalid: warning('Window scale shift exceeds 14') },
      multiplier: uint16('Multiplier'),
    },
    sack_perm: option('SACK permitted'),
    sack: {
      self: option('SACK'),
      count: uint8('TCP SACK Count'),
      dsack_le: uint32('TCP D-SACK Left Edge'),
      dsack_re: uint32('TCP D-SACK Right Edge'),
      dsack: warning('D-SACK Sequence', 'Sequence'),
    },
    sack_le: uint32('TCP SACK Left Edge'),
    sack_re: uint32('TCP SACK Right Edge'),
    echo: option('Echo'),
    echoreply: option('Echo reply'),
    echo_value: uint32('TCP Echo Option'),
    timestamp: {
      self: option('Timestamps'),
      tsval: uint32('Timestamp value', { about: "The sender's timestamp clock" }),
      tsecr: uint32('Timestamp echo reply', { about: 'The timestamp that the other end sent last' }),
    },
    cc: option('CC'),
    ccnew: option('CC.NEW'),
    ccecho: option('CC.ECHO'),
    cc_value: uint32('TCP CC Option'),
    md5: { self: option('TCP MD5 signature'), digest: bytes('MD5 digest') },
    user_to: option('User Timeout'),
    user_to_granularity: bool('Granularity', 16, { mask: 0x8000, truth: ['Minutes', 'Seconds'] }),
    user_to_val: uint16('User Timeout', { mask: 0x7fff }),
    ao: { self: option('TCP AO'), keyid: uint8('AO KeyID'), rnextkeyid: uint8('AO RNextKeyID'), mac: bytes('AO MAC') },
    tfo: {
      self: option('TCP Fast Open'),
      cookie: bytes('Fast Open Cookie'),
      request: group('Fast Open Cookie Request'),
    },
    experimental: {
      self: option('Experimental'),
      exid: uint16('Experiment Identifier', { base: 'hex', names: experiments }),
      data: bytes('Data'),
    },
    unknown: { self: option('Unknown'), payload: bytes('Payload') },
  },
})

/** Each option's own line, and the length it must have; 0 where it may have several. */
const known: Readonly<Record<number, { readonly self: Span; readonly length: number }>> = {
  [Kind.Mss]: { self: f.options.mss.self, length: 4 },
  [Kind.WindowScale]: { self: f.options.wscale.self, length: 3 },
  [Kind.SackPermitted]: { self: f.options.sack_perm, length: 2 },
  [Kind.Sack]: { self: f.options.sack.self, length: 0 },
  [Kind.Echo]: { self: f.options.echo, length: 6 },
  [Kind.EchoReply]: { self: f.options.echoreply, length: 6 },
  [Kind.Timestamps]: { self: f.options.timestamp.self, length: 10 },
  [Kind.Cc]: { self: f.options.cc, length: 6 },
  [Kind.CcNew]: { self: f.options.ccnew, length: 6 },
  [Kind.CcEcho]: { self: f.options.ccecho, length: 6 },
  [Kind.Md5]: { self: f.options.md5.self, length: 18 },
  [Kind.UserTimeout]: { self: f.options.user_to, length: 4 },
  [Kind.Authentication]: { self: f.options.ao.self, length: 0 },
  [Kind.FastOpen]: { self: f.options.tfo.self, length: 0 },
  [Kind.Experiment1]: { self: f.options.experimental.self, length: 0 },
  [Kind.Experiment2]: { self: f.options.experimental.self, length: 0 },
}

/** What the options are read for: what the segment is, and from where acknowledgment numbers count. */
export interface OptionContext {
  readonly flags: number
  readonly ack: number
  readonly ackBase: number
}
const SYN = 2
const ACK = 16

/**
 * Reads the options from the read position to `end` and returns the shift of the window scale option, -1 for none.
 * Stops at the first option that cannot be right.
 */
export function readOptions(d: Dissection, end: number, c: OptionContext): number {
  const start = d.pos
  if (!wantsOptions(d)) return scaleShift(d, end)
  d.spanAt(f.options.self, start, Math.min(end, d.end))
  if (d.showing) d.caption(`Options: (${end - start} bytes)${optionList(d, start, end)}`)
  d.enter()
  let scale = -1
  let nops = 0
  let mss = false
  let whole = true
  while (d.pos < end) {
    const at = d.pos
    const kind = d.peek8()
    if (kind === Kind.End) {
      one(d, f.options.eol, at, at + 1)
      if (nonZero(d, at + 1, end)) {
        one(d, f.options.eol, at + 1, at + 2)
        d.note(f.non_zero_bytes_after_eol, 'Non-zero header padding')
        whole = false
        break
      }
      continue
    }
    if (kind === Kind.Nop) {
      if (++nops === 4) d.note(f.nop)
      one(d, f.options.nop, at, at + 1)
      continue
    }
    nops = 0
    const length = at + 1 < end ? d.peek8(1) : 0
    const wrong = length < 2 ? `with too-short option length = ${length} byte${length === 1 ? '' : 's'}` : ''
    const name = optionNames[kind] ?? `Unknown (0x${kind.toString(16).padStart(2, '0')})`
    if (wrong !== '' || at + length > end) {
      const text = wrong || `option length = ${length} bytes says option goes past end of options`
      d.note(f.option.len.invalid, `${name} (${text})`)
      whole = false
      break
    }
    if (kind === Kind.Mss) mss = true
    const shift = optionWith(d, kind, length, c)
    if (kind === Kind.WindowScale) scale = shift
    d.seek(at + length)
  }
  if (whole && c.flags & SYN && !mss) d.note(f.options.mss.absent)
  d.leave()
  return scale
}

/** Does anybody want what only reading the options one by one tells? */
const wantsOptions = (d: Dissection): boolean =>
  d.wants(f.options.self) ||
  d.wants(f.option_kind) ||
  d.wants(f.option_len) ||
  d.wants(f.option.len.invalid) ||
  d.wants(f.suboption_malformed) ||
  d.wants(f.nop) ||
  d.wants(f.non_zero_bytes_after_eol) ||
  d.wants(f.analysis.tfo_syn)

function one(d: Dissection, field: Span, at: number, end: number): void {
  d.spanAt(field, at, end)
  if (d.showing) d.caption(field.label)
  d.enter()
  d.pos = at
  d.u8(f.option_kind)
  d.leave()
}

/** One option with a length; returns the window scale shift, -1 for other options. */
function optionWith(d: Dissection, kind: number, length: number, c: OptionContext): number {
  const at = d.pos
  if (kind === Kind.Multipath) {
    multipath(d, f.option_kind, f.option_len, length)
    return -1
  }
  const what = known[kind]
  d.spanAt(what?.self ?? f.options.unknown.self, at, Math.min(at + length, d.end))
  if (d.showing) d.caption(`${(what?.self ?? f.options.unknown.self).label}${optionSuffix(d, kind, at, length, c)}`)
  d.enter()
  if (kind === Kind.Mss && !(c.flags & SYN)) d.note(f.options.mss.present)
  d.u8(f.option_kind)
  d.u8(f.option_len)
  let shift = -1
  if (what !== undefined && what.length !== 0 && what.length !== length) {
    d.enter()
    d.note(f.option.len.invalid, `option length should be ${what.length}`)
    d.leave()
  } else shift = value(d, kind, length, c)
  d.leave()
  return shift
}

function value(d: Dissection, kind: number, length: number, c: OptionContext): number {
  switch (kind) {
    case Kind.Mss:
      d.u16(f.options.mss_val)
      break
    case Kind.WindowScale:
      return windowScale(d)
    case Kind.Sack:
      sack(d, length, c)
      break
    case Kind.Echo:
    case Kind.EchoReply:
      d.u32(f.options.echo_value)
      break
    case Kind.Timestamps:
      d.u32(f.options.timestamp.tsval)
      d.u32(f.options.timestamp.tsecr)
      break
    case Kind.Cc:
    case Kind.CcNew:
    case Kind.CcEcho:
      d.u32(f.options.cc_value)
      break
    case Kind.Md5:
      d.take(f.options.md5.digest, 16)
      break
    case Kind.UserTimeout:
      d.at(f.options.user_to_granularity, d.pos, d.pos + 2, d.peek16())
      d.u16(f.options.user_to_val)
      break
    case Kind.Authentication:
      if (length < 4) break
      d.u8(f.options.ao.keyid)
      d.u8(f.options.ao.rnextkeyid)
      if (length > 4) d.take(f.options.ao.mac, length - 4)
      break
    case Kind.FastOpen:
      fastOpen(d, length - 2, c)
      break
    case Kind.Experiment1:
    case Kind.Experiment2:
      if (length < 4) break
      if (d.u16(f.options.experimental.exid) === FAST_OPEN) fastOpen(d, length - 4, c)
      else if (length > 4) d.take(f.options.experimental.data, length - 4)
      break
    default:
      if (known[kind] === undefined && length > 2) d.take(f.options.unknown.payload, length - 2)
  }
  return -1
}

function windowScale(d: Dissection): number {
  const shift = d.u8(f.options.wscale.shift.self)
  if (shift > 14) {
    d.enter()
    d.note(f.options.wscale.shift.invalid)
    d.leave()
  }
  const used = Math.min(shift, 14)
  d.at(f.options.wscale.multiplier, d.pos - 1, d.pos, 2 ** used)
  d.markGenerated()
  return used
}

/** Blocks of bytes received out of order; a first one below the acknowledgment or inside the second is a D-SACK. */
function sack(d: Dissection, length: number, c: OptionContext): void {
  const blocks = Math.floor((length - 2) / 8)
  const at = d.pos
  for (let i = 0; i < blocks; i++) {
    edge(d, f.options.sack_le, 'left edge', c)
    edge(d, f.options.sack_re, 'right edge', c)
  }
  if ((length - 2) % 8 !== 0) d.note(f.suboption_malformed)
  d.generated(f.options.sack.count, blocks)
  if (blocks === 0) return
  const left = word(d, at)
  const right = word(d, at + 4)
  const inside = blocks > 1 && notAfter(word(d, at + 8), left) && notAfter(right, word(d, at + 12))
  if (!(notAfter(left, c.ack) && left !== c.ack) && !inside) return
  generatedEdge(d, f.options.sack.dsack_le, at, 'D-SACK Left Edge', c)
  generatedEdge(d, f.options.sack.dsack_re, at + 4, 'D-SACK Right Edge', c)
  d.note(f.options.sack.dsack)
}

const word = (d: Dissection, p: number): number =>
  ((d.bytes[p]! << 24) | (d.bytes[p + 1]! << 16) | (d.bytes[p + 2]! << 8) | d.bytes[p + 3]!) >>> 0
const notAfter = (a: number, b: number): boolean => ((a - b) | 0) <= 0

function edge(d: Dissection, field: Num, what: string, c: OptionContext): void {
  const v = (word(d, d.pos) - c.ackBase) >>> 0
  d.skip(4)
  d.at(field, d.pos - 4, d.pos, v)
  if (d.showing) d.caption(`${what} = ${v}${c.ackBase === 0 ? '' : ' (relative)'}`)
}
function generatedEdge(d: Dissection, field: Num, at: number, what: string, c: OptionContext): void {
  const v = (word(d, at) - c.ackBase) >>> 0
  d.at(field, at, at + 4, v)
  if (d.showing) d.caption(`${what} = ${v}${c.ackBase === 0 ? '' : ' (relative)'}`)
  d.markGenerated()
}

function fastOpen(d: Dissection, size: number, c: OptionContext): void {
  if (size === 0) {
    d.closeAt(d.open(f.options.tfo.request), d.pos - 2, d.pos)
    return
  }
  d.take(f.options.tfo.cookie, size)
  if ((c.flags & (SYN | ACK)) !== SYN) return
  d.enter()
  d.note(f.analysis.tfo_syn)
  d.leave()
}

/** The shift of the window scale option, found without recording anything. */
function scaleShift(d: Dissection, end: number): number {
  const b = d.bytes
  const last = Math.min(end, d.end)
  let shift = -1
  for (let p = d.pos; p < last; ) {
    const kind = b[p]!
    if (kind === Kind.End) break
    if (kind === Kind.Nop) p++
    else {
      const length = p + 1 < last ? b[p + 1]! : 0
      if (length < 2 || p + length > last) break
      if (kind === Kind.WindowScale && length === 3) shift = Math.min(b[p + 2]!, 14)
      p += length
    }
  }
  return shift
}

const nonZero = (d: Dissection, start: number, end: number): boolean => {
  for (let p = start; p < Math.min(end, d.end); p++) if (d.bytes[p] !== 0) return true
  return false
}

/** The names of the options in order, as they stand behind `Options:`. */
function optionList(d: Dissection, start: number, end: number): string {
  let out = ''
  for (let p = start; p < Math.min(end, d.end); ) {
    const kind = d.bytes[p]!
    const length = kind <= Kind.Nop ? 1 : (d.bytes[p + 1] ?? 0)
    if (length === 0 || (kind > Kind.Nop && length < 2) || p + length > end) break
    if (kind === Kind.Sack && (length - 2) % 8 !== 0) break
    out += `, ${optionNames[kind] ?? `Unknown (0x${kind.toString(16).padStart(2, '0')})`}`
    p += length
  }
  return out
}

function optionSuffix(d: Dissection, kind: number, at: number, length: number, c: OptionContext): string {
  if (at + length > d.end) return ''
  switch (kind) {
    case Kind.Mss:
      return length === 4 ? `: ${(d.bytes[at + 2]! << 8) | d.bytes[at + 3]!} bytes` : ''
    case Kind.WindowScale:
      return length === 3 ? `: ${d.bytes[at + 2]} (multiply by ${2 ** Math.min(d.bytes[at + 2]!, 14)})` : ''
    case Kind.Timestamps:
      return length === 10 ? `: TSval ${word(d, at + 2)}, TSecr ${word(d, at + 6)}` : ''
    case Kind.Echo:
    case Kind.EchoReply:
      return length === 6 ? `: ${word(d, at + 2)}` : ''
    case Kind.Experiment1:
    case Kind.Experiment2: {
      const id = length < 4 ? -1 : (d.bytes[at + 2]! << 8) | d.bytes[at + 3]!
      const name = (experiments as Readonly<Record<number, string>>)[id]
      return name === undefined ? '' : `: ${name}`
    }
    case Kind.Sack: {
      let out = ''
      for (let p = at + 2; p + 8 <= at + length; p += 8) {
        out += ` ${(word(d, p) - c.ackBase) >>> 0}-${(word(d, p + 4) - c.ackBase) >>> 0}`
      }
      return out
    }
    default:
      return ''
  }
}

/** What the options add to the Info column. */
export function optionsInfo(d: Dissection, start: number, end: number, ackBase: number): string {
  const b = d.bytes
  const last = Math.min(end, d.end)
  let out = ''
  for (let p = start; p < last; ) {
    const kind = b[p]!
    if (kind <= Kind.Nop) {
      p++
      continue
    }
    const length = p + 1 < last ? b[p + 1]! : 0
    if (length < 2 || p + length > last) break
    const what = known[kind]
    if (what === undefined || what.length === 0 || what.length === length)
      out += optionInfo(d, kind, p, length, ackBase)
    p += length
  }
  return out
}

function optionInfo(d: Dissection, kind: number, p: number, length: number, ackBase: number): string {
  const b = d.bytes
  switch (kind) {
    case Kind.Timestamps:
      return ` TSval=${word(d, p + 2)} TSecr=${word(d, p + 6)}`
    case Kind.Mss:
      return ` MSS=${(b[p + 2]! << 8) | b[p + 3]!}`
    case Kind.WindowScale:
      return ` WS=${2 ** Math.min(b[p + 2]!, 14)}`
    case Kind.SackPermitted:
      return ' SACK_PERM'
    case Kind.Sack: {
      let out = ''
      for (let q = p + 2; q + 8 <= p + length; q += 8) {
        out += ` SLE=${(word(d, q) - ackBase) >>> 0} SRE=${(word(d, q + 4) - ackBase) >>> 0}`
      }
      return out
    }
    case Kind.Echo:
      return ` ECHO=${word(d, p + 2)}`
    case Kind.EchoReply:
      return ` ECHOREPLY=${word(d, p + 2)}`
    case Kind.Cc:
      return ` CC=${word(d, p + 2)}`
    case Kind.CcNew:
      return ` CC.NEW=${word(d, p + 2)}`
    case Kind.CcEcho:
      return ` CC.ECHO=${word(d, p + 2)}`
    case Kind.Md5:
      return ' MD5'
    case Kind.Authentication:
      return 'TCP AO'
    case Kind.UserTimeout:
      return ` USER_TO=${((b[p + 2]! & 0x7f) << 8) | b[p + 3]!}`
    case Kind.FastOpen:
      return length === 2 ? ' TFO=R' : ' TFO=C'
    case Kind.Experiment1:
    case Kind.Experiment2:
      if (length < 4 || ((b[p + 2]! << 8) | b[p + 3]!) !== FAST_OPEN) return ''
      return length === 4 ? ' TFO=R' : ' TFO=C'
    default:
      return ''
  }
}
