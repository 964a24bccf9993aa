/** The values of chosen fields as texts, for those who want them one by one rather than printed. */
import type { Recording } from '../dissect/recording.js'
import { type BytesOf, valueText } from '../dissect/value.js'
import { bytesOf } from './bytes-of.js'
import type { FieldPicker } from './field-printer.js'

/** For each name of `picker` the values on the tape of `d`, as `-T fields` writes them. */
export function fieldTexts(picker: FieldPicker, d: Recording): string[][] {
  const sourceBytes: BytesOf = (source) => bytesOf(d, source)
  const t = d.tape
  picker.pick(t)
  return picker.names.map((_, i) => {
    const values: string[] = []
    for (let node = picker.first[i]!; node >= 0; node = picker.after(node)) {
      values.push(t.fieldAt(node).kind === 'none' ? '1' : valueText(t, node, sourceBytes))
    }
    return values
  })
}
