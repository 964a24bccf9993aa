/** What the session's thread and the screen's thread say to each other. */
import type { Exit } from '../capture/damage.js'
import type { InterfaceTexts } from '../capture/source.js'
import type { Detail, Row, Status, TimeFormat } from './session.js'

/** What the worker is started with. */
export interface WorkerStart {
  readonly path: string
  /** For a file that is still being written: until its number is 0, more may come. */
  readonly growing?: Int32Array<SharedArrayBuffer>
  /** What a pcap file that is being captured cannot say of its interface. */
  readonly about?: InterfaceTexts
  readonly timeFormat: TimeFormat
  /** Letters of `-N`, '' for no names at all. */
  readonly names: string
  /** Preferences as `-o` gives them: name and value. */
  readonly preferences: readonly (readonly [string, boolean | number])[]
}

/** A question, numbered so that its answer finds it. */
export type Question =
  | { readonly id: number; readonly ask: 'rows'; readonly first: number; readonly count: number }
  | { readonly id: number; readonly ask: 'detail'; readonly number: number }
  | { readonly id: number; readonly ask: 'time'; readonly format: TimeFormat }
  | { readonly id: number; readonly ask: 'close' }

export type Answer =
  /** The capture is open; the first status. */
  | { readonly kind: 'opened'; readonly status: Status }
  /** It could not be opened: what to say, and the exit code. */
  | { readonly kind: 'refused'; readonly message: string; readonly exit: Exit }
  | { readonly kind: 'status'; readonly status: Status }
  | { readonly kind: 'answer'; readonly id: number; readonly value: Row[] | Detail | null }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
