/** Header compression for HTTP/2, RFC 7541: the decoder of one direction of a connection. */
import { type HeaderBlocks, HeaderForm } from './header-blocks.js'
import type { HeaderTexts } from './header-texts.js'
import { staticHeaders } from './hpack-static-table.js'

/** The dynamic table holds no more, whatever its sender says; and how many fields that can be. */
const MAX_TABLE = 65_536
const OVERHEAD = 32
const MAX_FIELDS = MAX_TABLE / OVERHEAD
const FIRST_TABLE = 4096
const FIRST_FIELDS = FIRST_TABLE / OVERHEAD
/** A longer name or value is no header; more text of one frame is not decoded. */
const MAX_TEXT = 65_536
const MAX_FRAME_TEXT = 256 << 10

const STATIC = staticHeaders.length

/** What reading ended with, instead of the position behind. */
const INCOMPLETE = -1
const DAMAGED = -2

export class HeaderDecoder {
  /** What it was given makes no sense, or is too much: nothing more can be decoded. */
  broken = false
  /** The dynamic table: a ring of field numbers, the newest at `newest`. */
  private ring = new Uint32Array(FIRST_FIELDS)
  private newest = 0
  private length = 0
  private size = 0
  private capacity = FIRST_TABLE
  /** A representation of which the beginning came with the last frame. */
  private rest: Uint8Array = NOTHING
  /** The integer read last. */
  private value = 0

  constructor(
    private readonly texts: HeaderTexts,
    private readonly blocks: HeaderBlocks,
  ) {}

  /** Decodes a header block fragment `b[start…end)` into the block that was begun last. `last` ends the header list. */
  decode(b: Uint8Array, start: number, end: number, last: boolean): void {
    if (this.broken) return
    const before = this.rest.length
    const all = before === 0 ? b.subarray(start, end) : Buffer.concat([this.rest, b.subarray(start, end)])
    this.rest = NOTHING
    let p = 0
    let text = 0
    while (p < all.length) {
      const from = Math.max(p, before)
      const mark = this.texts.end
      const next = this.representation(all, p)
      if (next < 0) {
        this.texts.forget(mark)
        const left = all.length - p
        if (next === INCOMPLETE && !last && left <= MAX_TEXT * 2) this.rest = all.slice(p)
        else this.broken = true
        return
      }
      if (this.form !== HeaderForm.TableSize) {
        text += this.texts.sizeOf(this.field) + 8
        if (text > MAX_FRAME_TEXT) {
          this.blocks.exceeded()
          this.broken = true
          return
        }
      }
      this.blocks.add(this.field, this.form, this.number, Math.max(next - from, 0))
      p = next
    }
  }

  /** Puts what `numberOf` says in the place of every field of the dynamic table. */
  mapFields(numberOf: (field: number) => number): void {
    if (this.broken) return
    for (let back = 0; back < this.length; back++) {
      const place = this.place(back)
      this.ring[place] = numberOf(this.ring[place]!)
    }
  }

  /** What `representation` has read. */
  private field = 0
  private form: HeaderForm = HeaderForm.Indexed
  private number = 0

  /** Reads the representation at `p`, RFC 7541 section 6. Returns the position behind it. */
  private representation(b: Uint8Array, p: number): number {
    const first = b[p]!
    if (first & 0x80) {
      const next = this.integer(b, p, 0x7f)
      if (next < 0) return next
      this.form = HeaderForm.Indexed
      this.number = this.value
      this.field = this.fieldAt(this.value)
      return this.field === 0 ? DAMAGED : next
    }
    if (first & 0x40) return this.literal(b, p, 0x3f, HeaderForm.IndexedNameKept)
    if (first & 0x20) {
      const next = this.integer(b, p, 0x1f)
      if (next < 0) return next
      if (this.value > MAX_TABLE) return DAMAGED
      this.form = HeaderForm.TableSize
      this.field = 0
      this.number = this.capacity = this.value
      this.evict(0)
      if (this.value > FIRST_TABLE && this.ring.length < MAX_FIELDS) this.widen()
      return next
    }
    return this.literal(b, p, 0x0f, first & 0x10 ? HeaderForm.IndexedNameNever : HeaderForm.IndexedName)
  }

  /** A literal; `form` says what it is when its name is an index. */
  private literal(b: Uint8Array, p: number, mask: number, form: HeaderForm): number {
    const { texts } = this
    let next = this.integer(b, p, mask)
    if (next < 0) return next
    this.number = this.value
    this.form = form
    let nameStart: number
    let nameEnd: number
    if (this.value === 0) {
      this.form = (form + 1) as HeaderForm
      nameStart = texts.end
      next = this.string(b, next)
      nameEnd = texts.end
    } else {
      const named = this.fieldAt(this.value)
      if (named === 0) return DAMAGED
      nameStart = texts.nameStart[named]!
      nameEnd = texts.nameEnd[named]!
    }
    if (next < 0) return next
    const valueStart = texts.end
    next = this.string(b, next)
    if (next < 0) return next
    this.field = texts.add(nameStart, nameEnd, valueStart, texts.end)
    if (this.field === 0) return DAMAGED
    if (form === HeaderForm.IndexedNameKept) this.keep(this.field)
    return next
  }

  /** Adds the string at `p` to the texts, RFC 7541 section 5.2. */
  private string(b: Uint8Array, p: number): number {
    if (p >= b.length) return INCOMPLETE
    const start = this.integer(b, p, 0x7f)
    if (start < 0) return start
    if (this.value > MAX_TEXT) return DAMAGED
    const end = start + this.value
    if (end > b.length) return INCOMPLETE
    return this.texts.append(b, start, end, (b[p]! & 0x80) !== 0) ? end : DAMAGED
  }

  /** Reads the integer at `p` into `value`; its first byte has the bits of `mask` for it: RFC 7541 section 5.1. */
  private integer(b: Uint8Array, p: number, mask: number): number {
    this.value = b[p]! & mask
    if (this.value < mask) return p + 1
    for (let i = p + 1, shift = 0; i < b.length; i++, shift += 7) {
      if (shift > 21) return DAMAGED
      this.value += (b[i]! & 0x7f) << shift
      if ((b[i]! & 0x80) === 0) return i + 1
    }
    return INCOMPLETE
  }

  /** The field with this index, RFC 7541 section 2.3.3; 0 for none. */
  private fieldAt(index: number): number {
    if (index <= STATIC) return index
    const back = index - STATIC - 1
    return back < this.length ? this.ring[this.place(back)]! : 0
  }

  /** Puts a field into the dynamic table, RFC 7541 section 4.4. */
  private keep(field: number): void {
    const size = this.texts.sizeOf(field) + OVERHEAD
    this.evict(size)
    if (size > this.capacity) return
    this.newest = (this.newest + 1) % this.ring.length
    this.ring[this.newest] = field
    this.length++
    this.size += size
  }

  /** Makes room for `size` bytes. */
  private evict(size: number): void {
    while (this.length > 0 && this.size + size > this.capacity) {
      const oldest = this.ring[this.place(this.length - 1)]!
      this.size -= this.texts.sizeOf(oldest) + OVERHEAD
      this.length--
    }
  }

  /** Where in the ring the field is that came `back` fields before the newest. */
  private place(back: number): number {
    return (this.newest - back + this.ring.length) % this.ring.length
  }

  private widen(): void {
    const ring = new Uint32Array(MAX_FIELDS)
    for (let back = 0; back < this.length; back++) ring[this.length - 1 - back] = this.ring[this.place(back)]!
    this.newest = Math.max(this.length - 1, 0)
    this.ring = ring
  }
}

const NOTHING = new Uint8Array(0)
