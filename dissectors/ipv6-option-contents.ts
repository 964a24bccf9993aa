/**
 * What IPv6 options carry, each after its type and length: RFC 2473 (tunnel limit), 2675 (jumbo), 2711 (router alert),
 * 4782, 5570, 6275, 6553, 6621, 6744, 6788, 6971, 7731, 8250, 9268.
 */
import {
  bool,
  bytes,
  type Dissection,
  fields,
  ipv6,
  note,
  text,
  uint8,
  uint16,
  uint32,
  warning,
  word,
} from '../src/dissect/index.js'
import { flagList } from './shared/flag-list.js'
import { isExperiment, Ipv6Option as Option } from './shared/ipv6-option-kinds.js'
import { noteBelow } from './shared/note-below.js'
import { dissectQuickStart, knownQuickStart, quickStartFields, quickStartText } from './shared/quick-start.js'

const alertNames = { 0: 'MLD', 1: 'RSVP', 2: 'Active Network' } as const
const taggerNames = { 0: 'NULL', 1: 'DEFAULT', 2: 'IPv4', 3: 'IPv6' } as const
const seedLengthNames = {
  0: '0',
  1: '16-bit unsigned integer',
  2: '64-bit unsigned integer',
  3: '128-bit unsigned integer',
} as const
const ioamNames = {
  0: 'Pre-allocated Trace',
  1: 'Incremental Trace',
  2: 'Proof of Transit',
  3: 'Edge to Edge',
} as const
const flag = (label: string, mask: number) => bool(label, 8, { mask, truth: ['True', 'False'] })

const { opt: o } = fields('ipv6', {
  opt: {
    padn: bytes('PadN', { empty: '<none>' }),
    router_alert: uint16('Router Alert', { names: alertNames }),
    tel: uint8('Tunnel Encapsulation Limit'),
    jumbo: {
      self: uint32('Payload Length'),
      truncated: warning('Jumbo Payload option present and jumbo length < 65536'),
      prohibited: warning('When IPv6 payload length does not equal 0 a Jumbo Payload option must not be present'),
    },
    calipso: {
      doi: uint32('CALIPSO Domain of Interpretation'),
      cmpt: { length: uint8('Compartment Length') },
      sens_level: uint8('Sensitivity Level'),
      checksum: uint16('Checksum', { base: 'hex' }),
      cmpt_bitmap: bytes('Compartment Bitmap'),
    },
    smf_dpd: {
      hash_bit: flag('H-bit', 0x80),
      tagger: word(8, {
        tid_type: uint8('TaggerID Type', { mask: 0x70, names: taggerNames }),
        tid_len: uint8('TaggerID Length', { mask: 0x0f }),
      }),
      tagger_id: bytes('TaggerID'),
      ident: bytes('Identifier'),
      hav: bytes('Hash Assist Value'),
    },
    pdm: {
      scale_dtlr: uint8('Scale DTLR'),
      scale_dtls: uint8('Scale DTLS'),
      psn_this_pkt: uint16('PSN This Packet'),
      psn_last_recv: uint16('PSN Last Received'),
      delta_last_recv: uint16('Delta Time Last Received'),
      delta_last_sent: uint16('Delta Time Last Sent'),
    },
    ...quickStartFields(),
    pmtu: {
      min: uint16('Minimum Reported PMTU'),
      rtn: uint16('Return Minimum PMTU'),
      r_flag: bool('Return Flag', 0, { truth: ['True', 'False'] }),
    },
    tpf_information: uint32('TPF Information', { base: 'hex' }),
    mipv6: { home_address: ipv6('MIPv6 Home Address') },
    rpl: {
      flag: uint8(
        'Flag',
        { base: 'hex' },
        {
          o: flag('Down', 0x80),
          r: flag('Rank Error', 0x40),
          f: flag('Forwarding Error', 0x20),
          rsv: uint8('Reserved', { base: 'hex', mask: 0x1f }),
        },
      ),
      instance_id: uint8('RPLInstanceID', { base: 'hex' }),
      sender_rank: uint16('Sender Rank', { base: 'hex' }),
    },
    ilnp_nonce: bytes('ILNP Nonce'),
    lio: { length: uint8('LineIDLen'), line_id: text('Line ID') },
    mpl: {
      flag: uint8(
        'Flag',
        { base: 'hex' },
        {
          s: uint8('Seed ID Length', { mask: 0xc0, names: seedLengthNames }),
          m: flag('Largest Sequence', 0x20),
          v: flag('Version', 0x10),
          rsv: uint8('Reserved', { base: 'hex', mask: 0x0f }),
        },
      ),
      sequence: uint8('Sequence', { base: 'hex' }),
      seed_id: bytes('Seed ID'),
    },
    dff: {
      flags: uint8('Flags', { base: 'hex' }),
      flag: {
        ver: uint8('Version (VER)', { mask: 0xc0 }),
        dup: flag('Duplicate (DUP)', 0x20),
        ret: flag('Return (RET)', 0x10),
        rsv: uint8('Reserved', { base: 'hex', mask: 0x0f }),
      },
      sequence_number: uint16('Sequence Number', { base: 'dec_hex' }),
    },
    ioam: {
      rsv: uint8('Reserved'),
      opt_type: uint8('Option-Type', { names: ioamNames }),
    },
    experimental: bytes('Experimental Option'),
    unknown: bytes('Unknown Option Payload'),
    unknown_data: { expert: note('Unknown Data (not interpreted)', 'Undecoded') },
  },
})

