/**
 * Names and values of header fields as HPACK decodes them, each kept once however often it is referred to. Fields are
 * numbered; the first are those of the static table, by their index.
 */
import { widened } from '../dissect/widened.js'
import { huffmanDecode, huffmanRoom } from './hpack-huffman.js'
import { staticHeaders } from './hpack-static-table.js'

/** Bytes of text, and fields, that are kept of a capture. */
const MAX_BYTES = 64 << 20
const MAX_FIELDS = 1 << 22
const FIRST_ROOM = 1 << 14
/** A name is shorter. */
const NAME_ROOM = 1 << 20
/** With fewer of them it is not worth while to forget some. */
const MIN_FIELDS = 1 << 10

export class HeaderTexts {
  /** Texts that found no room. */
  refused = 0
  bytes = new Uint8Array(FIRST_ROOM)
  private used = 0
  private fields = 1
  /** How many fields there were when some were forgotten last. */
  private before = MIN_FIELDS
  nameStart = new Uint32Array(128)
  nameEnd = new Uint32Array(128)
  valueStart = new Uint32Array(128)
  valueEnd = new Uint32Array(128)

  constructor() {
    for (const [name, value] of staticHeaders) this.add(this.put(name), this.used, this.put(value), this.used)
  }

  /** Adds a field whose name and value lie in `bytes`; 0 when there is no room. */
  add(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): number {
    if (this.fields === MAX_FIELDS) {
      this.refused++
      return 0
    }
    const i = this.fields++
    if (i === this.nameStart.length) {
      this.nameStart = widened(this.nameStart)
      this.nameEnd = widened(this.nameEnd)
      this.valueStart = widened(this.valueStart)
      this.valueEnd = widened(this.valueEnd)
    }
    this.nameStart[i] = nameStart
    this.nameEnd[i] = nameEnd
    this.valueStart[i] = valueStart
    this.valueEnd[i] = valueEnd
    return i
  }

  /** Where the next text is going to begin. */
  get end(): number {
    return this.used
  }

  /** Adds the text `b[start…end)`, Huffman coded or not; `end` is behind it then. False when it is damaged or has no room. */
  append(b: Uint8Array, start: number, end: number, coded: boolean): boolean {
    if (!this.reserve(coded ? huffmanRoom(end - start) : end - start)) return false
    if (coded) {
      const behind = huffmanDecode(b, start, end, this.bytes, this.used)
      if (behind < 0) return false
      this.used = behind
    } else {
      this.bytes.set(b.subarray(start, end), this.used)
      this.used += end - start
    }
    return true
  }

  /** Forgets the texts from offset `start` on, to which no field refers. */
  forget(start: number): void {
    this.used = start
  }

  /** Has so much been added that it is time to forget what nobody refers to? */
  get isLarge(): boolean {
    return this.fields > 2 * this.before
  }

  /**
   * Forgets all fields but those of the static table and those that `each` tells its argument, twice, in the same order:
   * the first time it is answered with the same number, the second time with the new one, which is to be used from then on.
   */
  keepOnly(each: (numberOf: (field: number) => number) => void): void {
    const numbers = new Uint32Array(this.fields)
    for (let i = 0; i <= staticHeaders.length; i++) numbers[i] = 1
    each((field) => {
      numbers[field] = 1
      return field
    })
    this.move(numbers)
    each((field) => numbers[field]!)
  }

  /** Memory that is held, in bytes. */
  get held(): number {
    return this.bytes.length + this.nameStart.length * 16
  }

  /** Bytes of the field as HPACK counts them, RFC 7541 section 4.1, without the 32 for its overhead. */
  sizeOf(field: number): number {
    return this.nameEnd[field]! - this.nameStart[field]! + this.valueEnd[field]! - this.valueStart[field]!
  }

  /** Is the name of `field` the ASCII text `name`? */
  isNamed(field: number, name: string): boolean {
    const start = this.nameStart[field]!
    if (this.nameEnd[field]! - start !== name.length) return false
    for (let i = 0; i < name.length; i++) if (this.bytes[start + i] !== name.charCodeAt(i)) return false
    return true
  }

  /** Moves the fields that have a 1 in `numbers` together, and puts their new numbers there. */
  private move(numbers: Uint32Array): void {
    const { bytes } = this
    const names = new Map<number, number>()
    let size = 0
    for (let i = 1; i < this.fields; i++) if (numbers[i] !== 0) size += this.sizeOf(i)
    this.bytes = new Uint8Array(Math.max(FIRST_ROOM, 2 ** Math.ceil(Math.log2(size + 1))))
    this.used = 0
    let next = 1
    for (let i = 1; i < this.fields; i++) {
      if (numbers[i] === 0) continue
      // A field whose name was an index has the name of another one.
      const name = this.nameStart[i]! * NAME_ROOM + this.nameEnd[i]! - this.nameStart[i]!
      const known = names.get(name)
      const nameStart = known ?? this.copy(bytes, this.nameStart[i]!, this.nameEnd[i]!)
      names.set(name, nameStart)
      const nameEnd = nameStart + this.nameEnd[i]! - this.nameStart[i]!
      const valueStart = this.copy(bytes, this.valueStart[i]!, this.valueEnd[i]!)
      numbers[i] = next
      this.nameStart[next] = nameStart
      this.nameEnd[next] = nameEnd
      this.valueStart[next] = valueStart
      this.valueEnd[next++] = this.used
    }
    numbers[0] = 0
    this.fields = next
    this.before = Math.max(next, MIN_FIELDS)
  }

  /** Adds `b[start…end)`, for which there is room; returns where it lies. */
  private copy(b: Uint8Array, start: number, end: number): number {
    const at = this.used
    this.bytes.set(b.subarray(start, end), at)
    this.used += end - start
    return at
  }

  private put(text: string): number {
    const start = this.used
    this.append(Buffer.from(text), 0, text.length, false)
    return start
  }

  private reserve(size: number): boolean {
    const need = this.used + size
    if (need > MAX_BYTES) {
      this.refused++
      return false
    }
    if (need > this.bytes.length) {
      const bytes = new Uint8Array(Math.max(this.bytes.length * 2, need))
      bytes.set(this.bytes.subarray(0, this.used))
      this.bytes = bytes
    }
    return true
  }
}
