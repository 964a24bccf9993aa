/**
 * What every dissector gets tested for without its author writing a test: on each packet of a fixture, and on the packet
 * cut at every length and with bytes changed.
 */
import { Dissection, Ending } from '../dissect/dissection.js'
import { severityNames } from '../dissect/field.js'
import { Recording } from '../dissect/recording.js'
import { wantEverything, wantFields } from '../dissect/want-mask.js'
import type { Registry } from '../dissect/registry.js'
import { MAX_NODES, NodeFlag, type Tape } from '../dissect/tape.js'
import { valueText } from '../dissect/value.js'
import type { Engine } from '../session/engine.js'

/** No packet, however hostile, may take longer, in milliseconds. */
const MAX_TIME = 50
/** Packets longer than this are cut at fewer lengths. */
const EVERY_CUT = 160
/** Changed copies of each packet. */
const MUTATIONS = 24
/** Fields that are looked for one by one in each packet. */
const SINGLE_FIELDS = 12
/** What the index pass does not find out: that a tree is too large, that a body cannot be unpacked or is then empty. */
const notUnpacked = 'http.decompression_failed'
/** The severity from which on packets count as problems. */
const PROBLEM = severityNames.indexOf('Warning')
/** Layers whose contents are shown as long as they say they are, even where they overrun the layer, as in tshark. */
const mayOverrun = new Set(['ipv6.hopopts', 'ipv6.dstopts', 'dhcp.option.type', 'tls.record', 'tls.handshake'])

/** Checks packets of one registry; each check calls `fail` with a sentence when a property does not hold. */
export class Properties {
  private readonly tree: Recording
  private readonly other: Recording
  private readonly single: Recording
  private readonly scan: Dissection
  private seed = 20261122
  /** The node that is open at each depth. */
  private readonly parents = new Uint32Array(256)
  /** Packets dissected, changed ones included. */
  runs = 0

  constructor(
    registry: Registry,
    private readonly fail: (message: string) => void,
  ) {
    this.tree = new Recording(registry, wantEverything(), true)
    this.other = new Recording(registry, wantEverything(), true)
    this.single = new Recording(registry, wantEverything(), false)
    this.scan = new Dissection(registry)
  }

  /** Checks packet `i` (counted from 0) as it stands. */
  packet(engine: Engine, i: number): void {
    engine.show(this.tree, i)
    engine.show(this.other, i)
    engine.show(this.scan, i)
    this.runs += 3
    if (this.tree.ending === Ending.Failed) this.fail(`as it is: a dissector failed: ${failure(this.tree)}`)
    this.nested(this.tree, 'as it is')
    if (!sameTape(this.tree.tape, this.other.tape)) this.fail('as it is: dissecting twice gives two trees')
    this.sameRow('as it is')
    this.sameSeverity(engine.index.page(i).ending[engine.index.row(i)]! >>> 2, 'as it is')
    this.fieldsAlone(engine, i)
  }

  /** Checks packet `i` cut at every length, and with bytes changed. */
  hostile(engine: Engine, i: number): void {
    const whole = engine.show(this.other, i).slice()
    const original = engine.index.page(i).original[engine.index.row(i)]!
    const start = this.first(engine)
    for (let n = 0; n < whole.length; n += n < EVERY_CUT ? 1 : 7) {
      const what = `cut at ${n}`
      this.check(whole, n, original, start, what)
      this.beginsLike(n, what)
    }
    for (let n = 0; n < whole.length; n += n < EVERY_CUT ? 1 : 7) this.check(whole, n, n, start, `sent only to ${n}`)
    for (let m = 0; m < MUTATIONS && whole.length > 0; m++) {
      const at = this.random(whole.length)
      const old = whole[at]!
      whole[at] = this.random(3) === 0 ? 0xff : this.random(256)
      this.check(whole, whole.length, original, start, `byte ${at} changed to ${whole[at]}`)
      if (this.random(2) === 0) whole[at] = old
    }
  }

  private first(engine: Engine): number {
    return engine.registry.protocolIndex('frame')
  }

