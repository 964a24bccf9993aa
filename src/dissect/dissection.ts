/**
 * A dissection in progress: one packet's bytes and a read position.
 *
 * The same dissector code serves every purpose. A plain `Dissection` only reads: that is the index pass, a million
 * packets at a time. A `Recording` (recording.ts) also writes the fields that somebody wants to its tape: a few for a
 * display filter, all of them for the tree.
 *
 * They are two classes, and not one with a flag, because the optimizer inlines small methods: with a flag, the writing
 * half follows the reading half into every dissector as soon as the first tree was shown, and indexing ends up at half
 * its speed.
 */
import { Outline } from './outline.js'
import { PacketInfo } from './packet-info.js'
import { Signal } from './packet-reader.js'
import type { Preference } from './preference.js'
import { Part, type Protocol, type Table } from './protocol.js'
import type { Registry } from './registry.js'
import { TextBuffer } from './text-buffer.js'
import { noNames, type Resolver } from './value.js'

/** Where an endpoint is that a packet does not name. */
export const NOWHERE = -1

/** Tunnels in tunnels have to end somewhere. */
export const MAX_LAYERS = 48

/** How the walk through the layers ended; the worst of all layers. `Failed` is a bug in a dissector. */
export const Ending = { Complete: 0, Truncated: 1, Malformed: 2, Failed: 3 } as const
export type Ending = (typeof Ending)[keyof typeof Ending]

/** What the endpoint addresses are. */
export const Address = { None: 0, Ether: 1, IPv4: 2, IPv6: 3 } as const
export type Address = (typeof Address)[keyof typeof Address]

/** Whether tracked state is asked, built or recalled while walking. */
export const Memory = { None: 0, Track: 1, Recall: 2 } as const
export type Memory = (typeof Memory)[keyof typeof Memory]

/** When packets were captured, by their numbers counted from 1. */
export interface Clock {
  secondsOf(packet: number): number
  nanosecondsOf(packet: number): number
}
const noClock: Clock = { secondsOf: () => 0, nanosecondsOf: () => 0 }

/** The bytes of packets, by their numbers counted from 1. */
export interface Library {
  /** Captured bytes `start…end` of a packet, null when it has no such bytes. To be read, not written. */
  bytesOf(packet: number, start: number, end: number): Uint8Array | null
}
const noLibrary: Library = { bytesOf: () => null }

/** Takes bytes `start…end` of a packet, counted from its first. */
export type TakePiece = (packet: number, start: number, end: number) => void

/** Bytes that are read beside the frame: made from several packets, decompressed. */
export interface ByteSource {
  readonly name: string
  readonly bytes: Uint8Array
  /** Says of which packets' bytes the range `start…end` consists, in order; null for bytes that no packet holds so. */
  readonly origin: ((start: number, end: number, take: TakePiece) => void) | null
}

/** Most Info columns are shorter. */
const INFO_ROOM = 512

/** Messages of one packet that are dissected; what comes behind them stays as it is. */
const MAX_MESSAGES = 2048

export class Dissection extends Outline {
  /** The bytes that hold the packet as it was captured, and where in them it begins. */
  frameBytes: Uint8Array = this.bytes
  frameStart = 0
  /** Where this layer began. */
  layerStart = 0
  /** Which source `bytes` is: 0 the frame, 1… those of `sources`. */
  source = 0
  readonly sources: ByteSource[] = []

  /** What the capture file says of this packet. */
  readonly packet = new PacketInfo()

  /** The innermost endpoints, as offsets into `addressBytes`: nobody copies an address to compare it. */
  src = 0
  dst = 0
  addressKind: Address = Address.None
  addressBytes: Uint8Array = this.bytes
  srcPort = 0
  dstPort = 0
  /** A number of the layer below that the layers above may want (the IP protocol for its checksum). */
  upperProtocol = 0

  /** When the other packets were captured. */
  clock: Clock = noClock
  /** The bytes of the other packets. */
  library: Library = noLibrary
  /** How many packets the capture has, once all of it was read; 0 before. */
  captureLength = 0

  /** Which conversation this layer is in and which way it runs; set by `track`, given again to `recall`. */
  conversation = 0
  forward = true
  /** The packet before it in that conversation (1-based), 0 for none; set by `track`. */
  previous = 0

