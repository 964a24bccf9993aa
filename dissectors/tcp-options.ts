/**
 * TCP options: RFC 9293 section 3.2, RFC 7323 (window scale, timestamps), RFC 2018 and 2883 (SACK), RFC 7413 (Fast
 * Open), RFC 5482 (user timeout), RFC 2385 (MD5), RFC 5925 (AO), RFC 4782 (Quick-Start), RFC 6994 (experiments).
 */
import {
  bool,
  bytes,
  type Dissection,
  error,
  fields,
  group,
  note,
  type Note,
  type Num,
  type Span,
  uint8,
  uint16,
  uint32,
  warning,
} from '../src/dissect/index.js'
import { noteBelow } from './shared/note-below.js'
import { rateNames } from './shared/quick-start.js'
import { Experiment, experimentNames, Kind, kindNames, lengthFits, nameOfOption } from './shared/tcp-option-kinds.js'
import { accurateEcn } from './tcp-accurate-ecn.js'
import { multipath } from './tcp-multipath.js'
import { optionList, optionSuffix, word } from './tcp-options-info.js'
import { countNop, liesWithin, repeats } from './tcp-unusual-options.js'

const option = (name: string) => bytes(`TCP Option - ${name}`)

const f = fields('tcp', {
  option_kind: uint8('Kind', { names: kindNames }),
  option_len: uint8('Length'),
  option: { len: { invalid: note('Invalid length for option', 'Sequence') } },
  _problem: group('Problem'),
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
    echo_value: uint32('TCP Echo Option'),
    timestamp: {
      self: option('Timestamps'),
      tsval: uint32('Timestamp value', { about: "The sender's timestamp clock" }),
      tsecr: uint32('Timestamp echo reply', { about: 'The timestamp that the other end sent last' }),
    },
    cc: option('CC'),
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
      exid: uint16('Experiment Identifier', { base: 'hex', names: experimentNames }),
      data: bytes('Data'),
    },
    qs: {
      self: option('Quick-Start'),
      rate: uint8('QS Rate', { mask: 0x0f, names: rateNames }),
      ttl_diff: uint8('QS Rate'),
    },
    acc_ecn: option('Accurate ECN'),
    unknown: { self: option('Unknown'), payload: bytes('Payload') },
  },
})

/** Each option's own line. */
const lines: Readonly<Record<number, Span>> = {
  [Kind.Mss]: f.options.mss.self,
  [Kind.WindowScale]: f.options.wscale.self,
  [Kind.SackPermitted]: f.options.sack_perm,
  [Kind.Sack]: f.options.sack.self,
  [Kind.Echo]: f.options.echo,
  [Kind.EchoReply]: f.options.echo,
  [Kind.Timestamps]: f.options.timestamp.self,
  [Kind.Cc]: f.options.cc,
  [Kind.CcNew]: f.options.cc,
  [Kind.CcEcho]: f.options.cc,
  [Kind.Md5]: f.options.md5.self,
  [Kind.QuickStart]: f.options.qs.self,
  [Kind.UserTimeout]: f.options.user_to,
  [Kind.Authentication]: f.options.ao.self,
  [Kind.FastOpen]: f.options.tfo.self,
  [Kind.AccurateEcn0]: f.options.acc_ecn,
  [Kind.AccurateEcn1]: f.options.acc_ecn,
  [Kind.Experiment1]: f.options.experimental.self,
  [Kind.Experiment2]: f.options.experimental.self,
}

/** What the options are read for: what the segment is, and from where acknowledgment numbers count. */
export interface OptionContext {
  readonly flags: number
  /** The acknowledgment number as it is shown. */
  readonly ack: number
  readonly ackBase: number
  /** They are counted from the first one. */
  readonly relative: boolean
  /** There are options that must be read whoever wants them: `findUnusual`. */
  readonly unusual: boolean
  /** How reading them ended (`Ended`), and where the option that ended it begins. */
  ended: number
  endedAt: number
}
/** To the end of the options; at one with a wrong length, behind which nothing can be told; at one that is malformed. */
export const Ended = { Whole: 0, Astray: 1, Malformed: 2 } as const
const SYN = 2
const ACK = 16

