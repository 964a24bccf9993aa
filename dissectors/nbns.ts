/** NetBIOS Name Service, RFC 1002 section 4.2: names of the local network, in messages like those of DNS. */
import {
  bool,
  bytes,
  type Dissection,
  error,
  ether,
  type Field,
  fields,
  group,
  ipv4,
  ipv4Text,
  protocol,
  protocolField,
  text,
  uint8,
  uint16,
  uint32,
} from '../src/dissect/index.js'
import { nameSize, nameText } from './dns-names.js'
import { durationText } from './shared/duration.js'
import { flagList, showParts } from './shared/flag-list.js'
import { nameAndPurpose, netbiosName, spelledName } from './shared/netbios-name.js'

const opcodes: Readonly<Record<number, string>> = {
  0: 'Name query',
  5: 'Registration',
  6: 'Release',
  7: 'Wait for acknowledgment',
  8: 'Refresh',
  9: 'Refresh (alternate opcode)',
  15: 'Multi-homed registration',
}
const replyCodes: Readonly<Record<number, string>> = {
  0: 'No error',
  1: 'Request was invalidly formatted',
  2: 'Server failure',
  3: 'Requested name does not exist',
  4: 'Request is not implemented',
  5: 'Request was refused',
  6: 'Name is owned by another node',
  7: 'Name is in conflict',
}
const types: Readonly<Record<number, string>> = { 32: 'NB', 33: 'NBSTAT' }
const classes: Readonly<Record<number, string>> = { 1: 'IN', 2: 'CS', 3: 'CH', 4: 'HS', 254: 'NONE', 255: 'ANY' }
const nodes = ['B-node', 'P-node', 'M-node', 'H-node'] as const

const nameType = () => bool('Name type', 16, { mask: 0x8000, truth: ['Group name', 'Unique name'] })
/** Wireshark knows only the first of these: its names are for the bits in their place. */
const nodeType = () => uint16('ONT', { mask: 0x6000, names: { 0: 'B-node' } })
const yes = (label: string, mask: number) => bool(label, 16, { mask, truth: ['Yes', 'No'] })

const f = fields('nbns', {
  self: protocolField('NetBIOS Name Service'),
  id: uint16('Transaction ID', { base: 'hex' }),
  flags: {
    self: uint16('Flags', { base: 'hex' }),
    response: bool('Response', 16, { mask: 0x8000, truth: ['Message is a response', 'Message is a query'] }),
    opcode: uint16('Opcode', { mask: 0x7800, names: opcodes }),
    authoritative: bool('Authoritative', 16, {
      mask: 0x0400,
      truth: ['Server is an authority for domain', 'Server is not an authority for domain'],
    }),
    truncated: bool('Truncated', 16, { mask: 0x0200, truth: ['Message is truncated', 'Message is not truncated'] }),
    recdesired: bool('Recursion desired', 16, {
      mask: 0x0100,
      truth: ['Do query recursively', "Don't do query recursively"],
    }),
    recavail: bool('Recursion available', 16, {
      mask: 0x0080,
      truth: ['Server can do recursive queries', "Server can't do recursive queries"],
    }),
    broadcast: bool('Broadcast', 16, { mask: 0x0010, truth: ['Broadcast packet', 'Not a broadcast packet'] }),
    rcode: uint16('Reply code', { mask: 0x000f, names: replyCodes }),
  },
  count: {
    queries: uint16('Questions'),
    answers: uint16('Answer RRs'),
    auth_rr: uint16('Authority RRs'),
    add_rr: uint16('Additional RRs'),
  },
  _section: group('Records'),
  _record: group('Record'),
  name: text('Name'),
  type: uint16('Type', { names: types }),
  class: uint16('Class', { names: classes }),
  ttl: uint32('Time to live'),
  data_length: uint16('Data length'),
  data: bytes('Data'),
  nb_flags: { self: uint16('Name flags', { base: 'hex' }), group: nameType(), ont: nodeType() },
  addr: ipv4('Addr'),
  number_of_names: uint8('Number of names'),
  netbios_name: text('Name'),
  name_flags: {
    self: uint16('Name flags', { base: 'hex' }),
    group: nameType(),
    ont: nodeType(),
    drg: yes('Name is being deregistered', 0x1000),
    cnf: yes('Name is in conflict', 0x0800),
    act: yes('Name is active', 0x0400),
    prm: yes('Permanent node name', 0x0200),
  },
  unit_id: ether('Unit ID'),
  jumpers: uint8('Jumpers', { base: 'hex' }),
  test_result: uint8('Test result', { base: 'hex' }),
  version_number: uint16('Version number', { base: 'hex' }),
  period_of_statistics: uint16('Period of statistics', { base: 'hex' }),
  num_crcs: uint16('Number of CRCs'),
  num_alignment_errors: uint16('Number of alignment errors'),
  num_collisions: uint16('Number of collisions'),
  num_send_aborts: uint16('Number of send aborts'),
  num_good_sends: uint32('Number of good sends'),
  num_good_receives: uint32('Number of good receives'),
  numretransmits: uint16('Number of retransmits'),
  num_no_resource_conditions: uint16('Number of no resource conditions'),
  numcommand_blocks: uint16('Number of command blocks'),
  numpending_sessions: uint16('Number of pending sessions'),
  max_num_pending_sessions: uint16('Max number of pending sessions'),
  max_total_sessions_possible: uint16('Max total sessions possible'),
  session_data_packet_size: uint16('Session data packet size'),
  _incomplete: group('incomplete entry'),
  incomplete_entry: error('incomplete entry', 'Malformed'),
})

