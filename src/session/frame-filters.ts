/**
 * Filters that one packet suggests: what its cells in the packet list say, and the conversations that it belongs to.
 */
import { etherText, ipv4Text, ipv6Text } from '../dissect/address.js'
import { Address, NOWHERE } from '../dissect/dissection.js'
import { fieldsNamed } from '../dissect/field.js'
import type { Recording } from '../dissect/recording.js'
import { NodeFlag } from '../dissect/tape.js'
import { filterOfNode } from '../filter/from-node.js'

/** A filter and what it is of: a column or a layer. */
export interface NamedFilter {
  readonly name: string
  readonly filter: string
}

export interface FrameFilters {
  /** One for each cell of its row that a filter can speak of, and one for the whole row. */
  readonly cells: readonly NamedFilter[]
  /** By layer, the innermost first. */
  readonly conversations: readonly NamedFilter[]
}

/** The filters of the packet that `d` has just recorded whole. */
export function frameFilters(d: Recording): FrameFilters {
  return { cells: cells(d), conversations: conversations(d) }
}

/**
 * The filter for a node of the tree, counted as the tree on the screen counts: hidden ones are left out. '' where there
 * is none.
 */
export function visibleNodeFilter(d: Recording, node: number): string {
  const t = d.tape
  let left = node
  for (let i = 0; i < t.length; i++) {
    if (t.flags[i]! & NodeFlag.Hidden) continue
    if (left-- === 0) return filterOfNode(d, i)
  }
  return ''
}

// ---- cells ---------------------------------------------------------------------------------

function cells(d: Recording): NamedFilter[] {
  const source = { name: 'Source', filter: address(d, d.src, 'src') }
  const destination = { name: 'Destination', filter: address(d, d.dst, 'dst') }
  const protocol = { name: 'Protocol', filter: fieldsNamed(d.innermost).length > 0 ? d.innermost : '' }
  const row = [source, destination, protocol].map(({ filter }) => filter).filter((filter) => filter !== '')
  return [
    source,
    destination,
    protocol,
    { name: 'Length', filter: `frame.len == ${d.packet.original}` },
    { name: 'Time', filter: timeOf(d) },
    { name: 'No.', filter: `frame.number == ${d.packet.number}` },
    { name: 'Row', filter: row.join(' && ') },
  ].filter(({ filter }) => filter !== '')
}

/** The address in the Source or Destination column. */
function address(d: Recording, at: number, end: 'src' | 'dst'): string {
  if (at === NOWHERE) return ''
  const bytes = d.addressBytes
  switch (d.addressKind) {
    case Address.IPv4:
      return `ip.${end} == ${ipv4Text(bytes, at)}`
    case Address.IPv6:
      return `ipv6.${end} == ${ipv6Text(bytes, at)}`
    case Address.Ether:
      return has(d, `eth.${end}`) ? `eth.${end} == ${etherText(bytes, at)}` : ''
    default:
      return ''
  }
}

function has({ tape }: Recording, name: string): boolean {
  for (let i = 0; i < tape.length; i++) if (tape.fieldAt(i).name === name) return true
  return false
}

function timeOf(d: Recording): string {
  const { tape } = d
  for (let i = 0; i < tape.length; i++) if (tape.fieldAt(i).name === 'frame.time') return filterOfNode(d, i)
  return ''
}

// ---- conversations -------------------------------------------------------------------------

interface Kind {
  readonly name: string
  readonly from: string
  readonly to: string
  /** The field that has both. */
  readonly either: string
  /** It counts only between the addresses of the layer below. */
  readonly above: boolean
}

const kinds: Readonly<Record<string, Kind>> = {
  eth: { name: 'Ethernet', from: 'eth.src', to: 'eth.dst', either: 'eth.addr', above: false },
  ip: { name: 'IPv4', from: 'ip.src', to: 'ip.dst', either: 'ip.addr', above: false },
  ipv6: { name: 'IPv6', from: 'ipv6.src', to: 'ipv6.dst', either: 'ipv6.addr', above: false },
  tcp: { name: 'TCP', from: 'tcp.srcport', to: 'tcp.dstport', either: 'tcp.port', above: true },
  udp: { name: 'UDP', from: 'udp.srcport', to: 'udp.dstport', either: 'udp.port', above: true },
}

/**
 * The innermost conversation of each layer, worded as Wireshark does. Only whole layers count: what an ICMP error quotes
 * is no conversation of this packet.
 */
function conversations(d: Recording): NamedFilter[] {
  const found = new Map<string, NamedFilter>()
  const { tape } = d
  let below = ''
  for (let i = 0; i < tape.length; i++) {
    const kind = tape.depth[i] === 0 ? kinds[tape.fieldAt(i).name] : undefined
    if (kind === undefined) continue
    const from = valueIn(d, i, kind.from)
    const to = valueIn(d, i, kind.to)
    if (from === '' || to === '') continue
    const ends = `(${kind.either} eq ${from} and ${kind.either} eq ${to})`
    if (!kind.above) below = ends
    found.delete(kind.name)
    found.set(kind.name, { name: kind.name, filter: kind.above && below !== '' ? `${below} and ${ends}` : ends })
  }
  return [...found.values()].reverse()
}

/** The value, as a filter spells it, of the first such field in the layer that begins at node `layer`. */
function valueIn(d: Recording, layer: number, name: string): string {
  const { tape } = d
  for (let i = layer + 1; i < tape.length && tape.depth[i] !== 0; i++) {
    if (tape.fieldAt(i).name === name) return filterOfNode(d, i).replace(`${name} == `, '')
  }
  return ''
}
