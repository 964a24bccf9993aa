/** From what the command line asks for to the one who prints it: each is given one packet after the other. */
import { allFields, type Field } from '../dissect/field.js'
import { Recording } from '../dissect/recording.js'
import { arePlain, wantEverything, wantFields } from '../dissect/want-mask.js'
import type { Registry } from '../dissect/registry.js'
import type { Resolver } from '../dissect/value.js'
import { writeColumns } from '../output/column-lines.js'
import { ColumnTexts } from '../output/column-texts.js'
import { Columns, digitsOf } from '../output/columns.js'
import { EkPrinter } from '../output/ek.js'
import { FieldPicker, FieldPrinter } from '../output/field-printer.js'
import { writeHexDump } from '../output/hex-dump.js'
import { JsonPrinter } from '../output/json.js'
import { lineColor, RESET } from '../output/line-colors.js'
import type { OutputBuffer } from '../output/output-buffer.js'
import { writeSummary } from '../output/text-lines.js'
import { writeTree } from '../output/tree-text.js'
import type { Engine } from '../session/engine.js'
import type { Arguments } from './arguments.js'

/** What printers need of an engine: the packet that is shown now, and how to dissect it otherwise. */
export interface Shown extends Pick<Engine, 'registry' | 'capture' | 'first'> {
  readonly record: { readonly interface: number }
  again(d: Recording): void
}

export interface Printer {
  begin(): void
  /** Prints the packet that `engine.step` has just read. */
  packet(): void
  /** That packet is not printed. */
  pass(): void
  end(): void
}

/** What records the fields that `args` asks for as packets are tracked, where these need no second look at a packet. */
export function recorderOf(args: Arguments, registry: Registry): Recording | undefined {
  // Filters and statistics ask of the packets what the fields may not.
  if (args.quiet || args.format !== 'fields' || args.displayFilter !== '' || args.statistics.length > 0)
    return undefined
  const { wanted, hasColumns } = new FieldPicker(
    args.fields,
    allFields.length,
    args.columns?.map(({ title }) => title),
  )
  if (wanted.length === 0 || hasColumns || wanted.some(isProtocol) || !arePlain(registry, wanted)) return undefined
  return new Recording(registry, wantFields(wanted), false)
}

/** Makes the printer that `args` asks for. */
export function printerFor(args: Arguments, engine: Shown, names: Resolver, out: OutputBuffer): Printer {
  const steadyNames = !args.names.includes('n')
  const texts = args.columns === null ? null : new ColumnTexts(args.columns, names)
  const columns = new Columns({ time: args.time, names, steadyNames, texts })
  const record = (mask: Uint8Array, showing: boolean): Recording => {
    const d = new Recording(engine.registry, mask, showing)
    d.names = names
    return d
  }
  const ofColumns = texts === null || texts.wanted.length === 0 ? null : record(wantFields(texts.wanted), false)
  const begin = columnsBeginner(args, engine, columns, texts, ofColumns)
  const pass = (): void => columns.pass(engine.first)
  if (args.quiet) return { begin: () => {}, packet: () => {}, pass: () => {}, end: () => {} }
  if (args.format === 'fields') {
    const printer = new FieldPrinter(args.fields, args.fieldOptions, columns, allFields.length)
    const { picker } = printer
    const { first } = engine
    const once = first instanceof Recording
    const d = once ? first : record(wantFields(picker.wanted), needsLines(picker))
    const again = !once && picker.wanted.length > 0
    return {
      begin: () => printer.writeHeader(out),
      packet: () => {
        if (picker.hasColumns) begin()
        if (again) engine.again(d)
        printer.write(out, d, first)
      },
      pass,
      end: () => {},
    }
  }
  if (args.format === 'text') {
    const line = (): void => {
      begin()
      if (texts === null) writeSummary(out, columns, engine.first)
      else writeColumns(out, texts, args.time)
    }
    return textPrinter(args, engine, line, pass, record(wantEverything(), true), out)
  }
  const picker = args.fields.length > 0 ? new FieldPicker(args.fields, allFields.length, columns.titles) : null
  const d = picker ? record(wantFields(picker.wanted), needsLines(picker)) : record(wantEverything(), true)
  const raw = args.hex || args.format === 'jsonraw'
  if (args.format === 'ek') {
    const printer = new EkPrinter(out, raw)
    return {
      begin: () => {},
      packet: () => {
        if (picker?.hasColumns) begin()
        engine.again(d)
        if (picker) printer.writePicked(d, engine.first, picker, columns)
        else printer.write(d)
      },
      pass,
      end: () => {},
    }
  }
  const printer = new JsonPrinter(out, { text: args.format === 'json', raw })
  return {
    begin: () => printer.begin(),
    packet: () => {
      if (picker?.hasColumns) begin()
      engine.again(d)
      if (picker) printer.writePicked(d, engine.first, picker, columns)
      else printer.write(d)
    },
    pass,
    end: () => printer.end(),
  }
}

/** Protocols' own values are their lines. */
const needsLines = (picker: FieldPicker): boolean => picker.wanted.some(isProtocol)
const isProtocol = (f: Field): boolean => f.kind === 'protocol'

/**
 * Tells the columns of each packet, with as many digits of its time as its interface's clock has; where other columns
 * were asked for, these too.
 */
function columnsBeginner(
  args: Arguments,
  engine: Shown,
  columns: Columns,
  texts: ColumnTexts | null,
  recording: Recording | null,
): () => void {
  const { interfaces } = engine.capture.reader
  const digits: number[] = []
  return () => {
    const number = engine.record.interface
    digits[number] ??= args.digits >= 0 ? args.digits : digitsOf(interfaces[number]?.ticksPerSecond ?? 1e6)
    columns.begin(engine.first, digits[number])
    if (texts === null) return
    if (recording !== null) engine.again(recording)
    texts.take({ d: engine.first, recording, digits: digits[number] })
  }
}

/** `-T text`: the summary line, the tree and the bytes, whichever of them. */
function textPrinter(
  args: Arguments,
  engine: Shown,
  line: () => void,
  pass: () => void,
  d: Recording,
  out: OutputBuffer,
): Printer {
  const { first } = engine
  const tree = { only: args.only, dumpData: !args.hex }
  const colors = args.color === 'always'
  const summary = (): void => {
    if (colors) out.text(lineColor(first))
    line()
    if (colors) out.text(RESET)
    out.endLine()
  }
  const packet = (): void => {
    if (args.summary) summary()
    if (args.tree || args.hex) engine.again(d)
    if (args.tree) {
      writeTree(out, d, tree)
      if (!args.hex) {
        out.text(args.separator)
        out.endLine()
      }
    }
    if (!args.hex) return
    if (args.summary || args.tree) out.endLine()
    writeHexDump(out, d)
    out.text(args.separator)
    out.endLine()
  }
  return {
    begin: () => {},
    packet: args.tree || args.hex ? packet : summary,
    pass,
    end: () => {},
  }
}
