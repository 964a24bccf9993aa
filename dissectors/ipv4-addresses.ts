/** Addresses of an IPv4 packet: in its header, and where a source route takes their place (RFC 791 section 3.1). */
import { type Dissection, fields, type Field, ipv4, ipv4Text, text } from '../src/dissect/index.js'
import { ipv4Meaning } from './shared/address-meaning.js'

const addr = ipv4('Source or Destination Address')
const host = text('Source or Destination Host', { spell: ipv4Text })
const named = { spell: ipv4Text } as const

export const addressFields = fields('ip', {
  addr,
  host,
  src: { self: ipv4('Source Address', { also: [addr] }), meaning: text('Source Meaning') },
  src_host: text('Source Host', { ...named, also: [host] }),
  dst: { self: ipv4('Destination Address', { also: [addr] }), meaning: text('Destination Meaning') },
  dst_host: text('Destination Host', { ...named, also: [host] }),
  cur_rt: ipv4('Current Route'),
  cur_rt_host: text('Current Route Host', named),
  rec_rt: ipv4('Recorded Route'),
  rec_rt_host: text('Recorded Route Host', named),
  src_rt: ipv4('Source Route'),
  src_rt_host: text('Source Route Host', named),
  empty_rt: ipv4('Empty Route'),
  empty_rt_host: text('Empty Route Host', named),
})

/** Takes an address, once more as the name of its host for filters; `suffix` follows on its line. */
export function takeAddress(d: Dissection, address: Field<'ipv4'>, name: Field<'string'>, suffix = ''): number {
  const start = d.take(address, 4)
  if (suffix !== '' && d.showing) d.append(suffix)
  if (d.wants(name)) {
    d.spanAt(name, start, start + 4)
    d.hide()
  }
  return start
}

/** Adds what the address at `start` is known for, if it is. */
export function addMeaning(d: Dissection, f: Field<'string'>, start: number): void {
  if (!d.wants(f)) return
  const meaning = ipv4Meaning(d.bytes, start)
  if (meaning === '') return
  d.textAt(f, start, start + 4, meaning)
  d.markGenerated()
}
