/** Private messages of the Network Time Protocol, mode 7: what the ntpdc program asks and is told. */
import { type Dissection, type Field, fields, uint8, uint16 } from '../src/dissect/index.js'
import { showParts } from './shared/flag-list.js'

export const requestNames: Readonly<Record<number, string>> = {
  0: 'PEER_LIST',
  1: 'PEER_LIST_SUM',
  2: 'PEER_INFO',
  3: 'PEER_STATS',
  4: 'SYS_INFO',
  5: 'SYS_STATS',
  6: 'IO_STATS',
  7: 'MEM_STATS',
  8: 'LOOP_INFO',
  9: 'TIMER_STATS',
  10: 'CONFIG',
  11: 'UNCONFIG',
  12: 'SET_SYS_FLAG',
  13: 'CLR_SYS_FLAG',
  14: 'MONITOR',
  15: 'NOMONITOR',
  16: 'GET_RESTRICT',
  17: 'RESADDFLAGS',
  18: 'RESSUBFLAGS',
  19: 'UNRESTRICT',
  20: 'MON_GETLIST',
  21: 'RESET_STATS',
  22: 'RESET_PEER',
  23: 'REREAD_KEYS',
  24: 'DO_DIRTY_HACK',
  25: 'DONT_DIRTY_HACK',
  26: 'TRUSTKEY',
  27: 'UNTRUSTKEY',
  28: 'AUTHINFO',
  29: 'TRAPS',
  30: 'ADD_TRAP',
  31: 'CLR_TRAP',
  32: 'REQUEST_KEY',
  33: 'CONTROL_KEY',
  34: 'GET_CTLSTATS',
  35: 'GET_LEAPINFO',
  36: 'GET_CLOCKINFO',
  37: 'SET_CLKFUDGE',
  38: 'GET_KERNEL',
  39: 'GET_CLKBUGINFO',
  41: 'SET_PRECISION',
  42: 'MON_GETLIST_1',
  43: 'HOSTNAME_ASSOCID',
  44: 'IF_STATS',
  45: 'IF_RELOAD',
}
const errors: Readonly<Record<number, string>> = {
  0: 'No error',
  1: 'incompatible implementation number',
  2: 'unimplemented request code',
  3: 'format error',
  4: 'no data available',
  5: 'unknown',
  6: 'unknown',
  7: 'authentication failure',
}

const f = fields(
  'ntp.priv',
  {
    flags: {
      r: uint8('Response bit', { mask: 0x80, names: { 0: 'Request', 1: 'Response' } }),
      more: uint8('More bit', { mask: 0x40 }),
    },
    auth_seq: uint8('Auth, sequence'),
    auth: uint8('Auth bit', { mask: 0x80 }),
    seq: uint8('Sequence number', { mask: 0x7f }),
    impl: uint8('Implementation', { names: { 0: 'UNIV', 2: 'XNTPD_OLD (pre-IPv6)', 3: 'XNTPD' } }),
    reqcode: uint8('Request code', { names: requestNames }),
    err: uint8('Err', { base: 'hex', mask: 0xf0, names: errors }),
    numitems: uint16('Number of data items', { mask: 0x0fff }),
    reserved: uint8('Reserved', { base: 'hex', mask: 0xf0 }),
    itemsize: uint16('Size of data item', { mask: 0x0fff }),
  },
  'ntp',
)

/** The header, up to what is asked; `version` and `mode` are parts of `flags`, as in other modes. */
export function takePrivate(d: Dissection, version: Field<'uint'>, mode: Field<'uint'>, flags: Field<'uint'>): void {
  const answer = d.peek8() & 0x80
  takeParts(d, flags, [f.flags.r, f.flags.more, version, mode])
  takeParts(d, f.auth_seq, [f.auth, f.seq])
  const implementation = d.u8(f.impl)
  d.u8(f.reqcode)
  if (implementation !== XNTPD) return
  if (answer === 0) return d.skip(4)
  const count = takeHalves(d, f.err, f.numitems)
  const size = takeHalves(d, f.reserved, f.itemsize)
  d.skip(count * size)
}

/** Four bits and twelve. */
function takeHalves(d: Dissection, high: Field<'uint'>, low: Field<'uint'>): number {
  const value = d.peek16()
  const four = value >>> 12
  d.at(high, d.pos, d.pos + 1, value >>> 8)
  if (d.showing) {
    const name = high === f.err ? `${errors[four] ?? 'Unknown'} ` : ''
    const digits = `0x${four.toString(16).padStart(2, '0')}`
    d.caption(
      `${four.toString(2).padStart(4, '0')} .... = ${high.label}: ${name === '' ? digits : `${name}(${digits})`}`,
    )
  }
  d.at(low, d.pos, d.pos + 2, value)
  if (d.showing) {
    const bits = (value & 0x0fff).toString(2).padStart(12, '0')
    d.caption(`.... ${bits.slice(0, 4)}  ${bits.slice(4, 8)} ${bits.slice(8)} = ${low.label}: ${value & 0x0fff}`)
  }
  d.skip(2)
  return value & 0x0fff
}

const XNTPD = 3

function takeParts(d: Dissection, field: Field<'uint'>, parts: readonly Field<'uint'>[]): void {
  showParts(d, parts, d.u8(field), 1)
}
