/**
 * The packets that were visited, to go back and forward in. Steps to a neighbour move on the last place; jumps begin
 * one.
 */

const maxVisited = 1000

export class Visited {
  private readonly packets: number[] = []
  private at = -1

  get isEmpty(): boolean {
    return this.packets.length === 0
  }

  /** Notes where the selection is now; `jump`: it came there by more than a step. */
  note(packet: number, jump: boolean): void {
    if (this.packets[this.at] === packet) return
    if (!jump && this.at >= 0) {
      this.packets[this.at] = packet
      return
    }
    this.packets.length = this.at + 1
    this.packets.push(packet)
    if (this.packets.length > maxVisited) this.packets.shift()
    this.at = this.packets.length - 1
  }

  /** The place before (-1) or after (1) the present one; undefined when there is none. */
  go(step: -1 | 1): number | undefined {
    const packet = this.packets[this.at + step]
    if (packet !== undefined) this.at += step
    return packet
  }
}
