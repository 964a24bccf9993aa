/** A dissection that writes down what it reads, layer by layer: the tree of a packet, or what of it is wanted. */
import { Ending, Memory } from './dissection.js'
import { malformedFields as x } from './engine-fields.js'
import { NodeWriter } from './node-writer.js'
import type { Protocol, Table } from './protocol.js'
import type { Registry } from './registry.js'
import { MAX_NODES, NodeFlag } from './tape.js'
import { WantedLayers } from './wanted-layers.js'

export class Recording extends NodeWriter {
  /** Where the line of the layer ends below which the next one stands, -1 for none. */
  private nestEnd = -1
  /** How long the tape was when each level was done. */
  private readonly levelTape = new Uint32Array(64)
  private readonly wanted: WantedLayers

  /** `want` says which fields are recorded; `showing` whether lines are going to be read, so that captions are made. */
  constructor(registry: Registry, want: Uint8Array, showing: boolean) {
    super(registry, want, showing)
    this.wanted = new WantedLayers(registry, showing)
    this.wanted.set(want)
  }
  wantOnly(mask: Uint8Array): void {
    this.want = mask
    this.wanted.set(mask)
  }

  /** While packets are tracked; later their layers are known before. */
  protected override isEnough(protocol: number): boolean {
    return this.memory === Memory.Track && this.wanted.isEnough(protocol)
  }

  /** Layers behind the last one that can write something wanted need not be walked through. */
  override expect(layers: Uint16Array, stack: number): void {
    this.layerLimit = this.wanted.limitOf(layers, stack)
  }
  override wantsInside(t: Table): boolean {
    return this.layerCount < this.layerLimit && this.wanted.mayFollow(t)
  }

  override nest(end: number): void {
    this.depth++
    this.nestEnd = end
  }

  // ---- the engine --------------------------------------------------------------------

  protected override reset(): void {
    this.tape.length = 0
    this.last = -1
  }

  /** A layer's own node keeps, as its value, where the layer ends: filters search all of it. */
  protected override closeLayer(opened: number, level: number): void {
    this.close(opened)
    if (opened >= 0 && this.tape.source[opened] === this.source) this.tape.value[opened] = this.end
    if (opened >= 0 && this.nestEnd >= 0) this.tape.end[opened] = this.nestEnd
    this.nestEnd = -1
    this.levelTape[level] = this.tape.length
  }

  /**
   * Whatever was open when the packet was given up ends where reading ended, or behind what was written below it; a node
   * says why it ended.
   */
  protected override gaveUp(how: Ending, p: Protocol | null, depth: number, cause: unknown): void {
    const t = this.tape
    let reach = this.pos
    for (let i = t.length - 1, d = this.depth - 1; i >= 0 && d >= depth; i--) {
      const here = t.source[i] === this.source && !(t.flags[i]! & NodeFlag.Generated)
      const open = t.depth[i] === d
      const kind = t.fieldAt(i).kind
      if (open && here && t.end[i]! < reach && (kind === 'none' || kind === 'protocol')) t.end[i] = reach
      if (here && t.end[i]! > reach) reach = t.end[i]!
      if (open) d--
    }
    this.depth = depth
    this.dropEmptyLayer()
    this.levelTape[this.levels - 1] = t.length
    if (how === Ending.Complete || p === null) return
    const what = how === Ending.Truncated ? x.short : how === Ending.Malformed ? x.malformed : x.bug
    if (this.want[what.self.id] === 0 || t.length >= MAX_NODES) return
    const i = this.open(what.self)
    if (how === Ending.Truncated) this.caption(`Packet size limited during capture: ${p.short} truncated`, i)
    else {
      const title = how === Ending.Malformed ? `Malformed Packet: ${p.short}` : `Dissector bug, protocol ${p.short}`
      this.caption(title, i)
      if (how === Ending.Malformed) this.note(x.malformed.expert)
      else this.note(x.bug.expert, `${x.bug.expert.label}: ${cause instanceof Error ? cause.message : String(cause)}`)
    }
    if (i >= 0) this.tape.flags[i]! |= NodeFlag.Generated
    this.close(i)
  }

  /** A layer of which nothing could be read gets no line, unless its dissector has said something there. */
  private dropEmptyLayer(): void {
    const t = this.tape
    const i = this.selfNode
    if (i < 0 || i !== t.length - 1 || t.start[i] !== this.pos) return
    if ((t.flags[i]! & (NodeFlag.Caption | NodeFlag.Suffix)) === 0) t.length = i
  }

  protected override ahead(first: number): void {
    const p = this.registry.protocols[first]
    if (p?.ahead) this.attempt(() => p.ahead!(this))
  }

  /** From the inside out: what a layer adds at the end of its subtree moves only nodes that are done with. */
  protected override trailers(from: number): void {
    // Fields that are recorded while packets are tracked are plain ones: they do not come late.
    if (this.memory === Memory.Track) return
    const { pos, end, reported, source, bytes, layerStart } = this
    for (let level = this.levels - 1; level >= from; level--) {
      const p = this.registry.protocols[this.levelProtocol[level]!]!
      if (p.trailer !== null || p.finish !== null) this.complete(p, level)
    }
    this.pos = pos
    this.end = end
    this.reported = reported
    this.source = source
    this.bytes = bytes
    this.layerStart = layerStart
  }

  private complete(p: Protocol, level: number): void {
    const before = this.tape.length
    const summary = this.summaries[this.levelProtocol[level]!]!
    this.source = this.levelSource[level]!
    this.bytes = this.source === 0 ? this.frameBytes : this.sources[this.source - 1]!.bytes
    this.layerStart = this.levelStart[level]!
    this.reported = this.levelEnd[level]!
    this.end = this.source === 0 ? Math.min(this.reported, this.captureEnd) : this.reported
    this.pos = Math.min(this.claimed(level), this.end)
    this.depth++
    if (p.trailer !== null && this.pos < this.end) this.attempt(() => p.trailer!(this, summary))
    if (p.finish !== null) this.attempt(() => p.finish!(this, summary))
    this.depth--
    this.tape.moveTail(this.levelTape[level]!, before)
  }

  /** Where the bytes begin that nobody inside this level took. A level with a trailer of its own takes all it was given. */
  private claimed(level: number): number {
    if (level + 1 >= this.levels || this.levelSource[level + 1] !== this.levelSource[level])
      return this.levelExit[level]!
    const inner = this.registry.protocols[this.levelProtocol[level + 1]!]!
    return inner.trailer !== null ? this.levelEnd[level + 1]! : this.levelExit[level + 1]!
  }

  /** Writes nodes; if that fails, none of them stay. */
  private attempt(write: () => void): void {
    const before = this.tape.length
    const depth = this.depth
    try {
      write()
    } catch {
      this.tape.length = before
    }
    this.depth = depth
  }
}
