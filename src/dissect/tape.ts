/**
 * The tape: a dissected packet as a flat list of nodes in reading order.
 *
 * One node is a few numbers in typed arrays: which field, how deep, from which byte to which byte of which source, and
 * its number if it has one. A tree widget wants exactly this list; a filter scans it; a golden text prints it. Nothing is
 * allocated per node; values that are no numbers lie beside it in `extra`.
 */
import { allFields, type Field } from './field.js'
import { widened } from './widened.js'

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
    this.field = widened(this.field, n)
    this.depth = widened(this.depth, n)
    this.flags = widened(this.flags, n)
    this.source = widened(this.source, n)
    this.start = widened(this.start, n)
    this.end = widened(this.end, n)
    this.value = widened(this.value, n)
    this.nanos = widened(this.nanos, n)
  }
}