  /** Every layer met in order, by the registry's layer numbers. */
  readonly layers = new Uint16Array(MAX_LAYERS * 3)
  layerCount = 0
  ending: Ending = Ending.Complete

  /** Protocols met, without what tables are named as; with what each knew, and where its bytes ended. */
  levels = 0
  readonly levelProtocol = new Uint16Array(MAX_LAYERS)
  readonly levelKnown: (object | null)[] = new Array<object | null>(MAX_LAYERS).fill(null)
  /** Which of the tracked layers it is, -1 for one that is not tracked. */
  private readonly levelTracked = new Int8Array(MAX_LAYERS)
  /** Where each level's bytes ended by what its parents said, and by what it said to the level inside it. */
  protected readonly levelEnd = new Uint32Array(MAX_LAYERS)
  protected readonly levelExit = new Uint32Array(MAX_LAYERS)
  protected readonly levelSource = new Uint8Array(MAX_LAYERS)
  protected readonly levelStart = new Uint32Array(MAX_LAYERS)
  /** The level that writes the Info column, -1 for none. */
  infoLevel = -1
  /** What Info says of the messages before the last one of this packet, and of one that is not all there. */
  infoBefore = ''
  infoAfter = ''
  private readonly line = new TextBuffer(INFO_ROOM)

  /** State by protocol index, and what to do with it. */
  memory: Memory = Memory.None
  states: readonly (object | null)[] = []
  /** Conversation and facts of each tracked layer, in order: written while tracking, read while recalling. */
  trackedCount = 0
  /** How many of them were tracked: what follows is unknown when recalling. */
  trackedStored = 0
  readonly trackedConversation = new Uint32Array(MAX_LAYERS)
  readonly trackedFacts = new Uint32Array(MAX_LAYERS)
  readonly trackedForward = new Uint8Array(MAX_LAYERS)
  readonly trackedPrevious = new Uint32Array(MAX_LAYERS)

  /** What is known of the header that this packet quotes, if `hasQuoted`: written while tracking, read while recalling. */
  readonly quotedLayer = { conversation: 0, facts: 0, forward: true, previous: 0 }
  hasQuoted = false

  /** Turns addresses and ports into names, for captions and for fields that hold names. */
  names: Resolver = noNames

  readonly summaries: readonly object[]
  /** Summaries of the layers inside a quoted packet, so that they leave those of the packet around it alone. */
  private readonly quotedSummaries: readonly object[]

  /** Where the frame's captured bytes end. */
  protected captureEnd = 0
  /** How many layers there are to walk through: more when nobody said. */
  protected layerLimit = Number.POSITIVE_INFINITY
  private follow = 0
  private evenEmpty = false
  private parts = false
  /** Headers dissected inside others, counted against chains without end; the one at work. */
  private inserted = 0
  private inner: Protocol | null = null
  protected depth = 0
  /** This layer's own node on the tape. */
  protected selfNode = -1

  constructor(readonly registry: Registry) {
    super()
    this.summaries = registry.protocols.map((p) => p?.summary() ?? {})
    this.quotedSummaries = registry.protocols.map((p) => p?.summary() ?? {})
  }

  // ---- handing over ------------------------------------------------------------------

  /** Names this layer twice in the stack, where tshark has a protocol hand over to itself. */
  repeatLayer(): void {
    this.pushLayer(this.levelProtocol[this.levels - 1]!)
  }

