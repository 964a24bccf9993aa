/** Flags of a DNS message, RFC 1035 section 4.1.1 and RFC 4035; what they mean to LLMNR, RFC 4795. */
import { bool, type Dissection, fields, uint16 } from '../src/dissect/index.js'
import { opcodeNames, rcodeNames } from './shared/dns-types.js'

/** Whose message it is: of DNS itself, multicast DNS, or link-local multicast name resolution. */
export const Kind = { Dns: 0, Multicast: 1, LinkLocal: 2 } as const
export type Kind = (typeof Kind)[keyof typeof Kind]

export const RESPONSE = 0x8000

const flag = (label: string, mask: number, yes: string, no: string) => bool(label, 16, { mask, truth: [yes, no] })

const f = fields('dns', {
  flags: {
    self: uint16('Flags', { base: 'hex' }),
    response: flag('Response', 0x8000, 'Message is a response', 'Message is a query'),
    opcode: uint16('Opcode', { mask: 0x7800, names: opcodeNames }),
    authoritative: flag(
      'Authoritative',
      0x400,
      'Server is an authority for domain',
      'Server is not an authority for domain',
    ),
    conflict: flag('Conflict', 0x400, 'The name is not considered unique', 'The name is considered unique'),
    truncated: flag('Truncated', 0x200, 'Message is truncated', 'Message is not truncated'),
    recdesired: flag('Recursion desired', 0x100, 'Do query recursively', "Don't do query recursively"),
    tentative: flag('Tentative', 0x100, 'Tentative', 'Not tentative'),
    recavail: flag('Recursion available', 0x80, 'Server can do recursive queries', "Server can't do recursive queries"),
    z: flag('Z', 0x40, 'reserved - incorrect!', 'reserved (0)'),
    authenticated: flag(
      'Answer authenticated',
      0x20,
      'Answer/authority portion was authenticated by the server',
      'Answer/authority portion was not authenticated by the server',
    ),
    checkdisable: flag('Non-authenticated data', 0x10, 'Acceptable', 'Unacceptable'),
    rcode: uint16('Reply code', { mask: 0xf, names: rcodeNames }),
  },
})
/** In queries the authenticated bit has another name; LLMNR and mDNS give other bits other meanings. */
const query = fields('dns', { flags: { authenticated: flag('AD bit', 0x20, 'Set', 'Not set') } })
const llmnrQuery = fields('dns', {
  flags: { conflict: flag('Conflict', 0x400, 'The sender received multiple responses', 'None') },
})

/** Reads the flags, whose value is known. */
export function showFlags(d: Dissection, value: number, kind: Kind): void {
  const at = d.pos
  const response = (value & RESPONSE) !== 0
  d.u16(f.flags.self)
  if (d.showing) {
    const what = opcodeNames[(value >>> 11) & 15] ?? 'Unknown operation'
    d.append(` ${what}${response ? ` response, ${rcodeNames[value & 15] ?? 'Unknown error'}` : ''}`)
  }
  d.enter()
  const bits = (field: typeof f.flags.z | typeof f.flags.opcode): void => d.at(field, at, at + 2, value)
  bits(f.flags.response)
  bits(f.flags.opcode)
  if (kind === Kind.LinkLocal) {
    bits(response ? f.flags.conflict : llmnrQuery.flags.conflict)
    bits(f.flags.truncated)
    bits(f.flags.tentative)
  } else {
    if (response) bits(f.flags.authoritative)
    bits(f.flags.truncated)
    bits(f.flags.recdesired)
    if (response) bits(f.flags.recavail)
    bits(f.flags.z)
    if (response) bits(f.flags.authenticated)
    else if (value & 0x20) bits(query.flags.authenticated)
    bits(f.flags.checkdisable)
  }
  if (response) bits(f.flags.rcode)
  d.leave()
}
