/**
 * The layer stacks that occur in a capture (`eth ethertype ip tcp http`), each stored once: a packet keeps a 16-bit
 * number. A real capture has a few dozen; where hostile ones have more than fit, stack 0 says "not known".
 */
const MAX_STACKS = 65535
const SLOTS = 1 << 17

export class Stacks {
  /** Layer numbers of each stack by its number; 0 is the stack that was not kept. */
  readonly all: Uint16Array[] = [new Uint16Array(0)]
  /** Packets whose stack found no room. */
  lost = 0
  private readonly slots = new Uint16Array(SLOTS)
  private last = 0

  /** The number of the stack `layers[0…count)`. */
  find(layers: Uint16Array, count: number): number {
    if (this.same(this.last, layers, count) && this.last !== 0) return this.last
    let hash = count
    for (let i = 0; i < count; i++) hash = Math.imul(hash ^ layers[i]!, 0x9e3779b1) ^ (hash >>> 15)
    let slot = (hash ^ (hash >>> 13)) & (SLOTS - 1)
    for (let id = this.slots[slot]!; id !== 0; id = this.slots[slot]!) {
      if (this.same(id, layers, count)) return (this.last = id)
      slot = (slot + 1) & (SLOTS - 1)
    }
    if (this.all.length > MAX_STACKS) {
      this.lost++
      return 0
    }
    const id = this.all.length
    this.all.push(layers.slice(0, count))
    this.slots[slot] = id
    return (this.last = id)
  }

  private same(id: number, layers: Uint16Array, count: number): boolean {
    const stack = this.all[id]!
    if (stack.length !== count) return false
    for (let i = 0; i < count; i++) if (stack[i] !== layers[i]) return false
    return true
  }
}
