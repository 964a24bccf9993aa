/** Route options of IPv4, RFC 791 section 3.1: loose and strict source route, record route. */
import { type Dissection, type Note, type Num } from '../src/dissect/index.js'
import { addressFields as a, takeAddress } from './ipv4-addresses.js'
import { noteBelow } from './shared/note-below.js'
import { Ipv4Option as Option } from './shared/ipv4-option-kinds.js'

/** The pointer of a route and what may be wrong with it. */
export interface PointerFields {
  readonly self: Num
  readonly before_address: Note
  readonly middle_address: Note
  readonly tooLong: Note
}

/** The first address of a route stands at this octet of the option, counted from 1; pointers count alike. */
const FIRST = 4

/**
 * Where the final destination of a packet stands: in its last source-route address while there is one left to visit,
 * else in the header. `header` is where the destination address begins, after which come the options up to `end`; -1
 * when the bytes up to `captured` cannot tell.
 */
export function finalDestination(bytes: Uint8Array, header: number, end: number, captured: number): number {
  let p = header + 4
  while (p < end) {
    if (p >= captured) return -1
    const type = bytes[p]!
    if (type === Option.End) break
    if (type === Option.NoOperation) {
      p++
      continue
    }
    if (p + 1 >= end) break
    if (p + 1 >= captured) return -1
    const length = bytes[p + 1]!
    if (length < 2 || p + length > end) break
    if (type === Option.LooseSourceRoute || type === Option.StrictSourceRoute) {
      if (p + length > captured) return -1
      const pointer = length > 2 ? bytes[p + 2]! : 0
      return pointer >= FIRST && pointer % 4 === 0 && pointer <= length ? p + length - 4 : header
    }
    p += length
  }
  return header
}

/** Reads a loose or strict source route from its pointer to the end of this layer. */
export function dissectSourceRoute(d: Dissection, f: PointerFields): void {
  const pointer = readPointer(d, f)
  if (pointer === 0) return
  for (let octet = FIRST; d.reportedLeft >= 4; octet += 4) {
    if (octet < pointer) takeAddress(d, a.rec_rt, a.rec_rt_host)
    else if (d.reportedLeft === 4) takeAddress(d, a.dst.self, a.dst_host)
    else takeAddress(d, a.src_rt, a.src_rt_host, octet === pointer ? ' <- (next)' : '')
  }
}

/** Reads a record route from its pointer to the end of this layer. */
export function dissectRecordRoute(d: Dissection, f: PointerFields): void {
  const pointer = readPointer(d, f)
  if (pointer === 0) return
  for (let octet = FIRST; d.reportedLeft >= 4; octet += 4) {
    if (octet < pointer) takeAddress(d, a.rec_rt, a.rec_rt_host)
    else takeAddress(d, a.empty_rt, a.empty_rt_host, octet === pointer ? ' <- (next)' : '')
  }
}

/** Returns the pointer, 0 when it points to no address. */
function readPointer(d: Dissection, f: PointerFields): number {
  const pointer = d.u8(f.self)
  const wrong = pointer < FIRST ? f.before_address : pointer % 4 !== 0 ? f.middle_address : null
  const note = wrong ?? (d.reportedLeft % 4 !== 0 ? f.tooLong : null)
  if (note !== null) noteBelow(d, note)
  return wrong === null ? pointer : 0
}