  /**
   * Checks any bytes: `captured` of them, of `original` on the wire, beginning with protocol number `first`; `what` tells
   * where they come from.
   */
  check(bytes: Uint8Array, captured: number, original: number, first: number, what: string): void {
    this.runs += 2
    this.time(bytes, captured, original, first, what)
    if (this.tree.ending === Ending.Failed) this.fail(`${what}: a dissector failed: ${failure(this.tree)}`)
    this.nested(this.tree, what)
    this.scan.run(bytes, 0, captured, original, first)
    if (this.scan.ending === Ending.Failed) this.fail(`${what}: a dissector failed in the index pass`)
    this.sameRow(what)
    // What is tracked is only known of the packet as it is.
    if (this.tree.trackedCount === 0) this.sameSeverity(this.scan.worst, what)
  }

  /** If it takes long, again: the compiler may have taken the time, or another program. */
  private time(bytes: Uint8Array, captured: number, original: number, first: number, what: string): void {
    let begun = performance.now()
    this.tree.run(bytes, 0, captured, original, first)
    let took = performance.now() - begun
    for (let n = 0; n < 4 && took > MAX_TIME; n++) {
      begun = processorTime()
      this.tree.run(bytes, 0, captured, original, first)
      took = processorTime() - begun
    }
    if (took > MAX_TIME) this.fail(`${what}: dissecting takes ${took.toFixed(0)} ms`)
  }

  /** Every range inside its source, and inside its parent's or, below a layer's own line, behind it. */
  private nested(d: Recording, what: string): void {
    const t = d.tape
    const { parents } = this
    for (let i = 0; i < t.length; i++) {
      const depth = t.depth[i]!
      const source = t.source[i]!
      const start = t.start[i]!
      const end = t.end[i]!
      const bytes = source === 0 ? d.frameBytes : d.sources[source - 1]!.bytes
      if (start > end || end > bytes.length) this.fail(`${what}: ${lineName(t, i)} leaves the packet`)
      parents[depth] = i
      if (depth === 0 || start === end || t.flags[i]! & NodeFlag.Generated) continue
      const parent = parents[depth - 1]!
      if (t.source[parent] !== source || t.start[parent] === t.end[parent]) continue
      if (start >= t.start[parent]! && end <= t.end[parent]!) continue
      // What a layer hands on, and what is left behind it, lies behind its header.
      if (t.fieldAt(parent).kind === 'protocol' && start >= t.end[parent]!) continue
      if (mayOverrun.has(t.fieldAt(parent).name)) continue
      this.fail(`${what}: ${lineName(t, i)} leaves ${lineName(t, parent)}`)
    }
  }

  /**
   * What was read of a packet that was cut after `size` bytes is what is there in the whole one, in the same order. That
   * holds as far as the cut packet consists of the same layers: with one byte missing, nothing is reassembled.
   */
  private beginsLike(size: number, what: string): void {
    const cut = this.tree.tape
    const whole = this.other.tape
    const { frameStart, layers, layerCount } = this.tree
    if (layerCount > this.other.layerCount || this.other.sources.length > 0) return
    for (let i = 0; i < layerCount; i++) if (layers[i] !== this.other.layers[i]) return
    // A layer of which no message is there says nothing; cut, it may look as if one began.
    if (hasEmptyLayer(whole)) return
    let at = 0
    for (let i = 0; i < cut.length; i++) {
      const { kind } = cut.fieldAt(i)
      if (kind === 'none' || kind === 'protocol' || cut.source[i] !== 0 || cut.flags[i]! & NodeFlag.Generated) continue
      if (cut.end[i]! - frameStart >= size || cut.start[i] === cut.end[i]) continue
      const from = at
      while (at < whole.length && !sameNode(cut, i, whole, at)) at++
      if (at < whole.length) at++
      else {
        this.fail(`${what}: ${lineName(cut, i)} is not in the whole packet`)
        at = from
      }
    }
  }

  /** The index pass and the tree see the same packet. */
  private sameRow(what: string): void {
    const { tree, scan } = this
    if (
      tree.tape.length >= MAX_NODES ||
      hasField(tree.tape, notUnpacked) ||
      tree.sources.some((one) => one.bytes.length === 0)
    )
      return
    if (
      tree.layerCount !== scan.layerCount ||
      tree.layers.some((l, i) => i < tree.layerCount && l !== scan.layers[i])
    ) {
      this.fail(`${what}: the index pass sees ${stack(scan)}, the tree ${stack(tree)}`)
    } else if (tree.protocolText() !== scan.protocolText()) {
      this.fail(`${what}: Protocol is ${scan.protocolText()} in the list and ${tree.protocolText()} in the tree`)
    } else if (tree.infoText() !== scan.infoText()) {
      this.fail(`${what}: Info is "${scan.infoText()}" in the list and "${tree.infoText()}" in the tree`)
    } else if (tree.ending !== scan.ending) {
      this.fail(`${what}: ends ${endings[scan.ending]} in the list and ${endings[tree.ending]} in the tree`)
    }
  }

