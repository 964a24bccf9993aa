/** What is shown of a packet: its row in the list, and its tree with the bytes. */
import { Dissection } from '../dissect/dissection.js'
import { Recording } from '../dissect/recording.js'
import { NodeFlag } from '../dissect/tape.js'
import { lineText, type Resolver } from '../dissect/value.js'
import { wantEverything, wantFields } from '../dissect/want-mask.js'
import { type ColumnChoice, columnPlan, usualColumns } from '../output/column-formats.js'
import { ColumnTexts } from '../output/column-texts.js'
import type { Engine } from './engine.js'
import { cellsOf, rowOf } from './rows.js'
import type { ByteSource, Detail, Row, Severity, TimeFormat, TreeNode } from './session.js'

export class PacketViews {
  timeFormat: TimeFormat = 'r'
  /** Records packets whole: `detail` leaves the one that it was asked for in it. */
  readonly tree: Recording
  private readonly row: Dissection
  /** What the columns want beyond what all rows have, null for nothing. */
  private cells: { readonly texts: ColumnTexts; readonly recording: Recording } | null = null

  constructor(
    private readonly engine: Engine,
    private readonly names: Resolver,
  ) {
    this.row = new Dissection(engine.registry)
    this.tree = new Recording(engine.registry, wantEverything(), true)
    this.row.names = this.tree.names = names
  }

  /** Columns of the rows from now on. Throws a sentence when one makes no sense. */
  setColumns(columns: readonly ColumnChoice[]): readonly ColumnChoice[] {
    const texts = new ColumnTexts(columns.map(columnPlan), this.names)
    const isUsual = texts.plans.every(({ format }) => usualColumns.some((usual) => usual.format === format))
    const recording = new Recording(this.engine.registry, wantFields(texts.wanted), true)
    recording.names = this.names
    this.cells = isUsual ? null : { texts, recording }
    return texts.plans.map(({ title, format }) => ({ title, format }))
  }

  /** The row of packet `number`, which this engine has tracked. */
  rowOf(number: number): Row {
    const { engine, cells } = this
    const { index, capture } = engine
    const style = { time: this.timeFormat, digits: capture.reader.nanosecond ? 9 : 6, names: this.names }
    // Rows whose columns are fields are recorded, with lines, so that no layer is left out.
    const d = cells?.recording ?? this.row
    engine.show(d, number - 1)
    const row = rowOf(d, index.page(number - 1).ending[index.row(number - 1)]! >>> 2, style)
    return cells === null ? row : { ...row, cells: cellsOf(cells.texts, cells.recording, style) }
  }

  /** The tree of packet `number`, which this engine has tracked. */
  detailOf(number: number): Detail {
    const bytes = this.engine.show(this.tree, number - 1)
    const d = this.tree
    const size = (count: number): string => `(${count} byte${count === 1 ? '' : 's'})`
    const sources: ByteSource[] = [{ name: `Frame ${size(bytes.length)}`, bytes: bytes.slice() }]
    for (const s of d.sources) sources.push({ name: `${s.name} ${size(s.bytes.length)}`, bytes: s.bytes.slice() })
    return { number, nodes: this.nodes(sources), sources }
  }

  private nodes(sources: readonly ByteSource[]): TreeNode[] {
    const t = this.tree.tape
    const bytesOf = (source: number): Uint8Array => sources[source]!.bytes
    const nodes: TreeNode[] = []
    let layer = ''
    /** Nodes deeper than this are inside something hidden. */
    let skipBelow = Number.POSITIVE_INFINITY
    for (let i = 0; i < t.length; i++) {
      const flags = t.flags[i]!
      const f = t.fieldAt(i)
      if (t.depth[i]! > skipBelow) continue
      skipBelow = Number.POSITIVE_INFINITY
      if (f.kind === 'protocol') layer = f.name
      if (flags & NodeFlag.Hidden) {
        // An alias stands between a number and its bits, which are the number's.
        if ((flags & NodeFlag.Alias) === 0) skipBelow = t.depth[i]!
        continue
      }
      nodes.push({
        depth: t.depth[i]!,
        name: f.name,
        label: lineText(t, i, bytesOf, this.names),
        source: t.source[i]!,
        start: t.start[i]!,
        end: t.end[i]!,
        mask: f.mask,
        generated: (flags & NodeFlag.Generated) !== 0,
        link: f.kind === 'framenum' ? t.value[i]! : 0,
        severity: Math.max(f.severity - 1, 0) as Severity,
        layer,
      })
    }
    return nodes
  }
}