  /**
   * Hands the rest to whoever is registered for `key`, else to `data`. The engine follows after return. `named` says
   * whether the table becomes a layer of its own, if it is one.
   */
  next(t: Table, key: number, named = true): void {
    const as = this.registry.tableLayer[t.index]!
    if (as !== 0 && named) this.pushLayer(as)
    this.follow = this.registry.routes[t.index]![key] || this.registry.data
  }
  /** The same, but whom `key` names begins even if no byte is left for it, and then finds itself cut short. */
  nextEvenEmpty(t: Table, key: number, named = true): void {
    this.next(t, key, named)
    this.evenEmpty = this.follow !== this.registry.data
  }
  /** Is there somebody for `key`? */
  knows(t: Table, key: number): boolean {
    return this.registry.lookup(t, key) !== 0
  }
  /** Hands the rest to one protocol. */
  nextProtocol(p: Protocol): void {
    this.follow = this.registry.protocolIndex(p.id)
  }
  /** The lower port first: it is the likelier to be the service. */
  nextByPort(t: Table, a: number, b: number): void {
    const to = this.registry.routes[t.index]!
    this.follow = (a < b ? to[a]! || to[b]! : to[b]! || to[a]!) || this.registry.data
  }
  /** Whom the ports name, the lower one first: its index, 0 for nobody. */
  byPort(t: Table, a: number, b: number): number {
    const to = this.registry.routes[t.index]!
    return a < b ? to[a]! || to[b]! : to[b]! || to[a]!
  }
  /** Hands the rest to the protocol with this index, 0 for data; `behind` is a protocol that is named before it, 0 for none. */
  nextIndex(index: number, behind = 0): void {
    if (behind !== 0) this.pushLayer(this.registry.nameOnly[behind]!)
    this.follow = index || this.registry.data
  }
  /** What follows is several messages: `part` of this layer is going to say where each lies. */
  inParts(): void {
    this.parts = true
  }
  /** The rest is nobody's: shown as data. */
  nextData(): void {
    this.follow = this.registry.data
  }

  /** What `track` has said about this layer; for its `follow`. */
  get facts(): number {
    return this.trackedCount > 0 ? this.trackedFacts[this.trackedCount - 1]! : 0
  }

  /** What the session says of a preference; booleans as 0 and 1. */
  prefers(p: Preference): number {
    return this.registry.preferences[p.index]!
  }

  /**
   * The endpoints of this layer, which the Source and Destination columns show: where their addresses begin in `bytes`,
   * `NOWHERE` for one that this layer does not name. Those of a quoted packet hold inside it only.
   */
  endpoints(kind: Address, src: number, dst: number): void {
    this.addressKind = kind
    this.addressBytes = this.bytes
    this.src = src
    this.dst = dst
  }

  /** Dissects the rest of this layer, as `key` of `t` says, inside the open subtree: a packet that this one quotes. */
  quote(t: Table, key: number): void {
    const follow = this.follow
    const end = this.end
    const reported = this.reported
    const layerStart = this.layerStart
    const selfNode = this.selfNode
    const quoted = this.quoted
    const upper = this.upperProtocol
    const srcPort = this.srcPort
    const dstPort = this.dstPort
    const { addressKind, addressBytes, src, dst } = this
    this.quoted = true
    this.next(t, key)
    this.walk(this.follow)
    this.quoted = quoted
    this.follow = follow
    this.upperProtocol = upper
    this.srcPort = srcPort
    this.dstPort = dstPort
    this.addressKind = addressKind
    this.addressBytes = addressBytes
    this.src = src
    this.dst = dst
    this.end = end
    this.reported = reported
    this.layerStart = layerStart
    this.selfNode = selfNode
    this.pos = end
  }

  /**
   * Dissects a header that belongs to this one (IPv6 extension headers) inside the open subtree, and returns its
   * summary. By name it is a layer like any other; what it says of the next layer is for this one to repeat. `known` is
   * what it needs to know of this layer.
   */
  within<S extends object, K extends object>(p: Protocol<S, object, K>, known: K): S {
    if (++this.inserted > MAX_LAYERS) this.malformed()
    const id = this.registry.protocolIndex(p.id)
    const layerStart = this.layerStart
    const selfNode = this.selfNode
    this.pushLayer(id)
    this.layerStart = this.pos
    this.inner = p
    const opened = this.open(p.self)
    this.selfNode = opened
    const s = (this.quoted ? this.quotedSummaries : this.summaries)[id] as S
    p.dissect(this, s, known)
    this.close(opened)
    this.inner = null
    this.layerStart = layerStart
    this.selfNode = selfNode
    return s
  }

  /** Goes on in bytes that are not the frame's (reassembled, decompressed), to the end of this layer's chain. */
  into(name: string, bytes: Uint8Array, origin: ByteSource['origin'] = null): void {
    const level = this.levels - 1
    if (level >= 0 && this.levelSource[level] === this.source) this.levelExit[level] = this.reported
    this.sources.push({ name, bytes, origin })
    this.source = this.sources.length
    this.bytes = bytes
    this.pos = 0
    this.end = this.reported = bytes.length
  }
  /** Goes on at `start…end` of source number `source`. */
  range(source: number, start: number, end: number): void {
    this.source = source
    this.bytes = source === 0 ? this.frameBytes : this.sources[source - 1]!.bytes
    this.pos = start
    this.end = source === 0 ? Math.min(end, this.captureEnd) : end
    this.reported = end
  }

