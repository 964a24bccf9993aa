/** IPv4 over IPv6 as DHCPv6 sets it up: the options of RFC 7598 and RFC 8026. */
import type { Dissection } from '../src/dissect/index.js'
import { f } from './dhcpv6-fields.js'
import { flagList } from './shared/flag-list.js'

/** The options that are read here. */
export const softwireOptions = {
  89: true,
  90: true,
  91: true,
  92: true,
  93: true,
  94: true,
  95: true,
  96: true,
  111: true,
}
const Opt = { Rule: 89, Relay: 90, DefaultRule: 91, Binding: 92, Ports: 93, Priority: 111 } as const

/** Reads an option of `length` bytes; says whether others follow inside it. */
export function takeSoftwire(d: Dissection, code: number, length: number): boolean {
  switch (code) {
    case Opt.Rule:
      return takeRule(d, length)
    case Opt.Relay:
      if (length === 16) d.take(f.s46_br.address, 16)
      else bad(d, 'S46_BR')
      return false
    case Opt.DefaultRule:
      if (length < 2) return bad(d, 'S46_DMR')
      takePrefix(d, f.s46_dmr.dmr_prefix, d.u8(f.s46_dmr.dmr_pref_len))
      return false
    case Opt.Binding:
      if (length < 6) return bad(d, 'S46_V4V6BIND')
      d.take(f.s46_v4v6bind.ipv4_address, 4)
      takePrefix(d, f.s46_v4v6bind.ipv6_prefix, d.u8(f.s46_v4v6bind.ipv6_pref_len))
      return true
    case Opt.Ports:
      return takePorts(d, length)
    case Opt.Priority:
      while (d.reportedLeft > 0) d.u16(f.option_code)
      return false
    default:
      return true
  }
}

function bad(d: Dissection, what: string): boolean {
  d.note(f.malformed_option, d.recording ? `${what}: malformed option` : '')
  return false
}

function takeRule(d: Dissection, length: number): boolean {
  if (length < 8) return bad(d, 'S46_RULE')
  const flags = d.u8(f.s46_rule.flags)
  if (d.showing) d.append(flagList(f.s46_rule.flags.parts, flags))
  d.u8(f.s46_rule.ea_len)
  d.u8(f.s46_rule.ipv4_pref_len)
  d.take(f.s46_rule.ipv4_prefix, 4)
  takePrefix(d, f.s46_rule.ipv6_prefix, d.u8(f.s46_rule.ipv6_prefix_len))
  return true
}

/** The bytes of an address that `bits` bits need. */
function takePrefix(d: Dissection, field: typeof f.s46_dmr.dmr_prefix, bits: number): void {
  const at = d.pos
  const size = Math.min(16, Math.ceil(bits / 8))
  d.skip(size)
  if (!d.wants(field)) return
  const whole = new Uint8Array(16)
  whole.set(d.bytes.subarray(at, at + size))
  d.bytesAt(field, at, at + size, whole)
}

function takePorts(d: Dissection, length: number): boolean {
  if (length !== 4) return bad(d, 'S46_PORTPARAMS')
  d.u8(f.s46_portparam.offset)
  const bits = d.u8(f.s46_portparam.psid_len)
  d.at(f.s46_portparam.psid, d.pos, d.pos + 2, bits < 16 ? d.peek16() >>> (16 - bits) : d.peek16())
  d.skip(2)
  return false
}
