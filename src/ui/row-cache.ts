/**
 * Rows of the packet list, fetched from the session in blocks shortly before they are seen, a few blocks kept.
 */

import type { Row, Session } from '../session/session.js'

/** Few: what fills a screen is there as soon as it is known, and not only with a hundred more. */
const blockSize = 32
const maxBlocks = 192
/** Requests under way at a time: dragging through millions of rows must not queue up what is out of view again. */
const maxPending = 16

interface Block {
  rows: readonly Row[]
  /** How many packets there were when the rows were asked for; -1: the rows are out of date. */
  known: number
}

export class RowCache {
  private readonly session: Session
  private readonly changed: () => void
  private readonly failed: (error: unknown) => void
  /** In the order of use, the oldest first. */
  private readonly blocks = new Map<number, Block>()
  private readonly pending = new Set<number>()
  /** Rows of the list before this one, by packet: they are there while the new ones are on their way. */
  private before: Map<number, Row> = new Map()
  private generation = 0

  constructor(session: Session, changed: () => void, failed: (error: unknown) => void) {
    this.session = session
    this.changed = changed
    this.failed = failed
  }

  /** True until the first rows have arrived. */
  get isEmpty(): boolean {
    return this.blocks.size === 0
  }

  /** Row `index`, counted from 0, which is that of `packet`, if it has arrived. */
  get(index: number, packet: number): Row | undefined {
    return this.blocks.get(Math.floor(index / blockSize))?.rows[index % blockSize] ?? this.before.get(packet)
  }

  /** Asks for rows `first` to `end - 1` of the `count` there are, and a page around them. */
  want(first: number, end: number, count: number): void {
    const page = end - first
    const from = Math.floor(Math.max(0, first - page) / blockSize)
    const to = Math.floor(Math.max(0, Math.min(count, end + page) - 1) / blockSize)
    // What is in view goes first.
    const seen = Math.floor(first / blockSize)
    for (let block = seen; block <= to; block++) this.request(block, count)
    for (let block = seen - 1; block >= from; block--) this.request(block, count)
  }

  /** All rows are out of date; they stay until the new ones arrive. */
  refresh(): void {
    this.generation++
    this.pending.clear()
    this.before.clear()
    for (const block of this.blocks.values()) block.known = -1
  }

  /** The rows are other packets now. */
  clear(): void {
    this.refresh()
    const rows = [...this.blocks.values()].flatMap((block) => block.rows)
    if (rows.length > 0) this.before = new Map(rows.map((row) => [row.number, row]))
    this.blocks.clear()
  }

  private request(number: number, count: number): void {
    const first = number * blockSize
    const have = this.blocks.get(number)
    if (have) {
      this.blocks.delete(number)
      this.blocks.set(number, have)
    }
    const expected = Math.min(blockSize, count - first)
    const current = have && have.known >= 0 && (have.rows.length >= expected || have.known >= count)
    if (current || expected <= 0 || this.pending.has(number) || this.pending.size >= maxPending) return
    this.pending.add(number)
    const generation = this.generation
    this.session.rows(first + 1, blockSize).then(
      (rows) => this.arrived(number, { rows, known: count }, generation),
      (error: unknown) => {
        if (generation === this.generation) this.failed(error)
        this.arrived(number, { rows: have?.rows ?? [], known: count }, generation)
      },
    )
  }

  private arrived(number: number, block: Block, generation: number): void {
    if (generation !== this.generation) return
    this.pending.delete(number)
    this.blocks.delete(number)
    this.blocks.set(number, block)
    for (const oldest of this.blocks.keys()) {
      if (this.blocks.size <= maxBlocks) break
      this.blocks.delete(oldest)
    }
    this.changed()
  }
}
