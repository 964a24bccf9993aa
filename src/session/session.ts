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
  /** Bounds that were met: what was given up, and how often. */
  readonly limits: readonly LimitMet[]
  /** One clear sentence when reading stopped early: file, offset, what was expected and found. Empty otherwise. */
  readonly error: string
  /** So many of the packets, the oldest, are forgotten: they count, but can no longer be shown. */
  readonly forgotten: number
  /** The display filter, '' for none. */
  readonly filter: string
  /** Packets that are listed: those that the filter lets through, as far as it has come. */
  readonly displayed: number
  /** How far the filter has come, 0 to 1; null when it is not at work. */
  readonly filtering: number | null
  /** Milliseconds of work that the filter took. */
  readonly filterTime: number
  /** Why the filter stopped before the end, as a sentence; empty when it did not. */
  readonly filterError: string
  /** How far saving is, 0 to 1; null when nothing is being saved. */
  readonly saving: number | null
  /** How far looking for a packet is, 0 to 1; null when nothing is being looked for. */
  readonly finding: number | null
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
  /** Texts of the session's columns in their order, '' for those that every row has; none while there are no others. */
  readonly cells?: readonly string[]
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
  /** The packet that the field is the number of, 0 for none. */
  readonly link: number
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

/** What to save, and where. */
export interface SaveRequest {
  readonly path: string
  readonly format: SaveFormat
  /** All, those that the display filter lets through, these, or those of the stream that a packet belongs to. */
  readonly packets: 'all' | 'displayed' | readonly PacketRange[] | { readonly streamOf: number }
  /** Whether a file that is there may be replaced. */
  readonly replace: boolean
  /** Packets that the kernel dropped while this capture was made, where only the engine that made it knows. */
  readonly dropped?: number
}

export interface Saved {
  readonly packets: number
  readonly bytes: number
}

export type { SaveFormat } from '../capture/saver.js'
export type { LimitMet } from '../track/limits.js'
export type { CaptureInfo } from './capture-info.js'
export type { PacketRange } from './packet-ranges.js'
export type * from './follow-requests.js'
export { type FindRequest, type FindWhat, type FindWhere, matcherOf, type Matcher } from './find-matcher.js'
export type { Found } from './find.js'
export type { Completion, Completions } from '../filter/complete.js'
export type { FilterWarning } from '../filter/filter-error.js'
export type { Part, PartKind } from '../filter/tokens.js'
export { Displayed } from './displayed.js'
export type { FilterInsight } from './filter-insight.js'
export { type Complaint, RefusedFilter } from './refused-filter.js'
export type { FrameFilters, NamedFilter } from './frame-filters.js'
export type { TimeFormat } from '../output/time-text.js'
export { type ColumnChoice, fieldColumn, usualColumns } from '../output/column-formats.js'
import type { FilterWarning } from '../filter/filter-error.js'
import type { LimitMet } from '../track/limits.js'
import type { CaptureInfo } from './capture-info.js'
import type { Displayed } from './displayed.js'
import type { Found } from './find.js'
import type { FindRequest } from './find-matcher.js'
import type { FilterInsight } from './filter-insight.js'
import type { FrameFilters } from './frame-filters.js'
import type { SaveFormat } from '../capture/saver.js'
import type { FollowAnswers, FollowRequest } from './follow-requests.js'
import type { PacketRange } from './packet-ranges.js'
import type { ColumnChoice } from '../output/column-formats.js'
import type { TimeFormat } from '../output/time-text.js'

export interface Session {
  status(): Status
  /** Which packets are listed at which place, as of the latest status. Another list is another object. */
  readonly displayed: Displayed
  /** Calls `listener` whenever the status changed, at most 30 times a second. Returns how to stop. */
  onStatus(listener: (status: Status) => void): () => void
  /**
   * Rows of the places `first`, `first + 1`, … of the list (counted from 1); fewer than `count` at the end of what is
   * known.
   */
  rows(first: number, count: number): Promise<Row[]>
  /** The whole dissection of packet `number` with its bytes. Rejects when there is no such packet. */
  detail(number: number): Promise<Detail>
  setTimeFormat(format: TimeFormat): Promise<void>
  /**
   * Rows have these columns from now on. Resolves with them once more, with a title where one was empty. Rejects with a
   * sentence when one makes no sense; then all stays as it is.
   */
  setColumns(columns: readonly ColumnChoice[]): Promise<readonly ColumnChoice[]>
  /** What can be said of the capture as a whole, as far as it was read. */
  captureInfo(): Promise<CaptureInfo>
  /**
   * Lists only the packets that pass a display filter, '' lists all. `${field}` in it is the field of packet `selected`.
   * Resolves with what is odd about the filter once it is at work: `status` says how far it is. Rejects with
   * `RefusedFilter` when it makes no sense; then the list stays as it is.
   */
  filter(text: string, selected: number): Promise<readonly FilterWarning[]>
  /** What can be said of a filter while it is typed, with the cursor at offset `cursor`. */
  filterInsight(text: string, cursor: number): Promise<FilterInsight>
  /** The filter for node `node` of the tree of packet `number`, '' where there is none. */
  nodeFilter(number: number, node: number): Promise<string>
  /** Filters that packet `number` suggests by the cells of its row and by its conversations. */
  frameFilters(number: number): Promise<FrameFilters>
  /**
   * Looks for a packet among those that are listed, from packet `from` on, forward (1) or back (-1), around the end and at
   * last at `from` itself. Rejects with a sentence when what to look for makes no sense. Another call ends this one.
   */
  find(request: FindRequest, from: number, direction: 1 | -1): Promise<Found | 'nowhere' | 'cancelled'>
  cancelFind(): Promise<void>
  /**
   * Saves packets to a file, which is there whole or not at all. Resolves with `exists` when there is one already that
   * may not be replaced, and with null when saving was given up. Rejects with a sentence.
   */
  save(request: SaveRequest): Promise<Saved | 'exists' | null>
  /** Gives up saving. */
  cancelSave(): Promise<void>
  /** Follows a stream, one at a time. Rejects with a sentence. */
  follow<R extends FollowRequest>(request: R): Promise<FollowAnswers[R['do']]>
  close(): Promise<void>
}
