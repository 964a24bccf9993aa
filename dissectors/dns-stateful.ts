/** DNS Stateful Operations, RFC 8490: messages made of types, lengths and values. */
import { bytes, type Dissection, fields, group, uint16, uint32 } from '../src/dissect/index.js'

const f = fields(
  'dns.dso',
  {
    self: group('DNS Stateful Operation'),
    tlv: {
      self: group('DSO TLV'),
      type: uint16('Type', { names: typeOf }),
      length: uint16('Length'),
      data: bytes('Data'),
      keepalive: { inactivity: uint32('Inactivity Timeout'), interval: uint32('Keepalive Interval') },
      retrydelay: { retrydelay: uint32('Retry Delay') },
      encpad: { padding: bytes('Padding') },
    },
  },
  'dns',
)

/** Reads what follows the header, as far as whole types and lengths go. Where a type has a size, its length is not heeded. */
export function readStateful(d: Dissection): void {
  d.peek8()
  const opened = d.open(f.self)
  while (d.reportedLeft >= 4) readTlv(d)
  d.close(opened)
}

function readTlv(d: Dissection): void {
  const type = d.peek16()
  const tlv = d.open(f.tlv.self)
  if (d.showing) d.caption(`DSO TLV: ${typeOf(type)}`, tlv)
  d.u16(f.tlv.type)
  const size = d.u16(f.tlv.length)
  switch (type) {
    case 1:
      d.u32(f.tlv.keepalive.inactivity)
      d.u32(f.tlv.keepalive.interval)
      break
    case 2:
      d.u32(f.tlv.retrydelay.retrydelay)
      break
    case 3:
      if (size > 0) d.take(f.tlv.encpad.padding, size)
      break
    default:
      if (size > 0) d.take(f.tlv.data, size)
  }
  d.close(tlv)
}

function typeOf(type: number): string {
  if (type >= 64512) return 'Reserved for future expansion'
  if (type >= 63488) return 'Reserved for Experimental/Local Use'
  if (type >= 68) return 'Unassigned'
  if (type >= 64) return ['Subscribe', 'Push', 'Unsubscribe', 'Reconfirm'][type - 64]!
  if (type >= 4) return 'Unassigned, reserved for DSO session-management TLVs'
  return ['Reserved', 'Keep Alive', 'Retry Delay', 'Encryption Padding'][type]!
}
