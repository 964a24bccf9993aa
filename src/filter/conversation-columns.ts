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
import { type Column, isCut, type Packets, PerStack, Verdict } from './column.js'
import type { Judged } from './judge.js'
import type { Value } from './values.js'

/** The column for a test of such a field, null for other fields. */
export function conversationColumn(test: Judged, packets: Packets): Column | null {
  const { name } = test.field
  const dot = name.indexOf('.')
  const family = name.slice(0, dot)
  const rest = name.slice(dot + 1)
  if ((family === 'tcp' || family === 'udp') && portSides[rest] !== undefined) {
    return new ConversationColumn(test, packets, [family], portsOf(portSides[rest]))
  }
  if ((family === 'tcp' || family === 'udp') && rest === 'stream') {
    return new ConversationColumn(test, packets, [family], (_c, id) => [id])
  }
  if ((family === 'ip' || family === 'ipv6') && addressSides[rest] !== undefined) {
    return new ConversationColumn(test, packets, ['tcp', 'udp'], addressesOf(family, addressSides[rest]), family)
  }
  if (family !== 'tcp') return null
  const findings = findingsOf(name)
  if (findings !== 0 && test.judge === null) return new FactsColumn(packets, (facts) => (facts & findings) !== 0)
  return null
}

/** Both ends, the one that sent the packet, the one that gets it. */
type Side = 'both' | 'source' | 'destination'
const portSides: Readonly<Record<string, Side>> = { port: 'both', srcport: 'source', dstport: 'destination' }
const addressSides: Readonly<Record<string, Side>> = { addr: 'both', src: 'source', dst: 'destination' }

/** The field's values in conversation `id` when a packet runs from its first sender (`forward`) or back. */
type ValuesOf = (c: Conversations, id: number, forward: boolean) => readonly Value[]

const portsOf =
  (side: Side): ValuesOf =>
  (c, id, forward) => {
    const source = forward ? c.portA[id]! : c.portB[id]!
    const destination = forward ? c.portB[id]! : c.portA[id]!
    return side === 'both' ? [source, destination] : [side === 'source' ? source : destination]
  }

const addressesOf =
  (family: 'ip' | 'ipv6', side: Side): ValuesOf =>
  (c, id, forward) => {
    const size = family === 'ip' ? 4 : 16
    const end = (which: boolean): Uint8Array => {
      const at = id * 32 + (which ? 0 : 16)
      return c.addresses.subarray(at, at + size)
    }
    return side === 'both' ? [end(forward), end(!forward)] : [end(side === 'source' ? forward : !forward)]
  }

/** Where a stack keeps its one layer of some protocol: which of its tracked layers it is, of how many. */
interface Tracked {
  readonly protocol: number
  readonly place: number
  readonly count: number
}
/** No such layer; or a stack of which rows do not say enough. */
type Standing = Tracked | 'absent' | 'unclear'

/** How the one layer among `names` stands in a stack. */
function standing(layers: Uint16Array, { registry }: Packets, names: readonly string[]): Standing {
  const wanted = names.map((name) => registry.protocolIndex(name))
  const found = layers.filter((layer) => wanted.includes(layer))
  if (isCut(layers) || found.length > 1) return 'unclear'
  if (found.length === 0) return 'absent'
  const tracked = layers.filter((layer) => registry.protocols[layer]?.track != null)
  return { protocol: found[0]!, place: tracked.indexOf(found[0]!), count: tracked.length }
}

/** What is kept of one tracked layer of a row: found by `find`, valid until it is called again. */
class TrackedLayer {
  conversation = 0
  facts = 0
  forward = false

  constructor(private readonly packets: Packets) {}