const Bit = { Response: 0x8000 } as const
const Type = { Name: 32, Status: 33 } as const
const ACKNOWLEDGE = 7
const NAME_SIZE = 16
/** `<20>` behind a name. */
const TYPE_DIGITS = 4
/** Type, class, time to live and length. */
const RECORD_HEAD = 10

/** What Info speaks of: the first question or answer, `at` its name or address. */
const summary = () => ({ read: false, flags: 0, kind: -1, at: -1, end: 0, base: 0 })
type Summary = ReturnType<typeof summary>

export const nbns = protocol({
  name: 'NetBIOS Name Service',
  short: 'NBNS',
  spec: 'RFC 1002',
  self: f.self,
  under: { 'udp.port': 137 },
  summary,

  dissect(d, s) {
    s.read = false
    s.kind = s.at = -1
    s.base = d.pos
    s.flags = d.peek16(2)
    s.read = true
    d.u16(f.id)
    takeFlags(d)
    const questions = d.u16(f.count.queries)
    const answers = d.u16(f.count.answers)
    const authorities = d.u16(f.count.auth_rr)
    const others = d.u16(f.count.add_rr)
    takeSection(d, s, 'Queries', questions, true)
    takeSection(d, s, 'Answers', answers, false)
    takeSection(d, s, 'Authoritative nameservers', authorities, false)
    takeSection(d, s, 'Additional records', others, false)
  },

  info(s, d) {
    if (!s.read) return ''
    const opcode = (s.flags >>> 11) & 15
    const operation = opcodes[opcode] ?? `Unknown operation (${opcode})`
    const code = s.flags & 15
    const reply = code === 0 ? '' : `, ${replyCodes[code] ?? 'Unknown error'}`
    const head = s.flags & Bit.Response ? `${operation} response${reply}` : operation
    return head + subjectText(d, s)
  },
})

function subjectText(d: Dissection, s: Summary): string {
  if (s.kind < 0) return ''
  const type = ` ${types[s.kind] ?? 'Unknown'}`
  if (s.at < 0) return type
  return s.flags & Bit.Response && s.end === 0
    ? `${type} ${ipv4Text(d.bytes, s.at)}`
    : `${type} ${spelledName(nameText(d.bytes, s.at, s.end, s.base)).text}`
}

const always = [f.flags.truncated, f.flags.recdesired]
const inQuery = [f.flags.response, f.flags.opcode, ...always, f.flags.broadcast]
const inResponse = [
  f.flags.response,
  f.flags.opcode,
  f.flags.authoritative,
  ...always,
  f.flags.recavail,
  f.flags.broadcast,
  f.flags.rcode,
]

/** The flags of the request that has to wait. */
const inAcknowledgment = inResponse.slice(0, -1)

function takeFlags(d: Dissection): void {
  const flags = d.peek16()
  takeBits(d, f.flags.self, flags & Bit.Response ? inResponse : inQuery)
}

/** A number and the bits in it that count. */
function takeBits(d: Dissection, field: Field<'uint'>, parts: readonly Field[], more = ''): number {
  const value = d.u16(field)
  const said = d.showing ? flagList(parts, value).replace(/Unknown \(\d+\)/g, 'Unknown') + more : ''
  showParts(d, parts, value, 2, said)
  return value
}

function takeSection(d: Dissection, s: Summary, title: string, count: number, questions: boolean): void {
  if (count === 0) return
  d.peek8()
  const opened = d.open(f._section)
  if (d.showing) d.caption(title, opened)
  for (let i = 0; i < count; i++) {
    if (questions) takeQuestion(d, s)
    else takeRecord(d, s)
  }
  d.close(opened)
}

/** How long the name at the read position is; one that breaks off is the sender's or the capture's fault. */
function sizeOfName(d: Dissection, base: number): number {
  const size = nameSize(d.bytes, d.pos, d.end, base)
  if (size > 0) return size
  d.skip(d.left + 1)
  return d.malformed()
}

function takeQuestion(d: Dissection, s: Summary): void {
  const at = d.pos
  const size = sizeOfName(d, s.base)
  const type = d.peek16(size)
  d.peek16(size + 2)
  if (s.kind < 0 && !(s.flags & Bit.Response)) {
    s.kind = type
    s.at = at
    s.end = d.end
  }
  const opened = d.open(f._record)
  takeHead(d, s, size, opened, true)
  d.close(opened)
}

