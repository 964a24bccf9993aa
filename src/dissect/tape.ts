/**
 * The tape: a dissected packet as a flat list of nodes in reading order.
 *
 * One node is a few numbers in typed arrays: which field, how deep, from which byte to which byte of which source, and
 * its number if it has one. A tree widget wants exactly this list; a filter scans it; a golden text prints it. Nothing is
 * allocated per node; values that are no numbers lie beside it in `extra`.
 */
import { allFields, type Field } from './field.js'

export const NodeFlag = {
  /** In no byte of the packet: counted, tracked or computed. Shown in brackets. */
  Generated: 1,
  /** For filters only: not shown in the tree. */
  Hidden: 2,
  /** `extra` holds the value. */
  Extra: 4,
  /** The bytes are in little-endian order. */
  Little: 8,
  /** `captions` holds the whole line. */
  Caption: 16,
  /** `suffixes` holds what follows the line. */
  Suffix: 32,
  /** A hidden field that only repeats the value before it under another name (`ip.addr`). */
  Alias: 64,
} as const

/** More nodes than any sane packet has; beyond it the packet is given up as malformed. */
export const MAX_NODES = 100_000

export class Tape {
  length = 0
  field = new Uint16Array(512)
  depth = new Uint8Array(512)
  flags = new Uint8Array(512)
  source = new Uint8Array(512)
  start = new Uint32Array(512)
  end = new Uint32Array(512)
  value = new Float64Array(512)
  /** Nanoseconds of a time, whose seconds are `value`. */
  nanos = new Uint32Array(512)
  /** Text or bytes of nodes with `NodeFlag.Extra`. */
  readonly extra: (string | Uint8Array)[] = []
  readonly captions: string[] = []
  readonly suffixes: string[] = []

  /** Adds a node and returns its index. */
  add(field: number, depth: number, source: number, start: number, end: number, value: number, flags: number): number {
    const i = this.length
    if (i === this.field.length) this.grow()
    this.length = i + 1
    this.field[i] = field
    this.depth[i] = depth
    this.source[i] = source
    this.start[i] = start
    this.end[i] = end
    this.value[i] = value
    this.flags[i] = flags
    return i
  }

  fieldAt(i: number): Field {
    return allFields[this.field[i]!]!
  }
  extraAt(i: number): string | Uint8Array | null {
    return this.flags[i]! & NodeFlag.Extra ? this.extra[i]! : null
  }

  /** Moves the nodes from `from` to the end so that they stand before node `to`. */
  moveTail(to: number, from: number): void {
    const n = this.length
    if (to >= from || from >= n) return
    for (const column of [
      this.field,
      this.depth,
      this.flags,
      this.source,
      this.start,
      this.end,
      this.value,
      this.nanos,
    ]) {
      const tail = column.slice(from, n)
      column.copyWithin(to + (n - from), to, from)
      column.set(tail, to)
    }
    for (const list of [this.extra, this.captions, this.suffixes] as unknown[][]) {
      list.length = n
      list.splice(to, 0, ...list.splice(from, n - from))
    }
  }

  private grow(): void {
    const n = this.field.length * 2
    const wider = <A extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(a: A, b: A): A => (b.set(a), b)
    this.field = wider(this.field, new Uint16Array(n))
    this.depth = wider(this.depth, new Uint8Array(n))
    this.flags = wider(this.flags, new Uint8Array(n))
    this.source = wider(this.source, new Uint8Array(n))
    this.start = wider(this.start, new Uint32Array(n))
    this.end = wider(this.end, new Uint32Array(n))
    this.value = wider(this.value, new Float64Array(n))
    this.nanos = wider(this.nanos, new Uint32Array(n))
  }
}