/**
 * Reads the options from the read position to `end` and returns the shift of the window scale option, -1 for none.
 * Stops at the first option that cannot be right.
 */
export function readOptions(d: Dissection, end: number, c: OptionContext): number {
  const start = d.pos
  c.ended = Ended.Whole
  if (!c.unusual && !wantsOptions(d)) return scaleShift(d, end)
  d.spanAt(f.options.self, start, Math.min(end, d.end))
  if (d.showing) d.caption(`Options: (${end - start} bytes)${optionList(d.bytes, start, Math.min(end, d.end), end)}`)
  d.enter()
  let scale = -1
  let nops = 0
  let mss = false
  while (d.pos < end) {
    const at = d.pos
    const kind = d.peek8()
    if (kind === Kind.End) {
      one(d, f.options.eol, at, at + 1)
      if (at + 1 >= Math.min(end, d.end) || d.peek8() === Kind.End) continue
      problem(d, f.non_zero_bytes_after_eol, 'Non-zero header padding', at + 1, end)
      c.ended = Ended.Astray
      break
    }
    if (kind === Kind.Nop) {
      nops = countNop(nops, at - start)
      if (nops === 4) d.note(f.nop)
      one(d, f.options.nop, at, at + 1)
      continue
    }
    const length = at + 1 < end ? d.peek8(1) : -1
    const wrong = wrongLength(length, end - at)
    if (wrong !== '') {
      problem(d, f.option.len.invalid, `${nameOfOption(kind)} (${wrong})`, at, Math.min(at + 2, end))
      c.ended = Ended.Astray
      break
    }
    if (kind === Kind.Mss) mss = true
    const shift = optionWith(d, kind, length, c)
    if (kind === Kind.WindowScale) scale = shift
    if (isMalformed(c)) {
      c.endedAt = at
      break
    }
    d.seek(at + length)
  }
  if (c.ended === Ended.Whole && c.flags & SYN && !mss) d.note(f.options.mss.absent)
  d.leave()
  return scale
}

const isMalformed = (c: OptionContext): boolean => c.ended === Ended.Malformed

/** Why a length, -1 for none, cannot be that of an option with so many bytes left; '' when it can. */
function wrongLength(length: number, left: number): string {
  if (length < 0) return 'length byte past end of options'
  if (length < 2) return `with too-short option length = ${length} byte${length === 1 ? '' : 's'}`
  return length > left ? `option length = ${length} bytes says option goes past end of options` : ''
}

/** A line of its own for bytes that are no option. */
function problem(d: Dissection, item: Note, text: string, start: number, end: number): void {
  const opened = d.open(f._problem)
  d.note(item, text)
  d.closeAt(opened, start, Math.min(end, d.end))
  if (d.showing) d.caption(text, opened)
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
    if (!multipath(d, f.option_kind, f.option_len, length)) c.ended = Ended.Malformed
    return -1
  }
  const line = lines[kind] ?? f.options.unknown.self
  d.spanAt(line, at, Math.min(at + length, d.end))
  if (d.showing) d.caption(`${line.label}${optionSuffix(d, kind, at, length, c.ackBase)}`)
  d.enter()
  if (kind === Kind.Mss && !(c.flags & SYN)) d.note(f.options.mss.present)
  d.u8(f.option_kind)
  d.u8(f.option_len)
  let shift = -1
  const should = lengthFits(kind, length)
  if (should === '') shift = value(d, kind, length, c)
  else noteBelow(d, f.option.len.invalid, `option length ${should}`)
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
      d.u8(f.options.ao.keyid)
      d.u8(f.options.ao.rnextkeyid)
      if (length > 4) d.take(f.options.ao.mac, length - 4)
      break
    case Kind.FastOpen:
      fastOpen(d, length - 2, c)
      break
    case Kind.QuickStart:
      d.u8(f.options.qs.rate)
      d.u8(f.options.qs.ttl_diff)
      break
    case Kind.AccurateEcn0:
    case Kind.AccurateEcn1:
      accurateEcn(d, kind === Kind.AccurateEcn1, length - 2)
      break
    case Kind.Experiment1:
    case Kind.Experiment2:
      experiment(d, length, c)
      break
    default:
      if (lines[kind] === undefined && length > 2) d.take(f.options.unknown.payload, length - 2)
  }
  return -1
}

