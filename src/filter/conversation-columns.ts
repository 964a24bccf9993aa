/**
 * Columns of what conversations know: addresses, ports, stream numbers; and of what TCP analysis left with each packet.
 *
 * A row leads to the conversation of one of its layers. That says what the packet's fields say only where the packet has
 * one layer of that kind and nothing is quoted inside it; all others stay `Maybe`.
 */
import { Address } from '../dissect/dissection.js'
import type { Page } from '../store/packet-index.js'
import { RowFlag } from '../store/packet-index.js'
import type { Conversations } from '../track/conversations.js'
import { Fact } from '../track/tcp.js'
import { Finding } from '../track/tcp-analysis.js'
import { type Column, isCut, lowest, type Packets, PerStack, Verdict } from './column.js'
import type { Judged } from './judge.js'
import type { Value } from './values.js'

/** The column for a test of such a field, null for other fields. */
export function conversationColumn(test: Judged, packets: Packets): Column | null {
  const { name } = test.field
  const dot = name.indexOf('.')
  const family = name.slice(0, dot)
  const rest = name.slice(dot + 1)
  if ((family === 'tcp' || family === 'udp') && portSides[rest] !== undefined) {
    return new ConversationColumn(test, packets, [family], portSides[rest], portOf)
  }
  if ((family === 'tcp' || family === 'udp') && rest === 'stream') {
    return new ConversationColumn(test, packets, [family], 'source', (_c, id) => id)
  }
  if ((family === 'ip' || family === 'ipv6') && addressSides[rest] !== undefined) {
    return new ConversationColumn(
      test,
      packets,
      ['tcp', 'udp'],
      addressSides[rest],
      addressOf(family === 'ip' ? 4 : 16),
      family,
    )
  }
  if (family !== 'tcp') return null
  const mask = findings[name]
  return mask !== undefined && test.judge === null ? new FactsColumn(packets, mask) : null
}

/** Both ends, the one that sent the packet, the one that gets it. */
type Side = 'both' | 'source' | 'destination'
const portSides: Readonly<Record<string, Side>> = { port: 'both', srcport: 'source', dstport: 'destination' }
const addressSides: Readonly<Record<string, Side>> = { addr: 'both', src: 'source', dst: 'destination' }

/** The value of a field at one end of conversation `id`: the first sender, or the other. Good until the next call. */
type ValueOf = (c: Conversations, id: number, first: boolean) => Value

const portOf: ValueOf = (c, id, first) => c.portOf(id, first)

/** Addresses of so many bytes. */
function addressOf(size: number): ValueOf {
  const address = new Uint8Array(size)
  return (c, id, first) => {
    c.addressOf(id, first, address)
    return address
  }
}

/** Where a stack keeps its one layer of some protocol: which of its tracked layers it is, of how many. */
interface Tracked {
  readonly protocol: number
  readonly place: number
  readonly count: number
}
/** Answers of `PerStack`: there is no such layer; rows do not say enough; from here on, a place among `kinds`. */
const ABSENT = 0
const UNCLEAR = 1
const KNOWN = 2

/** The tracked layers of some protocols: how each stack has one, and what rows keep of it. */
class TrackedLayers {
  private readonly kinds: Tracked[] = []
  private readonly stacks: PerStack
  /** What the row keeps that was looked at last. */
  protocol = 0
  conversation = 0
  facts = 0
  forward = false

  /** `below` may object to a stack: with ABSENT or UNCLEAR. */
  constructor(
    private readonly packets: Packets,
    private readonly names: readonly string[],
    below: (layers: Uint16Array) => number = () => KNOWN,
  ) {
    const ask = (layers: Uint16Array): number => {
      const network = below(layers)
      if (network < KNOWN) return network
      const own = this.standing(layers)
      // The network layer is there; who else is inside it, no conversation knows.
      return own === ABSENT && network > KNOWN ? UNCLEAR : own
    }
    this.stacks = new PerStack(packets.stacks, ask, UNCLEAR)
  }

