/**
 * One open capture: the one interface through which the screen asks for rows, trees and bytes.
 *
 * It knows no screen and no thread. One implementation runs in process, one speaks across the worker thread; both answer
 * the same questions. Packets are numbered from 1, as on the screen.
 */

/** What is known of the capture now. Everything counted is partial until `complete`. */
export interface Status {
  /** The file's name as the user gave it. */
  readonly file: string
  /** Packets found so far. */
  readonly packets: number
  /** Bytes read so far and bytes there are (0 when unknown, e.g. a pipe). */
  readonly done: number
  readonly total: number
  /** The file was read to its end, or to the point where it is damaged. */
  readonly complete: boolean
  /** Seconds between the first and the latest packet. */
  readonly duration: number
  /** Packets with an expert item of severity warning or error (malformed and truncated included). */
  readonly problems: number
  /** One clear sentence when reading stopped early: file, offset, what was expected and found. Empty otherwise. */
  readonly error: string
}

/** How bad a row is: nothing, note, warning, error. */
export type Severity = 0 | 1 | 2 | 3

/** One line of the packet list. Texts are raw: packet bytes may be in them, the screen makes them harmless. */
export interface Row {
  readonly number: number
  /** Already formatted as the session's time format says. */
  readonly time: string
  readonly source: string
  readonly destination: string
  readonly protocol: string
  readonly length: number
  readonly info: string
  /** Id of the innermost protocol (`tcp`, `dns`, …): what the row's colour goes by. */
  readonly layer: string
  readonly severity: Severity
}

/** One line of the detail tree, in reading order; its children follow it with a greater depth. */
export interface TreeNode {
  readonly depth: number
  /** The display-filter name, e.g. `tcp.flags.syn`; empty for text-only nodes. */
  readonly name: string
  /** The whole line as Wireshark words it, generated fields in brackets. Raw text. */
  readonly label: string
  /** Which bytes, and of which source (0 = the frame). `start === end`: none. */
  readonly source: number
  readonly start: number
  readonly end: number
  /** For bits: mask within the `end - start` bytes, else 0. */
  readonly mask: number
  readonly generated: boolean
  readonly severity: Severity
  /** Id of the protocol whose layer this node is in. */
  readonly layer: string
}

export interface ByteSource {
  /** e.g. `Frame (74 bytes)`, `Reassembled TCP (1432 bytes)`. */
  readonly name: string
  readonly bytes: Uint8Array
}

export interface Detail {
  readonly number: number
  readonly nodes: readonly TreeNode[]
  readonly sources: readonly ByteSource[]
}

export type { TimeFormat } from '../output/time-text.js'
import type { TimeFormat } from '../output/time-text.js'

export interface Session {
  status(): Status
  /** Calls `listener` whenever the status changed, at most 30 times a second. Returns how to stop. */
  onStatus(listener: (status: Status) => void): () => void
  /** Rows `first`, `first + 1`, … (1-based); fewer than `count` at the end of what is known. */
  rows(first: number, count: number): Promise<Row[]>
  /** The whole dissection of packet `number` with its bytes. Rejects when there is no such packet. */
  detail(number: number): Promise<Detail>
  setTimeFormat(format: TimeFormat): Promise<void>
  close(): Promise<void>
}
