/** A dissection that writes down what it reads. */
import { type ByteSource, Dissection, Ending, Memory } from './dissection.js'
import { groupNumber, malformedFields as x, severityNumbers } from './engine-fields.js'
import { type Field, type Group, type Note, type Num, type Span, severityNames } from './field.js'
import type { ByteField } from './outline.js'
import type { Protocol, Table } from './protocol.js'
import type { Registry } from './registry.js'
import { MAX_NODES, NodeFlag, Tape } from './tape.js'
import { Want } from './want-mask.js'
import { WantedLayers } from './wanted-layers.js'

const ALIAS = NodeFlag.Hidden | NodeFlag.Alias

export class Recording extends Dissection {
  readonly tape = new Tape()
  override readonly recording = true
  override readonly showing: boolean
  /** Index of the node written last by a read, which `append` and `caption` speak of. */
  private last = -1
  /** Where the line of the layer ends below which the next one stands, -1 for none. */
  private nestEnd = -1
  private readonly levelTape = new Uint32Array(64)
  private readonly wanted: WantedLayers

  /** `want` says which fields are recorded; `showing` whether lines are going to be read, so that captions are made. */
  constructor(
    registry: Registry,
    private want: Uint8Array,
    showing: boolean,
  ) {
    super(registry)
    this.showing = showing
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

  override u8(f: Num): number {
    const p = this.pos
    const v = super.u8(f)
    if (this.want[f.id] !== 0) this.put(f, p, this.pos, v, 0)
    else this.last = -1
    return v
  }
  override u16(f: Num): number {
    const p = this.pos
    const v = super.u16(f)
    if (this.want[f.id] !== 0) this.put(f, p, this.pos, v, 0)
    else this.last = -1
    return v
  }
  override u24(f: Num): number {
    const p = this.pos
    const v = super.u24(f)
    if (this.want[f.id] !== 0) this.put(f, p, this.pos, v, 0)
    else this.last = -1
    return v
  }
  override u32(f: Num): number {
    const p = this.pos
    const v = super.u32(f)
    if (this.want[f.id] !== 0) this.put(f, p, this.pos, v, 0)
    else this.last = -1
    return v
  }
  override u64(f: Num): number {
    const p = this.pos
    const v = super.u64(f)
    if (this.want[f.id] !== 0) this.put(f, p, this.pos, v, 0)
    else this.last = -1
    return v
  }
  override i8(f: Num): number {
    const p = this.pos
    const v = (super.u8(f) << 24) >> 24
    if (this.want[f.id] !== 0) this.put(f, p, this.pos, v, 0)
    else this.last = -1
    return v
  }
  override i16(f: Num): number {
    const p = this.pos
    const v = (super.u16(f) << 16) >> 16
    if (this.want[f.id] !== 0) this.put(f, p, this.pos, v, 0)
    else this.last = -1
    return v
  }
  override i32(f: Num): number {
    const p = this.pos
    const v = super.u32(f) | 0
    if (this.want[f.id] !== 0) this.put(f, p, this.pos, v, 0)
    else this.last = -1
    return v
  }
  override u16le(f: Num): number {
    const p = this.pos
    const v = super.u16le(f)
    if (this.want[f.id] !== 0) this.put(f, p, this.pos, v, NodeFlag.Little)
    else this.last = -1
    return v
  }
  override u32le(f: Num): number {
    const p = this.pos
    const v = super.u32le(f)
    if (this.want[f.id] !== 0) this.put(f, p, this.pos, v, NodeFlag.Little)
    else this.last = -1
    return v
  }
  override take(f: Span, size: number): number {
    const p = super.take(f, size)
    if (this.want[f.id] !== 0) this.putSpan(f, p, p + size, 0)
    else this.last = -1
    return p
  }

  override wants(f: Field): boolean {
    return this.want[f.id] !== 0
  }
  override open(g: Group): number {
    const i = this.want[g.id]! & Want.Self ? this.node(g, this.pos, this.pos, this.end, 0) : -1
    this.depth++
    this.last = i
    return i
  }
  override close(opened: number): void {
    this.depth--
    if (opened >= 0 && this.tape.source[opened] === this.source) this.tape.end[opened] = this.pos
    this.last = opened
  }
  override closeAt(opened: number, start: number, end: number): void {
    this.depth--
    if (opened >= 0) {
      this.tape.start[opened] = start
      this.tape.end[opened] = Math.min(end, this.sourceEnd())
    }
    this.last = opened
  }
  override enter(): void {
    this.depth++
  }
  override leave(): void {
    this.depth--
  }
  override at(f: Num | Field<'double'>, start: number, end: number, value: number): void {
    if (this.want[f.id] !== 0) this.put(f, start, end, value, 0)
    else this.last = -1
  }
  /** Only what was captured of it is there. */
  override spanAt(f: Span, start: number, end: number): void {
    if (this.want[f.id] !== 0) this.putSpan(f, start, Math.min(end, this.sourceEnd()), 0)
    else this.last = -1
  }
  override textAt(f: Field<'string'>, start: number, end: number, text: string): void {
    if (this.want[f.id] !== 0) this.putExtra(f, start, end, text, 0)
    else this.last = -1
  }
  override bytesAt(f: ByteField, start: number, end: number, bytes: Uint8Array): void {
    if (this.want[f.id] !== 0) this.putExtra(f, start, end, bytes, 0)
    else this.last = -1
  }
  override timeAt(f: Field, start: number, end: number, seconds: number, nanos: number): void {
    if (this.want[f.id] !== 0) this.putTime(f, start, end, seconds, nanos, 0)
    else this.last = -1
  }
  override generated(f: Num | Field<'double'>, value: number): void {
    if (this.want[f.id] !== 0) this.put(f, this.pos, this.pos, value, NodeFlag.Generated)
    else this.last = -1
  }
  override generatedText(f: Field<'string'>, text: string): void {
    if (this.want[f.id] !== 0) this.putExtra(f, this.pos, this.pos, text, NodeFlag.Generated)
    else this.last = -1
  }
  override generatedTime(f: Field, seconds: number, nanos: number): void {
    if (this.want[f.id] !== 0) this.putTime(f, this.pos, this.pos, seconds, nanos, NodeFlag.Generated)
    else this.last = -1
  }
  override generatedSpan(f: Span, start: number, end: number): void {
    if (this.want[f.id] !== 0) this.putSpan(f, start, end, NodeFlag.Generated)
    else this.last = -1
  }
  override nest(end: number): void {
    this.depth++
    this.nestEnd = end
  }
  override hide(): void {
    if (this.last >= 0) this.tape.flags[this.last]! |= NodeFlag.Hidden
  }
  override hideLayer(): void {
    if (this.selfNode >= 0) this.tape.flags[this.selfNode]! |= NodeFlag.Hidden
  }
  override omitLayer(): void {
    if (this.selfNode < 0 || this.selfNode !== this.tape.length - 1) return
    this.tape.length = this.selfNode
    this.selfNode = -1
  }
  override nextLine(g: Group): void {
    this.close(this.selfNode)
    this.selfNode = this.open(g)
  }
  override markGenerated(): void {
    if (this.last >= 0) this.tape.flags[this.last]! |= NodeFlag.Generated
  }
  override caption(text: string, opened = this.last): void {
    if (opened < 0) return
    this.tape.flags[opened]! |= NodeFlag.Caption
    this.tape.captions[opened] = text
  }
  override append(text: string, opened = this.last): void {
    if (opened < 0) return
    const t = this.tape
    const before = t.flags[opened]! & NodeFlag.Suffix ? t.suffixes[opened]! : ''
    t.flags[opened]! |= NodeFlag.Suffix
    t.suffixes[opened] = before + text
  }
  /** The layer that goes on in other bytes ends, in its own, at the read position. */
  override into(name: string, bytes: Uint8Array, origin: ByteSource['origin'] = null): void {
    const self = this.selfNode
    if (self >= 0 && this.tape.source[self] === this.source) this.tape.end[self] = this.pos
    super.into(name, bytes, origin)
  }
  override captionLayer(text: string): void {
    this.caption(text, this.selfNode)
  }
  override appendLayer(text: string): void {
    this.append(text, this.selfNode)
  }
  override note(n: Note, text = n.label): void {
    super.note(n, text)
    if (this.want[n.id]! === 0 && this.want[x.expert.self.id] === 0) return
    const i = this.node(x.expert.self, this.pos, this.pos, 0, NodeFlag.Generated)
    if (this.showing) {
      this.caption(`Expert Info (${severityNames[n.severity]}/${n.expertGroup}): ${text}`, i)
    }
    this.depth++
    const own = this.node(n, this.pos, this.pos, n.severity, NodeFlag.Generated)
    this.caption(text, own)
    if (this.want[x.expert.message.id]) {
      this.putExtra(x.expert.message, this.pos, this.pos, text, NodeFlag.Generated | NodeFlag.Hidden)
    }
    this.generated(x.expert.severity, severityNumbers[n.severity])
    if (this.want[x.expert.group.id]) this.generated(x.expert.group, groupNumber(n.expertGroup))
    this.depth--
    // So that one filter finds all malformed packets, whoever said so.
    if (n.severity === 4 && n.expertGroup === 'Malformed' && this.want[x.malformed.self.id] !== 0) {
      this.node(x.malformed.self, this.pos, this.pos, 0, NodeFlag.Hidden)
    }
    this.last = i
  }

  private sourceEnd(): number {
    return this.source === 0 ? this.captureEnd : this.bytes.length
  }

  // ---- writing nodes -----------------------------------------------------------------

  private node(f: Field, start: number, end: number, value: number, flags: number): number {
    if (this.tape.length >= MAX_NODES) this.malformed()
    return this.tape.add(f.id, this.depth, this.source, start, end, value, flags)
  }

  /** The rare half of a read: write the node, its named bits, and the hidden fields that share its value. */
  private put(f: Field, start: number, end: number, raw: number, flags: number): void {
    const value = f.mask === 0 ? raw : (raw & f.mask) >>> f.shift
    const parts = f.parts
    if (f.label === '') {
      for (let i = 0; i < parts.length; i++) this.put(parts[i]!, start, end, raw, flags)
      return
    }
    const self = this.want[f.id]! & Want.Self ? this.node(f, start, end, value, flags) : -1
    for (let i = 0; i < f.also.length; i++) {
      const a = f.also[i]!
      if (this.want[a.id]! & Want.Self) this.node(a, start, end, value, flags | ALIAS)
    }
    if (parts.length > 0) {
      this.depth++
      for (let i = 0; i < parts.length; i++)
        if (this.want[parts[i]!.id] !== 0) this.put(parts[i]!, start, end, raw, flags)
      this.depth--
    }
    this.last = self
  }

  private putSpan(f: Field, start: number, end: number, flags: number): void {
    if (f.spell !== null) return this.putExtra(f, start, end, f.spell(this.bytes, start, end, this.layerStart), flags)
    const self = this.want[f.id]! & Want.Self ? this.node(f, start, end, 0, flags) : -1
    for (let i = 0; i < f.also.length; i++) {
      const a = f.also[i]!
      if (this.want[a.id]! & Want.Self) this.node(a, start, end, 0, flags | ALIAS)
    }
    this.last = self
  }

  private putExtra(f: Field, start: number, end: number, extra: string | Uint8Array, flags: number): void {
    const t = this.tape
    const self = this.want[f.id]! & Want.Self ? this.node(f, start, end, 0, flags | NodeFlag.Extra) : -1
    if (self >= 0) t.extra[self] = extra
    for (let i = 0; i < f.also.length; i++) {
      const a = f.also[i]!
      if (this.want[a.id]! & Want.Self) {
        t.extra[this.node(a, start, end, 0, flags | NodeFlag.Extra | ALIAS)] = extra
      }
    }
    this.last = self
  }

  private putTime(f: Field, start: number, end: number, seconds: number, nanos: number, flags: number): void {
    if (!(this.want[f.id]! & Want.Self)) return
    this.last = this.node(f, start, end, seconds, flags)
    this.tape.nanos[this.last] = nanos
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