  /** Looks at a row: ABSENT, UNCLEAR, or KNOWN with everything of it set. */
  look(page: Page, row: number, i: number): number {
    const at = this.stacks.of(page.stack[row]!)
    if (at < KNOWN) return at
    const conversation = page.conversation[row]!
    if (conversation === 0 || (page.ending[row]! & 3) !== 0) return UNCLEAR
    const flags = page.flags[row]!
    const { protocol, place, count } = this.kinds[at - KNOWN]!
    this.protocol = protocol
    if (count === 1 && (flags & RowFlag.More) === 0) {
      this.conversation = conversation - 1
      this.facts = page.facts[row]!
      this.forward = (flags & RowFlag.Forward) !== 0
      return KNOWN
    }
    // Fewer than the stack has: something is quoted.
    const more = flags & RowFlag.More ? this.packets.index.more.get(i) : undefined
    if (more === undefined || more.length + 1 !== count) return UNCLEAR
    const layer = more[place]
    this.conversation = layer?.conversation ?? conversation - 1
    this.facts = layer?.facts ?? page.facts[row]!
    this.forward = layer?.forward ?? (flags & RowFlag.Forward) !== 0
    return KNOWN
  }

  private standing(layers: Uint16Array): number {
    const { registry } = this.packets
    const wanted = this.names.map((name) => registry.protocolIndex(name))
    const found = layers.filter((layer) => wanted.includes(layer))
    if (isCut(layers) || found.length > 1) return UNCLEAR
    if (found.length === 0) return ABSENT
    const tracked = layers.filter((layer) => registry.protocols[layer]?.track != null)
    const own = { protocol: found[0]!, place: tracked.indexOf(found[0]!), count: tracked.length }
    const same = this.kinds.findIndex(
      (k) => k.protocol === own.protocol && k.place === own.place && k.count === own.count,
    )
    if (same >= 0) return KNOWN + same
    return this.kinds.length < MOST_KINDS ? KNOWN + this.kinds.push(own) - 1 : UNCLEAR
  }
}
const MOST_KINDS = 200

class ConversationColumn implements Column {
  private readonly layers: TrackedLayers
  /** By protocol index: a verdict plus one for each conversation and direction, 0 for not asked yet. */
  private readonly verdicts: Uint8Array[] = []

  /** `network`: the network protocol whose only layer must be below. */
  constructor(
    private readonly test: Judged,
    private readonly packets: Packets,
    names: readonly string[],
    private readonly side: Side,
    private readonly valueOf: ValueOf,
    private readonly network: 'ip' | 'ipv6' | '' = '',
  ) {
    const below = network === '' ? undefined : (layers: Uint16Array): number => networkOf(layers, packets, network)
    this.layers = new TrackedLayers(packets, names, below)
  }

  at(page: Page, row: number, i: number): Verdict {
    const { layers } = this
    const at = layers.look(page, row, i)
    if (at < KNOWN) return at === ABSENT ? Verdict.No : Verdict.Maybe
    const { protocol, conversation, forward } = layers
    const slot = conversation * 2 + (forward ? 1 : 0)
    const table = this.verdicts[protocol]
    const known = table !== undefined && slot < table.length ? table[slot]! : 0
    return known !== 0 ? ((known - 1) as Verdict) : this.ask(protocol, conversation, forward, slot)
  }

  fill(page: Page, base: number, word: number, rows: number, yes: Uint32Array, known: Uint32Array): void {
    for (let left = rows; left !== 0; left &= left - 1) {
      const bit = lowest(left)
      const row = word * 32 + bit
      const verdict = this.at(page, row, base + row)
      if (verdict === Verdict.Maybe) continue
      known[word]! |= 1 << bit
      if (verdict === Verdict.Yes) yes[word]! |= 1 << bit
    }
  }

  private ask(protocol: number, id: number, forward: boolean, slot: number): Verdict {
    const { conversations } = this.packets.states[protocol] as { readonly conversations: Conversations }
    const verdict = this.judge(conversations, id, forward)
    let table = this.verdicts[protocol]
    if (table === undefined || slot >= table.length) {
      const wider = new Uint8Array(Math.max(slot + 1, conversations.length * 2, (table?.length ?? 0) * 2))
      if (table !== undefined) wider.set(table)
      table = this.verdicts[protocol] = wider
    }
    table[slot] = verdict + 1
    return verdict
  }