function experiment(d: Dissection, length: number, c: OptionContext): void {
  const id = d.peek16()
  const ecn = id === Experiment.AccurateEcn0 || id === Experiment.AccurateEcn1
  const wrong = ecn && (length - 4) % 3 !== 0
  if (wrong) noteBelow(d, f.option.len.invalid, `option length should be 4, 7, 10, or 13 instead of ${length}`)
  d.u16(f.options.experimental.exid)
  if (id === Experiment.FastOpen) fastOpen(d, length - 4, c)
  else if (ecn) {
    if (!wrong) accurateEcn(d, id === Experiment.AccurateEcn1, length - 4)
  } else if (length > 4) d.take(f.options.experimental.data, length - 4)
}

function windowScale(d: Dissection): number {
  const shift = d.u8(f.options.wscale.shift.self)
  if (shift > 14) noteBelow(d, f.options.wscale.shift.invalid)
  const used = Math.min(shift, 14)
  d.at(f.options.wscale.multiplier, d.pos - 1, d.pos, 2 ** used)
  d.markGenerated()
  return used
}

/** Blocks of bytes received out of order; a first one that ends below the acknowledgment or in the second is a D-SACK. */
function sack(d: Dissection, length: number, c: OptionContext): void {
  const blocks = (length - 2) >>> 3
  const at = d.pos
  for (let i = 0; i < blocks; i++) {
    edge(d, f.options.sack_le, 'left edge', c)
    edge(d, f.options.sack_re, 'right edge', c)
  }
  if ((length - 2) % 8 !== 0) {
    if ((length - 2) % 8 >= 4) edge(d, f.options.sack_le, 'left edge', c)
    problem(d, f.suboption_malformed, f.suboption_malformed.label, d.pos, d.pos)
  }
  d.generated(f.options.sack.count, blocks)
  if (blocks === 0) {
    if (length >= 6) generatedEdge(d, f.options.sack.dsack_le, at, 'D-SACK Left Edge', c)
    c.ended = Ended.Malformed
    return
  }
  const right = word(d, at + 4)
  const inside = blocks > 1 && liesWithin(right, word(d, at + 8), word(d, at + 12))
  if (!inside && !repeats(right - c.ackBase, c.ack)) return
  generatedEdge(d, f.options.sack.dsack_le, at, 'D-SACK Left Edge', c)
  generatedEdge(d, f.options.sack.dsack_re, at + 4, 'D-SACK Right Edge', c)
  problem(d, f.options.sack.dsack, f.options.sack.dsack.label, at, at + 8)
}

function edge(d: Dissection, field: Num, what: string, c: OptionContext): void {
  const v = (word(d, d.pos) - c.ackBase) >>> 0
  d.skip(4)
  d.at(field, d.pos - 4, d.pos, v)
  if (d.showing) d.caption(`${what} = ${v}${c.relative ? ' (relative)' : ''}`)
}
function generatedEdge(d: Dissection, field: Num, at: number, what: string, c: OptionContext): void {
  const v = (word(d, at) - c.ackBase) >>> 0
  d.at(field, at, at + 4, v)
  if (d.showing) d.caption(`${what} = ${v}${c.relative ? ' (relative)' : ''}`)
  d.markGenerated()
}

function fastOpen(d: Dissection, size: number, c: OptionContext): void {
  if (size === 0) {
    d.closeAt(d.open(f.options.tfo.request), d.pos - 2, d.pos)
    return
  }
  d.take(f.options.tfo.cookie, size)
  if ((c.flags & (SYN | ACK)) === SYN) noteBelow(d, f.analysis.tfo_syn)
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
