/** A dissection that writes down what it reads: the fields that somebody wants, as nodes of a tape. */
import { type ByteSource, Dissection } from './dissection.js'
import { groupNumber, malformedFields as x, severityNumbers } from './engine-fields.js'
import { type Field, type Group, type Note, type Num, type Span, severityNames } from './field.js'
import type { ByteField } from './outline.js'
import type { Registry } from './registry.js'
import { MAX_NODES, NodeFlag, Tape } from './tape.js'
import { Want } from './want-mask.js'

const ALIAS = NodeFlag.Hidden | NodeFlag.Alias

export class NodeWriter extends Dissection {
  readonly tape = new Tape()
  override readonly recording = true
  override readonly showing: boolean
  /** Index of the node written last by a read, which `append` and `caption` speak of. */
  protected last = -1

  /** `want` says which fields are recorded; `showing` whether lines are going to be read, so that captions are made. */
  constructor(
    registry: Registry,
    protected want: Uint8Array,
    showing: boolean,
  ) {
    super(registry)
    this.showing = showing
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
    if (n.expertGroup === 'Malformed' && this.want[x.malformed.self.id] !== 0) {
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
}
