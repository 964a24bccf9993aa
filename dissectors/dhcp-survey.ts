/** What has to be known of a DHCP message's options before they are shown one after the other. */
import type { Dissection } from '../src/dissect/index.js'
import type { Spread } from './dhcp-name-options.js'
import { Vendor, vendorOf } from './dhcp-vendor-options.js'

/** Options that say something of the others. */
export const Opt = {
  Pad: 0,
  VendorSpecific: 43,
  Overload: 52,
  MessageType: 53,
  RequestList: 55,
  VendorClass: 60,
  SearchList: 119,
  SipServers: 120,
  End: 255,
} as const

export const messageTypes: Readonly<Record<number, string>> = {
  1: 'Discover',
  2: 'Offer',
  3: 'Request',
  4: 'Decline',
  5: 'ACK',
  6: 'NAK',
  7: 'Release',
  8: 'Inform',
  9: 'Force Renew',
  10: 'Lease query',
  11: 'Lease Unassigned',
  12: 'Lease Unknown',
  13: 'Lease Active',
  14: 'Bulk Lease Query',
  15: 'Lease Query Done',
  16: 'Active LeaseQuery',
  17: 'Lease Query Status',
  18: 'TLS',
}
export const messageTypeName = (type: number): string =>
  messageTypes[type] ?? `Unknown Message Type (0x${type.toString(16).padStart(2, '0')})`

/** An option that came in one piece. */
const whole: Spread = { part: 1, parts: 1, bytes: null }

/** One look at all options of a message: which type it is of, who its vendor is, what is spread over several options. */
export class Survey {
  /** The type of the message, -1 for a BOOTP message. */
  type = -1
  /** Which fields of the header hold options. */
  overload = 0
  vendor: Vendor = Vendor.None
  private searchLists = 0
  private sipServers = 0
  private readonly spread: Spread = { part: 0, parts: 0, bytes: null }
  private readonly seen = new Uint16Array(2)
  private start = 0

  /** Nothing is known. */
  clear(): void {
    this.type = -1
    this.overload = 0
    this.vendor = Vendor.None
    this.searchLists = this.sipServers = 0
    this.seen.fill(0)
  }

  /** Looks at the options that begin at the read position, which stays. A message that breaks off among them is given up. */
  look(d: Dissection): void {
    this.clear()
    this.start = d.pos
    const size = d.reportedLeft
    for (let p = 0; p < size; ) {
      const code = d.peek8(p)
      if (code === Opt.End) return
      if (code === Opt.Pad) {
        p++
        continue
      }
      if (p + 1 === size) return
      const length = d.peek8(p + 1)
      const at = p + 2
      p = at + length
      if (p > size) return
      if (code === Opt.MessageType) this.type = d.peek8(at)
      else if (code === Opt.Overload) this.overload = d.peek8(at)
      else if (code === Opt.VendorClass && length > 0) {
        d.peek8(p - 1)
        this.vendor = vendorOf(d.bytes, d.pos + at, d.pos + p)
      } else if (code === Opt.SearchList) this.searchLists++
      else if (code === Opt.SipServers) this.sipServers++
    }
  }

  /** Which part of a spread option comes next. */
  spreadOf(d: Dissection, code: number): Spread {
    const which = code === Opt.SearchList ? 0 : 1
    const parts = code === Opt.SearchList ? this.searchLists : code === Opt.SipServers ? this.sipServers : 1
    if (parts < 2) return whole
    const { spread } = this
    spread.part = ++this.seen[which]!
    spread.parts = parts
    spread.bytes = spread.part === parts ? gather(d.bytes, this.start, d.pos + d.left, code) : null
    return spread
  }
}

/** The values of all options of that code between `start` and `end`, as one. */
function gather(b: Uint8Array, start: number, end: number, code: number): Uint8Array {
  const parts: Uint8Array[] = []
  for (let p = start; p + 1 < end && b[p] !== Opt.End; ) {
    const size = b[p] === Opt.Pad ? 0 : b[p + 1]!
    const at = b[p] === Opt.Pad ? p + 1 : p + 2
    if (b[p] === code) parts.push(b.subarray(at, Math.min(at + size, end)))
    p = at + size
  }
  return Buffer.concat(parts)
}
