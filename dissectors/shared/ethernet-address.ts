/** MAC addresses as Ethernet shows them: a line with the address, its owner and its two flag bits below it. */
import {
  bool,
  type Dissection,
  ether,
  etherText,
  type Field,
  fields,
  text,
  uint24,
  warning,
} from '../../src/dissect/index.js'
import { ouiText } from './oui.js'

const GROUP = 0x010000
const LOCAL = 0x020000

/** What the bits for locally administered and for group addresses say. */
export const localTruth = [
  'Locally administered address (this is NOT the factory default)',
  'Globally unique address (factory default)',
] as const
export const groupTruth = ['Group address (multicast/broadcast)', 'Individual address (unicast)'] as const
const localBit = () => bool('LG bit', 24, { mask: LOCAL, truth: localTruth })
const groupBit = () => bool('IG bit', 24, { mask: GROUP, truth: groupTruth })
const oui = (label: string) => uint24(label, { base: 'custom', show: ouiText })

/** The fields of one address called `name`, for `fields(name, …)`. */
const addressFields = (label: string) => ({
  self: ether(label),
  oui: oui(`${label} OUI`),
  oui_resolved: text(`${label} OUI (resolved)`),
  lg: localBit(),
  ig: groupBit(),
})

const resolved = fields(
  'eth',
  {
    dst_resolved: text('Destination (resolved)'),
    src_resolved: text('Source (resolved)'),
    addr_resolved: text('Address (resolved)'),
    lg: localBit(),
    ig: groupBit(),
  },
  'eth',
)
const destination = fields('eth.dst', addressFields('Destination'), 'eth')
const source = fields('eth.src', addressFields('Source'), 'eth')
const groupSource = fields(
  'eth',
  { src_not_group: warning('Source MAC must not be a group address: IEEE 802.3-2002, Section 3.2.3(b)') },
  'eth',
)
const any = fields(
  'eth.addr',
  { self: ether('Address'), oui: oui('Address OUI'), oui_resolved: text('Address OUI (resolved)') },
  'eth',
)

/** Takes six bytes as `eth.dst` and writes what is below it. Returns where they start. */
export const takeDestination = (d: Dissection): number => take(d, destination, resolved.dst_resolved)
/** Takes six bytes as `eth.src` and writes what is below it. Returns where they start. */
export const takeSource = (d: Dissection): number => take(d, source, resolved.src_resolved)
function take(d: Dissection, own: typeof destination, ownResolved: Field<'string'>): number {
  const at = d.take(own.self, 6)
  const b = d.bytes
  const fromGroup = own === source && (b[at]! & 1) !== 0
  if (!d.recording) {
    if (fromGroup) d.note(groupSource.src_not_group)
    return at
  }
  const prefix = (b[at]! << 16) | (b[at + 1]! << 8) | b[at + 2]!
  d.enter()
  if (fromGroup) d.note(groupSource.src_not_group)
  name(d, ownResolved, at)
  d.at(own.oui, at, at + 3, prefix)
  d.hide()
  vendor(d, own.oui_resolved, at)
  d.spanAt(any.self, at, at + 6)
  name(d, resolved.addr_resolved, at)
  d.at(any.oui, at, at + 3, prefix)
  d.hide()
  vendor(d, any.oui_resolved, at)
  d.at(own.lg, at, at + 3, prefix)
  d.at(resolved.lg, at, at + 3, prefix)
  d.hide()
  d.at(own.ig, at, at + 3, prefix)
  d.at(resolved.ig, at, at + 3, prefix)
  d.hide()
  d.leave()
  return at
}

function name(d: Dissection, field: Field<'string'>, at: number): void {
  if (!d.wants(field)) return
  d.textAt(field, at, at + 6, d.names.ether(d.bytes, at) || etherText(d.bytes, at))
  d.hide()
}

function vendor(d: Dissection, field: Field<'string'>, at: number): void {
  if (!d.wants(field)) return
  const registered = d.names.vendor(d.bytes, at)
  if (registered === '') return
  d.textAt(field, at, at + 6, registered)
  d.hide()
}

/** An address for a caption: with its name before it if there is one. */
export function captionAddress(d: Dissection, at: number): string {
  const plain = etherText(d.bytes, at)
  const known = d.names.ether(d.bytes, at)
  return known === '' ? plain : `${known} (${plain})`
}
