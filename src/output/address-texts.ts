/**
 * The addresses of the Source and Destination columns as texts. Those met lately are kept, as the bytes that are
 * printed: most packets are between few ends.
 */
import { etherText, ipv4Text, ipv6Text } from '../dissect/address.js'
import { Address, type Dissection, NOWHERE } from '../dissect/dissection.js'
import type { Resolver } from '../dissect/value.js'
import type { OutputBuffer } from './output-buffer.js'

/** How many addresses are kept at most. One that falls into the place of another takes it. */
const SLOTS = 1 << 14
const SLOT_BITS = 14
/** A slot has four words of address, one for its kind and the size of its text, and the text with spaces around it. */
const SLOT_WORDS = 16
const KIND_WORD = 4
const TEXT_BYTE = 20
/** As wide as the columns are at least. */
const WIDTH = 12
const MAX_TEXT = 44

export class AddressTexts {
  private readonly words = new Int32Array(SLOTS * SLOT_WORDS + 1)
  private readonly view = new DataView(this.words.buffer)
  private readonly texts: string[] = []

  /** With `steadyNames` an address is always called the same; not so while host names are still being found. */
  constructor(
    private readonly names: Resolver,
    private readonly steadyNames: boolean,
  ) {}

  /** An endpoint's name or address, '' when the packet has none. */
  text(d: Dissection, at: number): string {
    const slot = this.slotOf(d, at)
    return slot < 0 ? addressText(d.addressKind, d.addressBytes, at, this.names) : this.texts[slot]!
  }

  /** Writes it at least twelve characters wide, the text to the right or to the left. */
  write(out: OutputBuffer, d: Dissection, at: number, toTheRight: boolean): void {
    const slot = this.slotOf(d, at)
    const size = slot < 0 ? 0 : this.words[slot * SLOT_WORDS + KIND_WORD]! >>> 8
    if (size === 0) return writePadded(out, this.text(d, at), toTheRight)
    const start = slot * SLOT_WORDS * 4 + TEXT_BYTE
    const before = Math.max(WIDTH - size, 0)
    out.prepared(this.view, toTheRight ? start : start + before, before + size)
  }

  /** Where the address at `at` is kept as text, -1 for none and for names that may change. */
  private slotOf(d: Dissection, at: number): number {
    const kind = d.addressKind
    if (kind === Address.None || at === NOWHERE) return -1
    if (kind !== Address.Ether && !this.steadyNames) return -1
    const b = d.addressBytes
    const a0 = word(b, at)
    const a1 = kind === Address.Ether ? (b[at + 4]! << 8) | b[at + 5]! : kind === Address.IPv6 ? word(b, at + 4) : 0
    const a2 = kind === Address.IPv6 ? word(b, at + 8) : 0
    const a3 = kind === Address.IPv6 ? word(b, at + 12) : 0
    const mixed = Math.imul(a0 ^ Math.imul(a1 ^ Math.imul(a2 ^ Math.imul(a3, 31), 31), 31), 0x9e3779b1)
    const slot = mixed >>> (32 - SLOT_BITS)
    const { words } = this
    const w = slot * SLOT_WORDS
    const kept = (words[w + KIND_WORD]! & 0xff) === kind && words[w] === a0 && words[w + 1] === a1
    if (kept && words[w + 2] === a2 && words[w + 3] === a3) return slot
    words[w] = a0
    words[w + 1] = a1
    words[w + 2] = a2
    words[w + 3] = a3
    this.keep(slot, kind, addressText(kind, b, at, this.names))
    return slot
  }

  /** Keeps a text; and its bytes, if these are few and harmless, with the spaces of either side. */
  private keep(slot: number, kind: Address, text: string): void {
    this.texts[slot] = text
    const at = slot * SLOT_WORDS * 4 + TEXT_BYTE
    let size = text.length > MAX_TEXT ? 0 : text.length
    const padded = text.padStart(WIDTH).padEnd(WIDTH + WIDTH - size)
    for (let i = 0; i < padded.length && size > 0; i++) {
      const c = padded.charCodeAt(i)
      this.view.setUint8(at + i, c)
      if (c < 0x20 || c >= 0x7f) size = 0
    }
    this.words[slot * SLOT_WORDS + KIND_WORD] = (size << 8) | kind
  }
}

/** The address at `bytes[at…]` as the columns show it. */
export function addressText(kind: Address, bytes: Uint8Array, at: number, names: Resolver): string {
  if (kind === Address.None || at === NOWHERE) return ''
  if (kind === Address.Ether) return names.ether(bytes, at) || etherText(bytes, at)
  const text = kind === Address.IPv4 ? ipv4Text(bytes, at) : ipv6Text(bytes, at)
  return names.ip(text) || text
}

const word = (b: Uint8Array, p: number): number => (b[p]! << 24) | (b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!

function writePadded(out: OutputBuffer, text: string, toTheRight: boolean): void {
  const missing = WIDTH - Buffer.byteLength(text)
  if (toTheRight) out.spaces(missing)
  out.line(text)
  if (!toTheRight) out.spaces(missing)
}
