/** DHCP unique identifiers (RFC 8415 section 11). */
import { type Dissection, etherText, hexText } from '../src/dissect/index.js'
import { hasMac } from './dhcp-client-id.js'
import { f } from './dhcpv6-fields.js'

const Duid = { LinkLayerTime: 1, Enterprise: 2, LinkLayer: 3, Uuid: 4 } as const
/** Identifiers of a type have at least so many bytes. */
const least: Readonly<Record<number, number>> = { 1: 8, 2: 6, 3: 4, 4: 18 }
const UUID_SIZE = 16
/** Seconds from 1970 to 2000, where these times begin. */
const YEAR_2000 = 946_684_800

/** An identifier of `length` bytes. */
export function takeDuid(d: Dissection, length: number): void {
  if (length < 2) return malformed(d)
  const end = d.pos + length
  d.spanAt(f.duid.bytes, d.pos, end)
  const type = d.u16(f.duid.type)
  if (length < (least[type] ?? 0)) return malformed(d)
  if (type === Duid.Enterprise) {
    d.u32(f.duiden.enterprise)
    if (d.pos < end) d.take(f.duiden.identifier, end - d.pos)
  } else if (type === Duid.Uuid) d.take(f.duiduuid.bytes, UUID_SIZE)
  else if (type === Duid.LinkLayerTime) {
    const hardware = d.u16(f.duidllt.hwtype)
    d.timeAt(f.duidllt.time, d.pos, d.pos + 4, d.peek32() + YEAR_2000, 0)
    d.skip(4)
    linkLayer(d, f.duidllt.link_layer_addr, hardware, end)
  } else if (type === Duid.LinkLayer) linkLayer(d, f.duidll.link_layer_addr, d.u16(f.duidll.hwtype), end)
}

function malformed(d: Dissection): void {
  d.note(f.malformed_option, d.recording ? 'DUID: malformed option' : '')
}

function linkLayer(d: Dissection, field: typeof f.duidll.link_layer_addr, hardware: number, end: number): void {
  const at = d.pos
  const size = end - at
  if (size === 0) return
  d.skip(size)
  if (d.wants(field))
    d.textAt(field, at, end, hasMac(hardware, size) ? etherText(d.bytes, at) : hexText(d.bytes, at, end))
}
