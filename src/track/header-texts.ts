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

export class HeaderTexts {
  /** Texts that found no room. */
  refused = 0
  bytes = new Uint8Array(1 << 14)
  private used = 0
  private fields = 1
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
