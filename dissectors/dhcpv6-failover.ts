/** What two DHCPv6 servers tell each other so that one may take over: the options of RFC 8156. */
import { bool, bytes, type Dissection, type Field, fields, text, uint8, uint16, uint32 } from '../src/dissect/index.js'
import { f as common } from './dhcpv6-fields.js'
import { nameSize, nameText } from './dns-names.js'
import { flagList } from './shared/flag-list.js'
import { asciiText } from './shared/text-spells.js'

const bindings = [
  'reserved',
  'ACTIVE',
  'EXPIRED',
  'RELEASED',
  'PENDING-FREE',
  'FREE',
  'FREE-BACKUP',
  'ABANDONED',
  'RESET',
]
const states = [
  'reserved',
  'Startup state (1)',
  'Normal state',
  'Communications interrupted',
  'Partner down',
  'Synchronizing',
  'Recovering bindings from partner',
  'Waiting out MCLT after RECOVER',
  'Interlock state prior to NORMAL',
  'Comm. failed during resolution',
  'Primary resolved its conflicts',
]
const f = fields(
  'dhcpv6.failover',
  {
    binding_status: uint8('Failover Binding Status', { names: { ...bindings } }),
    connect: {
      flags: uint16(
        'Flags',
        { base: 'hex' },
        {
          reserved: bool('Reserved', 16, { mask: 0xfffe }),
          f: bool('Fixed PD Length (F)', 16, { mask: 0x0001 }),
        },
      ),
    },
    dns_hostname: text('DNS Hostname'),
    dns_zonename: text('DNS Zone Name'),
    dns: {
      flags: uint16(
        'Flags',
        { base: 'hex' },
        {
          reserved: bool('Reserved', 16, { mask: 0xfff0 }),
          u: bool('Using Requested FQDN (U)', 16, { mask: 8 }),
          s: bool('Synthesized Name (S)', 16, { mask: 4 }),
          r: bool('Rev Uptodate (R)', 16, { mask: 2 }),
          f: bool('Fwd Uptodate (F)', 16, { mask: 1 }),
        },
      ),
    },
    expiration_time: uint32('Expiration Time'),
    max_unacked_bndupd: uint32('Max number of unacked BNDUPD messages'),
    mclt: uint32('Maximum Client Lead Time (MCLT)'),
    partner_lifetime: uint32('Partner Lifetime'),
    partner_lifetime_sent: uint32('Partner Lifetime Sent'),
    partner_down_time: uint32('Partner Down Time'),
    partner_raw_clt_time: uint32('Partner Raw Client Time'),
    protocol: { major_version: uint16('Protocol Major Version'), minor_version: uint16('Protocol Minor Version') },
    keepalive_time: uint32('Keepalive Time'),
    reconfigure_time: uint32('Reconfigure Time'),
    reconfigure_key: bytes('Reconfigure Key'),
    relationship_name: text('Relationship Name', { spell: asciiText }),
    server: {
      flags: uint8(
        'Flags',
        { base: 'hex' },
        {
          reserved: bool('Reserved', 8, { mask: 0xf8 }),
          a: bool('Ack Startup (A)', 8, { mask: 4 }),
          s: bool('Startup (S)', 8, { mask: 2 }),
          c: bool('Communicated (C)', 8, { mask: 1 }),
        },
      ),
    },
    server_state: uint8('Server State', { names: { ...states } }),
    start_time_of_state: uint32('Start Time of State'),
    state_expiration_time: uint32('State Expiration Time'),
  },
  'dhcpv6',
)

/** Options that are one number, and how many bytes it takes. */
export const failoverOptions: Readonly<Record<number, readonly [Field<'uint'>, number] | null>> = {
  114: [f.binding_status, 1],
  115: [f.connect.flags, 2],
  117: null,
  118: null,
  119: [f.dns.flags, 2],
  120: [f.expiration_time, 4],
  121: [f.max_unacked_bndupd, 4],
  122: [f.mclt, 4],
  123: [f.partner_lifetime, 4],
  124: [f.partner_lifetime_sent, 4],
  125: [f.partner_down_time, 4],
  126: [f.partner_raw_clt_time, 4],
  127: null,
  128: [f.keepalive_time, 4],
  129: null,
  130: null,
  131: [f.server.flags, 1],
  132: [f.server_state, 1],
  133: [f.start_time_of_state, 4],
  134: [f.state_expiration_time, 4],
}
const Opt = { HostName: 117, ZoneName: 118, Version: 127, Reconfigure: 129 } as const

/** Reads an option of `length` bytes. */
export function takeFailover(d: Dissection, code: number, length: number): void {
  const number = failoverOptions[code]
  if (number) {
    const [field, size] = number
    if (length !== size) return bad(d)
    const value = size === 1 ? d.u8(field) : size === 2 ? d.u16(field) : d.u32(field)
    if (d.showing && field.parts.length > 0) d.append(flagList(field.parts, value))
  } else if (code === Opt.HostName || code === Opt.ZoneName) {
    takeName(d, code === Opt.HostName ? f.dns_hostname : f.dns_zonename, length)
  } else if (code === Opt.Version) {
    if (length !== 4) return bad(d)
    d.u16(f.protocol.major_version)
    d.u16(f.protocol.minor_version)
  } else if (code === Opt.Reconfigure) {
    if (length < 4) return bad(d)
    d.u32(f.reconfigure_time)
    d.take(f.reconfigure_key, length - 4)
  } else d.take(f.relationship_name, length)
}

function bad(d: Dissection): void {
  d.note(common.malformed_option, d.recording ? 'Failover: malformed option' : '')
}

/** A name, the last label of which may end with the option. */
function takeName(d: Dissection, field: Field<'string'>, length: number): void {
  const at = d.pos
  d.skip(length)
  const name = Buffer.concat([d.bytes.subarray(at, d.pos), END_OF_NAME])
  if (nameSize(name, 0, name.length, 0) <= 0) d.malformed()
  if (d.wants(field)) d.textAt(field, at, d.pos, nameText(name, 0, name.length, 0))
}
const END_OF_NAME = Uint8Array.of(0)