/** Name, type and class. */
function takeHead(d: Dissection, s: Summary, size: number, opened: number, question: boolean): void {
  const type = d.peek16(size)
  const at = d.pos
  d.skip(size)
  if (d.wants(f.name) || d.showing) {
    const name = spelledName(nameText(d.bytes, at, d.end, s.base))
    const kind = types[type] ?? 'Unknown'
    if (d.showing) d.caption(`${name.text}: type ${kind}, class ${classes[d.peek16(2)] ?? 'Unknown'}`, opened)
    d.textAt(f.name, at, d.pos, name.text)
    if (d.showing && (question || type === Type.Name)) d.caption(`Name: ${nameAndPurpose(name)}`)
  }
  d.u16(f.type)
  d.u16(f.class)
}

function takeRecord(d: Dissection, s: Summary): void {
  const size = sizeOfName(d, s.base)
  const type = d.peek16(size)
  const whole = size + RECORD_HEAD + d.peek16(size + RECORD_HEAD - 2)
  if (s.kind < 0 && s.at < 0) introduce(d, s, type, d.pos + size + RECORD_HEAD)
  if (whole > d.left) d.skip(whole)
  const opened = d.open(f._record)
  takeHead(d, s, size, opened, false)
  const seconds = d.u32(f.ttl)
  if (d.showing) d.caption(`Time to live: ${durationText(seconds * 1000)}`)
  const length = d.u16(f.data_length)
  const next = d.pos + length
  const opcode = (s.flags >>> 11) & 15
  if (type === Type.Name) takeNames(d, length, opcode)
  else if (type === Type.Status) takeStatus(d, length)
  else d.take(f.data, length)
  d.seek(next)
  d.close(opened)
}

/** What Info says of the first record, whose data begin at `at`: its type, and the address of a name. */
function introduce(d: Dissection, s: Summary, type: number, at: number): void {
  if (type !== Type.Name) s.kind = type
  else if (((s.flags >>> 11) & 15) !== ACKNOWLEDGE && at + FLAGS_AND_ADDRESS <= d.end) {
    s.kind = type
    s.at = at + 2
    s.end = 0
  }
}
const FLAGS_AND_ADDRESS = 6

/** Where a name is to be found. */
function takeNames(d: Dissection, length: number, opcode: number): void {
  if (opcode === ACKNOWLEDGE) {
    for (let left = length; left > 0; left -= 2) {
      if (left < 2) return incomplete(d, left)
      takeBits(d, f.flags.self, d.peek16() & Bit.Response ? inAcknowledgment : inQuery)
    }
    return
  }
  for (let left = length; left > 0; left -= FLAGS_AND_ADDRESS) {
    if (left < 2) return incomplete(d, left)
    const flags = d.peek16()
    const kind = flags & 0x8000 ? 'group' : 'unique'
    takeBits(d, f.nb_flags.self, [f.nb_flags.group, f.nb_flags.ont], ` (${nodes[(flags >>> 13) & 3]}, ${kind})`)
    if (left < FLAGS_AND_ADDRESS) return incomplete(d, left - 2)
    d.take(f.addr, 4)
  }
}

function incomplete(d: Dissection, size: number): void {
  const opened = d.open(f._incomplete)
  d.note(f.incomplete_entry)
  d.skip(size)
  d.close(opened)
}

const nameBits = Object.values(f.name_flags).slice(1)
const statistics: readonly [Field<'uint'> | Field<'ether'>, number][] = [
  [f.unit_id, 6],
  [f.jumpers, 1],
  [f.test_result, 1],
  [f.version_number, 2],
  [f.period_of_statistics, 2],
  [f.num_crcs, 2],
  [f.num_alignment_errors, 2],
  [f.num_collisions, 2],
  [f.num_send_aborts, 2],
  [f.num_good_sends, 4],
  [f.num_good_receives, 4],
  [f.numretransmits, 2],
  [f.num_no_resource_conditions, 2],
  [f.numcommand_blocks, 2],
  [f.numpending_sessions, 2],
  [f.max_num_pending_sessions, 2],
  [f.max_total_sessions_possible, 2],
  [f.session_data_packet_size, 2],
]

/** The names of a node, and how it is doing. */
function takeStatus(d: Dissection, length: number): void {
  const end = d.pos + length
  if (length < 1) return incomplete(d, 0)
  for (let count = d.u8(f.number_of_names); count > 0; count--) {
    if (end - d.pos < NAME_SIZE + 2) {
      incomplete(d, Math.max(0, end - d.pos))
      d.malformed()
    }
    const at = d.pos
    d.skip(NAME_SIZE)
    if (d.wants(f.netbios_name)) {
      const name = netbiosName(d.bytes, at)
      // Its value has no type, which is in the line only.
      d.textAt(f.netbios_name, at, d.pos, name.text.slice(0, -TYPE_DIGITS))
      if (d.showing) d.caption(`Name: ${nameAndPurpose(name)}`)
    }
    takeBits(d, f.name_flags.self, nameBits)
  }
  for (const [field, size] of statistics) {
    if (size === 6) d.take(field as Field<'ether'>, size)
    else if (size === 4) d.u32(field as Field<'uint'>)
    else if (size === 2) d.u16(field as Field<'uint'>)
    else d.u8(field as Field<'uint'>)
  }
}
