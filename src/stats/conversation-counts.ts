/** Packets and bytes of conversations, both ways, by their numbers: typed columns that grow with the numbers. */
import { widened } from '../dissect/widened.js'
export class ConversationCounts {
  /** Conversations that were counted, in the order of their first packets. */
  readonly order: number[] = []
  /** Those of its packets with the least and the greatest time, counted from 1; 0 for none. */
  first = new Uint32Array(64)
  latest = new Uint32Array(64)
  /** Whether the first one ran against the conversation's own direction. */
  private turned = new Uint8Array(64)
  /** Two for each: from the sender of its first packet and back. */
  private packets = new Uint32Array(128)
  private bytes = new Float64Array(128)

  /** `isBefore` compares the times of two packets. */
  constructor(private readonly isBefore: (a: number, b: number) => boolean) {}

  /** Counts packet `number` of `size` bytes in conversation `id`; `forward` is that conversation's own direction. */
  add(id: number, forward: boolean, number: number, size: number): void {
    while (id >= this.first.length) this.grow()
    if (this.first[id] === 0) {
      this.first[id] = this.latest[id] = number
      this.turned[id] = forward ? 0 : 1
      this.order.push(id)
    }
    if (this.isBefore(number, this.first[id]!)) this.first[id] = number
    else if (!this.isBefore(number, this.latest[id]!)) this.latest[id] = number
    const way = id * 2 + ((forward ? 0 : 1) ^ this.turned[id]!)
    this.packets[way]!++
    this.bytes[way]! += size
  }

  isTurned(id: number): boolean {
    return this.turned[id] === 1
  }
  /** `way` 0 is from the sender of the first packet, 1 back to it. */
  packetsOf(id: number, way: 0 | 1): number {
    return this.packets[id * 2 + way]!
  }
  bytesOf(id: number, way: 0 | 1): number {
    return this.bytes[id * 2 + way]!
  }
  totalOf(id: number): number {
    return this.packets[id * 2]! + this.packets[id * 2 + 1]!
  }

  private grow(): void {
    const n = this.first.length * 2
    this.first = widened(this.first, n)
    this.latest = widened(this.latest, n)
    this.turned = widened(this.turned, n)
    this.packets = widened(this.packets, n * 2)
    this.bytes = widened(this.bytes, n * 2)
  }
}
