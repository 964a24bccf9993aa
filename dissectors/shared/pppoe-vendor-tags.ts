/** The Broadband Forum's tags inside a PPPoE vendor tag: where and how a subscriber is connected (RFC 4679, TR-101). */
import {
  bytes,
  type Dissection,
  type Field,
  fields,
  group,
  type Note,
  text,
  uint16,
  uint32,
  uint8,
} from '../../src/dissect/index.js'

const Kind = { CircuitId: 0x01, RemoteId: 0x02, FirstNumber: 0x81, AccessLoop: 0x90 } as const
const ACCESS_LOOP_SIZE = 3

const dataLinkNames = { 0: 'ATM AAL5', 1: 'Ethernet' }
const firstNames = { 0: 'NA', 1: 'Untagged Ethernet', 2: 'Single-tagged Ethernet', 3: 'Double-tagged Ethernet' }
const secondNames = {
  0: 'NA',
  1: 'PPPoA LLC',
  2: 'PPPoA Null',
  3: 'IPoA LLC',
  4: 'IPoA Null',
  5: 'Ethernet over AAL5 LLC w FCS',
  6: 'Ethernet over AAL5 LLC w/o FCS',
  7: 'Ethernet over AAL5 Null w FCS',
  8: 'Ethernet over AAL5 Null w/o FCS',
}

export const vendorTagFields = {
  circuit_id: text('Circuit ID'),
  remote_id: text('Remote ID'),
  act_data_rate_up: uint32('Actual Data Rate Upstream'),
  act_data_rate_down: uint32('Actual Data Rate Downstream'),
  min_data_rate_up: uint32('Minimum Data Rate Upstream'),
  min_data_rate_down: uint32('Minimum Data Rate Downstream'),
  attainable_data_rate_up: uint32('Attainable DataRate Upstream'),
  attainable_data_rate_down: uint32('Attainable DataRate Downstream'),
  max_data_rate_up: uint32('Maximum Data Rate Upstream'),
  max_data_rate_down: uint32('Maximum Data Rate Downstream'),
  min_data_rate_up_lp: uint32('Min DataRate Upstream in low power state'),
  min_data_rate_down_lp: uint32('Minimum Data Rate Downstream in low power state'),
  max_int_delay_up: uint32('Max Interleaving Delay Upstream'),
  act_int_delay_up: uint32('Actual Interleaving Delay Upstream'),
  max_int_delay_down: uint32('Maximum Interleaving Delay Downstream'),
  act_int_delay_down: uint32('Actual Interleaving Delay Downstream'),
} as const

export const accessLoopFields = {
  self: group('Access-Loop-Encapsulation'),
  data_link: uint8('Data link', { base: 'hex', names: dataLinkNames }),
  encap_1: uint8('Encaps 1', { base: 'hex', names: firstNames }),
  encap_2: uint8('Encaps 2', { base: 'hex', names: secondNames }),
} as const

const t = vendorTagFields
const numbers: readonly { readonly field: Field<'uint'>; readonly name: string }[] = [
  { field: t.act_data_rate_up, name: 'Actual-Data-Rate-Up' },
  { field: t.act_data_rate_down, name: 'Actual-Data-Rate-Down' },
  { field: t.min_data_rate_up, name: 'Min-Data-Rate-Up' },
  { field: t.min_data_rate_down, name: 'Min-Data-Rate-Down' },
  { field: t.attainable_data_rate_up, name: 'Attainable-Data-Rate-Up' },
  { field: t.attainable_data_rate_down, name: 'Attainable-Data-Rate-Down' },
  { field: t.max_data_rate_up, name: 'Max-Data-Rate-Up' },
  { field: t.max_data_rate_down, name: 'Max-Data-Rate-Down' },
  { field: t.min_data_rate_up_lp, name: 'Min-Data-Rate-Up-Low-Power' },
  { field: t.min_data_rate_down_lp, name: 'Min-Data-Rate-Down-Low-Power' },
  { field: t.max_int_delay_up, name: 'Max-Interleaving-Delay-Up' },
  { field: t.act_int_delay_up, name: 'Actual-Interleaving-Delay-Up' },
  { field: t.max_int_delay_down, name: 'Max-Interleaving-Delay-Down' },
  { field: t.act_int_delay_down, name: 'Actual-Interleaving-Delay-Down' },
]

const inside = fields('pppoed.tags.vendorspecific', { tags: group('Vendor Specific PPPoE Tags') }, 'pppoed')
const unknown = fields(
  'pppoed',
  {
    tag: uint16('Tag', { base: 'hex', names: () => 'Unknown' }),
    tag_length_8: uint8('Tag Length'),
    'tag.unknown_data': bytes('Unknown Data'),
  },
  'pppoed',
)

/** Takes the tags in the next `size` bytes: a byte of type and one of length before each. `wrong` notes bad lengths. */
export function takeVendorTags(d: Dissection, wrong: Note, size: number): void {
  const start = d.pos
  const end = start + size
  const opened = d.open(inside.tags)
  while (d.pos <= end - 2) {
    const type = d.peek8()
    const length = d.peek8(1)
    d.skip(2)
    const next = d.pos + length
    takeOne(d, type, length, wrong)
    d.seek(next)
  }
  d.closeAt(opened, start, end)
}

function takeOne(d: Dissection, type: number, length: number, wrong: Note): void {
  const number = numbers[type - Kind.FirstNumber]
  if (number !== undefined) {
    if (length === 4) d.u32(number.field)
    else d.note(wrong, `${number.name}: Wrong length: ${length} (expected == 4)`)
  } else if (type === Kind.CircuitId) d.take(t.circuit_id, length)
  else if (type === Kind.RemoteId) d.take(t.remote_id, length)
  else if (type === Kind.AccessLoop) takeAccessLoop(d, length, wrong)
  else takeUnknown(d, type, length)
}

function takeAccessLoop(d: Dissection, length: number, wrong: Note): void {
  const opened = d.open(accessLoopFields.self)
  if (length !== ACCESS_LOOP_SIZE) {
    d.note(wrong, `Access-Loop-Encapsulation: Wrong length: ${length} (expected ${ACCESS_LOOP_SIZE})`)
  }
  d.u8(accessLoopFields.data_link)
  d.u8(accessLoopFields.encap_1)
  d.u8(accessLoopFields.encap_2)
  d.close(opened)
}

function takeUnknown(d: Dissection, type: number, length: number): void {
  const start = d.pos - 2
  d.at(unknown.tag, start, start + 1, type)
  d.at(unknown.tag_length_8, start + 1, start + 2, length)
  d.take(unknown['tag.unknown_data'], length)
}
