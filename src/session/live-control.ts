/** A capture that is being made, as the screen sees it: what it listens to, and what can be done about it. */

import type { Severity } from './session.js'

export interface LiveState {
  /** Names of the interfaces, e.g. `eth0, lo`. */
  readonly devices: string
  /** Capture filter, empty for everything. */
  readonly filter: string
  /** Who captures, and why it is this one. */
  readonly engine: string
  readonly reason: string
  /** Frames may still come. */
  readonly running: boolean
  /** Frames that were lost so far, -1 where that is not known yet. */
  readonly dropped: { readonly kernel: number; readonly interface: number; readonly engine: number }
  /** What is kept of it, e.g. `frames:1000`; empty for all. */
  readonly keep: string
  /** Where the frames are until they are saved. */
  readonly spool: string
}

/** What was typed before, newest first. */
export interface TextHistory {
  list(): readonly string[]
  add(text: string): void
}

export interface LiveControl {
  /** Capture filters that were used before. */
  readonly filters: TextHistory
  state(): LiveState
  /** Calls `listener` when the state has changed. Returns how to stop. */
  onChange(listener: () => void): () => void
  /** Calls `listener` with a sentence when something happened to the capture. Returns how to stop. */
  onNotice(listener: (text: string, severity: Severity) => void): () => void
  /** Ends the capture; what was captured stays on the screen. */
  stop(): Promise<void>
  /**
   * Begins a new capture of the same interfaces with this filter, on a screen in place of this one, and drops the old
   * one. Resolves with what stands in the way, empty when nothing does: otherwise all stays as it is.
   */
  restart(filter: string): Promise<string>
  /** What is wrong with a capture filter, in libpcap's words; empty when nothing is. */
  filterProblem(filter: string): Promise<string>
  /** Nobody wants what was captured any more: it is saved, or it may go. */
  settle(): void
}