  private judge(c: Conversations, id: number, forward: boolean): Verdict {
    if (c.refused > 0) return Verdict.Maybe
    if (this.network !== '' && c.kindOf(id) !== (this.network === 'ip' ? Address.IPv4 : Address.IPv6))
      return Verdict.Maybe
    const { judge, every } = this.test
    if (judge === null) return Verdict.Yes
    const one = judge(this.valueOf(c, id, (this.side === 'destination') !== forward))
    const both = this.side !== 'both' || one !== every ? one : judge(this.valueOf(c, id, !forward))
    return both ? Verdict.Yes : Verdict.No
  }
}

/** Is there one layer of the network protocol and no other that addresses are in? ABSENT, UNCLEAR, or more than KNOWN. */
function networkOf(layers: Uint16Array, { registry }: Packets, network: 'ip' | 'ipv6'): number {
  if (isCut(layers)) return UNCLEAR
  let own = 0
  let others = 0
  for (const layer of layers) {
    const name = registry.layerNames[layer]!
    if (name === network) own++
    else if (name === 'ip' || name === 'ipv6' || name.startsWith('ipv6.')) others++
  }
  if (own === 0) return ABSENT
  return own === 1 && others === 0 ? KNOWN + 1 : UNCLEAR
}

/** What TCP analysis found out about a packet. */
class FactsColumn implements Column {
  private readonly layers: TrackedLayers

  constructor(
    packets: Packets,
    private readonly mask: number,
  ) {
    this.layers = new TrackedLayers(packets, ['tcp'])
  }

  at(page: Page, row: number, i: number): Verdict {
    const at = this.layers.look(page, row, i)
    if (at < KNOWN) return at === ABSENT ? Verdict.No : Verdict.Maybe
    return this.layers.facts & this.mask ? Verdict.Yes : Verdict.No
  }

  fill(page: Page, base: number, word: number, rows: number, yes: Uint32Array, known: Uint32Array): void {
    for (let left = rows; left !== 0; left &= left - 1) {
      const bit = lowest(left)
      const row = word * 32 + bit
      const verdict = this.at(page, row, base + row)
      if (verdict === Verdict.Maybe) continue
      known[word]! |= 1 << bit
      if (verdict === Verdict.Yes) yes[word]! |= 1 << bit
    }
  }
}

const findings: Readonly<Record<string, number>> = {
  'tcp.analysis': Fact.Analysed,
  'tcp.analysis.flags': Fact.FindingMask,
  'tcp.analysis.retransmission': Finding.Retransmission | Finding.FastRetransmission | Finding.SpuriousRetransmission,
  'tcp.analysis.fast_retransmission': Finding.FastRetransmission,
  'tcp.analysis.spurious_retransmission': Finding.SpuriousRetransmission,
  'tcp.analysis.out_of_order': Finding.OutOfOrder,
  'tcp.analysis.lost_segment': Finding.LostSegment,
  'tcp.analysis.ack_lost_segment': Finding.AckLostSegment,
  'tcp.analysis.window_update': Finding.WindowUpdate,
  'tcp.analysis.window_full': Finding.WindowFull,
  'tcp.analysis.keep_alive': Finding.KeepAlive,
  'tcp.analysis.keep_alive_ack': Finding.KeepAliveAck,
  'tcp.analysis.duplicate_ack': Finding.DuplicateAck,
  'tcp.analysis.duplicate_ack_num': Finding.DuplicateAck,
  'tcp.analysis.duplicate_ack_frame': Finding.DuplicateAck,
  'tcp.analysis.zero_window': Finding.ZeroWindow,
  'tcp.analysis.zero_window_probe': Finding.ZeroWindowProbe,
  'tcp.analysis.zero_window_probe_ack': Finding.ZeroWindowProbeAck,
  'tcp.analysis.reused_ports': Finding.ReusedPorts,
}
