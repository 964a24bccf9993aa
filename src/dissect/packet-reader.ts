/**
 * Bytes and a read position: what dissectors read numbers and spans with. Nothing is read beyond what was captured;
 * whoever tries leaves the dissector.
 */
import type { Num, Span } from './field.js'

/** Thrown to leave a dissector early. Preallocated, no stack: it costs about as much as a call. */
export const Signal = {
  Truncated: { why: 'the capture ends too early' },
  Malformed: { why: 'the sender broke the format' },
  Stopped: { why: 'a note says why' },
} as const

export class PacketReader {
  /** The bytes being read: the frame, or a source made from several (reassembled). */
  bytes: Uint8Array = new Uint8Array(0)
  /** Where the next read begins and where this layer's captured bytes end: offsets into `bytes`. */
  pos = 0
  end = 0
  /** Where this layer ends by what its parents say; beyond `end` when the capture cut the packet. */
  reported = 0
  /** Set inside a packet that another one quotes (ICMP errors): nothing is tracked there, columns stay. */
  quoted = false

  // ---- reading numbers ---------------------------------------------------------------

  u8(_f: Num): number {
    const p = this.pos
    if (p >= this.end) this.beyond(1)
    this.pos = p + 1
    return this.bytes[p]!
  }
  u16(_f: Num): number {
    const p = this.pos
    if (p + 2 > this.end) this.beyond(2)
    this.pos = p + 2
    return (this.bytes[p]! << 8) | this.bytes[p + 1]!
  }
  u24(_f: Num): number {
    const p = this.pos
    if (p + 3 > this.end) this.beyond(3)
    this.pos = p + 3
    return (this.bytes[p]! << 16) | (this.bytes[p + 1]! << 8) | this.bytes[p + 2]!
  }
  u32(_f: Num): number {
    const p = this.pos
    if (p + 4 > this.end) this.beyond(4)
    this.pos = p + 4
    const b = this.bytes
    return b[p]! * 0x1000000 + ((b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!)
  }
  /** 64 bits as the nearest double; the tree shows the bytes' exact number. */
  u64(_f: Num): number {
    const p = this.pos
    if (p + 8 > this.end) this.beyond(8)
    this.pos = p + 8
    return this.word32(p) * 0x100000000 + this.word32(p + 4)
  }
  i8(f: Num): number {
    return (this.u8(f) << 24) >> 24
  }
  i16(f: Num): number {
    return (this.u16(f) << 16) >> 16
  }
  i32(f: Num): number {
    return this.u32(f) | 0
  }
  u16le(_f: Num): number {
    const p = this.pos
    if (p + 2 > this.end) this.beyond(2)
    this.pos = p + 2
    return this.bytes[p]! | (this.bytes[p + 1]! << 8)
  }
  u32le(_f: Num): number {
    const p = this.pos
    if (p + 4 > this.end) this.beyond(4)
    this.pos = p + 4
    const b = this.bytes
    return b[p + 3]! * 0x1000000 + ((b[p + 2]! << 16) | (b[p + 1]! << 8) | b[p]!)
  }

  // ---- taking spans ------------------------------------------------------------------

  /** Takes the next `size` bytes as one field and returns where they start. */
  take(_f: Span, size: number): number {
    const p = this.pos
    const q = p + size
    if (q > this.end || size < 0) this.beyond(size)
    this.pos = q
    return p
  }
  /** Steps over bytes that no field covers. */
  skip(size: number): void {
    const q = this.pos + size
    if (q > this.end || size < 0) this.beyond(size)
    this.pos = q
  }
  /** Looks at bytes without taking them. */
  peek8(ahead = 0): number {
    const p = this.pos + ahead
    if (p >= this.end) this.beyond(ahead + 1)
    return this.bytes[p]!
  }
  peek16(ahead = 0): number {
    const p = this.pos + ahead
    if (p + 2 > this.end) this.beyond(ahead + 2)
    return (this.bytes[p]! << 8) | this.bytes[p + 1]!
  }
  peek32(ahead = 0): number {
    const p = this.pos + ahead
    if (p + 4 > this.end) this.beyond(ahead + 4)
    return this.word32(p)
  }
  /** Captured bytes left in this layer, and bytes left by what its parents say. */
  get left(): number {
    return this.end - this.pos
  }
  get reportedLeft(): number {
    return this.reported - this.pos
  }
  /** Continues at `pos`, which may be the layer's end but not beyond. */
  seek(pos: number): void {
    if (pos > this.end) this.beyond(pos - this.pos)
    this.pos = pos
  }
  /** This layer ends `size` bytes from here, if its parents let it reach that far. */
  limit(size: number): void {
    const to = this.pos + size
    if (to < this.reported) this.reported = to
    if (to < this.end) this.end = to
  }

  /** Leaves the dissector: these bytes were not captured, or the sender never sent them. A quotation may end anywhere. */
  protected beyond(size: number): never {
    if (size >= 0 && this.pos + size <= this.reported) throw Signal.Truncated
    throw this.quoted ? Signal.Stopped : Signal.Malformed
  }

  private word32(p: number): number {
    const b = this.bytes
    return b[p]! * 0x1000000 + ((b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!)
  }
}
