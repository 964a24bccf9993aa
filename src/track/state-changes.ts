/**
 * Every change of state of every connection, as rows of a table that only grows. A segment refers to the latest row of
 * its connection, so the states after it can be shown at any time.
 */
import { widened } from '../dissect/widened.js'

/** Words of a row: packet; states of client and server and those before, 4 bits each, reason, start; end, illegal, SYNs. */
const ROW_WORDS = 3

export class StateChanges {
  /** Row 0 is no row. */
  private rows = new Uint32Array(256 * ROW_WORDS)
  private length = 1

  /** Adds a change by packet `packet`; the other words as above. Returns its row. */
  add(packet: number, states: number, ends: number): number {
    const row = this.length++
    const at = row * ROW_WORDS
    if (at === this.rows.length) {
      this.rows = widened(this.rows, at * 2)
    }
    this.rows[at] = packet
    this.rows[at + 1] = states
    this.rows[at + 2] = ends
    return row
  }

  packetOf(row: number): number {
    return this.rows[row * ROW_WORDS]!
  }
  /** The client's state in the low 4 bits, the server's above them. */
  states(row: number): number {
    return this.rows[row * ROW_WORDS + 1]! & 0xff
  }
  /** The states before this change. */
  earlier(row: number): number {
    return (this.rows[row * ROW_WORDS + 1]! >>> 8) & 0xff
  }
  /** `Reason`. */
  reasonOf(row: number): number {
    return (this.rows[row * ROW_WORDS + 1]! >>> 16) & 0xff
  }
  /** `Start`. */
  startOf(row: number): number {
    return this.rows[row * ROW_WORDS + 1]! >>> 24
  }
  /** `End`. */
  endOf(row: number): number {
    return this.rows[row * ROW_WORDS + 2]! & 0xff
  }
  /** `Illegal`. */
  illegalOf(row: number): number {
    return (this.rows[row * ROW_WORDS + 2]! >>> 8) & 0xff
  }
  /** How many SYNs the client has sent without an answer. */
  syns(row: number): number {
    return (this.rows[row * ROW_WORDS + 2]! >>> 16) & 0xff
  }
  get bytes(): number {
    return this.rows.byteLength
  }
}
