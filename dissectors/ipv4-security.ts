/** The security options of IPv4: RFC 791 section 3.1 as it was, RFC 1108 as it became. */
import { bool, bytes, type Dissection, fields, type Note, type Num, text, uint8, uint16 } from '../src/dissect/index.js'
import { flagList } from './shared/flag-list.js'

/** Levels of RFC 791, which are 16 bits; the pattern tells the two forms of the option apart. */
const oldLevels = {
  0x0000: 'Unclassified',
  0xf135: 'Confidential',
  0x789a: 'EFTO',
  0xbc4d: 'MMMM',
  0x5e26: 'PROG',
  0xaf13: 'Restricted',
  0xd788: 'Secret',
  0x6bc5: 'Top secret',
  0x35e2: 'Reserved',
  0x9af1: 'Reserved',
  0x4d78: 'Reserved',
  0x24bd: 'Reserved',
  0x135e: 'Reserved',
  0x89af: 'Reserved',
  0xc4d6: 'Reserved',
  0xe26b: 'Reserved',
} as const
const levels = {
  0x01: 'Reserved 4',
  0x3d: 'Top secret',
  0x5a: 'Secret',
  0x96: 'Confidential',
  0x66: 'Reserved 3',
  0xcc: 'Reserved 2',
  0xab: 'Unclassified',
  0xf1: 'Reserved 1',
} as const

const rules = [
  'Datagram protected in accordance with its rules',
  'Datagram not protected in accordance with its rules',
] as const
const authority = (label: string, mask: number) => bool(label, 8, { mask, truth: rules })
const more = () =>
  bool('Field Termination Indicator', 8, { mask: 0x01, truth: ['Additional octet present', 'Final octet'] })

const f = fields('ip', {
  opt: {
    sec_rfc791_sec: uint16('Security', { base: 'hex', names: oldLevels }),
    sec_rfc791_comp: uint16('Compartments'),
    sec_rfc791_hr: text('Handling Restrictions'),
    sec_rfc791_tcc: text('Transmission Control Code'),
    sec_cl: uint8('Classification Level', { base: 'hex', names: levels }),
    sec_prot_auth_flags: uint8('Protection Authority Flags', { base: 'hex' }),
    sec_prot_auth_genser: authority('GENSER', 0x80),
    sec_prot_auth_siop_esi: authority('SIOP-ESI', 0x40),
    sec_prot_auth_sci: authority('SCI', 0x20),
    sec_prot_auth_nsa: authority('NSA', 0x10),
    sec_prot_auth_doe: authority('DOE', 0x08),
    sec_prot_auth_unassigned: uint8('Unassigned', { base: 'hex', mask: 0x06 }),
    sec_prot_auth_fti: more(),
    ext_sec_add_sec_info_format_code: uint8('Additional Security Info Format Code', { base: 'hex' }),
    ext_sec_add_sec_info: bytes('Additional Security Info'),
  },
})
const o = f.opt
/** Later octets of flags have no names for theirs. */
const later = fields('ip', {
  opt: { sec_prot_auth_unassigned: uint8('Unassigned', { base: 'hex', mask: 0xfe }) },
})
const firstFlags = [
  o.sec_prot_auth_genser,
  o.sec_prot_auth_siop_esi,
  o.sec_prot_auth_sci,
  o.sec_prot_auth_nsa,
  o.sec_prot_auth_doe,
  o.sec_prot_auth_unassigned,
  o.sec_prot_auth_fti,
] as const
const laterFlags = [later.opt.sec_prot_auth_unassigned, o.sec_prot_auth_fti] as const

const OLD_LENGTH = 9
const MORE_FLAGS = 1

/** Reads the option from after its length to the end of this layer. `badLength` notes that they do not agree. */
export function dissectSecurity(d: Dissection, badLength: Note): void {
  if (d.reportedLeft === OLD_LENGTH && d.peek16() in oldLevels) {
    d.u16(o.sec_rfc791_sec)
    d.u16(o.sec_rfc791_comp)
    d.take(o.sec_rfc791_hr, 2)
    d.take(o.sec_rfc791_tcc, 3)
    return
  }
  d.u8(o.sec_cl)
  if (d.reportedLeft === 0) return
  let octet = readFlags(d, firstFlags)
  while (octet & MORE_FLAGS && d.reportedLeft > 0) octet = readFlags(d, laterFlags)
  if (d.reportedLeft > 0) d.note(badLength, 'Extraneous data in option')
  else if (octet & MORE_FLAGS) d.note(badLength, 'Field Termination Indicator set to 1 for last byte of option')
}

function readFlags(d: Dissection, flags: readonly Num[]): number {
  const at = d.pos
  const octet = d.u8(o.sec_prot_auth_flags)
  if (d.showing) d.append(flagList(flags, octet))
  d.enter()
  for (const flag of flags) d.at(flag, at, at + 1, octet)
  d.leave()
  return octet
}

/** Reads the option from after its length to the end of this layer. */
export function dissectExtendedSecurity(d: Dissection): void {
  d.u8(o.ext_sec_add_sec_info_format_code)
  if (d.reportedLeft > 0) d.take(o.ext_sec_add_sec_info, d.reportedLeft)
}