/** What an option needs to know of its packet; null where it is in none of IPv6. */
export interface OptionPacket {
  readonly jumbogram: boolean
  readonly hopLimit: number
}

/** Jumbograms are longer than a plain packet could be (RFC 2675 section 2). */
export const LEAST_JUMBO = 65536

/** Notes bytes that nothing here can tell. */
export const noteUndecoded = (d: Dissection): void => noteBelow(d, o.unknown_data.expert)

/**
 * Reads what an option of `type` and `length` carries. An option shorter than its type needs is read on regardless. The
 * option's own line is the subtree `opened`.
 */
export function readContents(
  d: Dissection,
  type: number,
  length: number,
  opened: number,
  packet: OptionPacket | null,
): void {
  switch (type) {
    case Option.PadN:
      d.take(o.padn, length)
      return
    case Option.TunnelLimit:
      d.u8(o.tel)
      return
    case Option.RouterAlert:
      d.u16(o.router_alert)
      return
    case Option.Jumbo:
      if (d.u32(o.jumbo.self) < LEAST_JUMBO) noteBelow(d, o.jumbo.truncated)
      if (packet !== null && !packet.jumbogram) d.note(o.jumbo.prohibited)
      return
    case Option.HomeAddress:
      d.take(o.mipv6.home_address, 16)
      return
    case Option.QuickStart:
      return readQuickStart(d, length, opened, packet?.hopLimit ?? 0)
    case Option.Calipso:
      return readCalipso(d)
    case Option.SmfDpd:
      return readDuplicateDetection(d, d.pos + length)
    case Option.Metrics:
      return readMetrics(d)
    case Option.PathMtu:
      return readPathMtu(d)
    case Option.TunnelForwarding:
      d.u32(o.tpf_information)
      return
    case Option.Rpl:
      return readRpl(d)
    case Option.Mpl:
      return readMpl(d)
    case Option.IlnpNonce:
      d.take(o.ilnp_nonce, length)
      return
    case Option.LineId:
      return readLineId(d, d.pos + length)
    case Option.Dff:
      return readForwarding(d)
    case Option.Ioam:
      d.u8(o.ioam.rsv)
      d.u8(o.ioam.opt_type)
      return
    default:
      if (isExperiment(type)) d.take(o.experimental, length)
      else {
        d.take(o.unknown, length)
        noteUndecoded(d)
      }
  }
}

