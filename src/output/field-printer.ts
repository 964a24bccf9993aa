/** `-T fields`: the values of chosen fields, a line a packet, in tshark's dialect. */
import type { Recording } from '../dissect/recording.js'
import { type Field, fieldsNamed } from '../dissect/field.js'
import { valueText } from '../dissect/value.js'

export interface FieldOptions {
  readonly header: boolean
  readonly separator: string
  readonly aggregator: string
  readonly quote: string
  readonly occurrence: 'a' | 'f' | 'l'
}

/** Columns of the packet list that can be asked for like fields. */
export const columnNames = new Set(['_ws.col.Protocol', '_ws.col.Info'])

export class FieldPrinter {
  readonly wanted: Field[]
  private readonly column: Int32Array
  private readonly values: string[]

  constructor(
    private readonly names: readonly string[],
    private readonly options: FieldOptions,
    fieldCount: number,
  ) {
    this.column = new Int32Array(fieldCount).fill(-1)
    this.wanted = names.flatMap((name, i) => fieldsNamed(name).map((f) => ((this.column[f.id] = i), f)))
    this.values = names.map(() => '')
  }

  header(): string {
    return this.options.header ? `${this.names.join(this.options.separator)}\n` : ''
  }

  line(d: Recording): string {
    const { values, options } = this
    values.fill('')
    const t = d.tape
    const bytesOf = (source: number): Uint8Array => (source === 0 ? d.frameBytes : d.sources[source - 1]!.bytes)
    for (let i = 0; i < t.length; i++) {
      const at = this.column[t.field[i]!]!
      if (at < 0) continue
      const f = t.fieldAt(i)
      const text = f.kind === 'none' ? '1' : valueText(t, i, bytesOf)
      if (values[at] === '' || options.occurrence === 'l') values[at] = text
      else if (options.occurrence === 'a') values[at] += options.aggregator + text
    }
    for (let i = 0; i < this.names.length; i++) {
      if (this.names[i] === '_ws.col.Protocol') values[i] = d.protocolText()
      else if (this.names[i] === '_ws.col.Info') values[i] = d.infoText()
    }
    if (options.quote === '') return `${values.join(options.separator)}\n`
    return `${values.map((v) => options.quote + v + options.quote).join(options.separator)}\n`
  }
}
