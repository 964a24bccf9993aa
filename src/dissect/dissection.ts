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
import { Address, MAX_LAYERS } from './handover.js'
import { Signal } from './packet-reader.js'
import { Part, type Protocol, type Table } from './protocol.js'
import { TextBuffer } from './text-buffer.js'
import { Memory, TrackedLayers } from './tracked-layers.js'

export { Address, type ByteSource, type Clock, type Library, MAX_LAYERS, NOWHERE, type TakePiece } from './handover.js'
export { Memory } from './tracked-layers.js'

/** How the walk through the layers ended; the worst of all layers. `Failed` is a bug in a dissector. */
export const Ending = { Complete: 0, Truncated: 1, Malformed: 2, Failed: 3 } as const
export type Ending = (typeof Ending)[keyof typeof Ending]

/** Most Info columns are shorter. */
const INFO_ROOM = 512

/** Messages of one packet that are dissected; what comes behind them stays as it is. */
const MAX_MESSAGES = 2048

export class Dissection extends TrackedLayers {
  ending: Ending = Ending.Complete

  /** The level that writes the Info column, -1 for none. */
  infoLevel = -1
  /** The one that would write it, were that one not there. */
  private infoBelow = -1
  /** What Info says of the messages before the last one of this packet, and of one that is not all there. */
  infoBefore = ''
  infoAfter = ''
  /** Where the Info column begins in the line that it is written into. */
  infoStart = 0
  private readonly line = new TextBuffer(INFO_ROOM)

  /** How many layers there are to walk through: more when nobody said. */
  protected layerLimit = Number.POSITIVE_INFINITY
  /** Headers dissected inside others, counted against chains without end; the one at work. */
  private inserted = 0
  private inner: Protocol | null = null
  protected depth = 0
  /** This layer's own node on the tape. */
  protected selfNode = -1

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

  /** Leaves the columns to the layer below: nothing is there that this one could speak of. */
  leaveColumns(): void {
    if (!this.quoted) this.infoLevel = this.infoBelow
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
    this.infoStart = line.written
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
    if (this.infoBefore !== '') {
      if (line.written > this.infoStart) line.text(this.registry.protocols[this.levelProtocol[speaker]!]!.separator)
      line.text(this.infoBefore)
    }
    if (speaker >= 0) this.writeLayerInfo(line, speaker, known)
    if (this.infoAfter !== '') line.text(this.infoAfter)
    if (this.ending === Ending.Complete) return
    line.text(this.ending === Ending.Truncated ? '[Packet size limited during capture]' : '[Malformed Packet]')
  }

  private layerInfo(): string {
    const n = this.infoLevel
    if (n < 0) return ''
    this.line.clear()
    this.infoStart = 0
    this.writeLayerInfo(this.line, n, this.knownOf(this.registry.protocols[this.levelProtocol[n]!]!, n))
    return this.line.toString()
  }

  private writeLayerInfo(line: TextBuffer, level: number, known: object | null): void {
    const id = this.levelProtocol[level]!
    const rest = this.registry.protocols[id]!.info!(this.summaries[id]!, this, known, line)
    if (rest !== '') line.text(rest)
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
        if (p.info !== null && !this.quoted) {
          this.infoBelow = this.infoLevel
          this.infoLevel = level
        }
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
        } else if (this.follow === this.registry.data) id = this.dataAhead()
        else id = this.pos < this.reported || this.evenEmpty ? this.follow : 0
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

  /** Data of which no byte was captured is no layer, and neither is the table that was asked whose it is. */
  private dataAhead(): number {
    if (this.pos < this.end) return this.follow
    const last = this.layerCount - 1
    if (last >= 0 && this.layers[last]! >= this.registry.protocols.length) this.layerCount = last
    return 0
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