  /** False when the row does not have as many tracked layers as its stack: something is quoted. */
  find(page: Page, row: number, i: number, { place, count }: Tracked): boolean {
    if (page.conversation[row] === 0 || (page.ending[row]! & 3) !== 0) return false
    const flags = page.flags[row]!
    const more = flags & RowFlag.More ? this.packets.index.more.get(i) : undefined
    if (1 + (more?.length ?? 0) !== count) return false
    if (place === count - 1) {
      this.conversation = page.conversation[row]! - 1
      this.facts = page.facts[row]!
      this.forward = (flags & RowFlag.Forward) !== 0
    } else {
      const layer = more![place]!
      this.conversation = layer.conversation
      this.facts = layer.facts
      this.forward = layer.forward
    }
    return true
  }
}

class ConversationColumn implements Column {
  private readonly standings: PerStack<Standing>
  private readonly layer: TrackedLayer
  /** By protocol index: a verdict plus one for each conversation and direction, 0 for not asked yet. */
  private readonly verdicts: Uint8Array[] = []

  /** `network`: the network protocol whose only layer must be below. */
  constructor(
    private readonly test: Judged,
    private readonly packets: Packets,
    names: readonly string[],
    private readonly valuesOf: ValuesOf,
    private readonly network: 'ip' | 'ipv6' | '' = '',
  ) {
    this.layer = new TrackedLayer(packets)
    const ask = (layers: Uint16Array): Standing => {
      const at = standing(layers, packets, names)
      if (network === '') return at
      const below = networkOf(layers, packets, network)
      return below === 'plain' ? (at === 'absent' ? 'unclear' : at) : below
    }
    this.standings = new PerStack<Standing>(packets.stacks, ask, 'unclear')
  }

  at(page: Page, row: number, i: number): Verdict {
    const at = this.standings.of(page.stack[row]!)
    if (at === 'absent') return Verdict.No
    if (at === 'unclear' || !this.layer.find(page, row, i, at)) return Verdict.Maybe
    const { conversation, forward } = this.layer
    const slot = conversation * 2 + (forward ? 1 : 0)
    const known = this.verdicts[at.protocol]?.[slot] ?? 0
    return known !== 0 ? ((known - 1) as Verdict) : this.ask(at.protocol, conversation, forward, slot)
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
    if (this.network !== '' && c.kind[id] !== (this.network === 'ip' ? Address.IPv4 : Address.IPv6)) return Verdict.Maybe
    const { judge, every } = this.test
    if (judge === null) return Verdict.Yes
    const values = this.valuesOf(c, id, forward)
    return (every ? values.every(judge) : values.some(judge)) ? Verdict.Yes : Verdict.No
  }
}

/** Is there one layer of the network protocol and no other that addresses are in? */
function networkOf(layers: Uint16Array, { registry }: Packets, network: 'ip' | 'ipv6'): 'plain' | 'absent' | 'unclear' {
  const names = [...layers].map((layer) => registry.layerNames[layer]!)
  const own = names.filter((name) => name === network).length
  if (isCut(layers)) return 'unclear'
  if (own === 0) return 'absent'
  const plain = own === 1 && !names.some((name) => name.startsWith('ipv6.') || (network === 'ip' ? name === 'ipv6' : name === 'ip'))
  return plain ? 'plain' : 'unclear'
}

/** What TCP analysis found out about a packet. */
class FactsColumn implements Column {
  private readonly standings: PerStack<Standing>
  private readonly layer: TrackedLayer

  constructor(
    packets: Packets,
    private readonly holds: (facts: number) => boolean,
  ) {
    this.layer = new TrackedLayer(packets)
    this.standings = new PerStack<Standing>(packets.stacks, (layers) => standing(layers, packets, ['tcp']), 'unclear')
  }

  at(page: Page, row: number, i: number): Verdict {
    const at = this.standings.of(page.stack[row]!)
    if (at === 'absent') return Verdict.No
    if (at === 'unclear' || !this.layer.find(page, row, i, at)) return Verdict.Maybe
    return this.holds(this.layer.facts) ? Verdict.Yes : Verdict.No
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
const findingsOf = (name: string): number => findings[name] ?? 0