  /** The index pass, whose worst expert item is of severity `listed`, knows of every warning and error in the tree. */
  private sameSeverity(listed: number, what: string): void {
    const { tape, worst } = this.tree
    if (listed === worst || Math.max(listed, worst) < PROBLEM) return
    if (tape.length >= MAX_NODES || hasField(tape, notUnpacked)) return
    const [list, tree] = [severityNames[listed], severityNames[worst]]
    this.fail(
      `${what}: the worst expert item is of severity ${list} in the list, in the tree ${tree} (${notesOf(tape, worst)})`,
    )
  }

  /** A field that is recorded alone has the values that it has in the whole tree. */
  private fieldsAlone(engine: Engine, i: number): void {
    const t = this.tree.tape
    for (let k = 0; k < SINGLE_FIELDS && t.length > 0; k++) {
      const f = t.fieldAt(this.random(t.length))
      if (f.name === '' || f.kind === 'protocol' || f.kind === 'none') continue
      this.single.wantOnly(wantFields([f]))
      engine.show(this.single, i)
      this.runs++
      const alone = valuesOf(this.single, f.id)
      const whole = valuesOf(this.tree, f.id)
      if (alone !== whole) this.fail(`as it is: ${f.name} alone is ${alone}, in the tree ${whole}`)
    }
  }

  private random(below: number): number {
    this.seed = (Math.imul(this.seed, 1664525) + 1013904223) >>> 0
    return (this.seed >>> 8) % below
  }
}

const stack = (d: Dissection): string =>
  Array.from(d.layers.subarray(0, d.layerCount), (l) => d.registry.layerNames[l]).join(':')

/** What this process has used, in milliseconds. */
function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const endings = ['complete', 'truncated', 'malformed', 'failed'] as const

/** The expert items of that severity. */
const notesOf = (t: Tape, severity: number): string =>
  Array.from({ length: t.length }, (_, i) => t.fieldAt(i))
    .filter((f) => f.severity === severity && f.expertGroup !== '')
    .map((f) => f.name)
    .join(', ')

const lineName = (t: Tape, i: number): string => t.fieldAt(i).name || t.fieldAt(i).label

function failure(d: Recording): string {
  const t = d.tape
  for (let i = 0; i < t.length; i++) if (t.fieldAt(i).name === '_ws.expert.message') return String(t.extraAt(i))
  return ''
}

function valuesOf(d: Recording, id: number): string {
  const t = d.tape
  const bytesOf = (source: number): Uint8Array => (source === 0 ? d.frameBytes : d.sources[source - 1]!.bytes)
  const values: string[] = []
  for (let i = 0; i < t.length; i++) if (t.field[i] === id) values.push(valueText(t, i, bytesOf))
  return values.join(', ')
}

function hasField(t: Tape, name: string): boolean {
  for (let i = 0; i < t.length; i++) if (t.fieldAt(i).name === name) return true
  return false
}

const sameNode = (a: Tape, i: number, b: Tape, k: number): boolean =>
  a.field[i] === b.field[k] && a.value[i] === b.value[k] && a.start[i] === b.start[k] && a.end[i] === b.end[k]

function sameTape(a: Tape, b: Tape): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    if (a.field[i] !== b.field[i] || a.depth[i] !== b.depth[i] || a.value[i] !== b.value[i]) return false
    if (a.end[i]! - a.start[i]! !== b.end[i]! - b.start[i]! || a.flags[i] !== b.flags[i]) return false
  }
  return true
}

/** Is there a layer without a byte? */
function hasEmptyLayer(t: Tape): boolean {
  for (let i = 0; i < t.length; i++) {
    if (t.depth[i] === 0 && t.fieldAt(i).kind === 'protocol' && t.start[i] === t.end[i]) return true
  }
  return false
}
