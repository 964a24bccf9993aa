/** `-T json` and `-T jsonraw`: the whole dissection of each packet, or the fields of `-e`, as one list of objects. */
import type { Dissection } from '../dissect/dissection.js'
import type { Recording } from '../dissect/recording.js'
import { type BytesOf, nodeText, valueText } from '../dissect/value.js'
import { bytesOf } from './bytes-of.js'
import type { Columns } from './columns.js'
import type { FieldPicker } from './field-printer.js'
import { hasValue, jsonValue, keyOf, rawHex, rawPlace, rawSize, TapeTree } from './json-nodes.js'
import { JsonWriter } from './json-writer.js'
import type { OutputBuffer } from './output-buffer.js'
import { indexName } from './time-text.js'

export interface JsonOptions {
  /** Values as texts, and raw bytes: `-T json`, `-T json -x` and `-T jsonraw` choose. */
  readonly text: boolean
  readonly raw: boolean
}

/** Writes the list: `begin`, `write` for each packet, `end`. */
export class JsonPrinter {
  private readonly json: JsonWriter
  private readonly tree = new TapeTree()
  private d!: Recording
  /** The outermost node at hand. */
  private layer = 0
  private readonly sourceBytes: BytesOf = (source) => bytesOf(this.d, source)

  constructor(
    private readonly out: OutputBuffer,
    private readonly options: JsonOptions,
  ) {
    this.json = new JsonWriter(out, true)
  }

  begin(): void {
    this.json.beginList()
  }

  end(): void {
    this.json.endList()
    this.out.endLine()
  }

  /** Writes the packet that `d` has just dissected. */
  write(d: Recording): void {
    this.d = d
    this.tree.read(d.tape)
    this.open(d)
    this.object(this.tree.root)
    this.close()
  }

  /** Writes only the values that `picker` picks; `first` is the dissection that can tell the columns. */
  writePicked(d: Recording, first: Dissection, picker: FieldPicker, columns: Columns): void {
    this.d = d
    this.open(d)
    writePicked(this.json, d, first, picker, columns, this.sourceBytes, (name) => name)
    this.close()
  }

  private open(d: Recording): void {
    const { json } = this
    json.beginObject()
    json.name('_index')
    json.string(indexName(d.packet))
    json.name('_type')
    json.string('doc')
    json.name('_score')
    json.raw('null')
    json.name('_source')
    json.beginObject()
    json.name('layers')
  }

  private close(): void {
    this.json.endObject()
    this.json.endObject()
  }

  /** The nodes from `first` on that level. */
  private object(first: number): void {
    this.json.beginObject()
    for (let i = first; i >= 0; i = this.tree.after[i]!) this.node(i)
    this.json.endObject()
  }

  private node(i: number): void {
    const { json, options, sourceBytes } = this
    const t = this.d.tape
    if (t.depth[i] === 0) this.layer = i
    const f = t.fieldAt(i)
    const key = keyOf(t, i, sourceBytes, this.d.names)
    const inside = this.tree.inside[i]!
    const plain = f.name === ''
    const value = !plain && hasValue(f)
    if (options.raw && !plain && (!options.text || rawSize(this.d, i) > 0)) {
      json.name(`${key}_raw`)
      this.rawList(i)
    }
    if (options.text && value) {
      json.name(key)
      json.string(jsonValue(t, i, sourceBytes))
    }
    if (inside >= 0) {
      json.name(value ? `${key}_tree` : key)
      this.object(inside)
    } else if (!value && (options.text || plain)) {
      json.name(key)
      json.string(f.kind === 'protocol' ? nodeText(t, i, sourceBytes, this.d.names) : '')
    }
  }

  private rawList(i: number): void {
    const { json } = this
    json.beginList()
    const hex = rawHex(this.d, i, this.sourceBytes)
    if (hex !== null) json.string(hex)
    for (const n of rawPlace(this.d, i, this.layer)) json.raw(String(n))
    json.endList()
  }
}

/** An object of the names asked for and the lists of their values; names without a value are left out. */
export function writePicked(
  json: JsonWriter,
  d: Recording,
  first: Dissection,
  picker: FieldPicker,
  columns: Columns,
  sourceBytes: BytesOf,
  keyFor: (name: string) => string,
): void {
  const t = d.tape
  picker.pick(t)
  json.beginObject()
  for (let i = 0; i < picker.names.length; i++) {
    const title = picker.titles[i]!
    let node = picker.first[i]!
    if (title === null && node < 0) continue
    json.name(keyFor(picker.names[i]!))
    json.beginList()
    if (title !== null) json.string(columns.text(title, first))
    for (; node >= 0; node = picker.after(node)) {
      json.string(t.fieldAt(node).kind === 'none' ? '1' : valueText(t, node, sourceBytes))
    }
    json.endList()
  }
  json.endObject()
}
