/** Decoded header blocks of a capture: which fields each frame brought, and how they were written. */
import { widened } from '../dissect/widened.js'

/** More header lines than this are not kept of a capture: `refused` counts them. */
const MAX_LINES = 1 << 24
/** More of one frame are not shown, and text beyond this is not decoded: as tshark. */
const MAX_FRAME_LINES = 200

/** How a field is written, RFC 7541 section 6. */
export const HeaderForm = {
  Indexed: 0,
  IndexedNameKept: 1,
  NewNameKept: 2,
  IndexedName: 3,
  NewName: 4,
  IndexedNameNever: 5,
  NewNameNever: 6,
  TableSize: 7,
} as const
export type HeaderForm = (typeof HeaderForm)[keyof typeof HeaderForm]

/** Why a frame has more header lines than are kept. */
export const BlockFlag = {
  /** Too much text: nothing more of this direction is decoded. */
  Size: 1,
  /** Too many lines. */
  Lines: 2,
} as const

export class HeaderBlocks {
  refused = 0
  /** Of each block: its first line, how many there are, and its flags. */
  first = new Uint32Array(64)
  count = new Uint32Array(64)
  flags = new Uint32Array(64)
  private blocks = 1
  /** Of each line: its field, its form, an index or a table size, its bytes in the frame. */
  field = new Uint32Array(256)
  form = new Uint32Array(256)
  number = new Uint32Array(256)
  size = new Uint32Array(256)
  private lines = 0

  /** Begins a block; lines are added to it until the next one begins. Returns its number. */
  begin(): number {
    const i = this.blocks++
    if (i === this.first.length) {
      this.first = widened(this.first)
      this.count = widened(this.count)
      this.flags = widened(this.flags)
    }
    this.first[i] = this.lines
    this.count[i] = this.flags[i] = 0
    return i
  }

  /** Adds a line to the block that was begun last. */
  add(field: number, form: HeaderForm, number: number, size: number): void {
    const block = this.blocks - 1
    if (this.count[block] === MAX_FRAME_LINES) {
      this.flags[block]! |= BlockFlag.Lines
      return
    }
    if (this.lines === MAX_LINES) {
      this.refused++
      return
    }
    const i = this.lines++
    if (i === this.field.length) {
      this.field = widened(this.field)
      this.form = widened(this.form)
      this.number = widened(this.number)
      this.size = widened(this.size)
    }
    this.field[i] = field
    this.form[i] = form
    this.number[i] = number
    this.size[i] = size
    this.count[block]!++
  }

  /** Forgets the first `gone` blocks; those behind them count from 1 again. */
  forget(gone: number): void {
    const lines = gone + 1 < this.blocks ? this.first[gone + 1]! : this.lines
    for (const column of [this.first, this.count, this.flags]) column.copyWithin(1, gone + 1, this.blocks)
    for (const column of [this.field, this.form, this.number, this.size]) column.copyWithin(0, lines, this.lines)
    this.blocks -= gone
    this.lines -= lines
    for (let i = 1; i < this.blocks; i++) this.first[i]! -= lines
  }

  /** Puts what `numberOf` says in the place of every field. */
  mapFields(numberOf: (field: number) => number): void {
    for (let i = 0; i < this.lines; i++) this.field[i] = numberOf(this.field[i]!)
  }

  /** The number of the next block. */
  get next(): number {
    return this.blocks
  }

  /** Memory that is held, in bytes. */
  get bytes(): number {
    return this.first.length * 12 + this.field.length * 16
  }

  /** More than is decoded of one frame stands in the block that was begun last. */
  exceeded(): void {
    this.flags[this.blocks - 1]! |= BlockFlag.Size
  }
}
