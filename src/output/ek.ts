/** `-T ek`: two lines a packet for Elasticsearch's bulk interface, an index line and the packet as one flat object. */
import type { Dissection } from '../dissect/dissection.js'
import { fieldsNamed, type Field } from '../dissect/field.js'
import type { Recording } from '../dissect/recording.js'
import { type BytesOf, nodeText } from '../dissect/value.js'
import { bytesOf } from './bytes-of.js'
import type { Columns } from './columns.js'
import type { FieldPicker } from './field-printer.js'
import { jsonValue, rawHex, rawSize, TapeTree } from './json-nodes.js'
import { writePicked } from './json.js'
import { JsonWriter } from './json-writer.js'
import type { OutputBuffer } from './output-buffer.js'
import { indexName, isoText, milliseconds } from './time-text.js'

export class EkPrinter {
  private readonly json: JsonWriter
  private readonly tree = new TapeTree()
  private d!: Recording
  private readonly sourceBytes: BytesOf = (source) => bytesOf(this.d, source)

  /** `raw` adds the bytes of every field (`-x`). */
  constructor(
    private readonly out: OutputBuffer,
    private readonly raw: boolean,
  ) {
    this.json = new JsonWriter(out, false)
  }

  /** Writes the two lines of the packet that `d` has just dissected. */
  write(d: Recording): void {
    this.d = d
    this.tree.read(d.tape)
    this.open(d)
    this.json.beginObject()
    this.nodes([this.tree.root])
    this.json.endObject()
    this.close()
  }

  /** Writes only the values that `picker` picks; `first` is the dissection that can tell the columns. */
  writePicked(d: Recording, first: Dissection, picker: FieldPicker, columns: Columns): void {
    this.d = d
    this.open(d)
    writePicked(this.json, d, first, picker, columns, this.sourceBytes, underscored)
    this.close()
  }

  private open(d: Recording): void {
    const { json } = this
    json.beginObject()
    json.name('index')
    json.beginObject()
    json.name('_index')
    json.string(indexName(d.packet))
    json.name('_type')
    json.string('doc')
    json.endObject()
    json.endObject()
    this.out.byte(LINE_FEED)
    json.beginObject()
    json.name('timestamp')
    json.string(milliseconds(d.packet))
    json.name('layers')
  }

  private close(): void {
    this.json.endObject()
    this.out.endLine()
  }

  /**
   * The nodes of the levels that begin with `firsts`, those of one name together. What is inside them follows right
   * after, on the same level of the object, unless they are protocols.
   */
  private nodes(firsts: readonly number[]): void {
    const groups = new Map<string, number[]>()
    for (const first of firsts) {
      for (let i = first; i >= 0; i = this.tree.after[i]!) {
        const name = nameOf(this.d.tape.fieldAt(i))
        const group = groups.get(name)
        if (group) group.push(i)
        else groups.set(name, [i])
      }
    }
    for (const [name, group] of groups) this.group(name, group)
  }

  private group(name: string, group: readonly number[]): void {
    const { json } = this
    const t = this.d.tape
    const f = t.fieldAt(group[0]!)
    const several = group.length > 1
    if (this.raw && f.name !== '' && rawSize(this.d, group[0]!) > 0) {
      json.name(`${name}_raw`)
      if (several) json.beginList()
      for (const i of group) {
        const hex = rawHex(this.d, i, this.sourceBytes)
        if (hex === null) json.raw('null')
        else json.string(hex)
      }
      if (several) json.endList()
    }
    json.name(name)
    if (several) json.beginList()
    for (const i of group) this.value(i)
    if (several) json.endList()
    const inside = group
      .map((i) => (t.fieldAt(i).kind === 'protocol' ? -1 : this.tree.inside[i]!))
      .filter((i) => i >= 0)
    if (inside.length > 0) this.nodes(inside)
  }

  private value(i: number): void {
    const { json, sourceBytes } = this
    const t = this.d.tape
    const f = t.fieldAt(i)
    if (f.name === '') return json.string(nodeText(t, i, sourceBytes, this.d.names))
    switch (f.kind) {
      case 'protocol':
        json.beginObject()
        if (this.tree.inside[i]! >= 0) this.nodes([this.tree.inside[i]!])
        return json.endObject()
      case 'none':
        return json.raw('null')
      case 'bool':
        return json.raw(t.value[i] === 0 ? 'false' : 'true')
      case 'abstime':
        return json.string(isoText(t.value[i]!, t.nanos[i]!))
      default:
        return json.string(jsonValue(t, i, sourceBytes))
    }
  }
}

const LINE_FEED = 0x0a
const underscored = (name: string): string => name.replaceAll('.', '_')

/** A field's name begins with its protocol's, a second time: `ip.src` is `ip_ip_src`. */
const names = new Map<Field, string>()
function nameOf(f: Field): string {
  let name = names.get(f)
  if (name === undefined) {
    if (f.name === '') name = 'text'
    else if (f.kind === 'protocol' || fieldsNamed(f.owner).length === 0) name = underscored(f.name)
    else name = underscored(`${f.owner}.${f.name}`)
    names.set(f, name)
  }
  return name
}
