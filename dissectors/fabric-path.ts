/** Cisco FabricPath: a frame around an Ethernet frame, whose addresses are made of the numbers of switches and ports. */
import {
  bool,
  type Dissection,
  ether,
  etherText,
  type Field,
  fields,
  group,
  protocol,
  protocolField,
  uint16,
  uint24,
  uint32,
  uint8,
  word,
} from '../src/dissect/index.js'
import { ethernet, wholeFrames } from './ethernet.js'
import { groupTruth, localTruth } from './shared/ethernet-address.js'
import { ethertypeNames } from './shared/ethertypes.js'
import { ChecksumStatus, checksumStatusNames } from './shared/pseudo-header.js'

const FABRIC_PATH = 0x8903
const SERVICE_TAG = 0x88a8
const ADDRESS = 6
const CHECK = 4
const GROUP = 0x010000

const orderTruth = [
  'Out of order delivery (If DA) or Do not learn (If SA)',
  'Deliver in order (If DA) or Learn (If SA)',
] as const

const f = fields('cfp', {
  self: protocolField('Cisco FabricPath'),
  s_hmac: group('Source HMAC'),
  d_hmac: group('Destination HMAC'),
  d_hmac_mc: ether('MC Destination'),
  eid: uint24('End Node ID', { base: 'dec_hex', mask: 0xfcc000 }),
  ul: bool('U/L bit', 24, { mask: 0x020000, truth: localTruth }),
  ig: bool('I/G bit', 24, { mask: GROUP, truth: groupTruth }),
  ooodl: bool('OOO/DL Bit', 24, { mask: 0x001000, truth: orderTruth }),
  swid: uint24('switch-id', { base: 'dec_hex', mask: 0x000fff }),
  sswid: uint8('sub-switch-id', { base: 'dec_hex' }),
  lid: uint16('Source LID', { base: 'dec_hex' }),
  '1ad': {
    etype: uint16('IEEE 802.1ad Ethertype', { base: 'hex', names: ethertypeNames }),
    tag: word(16, {
      priority: uint16('Priority', { mask: 0xe000 }),
      dei: uint16('DEI', { mask: 0x1000 }),
      id: uint16('ID', { mask: 0x0fff }),
    }),
  },
  etype: uint16('FP Ethertype', { base: 'hex', names: ethertypeNames }),
  tag: word(16, { ftag: uint16('FTAG', { mask: 0xffc0 }), ttl: uint16('TTL', { mask: 0x003f }) }),
  fcs: {
    self: uint32('Frame check sequence', { base: 'hex' }),
    status: uint8('FCS status', { base: 'none', names: checksumStatusNames }),
  },
})

export const fabricPath = protocol({
  name: 'Cisco FabricPath',
  short: 'CFP',
  column: 'FabricPath',
  spec: 'Cisco FabricPath',
  self: f.self,
  under: { [wholeFrames.name]: FABRIC_PATH },
  summary: () => ({}),

  dissect(d) {
    const start = d.pos
    const isGroup = (d.peek16() & 0x0100) !== 0
    if (d.showing && d.left >= 2 * ADDRESS) {
      const to = isGroup ? etherText(d.bytes, start) : addressText(d.bytes, start)
      d.captionLayer(`Cisco FabricPath, Src: ${addressText(d.bytes, start + ADDRESS)}, Dst: ${to}`)
    }
    if (isGroup) d.take(f.d_hmac_mc, ADDRESS)
    else takeAddress(d, f.d_hmac, 'Destination')
    takeAddress(d, f.s_hmac, 'Source')
    if (d.peek16() === SERVICE_TAG) {
      d.u16(f['1ad'].etype)
      d.u16(f['1ad'].tag)
    }
    d.u16(f.etype)
    d.u16(f.tag)
    takeCheck(d)
    if (d.reportedLeft < CHECK) d.malformed()
    d.limit(d.reportedLeft - CHECK)
    d.nextProtocol(ethernet)
  },

  /** The check sequence behind the inner frame was shown with the header. */
  trailer() {},

  info: () => 'Cisco FabricPath MiM Encapsulated Frame',
})

/** `055.66.7788`: switch, sub-switch, port. */
function addressText(bytes: Uint8Array, at: number): string {
  const digits = (value: number, count: number) => value.toString(16).padStart(count, '0')
  const node = digits(((bytes[at + 1]! & 0x0f) << 8) | bytes[at + 2]!, 3)
  return `${node}.${digits(bytes[at + 3]!, 2)}.${digits((bytes[at + 4]! << 8) | bytes[at + 5]!, 4)}`
}

function takeAddress(d: Dissection, field: Field<'none'>, label: string): void {
  const opened = d.open(field)
  const start = d.pos
  const first = (d.peek16() << 8) | d.peek8(2)
  d.skip(3)
  d.at(f.eid, start, start + 3, first)
  d.at(f.ul, start, start + 3, first)
  d.at(f.ig, start, start + 3, first)
  d.at(f.ooodl, start, start + 3, first)
  d.at(f.swid, start, start + 3, first)
  d.u8(f.sswid)
  d.u16(f.lid)
  if (d.showing) d.caption(`${label}: ${addressText(d.bytes, start)}`, opened)
  d.close(opened)
}

/** The last four bytes check the frame; nobody verifies them here. */
function takeCheck(d: Dissection): void {
  const at = d.reported - CHECK
  if (at < d.pos || d.reported > d.end) return
  d.at(f.fcs.self, at, d.reported, d.peek32(at - d.pos))
  if (d.showing) d.append(' [unverified]')
  d.generated(f.fcs.status, ChecksumStatus.Unverified)
}
