/** What the session's thread and the screen's thread say to each other. */
import type { Exit } from '../capture/damage.js'
import type { InterfaceTexts } from '../capture/source.js'
import type { Macros } from '../filter/macros.js'
import type { FilterWarning } from '../filter/filter-error.js'
import type { CaptureInfo } from './capture-info.js'
import type { ColumnChoice } from '../output/column-formats.js'
import type { FilterInsight } from './filter-insight.js'
import type { Found } from './find.js'
import type { FindRequest } from './find-matcher.js'
import type { FollowAnswers, FollowRequest } from './follow-requests.js'
import type { FrameFilters } from './frame-filters.js'
import type { KeepLimit } from './keeper.js'
import type { ListChange } from './list-changes.js'
import type { Complaint } from './refused-filter.js'
import type { Detail, Row, Saved, SaveRequest, Status, TimeFormat } from './session.js'

/** What the worker is started with. */
export interface WorkerStart {
  readonly path: string
  /** For a file that is still being written: until its number is 0, more may come. */
  readonly growing?: Int32Array<SharedArrayBuffer>
  /** What a pcap file that is being captured cannot say of its interface. */
  readonly about?: InterfaceTexts
  /** The file is being captured on this machine, by the program that reads it. */
  readonly live?: boolean
  /** Packets beyond this are forgotten. */
  readonly keep?: KeepLimit
  /** What writes files, for their headers. */
  readonly application?: string
  readonly timeFormat: TimeFormat
  /** Columns of the rows, in place of the usual ones. */
  readonly columns?: readonly ColumnChoice[]
  /** Letters of `-N`, '' for no names at all. */
  readonly names: string
  /** Preferences as `-o` gives them: name and value. */
  readonly preferences: readonly (readonly [string, boolean | number])[]
  /** Modules with dissectors that are not part of the package. */
  readonly dissectors?: readonly string[]
  /** Macros that filters may call, beside those that are built in. */
  readonly macros: Macros
  /** Saved filters by name, for completion. */
  readonly savedFilters?: Readonly<Record<string, string>>
}

/** A question, numbered so that its answer finds it. */
export type Question =
  | { readonly id: number; readonly ask: 'rows'; readonly first: number; readonly count: number }
  | { readonly id: number; readonly ask: 'detail'; readonly number: number }
  | { readonly id: number; readonly ask: 'time'; readonly format: TimeFormat }
  | { readonly id: number; readonly ask: 'captureInfo' }
  | { readonly id: number; readonly ask: 'columns'; readonly columns: readonly ColumnChoice[] }
  | { readonly id: number; readonly ask: 'filter'; readonly text: string; readonly selected: number }
  | { readonly id: number; readonly ask: 'filterInsight'; readonly text: string; readonly cursor: number }
  | { readonly id: number; readonly ask: 'nodeFilter'; readonly number: number; readonly node: number }
  | { readonly id: number; readonly ask: 'frameFilters'; readonly number: number }
  | {
      readonly id: number
      readonly ask: 'find'
      readonly request: FindRequest
      readonly from: number
      readonly direction: 1 | -1
    }
  | { readonly id: number; readonly ask: 'cancelFind' }
  | { readonly id: number; readonly ask: 'save'; readonly request: SaveRequest }
  | { readonly id: number; readonly ask: 'cancelSave' }
  | { readonly id: number; readonly ask: 'follow'; readonly request: FollowRequest }
  | { readonly id: number; readonly ask: 'close' }

/** What questions are answered with. */
export type Value =
  | Row[]
  | Detail
  | Saved
  | CaptureInfo
  | readonly FilterWarning[]
  | readonly ColumnChoice[]
  | FilterInsight
  | FrameFilters
  | Found
  | FollowAnswers[FollowRequest['do']]
  | string
  | null

export type Answer =
  /** The capture is open; the first status. */
  | { readonly kind: 'opened'; readonly status: Status; readonly list: ListChange }
  /** It could not be opened: what to say, and the exit code. */
  | { readonly kind: 'refused'; readonly message: string; readonly exit: Exit }
  | { readonly kind: 'status'; readonly status: Status; readonly list: ListChange }
  | { readonly kind: 'answer'; readonly id: number; readonly value: Value }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string; readonly complaint?: Complaint }