  /** Captured bytes `start…end` of a packet, this one or an earlier one; null when it has no such bytes. */
  fetch(packet: number, start: number, end: number): Uint8Array | null {
    if (packet !== this.packet.number) return this.library.bytesOf(packet, start, end)
    const from = this.frameStart
    return start <= end && from + end <= this.captureEnd ? this.frameBytes.subarray(from + start, from + end) : null
  }
  /** Says of which packets' bytes `start…end` of the current source consists. False when no packet holds them so. */
  origin(start: number, end: number, take: TakePiece): boolean {
    if (this.source === 0) {
      take(this.packet.number, start - this.frameStart, end - this.frameStart)
      return true
    }
    const { origin } = this.sources[this.source - 1]!
    if (origin === null) return false
    origin(start, end, take)
    return true
  }

  // ---- the engine --------------------------------------------------------------------

  /**
   * Walks through the layers of one packet. `bytes[start…end)` were captured, of `original` bytes on the wire; `first`
   * is the index of the protocol to begin with. Never throws, whatever the bytes.
   */
  run(bytes: Uint8Array, start: number, end: number, original: number, first: number): void {
    this.bytes = this.frameBytes = bytes
    this.pos = this.frameStart = start
    this.end = this.captureEnd = end
    this.reported = start + original
    this.source = 0
    if (this.sources.length > 0) this.sources.length = 0
    this.layerCount = 0
    this.levels = 0
    this.inserted = 0
    this.inner = null
    this.infoLevel = -1
    this.infoBefore = this.infoAfter = ''
    this.ending = Ending.Complete
    this.worst = 0
    this.quoted = false
    this.addressKind = Address.None
    this.addressBytes = bytes
    this.srcPort = this.dstPort = 0
    this.trackedCount = 0
    if (this.memory !== Memory.Recall) this.hasQuoted = false
    this.depth = 0
    this.reset()
    this.ahead(first)
    this.walk(first)
  }

  /** Id of the innermost layer that speaks for the packet, e.g. `dns`. */
  get innermost(): string {
    const n = this.infoLevel >= 0 ? this.infoLevel : this.levels - 1
    return n < 0 ? '' : this.registry.protocols[this.levelProtocol[n]!]!.id
  }

  /** The Protocol column, right after `run`. */
  protocolText(): string {
    const n = this.infoLevel
    if (n < 0) return this.levels > 0 ? this.registry.protocols[this.levelProtocol[this.levels - 1]!]!.short : ''
    const id = this.levelProtocol[n]!
    const p = this.registry.protocols[id]!
    const text = typeof p.column === 'string' ? p.column : p.column(this.summaries[id]!, this)
    return this.ending === Ending.Complete ? this.wrapped(text) : text
  }

  /** The Protocol column with those around the layer that writes it that want to be seen. */
  private wrapped(text: string): string {
    let out = text
    for (let n = this.infoLevel - 1; n >= 0; n--) {
      const p = this.registry.protocols[this.levelProtocol[n]!]!
      if (p.wraps) out = `${p.short} <${out}>`
    }
    return out
  }

  /** The Info column, right after `run`. */
  infoText(): string {
    this.line.clear()
    this.writeInfo(this.line)
    return this.line.toString()
  }

  /** Writes the Info column into `line`, right after `run`. */
  writeInfo(line: TextBuffer): void {
    const speaker = this.infoLevel
    let known: object | null = null
    for (let n = 0; n <= speaker; n++) {
      const id = this.levelProtocol[n]!
      const p = this.registry.protocols[id]!
      if (p.lead === null && n < speaker) continue
      known = this.knownOf(p, n)
      const lead = p.lead === null ? '' : p.lead(this.summaries[id]!, this, known)
      if (lead !== '') line.text(lead)
    }
    if (this.infoBefore !== '') line.text(this.infoBefore)
    if (speaker >= 0) this.writeLayerInfo(line, speaker, known)
    if (this.infoAfter !== '') line.text(this.infoAfter)
    if (this.ending === Ending.Complete) return
    line.text(this.ending === Ending.Truncated ? '[Packet size limited during capture]' : '[Malformed Packet]')
  }

