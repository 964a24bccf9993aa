/** Who a DHCP client says it is: options 61 (RFC 2132, RFC 4361) and 97 (RFC 4578). */
import {
  bytes,
  type Dissection,
  error,
  ether,
  etherText,
  type Field,
  fields,
  guid,
  hexText,
  text,
  uint8,
  uint16,
  uint32,
} from '../src/dissect/index.js'
import { enterpriseText } from './shared/enterprises.js'
import { hardwareTypeNames } from './shared/hardware-types.js'
import { words } from './dhcp-plain-options.js'

/** Types of DHCP unique identifiers, RFC 8415 section 11, as DHCP knows them. */
export const duidTypes = {
  1: 'link-layer address plus time',
  2: 'assigned by vendor based on Enterprise number',
  3: 'link-layer address',
}

const f = fields(
  'dhcp',
  {
    client_hardware_address: text('Client hardware address'),
    client_id: {
      self: bytes('Identifier'),
      uuid: guid('Client Identifier (UUID)'),
      iaid: text('IAID'),
      duid_type: uint16('DUID Type', { names: duidTypes }),
      duid_llt_hw_type: uint16('Hardware type', { names: hardwareTypeNames }),
      duid_ll_hw_type: uint16('Hardware type', { names: hardwareTypeNames }),
      time: uint32('Time'),
      link_layer_address: text('Link layer address'),
      enterprise_num: uint32('Enterprise-number', { base: 'custom', show: enterpriseText }),
      type: uint8('Type'),
      undef: words('Client Identifier'),
    },
    malformed: { duid: error('DUID: malformed option', 'Protocol') },
  },
  'dhcp',
)

/** What the header and this option say of the hardware. */
export const hardware = fields(
  'dhcp.hw',
  {
    type: uint8('Hardware type', { base: 'hex', names: hardwareTypeNames }),
    mac_addr: ether('Client MAC address'),
  },
  'dhcp',
)

const Duid = { LinkLayerTime: 1, Enterprise: 2, LinkLayer: 3 } as const
const UUID_SIZE = 17
const HARDWARE_SIZE = 7
/** Hardware types that are believed to be one in front of six bytes. */
const LAST_HARDWARE = 47
const ETHERNET = 1
const IEEE802 = 6
const IDENTITY_ASSOCIATION = 255

export const hasMac = (type: number, length: number): boolean => length === 6 && (type === ETHERNET || type === IEEE802)

/** Option 61, of `length` bytes. */
export function takeClientId(d: Dissection, length: number): void {
  const kind = d.peek8()
  if (length === HARDWARE_SIZE && kind > 0 && kind <= LAST_HARDWARE) {
    d.u8(hardware.type)
    if (hasMac(kind, length - 1)) d.take(hardware.mac_addr, length - 1)
    else hexAt(d, f.client_hardware_address, length - 1)
  } else if (length === UUID_SIZE && kind === 0) takeUuid(d)
  else if (kind === IDENTITY_ASSOCIATION) takeDuid(d, length)
  else if (kind === 0 && length > 1) {
    d.u8(f.client_id.type)
    d.take(f.client_id.undef, length - 1)
  }
}

/** Option 97, of `length` bytes. */
export function takeMachineId(d: Dissection, length: number): void {
  if (length === UUID_SIZE && d.peek8() === 0) takeUuid(d)
}

/** A UUID whose first three numbers are sent with their low bytes first. */
function takeUuid(d: Dissection): void {
  d.skip(1)
  const at = d.pos
  if (d.wants(f.client_id.uuid)) {
    const b = d.bytes
    const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
    d.bytesAt(
      f.client_id.uuid,
      at,
      at + UUID_SIZE - 1,
      Uint8Array.from(order, (k) => b[at + k]!),
    )
  }
  d.skip(UUID_SIZE - 1)
}

/** RFC 4361: an identity association and the unique identifier of DHCPv6. */
function takeDuid(d: Dissection, length: number): void {
  const end = d.pos + length
  d.skip(1)
  hexAt(d, f.client_id.iaid, 4)
  switch (d.u16(f.client_id.duid_type)) {
    case Duid.LinkLayerTime:
      if (length < 8) return d.note(f.malformed.duid)
      linkLayer(d, d.u16(f.client_id.duid_llt_hw_type), end, true)
      break
    case Duid.Enterprise:
      d.u32(f.client_id.enterprise_num)
      if (d.pos < end) d.take(f.client_id.self, end - d.pos)
      break
    case Duid.LinkLayer:
      linkLayer(d, d.u16(f.client_id.duid_ll_hw_type), end, false)
      break
  }
}

function linkLayer(d: Dissection, type: number, end: number, timed: boolean): void {
  if (timed) d.u32(f.client_id.time)
  const size = end - d.pos
  if (size > 0) hexAt(d, f.client_id.link_layer_address, size, hasMac(type, size))
}

/** Bytes as a text field shows them: hexadecimal, or as a hardware address. */
function hexAt(d: Dissection, field: Field<'string'>, size: number, mac = false): void {
  const at = d.pos
  d.skip(size)
  if (d.wants(field)) d.textAt(field, at, d.pos, mac ? etherText(d.bytes, at) : hexText(d.bytes, at, d.pos))
}
