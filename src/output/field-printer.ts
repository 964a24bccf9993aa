/** `-T fields`: the values of chosen fields, a line a packet, in tshark's dialect. */
import type { Dissection } from '../dissect/dissection.js'
import { type Field, fieldsNamed } from '../dissect/field.js'
import type { Recording } from '../dissect/recording.js'
import { NodeFlag, type Tape } from '../dissect/tape.js'
import { type BytesOf, valueText } from '../dissect/value.js'
import { bytesOf } from './bytes-of.js'
import { columnOf, type Columns } from './columns.js'
import type { OutputBuffer } from './output-buffer.js'

/** What `-E` says. */
export interface FieldOptions {
  readonly bom: boolean
  readonly header: boolean
  readonly separator: string
  readonly aggregator: string
  /** `"`, `'` or nothing. */
  readonly quote: string
  /** All occurrences, the first, the last. */
  readonly occurrence: 'a' | 'f' | 'l'
}

export const defaultFieldOptions: FieldOptions = {
  bom: false,
  header: false,
  separator: '\t',
  aggregator: ',',
  quote: '',
  occurrence: 'a',
}

/** Finds the values of the fields that were asked for on a tape, in the order in which they were asked for. */
export class FieldPicker {
  /** The fields that must be recorded. */
  readonly wanted: readonly Field[]
  /** The column that each name asks for, null for ordinary fields. */
  readonly titles: readonly (string | null)[]
  /** The node of each name's first and last value on the tape at hand, -1 for none, and the node after each. */
  readonly first: Int32Array
  readonly last: Int32Array
  private following = new Int32Array(512)
  /** Field id → its first position among the names, -1 for none; and the next position with the same name. */
  private readonly position: Int32Array
  private readonly twin: Int32Array

  constructor(
    readonly names: readonly string[],
    fieldCount: number,
    /** Titles of columns beside the usual ones. */
    columnTitles: readonly string[] = [],
  ) {
    this.titles = names.map((name) => columnOf(name, columnTitles))
    this.position = new Int32Array(fieldCount).fill(-1)
    this.twin = new Int32Array(names.length).fill(-1)
    this.first = new Int32Array(names.length)
    this.last = new Int32Array(names.length)
    const firstOf = new Map<string, number>()
    const wanted: Field[] = []
    for (const [i, name] of names.entries()) {
      const earlier = firstOf.get(name)
      if (earlier === undefined) {
        firstOf.set(name, i)
        for (const f of fieldsNamed(name)) {
          this.position[f.id] = i
          wanted.push(f)
        }
      } else {
        let end = earlier
        while (this.twin[end]! >= 0) end = this.twin[end]!
        this.twin[end] = i
      }
    }
    this.wanted = wanted
  }

  /** Whether any column of the packet list was asked for. */
  get hasColumns(): boolean {
    return this.titles.some((title) => title !== null)
  }

  /** Looks through the tape: afterwards `first`, `last` and `after` speak of it. */
  pick(t: Tape): void {
    const { first, last, position, twin } = this
    first.fill(-1)
    last.fill(-1)
    if (this.following.length < t.length) this.following = new Int32Array(t.length * 2)
    const { following } = this
    for (let i = 0; i < t.length; i++) {
      const at = position[t.field[i]!]!
      if (at < 0) continue
      if (first[at]! < 0) first[at] = i
      else following[last[at]!] = i
      following[i] = -1
      last[at] = i
    }
    for (let i = 0; i < twin.length; i++) {
      const at = twin[i]!
      if (at < 0) continue
      first[at] = first[i]!
      last[at] = last[i]!
    }
  }

  /** The node with the next value of the same name after node `i`, -1 for none. */
  after(i: number): number {
    return this.following[i]!
  }
}

export class FieldPrinter {
  readonly picker: FieldPicker
  /** By field id: its `Form`. */
  private readonly forms: Uint8Array
  /** The one byte between values, -1 where it is more or less than one. */
  private readonly separator: number
  /** The dissection at hand, and the bytes of its sources. */
  private shown: Recording | null = null
  private readonly sourceBytes: BytesOf = (source) => bytesOf(this.shown!, source)

