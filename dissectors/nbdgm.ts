/** NetBIOS Datagram Service, RFC 1002 section 4.4. */
import {
  bool,
  type Dissection,
  type Field,
  fields,
  ipv4,
  protocol,
  protocolField,
  text,
  uint8,
  uint16,
} from '../src/dissect/index.js'
import { nameSize, nameText } from './dns-names.js'
import { showParts } from './shared/flag-list.js'
import { nameAndPurpose, spelledName } from './shared/netbios-name.js'

const types: Readonly<Record<number, string>> = {
  16: 'Direct_unique datagram',
  17: 'Direct_group datagram',
  18: 'Broadcast datagram',
  19: 'Datagram error',
  20: 'Datagram query request',
  21: 'Datagram positive query response',
  22: 'Datagram negative query response',
}
const errors = {
  0x82: 'Destination name not present',
  0x83: 'Invalid source name format',
  0x84: 'Invalid destination name format',
}

const f = fields('nbdgm', {
  self: protocolField('NetBIOS Datagram Service'),
  type: uint8('Message Type', { names: types }),
  flags: uint8('Flags', { base: 'hex' }),
  next: bool('More fragments follow', 8, { mask: 0x01, truth: ['Yes', 'No'] }),
  first: bool('This is first fragment', 8, { mask: 0x02, truth: ['Yes', 'No'] }),
  node_type: uint8('Node Type', { mask: 0x0c, names: { 0: 'B node', 1: 'P node', 2: 'M node', 3: 'NBDD' } }),
  dgram_id: uint16('Datagram ID', { base: 'hex' }),
  src: { ip: ipv4('Source IP'), port: uint16('Source Port') },
  dgram_len: uint16('Datagram length', { unit: ' bytes' }),
  pkt_offset: uint16('Packet offset', { unit: ' bytes' }),
  error_code: uint8('Error code', { base: 'hex', names: errors }),
  source_name: text('Source name'),
  destination_name: text('Destination name'),
})
const flagParts = [f.next, f.first, f.node_type]

const Type = { DirectUnique: 16, Broadcast: 18, Error: 19, Query: 20, Negative: 22 } as const

export const nbdgm = protocol({
  name: 'NetBIOS Datagram Service',
  short: 'NBDS',
  spec: 'RFC 1002',
  self: f.self,
  under: { 'udp.port': 138 },
  summary: () => ({ type: -1 }),

  dissect(d, s) {
    const base = d.pos
    s.type = -1
    s.type = d.u8(f.type)
    const flags = d.u8(f.flags)
    showParts(d, flagParts, flags, 1)
    d.u16(f.dgram_id)
    d.take(f.src.ip, 4)
    d.u16(f.src.port)
    if (s.type >= Type.DirectUnique && s.type <= Type.Broadcast) {
      takeBytes(d, f.dgram_len)
      takeBytes(d, f.pkt_offset)
      takeName(d, f.source_name, base)
      takeName(d, f.destination_name, base)
      d.nextData()
    } else if (s.type === Type.Error) d.u8(f.error_code)
    else if (s.type >= Type.Query && s.type <= Type.Negative) takeName(d, f.destination_name, base)
  },

  info: (s) =>
    s.type < 0 ? '' : (types[s.type] ?? `Unknown message type (0x${s.type.toString(16).padStart(2, '0')})`),
})

function takeBytes(d: Dissection, field: typeof f.dgram_len): void {
  if (d.u16(field) === 1 && d.showing) d.caption(`${field.label}: 1 byte`)
}

function takeName(d: Dissection, field: Field<'string'>, base: number): void {
  const size = nameSize(d.bytes, d.pos, d.end, base)
  if (size <= 0) {
    d.skip(d.left + 1)
    d.malformed()
  }
  const at = d.pos
  d.skip(size)
  if (!d.wants(field)) return
  const name = spelledName(nameText(d.bytes, at, d.end, base))
  d.textAt(field, at, d.pos, name.text)
  if (d.showing) d.caption(`${field.label}: ${nameAndPurpose(name)}`)
}