  private layerInfo(): string {
    const n = this.infoLevel
    if (n < 0) return ''
    this.line.clear()
    this.writeLayerInfo(this.line, n, this.knownOf(this.registry.protocols[this.levelProtocol[n]!]!, n))
    return this.line.toString()
  }

  private writeLayerInfo(line: TextBuffer, level: number, known: object | null): void {
    const id = this.levelProtocol[level]!
    const rest = this.registry.protocols[id]!.info!(this.summaries[id]!, this, known, line)
    if (rest !== '') line.text(rest)
  }

  /** What tracking found out about a layer, in this pass or in an earlier one. */
  private knownOf(p: Protocol, level: number): object | null {
    return this.levelKnown[level] ?? this.knownNow(p, level)
  }

  /** What tracking has just found out about a layer, for a dissection that tracks. */
  private knownNow(p: Protocol, level: number): object | null {
    const n = this.levelTracked[level]!
    if (n < 0 || p.recall === null || this.memory !== Memory.Track) return null
    this.conversation = this.trackedConversation[n]!
    this.forward = this.trackedForward[n] === 1
    this.previous = this.trackedPrevious[n]!
    const state = this.states[this.levelProtocol[level]!]
    return state ? p.recall(state, this.conversation, this.trackedFacts[n]!, this) : null
  }

  private walk(first: number): void {
    const from = this.levels
    const depth = this.depth
    let id = first
    let p: Protocol | null = null
    try {
      while (id !== 0 && this.levels < MAX_LAYERS) {
        p = this.registry.protocols[id]!
        const level = this.levels++
        this.pushLayer(id)
        this.levelProtocol[level] = id
        this.levelEnd[level] = this.reported
        this.levelExit[level] = this.reported
        this.levelSource[level] = this.source
        this.levelStart[level] = this.pos
        if (p.info !== null && !this.quoted) this.infoLevel = level
        this.layerStart = this.pos
        this.follow = 0
        this.evenEmpty = false
        this.parts = false
        this.selfNode = this.open(p.self)
        const s = (this.quoted ? this.quotedSummaries : this.summaries)[id]!
        const state = p.state !== null && this.memory !== Memory.None && !this.quoted ? this.states[id]! : null
        const tracked = state !== null && p.track !== null
        const known =
          tracked && this.memory === Memory.Recall
            ? this.recall(p, state)
            : this.quoted && p.trackQuoted !== null
              ? this.recallQuoted(p, id)
              : null
        this.levelKnown[level] = known
        this.levelTracked[level] = -1
        p.dissect(this, s, known)
        const enough = this.isEnough(id)
        if (tracked && this.memory === Memory.Track && !enough) this.remember(p, state, s, level)
        else if (this.quoted && p.trackQuoted !== null) this.rememberQuoted(p, id, s)
        if (this.levelSource[level] === this.source) this.levelExit[level] = this.reported
        if (p.follow !== null && !enough) p.follow(this, s, state)
        this.closeLayer(this.selfNode, level)
        if (enough || this.layerCount >= this.layerLimit) id = 0
        else if (this.parts) {
          this.runParts(p, s, state!)
          id = 0
        } else id = this.pos < this.reported || this.evenEmpty ? this.follow : 0
      }
    } catch (e) {
      const how = endingBy(e)
      this.ended(how)
      this.levelExit[this.levels - 1] = this.reported
      if (p !== null && p.trackCut !== null) this.rememberCut(p, id)
      this.gaveUp(how, this.inner ?? p, depth, e)
      this.inner = null
    }
    this.depth = depth
    this.trailers(from)
  }

  /** Walks through the messages that `part` of a layer sets up, each beside the layer's own line. */
  private runParts(p: Protocol, s: object, state: object): void {
    const base = this.levels
    const infoLevel = this.infoLevel
    for (let n = 0; n < MAX_MESSAGES; n++) {
      const { bytes, source } = this
      this.parts = false
      const what = p.part!(this, s, state)
      if (what === Part.None) return
      if (n > 0) this.keepInfo(what, base, bytes, source)
      this.levels = base
      this.infoLevel = infoLevel
      const at = this.layerCount
      const limit = this.layerLimit
      if (what === Part.Again) this.layerLimit = limit + 1
      this.walk(this.follow)
      this.layerLimit = limit
      if (what === Part.Again && this.layerCount > at) {
        this.layers.copyWithin(at, at + 1, this.layerCount)
        this.layerCount--
      }
    }
  }

