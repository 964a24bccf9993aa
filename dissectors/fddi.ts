/** Fiber Distributed Data Interface, ANSI X3.139: addresses are sent with the first bit of a byte last. LINKTYPE_FDDI. */
import {
  Address,
  type Dissection,
  ether,
  etherText,
  fields,
  NOWHERE,
  protocol,
  protocolField,
  uint8,
} from '../src/dissect/index.js'
import { llc } from './llc.js'

const ADDRESS = 6
const Class = { Smt: 0x40, AsyncLlc: 0x50, AsyncOther: 0x60, Mac: 0xc0, SyncLlc: 0xd0, SyncOther: 0xe0 } as const
const RESTRICTED_TOKEN = 0xc0
/** Of an asynchronous frame: no priority, but a control number. */
const CONTROL_BIT = 0x08

const classNames = {
  0x0: 'Void',
  0x4: 'SMT',
  0x5: 'Async LLC',
  0x6: 'Implementor Async',
  0x8: 'Nonrestricted Token',
  0xc: 'MAC',
  0xd: 'Sync LLC',
  0xe: 'Implementor Sync',
}
const ownNames: Readonly<Record<number, string>> = {
  0x00: 'Void frame',
  0x41: 'SMT info',
  0x4f: 'SMT Next station address',
  0x80: 'Nonrestricted token',
  0xc0: 'Restricted token',
  0xc2: 'MAC beacon',
  0xc3: 'MAC claim token',
  0xd0: 'Sync LLC frame',
}

const address = ether('Source or Destination Address')
const f = fields('fddi', {
  self: protocolField('Fiber Distributed Data Interface'),
  fc: {
    self: uint8('Frame Control', { base: 'hex', names: frameText }),
    clf: uint8('Class/Length/Format', { base: 'hex', mask: 0xf0, names: classNames }),
    prio: uint8('Priority', { mask: 0x07 }),
    smt_subtype: uint8('SMT Subtype', { mask: 0x0f, names: { 1: 'Info', 15: 'Next Station Address' } }),
    mac_subtype: uint8('MAC Subtype', { mask: 0x0f, names: { 2: 'Beacon', 3: 'Claim' } }),
  },
  dst: ether('Destination', { also: [address] }),
  src: ether('Source', { also: [address] }),
  addr: address,
})

export const fddi = protocol({
  name: 'Fiber Distributed Data Interface',
  short: 'FDDI',
  spec: 'ANSI X3.139',
  self: f.self,
  under: { 'frame.linktype': 10 },
  summary: () => ({ control: 0, read: false }),

  dissect(d, s) {
    s.read = false
    s.control = d.peek8()
    s.read = true
    if (d.showing) d.captionLayer(`Fiber Distributed Data Interface, ${frameText(s.control)}`)
    takeControl(d)
    takeAddress(d, f.dst, DESTINATION)
    d.endpoints(Address.Ether, NOWHERE, DESTINATION)
    d.addressBytes = ends
    takeAddress(d, f.src, SOURCE)
    d.src = SOURCE
    const kind = s.control & 0xf0
    if (kind === Class.AsyncLlc) d.nextProtocol(llc)
    else d.nextData()
  },

  info: (s) => (s.read ? frameText(s.control) : ''),
})

function frameText(control: number): string {
  const low = control & 0x0f
  const own = ownNames[control]
  if (own !== undefined) return own
  switch (control & 0xf0) {
    case Class.Smt:
      return `SMT frame, control ${low.toString(16)}`
    case Class.AsyncLlc:
      return `Async LLC frame, ${(control & CONTROL_BIT) === 0 ? 'priority' : 'control'} ${low.toString(16)}`
    case Class.AsyncOther:
      return `Implementor async frame, control ${low.toString(16)}`
    case Class.Mac:
      return `MAC frame, control ${low.toString(16)}`
    case Class.SyncLlc:
      return `Sync LLC frame, control ${low.toString(16)}`
    case Class.SyncOther:
      return `Implementor sync frame, control ${low.toString(16)}`
    default:
      return 'Unknown frame type'
  }
}

function takeControl(d: Dissection): void {
  const start = d.pos
  const control = d.u8(f.fc.self)
  const kind = control & 0xf0
  d.enter()
  d.at(f.fc.clf, start, d.pos, control)
  if (kind === Class.Smt) d.at(f.fc.smt_subtype, start, d.pos, control)
  else if (kind === Class.Mac && control !== RESTRICTED_TOKEN) d.at(f.fc.mac_subtype, start, d.pos, control)
  else if (kind === Class.AsyncLlc && (control & CONTROL_BIT) === 0) d.at(f.fc.prio, start, d.pos, control)
  d.leave()
}

/** Both addresses of the packet dissected last, with their bits turned round. */
const ends = new Uint8Array(2 * ADDRESS)
const DESTINATION = 0
const SOURCE = ADDRESS

/** Takes six bytes as `field`, with the bits of each byte turned round, and keeps them in `ends` at `place`. */
function takeAddress(d: Dissection, field: typeof f.dst, place: number): void {
  const start = d.pos
  d.skip(ADDRESS)
  turn(d.bytes, start, place)
  if (!d.recording) return
  const turned = ends.slice(place, place + ADDRESS)
  d.bytesAt(field, start, d.pos, turned)
  if (d.showing) {
    const known = d.names.ether(turned, 0)
    const plain = etherText(turned, 0)
    d.caption(`${field.label}: ${known === '' ? plain : `${known} (${plain})`}`)
  }
  // Wireshark has each address once to show and once to find.
  d.bytesAt(field, start, d.pos, turned)
  d.hide()
}

function turn(from: Uint8Array, start: number, place: number): void {
  for (let i = 0; i < ADDRESS; i++) ends[place + i] = reversed[from[start + i]!]!
}

/** Each byte with its bits in the opposite order. */
const reversed = Uint8Array.from({ length: 256 }, (_, byte) => {
  let out = 0
  for (let bit = 0; bit < 8; bit++) if ((byte & (1 << bit)) !== 0) out |= 0x80 >>> bit
  return out
})