  constructor(
    names: readonly string[],
    private readonly options: FieldOptions,
    private readonly columns: Columns,
    fieldCount: number,
  ) {
    this.picker = new FieldPicker(names, fieldCount, columns.titles)
    this.forms = new Uint8Array(fieldCount)
    for (const f of this.picker.wanted) this.forms[f.id] = formOf(f)
    const { separator } = options
    this.separator = /^[\0-\x7f]$/.test(separator) ? separator.charCodeAt(0) : -1
  }

  writeHeader(out: OutputBuffer): void {
    if (this.options.bom) out.text('\uFEFF')
    if (!this.options.header) return
    out.text(this.picker.names.join(this.options.separator))
    out.endLine()
  }

  /** Writes the line of the packet that `d` has just dissected; `first` is the dissection that can tell the columns. */
  write(out: OutputBuffer, d: Recording, first: Dissection): void {
    const { picker, options } = this
    const { quote } = options
    this.shown = d
    picker.pick(d.tape)
    for (let i = 0; i < picker.names.length; i++) {
      if (i > 0) {
        if (this.separator >= 0) out.byte(this.separator)
        else out.text(options.separator)
      }
      const title = picker.titles[i]!
      if (title !== null) {
        out.text(quote)
        out.line(this.columns.text(title, first))
        out.text(quote)
        continue
      }
      let node = options.occurrence === 'l' ? picker.last[i]! : picker.first[i]!
      if (node < 0) continue
      if (quote !== '') out.text(quote)
      this.writeValue(out, d, node)
      if (options.occurrence === 'a') {
        for (node = picker.after(node); node >= 0; node = picker.after(node)) {
          out.text(options.aggregator)
          this.writeValue(out, d, node)
        }
      }
      if (quote !== '') out.text(quote)
    }
    out.endLine()
  }

  /** Node `i` of the tape. What many packets have is written without making a string. */
  private writeValue(out: OutputBuffer, d: Recording, i: number): void {
    const t = d.tape
    if ((t.flags[i]! & NodeFlag.Extra) !== 0) return out.line(valueText(t, i, this.sourceBytes))
    const v = t.value[i]!
    const source = t.source[i]!
    const bytes = source === 0 ? d.frameBytes : bytesOf(d, source)
    const start = t.start[i]!
    switch (this.forms[t.field[i]!]) {
      case Form.Decimal:
        if (v < 0 || v > 0xffff_ffff) break
        return out.number(v)
      case Form.Hex:
        if (v < 0 || v > 0xffff_ffff) break
        out.byte(0x30)
        out.byte(0x78)
        return out.hex(v, t.fieldAt(i).width / 4)
      case Form.Bool:
        return out.byte(v === 0 ? 0x30 : 0x31)
      case Form.Mark:
        return out.byte(0x31)
      case Form.IPv4:
        return out.ipv4(bytes, start)
      case Form.Ether:
        return out.hexBytes(bytes, start, start + 6, 0x3a)
      case Form.Bytes:
        if (start === t.end[i]!) break
        return out.hexBytes(bytes, start, t.end[i]!)
      case Form.Duration:
        if (v < 0) break
        out.number(v)
        out.byte(0x2e)
        return out.number(t.nanos[i]!, 9, 0x30)
    }
    out.line(valueText(t, i, this.sourceBytes))
  }
}

/** How values of a field are written where that can be done without making a string. */
const Form = { Text: 0, Decimal: 1, Hex: 2, Bool: 3, Mark: 4, IPv4: 5, Ether: 6, Bytes: 7, Duration: 8 } as const

function formOf(f: Field): number {
  switch (f.kind) {
    case 'uint':
    case 'framenum':
      if (f.width === 64) return Form.Text
      if (f.base === 'hex') return Form.Hex
      return f.base === 'dec' || f.base === 'none' || f.base === 'custom' ? Form.Decimal : Form.Text
    case 'bool':
      return Form.Bool
    case 'none':
      return Form.Mark
    case 'ipv4':
      return Form.IPv4
    case 'ether':
      return Form.Ether
    case 'bytes':
      return f.separator === '' ? Form.Bytes : Form.Text
    case 'reltime':
      return Form.Duration
    default:
      return Form.Text
  }
}