  /** Keeps what Info says of a message whose layers are about to be overwritten by those of the next. */
  private keepInfo(next: Part, level: number, bytes: Uint8Array, source: number): void {
    if (this.levels <= level || (next === Part.Again && !this.registry.protocols[this.levelProtocol[level]!]!.every))
      return
    const now = this.bytes
    const sourceNow = this.source
    this.bytes = bytes
    this.source = source
    this.infoBefore += this.layerInfo()
    this.bytes = now
    this.source = sourceNow
  }

  private ended(how: Ending): void {
    if (how > this.ending) this.ending = how
    if (how !== Ending.Complete) this.worst = Math.max(this.worst, how === Ending.Truncated ? 2 : 4)
  }

  private remember(p: Protocol, state: object, s: object, level: number): void {
    const n = this.trackedCount
    if (n === MAX_LAYERS) return
    this.trackedCount = n + 1
    this.trackedFacts[n] = p.track!(state, s, this)
    this.trackedConversation[n] = this.conversation
    this.trackedForward[n] = this.forward ? 1 : 0
    this.trackedPrevious[n] = this.previous
    this.levelTracked[level] = n
  }

  /** Tracks a layer that ended too early, if it was read far enough. */
  private rememberCut(p: Protocol, id: number): void {
    const level = this.levels - 1
    const state = this.states[id]
    if (this.memory !== Memory.Track || !state || this.levelTracked[level]! >= 0) return
    const s = (this.quoted ? this.quotedSummaries : this.summaries)[id]!
    if (!p.trackCut!(s)) return
    if (this.quoted) this.rememberQuoted(p, id, s)
    else this.remember(p, state, s, level)
  }

  /** Tracks the first header that is quoted. */
  private rememberQuoted(p: Protocol, id: number, s: object): void {
    const state = this.states[id]
    if (this.memory !== Memory.Track || this.hasQuoted || !state || p.trackQuoted === null) return
    const layer = this.quotedLayer
    const facts = p.trackQuoted(state, s, this)
    if (facts === null) return
    layer.facts = facts
    layer.conversation = this.conversation
    layer.forward = this.forward
    layer.previous = this.previous
    this.hasQuoted = true
  }

  private recallQuoted(p: Protocol, id: number): object | null {
    const state = this.states[id]
    if (this.memory !== Memory.Recall || !this.hasQuoted || !state || p.recall === null) return null
    const layer = this.quotedLayer
    this.hasQuoted = false
    this.conversation = layer.conversation
    this.forward = layer.forward
    this.previous = layer.previous
    return p.recall(state, layer.conversation, layer.facts, this)
  }

  private recall(p: Protocol, state: object): object | null {
    const n = this.trackedCount
    if (n >= this.trackedStored) return null
    this.trackedCount = n + 1
    this.conversation = this.trackedConversation[n]!
    this.forward = this.trackedForward[n] === 1
    this.previous = this.trackedPrevious[n]!
    return p.recall === null ? null : p.recall(state, this.conversation, this.trackedFacts[n]!, this)
  }

  private pushLayer(index: number): void {
    if (this.layerCount < this.layers.length) this.layers[this.layerCount++] = index
  }

  // ---- what a recording adds ---------------------------------------------------------

  /** The next packet to `run` has these layers, as the index pass saw them; `stack` is their number, 0 for unknown. */
  expect(_layers: Uint16Array, _stack: number): void {}

  /** Is nothing wanted of what tracking finds out about this layer, nor of what it carries? */
  protected isEnough(_protocol: number): boolean {
    return false
  }
  protected reset(): void {}
  protected ahead(_first: number): void {}
  protected closeLayer(_opened: number, _level: number): void {}
  /** The walk that began at tree depth `depth` ended inside protocol `p`. */
  protected gaveUp(_how: Ending, _p: Protocol | null, _depth: number, _error: unknown): void {}
  /** Lets the layers from level `from` on describe what nobody inside claimed. */
  protected trailers(_from: number): void {}
}

/** How the walk ends when this was thrown. */
function endingBy(thrown: unknown): Ending {
  if (thrown === Signal.Truncated) return Ending.Truncated
  if (thrown === Signal.Malformed) return Ending.Malformed
  return thrown === Signal.Stopped ? Ending.Complete : Ending.Failed
}
