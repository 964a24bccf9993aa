/** What the start screen shows and starts; it knows neither the system nor how captures are made. */

import type { TextHistory } from './live-control.js'

/** What has passed an interface since it came up. */
export interface Counters {
  readonly packets: number
  readonly bytes: number
}

export interface StartInterface {
  readonly name: string
  /** What it is, e.g. `Loopback`; empty when there is nothing to say. */
  readonly description: string
  readonly addresses: readonly string[]
  /** In a word or two, e.g. `Ethernet`. */
  readonly linkType: string
  readonly state: 'up' | 'down' | 'unknown'
}

/** What a crash left behind. */
export interface StartLeftover {
  readonly path: string
  readonly bytes: number
  /** In milliseconds since 1970. */
  readonly modified: number
}

export interface StartSources {
  /** Capture filters that were used before. */
  readonly filters: TextHistory
  interfaces(): Promise<readonly StartInterface[]>
  /** What has passed an interface; null when the system does not say. */
  traffic(name: string): Counters | null
  /** Why nothing can be captured here, and the command that mends it, in one line; empty when it can. */
  obstacle(): Promise<string>
  /** What is wrong with a capture filter on that interface; empty when nothing is. */
  filterProblem(filter: string, name: string): Promise<string>
  recentFiles(): readonly string[]
  leftovers(): readonly StartLeftover[]
  /** Shows a capture of these interfaces. Resolves with what stands in the way, empty when nothing does. */
  capture(names: readonly string[], filter: string): Promise<string>
  /** Shows a file; the same. */
  open(path: string): Promise<string>
  /** Moves a leftover to a place of its own. Answers what stands in the way. */
  saveLeftover(path: string, to: string): string
  deleteLeftover(path: string): string
}
