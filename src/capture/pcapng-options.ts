/** The option lists at the end of pcapng blocks, and the texts in them. */
import { Option } from './pcapng-blocks.js'

const decoder = new TextDecoder()

/** Limits what texts of a file may take up in memory: a file may be made of nothing but comments. */
export class TextBudget {
  #left: number

  constructor(bytes: number) {
    this.#left = bytes
  }

  /** Takes the room for a text of `length` bytes, if there is any. */
  grant(length: number): boolean {
    const cost = length + 64
    if (cost > this.#left) return false
    this.#left -= cost
    return true
  }

  /** UTF-8 text of a byte range without trailing zeros; empty when nothing more may be kept. */
  text(bytes: Uint8Array, start: number, end: number): string {
    let last = end
    while (last > start && bytes[last - 1] === 0) last--
    return last > start && this.grant(last - start) ? decoder.decode(bytes.subarray(start, last)) : ''
  }
}

/**
 * Calls `visit` with code, start and length of each option between `start` and `end`. A list that runs past its block
 * ends there: a packet is not given up for a broken remark on it.
 */
export function forEachOption(
  view: DataView,
  start: number,
  end: number,
  little: boolean,
  visit: (code: number, start: number, length: number) => void,
): void {
  let at = start
  while (at + 4 <= end) {
    const code = view.getUint16(at, little)
    const length = view.getUint16(at + 2, little)
    at += 4
    if (code === Option.End || at + length > end) return
    visit(code, at, length)
    at += (length + 3) & ~3
  }
}

/** A 64-bit number as a double: exact to 2^53. */
export function uint64(view: DataView, at: number, little: boolean): number {
  return view.getUint32(little ? at + 4 : at, little) * 0x1_0000_0000 + view.getUint32(little ? at : at + 4, little)
}

/** A signed 64-bit number as a double. */
export function int64(view: DataView, at: number, little: boolean): number {
  return view.getInt32(little ? at + 4 : at, little) * 0x1_0000_0000 + view.getUint32(little ? at : at + 4, little)
}