/** RFC 4782 section 3.2. */
function readQuickStart(d: Dissection, length: number, opened: number, hopLimit: number): void {
  const octet = d.peek8()
  if (!knownQuickStart(octet)) {
    if (length > 0) d.at(o.qs_func, d.pos, d.pos + 1, octet)
    return
  }
  if (d.showing) d.append(quickStartText(octet, d.peek8(1), hopLimit), opened)
  dissectQuickStart(d, o, hopLimit)
}

/** RFC 5570 section 5.1. */
function readCalipso(d: Dissection): void {
  d.u32(o.calipso.doi)
  const words = d.u8(o.calipso.cmpt.length)
  d.u8(o.calipso.sens_level)
  d.u16(o.calipso.checksum)
  d.take(o.calipso.cmpt_bitmap, words * 4)
}

/** RFC 6621 section 6.1: duplicate packet detection by a hash, or by an identifier of one who tags. */
function readDuplicateDetection(d: Dissection, end: number): void {
  const f = o.smf_dpd
  if (end <= d.pos) return
  const octet = d.peek8()
  d.at(f.hash_bit, d.pos, d.pos + 1, octet)
  if (octet & 0x80) {
    d.take(f.hav, end - d.pos)
    return
  }
  d.u8(f.tagger)
  if (octet & 0x70) d.take(f.tagger_id, (octet & 0x0f) + 1)
  if (end > d.pos) d.take(f.ident, end - d.pos)
}

/** RFC 8250 section 3.2. */
function readMetrics(d: Dissection): void {
  const f = o.pdm
  d.u8(f.scale_dtlr)
  d.u8(f.scale_dtls)
  d.u16(f.psn_this_pkt)
  d.u16(f.psn_last_recv)
  d.u16(f.delta_last_recv)
  d.u16(f.delta_last_sent)
}

/** RFC 9268 section 5: the last bit of the second number is no part of it. */
function readPathMtu(d: Dissection): void {
  d.u16(o.pmtu.min)
  const at = d.pos
  const last = d.peek16()
  d.at(o.pmtu.rtn, at, at + 2, last & 0xfffe)
  d.at(o.pmtu.r_flag, at + 1, at + 2, last & 1)
  d.skip(2)
}

/** RFC 6553 section 3. */
function readRpl(d: Dissection): void {
  const flags = d.u8(o.rpl.flag)
  if (d.showing) d.append(flagList(o.rpl.flag.parts, flags))
  d.u8(o.rpl.instance_id)
  d.u16(o.rpl.sender_rank)
}

/** Bytes of a seed's identifier by the two bits that tell; 0: it is the source address. */
const seedSizes = [0, 2, 8, 16] as const

/** RFC 7731 section 6.1. */
function readMpl(d: Dissection): void {
  const flags = d.u8(o.mpl.flag)
  if (d.showing) d.append(flagList(o.mpl.flag.parts, flags))
  d.u8(o.mpl.sequence)
  const size = seedSizes[flags >>> 6]!
  if (size > 0) d.take(o.mpl.seed_id, size)
}

/** RFC 6788 section 5.1. */
function readLineId(d: Dissection, end: number): void {
  const size = d.u8(o.lio.length)
  if (end > d.pos) d.take(o.lio.line_id, Math.min(size, end - d.pos))
}

/** Depth-first forwarding, RFC 6971 section 13. */
function readForwarding(d: Dissection): void {
  const at = d.pos
  const flags = d.u8(o.dff.flags)
  const parts = o.dff.flag
  if (d.showing) d.append(flagList([parts.dup, parts.ret], flags))
  d.enter()
  d.at(parts.ver, at, at + 1, flags)
  d.at(parts.dup, at, at + 1, flags)
  d.at(parts.ret, at, at + 1, flags)
  d.at(parts.rsv, at, at + 1, flags)
  d.leave()
  d.u16(o.dff.sequence_number)
}
